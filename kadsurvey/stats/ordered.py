"""Ordered logit (proportional odds), with delete-one-cluster inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.jackknife import delete_one
from kadsurvey.stats.linear import aliased_columns
from kadsurvey.stats.separation import separating_columns

Array: TypeAlias = NDArray[np.float64]

MOST_ITERATIONS = 100
MOST_HALVINGS = 30
# Share of the log likelihood that the last step may still gain: a smaller one drowns in rounding, and what that step
# leaves is of the order of its square.
DECREMENT_TOLERANCE = 1e-13


@dataclass(frozen=True, slots=True)
class OrderedFit:
    """An ordered logit: ``logit P(y <= j) = thresholds[j] - X @ slopes``.

    Attributes
    ----------
    categories : ndarray, shape (n_categories,)
        Values of the outcome, ascending.
    slopes : ndarray, shape (k,)
        Log odds of a higher category.
    thresholds : ndarray, shape (n_categories - 1,)
        Ascending.
    vcov : ndarray, shape (k + n_categories - 1, same)
        Inverse of the information, slopes before thresholds: independent rows.
    log_likelihood, aic, bic : float
    pseudo_r2 : float
        McFadden's, against thresholds alone.
    n_obs : int
    converged : bool
    """

    categories: NDArray[Any]
    slopes: Array
    thresholds: Array
    vcov: Array
    log_likelihood: float
    aic: float
    bic: float
    pseudo_r2: float
    n_obs: int
    converged: bool

    @property
    def estimate(self) -> Array:
        """Slopes, then thresholds."""
        return np.concatenate([self.slopes, self.thresholds])


@dataclass(frozen=True, slots=True)
class OrderedJackknife:
    """Slopes, then thresholds, of an ordered logit with delete-one-cluster inference.

    Attributes
    ----------
    fit : OrderedFit
        From all the rows.
    estimate, std_error, statistic, p_value, ci_low, ci_high : ndarray, shape (k + n_categories - 1,)
        Jackknife errors; t values with ``df``; two-sided p; limits. NaN where a fit without a cluster did not have the
        estimate.
    df, n_clusters : int
        Clusters less one; clusters.
    n_without_category, n_failed : int
        Clusters without which a category is missing, so that thresholds have no error; without which there is no fit.
    """

    fit: OrderedFit
    estimate: Array
    std_error: Array
    statistic: Array
    p_value: Array
    ci_low: Array
    ci_high: Array
    df: int
    n_clusters: int
    n_without_category: int
    n_failed: int


def fit_ordered(y: NDArray[Any], X: Array) -> OrderedFit:
    """Fit a proportional-odds model by maximum likelihood.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome of two or more ordered values; only their order counts.
    X : ndarray, shape (n_obs, k)
        Predictors, without a constant: the thresholds hold it.

    Returns
    -------
    OrderedFit

    Raises
    ------
    StatisticsError
        ``stats.not_finite``, ``stats.lengths_differ``, ``stats.constant_outcome``, ``stats.no_residual_df``,
        ``stats.rank_deficient`` with the indices of the aliased ``columns``, ``stats.separation`` with those of the
        ``columns`` that predict outcomes perfectly.

    Notes
    -----
    The log likelihood is concave, so Newton's method with halved steps ends at its only maximum.

    References
    ----------
    McCullagh (1980), Journal of the Royal Statistical Society B 42(2), 109-142; Pratt (1981), Journal of the American
    Statistical Association 76(373), 103-106.

    Examples
    --------
    >>> import numpy as np
    >>> fit = fit_ordered(np.array([1, 2, 3, 1, 2, 3]), np.array([[1.0], [0], [1], [0], [1], [0]]))
    >>> fit.thresholds.round(3).tolist()
    [-0.693, 0.693]
    """
    X, categories, code = _checked(y, X)
    upper, lower = _rows(X, code, len(categories))
    share = np.bincount(code) / len(code)
    start = np.concatenate([np.zeros(X.shape[1]), special.logit(np.cumsum(share)[:-1])])
    parameters, information, converged = _newton(start, code, upper, lower)
    log_likelihood = _log_likelihood(parameters, code, upper, lower)
    null = float(len(code) * np.sum(special.xlogy(share, share)))
    return OrderedFit(
        categories=categories,
        slopes=parameters[: X.shape[1]],
        thresholds=parameters[X.shape[1] :],
        vcov=np.asarray(np.linalg.inv(information)),
        log_likelihood=log_likelihood,
        aic=2 * len(parameters) - 2 * log_likelihood,
        bic=float(np.log(len(code))) * len(parameters) - 2 * log_likelihood,
        pseudo_r2=1 - log_likelihood / null,
        n_obs=len(code),
        converged=converged,
    )


def ordered_jackknife(
    y: NDArray[Any], X: Array, clusters: NDArray[Any], *, confidence: float = 0.95
) -> OrderedJackknife:
    """Fit an ordered logit, and again without each cluster, for errors that allow for clusters.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
    X : ndarray, shape (n_obs, k)
        As `fit_ordered`.
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row.
    confidence : float, default 0.95

    Returns
    -------
    OrderedJackknife

    Raises
    ------
    StatisticsError
        As `fit_ordered` and `delete_one`.

    References
    ----------
    Cameron & Miller (2015), Journal of Human Resources 50, 317-372, section VI.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.tile([1, 2, 3, 2], 6), np.tile([0.0, 1, 2], 8)
    >>> found = ordered_jackknife(y, x[:, None], np.repeat(np.arange(4), 6))
    >>> found.df, found.n_failed
    (3, 0)
    """
    fit = fit_ordered(y, X)
    y, X, clusters = np.asarray(y), np.asarray(X, dtype=np.float64), np.asarray(clusters)
    if len(clusters) != len(y):
        raise StatisticsError("stats.lengths_differ", n_first=len(y), n_second=len(clusters))
    labels = np.unique(clusters)
    replicates = [_without(fit, y[rest], X[rest]) for rest in (clusters != label for label in labels)]
    found = delete_one(fit.estimate, [values for values, _ in replicates], confidence=confidence)
    whole, error = found.estimate, found.std_error
    statistic = np.divide(whole, error, out=np.full_like(whole, np.nan), where=error > 0)
    return OrderedJackknife(
        fit=fit,
        estimate=whole,
        std_error=error,
        statistic=statistic,
        p_value=np.asarray(2 * stats.t.sf(np.abs(statistic), found.df)),
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        df=found.df,
        n_clusters=len(labels),
        n_without_category=sum(complete is False for _, complete in replicates),
        n_failed=sum(complete is None for _, complete in replicates),
    )


def _without(fit: OrderedFit, y: NDArray[Any], X: Array) -> tuple[Array, bool | None]:
    """Return the estimates from some rows, and whether these hold every category, None where there is no fit."""
    unknown = np.full(len(fit.estimate), np.nan)
    try:
        part = fit_ordered(y, X) if len(y) else None
    except StatisticsError:
        part = None
    if part is None or not part.converged:
        return unknown, None
    if len(part.categories) == len(fit.categories):
        return part.estimate, True
    unknown[: len(part.slopes)] = part.slopes  # an empty category takes no part in the likelihood of the slopes
    return unknown, False


def _rows(X: Array, code: NDArray[np.intp], n_categories: int) -> tuple[Array, Array]:
    """Return the derivatives of each row's upper and lower limit by slopes and thresholds; zero where infinite."""
    thresholds = np.eye(n_categories)[:, :-1]
    top, bottom = code == n_categories - 1, code == 0
    upper = np.hstack([-X, thresholds[code]])
    lower = np.hstack([-X, thresholds[code - 1]])
    upper[top], lower[bottom] = 0.0, 0.0
    return upper, lower


def _limits(parameters: Array, code: NDArray[np.intp], upper: Array, lower: Array) -> tuple[Array, Array]:
    top, bottom = code == code.max(), code == 0
    return np.where(top, np.inf, upper @ parameters), np.where(bottom, -np.inf, lower @ parameters)


def _probability(high: Array, low: Array) -> Array:
    """Return F(high) - F(low), in the tail where the difference keeps its digits."""
    flipped = high + low > 0
    return np.where(flipped, special.expit(-low) - special.expit(-high), special.expit(high) - special.expit(low))


def _log_likelihood(parameters: Array, code: NDArray[np.intp], upper: Array, lower: Array) -> float:
    probability = _probability(*_limits(parameters, code, upper, lower))
    return float(np.sum(np.log(probability))) if np.all(probability > 0) else -np.inf


def _derivatives(parameters: Array, code: NDArray[np.intp], upper: Array, lower: Array) -> tuple[Array, Array]:
    """Return the gradient and the information (the negative Hessian)."""
    high, low = _limits(parameters, code, upper, lower)
    probability = _probability(high, low)
    density_high, density_low = (special.expit(x) * special.expit(-x) for x in (high, low))
    bend_high, bend_low = density_high * np.tanh(-high / 2), density_low * np.tanh(-low / 2)
    scores = (density_high[:, None] * upper - density_low[:, None] * lower) / probability[:, None]
    curvature = (upper.T * (bend_high / probability)) @ upper - (lower.T * (bend_low / probability)) @ lower
    return scores.sum(axis=0), scores.T @ scores - curvature


def _newton(parameters: Array, code: NDArray[np.intp], upper: Array, lower: Array) -> tuple[Array, Array, bool]:
    """Return the maximum, its information and whether it was reached."""
    value = _log_likelihood(parameters, code, upper, lower)
    for _ in range(MOST_ITERATIONS):
        gradient, information = _derivatives(parameters, code, upper, lower)
        step = np.linalg.solve(information, gradient)
        if gradient @ step < DECREMENT_TOLERANCE * max(1.0, abs(value)):
            return parameters + step, information, True
        moves = (parameters + step / 2**halving for halving in range(MOST_HALVINGS))
        higher = next((moved for moved in moves if _log_likelihood(moved, code, upper, lower) > value), None)
        if higher is None:
            break
        parameters, value = higher, _log_likelihood(higher, code, upper, lower)
    return parameters, information, False


def _checked(y: NDArray[Any], X: Array) -> tuple[Array, NDArray[Any], NDArray[np.intp]]:
    """Return predictors, categories and the place of each row's category, or raise what makes them unusable."""
    y, X = np.asarray(y), np.asarray(X, dtype=np.float64)
    if len(y) != len(X):
        raise StatisticsError("stats.lengths_differ", n_first=len(y), n_second=len(X))
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise StatisticsError("stats.not_finite")
    categories, code = np.unique(y, return_inverse=True)
    if len(categories) < 2:
        raise StatisticsError("stats.constant_outcome", value=float(y[0]))
    (n, k), n_params = X.shape, X.shape[1] + len(categories) - 1
    if n <= n_params:
        raise StatisticsError("stats.no_residual_df", n_obs=n, n_params=n_params)
    if aliased := [column - 1 for column in aliased_columns(np.column_stack([np.ones(n), X]))]:
        raise StatisticsError("stats.rank_deficient", columns=aliased)
    upper, lower = _rows(X, code, len(categories))
    signed = np.vstack([upper[code < len(categories) - 1], -lower[code > 0]])
    separating = separating_columns(signed, np.empty((0, n_params)), among=range(k))
    if separating is not None:
        raise StatisticsError("stats.separation", columns=separating)
    return X, categories, code
