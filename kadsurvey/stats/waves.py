"""Moments of ordinal items that the same people answered in several waves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa_model import factor_model
from kadsurvey.stats.correlation import OrdinalCorrelation
from kadsurvey.stats.linear_start import between_start
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.multigroup import FEWEST_THRESHOLDS, GroupSamples
from kadsurvey.stats.multigroup_model import Layout, layout_of

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


def wave_samples(correlation: OrdinalCorrelation, pattern: ArrayLike, *, n_rows: Sequence[int]) -> GroupSamples:
    """Bring the moments of several waves together; who missed a wave counts in those answered.

    Parameters
    ----------
    correlation : OrdinalCorrelation
        Of the items of the first wave, then of the second, ...; from ``polychoric(people, acov=True)``, a row a person.
    pattern : array_like of int, shape (n_items,)
        The factor of each item, 0, 1, ...
    n_rows : sequence of int
        People in each wave.

    Raises
    ------
    StatisticsError
        If an item has other categories in one wave than in another or fewer than three, a factor too few items, or the
        correlations come without their covariance.

    References
    ----------
    Liu et al. (2017), Psychological Methods 22, 486-506, for factors and unique parts that correlate over time.
    """
    if correlation.acov is None:
        raise StatisticsError("stats.cfa_needs_acov")
    waves, p = len(n_rows), len(correlation.matrix) // len(n_rows)
    model = factor_model(pattern, structure="correlated", n_items=p)
    for item in range(p):
        kinds = [correlation.categories[wave * p + item] for wave in range(waves)]
        if any(not np.array_equal(kinds[0], other) for other in kinds[1:]):
            raise StatisticsError("stats.groups_differ_in_categories", item=item)
        if len(kinds[0]) - 1 < FEWEST_THRESHOLDS:
            raise StatisticsError("stats.too_few_categories_for_groups", item=item)
    layout = layout_of(model.factor_of, np.repeat(np.arange(p), [len(own) for own in correlation.thresholds[:p]]))
    every = np.concatenate([*correlation.thresholds, correlation.estimates[pairs_of(waves * p)]])
    order = _order(layout, waves)
    starts = []
    for wave in range(waves):
        own = slice(wave * p, (wave + 1) * p)
        theta = model.oriented(model.start(correlation.matrix[own, own]))
        values = np.zeros(layout.n_parameters)
        values[layout.thresholds] = np.concatenate(correlation.thresholds[own])
        values[layout.loadings], values[layout.covariances] = theta[:p], theta[p:]
        values[layout.scales] = values[layout.variances] = 1.0
        starts.append(values)
    blocks = [slice(wave * p, (wave + 1) * p) for wave in range(waves)]
    between = [
        between_start(layout, starts[one], starts[other], correlation.estimates[blocks[one], blocks[other]])
        for one, other in combinations(range(waves), 2)
    ]
    return GroupSamples(
        layout=layout,
        moments=every[order],
        covariances=(correlation.n_rows * correlation.acov[np.ix_(order, order)],),
        n_rows=tuple(n_rows),
        start=np.array(starts),
        n_people=correlation.n_rows,
        between=np.concatenate(between),
    )


def _order(layout: Layout, waves: int) -> Places:
    """Return where each wave's thresholds and correlations stand among all, then the correlations between waves."""
    p, total = layout.n_items, waves * layout.n_thresholds
    place = np.zeros((waves * p, waves * p), dtype=np.intp)
    first, second = pairs_of(waves * p)
    place[first, second] = place[second, first] = total + np.arange(len(first))
    within = pairs_of(p)
    found = []
    for wave in range(waves):
        found.append(wave * layout.n_thresholds + np.arange(layout.n_thresholds))
        found.append(place[within[0] + wave * p, within[1] + wave * p])
    for one, other in combinations(range(waves), 2):
        found.append(place[one * p : one * p + p, other * p : other * p + p].ravel())
    return np.concatenate(found)
