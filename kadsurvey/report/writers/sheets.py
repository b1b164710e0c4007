"""What workbooks of tables share: numbers as numbers with their format, text never as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kadsurvey.language.text import Language, render
from kadsurvey.report.cells import is_missing, text_in
from kadsurvey.report.table import CellKind, Column, Row, Table
from kadsurvey.report.writers.package import legible

WIDEST = 60
TEXT_WIDTH = 100
"""Letters a line of text that stands over several columns."""
_USUAL_WIDTH = 8.43
LINE_LOSS = 6
"""Letters that a line of wrapped text loses to its last word."""
LINE_HEIGHT, MOST_LINES = 15, 20  # points; Excel allows 409 points a row
_CELL_LENGTH = 32_767  # Excel's limit
_LOW_COLOUR, _MIDDLE_COLOUR, _HIGH_COLOUR = "67A9CF", "F7F7F7", "EF8A62"  # told apart without red and green
_MARK_COLOUR = "FDDBC7"
_UPRIGHT = 6
"""Columns up to which a printed page stands upright."""


def put_table(
    sheet: Any, line: int, table: Table, lang: Language, *, title: str, span: int | None = None
) -> tuple[int, int]:
    """Write a table from a line on: title, an empty line, headings, rows, an empty line, notes.

    Parameters
    ----------
    sheet : Worksheet
    line : int
    table : Table
    lang : {"id", "en"}
    title : str
    span : int, optional
        Columns over which a note is wrapped; without it a note runs on over the cells beside it.

    Returns
    -------
    tuple of int
        The line of the headings and the last line.
    """
    from openpyxl.styles import Border, Font, Side

    put(sheet, line, 1, title).font = Font(bold=True, size=12)
    line += 2
    if any(column.spanner for column in table.columns):
        _write_spanners(sheet, line, table.columns, lang)
        line += 1
    for place, column in enumerate(table.columns, start=1):
        cell = put(sheet, line, place, render(column.label, lang))
        cell.font = Font(bold=True)
        cell.border = Border(bottom=Side(style="thin"))
        cell.alignment = _aligned(table.columns, place, wrap_text=True)
    head = line
    group: object = None
    for row in table.rows:
        if row.group is not None and row.group != group:
            line += 1
            put(sheet, line, 1, render(row.group, lang)).font = Font(italic=True)
            group = row.group
        line += 1
        _write_row(sheet, line, row, table.columns, lang)
    _colour(sheet, table.columns, head + 1, line)
    for note in table.notes:
        line += 1
        if span is not None:
            put_text(sheet, line + 1, render(note, lang), span=span, small=True)
        else:
            put(sheet, line + 1, 1, render(note, lang)).font = Font(italic=True, size=9)
    return head, line + 1 if table.notes else line


def put_text(sheet: Any, line: int, text: str, *, span: int, small: bool = False) -> None:
    """Write a text wrapped over several columns, in a row high enough for it."""
    from openpyxl.styles import Alignment, Font

    cell = put(sheet, line, 1, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if small:
        cell.font = Font(italic=True, size=9)
    if span > 1:
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=span)
    lines = sum(1 + len(piece) // (TEXT_WIDTH - LINE_LOSS) for piece in text.split("\n"))
    sheet.row_dimensions[line].height = LINE_HEIGHT * lines


def text_span(widths: Sequence[float]) -> int:
    """Return over how many columns a line of text reaches; those without a width have Excel's."""
    total, place = 0.0, 0
    while total < TEXT_WIDTH:
        total += widths[place] if place < len(widths) else _USUAL_WIDTH
        place += 1
    return place


def set_widths(sheet: Any, tables: Sequence[Table], lang: Language) -> list[float]:
    """Make the columns of a sheet as wide as its tables need, within reason; return the widths."""
    from openpyxl.utils import get_column_letter

    widths: list[float] = []
    for table in tables:
        for place, column in enumerate(table.columns):
            shown = [render(column.label, lang), *(text_in(row, column, lang) for row in table.rows)]
            width = float(min(WIDEST, 2 + max(map(len, shown))))
            widths[place : place + 1] = [max([width, *widths[place : place + 1]])]
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    return widths


def _write_row(sheet: Any, line: int, row: Row, columns: Sequence[Column], lang: Language) -> None:
    from openpyxl.styles import Font, PatternFill

    lines = 1
    for place, column in enumerate(columns, start=1):
        cell = put(sheet, line, place, row.values.get(column.key), row.shown_in(column), lang)
        if isinstance(cell.value, str):
            cell.alignment = _aligned(columns, place)
        if column.kind == "text" and isinstance(cell.value, str) and len(cell.value) > WIDEST:
            lines = max(lines, -(-len(cell.value) // (WIDEST - LINE_LOSS)))
        if row.strong:
            cell.font = Font(bold=True)
        if column.key in row.marked:
            cell.fill = PatternFill("solid", start_color=_MARK_COLOUR)
    if lines > 1:
        # Not every program measures wrapped text when it opens a file.
        sheet.row_dimensions[line].height = LINE_HEIGHT * min(lines, MOST_LINES)
        for place in range(1, len(columns) + 1):
            sheet.cell(line, place).alignment = _aligned(columns, place, vertical="top", wrap_text=True)


def _aligned(columns: Sequence[Column], place: int, *, vertical: str | None = None, wrap_text: bool = False) -> Any:
    """Return how a column's cells stand: text a little away from numbers on its left."""
    from openpyxl.styles import Alignment

    if columns[place - 1].kind != "text":
        return Alignment(horizontal="right", vertical=vertical, wrap_text=wrap_text)
    indent = int(place > 1 and columns[place - 2].kind != "text")
    return Alignment(horizontal="left", vertical=vertical, wrap_text=wrap_text, indent=indent)


def fit_to_width(sheet: Any, n_columns: int) -> None:
    """Print a table as wide as a page, however long it is."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.orientation = "landscape" if n_columns > _UPRIGHT else "portrait"


def _write_spanners(sheet: Any, line: int, columns: Sequence[Column], lang: Language) -> None:
    from openpyxl.styles import Alignment, Font

    start = 1
    for place in range(1, len(columns) + 1):
        following = columns[place].spanner if place < len(columns) else None
        spanner = columns[place - 1].spanner
        if place < len(columns) and following == spanner:
            continue
        if spanner is not None:
            cell = put(sheet, line, start, render(spanner, lang))
            cell.font = Font(bold=True)
            cell.alignment = Alignment(horizontal="center")
            if place > start:
                sheet.merge_cells(start_row=line, start_column=start, end_row=line, end_column=place)
        start = place + 1


def _colour(sheet: Any, columns: Sequence[Column], first: int, last: int) -> None:
    """Lay a colour scale over neighbouring columns that have the same one."""
    from itertools import groupby

    from openpyxl.formatting.rule import ColorScaleRule
    from openpyxl.utils import get_column_letter

    if last < first:
        return
    for heat, run in groupby(enumerate(columns, start=1), key=lambda numbered: numbered[1].heat):
        places = [place for place, _ in run]
        if heat is None:
            continue
        low, high = heat
        rule = ColorScaleRule(  # type: ignore[no-untyped-call]
            start_type="num", start_value=low, start_color=_LOW_COLOUR,
            mid_type="num", mid_value=(low + high) / 2, mid_color=_MIDDLE_COLOUR,
            end_type="num", end_value=high, end_color=_HIGH_COLOUR,
        )  # fmt: skip
        sheet.conditional_formatting.add(
            f"{get_column_letter(places[0])}{first}:{get_column_letter(places[-1])}{last}", rule
        )


def put(sheet: Any, row: int, column: int, value: Any, spec: Column | None = None, lang: Language = "en") -> Any:
    """Write a value into a cell, a number with the format of its column."""
    cell = sheet.cell(row, column)
    if is_missing(value) or value == "":
        return cell
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        if spec is not None:
            cell.number_format = _number_format(spec.kind, spec.digits)
        return cell
    cell.value = legible(render(value, lang))[:_CELL_LENGTH]
    # openpyxl takes text that begins with "=" for a formula unless told that it is text.
    cell.data_type = "s"
    return cell


def _number_format(kind: CellKind, digits: int) -> str:
    decimals = "." + "0" * digits if digits else ""
    match kind:
        case "integer":
            return "#,##0"
        case "year":
            return "0"
        case "share":
            return f"0{decimals}%"
        case "p_value":
            return "0.000"
        case "std_error":
            return rf"\(0{decimals}\)"
        case "text":
            return "General"
    return f"0{decimals}"
