"""The form on paper: every question once, in the group's words and in the asked order, with a box for every answer."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document

from kadsurvey.instrument.forms.printable import write_printable
from kadsurvey.instrument.forms.questionnaire import Questionnaire
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, Language
from tests.instrument.forms.small import odd_instrument

BOX = "☐"
A4 = (21.0, 29.7)  # cm


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


def printed(questionnaire: Questionnaire, folder: Path, lang: Language) -> Document:
    write_printable(questionnaire, folder / "form.docx", lang=lang)
    return docx.Document(str(folder / "form.docx"))


def statements(document: Document) -> list[tuple[str, str, str, int]]:
    """Return number, code, text and boxes of every row of a table of statements."""
    found = []
    for table in document.tables:
        for row in table.rows:
            first, *rest = (cell.text for cell in row.cells)
            number, _, code = first.partition("\n")
            if number.isdigit() and code:
                found.append((number, code, rest[0], rest.count(BOX)))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", ["official", "ngo"])
@pytest.mark.parametrize("seed", [None, 7])
def test_every_statement_once_with_a_box_an_answer(
    kad: Instrument, tmp_path: Path, lang: Language, group: str, seed: int | None
) -> None:
    asked = Questionnaire.of(kad, group=group, seed=seed)
    rows = statements(printed(asked, tmp_path, lang))
    assert rows == [(str(number), code, asked.text(code)[lang], 6) for number, code in enumerate(asked.items, start=1)]


def test_answers_stand_above_their_boxes_on_every_page(kad: Instrument, tmp_path: Path) -> None:
    document = printed(Questionnaire.of(kad, group="ngo"), tmp_path, "id")
    tables = [table for table in document.tables if "Pernyataan" in [cell.text for cell in table.rows[0].cells]]
    assert len(tables) == len(kad.constructs)
    for table in tables:
        head = [cell.text for cell in table.rows[0].cells]
        assert head[2:] == [
            "Sangat tidak setuju\n1", "Tidak setuju\n2", "Netral\n3", "Setuju\n4", "Sangat setuju\n5",
            "Tidak tahu / tidak berlaku\n8",
        ]  # fmt: skip
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)


def test_facts_first_and_personal_fields_last(kad: Instrument, tmp_path: Path) -> None:
    document = printed(Questionnaire.of(kad), tmp_path, "en")
    first, last = document.tables[0], document.tables[-1]
    assert [row.cells[0].text for row in first.rows] == [
        "Cooperation body", "Member region or organisation", "Group of respondents", "Position", "Years in this role",
        "Highest education", "Gender",
    ]  # fmt: skip
    assert (
        first.rows[2].cells[1].text.replace("\N{NO-BREAK SPACE}", " ")
        == f"{BOX} Government official    {BOX} NGO member"
    )
    assert [row.cells[0].text for row in last.rows] == ["Name of respondent", "Telephone number", "E-mail address"]


def test_pages_are_numbered_and_a_drawn_order_can_be_drawn_again(kad: Instrument, tmp_path: Path) -> None:
    document = printed(Questionnaire.of(kad, group="ngo", seed=7), tmp_path, "id")
    footer = document.sections[0].footer
    assert [element.text for element in footer._element.xpath(".//w:instrText")] == ["PAGE", "NUMPAGES"]
    assert footer.paragraphs[0].text.startswith("kad 1.0 · Anggota LSM · Urutan pernyataan diacak (seed 7)\tHalaman ")


def test_the_page_is_a4_and_speaks_its_language(kad: Instrument, tmp_path: Path) -> None:
    document = printed(Questionnaire.of(kad), tmp_path, "id")
    section = document.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (section.page_width.cm, section.page_height.cm) == pytest.approx(A4, abs=0.01)
    assert document.styles["Normal"].element.xpath("./w:rPr/w:lang/@w:val") == ["id-ID"]


def test_the_roster_has_lines_and_points(kad: Instrument, tmp_path: Path) -> None:
    document = printed(Questionnaire.of(kad), tmp_path, "en")
    roster = next(table for table in document.tables if table.rows[0].cells[0].text == "Name of the organisation")
    assert [cell.text for cell in roster.rows[0].cells[1:]] == [
        "Contact",
        "Exchanging information",
        "Sharing resources",
        "Trust",
    ]
    assert [cell.text for cell in roster.rows[1].cells] == ["1.", *["0  1  2  3  4"] * 4]


def test_properties_of_cells_stand_in_the_order_of_the_schema(kad: Instrument, tmp_path: Path) -> None:
    printed(Questionnaire.of(kad), tmp_path, "id")
    order = ["tcW", "shd", "tcMar", "vAlign"]
    root = docx.Document(str(tmp_path / "form.docx")).element
    for properties in root.xpath("//w:tcPr"):
        names = [child.tag.rpartition("}")[2] for child in properties]
        assert names == sorted(names, key=order.index)
    assert zipfile.ZipFile(tmp_path / "form.docx").testzip() is None


def test_an_unusual_instrument_can_be_printed_too(tmp_path: Path) -> None:
    document = printed(Questionnaire.of(odd_instrument(tmp_path), group="ngo"), tmp_path, "en")
    assert [(code, text, boxes) for _, code, text, boxes in statements(document)] == [
        ("T1", "One", 4), ("T2", "Dua", 4), ("T3", "Three", 4), ("C1", "C1", 4),
    ]  # fmt: skip
    assert any("Nomor" in line.text or "Number" in line.text for line in document.paragraphs)
