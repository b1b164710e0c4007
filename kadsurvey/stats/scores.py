"""Factor scores that are weighted sums of standardised items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.matrices import correlation_matrix, positive_definite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearScores:
    """Scores with their standard errors.

    Attributes
    ----------
    scores, se : ndarray, shape (n_obs, n_factors)
        In standard deviations of the factor; NaN where the answered items cannot tell. ``se`` is the standard deviation
        of the factor about its score.
    weights : ndarray, shape (n_items, n_factors)
        Of a row that answered everything.
    determinacy : ndarray, shape (n_factors,)
        Squared correlation of factor and score in such a row.
    """

    scores: Array
    se: Array
    weights: Array
    determinacy: Array


def regression_scores(items_z: ArrayLike, *, loadings: ArrayLike, phi: ArrayLike, matrix: ArrayLike) -> LinearScores:
    """Predict factors from the standardised items that were answered, by least squares.

    Parameters
    ----------
    items_z : array_like, shape (n_obs, n_items)
        Items standardised in the sample the model was fitted to, NaN missing. (Standardising each batch by itself would
        remove the differences between batches.)
    loadings : array_like, shape (n_items, n_factors)
        Pattern loadings.
    phi : array_like, shape (n_factors, n_factors)
        Correlations of the factors.
    matrix : array_like, shape (n_items, n_items)
        Correlations of the items.

    Raises
    ------
    StatisticsError
        If ``matrix`` has no inverse, or the shapes do not belong together.

    References
    ----------
    Thurstone (1935), The vectors of mind. Equal to psych ``factor.scores(method="Thurstone")`` on complete rows.
    """
    z, L = _matching(items_z, loadings)
    R, structure = positive_definite(matrix), L @ correlation_matrix(phi)
    if len(R) != len(L) or structure.shape != L.shape:
        raise StatisticsError("stats.different_items", first=len(L), second=len(R))
    found = LinearScores(
        np.full((len(z), L.shape[1]), np.nan), np.full((len(z), L.shape[1]), np.nan), *_project(R, structure)
    )
    for rows, answered in _patterns(z):
        weights, explained = _project(R[np.ix_(answered, answered)], structure[answered])
        found.scores[rows] = z[np.ix_(rows, answered)] @ weights
        found.se[rows] = np.sqrt(np.maximum(1 - explained, 0.0))
    return found


def bartlett_scores(items_z: ArrayLike, *, loadings: ArrayLike, uniquenesses: ArrayLike) -> LinearScores:
    """Predict factors from the standardised items that were answered, unbiased given the factor.

    Parameters
    ----------
    items_z : array_like, shape (n_obs, n_items)
        As in `regression_scores`.
    loadings : array_like, shape (n_items, n_factors)
        Pattern loadings; factors have variance 1.
    uniquenesses : array_like, shape (n_items,)
        All above zero.

    Raises
    ------
    StatisticsError
        If a uniqueness is not above zero (a Heywood case), or the shapes do not belong together.

    References
    ----------
    Bartlett (1937), British Journal of Psychology 28, 97-104. Equal to psych ``factor.scores(method="Bartlett")`` on
    complete rows.
    """
    z, L = _matching(items_z, loadings)
    unique = np.asarray(uniquenesses, dtype=np.float64)
    if unique.shape != (len(L),):
        raise StatisticsError("stats.different_items", first=len(L), second=unique.size)
    for item in np.flatnonzero(~(unique > 0)):
        raise StatisticsError("stats.heywood_item", item=int(item))
    weights, variance = _weighted(L, unique)
    found = LinearScores(
        np.full((len(z), L.shape[1]), np.nan), np.full((len(z), L.shape[1]), np.nan), weights, 1 / (1 + variance)
    )
    for rows, answered in _patterns(z):
        if np.linalg.matrix_rank(L[answered]) < L.shape[1]:
            continue
        weights, variance = _weighted(L[answered], unique[answered])
        found.scores[rows] = z[np.ix_(rows, answered)] @ weights
        found.se[rows] = np.sqrt(variance)
    return found


def _project(R: Array, structure: Array) -> tuple[Array, Array]:
    """Return regression weights and the explained variance of each factor."""
    weights = np.asarray(np.linalg.solve(R, structure), dtype=np.float64)
    return weights, np.einsum("if,if->f", weights, structure)


def _weighted(L: Array, unique: Array) -> tuple[Array, Array]:
    """Return Bartlett weights and the error variance of each factor's score."""
    scaled = L / unique[:, None]
    variance = np.asarray(np.linalg.inv(L.T @ scaled), dtype=np.float64)
    return scaled @ variance, variance.diagonal()


def _patterns(z: Array) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the rows that answered the same items, and those items; rows without answers are left out."""
    patterns, pattern_of = np.unique(np.isfinite(z), axis=0, return_inverse=True)
    for number, answered in enumerate(patterns):
        if answered.any():
            yield np.flatnonzero(pattern_of.ravel() == number), np.flatnonzero(answered)


def _matching(items_z: ArrayLike, loadings: ArrayLike) -> tuple[Array, Array]:
    z, L = np.asarray(items_z, dtype=np.float64), np.asarray(loadings, dtype=np.float64)
    if z.ndim != 2 or L.ndim != 2 or z.shape[1] != len(L):
        raise StatisticsError("stats.different_items", first=z.shape[-1], second=len(L))
    return z, L
