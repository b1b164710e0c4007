"""Which files a form becomes, and that each is what its name says."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.instrument.forms.export import FormKind, form_files
from kadsurvey.instrument.forms.xlsform_file import read_xlsform
from kadsurvey.instrument.load import load_instrument
from tests.instrument.questionnaires import spoiled


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("xlsform", ["kad-xlsform-official.xlsx", "kad-xlsform-ngo.xlsx"]),
        ("workbook", ["kad-workbook-id.xlsx", "kad-workbook-en.xlsx"]),
        ("form", ["kad-form-official-id.docx", "kad-form-official-en.docx",
                  "kad-form-ngo-id.docx", "kad-form-ngo-en.docx"]),
        ("codebook", ["kad-codebook.md", "kad-codebook.xlsx"]),
    ],
)  # fmt: skip
def test_every_group_and_language_has_its_file(tmp_path: Path, kind: FormKind, names: list[str]) -> None:
    files = form_files(load_instrument("kad"), kind)
    assert list(files) == names
    for name, write in files.items():
        write(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 0


def test_one_group_one_language_one_order(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    files = form_files(kad, "form", group="ngo", seed=7, languages=("id",))
    assert list(files) == ["kad-form-ngo-seed7-id.docx"]
    files["kad-form-ngo-seed7-id.docx"](tmp_path / "x.docx")
    assert any("Anggota LSM" in line.text for line in docx.Document(str(tmp_path / "x.docx")).paragraphs)
    (workbook,) = form_files(kad, "workbook", group="ngo", languages=("en",))
    assert workbook == "kad-workbook-ngo-en.xlsx"


def test_the_first_language_is_the_one_a_form_opens_in(tmp_path: Path) -> None:
    files = form_files(load_instrument("kad"), "xlsform", group="ngo", languages=("en",))
    files["kad-xlsform-ngo.xlsx"](tmp_path / "x.xlsx")
    assert read_xlsform(tmp_path / "x.xlsx").settings.get("default_language") == "English (en)"


def test_a_workbook_names_itself_in_its_guide_wherever_it_is_written(tmp_path: Path) -> None:
    (write,) = form_files(load_instrument("kad"), "workbook", languages=("id",)).values()
    write(tmp_path / "temporary.xlsx")
    guide = openpyxl.load_workbook(tmp_path / "temporary.xlsx")["Petunjuk"]
    assert any("kad-workbook-id.xlsx" in str(row[0].value) for row in guide.iter_rows())


def test_where_all_read_the_same_words_there_is_one_form(tmp_path: Path) -> None:
    assert list(form_files(spoiled(tmp_path), "xlsform")) == ["small-xlsform.xlsx"]


def test_an_unknown_group_writes_nothing() -> None:
    with pytest.raises(ArgumentError, match="no group 'mayor'"):
        form_files(load_instrument("kad"), "workbook", group="mayor")
