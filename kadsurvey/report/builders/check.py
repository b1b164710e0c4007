"""What check.xlsx holds beside the tables on the terminal: respondents, heat map, every finding, *tidak tahu*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.findings import Change, Finding, gravest_first
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Label, Text
from kadsurvey.quality.answers import answers_of
from kadsurvey.quality.dont_know import dont_know_enumerators, dont_know_items
from kadsurvey.quality.respondent_findings import (
    UNITS,
    Unit,
    flagged_respondents,
    places_of,
    respondent_findings,
)
from kadsurvey.quality.screening import Screening
from kadsurvey.report.builders.findings import findings_table, log_table
from kadsurvey.report.builders.labels import labelled
from kadsurvey.report.builders.screening import items_table, ledger_table, screens_table, worst_table
from kadsurvey.report.table import CellKind, Column, Row, Table, rows_of

HEAT_ROWS = 500
"""Respondents of the heat map: more are no longer seen, and every coloured cell makes a workbook slower."""

_KINDS: dict[Unit, tuple[CellKind, int]] = {
    "share": ("share", 0),
    "count": ("integer", 0),
    "r": ("bounded", 2),
    "p": ("p_value", 3),
    "seconds": ("number", 1),
}


def check_tables(
    screening: Screening,
    responses: Responses,
    findings: Sequence[Finding],
    log: Sequence[Change],
    names: Mapping[str, str],
) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Lay out a check: what the terminal shows, and all sheets of check.xlsx.

    Parameters
    ----------
    screening : Screening
    responses : Responses
        Those that were screened.
    findings : sequence of Finding
        Those of reading and screening; flags of single respondents are added to the sheet.
    log : sequence of Change
    names : mapping of respondent_id to str
        Pseudonyms; no other identifier leaves.
    """
    of_respondents = [finding.under(names) for finding in respondent_findings(screening, responses)]
    screens, items = screens_table(screening), items_table(screening)
    left_out = () if screening.ledger.empty else (ledger_table(screening, names),)
    worst = (worst_table(screening, responses, names),) if of_respondents else ()
    enumerators = _enumerators(responses)
    # What matters most comes last, where a terminal stops.
    shown = (log_table(log, summed=True), items, *enumerators, *left_out, screens, *worst)
    sheets = (
        findings_table(gravest_first([*findings, *of_respondents]), whole=True),
        screens,
        _respondents(screening, responses, names),
        _heat(screening, responses, names),
        items,
        _dont_know(responses),
        *enumerators,
        *left_out,
        log_table(log, cells=True),
    )
    return shown, sheets


def _respondents(screening: Screening, responses: Responses, names: Mapping[str, str]) -> Table:
    measured = screening.values.columns[screening.values.notna().any()]
    columns = [
        *_place_columns(),
        Column("flags", Text("screening.flags")),
        *(Column(flag, Text(f"screening.value_{flag}"), *_KINDS[UNITS[flag]]) for flag in map(str, measured)),
    ]
    if bool((screening.repeats != "").any()):
        columns.append(Column("repeats", Text("screening.repeats")))
    values = screening.values[measured].to_dict(orient="index")
    repeats = screening.repeats.to_dict()
    flagged = flagged_respondents(screening)
    rows = []
    for respondent, place in _places(screening, responses, names).items():
        flags, earlier = flagged.get(respondent, []), repeats[respondent]
        shown = place | {str(flag): value for flag, value in values[respondent].items()}
        shown["flags"] = [Text(f"quality.flag_{flag}") for flag in flags] or None
        shown["repeats"] = names.get(earlier, earlier) or None
        rows.append(Row(shown, marked=frozenset(flags)))
    return Table(
        key="respondents",
        title=Text("screening.respondents"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Text("screening.note_respondents"),),
        result="Screening",
    )


def _heat(screening: Screening, responses: Responses, names: Mapping[str, str]) -> Table:
    answers, instrument = answers_of(responses), responses.instrument
    places = _places(screening, responses, names)
    order = list(places)[:HEAT_ROWS]
    at = responses.data.index.get_indexer(pd.Index(order))
    given, unknown = answers.given[at], responses.dont_know[list(answers.items)].to_numpy()[at]
    columns = [*_place_columns()]
    for item in answers.items:
        scale, turned = instrument.scale_of(item), instrument.items[item].reverse
        label: Label = Text("screening.reversed_item", {"item": item}) if turned else item
        columns.append(Column(item, label, "integer", heat=(float(scale.minimum), float(scale.maximum))))
    rows = []
    for line, respondent in enumerate(order):
        cells: dict[str, Any] = dict(zip(answers.items, given[line].tolist(), strict=True))
        for column in np.flatnonzero(unknown[line]).tolist():
            cells[answers.items[column]] = Text("screening.unknown_sign")
        rows.append(Row({**places[respondent], **cells}))
    notes: list[Label] = [Text("screening.note_heat")]
    if len(screening.flags) > len(order):
        notes.insert(0, Text("screening.note_heat_capped", {"shown": len(order), "n": len(screening.flags)}))
    return Table(
        key="heat_map",
        title=Text("screening.heat"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Screening",
    )


def _place_columns() -> list[Column]:
    return [
        Column("respondent_id", Text("tables.respondent_id")),
        Column("file", Text("tables.file")),
        Column("row", Text("tables.row"), "integer"),
        Column("n_flags", Text("screening.n_flags"), "integer"),
    ]


def _places(screening: Screening, responses: Responses, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what each row begins with, by respondent: those with most flags first, else in the order of the files."""
    places, flagged = places_of(responses), flagged_respondents(screening)
    order = [*flagged, *(name for name in places if name not in flagged)]
    return {
        name: {
            "respondent_id": names.get(name, name),
            "file": places[name][0],
            "row": places[name][2],
            "n_flags": len(flagged.get(name, ())),
        }
        for name in order
    }


def _dont_know(responses: Responses) -> Table:
    frame, instrument = dont_know_items(responses), responses.instrument
    constructs = [instrument.construct_of[item] for item in frame["item"]]
    return Table(
        key="dont_know",
        title=Text("screening.dont_know_items"),
        columns=(Column("item", Text("tables.item")), Column("group", Text("tables.group")), *_rate_columns()),
        rows=rows_of(labelled(frame, instrument, constructs), group="label"),
        notes=(Text("screening.note_dont_know"),),
        result="Screening",
    )


def _enumerators(responses: Responses) -> tuple[Table, ...]:
    frame = dont_know_enumerators(responses)
    if frame.empty:
        return ()
    table = Table(
        key="enumerators",
        title=Text("screening.dont_know_enumerators"),
        columns=(Column("enumerator", Text("screening.enumerator")), *_rate_columns()),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("screening.note_dont_know"),),
        result="Screening",
    )
    return (table,)


def _rate_columns() -> tuple[Column, ...]:
    return (
        Column("n", "n", "integer"),
        Column("given", Text("screening.given"), "integer"),
        Column("dont_know", Text("tables.dont_know"), "integer"),
        Column("dont_know_share", Text("screening.of_given"), "share", 1),
        Column("blank_share", Text("screening.blank"), "share", 1),
    )
