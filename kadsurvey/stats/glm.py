"""Generalised linear models of shares, yes or no, and counts, with cluster-robust inference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.cluster import ClusterKind, ClusterRobust, cluster_robust_iterated
from kadsurvey.stats.linear import checked_model
from kadsurvey.stats.separation import separating_columns

Array: TypeAlias = NDArray[np.float64]
GlmFamily: TypeAlias = Literal["logit", "fractional", "poisson"]
GLM_FAMILIES: tuple[GlmFamily, ...] = get_args(GlmFamily)

MOST_ITERATIONS = 100
# Change of a coefficient, absolute and relative, at which the iterations end; they converge quadratically.
COEFFICIENT_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class GlmFit:
    """A generalised linear model with its canonical link.

    Attributes
    ----------
    family : str
        ``logit``, ``fractional`` or ``poisson``.
    estimate : ndarray, shape (k,)
        Coefficients, in the order of the design's columns; log odds or log rates.
    vcov : ndarray, shape (k, k)
        Inverse of the information times ``dispersion``: independent rows.
    fitted, residuals : ndarray, shape (n_obs,)
        Expected outcome, and the outcome less it.
    linear_predictor, working_weights : ndarray, shape (n_obs,)
        With the log of the exposure in it; the family's variance at ``fitted``.
    dispersion : float
        Pearson chi-square over ``df_residual`` for ``fractional``, otherwise 1.
    log_likelihood, aic, bic : float
        NaN for ``fractional``, which is no likelihood.
    deviance : float
    pseudo_r2 : float
        McFadden's, against a constant with the same exposure; for ``fractional`` the squared correlation of outcome and
        fitted, NaN where all fitted are equal.
    n_obs, df_residual : int
        Rows; rows less columns.
    converged : bool
    design : ndarray, shape (n_obs, k)
        As given.
    """

    family: GlmFamily
    estimate: Array
    vcov: Array
    fitted: Array
    residuals: Array
    linear_predictor: Array
    working_weights: Array
    dispersion: float
    log_likelihood: float
    aic: float
    bic: float
    deviance: float
    pseudo_r2: float
    n_obs: int
    df_residual: int
    converged: bool
    design: Array = field(repr=False)


def fit_glm(y: Array, X: Array, *, family: GlmFamily, exposure: Array | None = None) -> GlmFit:
    """Fit a logistic, fractional logit or Poisson regression by iterated weighted least squares.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        0 or 1 for ``logit``; within [0, 1] for ``fractional``; counts for ``poisson``.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.
    family : {"logit", "fractional", "poisson"}
        Fractional is the binomial quasi-likelihood: the mean must be right, the variance need not be.
    exposure : ndarray, shape (n_obs,), optional
        What the counts are out of, such as months or members; positive, ``poisson`` only.

    Returns
    -------
    GlmFit

    Raises
    ------
    StatisticsError
        As `fit_ols`; ``stats.outcome_not_binary``, ``stats.outcome_not_share``, ``stats.outcome_not_count``,
        ``stats.constant_outcome``, ``stats.exposure_not_positive``, ``stats.exposure_without_counts``;
        ``stats.separation`` with the indices of the ``columns`` that predict outcomes perfectly.
    ArgumentError
        ``stats.unknown_option``.

    References
    ----------
    McCullagh & Nelder (1989), Generalized linear models; Papke & Wooldridge (1996), Journal of Applied Econometrics
    11(6), 619-632; McFadden (1974), in Zarembka, Frontiers in econometrics, 105-142.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> fit = fit_glm(np.array([1.0, 2, 3, 4, 4, 4]), X, family="poisson")
    >>> np.exp(fit.estimate).round(3).tolist()
    [2.0, 2.0]
    """
    y, X, offset = _checked(y, X, family, exposure)
    estimate, converged = _iterate(y, X, family, offset)
    linear = X @ estimate + offset
    fitted, variance, _ = moments(linear, family)
    n, k = X.shape
    fractional = family == "fractional"
    dispersion = float(np.sum((y - fitted) ** 2 / variance)) / (n - k) if fractional else 1.0
    log_likelihood = np.nan if fractional else _log_likelihood(y, fitted, family)
    return GlmFit(
        family=family,
        estimate=estimate,
        vcov=dispersion * np.asarray(np.linalg.inv((X * variance[:, None]).T @ X)),
        fitted=fitted,
        residuals=y - fitted,
        linear_predictor=linear,
        working_weights=variance,
        dispersion=dispersion,
        log_likelihood=log_likelihood,
        aic=2 * k - 2 * log_likelihood,
        bic=float(np.log(n)) * k - 2 * log_likelihood,
        deviance=_deviance(y, fitted, family),
        pseudo_r2=_pseudo_r2(y, fitted, family, offset, log_likelihood),
        n_obs=n,
        df_residual=n - k,
        converged=converged,
        design=X,
    )


def glm_cluster_robust(fit: GlmFit, clusters: NDArray[Any], *, kind: ClusterKind = "CR2") -> ClusterRobust:
    """Estimate the covariance of a fit from the residuals of whole clusters, as clubSandwich does for ``glm``.

    The working model is the family's variance, from the working weights; degrees of freedom are Satterthwaite's.

    Parameters
    ----------
    fit : GlmFit
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row; one row a cluster for independent rows (HC0, HC2 and HC3).
    kind : {"CR2", "CR0", "CR1", "CR1S", "CR3"}
        As `cluster_robust`.

    Returns
    -------
    ClusterRobust

    Raises
    ------
    StatisticsError
        ``stats.lengths_differ``, ``stats.single_cluster``, ``stats.cluster_determined``.

    References
    ----------
    Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> fit = fit_glm(np.array([1.0, 2, 3, 4, 6, 8]), X, family="poisson")
    >>> robust = glm_cluster_robust(fit, np.arange(6))
    >>> robust.std_error.round(3).tolist()
    [0.289, 0.347]
    """
    return cluster_robust_iterated(
        fit.estimate,
        fit.design,
        clusters,
        residuals=fit.residuals / fit.working_weights,
        weights=fit.working_weights,
        kind=kind,
    )


def moments(linear: Array, family: GlmFamily) -> tuple[Array, Array, Array]:
    """Return the mean and its first two derivatives by the linear predictor; the first is also the variance."""
    if family == "poisson":
        mean = np.exp(linear)
        return mean, mean, mean
    mean, other = special.expit(linear), special.expit(-linear)
    return mean, mean * other, mean * other * (other - mean)


def _iterate(y: Array, X: Array, family: GlmFamily, offset: Array) -> tuple[Array, bool]:
    import warnings

    from statsmodels.genmod.families import Binomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    model = GLM(y, X, family=Poisson() if family == "poisson" else Binomial(), offset=offset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said by `converged`, and by the checks made before
        found = model.fit(
            maxiter=MOST_ITERATIONS, tol=COEFFICIENT_TOLERANCE, rtol=COEFFICIENT_TOLERANCE, tol_criterion="params"
        )
    return np.asarray(found.params, dtype=np.float64), bool(found.converged)


def _log_likelihood(y: Array, mean: Array, family: GlmFamily) -> float:
    if family == "poisson":
        return float(np.sum(special.xlogy(y, mean) - mean - special.gammaln(y + 1)))
    return float(np.sum(special.xlogy(y, mean) + special.xlog1py(1 - y, -mean)))


def _deviance(y: Array, mean: Array, family: GlmFamily) -> float:
    return 2 * (_log_likelihood(y, y, family) - _log_likelihood(y, mean, family))


def _pseudo_r2(y: Array, fitted: Array, family: GlmFamily, offset: Array, log_likelihood: float) -> float:
    if family == "fractional":
        return float(np.corrcoef(y, fitted)[0, 1] ** 2) if np.ptp(fitted) > 0 else np.nan
    share = np.exp(offset)  # one but for counts
    null = share * y.sum() / share.sum()
    return 1 - log_likelihood / _log_likelihood(y, null, family)


def _checked(y: Array, X: Array, family: GlmFamily, exposure: Array | None) -> tuple[Array, Array, Array]:
    """Return outcome, design and offset as floats, or raise what makes them unusable."""
    if family not in GLM_FAMILIES:
        raise ArgumentError("stats.unknown_option", given=family, known=list(GLM_FAMILIES))
    y, X, _ = checked_model(y, X, None)
    _check_range(y, family)
    offset = _offset(len(y), family, exposure)
    if np.ptp(y) == 0:
        raise StatisticsError("stats.constant_outcome", value=float(y[0]))
    top = np.inf if family == "poisson" else 1.0
    open_ended = (y == 0) | (y == top)
    sign = np.where(y == top, 1.0, -1.0)[:, None]
    predictors = np.flatnonzero(np.ptp(X, axis=0)).tolist()
    separating = separating_columns((sign * X)[open_ended], X[~open_ended], among=predictors)
    if separating is not None:
        raise StatisticsError("stats.separation", columns=separating)
    return y, X, offset


def _check_range(y: Array, family: GlmFamily) -> None:
    match family:
        case "logit":
            bad = (y != 0) & (y != 1)
            code = "stats.outcome_not_binary"
        case "fractional":
            bad = (y < 0) | (y > 1)
            code = "stats.outcome_not_share"
        case "poisson":
            bad = (y < 0) | (y != np.floor(y))
            code = "stats.outcome_not_count"
    if bad.any():
        raise StatisticsError(code, n_rows=int(bad.sum()), value=float(y[bad][0]))


def _offset(n_obs: int, family: GlmFamily, exposure: Array | None) -> Array:
    if exposure is None:
        return np.zeros(n_obs)
    if family != "poisson":
        raise StatisticsError("stats.exposure_without_counts", family=family)
    exposure = np.asarray(exposure, dtype=np.float64)
    if len(exposure) != n_obs:
        raise StatisticsError("stats.lengths_differ", n_first=n_obs, n_second=len(exposure))
    if not (np.isfinite(exposure).all() and np.all(exposure > 0)):
        raise StatisticsError("stats.exposure_not_positive", n_rows=int(np.sum(~(exposure > 0) | np.isinf(exposure))))
    return np.log(exposure)
