"""Convergent and discriminant validity of the factors of a simple-structure model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.matrices import correlation_matrix

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FornellLarcker:
    """Square roots of average variance extracted beside the correlations of the factors.

    Attributes
    ----------
    table : ndarray, shape (n_factors, n_factors)
        Square root of average variance extracted on the diagonal, correlations of the factors off it.
    distinct : ndarray of bool, shape (n_factors, n_factors)
        Whether both factors of a pair explain more of their own items than they share; True on the diagonal.
    """

    table: Array
    distinct: NDArray[np.bool_]


def average_variance_extracted(loadings: ArrayLike) -> Array:
    """Return for each factor the mean squared standardised loading of its items.

    Parameters
    ----------
    loadings : array_like, shape (n_items, n_factors)
        Standardised; each item loads on one factor, zero elsewhere.

    Returns
    -------
    ndarray, shape (n_factors,)

    References
    ----------
    Fornell & Larcker (1981), Journal of Marketing Research 18, 39-50. Equal to semTools ``AVE``.
    """
    L = _simple(loadings)
    explained: Array = (L**2).sum(axis=0) / (L != 0).sum(axis=0)
    return explained


def composite_reliability(loadings: ArrayLike, *, matrix: ArrayLike | None = None) -> Array:
    """Return for each factor the share of its items' sum that it explains.

    Parameters
    ----------
    loadings : array_like, shape (n_items, n_factors)
        Standardised, of items keyed in one direction; each item loads on one factor, zero elsewhere.
    matrix : array_like, shape (n_items, n_items), optional
        Correlations of the items: the variance of the sum is then the observed one, otherwise the model's (Fornell and
        Larcker). For ordinal items both describe the sum of the latent responses, not the sum of the answers.

    Returns
    -------
    ndarray, shape (n_factors,)

    References
    ----------
    Fornell & Larcker (1981); McDonald (1999). With ``matrix`` equal to semTools ``compRelSEM(ord.scale=FALSE)``.
    """
    L = _simple(loadings)
    true = L.sum(axis=0) ** 2
    if matrix is None:
        total = true + ((L != 0) * (1 - L**2)).sum(axis=0)
    else:
        belongs = (L != 0).astype(np.float64)
        total = np.einsum("if,ij,jf->f", belongs, _items_of(matrix, len(L)), belongs)
    share: Array = true / total
    return share


def htmt(
    matrix: ArrayLike,
    pattern: ArrayLike,
    *,
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
) -> Array:
    """Return the heterotrait-monotrait ratio of each pair of factors, from absolute correlations.

    Parameters
    ----------
    matrix : array_like, shape (n_items, n_items)
        Correlations of the items.
    pattern : array_like of int, shape (n_items,)
        The factor of each item, 0, 1, ...
    mean : {"arithmetic", "geometric"}
        The geometric mean does not assume equal loadings (HTMT2).

    Returns
    -------
    ndarray, shape (n_factors, n_factors)
        Ones on the diagonal.

    Raises
    ------
    StatisticsError
        If a factor has fewer than two items.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), Journal of the Academy of Marketing Science 43, 115-135; Roemer, Schuberth &
    Henseler (2021), Industrial Management & Data Systems 121, 2637-2650. Equal to semTools ``htmt``.
    """
    factor_of = np.asarray(pattern, dtype=np.intp)
    R = np.abs(_items_of(matrix, len(factor_of)))
    sizes = np.bincount(factor_of)
    for factor in np.flatnonzero(sizes < 2):
        raise StatisticsError("stats.factor_too_few_items", factor=int(factor), n_items=int(sizes[factor]), needed=2)
    values = np.log(np.maximum(R, np.finfo(np.float64).tiny)) if mean == "geometric" else R
    belongs = (factor_of[:, None] == np.arange(len(sizes))).astype(np.float64)
    sums = belongs.T @ (values - np.diag(values.diagonal())) @ belongs
    means = sums / (np.outer(sizes, sizes) - np.diag(sizes))
    if mean == "geometric":
        means = np.exp(means)
    within = np.sqrt(means.diagonal())
    ratio: Array = means / np.outer(within, within)
    np.fill_diagonal(ratio, 1.0)
    return ratio


def fornell_larcker(loadings: ArrayLike, phi: ArrayLike) -> FornellLarcker:
    """Compare each factor's average variance extracted with what it shares with the others.

    Parameters
    ----------
    loadings : array_like, shape (n_items, n_factors)
        Standardised; each item loads on one factor, zero elsewhere.
    phi : array_like, shape (n_factors, n_factors)
        Correlations of the factors.

    References
    ----------
    Fornell & Larcker (1981), Journal of Marketing Research 18, 39-50.
    """
    explained = average_variance_extracted(loadings)
    table = _items_of(phi, len(explained)).copy()
    np.fill_diagonal(table, np.sqrt(explained))
    shared = table**2
    distinct = np.minimum.outer(explained, explained) > shared
    np.fill_diagonal(distinct, True)
    return FornellLarcker(table, distinct)


def _simple(loadings: ArrayLike) -> Array:
    L = np.asarray(loadings, dtype=np.float64)
    if L.ndim != 2 or not np.isfinite(L).all():
        raise StatisticsError("stats.loadings_not_a_table")
    for item in np.flatnonzero((L != 0).sum(axis=1) > 1):
        raise StatisticsError("stats.item_on_two_factors", item=int(item))
    for factor in np.flatnonzero((L != 0).sum(axis=0) == 0):
        raise StatisticsError("stats.factor_too_few_items", factor=int(factor), n_items=0, needed=1)
    return L


def _items_of(matrix: ArrayLike, n_items: int) -> Array:
    R = correlation_matrix(matrix)
    if len(R) != n_items:
        raise StatisticsError("stats.different_items", first=n_items, second=len(R))
    return R
