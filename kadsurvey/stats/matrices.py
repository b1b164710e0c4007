"""Checks and repairs of correlation matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError

Array = NDArray[np.float64]

SMALLEST_EIGENVALUE = 1e-12
"""A matrix with a smaller eigenvalue counts as not positive definite (as in psych ``cor.smooth``)."""

_ASYMMETRY = 1e-8
"""Rounding that a correlation matrix read from a file may have."""


def pairs_of(n_items: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first and second item of all pairs, in the order of all vectors over pairs: (0, 1), (0, 2), ..."""
    first, second = np.triu_indices(n_items, 1)
    return first, second


def from_pairs(values: Array, n_items: int) -> Array:
    """Return the symmetric matrix with unit diagonal that has these values over pairs."""
    matrix = np.eye(n_items)
    first, second = pairs_of(n_items)
    matrix[first, second] = matrix[second, first] = values
    return matrix


def correlation_matrix(matrix: ArrayLike) -> Array:
    """Return a correlation matrix as an array after checking that it is one.

    Raises
    ------
    StatisticsError
        If it is not square and symmetric with a unit diagonal, or has missing values.
    """
    found = np.asarray(matrix, dtype=np.float64)
    if found.ndim != 2 or found.shape[0] != found.shape[1]:
        raise StatisticsError("stats.matrix_not_square", shape=str(found.shape))
    if not np.isfinite(found).all():
        row, column = np.argwhere(~np.isfinite(found))[0]
        raise StatisticsError("stats.matrix_not_finite", first=int(row), second=int(column))
    symmetric = np.abs(found - found.T).max(initial=0.0) <= _ASYMMETRY
    if not symmetric or np.abs(found.diagonal() - 1).max(initial=0.0) > _ASYMMETRY:
        raise StatisticsError("stats.not_a_correlation_matrix")
    return found


def positive_definite(matrix: ArrayLike) -> Array:
    """Return a correlation matrix after checking that it can be inverted.

    Raises
    ------
    StatisticsError
        If it is no correlation matrix, or its smallest eigenvalue is below 1e-12.
    """
    found = correlation_matrix(matrix)
    smallest = float(np.linalg.eigvalsh(found)[0])
    if smallest < SMALLEST_EIGENVALUE:
        raise StatisticsError("stats.not_positive_definite", eigenvalue=smallest)
    return found


def smooth(matrix: Array) -> tuple[Array, float]:
    """Return the nearest usable correlation matrix and the smallest eigenvalue before.

    A positive definite matrix is returned as it is. Otherwise eigenvalues below 1e-12 become 1e-10, all are rescaled to
    sum to the number of items, and the result is scaled to a unit diagonal.

    References
    ----------
    Wothke (1993), in Bollen & Long (eds), Testing structural equation models, 256-293; the constants are those of
    psych ``cor.smooth``.
    """
    values, vectors = np.linalg.eigh(matrix)
    smallest = float(values[0])
    if smallest >= SMALLEST_EIGENVALUE:
        return matrix, smallest
    lifted = np.where(values < SMALLEST_EIGENVALUE, 100 * SMALLEST_EIGENVALUE, values)
    lifted *= len(values) / lifted.sum()
    raw = (vectors * lifted) @ vectors.T
    scale = 1 / np.sqrt(raw.diagonal())
    smoothed = raw * np.outer(scale, scale)
    np.fill_diagonal(smoothed, 1.0)
    return (smoothed + smoothed.T) / 2, smallest
