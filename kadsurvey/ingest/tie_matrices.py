"""Ties as matrices: a sheet a relation, who answers down the side, who is asked about along the top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.cells import cell_text
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.grid import Grid, Row, cell_name
from kadsurvey.ingest.tie_cells import (
    ONE_RELATION,
    SheetName,
    TieCell,
    TieSheets,
    is_blank,
    read_strength,
    sheet_meaning,
)
from kadsurvey.instrument.wording import fold

_SEARCHED_ROWS = 50
_SEARCHED_COLUMNS = 10
_FEWEST = 2
_DISTINCT = 2
"""A column whose texts each stand more often than this on average holds answers, not the names of organisations."""
_UNNAMED = frozenset({"sheet", "lembar", "lembar kerja"})
_SUMS = frozenset({"total", "jumlah", "sum", "rata rata", "mean"})


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where a matrix stands in its sheet.

    Attributes
    ----------
    grid : Grid
    head : int
        Zero-based row of the names along the top.
    side : int
        Zero-based column of the names down the side.
    columns, rows : dict of key to (place, name)
        Organisations along the top with their column, and down the side with their row.
    findings : tuple of Finding
        Names that stand twice.
    """

    grid: Grid
    head: int
    side: int
    columns: dict[str, tuple[int, str]]
    rows: dict[str, tuple[int, str]]
    findings: tuple[Finding, ...]


def find_matrices(grids: Iterable[Grid]) -> list[Matrix]:
    """Find the visible sheets in which the names along the top are those down the side."""
    found = (None if grid.hidden or grid.columnar is not None else _find(grid) for grid in grids)
    return [matrix for matrix in found if matrix is not None]


def read_matrices(matrices: Iterable[Matrix], bodies: Iterable[str]) -> TieSheets:
    """Read matrices of strengths, from the row to the column.

    Parameters
    ----------
    matrices : iterable of Matrix
    bodies : iterable of str
        Bodies known from the file of organisations, by which a sheet may be named.

    Notes
    -----
    Where a sheet holds a zero off its diagonal, zero is how "no tie" was written, and an empty cell in a row that
    has answers is a missing one; else empty cells are "no tie". An organisation without a row did not answer; about
    one without a column nobody was asked.
    """
    readers = []
    for matrix in matrices:
        named = sheet_meaning(matrix.grid.sheet, bodies)
        readers.append(_MatrixReader(matrix, named))
        readers[-1].read()
    return TieSheets(
        cells=tuple(cell for reader in readers for cell in reader.cells),
        responded=tuple(cell for reader in readers for cell in reader.responded),
        named=tuple(cell for reader in readers for cell in reader.edge()),
        findings=tuple(finding for reader in readers for finding in reader.findings),
        log=tuple(change for reader in readers for change in reader.log),
        names_bodies=any(reader.named.body is not None for reader in readers),
    )


class _MatrixReader:
    """Reads one matrix."""

    def __init__(self, matrix: Matrix, named: SheetName) -> None:
        self.matrix = matrix
        self.named = named
        self.relation = named.relation or _own_relation(matrix.grid.sheet, named)
        self.cells: list[TieCell] = []
        self.responded: list[TieCell] = []
        self._answering: list[str] = []
        self.findings: list[Finding] = list(matrix.findings)
        self.log: list[Change] = []

    def read(self) -> None:
        """Read the rows, and say what keeps the matrix from being square."""
        grid = self.matrix.grid
        zeros = any(read_strength(text) == 0 for own, row in self._rows() for key, text in row.items() if key != own)
        as_zero = 0
        for key, row in self._rows():
            if not any(not is_blank(text) for other, text in row.items() if other != key):
                continue
            self._answering.append(key)
            self.responded.append(self._cell(key, key, ""))
            for other, text in row.items():
                if other == key:
                    self._diagonal(key, text)
                elif is_blank(text):
                    as_zero += not zeros
                    if zeros:
                        self.cells.append(self._cell(key, other, ""))
                elif read_strength(text) != 0:
                    self.cells.append(self._cell(key, other, text))
        if as_zero:
            self.log.append(Change("ingest.blank_ties_are_zero", as_zero, {}, grid.file, grid.sheet))
        self._not_square()

    def edge(self) -> list[TieCell]:
        """Return a cell of its own for each organisation on an edge."""
        return [self._cell(key, key, "") for key in dict.fromkeys([*self.matrix.rows, *self.matrix.columns])]

    def _rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield each row's organisation with its cells; one at a time, for a matrix grows with the square."""
        for key, (row, _) in self.matrix.rows.items():
            yield key, self._texts(self.matrix.grid.rows[row])

    def _texts(self, row: Row) -> dict[str, str]:
        return {
            key: cell_text(row[column]) if column < len(row) else "" for key, (column, _) in self.matrix.columns.items()
        }

    def _cell(self, sender: str, receiver: str, text: str) -> TieCell:
        matrix = self.matrix
        row, sender_name = matrix.rows.get(sender, (matrix.head, ""))
        column, receiver_name = matrix.columns.get(receiver, (matrix.side, ""))
        # An organisation that lacks its row or its column goes by its name on the other edge.
        sender_name = sender_name or matrix.columns[sender][1]
        receiver_name = receiver_name or matrix.rows[receiver][1]
        edges = (row, matrix.side), (matrix.head, column)
        body = self.named.body
        return TieCell(
            matrix.grid, body, self.relation, sender_name, receiver_name, text.strip(), (row, column), *edges
        )

    def _diagonal(self, key: str, text: str) -> None:
        if not is_blank(text) and read_strength(text) != 0:
            self.cells.append(self._cell(key, key, text))

    def _not_square(self) -> None:
        matrix, grid = self.matrix, self.matrix.grid
        for key, (column, name) in matrix.columns.items():
            if key not in matrix.rows:
                place = cell_name(matrix.head, column)
                found = Finding("ingest.matrix_no_row", "warning", {"name": name}, grid.file, grid.sheet, place)
                self.findings.append(found)
        for key, (row, name) in matrix.rows.items():
            if key in matrix.columns:
                continue
            place = cell_name(row, matrix.side)
            self.findings.append(
                Finding("ingest.matrix_no_column", "warning", {"name": name}, grid.file, grid.sheet, place)
            )
            self.cells += [self._cell(sender, key, "") for sender in self._answering if sender != key]


def _own_relation(sheet: str | None, named: SheetName) -> str:
    """Name the relation of a sheet that bears none of the known names."""
    if sheet is None or named.body is not None or fold(sheet).rstrip("0123456789 ") in _UNNAMED:
        return ONE_RELATION
    return sheet.strip()


def _find(grid: Grid) -> Matrix | None:
    """Find the row and the column that share most names."""
    sides = {}
    for column in range(_SEARCHED_COLUMNS):
        names = [(row, _name(cells[column])) for row, cells in enumerate(grid.rows) if column < len(cells)]
        sides[column] = [(row, name_key(name)) for row, name in names if name]
    best: tuple[int, int, int] | None = None
    for head, cells in enumerate(grid.rows[:_SEARCHED_ROWS]):
        tops = [(at, name_key(name)) for at, cell in enumerate(cells) if (name := _name(cell))]
        if len(tops) < _FEWEST:
            continue
        for side, labels in sides.items():
            above = {key for at, key in tops if at > side}
            below = [key for row, key in labels if row > head]
            if _DISTINCT * len(set(below)) < len(below):
                continue
            shared = len(above & set(below))
            if shared >= _FEWEST and (best is None or shared > best[0]):
                best = (shared, head, side)
    return None if best is None else _matrix(grid, best[1], best[2])


def _matrix(grid: Grid, head: int, side: int) -> Matrix:
    findings: list[Finding] = []
    top = [(at, _name(cell)) for at, cell in enumerate(grid.rows[head]) if at > side]
    below = [(at, _name(row[side])) for at, row in enumerate(grid.rows) if at > head and side < len(row)]
    columns = _once(grid, [(at, (head, at), name) for at, name in top if name], findings)
    last = max(at for at, _ in columns.values())
    # A note under the matrix stands in a row without answers.
    filled = {at for at, _ in below if any(cell_text(cell).strip() for cell in grid.rows[at][side + 1 : last + 1])}
    kept = [(at, (at, side), name) for at, name in below if name and (at in filled or name_key(name) in columns)]
    return Matrix(grid, head, side, columns, _once(grid, kept, findings), tuple(findings))


def _once(
    grid: Grid, names: list[tuple[int, tuple[int, int], str]], findings: list[Finding]
) -> dict[str, tuple[int, str]]:
    """Keep the first of each name; a second is an error."""
    found: dict[str, tuple[int, str]] = {}
    first: dict[str, str] = {}
    for at, place, name in names:
        key = name_key(name)
        if key in found:
            params = {"name": name, "other": first[key]}
            findings.append(
                Finding("ingest.matrix_name_twice", "error", params, grid.file, grid.sheet, cell_name(*place))
            )
            continue
        found[key], first[key] = (at, name), cell_name(*place)
    return found


def _name(cell: object) -> str:
    """Return a cell as the name of an organisation, empty for numbers, blanks and sums."""
    if not isinstance(cell, str):
        return ""
    text = " ".join(cell.split())
    return "" if is_blank(text) or read_strength(text) is not None or fold(text) in _SUMS else text
