"""Findings and the log of changes to Tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kadsurvey.findings import Change, Finding
from kadsurvey.language.findings import finding_entries
from kadsurvey.language.text import Label, Text
from kadsurvey.report.table import Column, Table, rows_of


def findings_table(findings: Sequence[Finding], *, whole: bool = False) -> Table:
    """Lay out every finding with its place; ``whole`` adds whom it concerns, how to fix it, and its code."""
    columns = [
        Column("severity", Text("tables.severity")),
        Column("file", Text("tables.file")),
        Column("sheet", Text("tables.sheet")),
        Column("cell", Text("tables.cell")),
        Column("message", Text("tables.finding")),
    ]
    if whole:
        columns.insert(4, Column("respondent_id", Text("tables.respondent_id")))
        columns += [Column("fix", Text("screening.fix")), Column("code", Text("tables.code"))]
    entries = {entry.code: entry for entry in finding_entries()} if whole else {}
    return Table(
        key="findings",
        title=Text("tables.findings"),
        columns=tuple(columns),
        rows=rows_of(
            {
                "severity": Text(f"cli.severity_{finding.severity}"),
                "file": finding.file,
                "sheet": finding.sheet,
                "cell": finding.cell,
                "respondent_id": finding.respondent_id,
                "message": Text(finding.code, finding.params),
                "fix": entries[finding.code].fix if finding.code in entries else None,
                "code": finding.code,
            }
            for finding in findings
        ),
        result="Finding",
    )


def log_table(log: Sequence[Change], *, cells: bool = False, summed: bool = False) -> Table:
    """Lay out what reading changed: where, what, how many.

    Parameters
    ----------
    log : sequence of Change
    cells : bool, default False
        Whether to give every cell that the log keeps a row of its own, with what is written there and what was read.
    summed : bool, default False
        Whether to add up the columns that changed alike.
    """
    single = (
        Column("cell", Text("tables.cell")),
        Column("written", Text("tables.as_written")),
        Column("read", Text("tables.read_as")),
    )
    return Table(
        key="log",
        title=Text("tables.log"),
        columns=(
            Column("file", Text("tables.file")),
            Column("sheet", Text("tables.sheet")),
            Column("column", Text("tables.column")),
            *(single if cells else ()),
            Column("count", Text("tables.count"), "integer"),
            Column("message", Text("tables.change")),
        ),
        rows=rows_of(
            record
            for changes in (_alike(log) if summed else [[change] for change in log])
            for record in (_records(changes[0]) if cells else [_changed(changes)])
        ),
        result="Change",
    )


def _records(change: Change) -> Iterator[dict[str, Any]]:
    """Yield the row of a change, or a row for each of its cells."""
    if not change.cells:
        yield _changed([change])
        return
    record = {"file": change.file, "sheet": change.sheet, "column": change.column}
    sentence = Text(change.code, {"count": 1, "column": change.column, **change.params})
    missing = Text("tables.read_as_missing")
    for part in change.cells:
        read = missing if part.read is None else part.read
        yield {**record, "cell": part.cell, "written": part.written, "read": read, "count": 1, "message": sentence}


def _alike(log: Sequence[Change]) -> list[list[Change]]:
    """Put together the changes that differ in their column and count only."""
    groups: dict[object, list[Change]] = {}
    for change in log:
        key = (change.file, change.sheet, change.code, change.column is None, repr(change.params))
        groups.setdefault(key, []).append(change)
    return list(groups.values())


def _changed(changes: Sequence[Change]) -> dict[str, Any]:
    first, count = changes[0], sum(change.count for change in changes)
    column: Label | None = first.column if len(changes) == 1 else Text("screening.columns", {"count": len(changes)})
    return {
        "file": first.file,
        "sheet": first.sheet,
        "column": column,
        "count": count,
        "message": Text(first.code, {"count": count, "column": column, **first.params}),
    }
