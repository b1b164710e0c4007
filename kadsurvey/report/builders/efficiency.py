"""The costs of bodies to Tables: what each costs, how near it is to the best, what changed between years."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.efficiency import Efficiency
from kadsurvey.report.table import Column, Row, Table, rows_of


def efficiency_tables(found: Efficiency) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Return the tables to show, in their order, and those that only the workbook holds."""
    shown = [_costs(found)]
    if found.groups["scored"].any():
        shown.append(_scores(found))
    shown.append(_groups(found))
    if not found.changes.empty:
        shown.append(_changes(found))
    return tuple(shown), (_shares(found),)


def _costs(found: Efficiency) -> Table:
    table = found.costs.table
    columns = [
        Column("unit_cost", Text("tables.unit_cost"), "number", 0),
        Column("saving", Text("tables.saving"), "number", 3),
        Column("cost_efficiency", Text("tables.cost_efficiency"), "number", 3),
        Column("realisation", Text("tables.realisation"), "share", 1),
        Column("cost_share", Text("tables.cost_share"), "share", 1),
        Column("burden_gini", Text("tables.burden_gini"), "bounded", 2),
    ]
    kept = [column for column in columns if table[column.key].notna().any()]
    notes: list[Label] = [_prices(found)]
    if found.costs.derivation is not None:
        notes.append(Text(f"outcomes.cost_efficiency_{found.costs.derivation}"))
    notes += [Text(f"tables.note_{column.key}") for column in kept if column.key in ("saving", "realisation")]
    return Table(
        key="costs",
        title=Text("tables.costs"),
        columns=(*_place_columns(table), *kept),
        rows=_rows(table, table),
        notes=tuple(notes),
        result="Efficiency",
    )


def _scores(found: Efficiency) -> Table:
    table = found.table[found.table[found.returns].notna()]
    words = {side: Text(f"tables.returns_{side}") for side in ("constant", "increasing", "decreasing")}
    laid_out = table.assign(side=table["side"].map(words), peers=table["peers"].map(", ".join))
    params = {"inputs": list(found.inputs), "outputs": list(found.outputs), "draws": found.draws, "seed": found.seed}
    notes: list[Label] = [Text("tables.note_frontier", params), Text("tables.note_frontier_corrected", params)]
    unhelped = table.index[table["correction_helps"].eq(False)]
    if len(unhelped):
        notes.append(Text("tables.note_correction_not_worth", {"count": len(unhelped), "all": len(table)}))
    if "coverage" in (*found.inputs, *found.outputs):
        notes.append(Text("tables.note_frontier_share"))
    return Table(
        key="frontier",
        title=Text("tables.frontier"),
        columns=(
            *_place_columns(found.costs.table),
            Column("crs", Text("tables.crs"), "bounded", 3),
            Column("vrs", Text("tables.vrs"), "bounded", 3),
            Column("scale", Text("tables.scale_efficiency"), "bounded", 3),
            Column("side", Text("tables.returns_to_scale")),
            Column("corrected", Text("tables.bias_corrected", {"returns": found.returns.upper()}), "bounded", 3),
            Column("ci_low", Text("tables.low"), "bounded", 3, Text("tables.ci95_approximate")),
            Column("ci_high", Text("tables.high"), "bounded", 3, Text("tables.ci95_approximate")),
            Column("peers", Text("tables.peers")),
        ),
        rows=_rows(laid_out, found.costs.table.loc[table.index]),
        notes=tuple(notes),
        result="Efficiency",
    )


def _groups(found: Efficiency) -> Table:
    words = {True: Text("tables.frontier_drawn"), False: Text("tables.frontier_not_drawn")}
    frame = found.groups.assign(year=found.groups["year"].map(_year), scored=found.groups["scored"].map(words))
    return Table(
        key="frontier_groups",
        title=Text("tables.frontier_groups"),
        columns=(
            Column("service", Text("tables.service")),
            Column("year", Text("tables.year")),
            Column("bodies", Text("tables.design_bodies"), "integer"),
            Column("needed", Text("tables.bodies_needed"), "integer"),
            Column("scored", Text("tables.frontier")),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_frontier_groups"),),
        result="Efficiency",
    )


def _changes(found: Efficiency) -> Table:
    frame = found.changes.assign(
        period=[
            f"{before}-{after}" for before, after in zip(found.changes["before"], found.changes["after"], strict=True)
        ]
    )
    columns = [
        Column("unit_cost_change", Text("tables.unit_cost_change"), "share", 1),
        Column("malmquist", Text("tables.malmquist"), "number", 3),
        Column("efficiency_change", Text("tables.efficiency_change"), "number", 3),
        Column("technical_change", Text("tables.technical_change"), "number", 3),
    ]
    kept = [column for column in columns if frame[column.key].notna().any()]
    bodies = frame["body"].nunique()
    notes: list[Label] = [_prices(found), Text("tables.note_changes", {"bodies": bodies})]
    if frame["malmquist"].notna().any():
        notes.insert(1, Text("tables.note_malmquist"))
    return Table(
        key="changes",
        title=Text("tables.changes"),
        columns=(Column("body", Text("tables.body")), Column("period", Text("tables.period")), *kept),
        rows=rows_of(frame.to_dict(orient="records"), group="service"),  # type: ignore[arg-type]
        notes=tuple(notes),
        result="Efficiency",
    )


def _shares(found: Efficiency) -> Table:
    frame = found.costs.shares.assign(year=found.costs.shares["year"].map(_year))
    return Table(
        key="cost_shares",
        title=Text("tables.cost_shares"),
        columns=(
            Column("service", Text("tables.service")),
            Column("year", Text("tables.year")),
            Column("bodies", Text("tables.design_bodies"), "integer"),
            Column("total", Text("tables.total_cost"), "number", 0),
            Column("gini", "Gini", "bounded", 3),
            Column("gini_corrected", Text("tables.gini_corrected"), "bounded", 3),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_gini"),),
        result="Efficiency",
    )


def _prices(found: Efficiency) -> Text:
    if found.base is None:
        return Text("tables.note_prices_of_year")
    return Text("tables.note_prices_deflated", {"year": str(found.base)})


def _place_columns(table: pd.DataFrame) -> tuple[Column, ...]:
    year = (Column("year", Text("tables.year")),) if table["year"].notna().any() else ()
    return (Column("body", Text("tables.body")), *year)


def _rows(frame: pd.DataFrame, places: pd.DataFrame) -> tuple[Row, ...]:
    """Return a row a body, those of a service together, in the order of the file."""
    rows = []
    ordered = places["service"].fillna("").sort_values(kind="stable").index
    for label in ordered:
        values: dict[str, Any] = dict(frame.loc[label])
        body = label[0] if isinstance(label, tuple) else label
        service = places.loc[label, "service"]
        group: Label = str(service) if pd.notna(service) else Text("tables.service_unknown")
        rows.append(Row({**values, "body": body, "year": _year(places.loc[label, "year"])}, group=group))
    return tuple(rows)


def _year(value: Any) -> str | None:
    return None if value is None or pd.isna(value) or value == 0 else f"{value:g}"
