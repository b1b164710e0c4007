"""Slopes of an outcome of clusters on what their members' mean scores stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.corrected import Reason, columns_of, is_positive_definite, solved
from kadsurvey.stats.linear import fit_ols

Array: TypeAlias = NDArray[np.float64]

LEAST_RELIABILITY = 0.5
FEWEST_CLUSTERS = 10


@dataclass(frozen=True, slots=True)
class CorrectedBetweenSlopes:
    """Slopes of a cluster's outcome on the true means of its scores.

    Attributes
    ----------
    slopes : ndarray, shape (p + q,)
        Scores, then covariates; NaN where there is a ``reason``.
    intercept : float
    naive_slopes, naive_intercept : ndarray, shape (p + q,); float
        Of ordinary least squares on the cluster means, unweighted.
    reliability : ndarray, shape (p,)
        Of the scores' cluster means at the harmonic mean of the cluster sizes; 0 where the clusters differ less than
        chance alone would make them.
    between : ndarray, shape (p + q, p + q)
        Covariance of true means and covariates across clusters.
    within : ndarray, shape (p, p)
        Pooled covariance of the scores within clusters.
    size, harmonic_size : float
        ``(N - sum(n_j^2) / N) / (J - 1)``; ``J / sum(1 / n_j)``.
    reason : {"too_few_clusters", "not_positive_definite", "unreliable"} or None
        Why the slopes are withheld.
    n_obs, n_clusters : int
    """

    slopes: Array
    intercept: float
    naive_slopes: Array
    naive_intercept: float
    reliability: Array
    between: Array
    within: Array
    size: float
    harmonic_size: float
    reason: Reason | None
    n_obs: int
    n_clusters: int


def corrected_between_slopes(
    scores: ArrayLike,
    clusters: ArrayLike,
    y: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    multipliers: ArrayLike | None = None,
    least_reliability: float = LEAST_RELIABILITY,
    fewest_clusters: int = FEWEST_CLUSTERS,
) -> CorrectedBetweenSlopes:
    """Regress an outcome of clusters on true cluster means, of which the observed means are samples.

    Parameters
    ----------
    scores : array_like, shape (n_obs,) or (n_obs, p)
        Nothing missing.
    clusters : array_like, shape (n_obs,)
        Cluster of each row.
    y : array_like, shape (n_clusters,)
        Outcome, in the order of ``np.unique(clusters)``.
    covariates : array_like, shape (n_clusters,) or (n_clusters, q), optional
        Of the clusters, observed without error, in the same order.
    multipliers : array_like, shape (p,), optional
        By how much a unit of the factor moves its score (A Lambda); 1 for Bartlett scores, the default. Slopes are then
        those on the factor.
    least_reliability : float
        Slopes are withheld where a score's cluster means are less reliable.
    fewest_clusters : int
        Slopes on more than one predictor are withheld below it. A replicate without one cluster may have one fewer.

    Returns
    -------
    CorrectedBetweenSlopes

    Raises
    ------
    StatisticsError
        ``stats.lengths_differ``, ``stats.not_finite``, ``stats.single_cluster``, ``stats.icc_needs_clusters`` where no
        cluster has two rows; what `fit_ols` raises on the cluster means.

    Notes
    -----
    Cross-products of cluster means are weighted by cluster size, about weighted means, and divided by
    ``(J - 1) * size``. For the scores this is the mean square between over ``size``, from which the mean square within
    over ``size`` is subtracted. What a cluster is known by without sampling, its outcome and covariates, has the same
    expected cross-product, ``(J - 1) * size`` times the covariance, with nothing to subtract: all entries are unbiased
    where size is independent of the rest. With equal sizes they are the plain covariances.

    The within covariance holds the measurement error as well; subtracting it once removes both.

    References
    ----------
    Croon & van Veldhoven (2007), Psychological Methods 12, 45-57. Searle, Casella & McCulloch (1992), Variance
    components, section 3.6, for unequal sizes.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(3)
    >>> true = rng.normal(size=200)
    >>> clusters = np.repeat(np.arange(200), 5)
    >>> found = corrected_between_slopes(true[clusters] + 2 * rng.normal(size=1000), clusters, 1 + true)
    >>> bool(abs(found.slopes[0] - 1) < 0.2), bool(found.naive_slopes[0] < 0.7)
    (True, True)
    """
    outcome = np.asarray(y, dtype=np.float64)
    code, sizes = _clusters(clusters, len(outcome))
    n_obs, n_clusters = len(code), len(sizes)
    values = _in_factor_units(columns_of(scores, len(code)), multipliers)
    means, within = _means_and_within(values, code, sizes)
    predictors = np.column_stack([means, columns_of(covariates, n_clusters)])
    naive = fit_ols(outcome, np.column_stack([np.ones(n_clusters), predictors]))

    size = float((n_obs - np.sum(sizes**2) / n_obs) / (n_clusters - 1))
    harmonic = float(n_clusters / np.sum(1 / sizes))
    centre, level = sizes @ predictors / n_obs, float(sizes @ outcome / n_obs)
    weighted = (predictors - centre) * (sizes / ((n_clusters - 1) * size))[:, None]
    between = weighted.T @ (predictors - centre)
    between[: len(within), : len(within)] -= within / size
    reliability = _mean_reliability(between, within, harmonic)
    reason = _between_reason(between, reliability, few=n_clusters < fewest_clusters, least=least_reliability)
    slopes = solved(between, weighted.T @ (outcome - level), reason)
    return CorrectedBetweenSlopes(
        slopes=slopes,
        intercept=float(level - centre @ slopes),
        naive_slopes=naive.estimate[1:],
        naive_intercept=float(naive.estimate[0]),
        reliability=reliability,
        between=between,
        within=within,
        size=size,
        harmonic_size=harmonic,
        reason=reason,
        n_obs=n_obs,
        n_clusters=n_clusters,
    )


def _in_factor_units(scores: Array, multipliers: ArrayLike | None) -> Array:
    if multipliers is None:
        return scores
    divisors = columns_of(multipliers, scores.shape[1])[:, 0]
    if np.any(divisors == 0):
        raise StatisticsError("stats.not_finite")
    return scores / divisors


def _clusters(clusters: ArrayLike, n_outcomes: int) -> tuple[NDArray[np.intp], Array]:
    """Return each row's cluster as a number, and the sizes of the clusters."""
    labels, code = np.unique(np.asarray(clusters), return_inverse=True)
    sizes = np.bincount(code).astype(np.float64)
    if n_outcomes != len(labels):
        raise StatisticsError("stats.lengths_differ", n_first=n_outcomes, n_second=len(labels))
    if len(labels) < 2:
        raise StatisticsError("stats.single_cluster")
    if sizes.max() < 2:
        raise StatisticsError("stats.icc_needs_clusters", n_clusters=len(labels), n_obs=len(code))
    return code, sizes


def _means_and_within(values: Array, code: NDArray[np.intp], sizes: Array) -> tuple[Array, Array]:
    """Return the means of the clusters, and the covariance within them."""
    means: Array = np.column_stack([np.bincount(code, column) for column in values.T]) / sizes[:, None]
    inside = values - means[code]
    return means, inside.T @ inside / (len(code) - len(sizes))


def _between_reason(between: Array, reliability: Array, *, few: bool, least: float) -> Reason | None:
    if few and len(between) > 1:
        return "too_few_clusters"
    if not is_positive_definite(between):
        return "not_positive_definite"
    return "unreliable" if np.any(reliability < least) else None


def _mean_reliability(between: Array, within: Array, size: float) -> Array:
    true = np.maximum(between.diagonal()[: len(within)], 0.0)
    total = true + within.diagonal() / size
    return np.divide(true, total, out=np.zeros_like(true), where=total > 0)
