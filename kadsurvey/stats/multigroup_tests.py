"""Tests between factor models of several groups: of a step against the one before, and of each item in a step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from kadsurvey.stats.cfa_fit import shifted, tail
from kadsurvey.stats.multigroup import GroupFactors, GroupSamples
from kadsurvey.stats.multigroup_model import STEPS, Layout

Array = NDArray[np.float64]

_ALONE = 1e-9
"""Share of a direction's length below which nothing of it is left beside the free parameters."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A scaled test of the restrictions that one model adds to another.

    Attributes
    ----------
    statistic : float
        Scaled and shifted difference of chi-squares; NaN where nothing is restricted.
    df : int
    p_value : float
    """

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class ItemTest:
    """A robust score test that an item works alike in all groups at a step.

    Attributes
    ----------
    item : int
    statistic : float
        Chi-square if it does; NaN where the step cannot be tested for this item.
    df : int
    p_value : float
    """

    item: int
    statistic: float
    df: int
    p_value: float


def difference(wide: GroupFactors, narrow: GroupFactors) -> Difference:
    """Test the restrictions of ``narrow``, a model nested in ``wide``.

    References
    ----------
    Satorra (2000), in Heijmans, Pollock & Satorra (eds), Innovations in multivariate statistical analysis, 233-247.
    Equal to lavaan ``lavTestLRT(method = "satorra.2000")``: restrictions by the delta method, scaled and shifted.
    """
    df = wide.model.n_free - narrow.model.n_free
    if df == 0:
        return Difference(float("nan"), 0, float("nan"))
    along = np.linalg.lstsq(wide.slopes, narrow.slopes)[0]
    across = null_space(along.T).T
    held = wide.inverse @ across.T
    product = held @ np.linalg.solve(across @ held, held.T) @ wide.middle
    statistic, _, _ = shifted(
        narrow.fit["chisq"] - wide.fit["chisq"],
        df,
        trace=float(np.trace(product)),
        trace_squared=float(np.sum(product * product.T)),
    )
    return Difference(statistic, df, tail(statistic, df))


def item_tests(samples: GroupSamples, fitted: GroupFactors) -> tuple[ItemTest, ...]:
    """Test each item that takes part in the step of a fitted model, as if it alone were freed.

    Nothing is fitted again: the score of the parameters that the step holds equal, and its robust covariance, given
    that all free parameters adapt.

    References
    ----------
    Boos (1992), The American Statistician 46, 327-333.
    """
    layout, reached = samples.layout, STEPS.index(fitted.model.step)
    tested = [item for item in range(layout.n_items) if fitted.model.levels[item] == reached]
    own = [_directions(layout, fitted, item) for item in tested]
    if not tested or reached == 0:
        return ()
    directions = np.hstack(own)
    weights = samples.weights[:, None]
    weighted = weights * fitted.slopes
    apart = directions - fitted.slopes @ (fitted.inverse @ (weighted.T @ directions))
    score = (weights * apart).T @ fitted.residuals
    spread = (weights * apart).T @ samples.times_covariance(weights * apart)
    n_rows = samples.n_people - samples.n_tests
    ends = np.cumsum([part.shape[1] for part in own])
    found = []
    for item, part, end in zip(tested, own, ends, strict=True):
        block = slice(int(end) - part.shape[1], int(end))
        length = (weights * part**2).sum(axis=0)
        left = (weights * apart[:, block] ** 2).sum(axis=0) > _ALONE * length
        if not left.any():
            found.append(ItemTest(item, float("nan"), 0, float("nan")))
            continue
        kept = np.flatnonzero(left) + block.start
        statistic = n_rows * float(score[kept] @ np.linalg.solve(spread[np.ix_(kept, kept)], score[kept]))
        found.append(ItemTest(item, statistic, len(kept), tail(statistic, len(kept))))
    return tuple(found)


def _directions(layout: Layout, fitted: GroupFactors, item: int) -> Array:
    """Return how the moments move with what the step holds equal for an item, in each group but the first."""
    step = fitted.model.step
    if step == "thresholds":
        # two thresholds are spent on the item's own scale and intercept
        chosen = np.flatnonzero(layout.item_of == item)[2:]
    else:
        part = {"loadings": layout.loadings, "intercepts": layout.intercepts, "residuals": layout.scales}
        chosen = np.array([part[step].start + item]) if step in part else np.array([], dtype=np.intp)
    _, by_own, _ = fitted.model.moments(fitted.theta)
    return np.hstack([by_all[:, chosen] for by_all in by_own[1:]])
