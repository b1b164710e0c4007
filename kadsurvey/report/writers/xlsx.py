"""Tables to a workbook, a sheet a table; a report to a workbook, a sheet a part."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.document import Document, Figure, Part, Picture, Pictures, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Table
from kadsurvey.report.writers.captions import block_names, joined, part_heading
from kadsurvey.report.writers.dictionary import dictionary_table
from kadsurvey.report.writers.package import write_package
from kadsurvey.report.writers.sheets import (
    LINE_HEIGHT,
    LINE_LOSS,
    TEXT_WIDTH,
    fit_to_width,
    put,
    put_table,
    put_text,
    set_widths,
    text_span,
)

_SHEET_NAME_LENGTH = 31  # Excel's limit
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_RESERVED = frozenset({"history"})
_DOTS_AN_INCH, _POINTS_AN_INCH = 96, 72
_LARGEST_FIGURE = 8.0  # inches
_LINK_COLOUR = "0563C1"
_FROZEN = 2
"""Lines of a part that stay in sight: its title and the way back."""


def write_xlsx(tables: Sequence[Table], path: Path, *, lang: Language) -> None:
    """Write each table to a sheet of its own.

    Numbers are stored unrounded with a number format, so that Excel shows the digits meant and the decimal sign of
    its own language.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.key[:_SHEET_NAME_LENGTH])
        fit_to_width(sheet, len(table.columns))
        head, _ = put_table(sheet, 1, table, lang, title=render(table.title, lang))
        sheet.freeze_panes = sheet.cell(head + 1, 1)
        set_widths(sheet, [table], lang)
    book.save(path)


def write_workbook(document: Document, path: Path, *, lang: Language, pictures: Pictures) -> None:
    """Write a report as a workbook.

    The contents come first, then a sheet a part and a sheet for each table that only the workbook holds, the
    references, and what every column of every table means. A part without data stands in the contents alone.

    Parameters
    ----------
    document : Document
    path : Path
    lang : {"id", "en"}
    pictures : mapping of str to Picture
        The figures as drawn in this language.

    Raises
    ------
    KeyError
        If a figure has no picture, or a paragraph refers to what is not in the document.
    """
    book = _Book(document, lang, pictures)
    book.write()
    content = BytesIO()
    book.save(content)
    write_package(content, path)


class _Book:
    """The sheets of a report, and where in them its tables and figures stand."""

    def __init__(self, document: Document, lang: Language, pictures: Pictures) -> None:
        from openpyxl import Workbook

        self._document, self._lang, self._pictures = document, lang, pictures
        self._names = block_names(document, lang)
        self._book = Workbook()
        self._taken: set[str] = set()
        first: Any = self._book.active
        self._contents, first.title = first, self._free_name(self._say("report.contents"))
        self._links: list[tuple[int, str, str | None]] = []

    def save(self, content: BytesIO) -> None:
        properties: Any = self._book.properties
        properties.creator, properties.title = "kadsurvey", render(self._document.title, self._lang)[:255]
        properties.language = self._lang
        self._book.save(content)

    def write(self) -> None:
        for number, part in enumerate(self._document.parts, start=1):
            self._part(part, part_heading(part, number, self._lang), number)
        if self._document.references:
            self._references()
        dictionary = dictionary_table(self._document, self._names)
        self._alone(dictionary, render(dictionary.title, self._lang), level=0)
        self._write_contents()

    def _part(self, part: Part, heading: str, number: int) -> None:
        if part.absent is not None:
            self._links.append((0, f"{heading}: {self._say('report.part_absent', reason=part.absent)}", None))
        else:
            sheet = self._sheet(f"{number} {render(part.title, self._lang)}", heading)
            tables = [block for block in part.blocks if isinstance(block, Table)]
            fit_to_width(sheet, max((len(table.columns) for table in tables), default=1))
            span = text_span(set_widths(sheet, tables, self._lang))
            line = _FROZEN + 2
            for block in part.blocks:
                line = self._block(sheet, line, block, span) + 2
        for place, table in enumerate(part.details, start=1):
            title = render(table.title, self._lang)
            self._alone(table, title, level=1, name=f"{number}.{place} {title}")

    def _block(self, sheet: Any, line: int, block: Table | Figure | Prose, span: int) -> int:
        """Write a block from a line on; return its last line."""
        if isinstance(block, Prose):
            names = ", ".join(self._names[key] for key in block.refers)
            text = joined(block.sentences, self._lang)
            put_text(sheet, line, f"{text} ({names})" if names else text, span=span)
            return line
        title = f"{self._names[block.key]}. {render(block.title, self._lang)}"
        self._links.append((1, title, _place(sheet, line)))
        if isinstance(block, Table):
            _, last = put_table(sheet, line, block, self._lang, title=title, span=span)
            return last
        return self._figure(sheet, line, block, title, span)

    def _figure(self, sheet: Any, line: int, figure: Figure, title: str, span: int) -> int:
        from openpyxl.styles import Font

        put(sheet, line, 1, title).font = Font(bold=True, size=12)
        line += _place_picture(sheet, line + 1, self._pictures[figure.key]) + 1
        for note in (figure.alt, *figure.notes):
            put_text(sheet, line, render(note, self._lang), span=span, small=True)
            line += 1
        return line - 1

    def _alone(self, table: Table, title: str, *, level: int, name: str | None = None) -> None:
        """Write a table to a sheet of its own, its headings always in sight."""
        sheet = self._sheet(name or title, title, level=level)
        fit_to_width(sheet, len(table.columns))
        span = text_span(set_widths(sheet, [table], self._lang))
        head, last = put_table(sheet, _FROZEN + 1, table, self._lang, title="", span=span)
        sheet.freeze_panes = sheet.cell(head + 1, 1)
        if last > head and not any(row.group for row in table.rows):
            end = sheet.cell(head + len(table.rows), len(table.columns)).coordinate
            sheet.auto_filter.ref = f"{sheet.cell(head, 1).coordinate}:{end}"

    def _references(self) -> None:
        title = self._say("report.references")
        sheet = self._sheet(title, title)
        sheet.column_dimensions["A"].width = TEXT_WIDTH
        for line, reference in enumerate(self._document.references, start=_FROZEN + 2):
            put_text(sheet, line, apa_text(reference, self._lang).replace("*", ""), span=1)

    def _sheet(self, name: str, heading: str, *, level: int = 0) -> Any:
        """Make a sheet with its title and the way back to the contents."""
        from openpyxl.styles import Font

        sheet = self._book.create_sheet(self._free_name(name))
        put(sheet, 1, 1, heading).font = Font(bold=True, size=14)
        _link(put(sheet, 2, 1, f"← {self._say('report.contents')}"), _place(self._contents, 1))
        sheet.freeze_panes = sheet.cell(_FROZEN + 1, 1)
        self._links.append((level, heading, _place(sheet, 1)))
        return sheet

    def _write_contents(self) -> None:
        from openpyxl.styles import Alignment, Font

        sheet = self._contents
        sheet.column_dimensions["A"].width = TEXT_WIDTH
        fit_to_width(sheet, 1)
        put(sheet, 1, 1, render(self._document.title, self._lang)).font = Font(bold=True, size=14)
        for line, text in enumerate(self._document.lines, start=2):
            put_text(sheet, line, render(text, self._lang), span=1)
        start = len(self._document.lines) + 3
        put(sheet, start, 1, self._say("report.contents")).font = Font(bold=True)
        for line, (level, text, place) in enumerate(self._links, start=start + 1):
            cell = put(sheet, line, 1, text)
            if place is not None:
                _link(cell, place)
            cell.alignment = Alignment(horizontal="left", indent=2 * level, wrap_text=True, vertical="top")
            sheet.row_dimensions[line].height = LINE_HEIGHT * (1 + len(text) // (TEXT_WIDTH - LINE_LOSS))
        sheet.freeze_panes = sheet.cell(2, 1)

    def _free_name(self, wanted: str) -> str:
        """Return a name that Excel takes and that no other sheet has."""
        plain = " ".join(wanted.translate(_FORBIDDEN).split()).strip("'") or "-"
        name, number = _cut(plain, _SHEET_NAME_LENGTH), 1
        while name.lower() in self._taken | _RESERVED:
            number += 1
            ending = f" ({number})"
            name = _cut(plain, _SHEET_NAME_LENGTH - len(ending)) + ending
        self._taken.add(name.lower())
        return name

    def _say(self, code: str, **params: object) -> str:
        return Text(code, params).render(self._lang)


def _cut(name: str, length: int) -> str:
    """Cut a name between two words where that leaves most of it."""
    if len(name) <= length:
        return name
    whole = name[: length + 1].rsplit(" ", 1)[0]
    return (whole if 2 * len(whole) > length else name[:length]).strip(" '")


def _place(sheet: Any, line: int) -> str:
    quoted = sheet.title.replace("'", "''")
    return f"'{quoted}'!A{line}"


def _link(cell: Any, place: str) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
    cell.font = Font(color=_LINK_COLOUR, underline="single")


def _place_picture(sheet: Any, line: int, picture: Picture) -> int:
    """Put a figure into a sheet; return how many lines it covers."""
    from openpyxl.drawing.image import Image

    width = min(picture.width, _LARGEST_FIGURE)
    height = picture.height * width / picture.width
    image: Any = Image(BytesIO(picture.png))
    image.width, image.height = round(width * _DOTS_AN_INCH), round(height * _DOTS_AN_INCH)
    sheet.add_image(image, f"A{line}")
    return int(height * _POINTS_AN_INCH / LINE_HEIGHT) + 2
