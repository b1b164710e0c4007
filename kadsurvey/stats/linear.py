"""Least squares, ordinary or weighted: the fit every robust covariance starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError

# A column is aliased if its part outside the earlier columns is below this share of its length; R's lm uses the same.
ALIAS_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A least-squares fit, with its classical inference.

    Attributes
    ----------
    estimate : ndarray, shape (k,)
        Coefficients, in the order of the design's columns.
    vcov : ndarray, shape (k, k)
        Classical covariance ``sigma2 * (X'WX)^-1``: independent errors of equal (weighted) variance.
    std_error, statistic, p_value : ndarray, shape (k,)
        Classical standard errors, t values and two-sided p with ``df_residual``.
    fitted, residuals : ndarray, shape (n_obs,)
        In units of the outcome, not weighted.
    bread : ndarray, shape (k, k)
        ``(X'WX)^-1``.
    sigma2 : float
        Weighted residual sum of squares over ``df_residual``.
    r2, adj_r2 : float
        Share of variance explained; about zero instead of the mean where the design holds no constant.
    f_statistic, f_p_value : float
        Test of all coefficients but the constant; NaN where there is no other.
    f_df : int
        Numerator degrees of freedom of ``f_statistic``; the denominator is ``df_residual``.
    log_likelihood, aic, bic : float
        Gaussian; the variance counts as one parameter.
    n_obs, df_residual : int
        Rows; rows less columns.
    """

    estimate: NDArray[np.float64]
    vcov: NDArray[np.float64]
    std_error: NDArray[np.float64]
    statistic: NDArray[np.float64]
    p_value: NDArray[np.float64]
    fitted: NDArray[np.float64]
    residuals: NDArray[np.float64]
    bread: NDArray[np.float64]
    sigma2: float
    r2: float
    adj_r2: float
    f_statistic: float
    f_p_value: float
    f_df: int
    log_likelihood: float
    aic: float
    bic: float
    n_obs: int
    df_residual: int

    def interval(self, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the classical confidence limits, low and high, each of shape (k,)."""
        half = stats.t.ppf(0.5 + level / 2, self.df_residual) * self.std_error
        return self.estimate - half, self.estimate + half


def fit_ols(y: NDArray[np.float64], X: NDArray[np.float64], *, weights: NDArray[np.float64] | None = None) -> LinearFit:
    """Fit a linear model by (weighted) least squares.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant, if any, as a column.
    weights : ndarray, shape (n_obs,), optional
        Precision weights, all positive.

    Returns
    -------
    LinearFit

    Raises
    ------
    StatisticsError
        ``stats.not_finite`` for missing or infinite values, ``stats.lengths_differ``, ``stats.weights_not_positive``,
        ``stats.rank_deficient`` with the indices of the aliased ``columns``, ``stats.no_residual_df`` where there are
        not more rows than columns.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(5.0)
    >>> fit = fit_ols(1 + 2 * x + np.array([0.1, -0.1, 0, -0.1, 0.1]), np.column_stack([np.ones(5), x]))
    >>> fit.estimate.round(3).tolist()
    [1.0, 2.0]
    """
    y, X, w = checked_model(y, X, weights)
    n, k = X.shape
    root = np.sqrt(w)
    bread = np.asarray(np.linalg.inv((X * w[:, None]).T @ X))
    estimate = np.asarray(np.linalg.lstsq(X * root[:, None], y * root)[0])
    fitted = X @ estimate
    residuals = y - fitted
    rss = float(np.sum(w * residuals**2))
    sigma2 = rss / (n - k)
    std_error = np.sqrt(sigma2 * np.diag(bread))
    statistic = _ratio(estimate, std_error)

    constant = int(_has_constant(X))
    centre = float(np.average(y, weights=w)) if constant else 0.0
    tss = float(np.sum(w * (y - centre) ** 2))
    f_df = k - constant
    f_value = (tss - rss) / f_df / sigma2 if f_df and sigma2 > 0 else np.nan
    log_likelihood = _gaussian_log_likelihood(rss, w)
    return LinearFit(
        estimate=estimate,
        vcov=sigma2 * bread,
        std_error=std_error,
        statistic=statistic,
        p_value=2 * stats.t.sf(np.abs(statistic), n - k),
        fitted=fitted,
        residuals=residuals,
        bread=bread,
        sigma2=sigma2,
        r2=1 - rss / tss if tss > 0 else np.nan,
        adj_r2=1 - sigma2 / (tss / (n - constant)) if tss > 0 else np.nan,
        f_statistic=f_value,
        f_p_value=float(stats.f.sf(f_value, f_df, n - k)) if f_df else np.nan,
        f_df=f_df,
        log_likelihood=log_likelihood,
        aic=2 * (k + 1) - 2 * log_likelihood,
        bic=float(np.log(n)) * (k + 1) - 2 * log_likelihood,
        n_obs=n,
        df_residual=n - k,
    )


def checked_model(
    y: NDArray[np.float64], X: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return outcome, design and weights (ones where none are given) as floats, or raise what makes them unusable."""
    y, X = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(y) == len(X) == len(w):
        raise StatisticsError("stats.lengths_differ", n_first=len(y), n_second=len(X))
    if not (np.isfinite(y).all() and np.isfinite(X).all() and np.isfinite(w).all()):
        raise StatisticsError("stats.not_finite")
    if np.any(w <= 0):
        raise StatisticsError("stats.weights_not_positive", n_rows=int(np.sum(w <= 0)))
    n, k = X.shape
    if n <= k:
        raise StatisticsError("stats.no_residual_df", n_obs=n, n_params=k)
    if aliased := aliased_columns(X):
        raise StatisticsError("stats.rank_deficient", columns=aliased)
    return y, X, w


def aliased_columns(X: NDArray[np.float64]) -> list[int]:
    """Return the indices of columns that the columns before them already determine."""
    basis = np.empty((len(X), 0))
    aliased = []
    for index, column in enumerate(X.T):
        rest = column
        for _ in range(2):  # once more, for what rounding left in
            rest = rest - basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        if length <= ALIAS_TOLERANCE * np.linalg.norm(column):
            aliased.append(index)
        else:
            basis = np.column_stack([basis, rest / length])
    return aliased


def _has_constant(X: NDArray[np.float64]) -> bool:
    ones = np.ones(len(X))
    rest = ones - X @ np.linalg.lstsq(X, ones)[0]
    return bool(np.linalg.norm(rest) < ALIAS_TOLERANCE * np.sqrt(len(X)))


def _gaussian_log_likelihood(rss: float, weights: NDArray[np.float64]) -> float:
    n = len(weights)
    if rss <= 0:
        return np.inf
    return float(0.5 * (np.sum(np.log(weights)) - n * (np.log(2 * np.pi * rss / n) + 1)))


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
