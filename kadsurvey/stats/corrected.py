"""Slopes on what scores measure: without the attenuation by measurement error or by small clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.jackknife import Jackknife, delete_one
from kadsurvey.stats.linear import fit_ols
from kadsurvey.stats.ml_factor import MlFactor, ml_factor
from kadsurvey.workers import spread

Array: TypeAlias = NDArray[np.float64]
Scaling: TypeAlias = Literal["std", "marker"]
Reason: TypeAlias = Literal["heywood", "not_converged", "not_positive_definite", "unreliable", "too_few_clusters"]
SCALINGS: tuple[Scaling, ...] = get_args(Scaling)

SMALLEST_EIGENVALUE = 1e-6
"""Corrected correlations of predictors with a smaller eigenvalue are no basis for slopes."""


@dataclass(frozen=True, slots=True)
class CorrectedSlopes:
    """Slopes of an outcome on factors, corrected for the measurement error of the factors' scores.

    Attributes
    ----------
    slopes : ndarray, shape (q,)
        Factors in the order of their blocks, then covariates; NaN where there is a ``reason``.
    intercept : float
        At factors of zero.
    naive_slopes, naive_intercept : ndarray, shape (q,); float
        Of ordinary least squares on the scores, in the same units.
    reliability : ndarray, shape (q,)
        Variance of the factor over variance of its score; 1 for covariates.
    covariance : ndarray, shape (q, q)
        Corrected covariance of factors and covariates, divided by the rows.
    models : tuple of MlFactor
        One a block.
    scaling : {"std", "marker"}
    reason : {"heywood", "not_converged", "not_positive_definite"} or None
        Why the slopes are withheld.
    n_obs : int
    """

    slopes: Array
    intercept: float
    naive_slopes: Array
    naive_intercept: float
    reliability: Array
    covariance: Array
    models: tuple[MlFactor, ...]
    scaling: Scaling
    reason: Reason | None
    n_obs: int


def corrected_slopes(
    blocks: Sequence[ArrayLike], y: ArrayLike, *, covariates: ArrayLike | None = None, scaling: Scaling = "std"
) -> CorrectedSlopes:
    """Regress an outcome on factors by way of their Bartlett scores, the scores' error variance taken out.

    Parameters
    ----------
    blocks : sequence of array_like, shape (n_obs, n_items)
        Items of each factor, three or more, keyed in one direction, nothing missing.
    y : array_like, shape (n_obs,)
        Outcome. Random error in it does not bias the slopes, so a Bartlett score of a latent outcome may stand here.
    covariates : array_like, shape (n_obs,) or (n_obs, n_covariates), optional
        Observed without error.
    scaling : {"std", "marker"}
        Unit of a factor: its standard deviation (divided by the rows); or that of its first item, whose loading is then
        1, as in lavaan's ``sam``. The sign of a factor is that of the sum of its loadings, with a marker that of the
        first item.

    Returns
    -------
    CorrectedSlopes

    Raises
    ------
    StatisticsError
        ``stats.too_few_factors`` without a block, ``stats.lengths_differ``, ``stats.not_finite``; what `ml_factor` and,
        on the scores, `fit_ols` raise.
    ArgumentError
        ``stats.unknown_option``.

    Notes
    -----
    Bartlett's weights A have A Lambda = 1, so the score F has the covariances of its factor, and its variance exceeds
    the factor's by A Theta A' alone. Each block is fitted by itself (local structural after measurement).

    References
    ----------
    Croon (2002), in Marcoulides & Moustaki (eds), Latent variable and latent structure models, 195-223. Skrondal &
    Laake (2001), Psychometrika 66, 563-575. Rosseel & Loh (2022), Psychological Methods,
    https://doi.org/10.1037/met0000503.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> factor = rng.normal(size=2000)
    >>> items = factor[:, None] + rng.normal(size=(2000, 4))
    >>> found = corrected_slopes([items], factor + rng.normal(size=2000))  # the true slope is 1
    >>> found.slopes.round(2).tolist(), found.naive_slopes.round(2).tolist()
    ([1.03], [0.83])
    """
    if scaling not in SCALINGS:
        raise ArgumentError("stats.unknown_option", given=scaling, known=list(SCALINGS))
    outcome = np.asarray(y, dtype=np.float64)
    items = [columns_of(block, len(outcome)) for block in blocks]
    if not items:
        raise StatisticsError("stats.too_few_factors", n_factors=0)
    models = tuple(ml_factor(np.atleast_2d(np.cov(block.T, bias=True)), n_obs=len(block)) for block in items)
    units = np.array([model.loadings[0] if scaling == "marker" else 1.0 for model in models])
    scores = [(block - block.mean(axis=0)) @ model.weights for block, model in zip(items, models, strict=True)]
    predictors = np.column_stack([np.column_stack(scores) * units, columns_of(covariates, len(outcome))])
    naive = fit_ols(outcome, np.column_stack([np.ones(len(outcome)), predictors]))

    centred = predictors - predictors.mean(axis=0)
    observed = centred.T @ centred / len(outcome)
    error = np.zeros(len(observed))
    error[: len(models)] = [model.error_variance for model in models] * units**2
    covariance = observed - np.diag(error)
    reason = _reason(models, covariance)
    slopes = solved(covariance, centred.T @ (outcome - outcome.mean()) / len(outcome), reason)
    return CorrectedSlopes(
        slopes=slopes,
        intercept=float(outcome.mean() - predictors.mean(axis=0) @ slopes),
        naive_slopes=naive.estimate[1:],
        naive_intercept=float(naive.estimate[0]),
        reliability=covariance.diagonal() / observed.diagonal(),
        covariance=covariance,
        models=models,
        scaling=scaling,
        reason=reason,
        n_obs=len(outcome),
    )


def corrected_jackknife(
    estimate_without: Callable[[int], ArrayLike], *, estimate: ArrayLike, n_clusters: int, confidence: float = 0.95
) -> Jackknife:
    """Return delete-one-cluster errors and intervals of corrected estimates.

    Parameters
    ----------
    estimate_without : callable
        Given the number of a cluster, from 0, returns the estimates, shape (k,), made without it: everything again,
        factor model and scores as well. NaN, or a StatisticsError, where they are undefined.
    estimate : array_like, shape (k,)
        From all clusters; where none is defined, no replicate is made.
    n_clusters : int
    confidence : float, default 0.95

    Returns
    -------
    Jackknife
        Error and limits are NaN for what is undefined in any replicate.

    Raises
    ------
    StatisticsError
        ``stats.single_cluster``.

    References
    ----------
    As `kadsurvey.stats.jackknife.delete_one`.

    Examples
    --------
    >>> import numpy as np
    >>> means = np.array([1.0, 2.0, 3.0])
    >>> found = corrected_jackknife(lambda left: [np.delete(means, left).mean()], estimate=[2.0], n_clusters=3)
    >>> round(float(found.std_error[0]), 4)
    0.5774
    """
    whole = np.asarray(estimate, dtype=np.float64)
    replicates = np.full((n_clusters, len(whole)), np.nan)
    if np.isfinite(whole).any() and n_clusters > 1:

        def without(left_out: int) -> ArrayLike:
            try:
                return estimate_without(left_out)
            except StatisticsError:
                return np.full(len(whole), np.nan)

        replicates[:] = spread(without, range(n_clusters))
    return delete_one(whole, replicates, confidence=confidence)


def columns_of(values: ArrayLike | None, n_rows: int) -> Array:
    """Return finite columns of this many rows; none where nothing is given."""
    if values is None:
        return np.empty((n_rows, 0))
    found = np.asarray(values, dtype=np.float64)
    if len(found) != n_rows:
        raise StatisticsError("stats.lengths_differ", n_first=len(found), n_second=n_rows)
    if not np.isfinite(found).all():
        raise StatisticsError("stats.not_finite")
    return found[:, None] if found.ndim == 1 else found


def factor_reason(models: Sequence[MlFactor]) -> Literal["heywood", "not_converged"] | None:
    """Return why scores of these factor models are no basis for a correction; None where they are."""
    if any(model.heywood for model in models):
        return "heywood"
    return None if all(model.converged for model in models) else "not_converged"


def _reason(models: Sequence[MlFactor], covariance: Array) -> Reason | None:
    if improper := factor_reason(models):
        return improper
    return None if is_positive_definite(covariance) else "not_positive_definite"


def is_positive_definite(covariance: Array) -> bool:
    """Tell whether the correlations are, so that units do not matter."""
    variances = covariance.diagonal()
    if np.any(variances <= 0):
        return False
    scale = np.sqrt(variances)
    return bool(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > SMALLEST_EIGENVALUE)


def solved(covariance: Array, toward: Array, reason: Reason | None) -> Array:
    if reason is not None:
        return np.full(len(toward), np.nan)
    return np.asarray(np.linalg.solve(covariance, toward), dtype=np.float64)
