"""Means and covariances that a factor model of continuous items implies, in one group or several.

Each item has an intercept, a loading on one factor and a residual variance; each factor a mean and a variance. The
first group has factors of mean 0 and variance 1. What a step does not set equal is free in every further group.

Groups may be waves of the same people: then the answers of one wave covary with those of another, by way of the
factors, freely, and of each item with itself; all waves are one sample with the items of each wave in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_model import Structure
from kadsurvey.stats.linear_layout import LinearLayout
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.normal_sample import moment_pairs

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

LINEAR_STEPS: tuple[Step, ...] = ("configural", "loadings", "intercepts", "residuals")
"""Also called configural, metric, scalar and strict; each keeps what the one before it set equal."""


@dataclass(frozen=True, slots=True)
class Implied:
    """Moments of one sample under a model.

    Attributes
    ----------
    moments : ndarray, shape (n_moments,)
    by_own : dict of group to ndarray, shape (n_moments, n_parameters)
        Derivatives by the parameters of each group in it.
    by_free : ndarray, shape (n_moments, n_free)
    """

    moments: Array
    by_own: dict[int, Array]
    by_free: Array


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Which parameters are free, shared between groups or fixed.

    Attributes
    ----------
    layout : LinearLayout
    step : str
    levels : ndarray of int, shape (n_items,)
        The last step each item takes part in, as its place in `LINEAR_STEPS`.
    place : ndarray of int, shape (n_groups, n_parameters)
        Place among the free parameters; -1 is fixed.
    fixed : ndarray, shape (n_groups, n_parameters)
        Values of what is fixed.
    structure : {"correlated", "second_order"}
        With a second-order factor its loadings are the last of the free parameters.
    waves : bool
        Whether the groups are waves of the same people. What relates each two of them stands last among the free
        parameters, as `LinearLayout.crossed` takes it.
    n_free : int
    """

    layout: LinearLayout
    step: Step
    levels: Places
    place: Places
    fixed: Array
    structure: Structure
    waves: bool
    n_free: int

    @property
    def between(self) -> list[tuple[int, int]]:
        """Pairs of waves."""
        return list(combinations(range(self.n_groups), 2)) if self.waves else []

    def related(self, number: int) -> slice:
        """Return where what relates a pair of waves stands among the free parameters."""
        size = self.layout.n_factors**2 + self.layout.n_items
        begin = self.n_free - (len(self.between) - number) * size
        return slice(begin, begin + size)

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.place)

    def values(self, theta: Array) -> Array:
        """Return all parameters of all groups, shape (n_groups, n_parameters)."""
        values = np.where(self.place >= 0, theta[self.place], self.fixed)
        if self.structure == "second_order":
            first, second = pairs_of(self.layout.n_factors)
            above = theta[-self.layout.n_factors :]
            values[:, self.layout.covariances] = above[first] * above[second]
        return values

    def oriented(self, theta: Array) -> Array:
        """Return the estimates with each factor's loadings in the first group summing to a positive number."""
        layout, turned = self.layout, theta.copy()
        loading = self.values(theta)[0][layout.loadings]
        sign = np.where(np.bincount(layout.factor_of, loading) < 0, -1.0, 1.0)
        first, second = pairs_of(layout.n_factors)
        signs = np.ones(layout.n_parameters)
        signs[layout.loadings], signs[layout.means] = sign[layout.factor_of], sign
        signs[layout.covariances] = sign[first] * sign[second]
        for own in self.place:
            free = own >= 0
            turned[own[free]] = theta[own[free]] * signs[free]
        if self.structure == "second_order":
            above = turned[-layout.n_factors :] * sign
            turned[-layout.n_factors :] = -above if above.sum() < 0 else above
        for number in range(len(self.between)):
            own = slice(self.related(number).start, self.related(number).start + layout.n_factors**2)
            turned[own] *= np.outer(sign, sign).ravel()
        return turned

    def implied(self, theta: Array) -> tuple[Implied, ...]:
        """Return the moments of each sample and their derivatives: of each group, or of all waves together."""
        every = self.values(theta)
        spreads = [self.spread(group, theta) for group in range(self.n_groups)]
        alone = [self.layout.moments(values) for values in every]
        if not self.waves:
            found = enumerate(zip(alone, spreads, strict=True))
            return tuple(Implied(m, {group: by}, by @ spread) for group, ((m, by), spread) in found)
        n_moments = self.layout.n_items * self.n_groups
        moments = np.zeros(n_moments + n_moments * (n_moments + 1) // 2)
        by_own = {group: np.zeros((len(moments), self.layout.n_parameters)) for group in range(self.n_groups)}
        by_free = np.zeros((len(moments), self.n_free))
        for group, (own, by) in enumerate(alone):
            rows = self._rows(group)
            moments[rows], by_own[group][rows] = own, by
        for number, (one, other) in enumerate(self.between):
            rows, related = self._rows(one, other), self.related(number)
            crossed = self.layout.crossed(every[one], every[other], theta[related])
            moments[rows], by_own[one][rows], by_own[other][rows] = crossed[:3]
            by_free[rows, related] = crossed[3]
        for group, spread in enumerate(spreads):
            by_free += by_own[group] @ spread
        return (Implied(moments, by_own, by_free),)

    def bent(self, theta: Array, pulls: Sequence[Array]) -> Array:
        """Return the second derivatives of ``pulls @ moments``, over all samples, by the free parameters."""
        every, layout, total = self.values(theta), self.layout, np.zeros((self.n_free, self.n_free))
        for group, values in enumerate(every):
            pull = pulls[0][self._rows(group)] if self.waves else pulls[group]
            spread = self.spread(group, theta)
            total += spread.T @ layout.curvature(values, pull) @ spread
            total += self.bend(layout.moments(values)[1].T @ pull)
        for number, (one, other) in enumerate(self.between):
            related = self.related(number)
            pull = pulls[0][self._rows(one, other)]
            both, by_one, by_other = layout.crossed_curvature(every[one], every[other], theta[related], pull)
            first, second = (self.spread(group, theta)[layout.loadings] for group in (one, other))
            half = first.T @ both @ second
            half[:, related] += first.T @ by_one + second.T @ by_other
            total += half + half.T
        return total

    def _rows(self, one: int, other: int | None = None) -> Places:
        """Return where a wave's moments, or the covariances of two waves, stand among those of all."""
        p, every = self.layout.n_items, self.layout.n_items * self.n_groups
        place = np.zeros((every, every), dtype=np.intp)
        first, second = moment_pairs(every)
        place[first, second] = place[second, first] = every + np.arange(len(first))
        own = slice(one * p, one * p + p)
        if other is not None:
            return place[own, other * p : other * p + p].ravel()
        return np.concatenate([np.arange(own.start, own.stop), place[own, own][moment_pairs(p)]])

    def spread(self, group: int, theta: Array) -> Array:
        """Return the derivatives of a group's parameters by the free ones, shape (n_parameters, n_free)."""
        found = np.zeros((self.layout.n_parameters, self.n_free))
        free = np.flatnonzero(self.place[group] >= 0)
        found[free, self.place[group][free]] = 1.0
        if self.structure == "second_order":
            first, second = pairs_of(self.layout.n_factors)
            rows = self.layout.covariances.start + np.arange(len(first))
            begin = self.n_free - self.layout.n_factors
            above = theta[begin:]
            found[rows, begin + first], found[rows, begin + second] = above[second], above[first]
        return found

    def bend(self, slope: Array) -> Array:
        """Return the second derivatives of ``slope @ parameters`` by the free ones."""
        found = np.zeros((self.n_free, self.n_free))
        if self.structure == "second_order":
            first, second = pairs_of(self.layout.n_factors)
            begin = self.n_free - self.layout.n_factors
            pull = slope[self.layout.covariances]
            found[begin + first, begin + second] = found[begin + second, begin + first] = pull
        return found


def linear_model(
    layout: LinearLayout,
    step: Step = "configural",
    *,
    n_groups: int = 1,
    freed: Mapping[int, Step] | None = None,
    structure: Structure = "correlated",
    waves: bool = False,
) -> LinearModel:
    """Return the model of a step.

    Parameters
    ----------
    layout : LinearLayout
    step : str
    n_groups : int
        The first is the reference.
    freed : mapping of item to step, optional
        Items that differ between groups from this step on.
    structure : {"correlated", "second_order"}
        Of the factors; the latter in one group only.
    waves : bool
        Whether the groups are waves of the same people.
    """
    reached = LINEAR_STEPS.index(step)
    levels = np.full(layout.n_items, reached)
    for item, broken in (freed or {}).items():
        levels[item] = min(reached, LINEAR_STEPS.index(broken) - 1)
    fixed = np.zeros(layout.n_parameters)
    fixed[layout.variances] = 1.0
    place = np.full((n_groups, layout.n_parameters), -1, dtype=np.intp)
    free = [layout.intercepts, layout.loadings, layout.residuals]
    for part in free if structure == "second_order" else [*free, layout.covariances]:
        place[0, part] = 0
    place[0, place[0] == 0] = np.arange(np.count_nonzero(place[0] == 0))
    n_free = int(place[0].max()) + 1
    shared, own = _beyond_reference(layout, levels, reached)
    for group in range(1, n_groups):
        place[group, shared] = place[0, shared]
        place[group, own] = n_free + np.arange(np.count_nonzero(own))
        n_free += int(np.count_nonzero(own))
    if structure == "second_order":
        n_free += layout.n_factors
    if waves:
        n_free += n_groups * (n_groups - 1) // 2 * (layout.n_factors**2 + layout.n_items)
    return LinearModel(layout, step, levels, place, np.tile(fixed, (n_groups, 1)), structure, waves, n_free)


def _beyond_reference(
    layout: LinearLayout, levels: Places, reached: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which parameters of a further group are those of the first, and which are its own."""
    loadings, intercepts, residuals = (LINEAR_STEPS.index(step) for step in LINEAR_STEPS[1:])
    shared, own = (np.zeros(layout.n_parameters, dtype=np.bool_) for _ in range(2))
    for part, level in ((layout.loadings, loadings), (layout.intercepts, intercepts), (layout.residuals, residuals)):
        shared[part] = levels >= level
        own[part] = ~shared[part]
    own[layout.variances] = reached >= loadings
    own[layout.means] = reached >= intercepts
    own[layout.covariances] = True
    return shared, own
