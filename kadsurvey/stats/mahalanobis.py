"""How far a row lies from the centre of all rows, as far as it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kadsurvey.stats.contingency import as_items, in_batches
from kadsurvey.stats.correlation import common_scatter
from kadsurvey.stats.matrices import positive_definite

Array: TypeAlias = NDArray[np.float64]
MissingRule: TypeAlias = Literal["observed", "mean"]

_CELLS_PER_BATCH = 2_000_000
"""Numbers in the small matrices that are solved at once."""


@dataclass(frozen=True, slots=True)
class Mahalanobis:
    """Squared distances of rows from the centre.

    Attributes
    ----------
    squared : ndarray, shape (n_obs,)
        NaN for a row without an answer.
    df : ndarray of int, shape (n_obs,)
        Degrees of freedom: the items the row answered, or all items under ``missing="mean"``.
    p_value : ndarray, shape (n_obs,)
        Share of the chi-square distribution beyond the distance, exact for normal answers only.
    """

    squared: Array
    df: NDArray[np.intp]
    p_value: Array


def mahalanobis(answers: ArrayLike, *, missing: MissingRule = "observed") -> Mahalanobis:
    """Compute the squared Mahalanobis distance of each row from the mean.

    Means are those of all answers to an item, covariances those of the rows that answered both items of a pair.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
        NaN missing.
    missing : {"observed", "mean"}
        ``observed``: a row's distance is that of the items it answered, by their part of the covariance matrix.
        ``mean``: a missing answer counts as the item's mean, as in R's careless ``mahad`` (psych ``outlier``); the more
        is missing the nearer such a row seems.

    Raises
    ------
    StatisticsError
        If an item is constant, a pair shares no rows, or the covariance matrix cannot be inverted.

    References
    ----------
    Mahalanobis (1936), Proceedings of the National Institute of Sciences of India 2, 49-55; Meade & Craig (2012),
    Psychological Methods 17, 437-455.
    """
    data = as_items(answers, needed=1)
    n_obs, products, _ = common_scatter(data)
    covariance = products / (n_obs - 1)
    scale = np.sqrt(covariance.diagonal())
    correlation = covariance / np.outer(scale, scale)
    precision = np.linalg.inv(positive_definite(correlation)).astype(np.float64)
    mean = np.nanmean(data, axis=0)
    squared = np.concatenate([_squared((part - mean) / scale, precision, missing) for part in in_batches(data)])
    df = np.isfinite(data).sum(axis=1)
    squared = np.where(df > 0, squared, np.nan)
    df = df if missing == "observed" else np.where(df > 0, data.shape[1], 0)
    return Mahalanobis(squared, df, np.asarray(stats.chi2.sf(squared, np.maximum(df, 1))))


def _squared(apart: Array, precision: Array, missing: MissingRule) -> Array:
    """Return the squared distances of rows of standardised deviations, NaN missing."""
    answered = np.isfinite(apart)
    deviation = np.where(answered, apart, 0.0)
    weighted = deviation @ precision
    squared: Array = np.einsum("ij,ij->i", deviation, weighted)
    if missing == "observed":
        # What rounding leaves of zero may be negative.
        squared = np.maximum(squared - _due_to_missing(weighted, answered, precision), 0.0)
    return squared


def _due_to_missing(weighted: Array, answered: NDArray[np.bool_], precision: Array) -> Array:
    """Return what a row's distance has too much when its missing answers are put at the mean.

    With P the inverse covariance, the inverse of the answered part is its Schur complement P_oo - P_om P_mm^-1 P_mo; so
    the excess is w_m' P_mm^-1 w_m, w being P times the deviations.
    """
    excess = np.zeros(len(weighted))
    n_missing = (~answered).sum(axis=1)
    for count in np.unique(n_missing[(n_missing > 0) & (n_missing < answered.shape[1])]).tolist():
        rows = np.flatnonzero(n_missing == count)
        for batch in np.array_split(rows, 1 + len(rows) * count * count // _CELLS_PER_BATCH):
            gaps = np.nonzero(~answered[batch])[1].reshape(-1, count)
            part = np.take_along_axis(weighted[batch], gaps, axis=1)
            among = precision[gaps[:, :, None], gaps[:, None, :]]
            excess[batch] = np.einsum("ij,ij->i", part, np.linalg.solve(among, part[:, :, None])[:, :, 0])
    return excess
