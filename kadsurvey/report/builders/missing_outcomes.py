"""Bodies with and without an outcome to a Table."""

from __future__ import annotations

import math

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.missing_outcomes import MissingOutcomes
from kadsurvey.report.table import Column, Row, Table


def missing_outcomes_table(found: MissingOutcomes) -> Table:
    """Lay out the comparison: columns of the body data first, then the indices."""
    spanners = {side: Text(f"tables.{side}_outcome") for side in ("with", "without")}
    n_with, n_without = len(found.with_outcome), len(found.without)
    # Two samples of one size can change places without a change of the difference's size.
    smallest = (2 if n_with == n_without else 1) / math.comb(n_with + n_without, n_without)
    params = {"bodies": list(found.without), "n_with": n_with, "n_without": n_without, "smallest": smallest}
    notes: list[Label] = [Text("tables.note_missing_outcomes", params), Text("tables.note_missing_outcomes_power")]
    if found.several_years:
        notes.append(Text("tables.note_missing_outcomes_years"))
    records = found.table.to_dict(orient="records")
    return Table(
        key="missing_outcomes",
        title=Text("tables.missing_outcomes", {"outcome": found.outcome}),
        columns=(
            Column("variable", Text("tables.variable")),
            Column("n_with", "n", "integer", spanner=spanners["with"]),
            Column("mean_with", Text("tables.mean"), "number", 2, spanners["with"]),
            Column("n_without", "n", "integer", spanner=spanners["without"]),
            Column("mean_without", Text("tables.mean"), "number", 2, spanners["without"]),
            Column("difference", Text("tables.difference"), "number", 2),
            Column("std_difference", Text("tables.std_difference"), "number", 2),
            Column("p_value", "p", "p_value"),
        ),
        rows=tuple(
            Row({str(key): value for key, value in record.items()}, Text(f"tables.missing_outcomes_{record['kind']}"))
            for record in records
        ),
        notes=tuple(notes),
        result="MissingOutcomes",
    )
