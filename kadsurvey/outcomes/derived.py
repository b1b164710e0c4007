"""Columns of bodies that are computed: cost efficiency and frontier scores from costs, networks from a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.indices.network import PREFIX
from kadsurvey.ingest.bodies import KEY, Bodies
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


def of_roster(names: Sequence[str], bodies: Bodies | None) -> bool:
    """Whether a model asks for an index of the roster that the body data do not hold themselves."""
    held = () if bodies is None else bodies.data.columns
    return any(name.startswith(PREFIX) and name not in held for name in map(column_of, names))


def with_roster(bodies: Bodies | None, indices: pd.DataFrame) -> Bodies:
    """Return the body data with the network indices of each body, joined by its name, the same in every year.

    Parameters
    ----------
    bodies : Bodies or None
        None where there is no file of body data: the indices then are all there is.
    indices : DataFrame, index the body
        As `kadsurvey.indices.network.NetworkIndices.variables` has them.
    """
    if bodies is None:
        return Bodies(indices.rename_axis(KEY), (), ())
    new = indices[[name for name in indices.columns if name not in bodies.data]]
    joined = new.reindex(bodies.data.index.get_level_values(KEY)).set_axis(bodies.data.index)
    return replace(bodies, data=pd.concat([bodies.data, joined], axis=1))
