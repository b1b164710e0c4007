"""Means and covariances that a factor model of continuous items implies, in one group or several.

Each item has an intercept, a loading on one factor and a residual variance; each factor a mean and a variance. The
first group has factors of mean 0 and variance 1. What a step does not set equal is free in every further group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_model import Structure
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.normal_sample import moment_pairs

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

LINEAR_STEPS: tuple[Step, ...] = ("configural", "loadings", "intercepts", "residuals")
"""Also called configural, metric, scalar and strict; each keeps what the one before it set equal."""


@dataclass(frozen=True, slots=True)
class LinearLayout:
    """Where a group's intercepts, loadings, residual variances, factor means, variances and covariances stand.

    Attributes
    ----------
    factor_of : ndarray of int, shape (n_items,)
    n_items, n_factors, n_moments, n_parameters : int
        Of one group.
    intercepts, loadings, residuals, means, variances, covariances : slice
        Places among a group's parameters; covariances of the factors in the order (0, 1), (0, 2), ...
    """

    factor_of: Places
    n_items: int
    n_factors: int
    n_moments: int
    n_parameters: int
    intercepts: slice
    loadings: slice
    residuals: slice
    means: slice
    variances: slice
    covariances: slice

    def phi(self, values: Array) -> Array:
        """Return the covariance matrix of the factors."""
        matrix = np.diag(values[self.variances])
        first, second = pairs_of(self.n_factors)
        matrix[first, second] = matrix[second, first] = values[self.covariances]
        return matrix

    def place_of_phi(self) -> Places:
        """Return the place among the parameters of each element of the factors' covariance matrix."""
        place = np.diag(np.arange(self.n_factors) + self.variances.start)
        first, second = pairs_of(self.n_factors)
        place[first, second] = place[second, first] = self.covariances.start + np.arange(len(first))
        return place

    def moments(self, values: Array) -> tuple[Array, Array]:
        """Return the moments and their derivatives by all parameters, (n_moments, n_parameters)."""
        factor, loading = self.factor_of, values[self.loadings]
        first, second = moment_pairs(self.n_items)
        f, g = factor[first], factor[second]
        related, own = self.phi(values)[f, g], np.arange(self.n_items)
        slopes = np.zeros((self.n_moments, self.n_parameters))
        slopes[own, self.intercepts.start + own] = 1.0
        slopes[own, self.loadings.start + own] = values[self.means][factor]
        slopes[own, self.means.start + factor] = loading
        lower = slopes[self.n_items :]
        rows = np.arange(len(first))
        for one, other in ((first, second), (second, first)):
            np.add.at(lower, (rows, self.loadings.start + one), loading[other] * related)
        product = loading[first] * loading[second]
        lower[rows, self.place_of_phi()[f, g]] = product
        alone = first == second
        lower[rows[alone], self.residuals.start + first[alone]] = 1.0
        covariances = product * related
        covariances[alone] += values[self.residuals]
        return np.concatenate([values[self.intercepts] + loading * values[self.means][factor], covariances]), slopes

    def curvature(self, values: Array, slope: Array) -> Array:
        """Return the second derivatives of ``slope @ moments`` by the parameters."""
        p, factor = self.n_items, self.factor_of
        first, second = moment_pairs(p)
        pull = np.zeros((p, p))
        # a covariance stands once in the moments and twice in the matrix
        pull[first, second] = pull[second, first] = np.where(first == second, 1.0, 0.5) * slope[p:]
        own = np.arange(p)
        found = np.zeros((self.n_parameters, self.n_parameters))
        found[self.loadings, self.loadings] = 2 * pull * self.phi(values)[np.ix_(factor, factor)]
        toward = np.zeros((p, self.n_factors))
        np.add.at(toward.T, factor, (pull * values[self.loadings]).T)
        for other in range(self.n_factors):
            place = self.place_of_phi()[factor, other]
            found[self.loadings.start + own, place] = found[place, self.loadings.start + own] = 2 * toward[:, other]
        found[self.loadings.start + own, self.means.start + factor] = slope[:p]
        found[self.means.start + factor, self.loadings.start + own] = slope[:p]
        return found


def linear_layout(factor_of: Places) -> LinearLayout:
    """Return the layout of items on factors."""
    p, k = len(factor_of), int(factor_of.max()) + 1
    ends = np.cumsum([0, p, p, p, k, k, k * (k - 1) // 2]).tolist()
    places = [slice(first, last) for first, last in pairwise(ends)]
    return LinearLayout(factor_of, p, k, p + p * (p + 1) // 2, ends[-1], *places)


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
    n_free : int
    """

    layout: LinearLayout
    step: Step
    levels: Places
    place: Places
    fixed: Array
    structure: Structure
    n_free: int

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
        return turned

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
    return LinearModel(layout, step, levels, place, np.tile(fixed, (n_groups, 1)), structure, n_free)


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
