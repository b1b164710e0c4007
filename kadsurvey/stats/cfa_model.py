"""Correlations that a confirmatory factor model implies, and their derivatives.

Every item loads on one factor; latent responses and factors have variance 1. The free parameters are the loadings, then
either the correlations of the factors or their loadings on one second-order factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.matrices import from_pairs, pairs_of
from kadsurvey.stats.retention import one_factor_loadings

Array = NDArray[np.float64]
Places = NDArray[np.intp]

Structure: TypeAlias = Literal["correlated", "second_order"]

_LARGEST_START = 0.9


@dataclass(frozen=True, slots=True)
class FactorModel:
    """Which item belongs to which factor, and how the factors are related.

    Attributes
    ----------
    factor_of : ndarray of int, shape (n_items,)
    structure : {"correlated", "second_order"}
    """

    factor_of: Places
    structure: Structure

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.factor_of)

    @property
    def n_factors(self) -> int:
        """Number of first-order factors."""
        return int(self.factor_of.max()) + 1

    @property
    def n_free(self) -> int:
        """Number of loadings and of parameters between factors."""
        k = self.n_factors
        return self.n_items + (k if self.structure == "second_order" else k * (k - 1) // 2)

    @property
    def n_pairs(self) -> int:
        """Number of correlations the model explains."""
        return self.n_items * (self.n_items - 1) // 2

    def loadings(self, theta: Array) -> Array:
        """Return the loadings, shape (n_items, n_factors)."""
        matrix = np.zeros((self.n_items, self.n_factors))
        matrix[np.arange(self.n_items), self.factor_of] = theta[: self.n_items]
        return matrix

    def phi(self, theta: Array) -> Array:
        """Return the correlations of the factors, shape (n_factors, n_factors)."""
        between = theta[self.n_items :]
        if self.structure == "correlated":
            return from_pairs(between, self.n_factors)
        first, second = pairs_of(self.n_factors)
        return from_pairs(between[first] * between[second], self.n_factors)

    def phi_slopes(self, theta: Array) -> Array:
        """Return the derivatives of the factor correlations over pairs by the parameters between factors."""
        first, second = pairs_of(self.n_factors)
        if self.structure == "correlated":
            return np.eye(len(first))
        between = theta[self.n_items :]
        slopes = np.zeros((len(first), self.n_factors))
        rows = np.arange(len(first))
        slopes[rows, first], slopes[rows, second] = between[second], between[first]
        return slopes

    def implied(self, theta: Array) -> tuple[Array, Array]:
        """Return the implied correlations over pairs (n_pairs,) and their derivatives (n_pairs, n_free)."""
        first, second = pairs_of(self.n_items)
        rows, loading = np.arange(len(first)), theta[: self.n_items]
        f, g = self.factor_of[first], self.factor_of[second]
        related = self.phi(theta)[f, g]
        slopes = np.zeros((len(first), self.n_items))
        slopes[rows, first], slopes[rows, second] = loading[second] * related, loading[first] * related
        place = np.full((self.n_factors, self.n_factors), -1)
        i, j = pairs_of(self.n_factors)
        place[i, j] = place[j, i] = np.arange(len(i))
        between = np.zeros((len(first), len(i)))
        apart = f != g
        product = loading[first] * loading[second]
        between[rows[apart], place[f, g][apart]] = product[apart]
        return product * related, np.hstack([slopes, between @ self.phi_slopes(theta)])

    def start(self, R: Array) -> Array:
        """Return starting values: each block's own factor, then least squares between the blocks."""
        loading = np.zeros(self.n_items)
        for factor in range(self.n_factors):
            block = np.flatnonzero(self.factor_of == factor)
            loading[block] = _block_loadings(R[np.ix_(block, block)])
        weights = self.loadings(loading)
        off = R - np.eye(self.n_items)
        size = (weights**2).sum(axis=0)
        phi = np.clip(weights.T @ off @ weights / np.outer(size, size), -_LARGEST_START, _LARGEST_START)
        if self.structure == "correlated":
            between = phi[pairs_of(self.n_factors)]
        else:
            np.fill_diagonal(phi, 1.0)
            between = one_factor_loadings(phi)
        return np.concatenate([loading, np.clip(between, -_LARGEST_START, _LARGEST_START)])

    def oriented(self, theta: Array) -> Array:
        """Return the same solution with every factor's loadings summing to a positive number."""
        sign = np.where(self.loadings(theta).sum(axis=0) < 0, -1.0, 1.0)
        between = theta[self.n_items :]
        if self.structure == "correlated":
            first, second = pairs_of(self.n_factors)
            turned = between * sign[first] * sign[second]
        else:
            turned = between * sign
            turned = turned * (-1.0 if turned.sum() < 0 else 1.0)
        return np.concatenate([theta[: self.n_items] * sign[self.factor_of], turned])


def factor_model(pattern: ArrayLike, *, structure: Structure, n_items: int) -> FactorModel:
    """Return the model after checking that it can be identified.

    Raises
    ------
    StatisticsError
        If the pattern does not name a factor 0, 1, ... for every item, a factor has too few items, or a second-order
        factor has fewer than three factors.
    """
    factor_of = np.asarray(pattern, dtype=np.intp)
    if factor_of.shape != (n_items,):
        raise StatisticsError("stats.different_items", first=n_items, second=factor_of.size)
    sizes = np.bincount(factor_of, minlength=1) if factor_of.min() >= 0 else np.zeros(1, dtype=np.intp)
    needed = 3 if len(sizes) == 1 else 2
    for factor, size in enumerate(sizes):
        if size < needed:
            raise StatisticsError("stats.factor_too_few_items", factor=factor, n_items=int(size), needed=needed)
    if structure == "second_order" and len(sizes) < 3:
        raise StatisticsError("stats.second_order_too_few", n_factors=len(sizes))
    return FactorModel(factor_of, structure)


def _block_loadings(R: Array) -> Array:
    if len(R) == 2:
        size = float(np.sqrt(np.clip(abs(R[0, 1]), 0.1, _LARGEST_START)))
        loading = np.array([size, size if R[0, 1] >= 0 else -size])
    else:
        loading = np.clip(one_factor_loadings(R), -_LARGEST_START, _LARGEST_START)
    return -loading if loading.sum() < 0 else loading
