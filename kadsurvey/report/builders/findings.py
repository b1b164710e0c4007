"""Findings and the log of changes to Tables."""

from __future__ import annotations

from collections.abc import Sequence

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


def log_table(log: Sequence[Change]) -> Table:
    """Lay out what reading changed: where, what, how many."""
    return Table(
        key="log",
        title=Text("tables.log"),
        columns=(
            Column("file", Text("tables.file")),
            Column("sheet", Text("tables.sheet")),
            Column("column", Text("tables.column")),
            Column("count", Text("tables.count"), "integer"),
            Column("message", Text("tables.change")),
        ),
        rows=rows_of(
            {
                "file": change.file,
                "sheet": change.sheet,
                "column": change.column,
                "count": change.count,
                "message": _sentence(change),
            }
            for change in log
        ),
        result="Change",
    )


def _sentence(change: Change) -> Label:
    return Text(change.code, {"count": change.count, "column": change.column, **change.params})
