"""How much of the memory a sheet takes once it is cells, told before any cell is built."""

from __future__ import annotations

from kadsurvey.errors import InputFileError

MAX_CELLS = 70_200_000
"""A full sheet of 1,048,576 rows may have 66 columns; two cells in far corners would otherwise fill the memory."""
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Of a sheet in any spreadsheet program."""
SPARSE_CELLS = 10_400_000
"""Up to so many cells, 99,999 rows of columns A to CZ, a sheet may be as empty as it likes."""
MAX_SPARSENESS = 30
"""Cells of a larger sheet for each one that is filled."""
MAX_TEXT = 500_000_000
"""Characters of all cells together; a text that many cells share counts as often as it stands there."""


def check_sheet(n_rows: int, n_columns: int, file: str, sheet: str, *, n_filled: int) -> None:
    """Refuse a sheet of a workbook as `check_extent`, and one that no spreadsheet program could have made.

    Raises
    ------
    InputFileError
        If it is too large.
    """
    if n_rows > MAX_ROWS or n_columns > MAX_COLUMNS:
        raise InputFileError("ingest.sheet_too_large", file=file, sheet=sheet, rows=n_rows, columns=n_columns)
    check_extent(n_rows, n_columns, file, sheet, n_filled=n_filled)


def check_extent(n_rows: int, n_columns: int, file: str, sheet: str, *, n_filled: int | None = None) -> None:
    """Refuse a sheet whose first and last cells lie so far apart that its area cannot be held.

    Parameters
    ----------
    n_rows, n_columns : int
        From the first cell of the sheet to the last that is filled.
    file, sheet : str
        Names, for the message.
    n_filled : int, optional
        Filled cells, where they were counted: few of them in a large area are stray cells.

    Raises
    ------
    InputFileError
        If the area is too large.
    """
    area = n_rows * n_columns
    empty = n_filled is not None and area > max(SPARSE_CELLS, MAX_SPARSENESS * n_filled)
    if area > MAX_CELLS or empty:
        raise InputFileError("ingest.sheet_too_large", file=file, sheet=sheet, rows=n_rows, columns=n_columns)


def check_text(characters: int, file: str, sheet: str) -> None:
    """Refuse a sheet whose cells together hold more text than any survey has.

    Raises
    ------
    InputFileError
        If they do.
    """
    if characters > MAX_TEXT:
        raise InputFileError("ingest.too_much_text", file=file, sheet=sheet, megabytes=characters // 1_000_000)
