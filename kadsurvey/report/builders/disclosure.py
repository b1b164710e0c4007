"""What a shared scores.csv would reveal, as Tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.quality.disclosure import UNITS, Disclosure
from kadsurvey.report.table import Column, Row, Table

_MOST_COMBINATIONS = 40
"""Combinations that are listed, the fewest fields first."""


def disclosure_tables(found: Disclosure, instrument: Instrument) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Lay out what is told column by column, who stands out and what helps; further, the rows at risk.

    Returns
    -------
    tuple of (tables to show, further tables of the workbook)
    """
    return (_columns(found), _combinations(found, instrument), _gains(found, instrument)), (_alike(found), _rows(found))


def disclosure_findings(found: Disclosure) -> Iterator[Finding]:
    """Yield what to do before scores.csv is shared."""
    units = [name for name in UNITS if name in found.fields]
    if below := found.below(units):
        left = found.to_leave_out()
        params = {
            "below": below,
            "n": found.n,
            "k": found.k,
            "columns": ["source_row", *left],
            "left": found.below([name for name in units if name not in left]),
        }
        yield Finding("quality.recognisable", "warning", params)
    if not found.alike.empty:
        widest = max(_records(found.alike), key=lambda record: record["respondents"])
        params = {"items": len(found.alike), "item": widest["item"], "classes": widest["classes"]}
        yield Finding("quality.answers_alike", "note", params)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in record.items()} for record in frame.to_dict(orient="records")]


def _field(instrument: Instrument, name: str) -> Label:
    if name in UNITS:
        return Text(f"tables.{name}")
    return instrument.fields[name].label or name


def _columns(found: Disclosure) -> Table:
    left = {"source_row", *found.to_leave_out()}
    names = ["respondent_id", "source_row", *(name for name in UNITS if name in found.fields), "scores"]
    rows = [
        Row(
            {
                "column": Text("privacy.column_scores") if name == "scores" else name,
                "told": Text(f"privacy.told_{name}"),
                "advice": Text("privacy.leave_out" if name in left else "privacy.may_stay"),
            }
        )
        for name in names
    ]
    return Table(
        key="privacy_columns",
        title=Text("privacy.columns"),
        columns=(
            Column("column", Text("privacy.column")),
            Column("told", Text("privacy.told")),
            Column("advice", Text("privacy.advice")),
        ),
        rows=tuple(rows),
        notes=(Text("privacy.note_columns"), Text("privacy.note_report")),
        result="Disclosure",
    )


def _combinations(found: Disclosure, instrument: Instrument) -> Table:
    records = _records(found.combinations)
    shown = [record for record in records if set(record["fields"]) <= set(UNITS)]
    shown += [record for record in records if record not in shown][: _MOST_COMBINATIONS - len(shown) - 1]
    if records and records[-1] not in shown:
        shown.append(records[-1])
    return Table(
        key="privacy_classes",
        title=Text("privacy.classes_title", {"k": found.k}),
        columns=(
            Column("fields", Text("privacy.known")),
            Column("classes", Text("privacy.classes"), "integer"),
            Column("smallest", Text("privacy.smallest"), "integer"),
            Column("below", Text("privacy.below", {"k": found.k}), "integer"),
            Column("unique", Text("privacy.unique"), "integer"),
        ),
        rows=tuple(
            Row(
                {**record, "fields": Text("privacy.list", {"names": [_field(instrument, n) for n in record["fields"]]})}
            )
            for record in shown
        ),
        notes=(Text("privacy.note_classes", {"n": found.n}),),
        result="Disclosure",
    )


def _gains(found: Disclosure, instrument: Instrument) -> Table:
    return Table(
        key="privacy_gains",
        title=Text("privacy.gains"),
        columns=(
            Column("field", Text("privacy.field")),
            Column("below", Text("privacy.below", {"k": found.k}), "integer"),
            Column("without", Text("privacy.without"), "integer"),
            Column("banded", Text("privacy.banded"), "integer"),
        ),
        rows=tuple(
            Row(
                {
                    **record,
                    "field": _field(instrument, record["field"]),
                    "banded": None if math.isnan(record["banded"]) else int(record["banded"]),
                }
            )
            for record in _records(found.gains)
        ),
        notes=(Text("privacy.note_gains"),),
        result="Disclosure",
    )


def _alike(found: Disclosure) -> Table:
    return Table(
        key="privacy_alike",
        title=Text("privacy.alike"),
        columns=(
            Column("item", Text("tables.item")),
            Column("classes", Text("privacy.classes"), "integer"),
            Column("respondents", Text("tables.respondents"), "integer"),
        ),
        rows=tuple(Row(record) for record in _records(found.alike)),
        notes=(Text("privacy.note_alike"),),
        result="Disclosure",
    )


def _rows(found: Disclosure) -> Table:
    risky = found.rows[(found.rows["scores_class"] < found.k)].reset_index()
    return Table(
        key="privacy_rows",
        title=Text("privacy.rows", {"k": found.k}),
        columns=(
            Column("respondent_id", Text("tables.respondent_id")),
            Column("scores_class", Text("privacy.scores_class"), "integer"),
            Column("whole_class", Text("privacy.whole_class"), "integer"),
        ),
        rows=tuple(Row(record) for record in _records(risky)),
        notes=(Text("privacy.note_rows"),),
        result="Disclosure",
    )
