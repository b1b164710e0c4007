"""The rows of respondents of one file, column by column as text, and of several files one under the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from kadsurvey.findings import Change, Finding, Severity
from kadsurvey.ingest.cells import Cells, cell_text
from kadsurvey.ingest.grid import Grid, Row
from kadsurvey.ingest.header import Header

if TYPE_CHECKING:
    from numpy.typing import NDArray

RowKind: TypeAlias = Literal["respondent", "body", "tie", "organisation"]

SHOWN = 20
"""Findings of one kind that are listed one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Table:
    """The respondents of one file, before anything is coded.

    Attributes
    ----------
    header : Header
        Where the table stands.
    columns : mapping of name to int
        Zero-based columns that are read.
    rows : ndarray of int, shape (n_rows,)
        Zero-based sheet rows that hold an answer; of a columnar file the numbers of its cases.
    cells : dict of name to Cells, shape (n_rows,)
        The columns that are read.
    formulas : dict of name to ndarray of bool
        Columns with formulas, and in which rows.
    findings, log
        Rows and columns that were left out.
    """

    header: Header
    columns: Mapping[str, int]
    rows: NDArray[np.int64]
    cells: dict[str, Cells]
    formulas: dict[str, NDArray[np.bool_]]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]

    @property
    def texts(self) -> Mapping[str, NDArray[np.object_]]:
        """The cells as text, row by row, by name."""
        return _PerRow(self.cells, Cells.per_row)

    @property
    def typed_text(self) -> Mapping[str, NDArray[np.bool_]]:
        """Whether the cell held text, in a file that tells numbers from text, row by row, by name."""
        return _PerRow(self.cells, lambda cells: cells.typed[cells.places])

    def place(self, position: int, name: str) -> dict[str, str | None]:
        """Return file, sheet and cell of one value, as a Finding takes them; column A where the name has no column."""
        grid = self.header.grid
        cell = grid.cell_name(int(self.rows[position]), self.columns.get(name, 0))
        return {"file": grid.file, "sheet": grid.sheet, "cell": cell}

    def beside(self, column: int) -> Cells:
        """Return the cells of a column that is not among those read, for the same rows."""
        grid, first = self.header.grid, self.header.first
        return grid.cells([column], first)[0].take(self.rows - (0 if grid.columnar else first))

    def keep(self, mask: NDArray[np.bool_]) -> Table:
        """Return the table with some of its rows."""
        return replace(
            self,
            rows=self.rows[mask],
            cells={name: cells.take(mask) for name, cells in self.cells.items()},
            formulas={name: formulas[mask] for name, formulas in self.formulas.items()},
        )


class _PerRow(Mapping[str, Any]):
    """Columns spread to their rows when they are asked for."""

    def __init__(self, cells: Mapping[str, Cells], spread: Any) -> None:
        self._cells = cells
        self._spread = spread

    def __getitem__(self, name: str) -> Any:
        return self._spread(self._cells[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


def read_table(
    header: Header, columns: Mapping[str, int], needed: frozenset[str], *, row_is: RowKind = "respondent"
) -> Table:
    """Take the rows under the header that hold at least one answer, or that name a body.

    Parameters
    ----------
    header : Header
        The header row.
    columns : mapping of name to int
        Columns to read; no other cell is looked at but to say that it is not read.
    needed : frozenset of str
        Columns of which at least one must be filled: the items, or the body's name.
    row_is : {"respondent", "body", "tie", "organisation"}
        What a row stands for.
    """
    grid, first = header.grid, header.first
    n = grid.height(first)
    cells = dict(zip(columns, grid.cells(list(columns.values()), first), strict=True))
    formulas = _formula_masks(grid, columns, first, n)
    answered = np.zeros(n, dtype=bool)
    content = np.zeros(n, dtype=bool)
    for name, column in cells.items():
        mask = column.filled()
        if name in formulas:
            mask |= formulas[name]
        content |= mask
        if name in needed:
            answered |= mask
    keep = np.flatnonzero(answered)
    left_findings, left_log = _rows_left_out(header, answered, content, row_is)
    whole = len(keep) == n
    return Table(
        header=header,
        columns=dict(columns),
        rows=keep + (0 if grid.columnar else first),
        cells=cells if whole else {name: column.take(keep) for name, column in cells.items()},
        formulas={name: mask[keep] for name, mask in formulas.items()},
        findings=(*left_findings, *_columns_without_header(header, keep)),
        log=tuple(left_log),
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """The tables of all files, one under the other.

    Attributes
    ----------
    tables : tuple of Table
        In the order of the files.
    table_of : ndarray of int, shape (n,)
        Which table a row comes from.
    rows : ndarray of int, shape (n,)
        Its zero-based row in the sheet.
    starts : tuple of int
        The first row of each table in the stack.
    """

    tables: tuple[Table, ...]
    table_of: NDArray[np.int64]
    rows: NDArray[np.int64]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Stack:
        """Put tables one under the other."""
        sizes = [len(table.rows) for table in tables]
        starts = [sum(sizes[:at]) for at in range(len(sizes))]
        rows = np.concatenate([table.rows for table in tables])
        return cls(tuple(tables), np.repeat(np.arange(len(tables)), sizes), rows, tuple(starts))

    def names(self) -> list[str]:
        """Return the names that at least one table has a column for."""
        return list(dict.fromkeys(name for table in self.tables for name in table.columns))

    def cells(self, name: str) -> Cells:
        """Return a column; blank where a table lacks it."""
        return Cells.stacked([table.cells.get(name) or Cells.blank(len(table.rows)) for table in self.tables])

    def texts(self, name: str) -> NDArray[np.object_]:
        """Return a column as text; empty where a table lacks it."""
        return self.cells(name).per_row()

    def formulas(self, name: str) -> NDArray[np.bool_]:
        """Return where a cell holds a formula."""
        parts = [table.formulas.get(name) for table in self.tables]
        blank = [np.zeros(len(table.rows), dtype=bool) for table in self.tables]
        return np.concatenate([empty if part is None else part for part, empty in zip(parts, blank, strict=True)])

    def grid(self, position: int) -> Grid:
        """Return the sheet that a row comes from."""
        return self.tables[int(self.table_of[position])].header.grid

    def place(self, position: int, name: str) -> dict[str, str | None]:
        """Return file, sheet and cell of one value, as a Finding takes them."""
        at = int(self.table_of[position])
        return self.tables[at].place(position - self.starts[at], name)

    def count_by_table(self, mask: NDArray[np.bool_]) -> list[tuple[Grid, int]]:
        """Count the rows of a mask table by table, only where there are any."""
        counts = np.bincount(self.table_of[mask], minlength=len(self.tables))
        return [(table.header.grid, int(n)) for table, n in zip(self.tables, counts, strict=True) if n]


def _formula_masks(grid: Grid, columns: Mapping[str, int], first: int, n: int) -> dict[str, NDArray[np.bool_]]:
    """Mark the formulas of the columns that are read, in the ``n`` rows from ``first`` on."""
    by_column = {at: name for name, at in columns.items()}
    masks: dict[str, NDArray[np.bool_]] = {}
    for row, at in grid.formulas:
        if at in by_column and first <= row < first + n:
            masks.setdefault(by_column[at], np.zeros(n, dtype=bool))[row - first] = True
    return masks


def _rows_left_out(
    header: Header, answered: NDArray[np.bool_], content: NDArray[np.bool_], row_is: RowKind
) -> tuple[list[Finding], list[Change]]:
    grid, first = header.grid, header.first
    findings: list[Finding] = []
    log: list[Change] = []
    # Every case of a columnar file is a row of the table; on a sheet, a note may stand under it.
    unanswered = np.flatnonzero(~answered if grid.columnar else content & ~answered)
    number = 1 if grid.columnar else first + 1
    if unanswered.size:
        rows = [str(row + number) for row in unanswered[:SHOWN].tolist()]
        params: dict[str, object] = {"count": int(unanswered.size), "rows": rows}
        code = {
            "respondent": "ingest.rows_without_answers",
            "body": "ingest.rows_without_body",
            "tie": "ingest.rows_without_tie",
            "organisation": "ingest.rows_without_organisation",
        }[row_is]
        severity: Severity = "note" if row_is == "respondent" else "warning"
        findings.append(Finding(code, severity, params, grid.file, grid.sheet))
        log.append(Change("ingest.rows_dropped", int(unanswered.size), {}, grid.file, grid.sheet))
    if grid.columnar:
        return findings, log
    outside = [row for row in np.flatnonzero(~content).tolist() if _holds_anything(grid.rows[first + row])]
    if outside:
        params = {"rows": [str(row + first + 1) for row in outside[:SHOWN]]}
        log.append(Change("ingest.rows_outside_table", len(outside), params, grid.file, grid.sheet))
    return findings, log


def _holds_anything(row: Row) -> bool:
    return any(cell_text(cell).strip() for cell in row)


def _columns_without_header(header: Header, kept: NDArray[np.int64]) -> list[Finding]:
    """Name cells that stand beside the table: in a delimited file they mean that a row's cells have shifted."""
    grid, first = header.grid, header.first
    if grid.columnar:
        return []
    headed = {cell.column for cell in header.cells}
    last = max(headed)
    widest = max(map(len, grid.rows[first:]), default=0)
    unheaded = [at for at in range(widest) if at not in headed]
    if not unheaded:
        return []
    findings: list[Finding] = []
    seen: set[int] = set()
    too_long = 0
    for row in kept.tolist():
        cells = grid.rows[first + row]
        beside = [at for at in unheaded if at < len(cells) and cell_text(cells[at]).strip()]
        if not beside:
            continue
        beyond = [at for at in beside if at > last]
        if grid.delimited and beyond:
            too_long += 1
            if too_long <= SHOWN:
                params = {"row": row + first + 1, "width": last + 1, "cells": len(cells)}
                place = grid.cell_name(row + first, beyond[0])
                findings.append(Finding("ingest.row_too_long", "error", params, grid.file, grid.sheet, place))
            continue
        for at in beside:
            if at not in seen:
                seen.add(at)
                place = grid.cell_name(row + first, at)
                findings.append(Finding("ingest.column_without_header", "warning", {}, grid.file, grid.sheet, place))
    if too_long > SHOWN:
        findings.append(Finding("ingest.more_rows_too_long", "error", {"count": too_long - SHOWN}, grid.file))
    return findings
