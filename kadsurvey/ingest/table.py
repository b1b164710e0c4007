"""The rows of respondents of one file, column by column as text, and of several files one under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.grid import Grid, Row, cell_name, cell_text
from kadsurvey.ingest.header import Header

if TYPE_CHECKING:
    from numpy.typing import NDArray

RowKind: TypeAlias = Literal["respondent", "body"]

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
        Zero-based sheet rows that hold an answer.
    texts : dict of name to ndarray of str objects, shape (n_rows,)
        The cells as text.
    typed_text : dict of name to ndarray of bool
        Whether the cell held text, in a file that tells numbers from text.
    formulas : dict of name to ndarray of bool
        Columns with formulas, and in which rows.
    findings, log
        Rows and columns that were left out.
    """

    header: Header
    columns: Mapping[str, int]
    rows: NDArray[np.int64]
    texts: dict[str, NDArray[np.object_]]
    typed_text: dict[str, NDArray[np.bool_]]
    formulas: dict[str, NDArray[np.bool_]]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]

    def place(self, position: int, name: str) -> dict[str, str | None]:
        """Return file, sheet and cell of one value, as a Finding takes them; column A where the name has no column."""
        grid = self.header.grid
        cell = cell_name(int(self.rows[position]), self.columns.get(name, 0))
        return {"file": grid.file, "sheet": grid.sheet, "cell": cell}


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
    row_is : {"respondent", "body"}
        What a row stands for.
    """
    grid, first = header.grid, header.row + 1
    body = grid.rows[first:]
    n = len(body)
    texts: dict[str, NDArray[np.object_]] = {}
    typed: dict[str, NDArray[np.bool_]] = {}
    for name, at in columns.items():
        cells = [row[at] if at < len(row) else "" for row in body]
        is_text = [isinstance(cell, str) for cell in cells]
        texts[name] = np.array(cells if all(is_text) else [cell_text(cell) for cell in cells], dtype=object)
        typed[name] = np.array(is_text, dtype=bool) & (grid.sheet is not None)
    formulas = _formula_masks(grid, columns, first, n)
    answered = np.zeros(n, dtype=bool)
    content = np.zeros(n, dtype=bool)
    for name, column in texts.items():
        mask = _filled(column)
        if name in formulas:
            mask |= formulas[name]
        content |= mask
        if name in needed:
            answered |= mask
    keep = np.flatnonzero(answered)
    left_findings, left_log = _rows_left_out(header, body, answered, content, row_is)
    return Table(
        header=header,
        columns=dict(columns),
        rows=keep + first,
        texts={name: column[keep] for name, column in texts.items()},
        typed_text={name: column[keep] for name, column in typed.items()},
        formulas={name: mask[keep] for name, mask in formulas.items()},
        findings=(*left_findings, *_columns_without_header(header, body, keep)),
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

    def texts(self, name: str) -> NDArray[np.object_]:
        """Return a column as text; empty where a table lacks it."""
        return self._column([table.texts.get(name) for table in self.tables], "", object)

    def typed_text(self, name: str) -> NDArray[np.bool_]:
        """Return where a workbook's cell held text."""
        return self._column([table.typed_text.get(name) for table in self.tables], False, bool)

    def formulas(self, name: str) -> NDArray[np.bool_]:
        """Return where a cell holds a formula."""
        return self._column([table.formulas.get(name) for table in self.tables], False, bool)

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

    def _column(self, parts: list[Any], blank: object, dtype: type) -> NDArray[Any]:
        return np.concatenate(
            [
                np.full(len(table.rows), blank, dtype=dtype) if part is None else part
                for table, part in zip(self.tables, parts, strict=True)
            ]
        )


def _formula_masks(grid: Grid, columns: Mapping[str, int], first: int, n: int) -> dict[str, NDArray[np.bool_]]:
    """Mark the formulas of the columns that are read, in the ``n`` rows from ``first`` on."""
    by_column = {at: name for name, at in columns.items()}
    masks: dict[str, NDArray[np.bool_]] = {}
    for row, at in grid.formulas:
        if at in by_column and first <= row < first + n:
            masks.setdefault(by_column[at], np.zeros(n, dtype=bool))[row - first] = True
    return masks


def _filled(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([bool(text) and not text.isspace() for text in texts], dtype=bool)


def _rows_left_out(
    header: Header, body: Sequence[Row], answered: NDArray[np.bool_], content: NDArray[np.bool_], row_is: RowKind
) -> tuple[list[Finding], list[Change]]:
    grid, first = header.grid, header.row + 1
    findings: list[Finding] = []
    log: list[Change] = []
    unanswered = np.flatnonzero(content & ~answered)
    if unanswered.size:
        rows = [str(row + first + 1) for row in unanswered[:SHOWN].tolist()]
        params: dict[str, object] = {"count": int(unanswered.size), "rows": rows}
        if row_is == "respondent":
            findings.append(Finding("ingest.rows_without_answers", "note", params, grid.file, grid.sheet))
        else:
            findings.append(Finding("ingest.rows_without_body", "warning", params, grid.file, grid.sheet))
        log.append(Change("ingest.rows_dropped", int(unanswered.size), {}, grid.file, grid.sheet))
    outside = [row for row in np.flatnonzero(~content).tolist() if any(cell_text(cell).strip() for cell in body[row])]
    if outside:
        params = {"rows": [str(row + first + 1) for row in outside[:SHOWN]]}
        log.append(Change("ingest.rows_outside_table", len(outside), params, grid.file, grid.sheet))
    return findings, log


def _columns_without_header(header: Header, body: Sequence[Row], kept: NDArray[np.int64]) -> list[Finding]:
    """Name cells that stand beside the table: in a delimited file they mean that a row's cells have shifted."""
    grid, first = header.grid, header.row + 1
    headed = {cell.column for cell in header.cells}
    last = max(headed)
    findings: list[Finding] = []
    seen: set[int] = set()
    too_long = 0
    for row in kept.tolist():
        cells = body[row]
        if len(cells) <= len(headed) and last < len(headed):
            continue
        beside = [at for at in range(len(cells)) if at not in headed and cell_text(cells[at]).strip()]
        beyond = [at for at in beside if at > last]
        if grid.sheet is None and beyond:
            too_long += 1
            if too_long <= SHOWN:
                params = {"row": row + first + 1, "width": last + 1, "cells": len(cells)}
                place = cell_name(row + first, beyond[0])
                findings.append(Finding("ingest.row_too_long", "error", params, grid.file, None, place))
            continue
        for at in beside:
            if at not in seen:
                seen.add(at)
                place = cell_name(row + first, at)
                findings.append(Finding("ingest.column_without_header", "warning", {}, grid.file, grid.sheet, place))
    if too_long > SHOWN:
        findings.append(Finding("ingest.more_rows_too_long", "error", {"count": too_long - SHOWN}, grid.file))
    return findings
