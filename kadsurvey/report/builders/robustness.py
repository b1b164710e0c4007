"""The robustness of a regression to Tables: how many variants agree, and each of them."""

from __future__ import annotations

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.robustness import Robustness
from kadsurvey.report.table import Column, Row, Table


def robustness_table(robustness: Robustness) -> Table:
    """Lay out for each slope how many variants of a kind agree with the main model in sign and in verdict."""
    rows = []
    for record in robustness.summary.to_dict(orient="records"):
        counts = {
            "same_sign": Text("tables.of", {"count": record["same_sign"], "all": record["variants"]}),
            "same_verdict": Text("tables.of", {"count": record["same_verdict"], "all": record["with_verdict"]}),
        }
        dimension = Text(f"tables.dimension_{record['dimension']}")
        rows.append(Row({"dimension": dimension, **counts}, group=str(record["term"])))
    notes: list[Label] = [Text("tables.note_robustness")]
    if "scoring" not in set(robustness.summary["dimension"]) | set(robustness.failed["dimension"]):
        notes.append(Text("tables.note_robustness_one_scoring"))
    if not robustness.failed.empty:
        notes.append(Text("tables.note_robustness_failed", {"variants": robustness.failed["variant"].tolist()}))
    return Table(
        key="robustness",
        title=Text("tables.robustness"),
        columns=(
            Column("dimension", Text("tables.changed")),
            Column("same_sign", Text("tables.same_sign")),
            Column("same_verdict", Text("tables.same_verdict")),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Robustness",
    )


def variants_table(robustness: Robustness) -> Table:
    """Lay out every variant."""
    rows = [
        Row({**record, "dimension": Text(f"tables.dimension_{record['dimension']}")})  # type: ignore[dict-item]
        for record in robustness.variants.to_dict(orient="records")
    ]
    return Table(
        key="variants",
        title=Text("tables.robustness"),
        columns=(
            Column("dimension", Text("tables.changed")),
            Column("variant", Text("tables.variant")),
            Column("term", Text("tables.term")),
            Column("estimate", "B", "number", 3),
            Column("std_error", Text("tables.std_error"), "number", 3),
            Column("p_value", "p", "p_value"),
            Column("ci_low", Text("tables.low"), "number", 3, Text("tables.ci95")),
            Column("ci_high", Text("tables.high"), "number", 3, Text("tables.ci95")),
        ),
        rows=tuple(rows),
        result="Robustness",
    )
