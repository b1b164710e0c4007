"""Correlations of the indices as a Table: those within bodies above the diagonal, those between bodies below."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.builders.labels import construct_label
from kadsurvey.report.table import Column, Row, Table


def correlation_tables(frame: pd.DataFrame, instrument: Instrument) -> tuple[Table, Table] | None:
    """Lay out `kadsurvey.indices.correlations.index_correlations`: a square for the reader, a list for the workbook."""
    if frame.empty:
        return None
    names = list(dict.fromkeys([*frame["first"], *frame["second"]]))
    levels = set(frame["level"])
    above = "within" if "within" in levels else "respondents"
    r = {(row["level"], row["first"], row["second"]): row["r"] for row in frame.to_dict(orient="records")}
    rows = []
    for place, first in enumerate(names):
        values: dict[str, object] = {"construct": construct_label(instrument, first), first: "—"}
        for other in names[place + 1 :]:
            values[other] = r.get((above, first, other))
        for other in names[:place]:
            values[other] = r.get(("between", other, first))
        rows.append(Row(values))
    largest = frame.groupby("level")["n"].max()
    notes: list[Label] = [Text(f"tables.note_correlation_{above}", {"n": int(largest[above])})]
    if "between" in levels:
        notes.append(Text("tables.note_correlation_between", {"n": int(largest["between"])}))
    square = Table(
        key="correlations",
        title=Text("tables.correlations"),
        columns=(
            Column("construct", Text("tables.construct")),
            *(Column(name, construct_label(instrument, name), "bounded", 2) for name in names),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Indices",
    )
    return square, _list(frame, instrument)


def _list(frame: pd.DataFrame, instrument: Instrument) -> Table:
    records: list[dict[str, Any]] = []
    for row in frame.to_dict(orient="records"):
        sides = {side: construct_label(instrument, row[side]) for side in ("first", "second")}
        records.append({**{str(key): value for key, value in row.items()}, "pair": Text("tables.pair_of", sides)})
    return Table(
        key="correlations_list",
        title=Text("tables.correlations_list"),
        columns=(
            Column("pair", Text("tables.constructs")),
            Column("r", "r", "bounded", 3),
            Column("n", "n", "integer"),
            Column("ci_low", Text("tables.low"), "bounded", 3, Text("tables.ci95")),
            Column("ci_high", Text("tables.high"), "bounded", 3, Text("tables.ci95")),
        ),
        rows=tuple(Row(record, group=Text(f"tables.correlation_{record['level']}")) for record in records),
        notes=(Text("tables.note_fisher"),),
        result="Indices",
    )
