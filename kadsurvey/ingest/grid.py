"""A sheet as it stands in its file: raw cells, nothing guessed about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from kadsurvey.ingest.cells import Cell, Cells, cell_text

Row: TypeAlias = Sequence[Cell]


class Columnar(Protocol):
    """A file that is kept column by column and names its columns: SPSS, Stata, parquet."""

    @property
    def names(self) -> Sequence[str]:
        """Names of the columns."""

    @property
    def n_rows(self) -> int:
        """Number of rows, the names apart."""

    def cells(self, column: int) -> Cells:
        """Read one column."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, or of one delimited file.

    Attributes
    ----------
    file : str
        The file's name, without its folder.
    sheet : str or None
        The sheet's name, or that of a file in a zip archive; None for a file that is one table.
    rows : sequence of rows
        Raw cells, the first row of the file first; rows of a delimited file may differ in length. Of a columnar file
        the names of the columns only.
    formulas : frozenset of (row, column)
        Zero-based places of cells that hold a formula; their value in ``rows`` is the one last saved.
    hidden : bool
        Whether the sheet is hidden.
    sees_formulas : bool
        Whether the kind of file lets formulas be told from values (not so for xls).
    delimited : bool
        Whether all cells are text, and rows of any length.
    columnar : Columnar or None
        The cells under the names, where the file is kept column by column.
    second_names : sequence of str
        What else a columnar file calls its columns (variable labels); empty where it calls them nothing else.
    """

    file: str
    sheet: str | None
    rows: Sequence[Row]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    hidden: bool = False
    sees_formulas: bool = True
    delimited: bool = False
    columnar: Columnar | None = None
    second_names: Sequence[str] = ()

    def is_empty(self) -> bool:
        """Tell whether no cell holds anything."""
        if self.columnar is not None:
            return not self.columnar.n_rows
        return not any(cell_text(cell).strip() for row in self.rows for cell in row)

    def height(self, first: int) -> int:
        """Return the number of rows from a zero-based one on; of a columnar file all that stand under its names."""
        return len(self.rows) - first if self.columnar is None else self.columnar.n_rows

    def cells(self, columns: Sequence[int], first: int) -> list[Cells]:
        """Return columns from a zero-based row on, blank where a row is too short; of a columnar file all of them."""
        if self.columnar is not None:
            return [self.columnar.cells(column) for column in columns]
        return Cells.of_rows(self.rows[first:], columns, typed=not self.delimited)

    def cell_name(self, row: int, column: int) -> str:
        """Return the name of a place in a spreadsheet, such as ``F12``, or of variable and case: ``T1:12``."""
        if self.columnar is not None:
            return f"{self.columnar.names[column]}:{row + 1}"
        return cell_name(row, column)

    def header_name(self, row: int, column: int) -> str:
        """Return the place of a header: a cell, or the variable itself."""
        return cell_name(row, column) if self.columnar is None else self.columnar.names[column]


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
