"""What the steps of invariance found that a reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.language.text import Text
from kadsurvey.measurement.categories import MergedCategory
from kadsurvey.measurement.cfa import fit_of
from kadsurvey.measurement.invariance_family import F, Family
from kadsurvey.measurement.invariance_rules import FEWEST_ROWS, LEVEL, SMALLEST_GROUP
from kadsurvey.measurement.invariance_steps import Steps
from kadsurvey.stats.multigroup_model import Step


def invariance_findings(
    family: Family[F], found: Steps[F], merged: Sequence[MergedCategory], groups: pd.Series[int], names: Sequence[str]
) -> Iterator[Finding]:
    """Yield what was merged, what makes the tests doubtful, and which items differ between groups."""
    for entry in merged:
        params = {"item": entry.item, "category": entry.category, "into": entry.into, "groups": list(entry.groups)}
        yield Finding("measurement.category_merged", "note", params)
    for name, n in groups.items():
        if n < SMALLEST_GROUP:
            small = {"group": str(name), "n": int(n), "needed": SMALLEST_GROUP}
            yield Finding("measurement.group_too_small", "warning", small)
    form = found.models[0]
    if form.outcome == "broken":
        fit = {"cfi": fit_of(form.fit.fit, "cfi"), "rmsea": fit_of(form.fit.fit, "rmsea")}
        yield Finding("measurement.form_does_not_fit", "warning", fit)
    for group, item in family.improper(form.fit):
        where = {"item": names[item], "group": str(groups.index[group])}
        yield Finding("measurement.improper_in_group", "warning", where)
    for item, step in found.freed.items():
        yield Finding("measurement.item_not_alike", "warning", {"item": names[item], "step": step_name(step)})
    if found.broken_at is not None:
        first = next(model for model in found.models if model.step == found.broken_at)
        loud = [names[test.item] for test in first.tests if test.p_value < LEVEL]
        unrepaired = {"step": step_name(found.broken_at), "items": loud or "–"}
        yield Finding("measurement.not_repaired", "warning", unrepaired)


def left_out(sizes: pd.Series[int]) -> Iterator[Finding]:
    """Yield the groups that are too small to be tested at all."""
    for name, n in sizes.sort_index().items():
        if n < FEWEST_ROWS:
            params = {"group": str(name), "n": int(n), "needed": FEWEST_ROWS}
            yield Finding("measurement.group_left_out", "warning", params)


def step_name(step: Step) -> Text:
    """Return what a step sets equal, in words."""
    return Text(f"invariance.step_{step}")
