"""Linear models with random intercepts of clusters, or of clusters within clusters, by REML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear import checked_model, fit_ols

Array: TypeAlias = NDArray[np.float64]

# A standard deviation below this share of the residual one counts as zero (lme4's rule for a singular fit).
SINGULAR = 1e-4
# Largest standard deviation looked for, in residual ones.
LARGEST_RATIO = 1000.0
# Slope of the deviance per unit of ratio that may be left at the optimum.
LARGEST_SLOPE = 1e-2
# Step of the numerical derivatives, as share of the parameter and at the least.
STEP, LEAST_STEP = 1e-3, 1e-4


@dataclass(frozen=True, slots=True)
class MixedFit:
    """A model with random intercepts.

    Attributes
    ----------
    estimate, std_error, statistic, df, p_value : ndarray, shape (k,)
        Fixed coefficients, standard errors, t values, Satterthwaite degrees of freedom, two-sided p.
    vcov : ndarray, shape (k, k)
        Covariance of the fixed coefficients.
    variances : tuple of float
        Of the clusters, of the clusters within (where given), and residual.
    icc : tuple of float
        Each variance's share of their sum, in the same order.
    r2_marginal, r2_conditional : float
        Share of variance due to the predictors; due to predictors and clusters (Nakagawa).
    singular : bool
        True where a cluster variance is estimated as zero: the data show no difference between those clusters.
    converged : bool
        False where the search stopped on a slope or at its limit.
    log_likelihood, aic : float
        Restricted; comparable only between models of the same predictors.
    n_obs : int
        Rows.
    n_clusters : tuple of int
        Clusters, and clusters within where given.
    """

    estimate: Array
    std_error: Array
    statistic: Array
    df: Array
    p_value: Array
    vcov: Array
    variances: tuple[float, ...]
    icc: tuple[float, ...]
    r2_marginal: float
    r2_conditional: float
    singular: bool
    converged: bool
    log_likelihood: float
    aic: float
    n_obs: int
    n_clusters: tuple[int, ...]

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Return the confidence limits, low and high, each of shape (k,)."""
        half = stats.t.ppf(0.5 + level / 2, self.df) * self.std_error
        return self.estimate - half, self.estimate + half


def random_intercepts(y: Array, X: Array, clusters: NDArray[Any], *, within: NDArray[Any] | None = None) -> MixedFit:
    """Fit a linear model with random intercepts by restricted maximum likelihood.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row.
    within : ndarray, shape (n_obs,), optional
        Label of the smaller cluster inside the cluster; equal labels in two clusters are two smaller clusters.

    Returns
    -------
    MixedFit

    Raises
    ------
    StatisticsError
        As `kadsurvey.stats.linear.fit_ols`; ``stats.single_cluster``; ``stats.levels_coincide`` where every cluster
        has one row, or one smaller cluster; ``stats.no_residual_variance``.

    References
    ----------
    Bates, Machler, Bolker & Walker (2015), Journal of Statistical Software 67(1). Satterthwaite's method as in
    Kuznetsova, Brockhoff & Christensen (2017), Journal of Statistical Software 82(13). Nakagawa & Schielzeth (2013),
    Methods in Ecology and Evolution 4, 133-142.
    """
    y, X, _ = checked_model(y, X, None)
    outer, inner, n_levels = _nesting(np.asarray(clusters), within, len(y))
    criterion = _Criterion.of(y, X, outer, inner, n_levels)
    ratios, converged = _search(criterion)
    gamma, information, rss, _ = criterion.solve(ratios)
    sigma = float(np.sqrt(rss / (criterion.n_obs - criterion.n_params)))
    variances = tuple((criterion.scale * sigma * np.append(ratios, 1.0)) ** 2)
    total = sum(variances)

    estimate = criterion.origin + criterion.scale * criterion.back @ gamma
    vcov = (criterion.scale * sigma) ** 2 * criterion.back @ np.linalg.inv(information) @ criterion.back.T
    std_error = np.sqrt(np.diag(vcov))
    df = _satterthwaite(criterion, ratios, sigma)
    explained = float(np.var(X @ estimate, ddof=1))
    log_likelihood = -0.5 * criterion.deviance(ratios)
    return MixedFit(
        estimate=estimate,
        std_error=std_error,
        statistic=estimate / std_error,
        df=df,
        p_value=np.asarray(2 * stats.t.sf(np.abs(estimate / std_error), df)),
        vcov=vcov,
        variances=variances,
        icc=tuple(variance / total for variance in variances),
        r2_marginal=explained / (explained + total),
        r2_conditional=(explained + total - variances[-1]) / (explained + total),
        singular=bool(np.any(ratios < SINGULAR)),
        converged=converged,
        log_likelihood=log_likelihood,
        aic=2 * (X.shape[1] + n_levels + 1) - 2 * log_likelihood,
        n_obs=len(y),
        n_clusters=(int(outer.max()) + 1, int(inner.max()) + 1)[:n_levels],
    )


def restricted_icc(values: Array, clusters: NDArray[Any], *, confidence: float = 0.95) -> tuple[float, float, float]:
    """Estimate the intraclass correlation by REML, with the limits inside which the likelihood ratio is not too small.

    Parameters
    ----------
    values : ndarray, shape (n_obs,)
    clusters : ndarray, shape (n_obs,)
    confidence : float, default 0.95

    Returns
    -------
    tuple of float
        Estimate, low (zero where zero is not refused) and high.

    Raises
    ------
    StatisticsError
        As `random_intercepts`.

    Notes
    -----
    The limits take the ratio as chi-square with one degree of freedom; approximate, and wider than needed where the
    correlation is near zero.
    """
    y, X, _ = checked_model(values, np.ones((len(values), 1)), None)
    outer, inner, n_levels = _nesting(np.asarray(clusters), None, len(y))
    criterion = _Criterion.of(y, X, outer, inner, n_levels)

    def deviance(icc: float) -> float:
        return criterion.deviance(np.array([np.sqrt(icc / (1 - icc))]))

    largest = LARGEST_RATIO**2 / (1 + LARGEST_RATIO**2)
    inside = optimize.minimize_scalar(deviance, bounds=(0.0, largest), method="bounded", options={"xatol": 1e-9})
    best = min((0.0, float(inside.x), largest), key=deviance)
    allowed = deviance(best) + float(stats.chi2.ppf(confidence, 1))

    def excess(icc: float) -> float:
        return deviance(icc) - allowed

    low = 0.0 if excess(0.0) <= 0 else optimize.brentq(excess, 0.0, best, xtol=1e-12)
    high = 1.0 if excess(largest) <= 0 else optimize.brentq(excess, best, largest, xtol=1e-12)
    return best, float(low), float(high)


@dataclass(frozen=True, slots=True)
class _Criterion:
    """The REML deviance as a function of the ratios of cluster to residual standard deviations.

    Rows enter only through their sums in each cluster. The design is orthonormalised and the outcome replaced by its
    scaled least-squares residuals, so that neither units nor means cost digits.
    """

    products: Array  # (k + 1, k + 1): of design and outcome over all rows
    sums: Array  # (smallest clusters, k + 1)
    sizes: Array  # (smallest clusters,)
    outer_of: NDArray[np.intp]  # (smallest clusters,): the cluster each lies in
    n_levels: int
    n_obs: int
    origin: Array  # least-squares coefficients
    back: Array  # from orthonormal to given design
    scale: float

    @classmethod
    def of(cls, y: Array, X: Array, outer: NDArray[np.intp], inner: NDArray[np.intp], n_levels: int) -> _Criterion:
        fit = fit_ols(y, X)
        scale = float(np.sqrt(fit.sigma2))
        if not scale > 1e-12 * float(np.sqrt(np.mean(y**2))):
            raise StatisticsError("stats.no_residual_variance")
        Q, R = np.linalg.qr(X)
        rows = np.column_stack([Q, fit.residuals / scale])
        sums = np.zeros((inner.max() + 1, rows.shape[1]))
        np.add.at(sums, inner, rows)
        outer_of = np.zeros(len(sums), dtype=np.intp)
        outer_of[inner] = outer
        sizes = np.bincount(inner).astype(np.float64)
        back = np.asarray(np.linalg.inv(R))
        return cls(rows.T @ rows, sums, sizes, outer_of, n_levels, len(y), fit.estimate, back, scale)

    @property
    def n_params(self) -> int:
        return len(self.origin)

    def solve(self, ratios: Array) -> tuple[Array, Array, float, float]:
        """Return coefficients, information matrix, residual sum of squares and log determinant of the covariance."""
        outer = float(ratios[0]) ** 2
        inner = float(ratios[1]) ** 2 if self.n_levels == 2 else 0.0
        kept = 1 / (1 + inner * self.sizes)
        products = self.products - (self.sums * (inner * kept)[:, None]).T @ self.sums
        outer_sums = np.zeros((self.outer_of.max() + 1, self.sums.shape[1]))
        np.add.at(outer_sums, self.outer_of, self.sums * kept[:, None])
        outer_sizes = np.bincount(self.outer_of, self.sizes * kept)
        products = products - (outer_sums * (outer / (1 + outer * outer_sizes))[:, None]).T @ outer_sums
        log_det = float(np.sum(np.log1p(inner * self.sizes)) + np.sum(np.log1p(outer * outer_sizes)))
        k = self.n_params
        information, cross = products[:k, :k], products[:k, k]
        gamma = np.linalg.solve(information, cross)
        return gamma, information, float(products[k, k] - cross @ gamma), log_det

    def deviance(self, ratios: Array, sigma: float | None = None) -> float:
        """Return minus twice the restricted log likelihood, profiled over sigma where none is given."""
        _, information, rss, log_det = self.solve(ratios)
        left = self.n_obs - self.n_params
        units = 2 * left * np.log(self.scale) - 2 * float(np.linalg.slogdet(self.back)[1])
        shape = log_det + float(np.linalg.slogdet(information)[1]) + units
        if sigma is None:
            return float(shape + left * (1 + np.log(2 * np.pi * rss / left)))
        return float(shape + left * np.log(2 * np.pi * sigma**2) + rss / sigma**2)


def _nesting(
    clusters: NDArray[Any], within: NDArray[Any] | None, n_obs: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return the codes of the clusters and of the smallest clusters, and the number of levels."""
    labels, outer = np.unique(clusters, return_inverse=True)
    if len(outer) != n_obs:
        raise StatisticsError("stats.lengths_differ", n_first=n_obs, n_second=len(outer))
    if len(labels) < 2:
        raise StatisticsError("stats.single_cluster")
    inner = outer
    if within is not None:
        parts, part = np.unique(np.asarray(within), return_inverse=True)
        if len(part) != n_obs:
            raise StatisticsError("stats.lengths_differ", n_first=n_obs, n_second=len(part))
        inner = np.unique(outer * len(parts) + part, return_inverse=True)[1]
    n_inner = int(inner.max()) + 1
    if n_inner == n_obs or (within is not None and n_inner == len(labels)):
        raise StatisticsError("stats.levels_coincide", n_clusters=len(labels), n_within=n_inner, n_obs=n_obs)
    return outer.astype(np.intp), inner.astype(np.intp), 1 if within is None else 2


def _search(criterion: _Criterion) -> tuple[Array, bool]:
    """Return the ratios of the lowest deviance, from several starts, and whether it is flat there."""
    levels = criterion.n_levels
    starts = [[1.0, 1.0], [0.2, 0.2], [2.0, 0.1], [0.1, 2.0]]
    found = [
        optimize.minimize(
            criterion.deviance,
            np.array(start[:levels]),
            method="L-BFGS-B",
            bounds=[(0.0, LARGEST_RATIO)] * levels,
            options={"ftol": 1e-14, "gtol": 1e-7},
        )
        for start in starts
    ]
    ratios = np.asarray(min(found, key=lambda one: float(one.fun)).x, dtype=np.float64)
    inside = ratios > SINGULAR
    slopes = np.abs(_gradient(lambda at: np.array([criterion.deviance(at)]), ratios, inside)[:, 0])
    return ratios, bool(np.all(ratios < LARGEST_RATIO) and np.all(slopes < LARGEST_SLOPE))


def _satterthwaite(criterion: _Criterion, ratios: Array, sigma: float) -> Array:
    """Return degrees of freedom that match two moments of each coefficient's estimated variance.

    Ratios at zero are taken as known, because the deviance has no second derivative there.
    """
    at = np.append(ratios, sigma)
    free = np.append(ratios >= SINGULAR, True)

    def deviance(point: Array) -> float:
        return criterion.deviance(point[:-1], float(point[-1]))

    def variance(point: Array) -> Array:
        information = criterion.solve(point[:-1])[1]
        inverse = criterion.back @ np.linalg.inv(information) @ criterion.back.T
        return np.asarray(point[-1] ** 2 * np.diag(inverse))

    covariance = 2 * np.linalg.inv(_hessian(deviance, at, free))
    gradient = _gradient(variance, at, free)
    return np.asarray(2 * variance(at) ** 2 / np.einsum("ir,ij,jr->r", gradient, covariance, gradient))


def _steps(at: Array, free: NDArray[np.bool_]) -> Array:
    """Return one step a free coordinate, as rows."""
    return np.diag(np.maximum(STEP * np.abs(at), LEAST_STEP))[free]


def _gradient(function: Callable[[Array], Array], at: Array, free: NDArray[np.bool_]) -> Array:
    rows = [(function(at + step) - function(at - step)) / (2 * step.sum()) for step in _steps(at, free)]
    return np.array(rows).reshape(len(rows), len(function(at)))


def _hessian(function: Callable[[Array], float], at: Array, free: NDArray[np.bool_]) -> Array:
    steps = _steps(at, free)
    hessian = np.empty((len(steps), len(steps)))
    for i, a in enumerate(steps):
        for j, b in enumerate(steps):
            corners = function(at + a + b) - function(at + a - b) - function(at - a + b) + function(at - a - b)
            hessian[i, j] = corners / (4 * a.sum() * b.sum())
    return hessian
