"""Columns of the body data that are computed from others: cost efficiency, scores of a frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.language.text import Text
from kadsurvey.outcomes.efficiency import SCORES, VARIABLES, Efficiency
from kadsurvey.outcomes.transforms import column_of


def to_derive(names: Sequence[str], bodies: Bodies | None) -> list[str]:
    """Return the columns that a model asks for, that the body data lack, and that can be derived from them."""
    if bodies is None:
        return []
    columns = [column_of(name) for name in names]
    return [name for name in dict.fromkeys(columns) if name in VARIABLES and name not in bodies.data]


def with_derived(bodies: Bodies, names: Sequence[str], found: Efficiency) -> tuple[Bodies, list[Finding]]:
    """Return the body data with derived columns, and how these were had."""
    columns = {name: found.variable(name) for name in names}
    findings: list[Finding] = []
    if "cost_efficiency" in names and found.costs.derivation is not None:
        way = Text(f"outcomes.cost_efficiency_{found.costs.derivation}")
        findings.append(Finding("outcomes.cost_efficiency_derived", "note", {"way": way}))
    if scores := [name for name in names if name in SCORES]:
        findings.append(Finding("outcomes.scores_depend", "warning", {"names": scores}))
        findings += [finding for finding in found.findings if finding.code.startswith("outcomes.frontier_")]
    return replace(bodies, data=bodies.data.assign(**columns)), findings
