"""XLSForms as files: what is written is read, and what is no XLSForm is named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.instrument.forms.questionnaire import Questionnaire
from kadsurvey.instrument.forms.xlsform import xlsform
from kadsurvey.instrument.forms.xlsform_file import language_of, read_xlsform, write_xlsform
from kadsurvey.instrument.load import load_instrument
from tests.workbooks import write_xlsx


def test_a_written_form_is_read_cell_by_cell(tmp_path: Path) -> None:
    form = xlsform(Questionnaire.of(load_instrument("kad"), group="ngo"))
    write_xlsform(form, tmp_path / "form.xlsx")
    read = read_xlsform(tmp_path / "form.xlsx")
    assert [row.cells for row in read.survey] == [row.cells for row in form.survey]
    assert [row.cells for row in read.choices] == [row.cells for row in form.choices]
    assert read.settings.cells == form.settings.cells
    assert read.embedded == form.embedded
    assert read.survey[0].number == 2


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    trust = kad.constructs["trust"]
    items = {**trust.items, "T1": trust.items["T1"].model_copy(update={"text": {"id": "=1+1", "en": "=2"}})}
    spoiled = kad.model_copy(
        update={"constructs": {**kad.constructs, "trust": trust.model_copy(update={"items": items})}}
    )
    write_xlsform(xlsform(Questionnaire.of(spoiled)), tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=1+1" in [cell.value for cell in cells]


def test_headers_are_read_in_every_spelling(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "form.xlsx",
        {
            "Survey ": """
            | Type | name | label : English | Label::Bahasa Indonesia (id) | label::Jawa (jv) | hint |
            | text | a    | One             | Satu                         | Siji             | h    |
            ||
            | text | b    |                 | Dua                          |                  |      |
            """,
            "choices": '| list name | name | label |\n| lk | 1 | Ya |\n| lk | "2" | Tidak |',
        },
    )
    form = read_xlsform(path)
    assert form.survey[0].cells == {
        "type": "text", "name": "a", "label:en": "One", "label:id": "Satu", "label:Jawa (jv)": "Siji", "hint": "h",
    }  # fmt: skip
    assert [row.number for row in form.survey] == [2, 4]
    assert [row.cells["name"] for row in form.choices] == ["1", "2"]
    assert form.choices[0].cells["list_name"] == "lk"
    assert form.settings.cells == {}
    assert form.embedded == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [("Bahasa Indonesia (id)", "id"), ("English (en)", "en"), ("Indonesian", "id"), ("id", "id"), ("EN", "en"),
     ("Inggris", "en"), ("Bahasa Indonesia (in)", "id"), ("English (en-GB)", "en"), ("Jawa (jv)", None), ("", None)],
)  # fmt: skip
def test_languages_by_their_usual_names(words: str, expected: str | None) -> None:
    assert language_of(words) == expected


def test_what_is_no_form_is_named(tmp_path: Path) -> None:
    cases = {
        "none.xlsx": (None, "There is no file 'none.xlsx'"),
        "text.xlsx": (b"hello", "'text.xlsx' cannot be read as an xlsx workbook"),
        "cut.xlsx": (b"PK\x03\x04broken", "'cut.xlsx' cannot be read as an xlsx workbook"),
        "empty.xlsx": (b"", "'empty.xlsx' cannot be read as an xlsx workbook"),
    }
    for name, (content, sentence) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputFileError, match=sentence) as caught:
            read_xlsform(tmp_path / name)
        assert str(tmp_path) not in str(caught.value)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputFileError, match="'folder' is a folder"):
        read_xlsform(tmp_path / "folder")


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "form.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(60_000_000))
    with pytest.raises(InputFileError, match=r"'form\.xlsx' is larger than 50000 kB"):
        read_xlsform(tmp_path / "form.xlsx")


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        ({"Data": "| T1 |\n| 5 |"}, "no sheet 'survey' \\(sheets: Data\\)"),
        ({"survey": ""}, "no row has both a 'type' and a 'name'"),
        ({"survey": "| jenis | nama |\n| text | a |"}, "no row has both a 'type' and a 'name'"),
    ],
)
def test_a_workbook_that_is_no_form_is_told_what_it_lacks(
    tmp_path: Path, sheets: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InputFileError, match=sentence):
        read_xlsform(write_xlsx(tmp_path / "form.xlsx", sheets))
