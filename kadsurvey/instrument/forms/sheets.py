"""What the workbooks for the field share: text that is never a formula, tables, locked cells, drop-down lists."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_COLOUR = "1F4E79"
QUESTION_COLOUR = "DCE6F1"
EXAMPLE_COLOUR = "F2F2F2"
LAST_ROW = 1_048_576
LINE_HEIGHT = 14
_WIDEST, _NARROWEST = 60, 10
_MARGIN = 4
"""Characters that a line of wrapped words may lose."""


def put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a text into a cell; openpyxl would take one that begins with "=" for a formula."""
    cell: Any = sheet.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"
    return cell


def font(**settings: Any) -> Any:
    """Return a font of the face that spreadsheet programs take for plain cells; without a name some choose another."""
    from openpyxl.styles import Font

    return Font(name="Calibri", **{"size": 11, **settings})


def fill(colour: str) -> Any:
    """Return a plain background."""
    from openpyxl.styles import PatternFill

    return PatternFill("solid", start_color=colour, end_color=colour)


def add_table(
    sheet: Worksheet, row: int, *, title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> int:
    """Write a table with its title from a row on; return the row after it."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    put(sheet, row, 1, title).font = font(bold=True, size=12)
    row += 1
    if note:
        put(sheet, row, 1, note).font = font(italic=True)
        row += 1
    for column, text in enumerate(header, start=1):
        cell = put(sheet, row, column, text)
        cell.font, cell.fill = font(bold=True, color="FFFFFF"), fill(HEADER_COLOUR)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    widths = []
    for column, text in enumerate(header, start=1):
        letter = get_column_letter(column)
        longest = max([len(text), *(len(cells[column - 1]) for cells in rows)])
        given = sheet.column_dimensions[letter].width if letter in sheet.column_dimensions else 0
        widths.append(max(min(_WIDEST, max(_NARROWEST, longest + 2)), given))
        sheet.column_dimensions[letter].width = widths[-1]
    for line, cells in enumerate(rows, start=row + 1):
        for column, text in enumerate(cells, start=1):
            put(sheet, line, column, text).alignment = Alignment(vertical="top", wrap_text=True)
        # Spreadsheet programs fit the height of wrapped rows only when somebody edits them.
        lines = max(ceil(len(text) / (width - _MARGIN)) for text, width in zip(cells, widths, strict=True))
        sheet.row_dimensions[line].height = LINE_HEIGHT * max(lines, 1)
    return row + 1 + len(rows)


def fit_to_width(sheet: Worksheet) -> None:
    """Print a sheet on landscape A4, as wide as the page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    properties: Any = sheet.sheet_properties
    properties.pageSetUpPr.fitToPage = True


def unlock_columns(sheet: Worksheet, columns: int, *, from_row: int) -> None:
    """Protect a sheet but for its first columns from a row on; there is no password, for nothing is secret."""
    from openpyxl.styles import Protection
    from openpyxl.utils import get_column_letter

    for column in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(column)].protection = Protection(locked=False)
        for row in range(1, from_row):
            sheet.cell(row, column).protection = Protection(locked=True)
    protection: Any = sheet.protection
    protection.enable()
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        # In the file False means that protection does not forbid it.
        setattr(protection, allowed, False)


def add_list(sheet: Worksheet, column: int, name: str, entries: Sequence[str | int]) -> str:
    """Write a list of answers under its name; return the reference that a drop-down takes."""
    from openpyxl.utils import get_column_letter

    put(sheet, 1, column, name).font = font(bold=True)
    for row, entry in enumerate(entries, start=2):
        if isinstance(entry, int):
            sheet.cell(row, column).value = entry
        else:
            put(sheet, row, column, entry)
    letter = get_column_letter(column)
    sheet.column_dimensions[letter].width = min(_WIDEST, max(_NARROWEST, *(len(str(entry)) + 2 for entry in entries)))
    return f"'{sheet.title}'!${letter}$2:${letter}${len(entries) + 1}"


def limit(sheet: Worksheet, column: int, from_row: int, *, title: str, message: str, **rule: Any) -> None:
    """Let a column take only what a rule of openpyxl's DataValidation allows; the message names the remedy."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    rule_of: Any = DataValidation(allow_blank=True, **rule)
    rule_of.showErrorMessage = True
    rule_of.errorTitle, rule_of.error = title[:32], message[:255]
    letter = get_column_letter(column)
    rule_of.add(f"{letter}{from_row}:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule_of)
