"""Agreement within bodies and members to Tables (kelayakan agregasi)."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kadsurvey.indices.aggregation_rules import AGREED_LEAST, ICC1_LEAST, ICC2_LEAST, LEVEL
from kadsurvey.indices.disagreement import LEVEL as FAMILY_LEVEL
from kadsurvey.indices.disagreement import disagreeing
from kadsurvey.indices.shared_views import SharedViews
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.builders.labels import labelled
from kadsurvey.report.table import Column, Row, Table, rows_of

_CI1, _CI2, _CI_MIXED = Text("agreement.ci_icc1"), Text("agreement.ci_icc2"), Text("agreement.ci_mixed")


def agreement_tables(views: SharedViews, instrument: Instrument) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Lay out agreement: what is shown (verdicts, groups that disagree), and what the workbook has beside it."""
    shown, more = [], []
    if not views.levels.empty:
        shown.append(_levels(views, instrument))
        more.append(_measures(views, instrument))
    if not views.bodies.empty:
        more.append(_bodies(views, instrument))
    if not views.shares.empty:
        more.append(_shares(views, instrument))
    tested = views.groups[views.groups["permuted"].notna()]
    if not tested.empty:
        named = views.groups[views.groups["body"].isna() | views.groups.index.isin(disagreeing(views.groups).index)]
        shown.append(_groups(named, views, instrument, key="groups_disagree", title=Text("agreement.groups_named")))
        more.append(_groups(views.groups, views, instrument, key="groups_compared", title=Text("agreement.groups")))
    return tuple(shown), tuple(more)


def _units(views: SharedViews, instrument: Instrument) -> list[dict[str, Any]]:
    return [
        {**row, "unit": Text(f"agreement.level_{row['level'] if pd.isna(row['group']) else row['group']}")}
        for row in labelled(views.levels, instrument, views.levels["construct"])
    ]


def _levels(views: SharedViews, instrument: Instrument) -> Table:
    records = [
        {
            **row,
            "icc1_ci": _interval(row, "icc1"),
            "icc2_ci": _interval(row, "icc2"),
            "decision": Text(f"agreement.verdict_{row['verdict']}"),
        }
        for row in _units(views, instrument)
    ]
    notes: list[Label] = [
        Text("agreement.note_icc"),
        Text("agreement.note_rwg"),
        Text(
            "agreement.note_rules",
            {"level": LEVEL, "icc1": ICC1_LEAST, "agreed": AGREED_LEAST, "icc2": ICC2_LEAST},
        ),
    ]
    return Table(
        key="agreement",
        title=Text("agreement.levels"),
        columns=(
            Column("unit", Text("agreement.unit")),
            Column("n_obs", "n", "integer"),
            Column("n_clusters", Text("agreement.n_units"), "integer"),
            Column("icc1", "ICC(1)", "bounded", 2),
            Column("icc1_ci", Text("tables.ci95")),
            Column("icc2", "ICC(2)", "bounded", 2),
            Column("icc2_ci", Text("tables.ci95")),
            Column("rwg_j", Text("agreement.rwg_j"), "bounded", 2, "rwg(j)"),
            Column("rwg_j_skewed", Text("agreement.rwg_j_skewed"), "bounded", 2, "rwg(j)"),
            Column("decision", Text("agreement.verdict")),
        ),
        rows=rows_of(records, group="label"),
        notes=tuple(notes),
        result="SharedViews",
    )


def _interval(row: dict[str, Any], name: str) -> Label | None:
    limits = {"low": row[f"{name}_low"], "high": row[f"{name}_high"]}
    return Text("agreement.interval", limits) if all(map(math.isfinite, limits.values())) else None


def _measures(views: SharedViews, instrument: Instrument) -> Table:
    return Table(
        key="agreement_measures",
        title=Text("agreement.measures"),
        columns=(
            Column("unit", Text("agreement.unit")),
            Column("mean_size", Text("agreement.mean_size"), "number", 1),
            Column("f", "F", "number", 2),
            Column("p_value", "p", "p_value"),
            Column("icc1_low", Text("tables.low"), "bounded", 3, _CI1),
            Column("icc1_high", Text("tables.high"), "bounded", 3, _CI1),
            Column("icc1_searle", "ICC(1), Searle", "bounded", 3),
            Column("icc1_mixed", Text("agreement.icc1_mixed"), "bounded", 3),
            Column("icc1_mixed_low", Text("tables.low"), "bounded", 3, _CI_MIXED),
            Column("icc1_mixed_high", Text("tables.high"), "bounded", 3, _CI_MIXED),
            Column("icc2_low", Text("tables.low"), "bounded", 2, _CI2),
            Column("icc2_high", Text("tables.high"), "bounded", 2, _CI2),
            Column("icc2_mixed", Text("agreement.icc2_mixed"), "bounded", 2),
            Column("design_effect", Text("agreement.design_effect"), "number", 1),
            Column("size_needed", Text("agreement.size_needed"), "number", 1),
            Column("agreeing", Text("agreement.agreeing"), "share", 0),
            Column("rwg_j_lindell", "rwg*(j)", "bounded", 2),
            Column("awg", "awg", "bounded", 2),
            Column("ad_mean", Text("agreement.ad_mean"), "number", 2),
            Column("ad_median", Text("agreement.ad_median"), "number", 2),
        ),
        rows=rows_of(_units(views, instrument), group="label"),
        notes=(
            Text("agreement.note_measures", {"icc2": ICC2_LEAST, "least": AGREED_LEAST}),
            Text("agreement.note_deff"),
        ),
        result="SharedViews",
    )


def _bodies(views: SharedViews, instrument: Instrument) -> Table:
    notes: list[Label] = [Text("agreement.note_bodies")]
    if bool(views.bodies["suppressed"].any()):
        notes.append(Text("tables.note_suppressed", {"min_cell": views.min_cell}))
    return Table(
        key="agreement_bodies",
        title=Text("agreement.bodies"),
        columns=(
            Column("key", Text("tables.body")),
            Column("n", "n", "integer"),
            Column("reliability", Text("agreement.reliability"), "bounded", 2),
            Column("n_complete", Text("agreement.n_complete"), "integer"),
            Column("rwg_j", Text("agreement.rwg_j"), "bounded", 2, "rwg(j)"),
            Column("rwg_j_skewed", Text("agreement.rwg_j_skewed"), "bounded", 2, "rwg(j)"),
            Column("rwg_j_lindell", "rwg*(j)", "bounded", 2),
            Column("awg", "awg", "bounded", 2),
            Column("ad_mean", Text("agreement.ad_mean"), "number", 2),
            Column("ad_median", Text("agreement.ad_median"), "number", 2),
        ),
        rows=rows_of(labelled(views.bodies, instrument, views.bodies["construct"]), group="label"),
        notes=tuple(notes),
        result="SharedViews",
    )


def _shares(views: SharedViews, instrument: Instrument) -> Table:
    return Table(
        key="agreement_shares",
        title=Text("agreement.shares"),
        columns=(
            Column("label", Text("tables.construct")),
            Column("n_obs", "n", "integer"),
            *(Column(name, Text(f"agreement.share_{name}"), "share", 1) for name in ("body", "member", "respondent")),
        ),
        rows=rows_of(labelled(views.shares, instrument, views.shares["construct"])),
        notes=(Text("agreement.note_shares"),),
        result="SharedViews",
    )


def _groups(frame: pd.DataFrame, views: SharedViews, instrument: Instrument, *, key: str, title: Text) -> Table:
    named = set(disagreeing(frame).index)
    notes: list[Label] = [Text("agreement.note_groups", {"draws": views.draws, "level": FAMILY_LEVEL})]
    if bool(frame["suppressed"].any() or (frame["difference"].isna() & frame["p_value"].notna()).any()):
        notes.append(Text("tables.note_suppressed", {"min_cell": views.min_cell}))
    return Table(
        key=key,
        title=title,
        columns=(
            Column("name", Text("tables.body")),
            Column("n_official", Text("agreement.n_official"), "integer"),
            Column("n_ngo", Text("agreement.n_ngo"), "integer"),
            Column("mean_official", Text("agreement.mean_official"), "number", 1),
            Column("mean_ngo", Text("agreement.mean_ngo"), "number", 1),
            Column("difference", Text("agreement.difference"), "number", 1),
            Column("p_value", "p", "p_value"),
            Column("p_holm", Text("agreement.p_holm"), "p_value"),
            Column("permuted_in", Text("agreement.permuted")),
        ),
        rows=tuple(
            Row(_group_row(record), group=record["label"], strong=record["key"] in named)
            for record in labelled(frame, instrument, frame["construct"])
        ),
        notes=tuple(notes),
        result="SharedViews",
    )


def _group_row(record: dict[str, Any]) -> dict[str, Any]:
    row = {**record, "name": Text("agreement.all_bodies") if pd.isna(record["body"]) else record["body"]}
    if record["suppressed"]:
        row |= dict.fromkeys(("mean_official", "mean_ngo", "difference"), Text("tables.suppressed"))
    elif pd.isna(record["difference"]) and pd.notna(record["p_value"]):
        row["difference"] = Text("tables.suppressed")
    row["permuted_in"] = None if pd.isna(record["permuted"]) else Text(f"agreement.within_{record['permuted']}")
    return row
