"""Moments that a factor model of ordinal items implies in several groups, and which parameters the groups share.

In each group a latent response has an intercept, a loading and a scale (the inverse of its standard deviation), and its
factor a mean and a variance. What a step does not set equal is free as far as the answers can tell it apart (Wu &
Estabrook 2016); the first group has factors of mean 0 and variance 1, intercepts 0 and scales 1 at every step.

Groups may be waves of the same people: then the answers of one wave correlate with those of another, by way of the
factors, freely, and of each item with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.matrices import pairs_of

Array = NDArray[np.float64]
Places = NDArray[np.intp]

Step: TypeAlias = Literal["configural", "thresholds", "loadings", "intercepts", "residuals"]

STEPS: tuple[Step, ...] = ("configural", "thresholds", "loadings", "intercepts", "residuals")
"""Each keeps what the one before it set equal."""

_SMALLEST_START = 0.05


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a group's thresholds, intercepts, scales, loadings, factor means, variances and covariances stand.

    Attributes
    ----------
    factor_of : ndarray of int, shape (n_items,)
    item_of : ndarray of int, shape (n_thresholds,)
        The item of each threshold.
    n_items, n_factors, n_thresholds, n_moments, n_parameters : int
        Of one group; its moments are its thresholds and correlations.
    thresholds, intercepts, scales, loadings, means, variances, covariances : slice
        Places among a group's parameters; covariances of the factors in the order (0, 1), (0, 2), ...
    """

    factor_of: Places
    item_of: Places
    n_items: int
    n_factors: int
    n_thresholds: int
    n_moments: int
    n_parameters: int
    thresholds: slice
    intercepts: slice
    scales: slice
    loadings: slice
    means: slice
    variances: slice
    covariances: slice

    def phi(self, values: Array) -> Array:
        """Return the covariance matrix of the factors."""
        matrix = np.diag(values[self.variances])
        first, second = pairs_of(self.n_factors)
        matrix[first, second] = matrix[second, first] = values[self.covariances]
        return matrix

    def moments(self, values: Array) -> tuple[Array, Array]:
        """Return thresholds and correlations of standardised responses, and their derivatives by all parameters."""
        item, factor = self.item_of, self.factor_of
        scale, loading = values[self.scales], values[self.loadings]
        mean = values[self.intercepts] + loading * values[self.means][factor]
        away = values[self.thresholds] - mean[item]
        slopes = np.zeros((self.n_moments, self.n_parameters))
        rows = np.arange(self.n_thresholds)
        slopes[rows, rows] = scale[item]
        slopes[rows, self.intercepts.start + item] = -scale[item]
        slopes[rows, self.scales.start + item] = away
        slopes[rows, self.loadings.start + item] = -(scale * values[self.means][factor])[item]
        slopes[rows, self.means.start + factor[item]] = -(scale * loading)[item]
        correlations, lower = self._correlations(values)
        slopes[self.n_thresholds :] = lower
        return np.concatenate([scale[item] * away, correlations]), slopes

    def crossed(self, one: Array, other: Array, between: Array) -> tuple[Array, Array, Array, Array]:
        """Return correlations of two waves' responses, and derivatives by the parameters of each wave and between them.

        Parameters
        ----------
        one, other : ndarray, shape (n_parameters,)
            Of the two waves.
        between : ndarray, shape (n_factors ** 2 + n_items,)
            Covariances of the factors of one with those of the other, row by row; what each item shares with itself.
        """
        p, k = self.n_items, self.n_factors
        first, second = (places.ravel() for places in np.indices((p, p)))
        rows = np.arange(p * p)
        related_by = self.factor_of[first] * k + self.factor_of[second]
        related = between[related_by]
        parts, scaled = [], []
        for own, item in ((one, first), (other, second)):
            scaled.append((own[self.scales] * own[self.loadings])[item])
        for own, item, across in ((one, first, scaled[1]), (other, second, scaled[0])):
            slopes = np.zeros((p * p, self.n_parameters))
            slopes[rows, self.scales.start + item] = own[self.loadings][item] * across * related
            slopes[rows, self.loadings.start + item] = own[self.scales][item] * across * related
            parts.append(slopes)
        by_between = np.zeros((p * p, len(between)))
        by_between[rows, related_by] = scaled[0] * scaled[1]
        alone = np.flatnonzero(first == second)
        by_between[alone, k * k + np.arange(p)] = 1.0
        correlations = scaled[0] * scaled[1] * related
        correlations[alone] += between[k * k :]
        return correlations, parts[0], parts[1], by_between

    def _correlations(self, values: Array) -> tuple[Array, Array]:
        scale, loading = values[self.scales], values[self.loadings]
        first, second = pairs_of(self.n_items)
        f, g = self.factor_of[first], self.factor_of[second]
        related = self.phi(values)[f, g]
        scaled = scale * loading
        slopes = np.zeros((len(first), self.n_parameters))
        rows = np.arange(len(first))
        for one, other in ((first, second), (second, first)):
            slopes[rows, self.scales.start + one] = loading[one] * scaled[other] * related
            slopes[rows, self.loadings.start + one] = scale[one] * scaled[other] * related
        place = np.diag(np.arange(self.n_factors) + self.variances.start)
        i, j = pairs_of(self.n_factors)
        place[i, j] = place[j, i] = self.covariances.start + np.arange(len(i))
        product = scaled[first] * scaled[second]
        slopes[rows, place[f, g]] = product
        return product * related, slopes


def layout_of(factor_of: Places, item_of: Places) -> Layout:
    """Return the layout of items on factors, given the item of each threshold."""
    p, k, t = len(factor_of), int(factor_of.max()) + 1, len(item_of)
    ends = np.cumsum([0, t, p, p, p, k, k, k * (k - 1) // 2]).tolist()
    places = [slice(first, last) for first, last in pairwise(ends)]
    return Layout(factor_of, item_of, p, k, t, t + p * (p - 1) // 2, ends[-1], *places)


@dataclass(frozen=True, slots=True)
class GroupModel:
    """A step for several groups: which parameters are free, shared or fixed.

    Attributes
    ----------
    layout : Layout
    step : str
    levels : ndarray of int, shape (n_items,)
        The last step each item takes part in, as its place in `STEPS`.
    place : ndarray of int, shape (n_groups, n_parameters)
        Place among the free parameters; -1 is fixed.
    fixed : ndarray, shape (n_groups, n_parameters)
        Values of what is fixed.
    waves : bool
        Whether the groups are waves of the same people. What relates each two of them stands last among the free
        parameters, as `Layout.crossed` takes it.
    n_free : int
    """

    layout: Layout
    step: Step
    levels: Places
    place: Places
    fixed: Array
    waves: bool
    n_free: int

    @property
    def between(self) -> list[tuple[int, int]]:
        """Pairs of waves."""
        return list(combinations(range(self.n_groups), 2)) if self.waves else []

    @property
    def n_between(self) -> int:
        """Free parameters that relate two waves."""
        return self.layout.n_factors**2 + self.layout.n_items

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.place)

    def values(self, theta: Array) -> Array:
        """Return all parameters of all groups, shape (n_groups, n_parameters)."""
        values = np.where(self.place >= 0, theta[self.place], self.fixed)
        tied, layout = self._tied, self.layout
        for own in values[1:]:
            own[layout.scales][tied] = self._scale(own)[tied]
        return values

    def implied(self, theta: Array) -> tuple[Array, Array]:
        """Return all moments and their derivatives by the free parameters.

        Moments are those of the groups, one after the other, then the correlations between each two waves.
        """
        values = self.values(theta)
        moments, by_own, by_between = self.moments(theta)
        slopes = np.zeros((len(moments), self.n_free))
        for group, by_all in enumerate(by_own):
            if group:
                self._follow_scale(values[group], by_all)
            free = self.place[group] >= 0
            slopes[:, self.place[group][free]] += by_all[:, free]
        slopes[:, self.n_free - by_between.shape[1] :] = by_between
        return moments, slopes

    def moments(self, theta: Array) -> tuple[Array, list[Array], Array]:
        """Return all moments, and derivatives by the parameters of each group and by what relates two waves."""
        values, size = self.values(theta), self.layout.n_moments
        crossed = self.layout.n_items**2
        n_moments = self.n_groups * size + len(self.between) * crossed
        moments = np.zeros(n_moments)
        by_own = [np.zeros((n_moments, self.layout.n_parameters)) for _ in values]
        for group, own in enumerate(values):
            rows = slice(group * size, (group + 1) * size)
            moments[rows], by_own[group][rows] = self.layout.moments(own)
        by_between = np.zeros((n_moments, len(self.between) * self.n_between))
        begin = self.n_free - by_between.shape[1]
        for number, (one, other) in enumerate(self.between):
            rows = slice(self.n_groups * size + number * crossed, self.n_groups * size + (number + 1) * crossed)
            own = slice(number * self.n_between, (number + 1) * self.n_between)
            related = theta[begin:][own]
            found = self.layout.crossed(values[one], values[other], related)
            moments[rows], by_own[one][rows], by_own[other][rows], by_between[rows, own] = found
        return moments, by_own, by_between

    @property
    def _tied(self) -> NDArray[np.bool_]:
        """Items whose scale follows from a residual variance equal to the first group's."""
        tied: NDArray[np.bool_] = self.levels >= STEPS.index("residuals")
        return tied

    def _scale(self, values: Array) -> Array:
        """Return the scale of a response whose residual variance is the first group's, 1 less the squared loading."""
        excess = values[self.layout.variances][self.layout.factor_of] - 1
        scale: Array = (1 + values[self.layout.loadings] ** 2 * excess) ** -0.5
        return scale

    def _follow_scale(self, values: Array, slopes: Array) -> None:
        """Add to the derivatives by loadings and factor variances what they move through a scale that is not free."""
        layout = self.layout
        loading, scale = values[layout.loadings], values[layout.scales]
        for item in np.flatnonzero(self._tied):
            factor = layout.factor_of[item]
            moved = slopes[:, layout.scales.start + item] * scale[item] ** 3
            excess = values[layout.variances][factor] - 1
            slopes[:, layout.loadings.start + item] -= moved * loading[item] * excess
            slopes[:, layout.variances.start + factor] -= moved * loading[item] ** 2 / 2


def group_model(
    layout: Layout, step: Step, *, n_groups: int, freed: Mapping[int, Step] | None = None, waves: bool = False
) -> GroupModel:
    """Return the model of a step.

    Parameters
    ----------
    layout : Layout
    step : str
    n_groups : int
        The first is the reference.
    freed : mapping of item to step, optional
        Items that differ between groups from this step on.
    waves : bool
        Whether the groups are waves of the same people.
    """
    reached = STEPS.index(step)
    levels = np.full(layout.n_items, reached)
    for item, broken in (freed or {}).items():
        levels[item] = min(reached, STEPS.index(broken) - 1)
    size = layout.n_parameters
    fixed = np.zeros(size)
    fixed[layout.scales] = fixed[layout.variances] = 1.0
    place = np.full((n_groups, size), -1, dtype=np.intp)
    for part in (layout.thresholds, layout.loadings, layout.covariances):
        place[0, part] = 0
    place[0, place[0] == 0] = np.arange(np.count_nonzero(place[0] == 0))
    n_free = int(place[0].max()) + 1
    shared, own = _beyond_reference(layout, levels, reached)
    for group in range(1, n_groups):
        place[group, shared] = place[0, shared]
        place[group, own] = n_free + np.arange(np.count_nonzero(own))
        n_free += int(np.count_nonzero(own))
    if waves:
        n_free += n_groups * (n_groups - 1) // 2 * (layout.n_factors**2 + layout.n_items)
    return GroupModel(layout, step, levels, place, np.tile(fixed, (n_groups, 1)), waves, n_free)


def _beyond_reference(layout: Layout, levels: Places, reached: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which parameters of a further group are those of the first, and which are its own."""
    thresholds, loadings, intercepts, residuals = (STEPS.index(step) for step in STEPS[1:])
    shared, own = (np.zeros(layout.n_parameters, dtype=np.bool_) for _ in range(2))
    shared[layout.thresholds] = (levels >= thresholds)[layout.item_of]
    shared[layout.loadings] = levels >= loadings
    own[layout.thresholds] = ~shared[layout.thresholds]
    own[layout.loadings] = ~shared[layout.loadings]
    own[layout.intercepts] = (levels >= thresholds) & (levels < intercepts)
    own[layout.scales] = (levels >= thresholds) & (levels < residuals)
    own[layout.variances] = reached >= loadings
    own[layout.means] = reached >= intercepts
    own[layout.covariances] = True
    return shared, own


def start(model: GroupModel, configural: Array, between: Array) -> Array:
    """Return starting values of a step.

    Parameters
    ----------
    model : GroupModel
    configural : ndarray, shape (n_groups, n_parameters)
        Of the configural model.
    between : ndarray
        What relates waves in it; empty for groups.
    """
    layout, reached = model.layout, STEPS.index(model.step)
    theta = np.zeros(model.n_free)
    for group in range(model.n_groups - 1, -1, -1):
        values = configural[group].copy()
        if group:
            _relative(layout, values, configural[0], model.levels >= 1)
            if reached >= STEPS.index("loadings"):
                _factor_spread(layout, values, configural[0])
            if reached >= STEPS.index("intercepts"):
                _factor_means(layout, values)
        free = model.place[group] >= 0
        # the first group comes last: what is shared starts at its value
        theta[model.place[group][free]] = values[free]
    theta[model.n_free - len(between) :] = between
    return theta


def _relative(layout: Layout, values: Array, reference: Array, chosen: NDArray[np.bool_]) -> None:
    """Put items on the first group's thresholds: the line through both groups' thresholds is scale and intercept."""
    for item in np.flatnonzero(chosen):
        rows = layout.item_of == item
        slope, shift = np.polyfit(reference[layout.thresholds][rows], values[layout.thresholds][rows], 1)
        slope = max(float(slope), _SMALLEST_START)
        values[layout.scales.start + item] = slope
        values[layout.intercepts.start + item] = -shift / slope
        values[layout.loadings.start + item] /= slope


def _factor_spread(layout: Layout, values: Array, reference: Array) -> None:
    ours, theirs = values[layout.loadings], reference[layout.loadings]
    spread = np.ones(layout.n_factors)
    for factor in range(layout.n_factors):
        own = layout.factor_of == factor
        spread[factor] = max(float(ours[own] @ theirs[own] / (theirs[own] @ theirs[own])), _SMALLEST_START)
    first, second = pairs_of(layout.n_factors)
    values[layout.variances] = spread**2
    values[layout.covariances] *= spread[first] * spread[second]
    values[layout.loadings] /= spread[layout.factor_of]


def _factor_means(layout: Layout, values: Array) -> None:
    for factor in range(layout.n_factors):
        own = layout.factor_of == factor
        loading = values[layout.loadings][own]
        values[layout.means.start + factor] = loading @ values[layout.intercepts][own] / (loading @ loading)
