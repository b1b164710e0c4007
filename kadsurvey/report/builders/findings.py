"""Findings and the log of changes to Tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kadsurvey.findings import Change, Finding
from kadsurvey.language.text import Label, Text
from kadsurvey.report.table import Column, Table, rows_of


def findings_table(findings: Sequence[Finding]) -> Table:
    """Lay out every finding with its place."""
    return Table(
        key="findings",
        title=Text("tables.findings"),
        columns=(
            Column("severity", Text("tables.severity")),
            Column("file", Text("tables.file")),
            Column("sheet", Text("tables.sheet")),
            Column("cell", Text("tables.cell")),
            Column("message", Text("tables.finding")),
        ),
        rows=rows_of(
            {
                "severity": Text(f"cli.severity_{finding.severity}"),
                "file": finding.file,
                "sheet": finding.sheet,
                "cell": finding.cell,
                "message": Text(finding.code, finding.params),
            }
            for finding in findings
        ),
        result="Finding",
    )


def log_table(log: Sequence[Change], *, cells: bool = False) -> Table:
    """Lay out what reading changed: where, what, how many.

    Parameters
    ----------
    log : sequence of Change
    cells : bool, default False
        Whether to give every cell that the log keeps a row of its own, with what is written there and what was read.
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
        rows=rows_of(record for change in log for record in _records(change, cells=cells)),
        result="Change",
    )


def _records(change: Change, *, cells: bool) -> Iterator[dict[str, Any]]:
    """Yield the row of a change, or a row for each of its cells."""
    record = {"file": change.file, "sheet": change.sheet, "column": change.column}
    if not cells or not change.cells:
        yield {**record, "count": change.count, "message": _sentence(change, change.count)}
        return
    sentence = _sentence(change, 1)
    missing = Text("tables.read_as_missing")
    for part in change.cells:
        read = missing if part.read is None else part.read
        yield {**record, "cell": part.cell, "written": part.written, "read": read, "count": 1, "message": sentence}


def _sentence(change: Change, count: int) -> Label:
    return Text(change.code, {"count": count, "column": change.column, **change.params})
