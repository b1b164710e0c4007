"""Runs the program in this process, as the console script would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kadsurvey.cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs ``kadsurvey`` with the given words, in a folder where it may write."""
    monkeypatch.chdir(tmp_path)
    for variable in ("KADSURVEY_LANG", "KADSURVEY_DEBUG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)

    def call(*words: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], prog_name="kadsurvey")

    return call
