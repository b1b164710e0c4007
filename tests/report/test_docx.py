"""The Word document of a report, read back: its cells, fields, headings, figures; the same bytes twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from kadsurvey.errors import OutputError
from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.document import Document, Part, Prose
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.docx import write_docx
from kadsurvey.report.writers.shape import group_runs
from tests.report.documents import DOCUMENT, pictures
from tests.report.hostile import HOSTILE, SHOWN, TEX, converted, numbers

WORDS = {"en": ("Table", "Figure"), "id": ("Tabel", "Gambar")}


def written(document, folder, lang="en", **settings):
    path = folder / f"report-{lang}.docx"
    write_docx(document, path, lang=lang, pictures=pictures(document, lang), **settings)
    return path


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def page(lang, tmp_path_factory):
    return docx.Document(written(DOCUMENT, tmp_path_factory.mktemp("docx"), lang))


def cells(row):
    """The text of each cell of a row, merged ones once."""
    return [docx.table._Cell(cell, None).text for cell in row._tr.tc_lst]


def instructions(page):
    return [code.text.strip() for code in page.element.body.iter(qn("w:instrText"))]


def test_every_cell_is_the_text_of_the_other_formats(page, lang):
    for shown, table in zip(page.tables, DOCUMENT.tables(), strict=True):
        expected = []
        if any(column.spanner for column in table.columns):
            expected.append(None)
        expected.append([render(column.label, lang) for column in table.columns])
        for group, rows in group_runs(table.rows):
            if group is not None:
                expected.append([render(group, lang)])
            expected += [[text_in(row, column, lang) for column in table.columns] for row in rows]
        found = [cells(row) for row in shown.rows]
        assert len(found) == len(expected)
        assert [row for row, wanted in zip(found, expected, strict=True) if wanted is not None] == [
            wanted for wanted in expected if wanted is not None
        ]


def test_headings_repeat_and_no_row_is_split(page):
    for shown, table in zip(page.tables, DOCUMENT.tables(), strict=True):
        heads = 2 if any(column.spanner for column in table.columns) else 1
        repeated = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in shown.rows]
        assert repeated == [True] * heads + [False] * (len(shown.rows) - heads)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in shown.rows)


def test_a_heading_above_several_columns_is_one_cell(page):
    _, _, regression = page.tables
    first = regression.rows[0]
    assert [(cell.grid_span, docx.table._Cell(cell, None).text) for cell in first._tr.tc_lst] == [
        (1, ""), (2, "Model 1"), (2, "Model 2"), (1, ""),
    ]  # fmt: skip


def test_lines_stand_where_apa_has_them(page):
    for shown in page.tables:
        heads = sum(bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in shown.rows)
        for number, row in enumerate(shown.rows):
            sides = {border.tag for border in row._tr.xpath(".//w:tcBorders/*")}
            expected = {qn("w:top")} if number == 0 else set()
            if number in (heads - 1, len(shown.rows) - 1):
                expected.add(qn("w:bottom"))
            assert sides == expected


def test_captions_count_themselves_and_the_text_refers_to_them(page, lang):
    table, figure = WORDS[lang]
    codes = instructions(page)
    assert [code for code in codes if code.startswith("SEQ")] == [
        rf"SEQ {word} \* ARABIC" for word in (table, figure, table, figure, table)
    ]
    assert [code for code in codes if code.startswith("REF")] == [r"REF table_1 \h", r"REF figure_1 \h"]
    marks = {mark.get(qn("w:name")) for mark in page.element.body.iter(qn("w:bookmarkStart"))}
    assert {"table_1", "figure_1", "part_1", "references"} <= marks
    captions = [line.text for line in page.paragraphs if line.style.name == "Caption"]
    assert captions[:2] == [
        f"{table} 1\n{render(next(DOCUMENT.tables()).title, lang)}",
        f"{figure} 1\n{render(next(DOCUMENT.figures()).title, lang)}",
    ]
    prose = next(line.text for line in page.paragraphs if f"({table} 1, {figure} 1)" in line.text)
    assert prose.endswith(f"({table} 1, {figure} 1)")


def test_every_field_is_closed_and_no_mark_is_used_twice(page):
    kinds = [sign.get(qn("w:fldCharType")) for sign in page.element.body.iter(qn("w:fldChar"))]
    depth = 0
    for kind in kinds:
        depth += {"begin": 1, "end": -1, "separate": 0}[kind]
        assert depth >= 0
    assert depth == 0
    marks = [mark.get(qn("w:id")) for mark in page.element.body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))


def test_headings_and_contents_name_every_part(page):
    headings = [line.text for line in page.paragraphs if line.style.name == "Heading 1"]
    contents = [line for line in page.paragraphs if line.style.name == "toc 1"]
    assert len(headings) == len(DOCUMENT.parts) + 1
    assert [line.text for line in contents] == headings
    marks = {mark.get(qn("w:name")) for mark in page.element.body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for line in contents for link in line._p.iter(qn("w:hyperlink"))} <= marks


def test_figures_have_words_for_who_cannot_see_them(page, lang):
    shown = [part for part in page.element.body.iter() if part.tag.endswith("}docPr")]
    assert [part.get("descr") for part in shown] == [render(figure.alt, lang) for figure in DOCUMENT.figures()]


def test_a_high_figure_leaves_room_for_its_caption(tmp_path):
    drawn = {key: replace(picture, width=6.0, height=40.0) for key, picture in pictures(DOCUMENT, "en").items()}
    write_docx(DOCUMENT, tmp_path / "r.docx", lang="en", pictures=drawn)
    page = docx.Document(tmp_path / "r.docx")
    section = page.sections[0]
    room = section.page_height - section.top_margin - section.bottom_margin
    # The picture of the tests is one dot, so its width is what was scaled.
    assert [shape.width / Inches(6.0) for shape in page.inline_shapes] == [
        pytest.approx(0.8 * room / Inches(40.0), rel=1e-3)
    ] * 2


def test_the_document_says_its_language_and_no_name(page, lang):
    styles = page.styles["Normal"].element
    assert styles.xpath("./w:rPr/w:lang/@w:val") == [{"en": "en-GB", "id": "id-ID"}[lang]]
    assert (page.core_properties.author, page.core_properties.last_modified_by) == ("kadsurvey", "")
    assert page.core_properties.language == lang


def test_a_wide_table_lies_across_and_the_text_after_it_does_not(tmp_path):
    columns = tuple(Column(f"c{n}", f"column{n}", "number", 4) for n in range(14))
    wide = Table("wide", "Wide", columns, (Row({column.key: 12345.6789 for column in columns}),))
    document = Document("t", (), (Part("a", "A", (Prose(("before",)), wide, Prose(("after",)))),))
    page = docx.Document(written(document, tmp_path))
    assert [section.page_width > section.page_height for section in page.sections] == [False, True, False]
    room = page.sections[1].page_width - page.sections[1].left_margin - page.sections[1].right_margin
    assert sum(column.width for column in page.tables[0].columns) <= room
    assert all(section.footer.is_linked_to_previous for section in list(page.sections)[1:])


def test_text_is_text(tmp_path):
    page = docx.Document(written(HOSTILE, tmp_path))
    (table,) = page.tables
    assert cells(table.rows[1])[:2] == [SHOWN, TEX]
    assert cells(table.rows[2]) == [TEX]
    assert cells(table.rows[3]) == [SHOWN, TEX, "1.50"]
    assert cells(table.rows[4]) == ["[1] </w:t>", "", "-2.25"]


def test_the_same_report_gives_the_same_bytes(tmp_path):
    first = written(DOCUMENT, tmp_path).read_bytes()
    again = written(DOCUMENT, tmp_path)
    assert again.read_bytes() == first
    with ZipFile(again) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


def test_the_styles_and_the_page_of_a_template_are_kept_and_its_text_is_not(tmp_path):
    template = docx.Document()
    template.styles["Normal"].font.name = "Georgia"
    template.styles["Caption"].font.size = Pt(7)
    template.sections[0].left_margin = Pt(100)
    template.sections[0].footer.paragraphs[0].text = "Sekretariat"
    template.add_paragraph("Old text")
    template.core_properties.author = "Budi"
    template.save(tmp_path / "template.docx")
    page = docx.Document(written(DOCUMENT, tmp_path, template=tmp_path / "template.docx"))
    assert page.styles["Normal"].font.name == "Georgia"
    assert page.styles["Caption"].font.size == Pt(7)
    assert page.sections[0].left_margin == Pt(100)
    assert page.sections[0].footer.paragraphs[0].text == "Sekretariat"
    assert "Old text" not in [line.text for line in page.paragraphs]
    assert page.core_properties.author == "kadsurvey"


def test_a_template_without_the_styles_gets_them(tmp_path):
    template = docx.Document()
    styles = template.styles
    for name in ("Title", "Subtitle", "Heading 1", "Caption", "TOC Heading", "Footer"):
        styles[name].delete()
    template.save(tmp_path / "template.docx")
    page = docx.Document(written(DOCUMENT, tmp_path, template=tmp_path / "template.docx"))
    assert page.styles["Heading 1"].element.xpath("./w:pPr/w:outlineLvl")
    assert len(page.tables) == 3


@pytest.mark.parametrize("content", [b"", b"not a document", None])
def test_a_template_that_is_no_document_is_refused(tmp_path, content):
    template = tmp_path / "template.docx"
    if content is not None:
        template.write_bytes(content)
    with pytest.raises(OutputError, match=r"Template 'template\.docx' cannot be read"):
        written(DOCUMENT, tmp_path, template=template)


def test_a_figure_without_its_picture_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="bars"):
        write_docx(DOCUMENT, tmp_path / "r.docx", lang="en", pictures={})


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice and poppler")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_libreoffice_shows_every_number(tmp_path, lang):
    text = converted(written(DOCUMENT, tmp_path, lang), tmp_path)
    words = text.split()
    shown = numbers(DOCUMENT, lambda row, column: text_in(row, column, lang))
    assert not {number for number in shown if not set(number.split()) <= set(words)}
