"""The workbook of a report, read back: numbers as numbers, links that lead somewhere, names that Excel takes."""

from __future__ import annotations

import math
import re
import shutil
from dataclasses import replace

import openpyxl
import pytest

from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.report.cells import is_missing
from kadsurvey.report.document import Document, Part
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.shape import group_runs
from kadsurvey.report.writers.xlsx import write_workbook
from tests.report.documents import DOCUMENT, FORMULA, MARKUP, pictures
from tests.report.hostile import HOSTILE, SHOWN, TEX, converted

DETAIL = Table(
    "detail", {"en": "Every answer: a/b [c]", "id": "Tiap jawaban: a/b [c]"},
    (Column("name", "name"), Column("x", "x", "number", 3)), (Row({"name": FORMULA, "x": 1 / 3}), Row({"x": 2.0})),
)  # fmt: skip
WITH_DETAIL = replace(DOCUMENT, parts=(replace(DOCUMENT.parts[0], details=(DETAIL,)), *DOCUMENT.parts[1:]))


def written(document, folder, lang="en"):
    path = folder / f"report-{lang}.xlsx"
    write_workbook(document, path, lang=lang, pictures=pictures(document, lang))
    return path


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def book(lang, tmp_path_factory):
    return openpyxl.load_workbook(written(WITH_DETAIL, tmp_path_factory.mktemp("xlsx"), lang))


def lines(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def body(table, lang):
    """The rows of a table as the cells of a sheet hold them."""
    for group, rows in group_runs(table.rows):
        if group is not None:
            yield [render(group, lang), *[None] * (len(table.columns) - 1)]
        for row in rows:
            yield [
                None if is_missing(value) else value if isinstance(value, int | float) else render(value, lang) or None
                for value in (row.values.get(column.key) for column in table.columns)
            ]


def test_every_value_stands_unrounded_below_its_headings(book, lang):
    for part in WITH_DETAIL.parts:
        for table in [block for block in part.blocks if isinstance(block, Table)] + list(part.details):
            heads = [render(column.label, lang) or None for column in table.columns]
            sheet, start = next(
                (sheet, number)
                for sheet in book.worksheets
                for number, line in enumerate(lines(sheet))
                if line[: len(heads)] == heads
            )
            expected = list(body(table, lang))
            found = [line[: len(heads)] for line in lines(sheet)[start + 1 : start + 1 + len(expected)]]
            assert found == expected


def test_numbers_have_the_format_of_their_kind(book):
    formats = {
        (cell.value, cell.number_format)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    assert {(0.0001, "0.000"), (1250, "#,##0"), (0.125, "0.0%"), (0.0194, r"\(0.000\)"), (1 / 3, "0.000")} <= formats
    assert all(math.isfinite(value) for value, _ in formats)


def test_no_text_is_a_formula(book):
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    assert FORMULA in {cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}


def test_a_sheet_a_part_and_none_for_what_was_not_given(book, lang):
    expected = {
        "en": ["Contents", "1 Reliability of the", "1.1 Every answer a b c", "3 Trust and cost efficiency",
               "References", "Data dictionary"],
        "id": ["Daftar isi", "1 Reliabilitas kuesioner", "1.1 Tiap jawaban a b c", "3 Kepercayaan dan efisiensi",
               "Daftar pustaka", "Kamus data"],
    }[lang]  # fmt: skip
    assert book.sheetnames == expected
    missing = next(line[0] for line in lines(book.worksheets[0]) if line[0] and line[0].startswith("2."))
    assert render(WITH_DETAIL.parts[1].absent, lang) in missing


def test_every_link_leads_to_the_line_that_it_names(book):
    contents, *others = book.worksheets
    links = [cell for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) == 5 + 5
    for cell in links:
        name, place = re.fullmatch(r"'(.*)'!(\w+)", cell.hyperlink.location).groups()
        assert book[name.replace("''", "'")][place].value == cell.value
    for sheet in others:
        assert sheet["A2"].hyperlink.location == f"'{contents.title}'!A1"
        assert sheet.freeze_panes is not None


def test_figures_stand_in_their_part(book):
    assert [len(sheet._images) for sheet in book.worksheets] == [0, 1, 0, 1, 0, 0]


def test_prose_and_notes_wrap_over_merged_cells(book):
    sheet = book.worksheets[1]
    prose = next(cell for row in sheet.iter_rows() for cell in row if cell.value and MARKUP in str(cell.value))
    assert prose.alignment.wrap_text
    assert any(prose.coordinate in merged for merged in sheet.merged_cells.ranges)


def test_the_dictionary_has_every_column_of_every_table(book, lang):
    sheet = book.worksheets[-1]
    found = [(line[1], line[2]) for line in lines(sheet)]
    for table in [*WITH_DETAIL.tables(), DETAIL]:
        for column in table.columns:
            assert (render(table.title, lang), column.key) in found


def test_sheets_with_one_beginning_get_names_of_their_own(tmp_path):
    title = "x" * 40
    parts = tuple(
        Part(
            str(n),
            "'History'",
            (Table(f"t{n}", title, (Column("a", "a"),), ()),),
            details=(replace(DETAIL, title=title),) * 2,
        )
        for n in range(2)
    )
    book = openpyxl.load_workbook(written(Document("t", (), parts), tmp_path))
    names = book.sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)


def test_text_is_text(tmp_path):
    book = openpyxl.load_workbook(written(HOSTILE, tmp_path))
    found = {cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert {SHOWN, TEX, 1.5, -2.25} <= found


def test_the_same_report_gives_the_same_bytes(tmp_path):
    first = written(WITH_DETAIL, tmp_path).read_bytes()
    assert written(WITH_DETAIL, tmp_path).read_bytes() == first
    assert b"1980-01-01T00:00:00Z" in _core(tmp_path / "report-en.xlsx")


def _core(path):
    from zipfile import ZipFile

    with ZipFile(path) as package:
        return package.read("docProps/core.xml")


def test_a_figure_without_its_picture_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="bars"):
        write_workbook(DOCUMENT, tmp_path / "r.xlsx", lang="en", pictures={})


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice and poppler")
def test_libreoffice_shows_the_numbers(tmp_path):
    words = set(converted(written(DOCUMENT, tmp_path), tmp_path).split())
    assert {"1,250", "0.84", "-0.12", "0.042", "12.5%", "12345.678", "(0.019)", "-0.98"} <= words
