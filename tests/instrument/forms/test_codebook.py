"""The codebook holds every part of the instrument, in Markdown and in a workbook alike."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import openpyxl
import pytest

from kadsurvey.instrument.forms.codebook import codebook, write_markdown, write_workbook
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import BodyFieldRole, ConstructRole, FieldRole, FieldType, Instrument
from kadsurvey.language.text import LANGUAGES, Language, Text
from tests.instrument.forms.small import odd_instrument


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_has_its_row(kad: Instrument, lang: Language) -> None:
    rows = {section.key: [row[0] for row in section.rows] for section in codebook(kad, lang=lang)}
    assert rows["constructs"] == list(kad.constructs)
    assert rows["items"] == list(kad.items)
    assert rows["fields"] == list(kad.fields)
    assert rows["bodies"] == list(kad.bodies)
    assert rows["roster"] == ["contact", "information", "resources", "trust"]
    assert rows["overlaps"] == [" ".join(overlap.items) for overlap in kad.overlaps]
    assert len(rows["scales"]) == 5 + 3


def test_items_and_answers_in_full(kad: Instrument) -> None:
    sections = {section.key: section for section in codebook(kad, lang="en")}
    item = dict(zip(sections["items"].header, sections["items"].rows[5], strict=True))
    assert item == {
        "item": "T6", "construct": "trust", "scale": "agree5", "R": "R",
        "Indonesia": kad.items["T6"].text["id"], "English": kad.items["T6"].text["en"],
        "Indonesia (NGO)": kad.items["T6"].text_ngo["id"], "English (NGO)": kad.items["T6"].text_ngo["en"],
        "idea and source": kad.items["T6"].source,
    }  # fmt: skip
    answer = dict(zip(sections["scales"].header, sections["scales"].rows[0], strict=True))
    assert answer == {
        "scale": "agree5", "code": "1", "Indonesia": "Sangat tidak setuju", "English": "Strongly disagree",
        "meaning": "scale point", "also read": "STS; SD",
    }  # fmt: skip
    assert sections["scales"].rows[5][:2] == ("agree5", "8")
    assert sections["scales"].rows[5][4] == "missing: don't know"


def test_body_data_with_types_and_units(kad: Instrument) -> None:
    section = next(section for section in codebook(kad, lang="id") if section.key == "bodies")
    rows = {row[0]: row for row in section.rows}
    assert rows["cost_realised"][1:4] == ("uang", "IDR", "masukan")
    assert rows["secretariat"][6] == (
        "none = Tidak ada / No secretariat; joint = Sekretariat bersama / Joint secretariat; "
        "autonomous = Lembaga otonom / Autonomous institution"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_markdown_and_workbook_hold_the_same_tables(kad: Instrument, tmp_path: Path, lang: Language) -> None:
    write_markdown(kad, tmp_path / "codebook.md", lang=lang)
    write_workbook(kad, tmp_path / "codebook.xlsx", lang=lang)
    text = (tmp_path / "codebook.md").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(tmp_path / "codebook.xlsx")
    for section in codebook(kad, lang=lang):
        assert f"## {section.title}\n" in text
        sheet = book[section.key]
        cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=sheet.max_row)]
        assert cells == [list(section.rows[-1])]
        assert sheet["A1"].value == section.title


def test_a_bar_in_a_text_does_not_break_the_table(tmp_path: Path) -> None:
    odd = odd_instrument(tmp_path)
    trust = odd.constructs["trust"]
    items = {**trust.items, "T1": trust.items["T1"].model_copy(update={"text": {"id": "Satu | dua\ntiga"}})}
    spoiled = odd.model_copy(
        update={"constructs": {**odd.constructs, "trust": trust.model_copy(update={"items": items})}}
    )
    write_markdown(spoiled, tmp_path / "codebook.md", lang="id")
    line = next(line for line in (tmp_path / "codebook.md").read_text().splitlines() if line.startswith("| T1"))
    assert "Satu \\| dua tiga" in line


def test_what_an_instrument_lacks_has_no_section(tmp_path: Path) -> None:
    keys = [section.key for section in codebook(odd_instrument(tmp_path), lang="id")]
    assert "roster" not in keys
    assert "overlaps" in keys


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("role", get_args(ConstructRole)), ("role", get_args(BodyFieldRole)), ("field", get_args(FieldRole)),
     ("type", get_args(FieldType))],
)  # fmt: skip
def test_every_kind_has_its_word(name: str, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        assert all(Text(f"forms.codebook_{name}_{kind}").render(lang) for lang in LANGUAGES)
