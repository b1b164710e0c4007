"""A sheet as it stands in its file: raw cells, nothing guessed about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Cell: TypeAlias = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
Row: TypeAlias = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, or of one delimited file.

    Attributes
    ----------
    file : str
        The file's name, without its folder.
    sheet : str or None
        The sheet's name; None for a delimited file.
    rows : sequence of rows
        Raw cells, the first row of the file first; rows of a delimited file may differ in length.
    formulas : frozenset of (row, column)
        Zero-based places of cells that hold a formula; their value in ``rows`` is the one last saved.
    hidden : bool
        Whether the sheet is hidden.
    sees_formulas : bool
        Whether the kind of file lets formulas be told from values (not so for xls).
    """

    file: str
    sheet: str | None
    rows: Sequence[Row]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    hidden: bool = False
    sees_formulas: bool = True

    def is_empty(self) -> bool:
        """Tell whether no cell holds anything."""
        return not any(cell_text(cell).strip() for row in self.rows for cell in row)


def column_letters(column: int) -> str:
    """Return the letters of a zero-based column: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the zero-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a zero-based place, such as ``F12``."""
    return f"{column_letters(column)}{row + 1}"


def cell_text(cell: Cell) -> str:
    """Return a cell as text: 5.0 is ``5``, a date is ISO, an empty cell is the empty text."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case dt.datetime() | dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)
