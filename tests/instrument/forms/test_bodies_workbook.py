"""The empty workbook of the body data, and what is typed into it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import openpyxl
import pandas as pd
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.findings import worst
from kadsurvey.ingest.bodies import read_bodies
from kadsurvey.instrument.forms.bodies_workbook import write_bodies_workbook
from kadsurvey.instrument.forms.typing_sheet import EXAMPLE_ROW, FIRST_ROW, HEADER_ROW, QUESTION_ROW
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import BodyFieldType
from kadsurvey.language.text import LANGUAGES, Language, Text
from tests.instrument.questionnaires import spoiled


def write(folder: Path, rows: list[dict[str, object]], lang: Language = "id") -> Path:
    path = folder / "bodies.xlsx"
    write_bodies_workbook(load_instrument("kad"), path, lang=lang)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for number, row in enumerate(rows, start=FIRST_ROW):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    book.save(path)
    return path


def test_the_columns_are_the_instruments_with_their_types(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path, [])).worksheets[0]
    header = [cell.value for cell in sheet[HEADER_ROW]]
    assert header == list(load_instrument("kad").bodies)
    explained = dict(zip(header, [cell.value for cell in sheet[QUESTION_ROW]], strict=True))
    assert explained["cost_planned"].endswith("misalnya 1250000 atau Rp1.250.000. (IDR)")
    assert explained["body"] == "Lembaga kerja sama\nWajib; ditulis sama seperti pada jawaban."
    assert sheet.cell(EXAMPLE_ROW, 1).value == "Kartamantul"


def test_an_empty_workbook_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=rf"row {HEADER_ROW}\. Type the bodies below it"):
        read_bodies(write(tmp_path, []), load_instrument("kad"))


@pytest.mark.parametrize(
    ("lang", "yes", "joint"), [("id", "Ya", "Sekretariat bersama"), ("en", "Yes", "Joint secretariat")]
)
def test_what_is_typed_is_read(tmp_path: Path, lang: Language, yes: str, joint: str) -> None:
    row: dict[str, object] = {
        "body": "Kartamantul", "province": "34", "year": 2024, "members": 3, "mandatory": yes, "secretariat": joint,
        "stage_1": "2001-03-27", "cost_planned": "Rp1.250.000.000", "coverage": 0.85, "cost_efficiency": -0.4,
    }  # fmt: skip
    bodies = read_bodies(write(tmp_path, [row], lang), load_instrument("kad"))
    # What is left empty in an outcome is a warning; nothing that was typed is.
    odd = [finding for finding in bodies.findings if finding.code != "ingest.outcome_missing"]
    assert worst(odd) in (None, "note")
    read = bodies.data.loc["Kartamantul"]
    assert read[["members", "mandatory", "coverage", "cost_efficiency"]].tolist() == [3, 1, 0.85, -0.4]
    assert read["secretariat"] == "joint"
    assert read["cost_planned"] == 1_250_000_000
    assert read["stage_1"] == pd.Timestamp("2001-03-27")


def test_an_instrument_without_body_data_still_names_the_body(tmp_path: Path) -> None:
    instrument = spoiled(tmp_path, ("bodies:\n  body: {type: code, role: id}\n", ""))
    write_bodies_workbook(instrument, tmp_path / "bodies.xlsx", lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "bodies.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[HEADER_ROW]] == ["body"]


@pytest.mark.parametrize("kind", get_args(BodyFieldType))
def test_every_type_is_explained(kind: str) -> None:
    assert all(Text(f"forms.body_{kind}").render(lang) for lang in LANGUAGES)
    assert all(Text(f"forms.codebook_type_{kind}").render(lang) for lang in LANGUAGES)
