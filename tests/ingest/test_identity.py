from __future__ import annotations

from pathlib import Path

from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found
from tests.workbooks import write_xlsx


def test_an_identifier_keeps_its_zeros(read: Read) -> None:
    responses = read('| nomor | T1 | T2 | T3 | N1 |\n| "0071" | 5 | 4 | 3 | 2 |\n| 57 | 4 | 4 | 3 | 2 |')
    assert responses.data.index.tolist() == ["0071", "57"]
    assert responses.data.index.name == "respondent_id"


def test_without_an_identifier_file_and_row_stand_for_it(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |\n||\n| 4 | 4 | 3 | 2 |")
    assert responses.data.index.tolist() == ["answers:2", "answers:4"]
    assert responses.source["row"].tolist() == [2, 4]


def test_a_blank_identifier_is_a_warning(read: Read) -> None:
    responses = read("| nomor | T1 | T2 | T3 | N1 |\n| R1 | 5 | 4 | 3 | 2 |\n| | 4 | 4 | 3 | 2 |")
    assert responses.data.index.tolist() == ["R1", "answers:3"]
    assert [finding.cell for finding in found(responses, "ingest.id_missing")] == ["A3"]


def test_a_repeated_identifier_is_an_error_that_names_both_cells(tmp_path: Path, instrument: Instrument) -> None:
    one = write_xlsx(tmp_path / "one.xlsx", {"S": "| nomor | T1 | T2 | T3 | N1 |\n| R1 | 5 | 4 | 3 | 2 |"})
    two = write_xlsx(
        tmp_path / "two.xlsx",
        {"S": "| nomor | T1 | T2 | T3 | N1 |\n| R2 | 5 | 4 | 3 | 2 |\n| R1 | 1 | 4 | 3 | 2 |\n| R1 | 2 | 4 | 3 | 2 |"},
    )
    responses = read_responses([one, two], instrument)
    first, _ = found(responses, "ingest.duplicate_id")
    assert (first.severity, first.file, first.cell) == ("error", "two.xlsx", "A3")
    assert (first.params["file"], first.params["cell"]) == ("one.xlsx", "A2")
    assert responses.data.index.tolist() == ["R1", "R2", "R1~2", "R1~3"]
    assert responses.data["T1"].tolist() == [5.0, 5.0, 1.0, 2.0]


def test_an_equal_row_under_another_identifier_is_a_warning(read: Read) -> None:
    responses = read(
        "| nomor | lembaga | T1 | T2 | T3 | N1 |\n| R1 | a | 5 | 4 | 3 | 2 |\n| R2 | b | 5 | 4 | 3 | 2 |\n"
        "| R3 | a | 5 | 4 | 3 | 2 |"
    )
    (finding,) = found(responses, "ingest.repeated_row")
    assert (finding.severity, finding.cell, finding.respondent_id, finding.params["row"]) == ("warning", "A4", "R3", 2)
    assert len(responses.data) == 3
