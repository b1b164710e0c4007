"""Indices to Tables: per body, per group, per respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kadsurvey.indices.score import Indices
from kadsurvey.instrument.model import ConstructRole, Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.builders.labels import construct_label, interval
from kadsurvey.report.builders.standing import body_index_notes
from kadsurvey.report.table import CellKind, Column, Row, Table, rows_of

_LEVELS = (("bodies", ("body",)), ("groups", ("group",)), ("members", ("body", "member")))
_ROLES: tuple[ConstructRole, ...] = ("predictor", "outcome")
_SCORE_COLUMNS: tuple[tuple[str, CellKind, int], ...] = (
    ("z", "number", 3),
    ("se", "number", 3),
    ("100", "number", 1),
    ("mean100", "number", 1),
    ("items", "integer", 0),
)


def index_tables(indices: Indices, instrument: Instrument, *, groups_alike: Sequence[Label] = ()) -> tuple[Table, ...]:
    """Lay out the mean indices per body, group and member: predictors first, then outcomes.

    ``groups_alike`` says below the groups' predictors whether these may be compared.
    """
    frames = {"bodies": indices.bodies, "groups": indices.groups, "members": indices.members}
    asked = {instrument.constructs[name].role for name in indices.constructs}
    tables = (
        _summary_table(level, units, role, frames[level], indices, instrument)
        for level, units in _LEVELS
        for role in _ROLES
        if role in asked and not frames[level].empty
    )
    return tuple(
        replace(table, notes=(*table.notes, *groups_alike)) if table.key == "groups_predictors" else table
        for table in tables
    )


def scores_table(scores: pd.DataFrame, indices: Indices) -> Table:
    """Lay out scores.csv: a row a respondent."""
    columns = [Column(name, Text(f"tables.{name}")) for name in scores.columns[: _n_unit_columns(scores, indices)]]
    for construct in indices.constructs:
        for suffix, kind, digits in _SCORE_COLUMNS:
            if f"{construct}_{suffix}" in scores:
                columns.append(Column(f"{construct}_{suffix}", f"{construct}_{suffix}", kind, digits))
    return Table(
        key="scores",
        title=Text("tables.scores"),
        columns=tuple(columns),
        rows=rows_of(scores.to_dict(orient="records")),  # type: ignore[arg-type]
        result="Indices",
    )


def _n_unit_columns(scores: pd.DataFrame, indices: Indices) -> int:
    return next(
        (
            place
            for place, name in enumerate(scores.columns)
            if any(name.startswith(f"{c}_") for c in indices.constructs)
        ),
        len(scores.columns),
    )


def _summary_table(
    level: str,
    units: tuple[str, ...],
    role: ConstructRole,
    frame: pd.DataFrame,
    indices: Indices,
    instrument: Instrument,
) -> Table:
    constructs = [name for name in indices.constructs if instrument.constructs[name].role == role]
    value, over_bodies = ("mean", False) if level == "members" else ("index", True)
    columns = [*(Column(unit, Text(f"tables.{unit}")) for unit in units), Column("n", "n", "integer")]
    for construct in constructs:
        spanner = construct_label(instrument, construct)
        columns.append(Column(f"{construct}_value", Text("tables.mean100"), "number", 1, spanner))
        if over_bodies:
            columns.append(Column(f"{construct}_ci", Text("tables.ci95"), spanner=spanner))
    shown = frame[frame["construct"].isin(constructs)]
    notes: list[Label] = [Text("tables.note_index_100"), Text("tables.note_largest_n")]
    rows = _rows_by_unit(shown, units, value)
    if level == "bodies":
        notes += body_index_notes(indices, instrument, constructs)
        whole = indices.overall[indices.overall["construct"].isin(constructs)]
        rows += tuple(
            replace(row, values={**row.values, "body": Text("tables.all_bodies")}, strong=True)
            for row in _rows_by_unit(whole, units, value)
        )
    elif level == "groups":
        notes.append(Text("tables.note_group_interval"))
    if bool(shown["suppressed"].any()):
        notes.append(Text("tables.note_suppressed", {"min_cell": indices.min_cell}))
    return Table(
        key=f"{level}_{role}s",
        title=Text(f"tables.index_by_{level}_{role}"),
        columns=tuple(columns),
        rows=rows,
        notes=tuple(notes),
        result="Indices",
    )


def _rows_by_unit(frame: pd.DataFrame, units: tuple[str, ...], value: str) -> tuple[Row, ...]:
    rows: dict[object, dict[str, Any]] = {}
    for key, record in zip(frame.index, frame.to_dict(orient="records"), strict=True):
        names = key if isinstance(key, tuple) else (key,)
        row = rows.setdefault(key, {**dict(zip(units, names, strict=True)), "n": 0})
        construct = record["construct"]
        row["n"] = max(row["n"], int(record["n"]))
        row[f"{construct}_value"] = Text("tables.suppressed") if record["suppressed"] else record[value]
        row[f"{construct}_ci"] = interval(record["ci_low"], record["ci_high"])
    return tuple(Row(row) for row in rows.values())
