"""Invariance between groups to Tables: the steps, the items that break them, and how far the means move."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.measurement.invariance_findings import step_name
from kadsurvey.measurement.invariance_rules import FEWEST_ALIKE, LEVEL, SMALLEST_GROUP
from kadsurvey.report.builders.labels import construct_label, group_label
from kadsurvey.report.table import Column, Row, Table

_SOURCE = "Chen 2007"


def invariance_tables(found: Invariance, instrument: Instrument, *, said: bool = False) -> tuple[Table, ...]:
    """Lay out the steps, the items that speak against one, and the differences of means.

    The verdict stands below the steps, unless it is ``said`` beside the table.
    """
    tables = [_steps(found, () if said else verdict_sentences(found, instrument))]
    if not loud_items(found).empty:
        tables.append(_items(found, instrument))
    return (*tables, _means(found, instrument))


def loud_items(found: Invariance) -> pd.DataFrame:
    """Return the items with p below .05 in a step that does not hold, and below it after Holm in any other.

    Among the items of a step that holds, one in twenty is below it by chance.
    """
    first = found.steps.drop_duplicates("step").set_index("step")["outcome"]
    broken = found.items["step"].map(first).isin(["small", "broken"])
    against: pd.DataFrame = found.items[
        (found.items["p_value"] < LEVEL) & (broken | (found.items["p_adjusted"] < LEVEL))
    ]
    return against


def verdict_sentences(found: Invariance, instrument: Instrument) -> tuple[Label, ...]:
    """Return in words whether the groups' indices may be compared, and by how much the comparison moves."""
    groups = [group_label(str(name)) for name in found.groups.index]
    sentences: list[Label] = []
    if found.verdict == "not_established":
        small = [group_label(str(name)) for name, n in found.groups.items() if n < SMALLEST_GROUP]
        reason = Text("invariance.reason_small", {"groups": small, "needed": SMALLEST_GROUP})
        params = {"groups": groups, "reason": reason if small else Text("invariance.reason_form")}
        return (Text("invariance.verdict_not_established", params),)
    if found.verdict == "not_comparable":
        step = step_name(found.broken_at) if found.broken_at else "–"
        return (Text("invariance.verdict_not_comparable", {"groups": groups, "step": step}),)
    sentences.append(Text(f"invariance.verdict_{found.verdict}", {"groups": groups, "items": list(found.freed) or "–"}))
    if found.freed:
        sentences.append(_moved(found, instrument))
    if found.outcome("residuals") in ("small", "broken"):
        sentences.append(Text("invariance.residuals_differ"))
    return tuple(sentences)


def _moved(found: Invariance, instrument: Instrument) -> Text:
    """Say where letting items differ moves a difference of means most."""
    most = max(_records(found.means), key=lambda row: abs(float(row["shift"])))
    return Text(
        "invariance.moved",
        {
            "construct": construct_label(instrument, str(most["construct"])),
            "group": group_label(str(most["group"])),
            "reference": group_label(found.reference),
            "full": float(most["full"]),
            "partial": float(most["partial"]),
        },
    )


def _steps(found: Invariance, verdict: tuple[Label, ...]) -> Table:
    rows = []
    for row in _records(found.steps):
        step = Text(f"invariance.equal_{row['step']}")
        freed = list(row["freed"])
        label = Text("invariance.equal_but", {"step": step, "items": freed}) if freed else step
        tested = row["outcome"] != "untested"
        values = {**row, "label": label, "outcome": Text(f"invariance.outcome_{row['outcome']}")}
        # What has nothing left to test must not look like perfect fit.
        rows.append(Row(values if tested or row["step"] != "configural" else {"label": label, "df": row["df"]}))
    return Table(
        key="invariance",
        title=Text("invariance.title", {"groups": [group_label(str(name)) for name in found.groups.index]}),
        columns=(
            Column("label", Text("invariance.equal")),
            Column("chisq", Text("validation.chisq"), "number", 1),
            Column("df", Text("tables.df"), "integer"),
            Column("p_value", "p", "p_value"),
            Column("cfi", "CFI", "bounded", 3),
            Column("rmsea", "RMSEA", "bounded", 3),
            Column("chisq_diff", Text("invariance.chisq_change"), "number", 1),
            Column("df_diff", Text("invariance.df_change"), "integer"),
            Column("p_diff", Text("invariance.p_change"), "p_value"),
            Column("cfi_change", Text("invariance.cfi_change"), "number", 3),
            Column("rmsea_change", Text("invariance.rmsea_change"), "number", 3),
            Column("outcome", Text("invariance.outcome")),
        ),
        rows=tuple(rows),
        notes=(*verdict, *_notes(found)),
        result="Invariance",
    )


def _notes(found: Invariance) -> list[Label]:
    sizes = [
        Text("invariance.size", {"group": group_label(str(name)), "n": int(n)}) for name, n in found.groups.items()
    ]
    notes: list[Label] = [
        Text(f"invariance.note_method_{found.estimator.lower()}", {"sizes": sizes}),
        Text(
            "invariance.note_rule_balanced" if found.limits.balanced else "invariance.note_rule_else",
            {"level": LEVEL, "cfi": found.limits.cfi, "rmsea": found.limits.rmsea, "source": _SOURCE},
        ),
        Text("invariance.note_partial", {"alike": FEWEST_ALIKE}),
    ]
    if found.n_matched:
        notes.append(Text("invariance.note_waves", {"n": found.n_matched}))
    if found.n_missing_group:
        notes.append(Text("invariance.note_no_group", {"n": found.n_missing_group}))
    if "untested" in set(found.steps.loc[found.steps["step"] != "configural", "outcome"]):
        notes.append(Text("invariance.note_untested"))
    for entry in found.merged:
        params = {"item": entry.item, "category": entry.category, "into": entry.into}
        who = [group_label(name) for name in entry.groups]
        notes.append(Text("invariance.note_merged", params | {"groups": who}))
    return notes


def _items(found: Invariance, instrument: Instrument) -> Table:
    loud = loud_items(found).sort_values(["p_value", "statistic"], ascending=[True, False])
    order = list(dict.fromkeys(found.items["step"]))
    rows = [
        Row(
            {
                **row,
                "construct": construct_label(instrument, str(row["construct"])),
                "freed": Text("validation.met" if row["freed"] else "validation.not_met"),
            },
            group=Text(f"invariance.equal_{step}"),
            strong=row["p_adjusted"] < LEVEL,
        )
        for step in order
        for row in _records(loud[loud["step"] == step])
    ]
    return Table(
        key="invariance_items",
        title=Text("invariance.items"),
        columns=(
            Column("item", Text("tables.item")),
            Column("construct", Text("tables.construct")),
            Column("statistic", Text("validation.chisq"), "number", 1),
            Column("df", Text("tables.df"), "integer"),
            Column("p_value", "p", "p_value"),
            Column("p_adjusted", "p (Holm)", "p_value"),
            Column("freed", Text("invariance.freed")),
        ),
        rows=tuple(rows),
        notes=(Text("invariance.note_items", {"level": LEVEL}),),
        result="Invariance",
    )


def _means(found: Invariance, instrument: Instrument) -> Table:
    several = len(found.groups) > 2
    rows = []
    for row in _records(found.means):
        construct, group = str(row["construct"]), group_label(str(row["group"]))
        values = {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
        values |= {
            "construct": construct_label(instrument, construct),
            "points": _points(row["raw"], construct, instrument),
        }
        rows.append(Row(values | {"group": group}))
    return Table(
        key="invariance_means",
        title=Text(
            "invariance.means_several" if several else "invariance.means",
            {"group": group_label(str(found.groups.index[1])), "reference": group_label(found.reference)},
        ),
        columns=(
            Column("construct", Text("tables.construct")),
            *([Column("group", Text("invariance.group"))] if several else []),
            Column("points", Text("invariance.points"), "number", 1),
            Column("standard", Text("invariance.sd_of_answers"), "number", 2),
            Column("full", Text("invariance.all_alike"), "number", 2),
            Column("full_se", "SE", "std_error", 2),
            Column("partial", Text("invariance.some_differ"), "number", 2),
            Column("partial_se", "SE", "std_error", 2),
            Column("shift", Text("invariance.shift"), "number", 2),
        ),
        rows=tuple(rows),
        notes=(Text("invariance.note_means", {"reference": group_label(found.reference)}),),
        result="Invariance",
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict(orient="records")  # type: ignore[return-value]


def _points(raw: float, construct: str, instrument: Instrument) -> float | None:
    """Return a difference on the 0-100 index, where all items of a construct have scales of one length."""
    scales = [instrument.scale_of(item) for item in instrument.item_codes(construct)]
    lengths = {scale.maximum - scale.minimum for scale in scales}
    return 100 * raw / lengths.pop() if len(lengths) == 1 else None
