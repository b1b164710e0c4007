"""scores.csv as it was written: the same texts, the same numbers to their last digit."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.scores_file import read_scores
from kadsurvey.language.guard import guarded, unguarded
from kadsurvey.report.writers.csv import write_csv

SIGNS = ("=", "+", "-", "@", "\t", "\r")
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1) | st.builds(
    "{}{}{}".format, st.text("'", max_size=3), st.sampled_from(SIGNS), st.text("=+-@'1A\t", max_size=4)
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
EXAMPLES = 200


@given(st.text())
def test_every_guarded_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(SIGNS)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, NUMBERS | st.none()), min_size=1, max_size=5))
def test_scores_come_back_as_they_were_written(tmp_path: Path, rows: list[tuple[str, str, float | None]]) -> None:
    written = pd.DataFrame(rows, columns=["body", "member", "trust_z"]).astype({"trust_z": float})
    written.insert(0, "respondent_id", [f"{at:012x}" for at in range(len(rows))])
    write_csv(written, tmp_path / "scores.csv")
    read = read_scores(tmp_path / "scores.csv")
    assert read["body"].tolist() == written["body"].tolist()
    assert read["member"].tolist() == written["member"].tolist()
    for one, other in zip(read["trust_z"], written["trust_z"], strict=True):
        assert one == other or (math.isnan(one) and math.isnan(other))


def test_no_cell_of_a_csv_begins_as_a_formula(tmp_path: Path) -> None:
    texts = [f"{sign}1+1" for sign in SIGNS]
    write_csv(pd.DataFrame({"=cmd": texts, "trust_z": [-0.5] * len(texts)}), tmp_path / "a.csv")
    (grid,) = read_file(tmp_path / "a.csv").grids
    assert [str(row[0])[0] for row in grid.rows] == ["'"] * (len(texts) + 1)
    # A number stays a number, with its minus sign.
    assert {row[1] for row in grid.rows[1:]} == {"-0.5"}


def test_a_body_may_be_called_na(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text("respondent_id,body,trust_z\n0a,NA,0.5\n0b,null,\n", encoding="utf-8")
    read = read_scores(tmp_path / "scores.csv")
    assert read["body"].tolist() == ["NA", "null"]
    assert read["trust_z"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b'"', b"a,b\n1,2,3\n", b"\xff\xfe\x00", b"respondent_id,body,body\n1,2,3\n",
              b"respondent_id,body\n1,2,3\n", b"respondent_id,body\n1\n", b"respondent_id" + b"," * 100_000],
)  # fmt: skip
def test_what_is_no_scores_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "scores.csv").write_bytes(content)
    with pytest.raises(InputFileError) as caught:
        read_scores(tmp_path / "scores.csv")
    assert str(tmp_path) not in str(caught.value)
