"""Several regressions side by side: a column a model, standard errors below estimates, fit rows at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.regress import Regression
from kadsurvey.report.builders.labels import interval
from kadsurvey.report.table import CellKind, Column, Row, Table

STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
_INTERCEPT = "intercept"


def models_table(
    models: Sequence[tuple[Label, Regression]], *, outcomes: Mapping[str, Label], stars: bool = False
) -> Table:
    """Lay out models side by side.

    Parameters
    ----------
    models : sequence of (label, Regression)
        Models of one outcome after another get its words as a heading over their columns.
    outcomes : mapping of outcome to Label
        The words for each outcome.
    stars : bool
        Mark p values below .05, .01 and .001.
    """
    columns = [Column("term", Text("tables.term"))]
    for place, (label, model) in enumerate(models):
        columns.append(Column(f"model_{place}", label, "number", 3, outcomes.get(model.outcome, model.outcome)))
    terms = dict.fromkeys(term for _, model in models for term in model.table["term"] if term != _INTERCEPT)
    rows: list[Row] = []
    for term in (*terms, _INTERCEPT):
        rows += _term_rows(term, [model for _, model in models], stars=stars)
    rows += _fit_rows([model for _, model in models])
    notes: list[Label] = [Text("tables.note_side_by_side")]
    for inference in dict.fromkeys(model.inference for _, model in models):
        clusters = [model.clusters for _, model in models if model.inference == inference]
        notes.append(
            Text("tables.note_side_inference", {"inference": inference.upper(), "clusters": sorted(set(clusters))})
        )
    notes += [
        Text(f"tables.note_family_{family}") for family in dict.fromkeys(m.family for _, m in models) if family != "ols"
    ]
    notes.append(Text("tables.note_stars" if stars else "tables.note_no_stars"))
    return Table(
        key="side_by_side",
        title=Text("tables.models_side_by_side"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Regression",
    )


def _term_rows(term: str, models: Sequence[Regression], *, stars: bool) -> list[Row]:
    found: list[Any] = [model.table.set_index("term").to_dict(orient="index").get(term) for model in models]
    group: Label = Text("tables.intercept") if term == _INTERCEPT else term
    estimates = {f"model_{place}": _estimate(row, stars) for place, row in enumerate(found) if row is not None}
    errors = {f"model_{place}": row["std_error"] for place, row in enumerate(found) if row is not None}
    limits = {
        f"model_{place}": interval(row["ci_low"], row["ci_high"], digits=2)
        for place, row in enumerate(found)
        if row is not None
    }
    p_values = {f"model_{place}": row["p_value"] for place, row in enumerate(found) if row is not None}
    rows = [Row({"term": group, **estimates}), Row({"term": Text("tables.se_row"), **errors}, kind="std_error")]
    if term != _INTERCEPT:
        rows.append(Row({"term": Text("tables.ci95"), **limits}, kind="text"))
        rows.append(Row({"term": "p", **p_values}, kind="p_value"))
    return rows


def _estimate(row: Mapping[str, Any], stars: bool) -> Any:
    p_value = row["p_value"]
    if not stars or not isfinite(p_value):
        return row["estimate"]
    mark = next((sign for level, sign in STARS if p_value < level), "")
    return Text("tables.starred", {"estimate": float(row["estimate"]), "mark": mark}) if mark else row["estimate"]


def _fit_rows(models: Sequence[Regression]) -> list[Row]:
    rows: list[tuple[Label, str, CellKind]] = [
        (Text("tables.fit_r2"), "r2", "bounded"),
        (Text("tables.fit_adj_r2"), "adj_r2", "bounded"),
        (Text("tables.fit_pseudo_r2"), "pseudo_r2", "bounded"),
        ("F", "f_statistic", "number"),
        (Text("tables.fit_f_p"), "f_p_value", "p_value"),
        ("AIC", "aic", "number"),
    ]
    found: list[Row] = []
    for label, name, kind in rows:
        values = {f"model_{place}": _of_fit(model, name) for place, model in enumerate(models)}
        if any(value is not None for value in values.values()):
            found.append(Row({"term": label, **values}, kind=kind, group=Text("tables.fit_rows")))
    counts = (
        (Text("tables.fit_rows_used"), [model.n for model in models]),
        (Text("tables.fit_bodies"), [model.clusters for model in models]),
    )
    for label, numbers in counts:
        values = {f"model_{place}": number for place, number in enumerate(numbers)}
        found.append(Row({"term": label, **values}, kind="integer", group=Text("tables.fit_rows")))
    levels = {f"model_{place}": Text(f"tables.level_{model.design.level}") for place, model in enumerate(models)}
    found.append(Row({"term": Text("tables.design_level"), **levels}, group=Text("tables.fit_rows")))
    return found


def _of_fit(model: Regression, name: str) -> float | None:
    if name in ("aic",) and model.family in LINEAR:
        return None
    value = model.fit.get(name, model.fit.get(f"{name}_within"))
    return float(value) if value is not None and isfinite(value) else None
