"""How many factors: parallel analysis by permutation, and the minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.contingency import as_items
from kadsurvey.stats.correlation import Correlation, pearson, polychoric
from kadsurvey.stats.matrices import positive_definite
from kadsurvey.workers import spread

Array = NDArray[np.float64]

CorrelationKind: TypeAlias = Literal["polychoric", "pearson"]

_LARGEST_LOADING = 0.995**0.5
MOST_PERMUTED = 20_000
"""Rows of each permutation; from there on chance correlations are proportional to one over the root of the rows."""
_FIRST_GUESS = 0.9
_MAX_SWEEPS = 500
_SWEEP_TOLERANCE = 1e-6

_EXHAUSTED = 1e-10
"""Variance left in an item below which its partial correlations are rounding error."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Eigenvalues beside those of permuted data, and the numbers of factors they suggest.

    Attributes
    ----------
    eigenvalues, eigenvalues_reduced : ndarray, shape (n_items,)
        Of the correlation matrix, and of the same with the communalities of one factor on its diagonal; descending.
    random, random_reduced : ndarray, shape (n_items,)
        The percentile of the same eigenvalues over permuted data.
    n_parallel, n_parallel_reduced : int
        Leading eigenvalues above their random ones.
    map_values : ndarray
        Average squared partial correlation after 0, 1, 2, ... components.
    n_map : int
        Components at its minimum.
    correlation : str
    percentile : float
    replications, n_smoothed : int
        Permuted data sets; how many of their matrices had to be smoothed.
    seed : int
    """

    eigenvalues: Array
    eigenvalues_reduced: Array
    random: Array
    random_reduced: Array
    n_parallel: int
    n_parallel_reduced: int
    map_values: Array
    n_map: int
    correlation: CorrelationKind
    percentile: float
    replications: int
    n_smoothed: int
    seed: int


def retention(
    items: ArrayLike,
    *,
    correlation: CorrelationKind = "polychoric",
    replications: int = 100,
    percentile: float = 95.0,
    seed: int,
) -> Retention:
    """Find the number of factors by parallel analysis and by the minimum average partial.

    Each replication shuffles the answers of every item among the rows that answered it, which keeps margins and missing
    answers and breaks every relation. Of more than `MOST_PERMUTED` rows so many are shuffled, and the correlations,
    which chance makes as large as one over the root of the rows, are brought to the number of rows.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Codes, NaN missing.
    correlation : {"polychoric", "pearson"}
    replications : int, default 100
    percentile : float, default 95
        Of the permuted eigenvalues, which the observed one must exceed.
    seed : int

    Raises
    ------
    StatisticsError
        If there are fewer than 3 items or no replications, or the correlations cannot be computed.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185; Buja & Eyuboglu (1992), Multivariate Behavioral Research 27, 509-540
    (permuted data); Lubbe (2019), Psychological Methods 24, 339-351 (ordinal items); Velicer (1976), Psychometrika 41,
    321-327. The reduced matrix is that of psych ``fa.parallel``.
    """
    data = as_items(items)
    if data.shape[1] < 3:
        raise StatisticsError("stats.too_few_items", n_items=data.shape[1], needed=3)
    if replications < 1 or not 0 < percentile < 100:
        raise StatisticsError("stats.bad_replications", replications=replications, percentile=percentile)
    observed = _correlate(data, correlation).matrix
    full, reduced = _eigenvalues(observed), _eigenvalues(_reduced(observed))
    rng = np.random.default_rng(seed)
    rows = min(len(data), MOST_PERMUTED)
    shuffled = (_shuffled(data, rng, rows) for _ in range(replications))
    permuted = spread(partial(_correlate, kind=correlation), shuffled)
    chance = np.sqrt(rows / len(data)) * (np.array([found.matrix for found in permuted]) - np.eye(data.shape[1]))
    matrices = np.eye(data.shape[1]) + chance
    random_full = np.percentile(_eigenvalues(matrices), percentile, axis=0)
    random_reduced = np.percentile(_eigenvalues(_reduced(matrices)), percentile, axis=0)
    map_values = minimum_average_partial(observed)
    return Retention(
        eigenvalues=full,
        eigenvalues_reduced=reduced,
        random=random_full,
        random_reduced=random_reduced,
        n_parallel=_leading(full > random_full),
        n_parallel_reduced=_leading(reduced > random_reduced),
        map_values=map_values,
        n_map=int(np.nanargmin(map_values)),
        correlation=correlation,
        percentile=percentile,
        replications=replications,
        n_smoothed=sum(found.smoothed for found in permuted),
        seed=seed,
    )


def minimum_average_partial(matrix: ArrayLike) -> Array:
    """Return Velicer's average squared partial correlation after partialling out 0, 1, ..., n_items - 2 components.

    Parameters
    ----------
    matrix : array_like, shape (n_items, n_items)

    Returns
    -------
    ndarray, shape (n_items - 1,)
        NaN from where the components leave an item no variance. Its minimum is at the number of components to retain.

    References
    ----------
    Velicer (1976), Psychometrika 41, 321-327. Equal to psych ``vss`` from one component on.
    """
    R = positive_definite(matrix)
    values, vectors = np.linalg.eigh(R)
    components = (vectors * np.sqrt(values))[:, ::-1]
    found = np.full(len(R) - 1, np.nan)
    for n_components in range(len(found)):
        left = R - components[:, :n_components] @ components[:, :n_components].T
        variance = left.diagonal()
        if variance.min() < _EXHAUSTED:
            break
        squared = left**2 / np.outer(variance, variance)
        found[n_components] = (squared.sum() - len(R)) / (len(R) * (len(R) - 1))
    return found


def _correlate(data: Array, kind: CorrelationKind) -> Correlation:
    return polychoric(data) if kind == "polychoric" else pearson(data)


def _shuffled(data: Array, rng: np.random.Generator, rows: int) -> Array:
    """Return some rows with the answers of each item drawn anew, without replacement, from all its answers."""
    whole = rows == len(data)
    shuffled = data.copy() if whole else data[rng.choice(len(data), rows, replace=False)]
    for column, given in zip(shuffled.T, data.T, strict=True):
        answered = np.isfinite(column)
        if whole:
            column[answered] = rng.permutation(column[answered])
        else:
            answers = given[np.isfinite(given)]
            column[answered] = answers[rng.choice(len(answers), int(answered.sum()), replace=False)]
    return shuffled


def _reduced(matrices: Array) -> Array:
    """Return matrices with the communalities of one minres factor on their diagonals; shape (..., n_items, n_items)."""
    n_items = matrices.shape[-1]
    diagonal = np.arange(n_items)
    reduced = matrices.copy()
    reduced[..., diagonal, diagonal] = one_factor_loadings(matrices) ** 2
    return reduced


def one_factor_loadings(matrices: Array) -> Array:
    """Return the loadings of one factor that fit the correlations off the diagonal best, for a stack of matrices.

    Each loading in turn takes the value that fits its item's correlations best given the others (Harman & Jones 1966).

    Parameters
    ----------
    matrices : ndarray, shape (..., n_items, n_items)

    Returns
    -------
    ndarray, shape (..., n_items)
        At most the square root of .995 in size, psych's limit for a communality.
    """
    values, vectors = np.linalg.eigh(matrices)
    loadings: Array = np.asarray(vectors[..., -1] * np.sqrt(values[..., -1:]) * _FIRST_GUESS, dtype=np.float64)
    for _ in range(_MAX_SWEEPS):
        before = loadings.copy()
        for item in range(matrices.shape[-1]):
            others = np.delete(np.arange(matrices.shape[-1]), item)
            rest = loadings[..., others]
            best = (matrices[..., item, others] * rest).sum(axis=-1) / np.maximum((rest**2).sum(axis=-1), _EXHAUSTED)
            loadings[..., item] = np.clip(best, -_LARGEST_LOADING, _LARGEST_LOADING)
        if np.abs(loadings - before).max() < _SWEEP_TOLERANCE:
            break
    return loadings


def _eigenvalues(matrices: Array) -> Array:
    return np.asarray(np.linalg.eigvalsh(matrices)[..., ::-1], dtype=np.float64)


def _leading(above: NDArray[np.bool_]) -> int:
    return int(np.logical_and.accumulate(above).sum())
