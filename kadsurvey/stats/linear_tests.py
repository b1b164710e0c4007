"""Tests between and within fitted models of continuous items: differences, items that differ, what is fixed at zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from kadsurvey.stats.cfa import Modification
from kadsurvey.stats.cfa_fit import tail
from kadsurvey.stats.least_squares import SINGULAR
from kadsurvey.stats.linear_fit import LinearFactors
from kadsurvey.stats.linear_groups import LINEAR_STEPS, Implied
from kadsurvey.stats.linear_samples import LinearSamples
from kadsurvey.stats.multigroup_tests import Difference, ItemTest
from kadsurvey.stats.normal_sample import moment_pairs, slope

Array = NDArray[np.float64]

_ALONE = 1e-9
"""Share of a direction's information below which nothing of it is left beside the free parameters."""


def linear_difference(wide: LinearFactors, narrow: LinearFactors) -> Difference:
    """Test the restrictions of ``narrow``, a model nested in ``wide``.

    References
    ----------
    The difference of chi-squares; for MLR scaled as by Satorra & Bentler (2001), Psychometrika 66, 507-514, which
    lavaan's ``lavTestLRT`` does by default. Where that scale is not above zero, by Satorra (2000), which always is.
    """
    df = narrow.fit["df"] - wide.fit["df"]
    if df == 0:
        return Difference(float("nan"), 0, float("nan"))
    statistic = narrow.fit["chisq"] - wide.fit["chisq"]
    if "chisq_scaling_factor" in wide.fit:
        weights = [fitted.fit["df"] * fitted.fit["chisq_scaling_factor"] for fitted in (narrow, wide)]
        saturated = wide.fit["df"] == 0
        scale = (weights[0] - (0.0 if saturated else weights[1])) / df
        statistic /= scale if scale > 0 else _restriction_scale(wide, narrow)
    statistic = max(statistic, 0.0)
    return Difference(statistic, int(df), tail(statistic, int(df)))


def _restriction_scale(wide: LinearFactors, narrow: LinearFactors) -> float:
    """Return the mean over df of the chi-square of the restrictions, from the robust covariance of what they hold."""
    apart = [np.vstack([at.by_free for at in fitted.implied]) for fitted in (wide, narrow)]
    along = np.linalg.lstsq(apart[0], apart[1])[0]
    across = null_space(along.T).T
    plain, robust = across @ wide.inverse @ across.T, across @ wide.vcov @ across.T
    return float(np.trace(np.linalg.solve(plain, robust))) / len(across)


def linear_item_tests(samples: LinearSamples, fitted: LinearFactors) -> tuple[ItemTest, ...]:
    """Test each item that takes part in the step of a fitted model, as if it alone were freed.

    Nothing is fitted again: the score of the parameters that the step holds equal, given that all free ones adapt; for
    MLR with its robust covariance.

    References
    ----------
    Boos (1992), The American Statistician 46, 327-333. For ML equal to lavaan's ``lavTestScore``.
    """
    layout, reached = samples.layout, LINEAR_STEPS.index(fitted.model.step)
    if reached == 0:
        return ()
    part = {"loadings": layout.loadings, "intercepts": layout.intercepts, "residuals": layout.residuals}
    held = part[fitted.model.step].start
    tested = [item for item in range(layout.n_items) if fitted.model.levels[item] == reached]
    found = []

    def nothing(at: Implied) -> Array:
        return np.zeros((len(at.moments), layout.n_parameters))

    for item in tested:
        directions = [
            [at.by_own.get(group, nothing(at))[:, [held + item]] for at in fitted.implied]
            for group in range(1, fitted.model.n_groups)
        ]
        statistic, df = _score_test(samples, fitted, directions)
        found.append(ItemTest(item, statistic, df, tail(statistic, df) if df else float("nan")))
    return tuple(found)


def _score_test(
    samples: LinearSamples, fitted: LinearFactors, directions: Sequence[Sequence[Array]]
) -> tuple[float, int]:
    """Return chi-square and df of the hypothesis that the moments do not move along some directions."""
    groups = range(len(fitted.implied))
    along = [np.hstack([own[group] for own in directions]) for group in groups]
    by_free, about = [at.by_free for at in fitted.implied], fitted.information
    adapted: Array = np.sum([by_free[group].T @ about[group] @ along[group] for group in groups], axis=0)
    whole: Array = np.sum([along[group].T @ about[group] @ along[group] for group in groups], axis=0)
    moved = fitted.inverse @ adapted
    left = whole - adapted.T @ moved
    kept = np.flatnonzero(left.diagonal() > _ALONE * whole.diagonal())
    if not kept.size:
        return float("nan"), 0
    pulls = [slope(samples.samples[group], fitted.implied[group].moments) for group in groups]
    score: Array = np.sum([along[group].T @ pulls[group] for group in groups], axis=0)
    spread = left
    if samples.estimator == "MLR":
        apart = [along[group] - by_free[group] @ moved for group in groups]
        spread = np.sum([apart[group].T @ fitted.meat[group] @ apart[group] for group in groups], axis=0)
    own = np.ix_(kept, kept)
    return float(score[kept] @ np.linalg.solve(spread[own], score[kept])), len(kept)


def linear_modifications(samples: LinearSamples, fitted: LinearFactors) -> tuple[Modification, ...]:
    """Return the score test of every loading and residual covariance fixed at zero, in one group.

    References
    ----------
    Sorbom (1989), Psychometrika 54, 371-384. Equal to lavaan's ``modindices`` of an ML model of complete answers.
    """
    layout, values = samples.layout, fitted.values[0]
    p, factor = layout.n_items, layout.factor_of
    first, second = moment_pairs(p)
    toward = layout.phi(values)[:, factor] * values[layout.loadings]
    apart = [(item, other) for item in range(p) for other in range(layout.n_factors) if other != factor[item]]
    pairs = [(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i != j]
    directions = np.zeros((layout.n_moments, len(apart) + len(pairs)))
    lower = directions[p:]
    for column, (item, other) in enumerate(apart):
        lower[first == item, column] += toward[other, second[first == item]]
        lower[second == item, column] += toward[other, first[second == item]]
    lower[np.flatnonzero(first != second), len(apart) + np.arange(len(pairs))] = 1.0
    by_free, about = fitted.implied[0].by_free, fitted.information[0]
    adapted = by_free.T @ about @ directions
    whole = np.einsum("md,mn,nd->d", directions, about, directions, optimize=True)
    left = whole - np.einsum("ad,ab,bd->d", adapted, fitted.inverse, adapted, optimize=True)
    score = directions.T @ slope(samples.samples[0], fitted.implied[0].moments)
    variance = fitted.implied[0].moments[p:][first == second]
    noise = np.sqrt(np.maximum(values[layout.residuals], np.finfo(float).tiny))
    found = []
    for column, (item, other) in enumerate([*apart, *pairs]):
        if left[column] <= SINGULAR * whole[column]:
            continue
        crossed = column < len(apart)
        unit = np.sqrt(variance[item]) if crossed else noise[item] * noise[other]
        change = float(score[column] / left[column])
        index = float(score[column] ** 2 / left[column])
        kind = "loading" if crossed else "residual"
        found.append(Modification(kind, item, other, index, change, change / float(unit)))  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda entry: -entry.index))
