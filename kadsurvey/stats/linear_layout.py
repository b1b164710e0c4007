"""Means and covariances of continuous items as functions of a factor model's parameters, with their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.normal_sample import moment_pairs

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


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

    def crossed(self, one: Array, other: Array, between: Array) -> tuple[Array, Array, Array, Array]:
        """Return covariances of two waves' items, and derivatives by the parameters of each wave and between them.

        Parameters
        ----------
        one, other : ndarray, shape (n_parameters,)
            Of the two waves.
        between : ndarray, shape (n_factors ** 2 + n_items,)
            Covariances of the factors of one with those of the other, row by row; what each item shares with itself.
        """
        p, k = self.n_items, self.n_factors
        first, second = (places.ravel() for places in np.indices((p, p)))
        rows, related_by = np.arange(p * p), self.factor_of[first] * k + self.factor_of[second]
        related, alone = between[related_by], np.flatnonzero(first == second)
        here, there = one[self.loadings][first], other[self.loadings][second]
        by_one, by_other = (np.zeros((p * p, self.n_parameters)) for _ in range(2))
        by_one[rows, self.loadings.start + first] = there * related
        by_other[rows, self.loadings.start + second] = here * related
        by_between = np.zeros((p * p, len(between)))
        by_between[rows, related_by] = here * there
        by_between[alone, k * k + np.arange(p)] = 1.0
        covariances = here * there * related
        covariances[alone] += between[k * k :]
        return covariances, by_one, by_other, by_between

    def crossed_curvature(self, one: Array, other: Array, between: Array, slope: Array) -> tuple[Array, Array, Array]:
        """Return second derivatives of ``slope @ crossed``: by loadings of both, and of each and what relates them."""
        p, k = self.n_items, self.n_factors
        pull = slope.reshape(p, p)
        related = between[: k * k].reshape(k, k)
        both = pull * related[np.ix_(self.factor_of, self.factor_of)]
        by_one, by_other = (np.zeros((p, len(between))) for _ in range(2))
        toward, back = pull * other[self.loadings], pull.T * one[self.loadings]
        for item in range(p):
            own = self.factor_of[item]
            by_one[item, own * k : own * k + k] = np.bincount(self.factor_of, toward[item], minlength=k)
            by_other[item, own : k * k : k] = np.bincount(self.factor_of, back[item], minlength=k)
        return both, by_one, by_other

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
