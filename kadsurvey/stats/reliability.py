"""How much of a sum score is what its items have in common: alpha and omega."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.bivariate import bivariate_cdf
from kadsurvey.stats.matrices import correlation_matrix

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MatrixAlpha:
    """Alpha of a covariance or correlation matrix.

    Attributes
    ----------
    alpha : float
        At most 1; a negative value is returned as it is and means mis-keyed items.
    mean_r : float
        Mean correlation between items.
    item_rest : ndarray, shape (n_items,)
        Correlation of each item with the sum of the others.
    alpha_dropped : ndarray, shape (n_items,)
        Alpha without the item; NaN with two items.
    """

    alpha: float
    mean_r: float
    item_rest: Array
    alpha_dropped: Array


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of raw answers, with what it was computed from.

    Attributes
    ----------
    alpha, ci_low, ci_high : float
        Raw (covariance-based) alpha and Feldt's limits; at most 1.
    std_error, duhachek_low, duhachek_high : float
        Asymptotic standard error and the limits from it.
    standardised, mean_r : float
        Alpha of the correlation matrix; mean correlation between items.
    item_rest : ndarray, shape (n_items,)
        Correlation of each item with the sum of the others.
    alpha_dropped : ndarray, shape (n_items,)
        Alpha without the item; NaN with two items.
    n_obs, n_dropped, n_items : int
        Complete rows used; rows left out for a missing answer; items.
    confidence : float
        Coverage of both intervals.
    """

    alpha: float
    ci_low: float
    ci_high: float
    std_error: float
    duhachek_low: float
    duhachek_high: float
    standardised: float
    mean_r: float
    item_rest: Array
    alpha_dropped: Array
    n_obs: int
    n_dropped: int
    n_items: int
    confidence: float


def cronbach_alpha(items: Array, *, confidence: float = 0.95) -> Alpha:
    """Estimate raw Cronbach's alpha with Feldt's and Duhachek's intervals.

    Parameters
    ----------
    items : ndarray, shape (n_obs, n_items)
        Scale points, already reverse-coded. Rows with a missing answer (NaN) are left out and counted.
    confidence : float, default 0.95
        Coverage of the intervals, in (0, 1).

    Returns
    -------
    Alpha

    Raises
    ------
    StatisticsError
        ``stats.too_few_items`` below 2 items, ``stats.too_few_rows`` below 2 complete rows,
        ``stats.constant_item`` with the index of the first ``item`` that does not vary.

    Notes
    -----
    Both intervals assume independent rows. Answers clustered in groups make them too narrow.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334. Feldt, Woodruff & Salih (1987), Applied Psychological Measurement
    11(1), 93-103. Duhachek & Iacobucci (2004), Journal of Applied Psychology 89(5), 792-808.

    Examples
    --------
    >>> import numpy as np
    >>> found = cronbach_alpha(np.array([[1.0, 2], [2, 2], [3, 4], [4, 3], [5, 5]]))
    >>> round(found.alpha, 3), found.n_obs
    (0.909, 5)
    """
    items = np.asarray(items, dtype=np.float64)
    complete = items[np.isfinite(items).all(axis=1)]
    n, k = complete.shape
    if k < 2:
        raise StatisticsError("stats.too_few_items", n_items=k, needed=2)
    if n < 2:
        raise StatisticsError("stats.too_few_rows", n_obs=n, needed=2)
    if len(constant := np.flatnonzero(np.ptp(complete, axis=0) == 0)):
        raise StatisticsError("stats.constant_item", item=int(constant[0]))
    covariance = np.cov(complete, rowvar=False)
    raw = _alpha_of_covariance(covariance)
    scale = np.sqrt(np.diag(covariance))
    tail = (1 - confidence) / 2
    f_low, f_high = np.asarray(stats.f.ppf(np.array([tail, 1 - tail]), n - 1, (n - 1) * (k - 1)))
    std_error = _alpha_std_error(covariance, n)
    half = float(special.ndtri(1 - tail)) * std_error
    return Alpha(
        alpha=raw.alpha,
        ci_low=1 - (1 - raw.alpha) * float(f_high),
        ci_high=1 - (1 - raw.alpha) * float(f_low),
        std_error=std_error,
        duhachek_low=raw.alpha - half,
        duhachek_high=raw.alpha + half,
        standardised=_alpha_of_covariance(covariance / np.outer(scale, scale)).alpha,
        mean_r=raw.mean_r,
        item_rest=raw.item_rest,
        alpha_dropped=raw.alpha_dropped,
        n_obs=n,
        n_dropped=len(items) - n,
        n_items=k,
        confidence=confidence,
    )


def alpha_of_matrix(matrix: Array) -> MatrixAlpha:
    """Return standardised alpha of a correlation matrix; of a polychoric one it is ordinal alpha.

    Parameters
    ----------
    matrix : ndarray, shape (n_items, n_items)
        Correlations of reverse-coded items.

    Raises
    ------
    StatisticsError
        ``stats.too_few_items``, and as `kadsurvey.stats.matrices.correlation_matrix`.

    Notes
    -----
    Ordinal alpha describes the latent responses, not the sum of the answers.

    References
    ----------
    Zumbo, Gadermann & Zeisser (2007), Journal of Modern Applied Statistical Methods 6(1), 21-29.
    """
    R = correlation_matrix(matrix)
    if len(R) < 2:
        raise StatisticsError("stats.too_few_items", n_items=len(R), needed=2)
    return _alpha_of_covariance(R)


def omega_total(
    loadings: Array,
    *,
    phi: Array | None = None,
    uniquenesses: Array | None = None,
    matrix: Array | None = None,
) -> float:
    """Return McDonald's omega of the sum score under a factor model.

    Parameters
    ----------
    loadings : ndarray, shape (n_items,) or (n_items, m)
        Pattern coefficients of reverse-coded items.
    phi : ndarray, shape (m, m), optional
        Factor correlations; identity where not given.
    uniquenesses : ndarray, shape (n_items,), optional
        Unique variances in the items' units. Where not given, loadings are standardised and these are the rest to 1.
    matrix : ndarray, shape (n_items, n_items), optional
        Observed covariances (or correlations) whose sum is then the total variance; else it is the model's.

    Returns
    -------
    float
        Common over total variance of the sum. From a polychoric matrix it is about latent responses.

    References
    ----------
    McDonald (1999), Test theory: a unified treatment. Erlbaum.

    Examples
    --------
    >>> import numpy as np
    >>> round(omega_total(np.array([0.8, 0.7, 0.6])), 3)
    0.745
    """
    L = np.asarray(loadings, dtype=np.float64)
    L = L[:, None] if L.ndim == 1 else L
    common = L @ (np.eye(L.shape[1]) if phi is None else phi) @ L.T
    if matrix is not None:
        return float(common.sum() / np.asarray(matrix, dtype=np.float64).sum())
    unique = 1 - np.diag(common) if uniquenesses is None else np.asarray(uniquenesses, dtype=np.float64)
    return float(common.sum() / (common.sum() + unique.sum()))


def omega_categorical(loadings: Array, thresholds: Sequence[Array], *, matrix: Array | None = None) -> float:
    """Return the reliability of the sum of ordinal answers under a one-factor model of their latent responses.

    Parameters
    ----------
    loadings : ndarray, shape (n_items,)
        Standardised loadings of the latent responses.
    thresholds : sequence of ndarray
        Each item's thresholds, ascending, on the standard normal scale. Category scores are consecutive integers.
    matrix : ndarray, shape (n_items, n_items), optional
        Polychoric correlations for the variance of the sum; the model's own where not given.

    Returns
    -------
    float
        Unlike ordinal alpha it is about the sum score that is in use.

    Raises
    ------
    StatisticsError
        ``stats.lengths_differ`` where loadings and thresholds do not match.

    References
    ----------
    Green & Yang (2009), Psychometrika 74(1), 155-167, equation 21.
    """
    weights = np.asarray(loadings, dtype=np.float64)
    true, total = score_covariances(np.outer(weights, weights), thresholds, matrix=matrix)
    return float(true.sum() / total.sum())


def score_covariances(
    common: Array, thresholds: Sequence[Array], *, matrix: Array | None = None
) -> tuple[Array, Array]:
    """Return the covariances of ordinal answers scored as integers: those that factors bring about, and all.

    The reliability of the sum of any of the items is the sum of their part of the first over that of the second.

    Parameters
    ----------
    common : ndarray, shape (n_items, n_items)
        Covariances of the latent responses that the factors bring about, communalities on the diagonal.
    thresholds : sequence of ndarray
        As in `omega_categorical`.
    matrix : ndarray, shape (n_items, n_items), optional
        Polychoric correlations; where not given, ``common`` with 1 on the diagonal.

    Returns
    -------
    true, total : ndarray, shape (n_items, n_items)
        Of two administrations that share nothing but the factors, and of one.

    Raises
    ------
    StatisticsError
        ``stats.lengths_differ`` where covariances and thresholds do not match.

    References
    ----------
    Green & Yang (2009), Psychometrika 74(1), 155-167, equation 21.
    """
    k = len(common)
    if k != len(thresholds):
        raise StatisticsError("stats.lengths_differ", n_first=k, n_second=len(thresholds))
    observed = common if matrix is None else np.asarray(matrix, dtype=np.float64)
    true, total = np.zeros((k, k)), np.zeros((k, k))
    for i in range(k):
        true[i, i] = _score_covariance(thresholds[i], thresholds[i], float(common[i, i]))
        total[i, i] = _score_variance(thresholds[i])
        for j in range(i):
            true[i, j] = true[j, i] = _score_covariance(thresholds[i], thresholds[j], float(common[i, j]))
            total[i, j] = total[j, i] = _score_covariance(thresholds[i], thresholds[j], float(observed[i, j]))
    return true, total


def _alpha_of_covariance(covariance: Array) -> MatrixAlpha:
    k = len(covariance)
    variances = np.diag(covariance)
    row_sums = covariance.sum(axis=0)
    total = covariance.sum()
    rest_variance = total - 2 * row_sums + variances
    dropped = np.full(k, np.nan)
    if k > 2:
        dropped = (k - 1) / (k - 2) * (1 - (variances.sum() - variances) / rest_variance)
    scale = np.sqrt(variances)
    correlations = covariance / np.outer(scale, scale)
    return MatrixAlpha(
        alpha=float(k / (k - 1) * (1 - variances.sum() / total)),
        mean_r=float((correlations.sum() - k) / (k * (k - 1))),
        item_rest=(row_sums - variances) / np.sqrt(variances * rest_variance),
        alpha_dropped=dropped,
    )


def _alpha_std_error(covariance: Array, n_obs: int) -> float:
    k = len(covariance)
    total = covariance.sum()
    squared = covariance @ covariance
    trace = np.trace(covariance)
    inner = total * (np.trace(squared) + trace**2) - 2 * trace * squared.sum()
    return float(np.sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * inner / n_obs))


def _score_covariance(first: Array, second: Array, rho: float) -> float:
    """Return the covariance of two scored items whose latent responses correlate rho (Hoeffding's sum over cuts)."""
    h, k = np.meshgrid(np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64), indexing="ij")
    joint = bivariate_cdf(h, k, np.full_like(h, rho))
    return float(np.sum(joint - special.ndtr(h) * special.ndtr(k)))


def _score_variance(thresholds: Array) -> float:
    below = special.ndtr(np.asarray(thresholds, dtype=np.float64))
    return float(np.sum(np.minimum.outer(below, below) - np.outer(below, below)))
