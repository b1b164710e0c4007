"""What is odd in many rows is listed for the first and counted for the rest; and findings of rarer files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.bodies import read_bodies
from kadsurvey.ingest.responses import read_responses
from kadsurvey.ingest.table import SHOWN
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found
from tests.workbooks import write_csv, write_ods, write_xls, write_xlsx

MORE = 5
HEADER = "| nomor | lembaga | status | T1 | T2 | T3 | N1 |"


def table(row: str) -> str:
    """Return more rows than are listed one by one; ``#`` in a row is its number."""
    rows = [row.replace("#", str(place)) for place in range(1, SHOWN + MORE + 1)]
    return "\n".join([HEADER, *rows])


@pytest.mark.parametrize(
    ("row", "listed", "counted"),
    [
        ("| R# |   | LSM | 1 | 2 | 3 | 4 |", "ingest.body_missing", "ingest.more_bodies_missing"),
        ("|    | a | LSM | 1 | 2 | 3 | 4 |", "ingest.id_missing", "ingest.more_ids_missing"),
        ("| R# | a | x#y | 1 | 2 | 3 | 4 |", "ingest.unknown_value", "ingest.more_unknown_values"),
        ("| R# | a | LSM | 1 | 2 | ? | 4 |", "ingest.unreadable_answer", "ingest.more_unreadable_answers"),
    ],
)
def test_the_first_are_listed_and_the_rest_counted(read: Read, row: str, listed: str, counted: str) -> None:
    responses = read(table(row))
    assert len(found(responses, listed)) == SHOWN
    (rest,) = found(responses, counted)
    assert rest.params["count"] == MORE


def test_rows_that_repeat_the_first_are_counted_too(read: Read) -> None:
    responses = read(table("| R# | a | LSM | 1 | 2 | 3 | 4 |"))
    assert len(found(responses, "ingest.repeated_row")) == SHOWN
    (rest,) = found(responses, "ingest.more_repeated_rows")
    assert rest.params["count"] == MORE - 1  # the first repeats none


def test_rows_with_too_many_cells_are_counted_too(tmp_path: Path, instrument: Instrument) -> None:
    path = write_csv(tmp_path / "a.csv", table("| R# | a | LSM | 1 | 2 | 3 | 4 | 5 |"))
    responses = read_responses(path, instrument)
    assert len(found(responses, "ingest.row_too_long")) == SHOWN
    (rest,) = found(responses, "ingest.more_rows_too_long")
    assert (rest.severity, rest.params["count"]) == ("error", MORE)


def test_a_body_that_the_questionnaire_does_not_list_is_kept(tmp_path: Path, instrument: Instrument) -> None:
    fields = dict(instrument.fields)
    fields["lembaga"] = fields["lembaga"].model_copy(update={"values": {"Kartamantul": ("KTM",)}})
    listed = instrument.model_copy(update={"fields": fields})
    rows = "| nomor | lembaga | T1 | T2 | T3 | N1 |\n| 1 | KTM | 1 | 2 | 3 | 4 |\n| 2 | Kartamantull | 2 | 2 | 1 | 4 |"
    responses = read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": rows}), listed)
    (finding,) = found(responses, "ingest.unknown_value_kept")
    assert (finding.severity, finding.cell) == ("warning", "B3")
    assert responses.data["body"].tolist() == ["Kartamantul", "Kartamantull"]


def test_missing_items_have_a_code_of_their_own(tmp_path: Path, instrument: Instrument) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"S": "| T1 | T3 | N1 |\n| 1 | 2 | 3 |"})
    with pytest.raises(InputFileError) as caught:
        read_responses(path, instrument)
    assert caught.value.code == "ingest.missing_items"


def test_xls_files_note_that_formulas_are_not_seen(tmp_path: Path, instrument: Instrument) -> None:
    path = write_xls(tmp_path / "a.xls", {"S": f"{HEADER}\n| 1 | a | LSM | 1 | 2 | 3 | 4 |"})
    (finding,) = found(read_responses(path, instrument), "ingest.formulas_unseen")
    assert (finding.severity, finding.file) == ("note", "a.xls")


def test_saved_formulas_of_amounts_are_used_and_noted(tmp_path: Path, instrument: Instrument) -> None:
    path = write_ods(tmp_path / "b.ods", {"L": "| body | cost |\n| a | 5 |\n| b | =1+2 |"})
    bodies = read_bodies(path, instrument)
    assert bodies.data["cost"].tolist() == [5, 3]
    (finding,) = found(bodies, "ingest.formula_amounts")
    assert (finding.severity, finding.cell, finding.params["count"]) == ("note", "B3", 1)
