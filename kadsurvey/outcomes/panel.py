"""Bodies seen in several years: rows a body and year, changes between years, and deviations from a body's own mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import DesignError
from kadsurvey.findings import Finding
from kadsurvey.outcomes.design import Level
from kadsurvey.outcomes.model_matrix import INTERCEPT, ModelMatrix

PERIOD = "period"
_ABSORBED = 1e-9
"""A column whose deviations from the bodies' means are below this share of its length says nothing within bodies."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences between a body's successive years.

    Attributes
    ----------
    data : DataFrame
        A row a body and pair of successive years: the body, ``period`` (such as ``2023-2024``), and the changes.
    terms : tuple of str
        Those given that are not the same in every year, and ``period`` where there are several.
    level : {"body", "body_year"}
        ``body`` where every body has one change, so that each is one row.
    findings : tuple of Finding
        Terms without a change, and changes over more than the usual number of years.
    """

    data: pd.DataFrame
    terms: tuple[str, ...]
    level: Level
    findings: tuple[Finding, ...]


def body_years(data: pd.DataFrame, cluster: str, time: str) -> pd.DataFrame:
    """Return the rows in order of body and year, the year as a text, so that each is a category of its own.

    Raises
    ------
    DesignError
        If a body has two rows of one year.
    """
    twice = data[data.duplicated([cluster, time])]
    if not twice.empty:
        raise DesignError("outcomes.two_rows_a_year", body=str(twice[cluster].iloc[0]), year=f"{twice[time].iloc[0]:g}")
    ordered = data.sort_values([cluster, time], ignore_index=True)
    return ordered.assign(**{time: ordered[time].map("{:g}".format)})


def first_differences(data: pd.DataFrame, outcome: str, terms: Sequence[str], *, cluster: str, time: str) -> Changes:
    """Subtract from each year of a body the year before; what never changes drops out, whatever it is.

    Parameters
    ----------
    data : DataFrame
        As `body_years` returns it.
    outcome, terms : str, sequence of str
        Numbers; a category must be the same in all years of a body.
    cluster, time : str
        Columns of the body and the year.

    Raises
    ------
    DesignError
        If no body is seen twice, a category changes, or no term changes.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, section 10.6.
    """
    grouped = data.groupby(cluster)
    numeric = [name for name in (outcome, *terms) if data[name].dtype.kind in "biuf"]
    for name in (name for name in terms if name not in numeric):
        if (grouped[name].min() != grouped[name].max()).any():
            raise DesignError("outcomes.category_changes", name=name)
    changes = grouped[numeric].diff()
    before = grouped[time].shift()
    changed = before.notna()
    if not changed.any():
        raise DesignError("outcomes.no_body_twice")
    frame = (
        changes[changed].assign(**{cluster: data[cluster], PERIOD: before + "-" + data[time]}).reset_index(drop=True)
    )
    kept = [name for name in terms if name in numeric and bool((frame[name] != 0).any())]
    if not kept:
        raise DesignError("outcomes.nothing_changes", terms=list(terms))
    findings = []
    if dropped := [name for name in terms if name not in kept]:
        findings.append(Finding("outcomes.terms_without_change", "note", {"terms": dropped}))
    if once := sorted(set(data[cluster]) - set(frame[cluster])):
        findings.append(Finding("outcomes.bodies_seen_once", "warning", {"bodies": once, "count": len(once)}))
    level: Level = "body" if frame[cluster].is_unique else "body_year"
    periods = (PERIOD,) if frame[PERIOD].unique().size > 1 else ()
    return Changes(frame, (*kept, *periods), level, tuple(findings))


def within_bodies(
    y: NDArray[np.float64], matrix: ModelMatrix, bodies: NDArray[Any]
) -> tuple[NDArray[np.float64], ModelMatrix, tuple[str, ...]]:
    """Return outcome and terms as deviations from the mean of each body, and the names of terms that have none.

    The slopes are those of a model with an intercept a body, and so are CR2 and its degrees of freedom when the bodies
    are the clusters.

    References
    ----------
    Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683, theorem 2.
    """
    code = np.unique(bodies, return_inverse=True)[1]
    counts = np.bincount(code)[:, None]
    values = np.column_stack([y, matrix.values])
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, code, values)
    deviations = values - (sums / counts)[code]
    moves = np.linalg.norm(deviations, axis=0) > _ABSORBED * np.linalg.norm(values, axis=0)
    if not moves[0]:
        raise DesignError("outcomes.outcome_constant_within")
    kept = np.flatnonzero(moves[1:])
    absorbed = tuple(name for name, move in zip(matrix.names, moves[1:], strict=True) if not move and name != INTERCEPT)
    if not len(kept):
        raise DesignError("outcomes.nothing_changes", terms=[name for name in matrix.names if name != INTERCEPT])
    names = tuple(matrix.names[place] for place in kept)
    return deviations[:, 0], ModelMatrix(deviations[:, 1 + kept], names), absorbed
