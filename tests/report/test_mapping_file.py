from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kadsurvey.ingest.mapping import MappingRow, UserMapping, read_mapping
from kadsurvey.ingest.proposals import Proposal
from kadsurvey.language.text import LANGUAGES, Language, Text
from kadsurvey.report.writers.folder import free_name, write_files
from kadsurvey.report.writers.mapping import mapping_file


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_that_is_written_is_read_as_it_was_left(tmp_path: Path, lang: Language) -> None:
    kept = MappingRow("cell", "1.250", "1250", True, "cost", "C5", row=2, count="1", question="1250 or 1.25?")
    declined = MappingRow("body", "=KAD A", "KAD B", False, row=3)
    given = UserMapping("old.xlsx", None, (kept, declined))
    names = {"written": "Barlingmascakep", "meant": "Barlingmascakeb"}
    proposal = Proposal(MappingRow("body", *names.values(), None, count="2"), Text("ingest.ask_name", names))
    path = tmp_path / "mapping.xlsx"
    mapping_file([proposal], given, lang)(path)
    rows = read_mapping(path).rows
    assert [(row.kind, row.column, row.cell, row.written, row.meant, row.accepted) for row in rows] == [
        ("cell", "cost", "C5", "1.250", "1250", True),
        ("body", "", "", "=KAD A", "KAD B", False),
        ("body", "", "", "Barlingmascakep", "Barlingmascakeb", None),
    ]
    assert [row.question for row in rows] == [kept.question, "", "Barlingmascakep -> Barlingmascakeb?"]
    assert not any(row.is_number for row in rows)
    sheet = openpyxl.load_workbook(path)["mapping"]
    # Text cells, so that a spreadsheet program takes neither zeros nor dots away, and a drop-down for the answers.
    assert {cell.number_format for row in sheet["A2:H4"] for cell in row} == {"@"}
    assert str(sheet.data_validations.dataValidation[0].sqref) == "F2:F4"


def test_a_name_is_free_until_a_person_has_written_there(tmp_path: Path) -> None:
    write_files(tmp_path, {"mapping.xlsx": lambda path: path.write_text("ours") and None})
    assert free_name(tmp_path, "mapping.xlsx") == "mapping.xlsx"
    (tmp_path / "mapping.xlsx").write_text("answered")
    assert free_name(tmp_path, "mapping.xlsx") == "mapping-2.xlsx"
    (tmp_path / "mapping-2.xlsx").write_text("answered too")
    assert free_name(tmp_path, "mapping.xlsx") == "mapping-3.xlsx"


def test_a_name_with_what_no_workbook_can_hold_is_asked_about_all_the_same(tmp_path: Path) -> None:
    names = {"written": "KAD\x07 A", "meant": "KAD A"}
    proposal = Proposal(MappingRow("body", *names.values(), None, count="1"), Text("ingest.ask_name", names))
    mapping_file([proposal], None, "en")(tmp_path / "mapping.xlsx")
    (row,) = read_mapping(tmp_path / "mapping.xlsx").rows
    assert row.written == "KAD\N{REPLACEMENT CHARACTER} A"
