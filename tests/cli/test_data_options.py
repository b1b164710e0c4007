"""How the files are read, said on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

TESTS = Path(__file__).parents[1]
FORM = TESTS / "ingest" / "kobo.yaml"
FIELD_FILE = TESTS / "reference" / "fixtures" / "kobo_names.xlsx"


def test_rejected_submissions_are_left_out_where_asked(run: Run) -> None:
    kept = run("check", FIELD_FILE, "--instrument", FORM)
    assert "61 respondents" in kept.output
    assert "a reviewer rejected: 1" in kept.output
    left = run("check", FIELD_FILE, "--instrument", FORM, "--exclude-rejected")
    assert "60 respondents" in left.output
    assert "rejected, left out: 1" in left.output


@pytest.mark.parametrize(("dialect", "status"), [("kobo", 0), ("spss", 1), ("kobo2", 2)])
def test_the_program_can_be_said(run: Run, dialect: str, status: int) -> None:
    assert run("check", FIELD_FILE, "--instrument", FORM, "--dialect", dialect).exit_code == status
