"""Regression on factors in two steps: each measured by itself, then the slopes, whose errors know of the first step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import block_diag

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.corrected import Reason, columns_of, factor_reason, is_positive_definite
from kadsurvey.stats.least_squares import inverse_information
from kadsurvey.stats.ml_factor import MlFactor, ml_factor
from kadsurvey.stats.normal_sample import complete_information, moment_pairs

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TwoStep:
    """Slopes of an outcome on factors and covariates.

    Attributes
    ----------
    slopes, std_errors : ndarray, shape (q,)
        Factors in the order of their blocks, then covariates; a factor's unit is that of its first item, and so is a
        latent outcome's. NaN where there is a ``reason``.
    standard, standard_errors : ndarray, shape (q,)
        The same per standard deviation of a factor, and in standard deviations of a latent outcome.
    r_squared : float
        Of the outcome, a latent one without its measurement error.
    covariance : ndarray, shape (q + 1, q + 1)
        Of factors, covariates and the outcome, divided by the rows.
    models : tuple of MlFactor
        One a block, a latent outcome's last.
    reason : {"heywood", "not_converged", "not_positive_definite"} or None
        Why the slopes are withheld.
    n_obs : int
    """

    slopes: Array
    std_errors: Array
    standard: Array
    standard_errors: Array
    r_squared: float
    covariance: Array
    models: tuple[MlFactor, ...]
    reason: Reason | None
    n_obs: int


def two_step(blocks: Sequence[ArrayLike], outcome: ArrayLike, *, covariates: ArrayLike | None = None) -> TwoStep:
    """Regress an outcome on factors: one-factor models first, then slopes from the covariances these imply.

    Parameters
    ----------
    blocks : sequence of array_like, shape (n_obs, n_items)
        Items of each factor, three or more, keyed in one direction, nothing missing.
    outcome : array_like, shape (n_obs,) or (n_obs, n_items)
        Observed without error, or the items of a latent outcome, three or more.
    covariates : array_like, shape (n_obs,) or (n_obs, n_covariates), optional
        Observed without error.

    Raises
    ------
    StatisticsError
        ``stats.too_few_factors`` without a block, ``stats.lengths_differ``, ``stats.not_finite``,
        ``stats.model_not_identified``; what `ml_factor` raises.

    Notes
    -----
    The errors take rows as independent and answers as normal. With theta_1 of the measurement models and theta_2 of
    the structure, they are those of ``I22^-1 + I22^-1 I21 V11 I12 I22^-1``, I the expected information of the model as
    a whole.

    References
    ----------
    Rosseel & Loh (2022), Psychological Methods, https://doi.org/10.1037/met0000503. Equal to lavaan ``sam`` with
    ``sam.method = "local"`` and ``se = "twostep"``.
    """
    y = np.asarray(outcome, dtype=np.float64)
    latent = y.ndim == 2
    items = [columns_of(block, len(y)) for block in [*blocks, *([y] if latent else [])]]
    if len(items) == latent:
        raise StatisticsError("stats.too_few_factors", n_factors=0)
    observed = np.column_stack([columns_of(covariates, len(y)), *([] if latent else [columns_of(y, len(y))])])
    values = np.column_stack([*items, observed])
    S = np.atleast_2d(np.cov(values.T, bias=True))
    ends = np.cumsum([0, *(block.shape[1] for block in items)])
    places = [np.arange(first, last) for first, last in pairwise(ends)]
    models = tuple(ml_factor(S[np.ix_(own, own)], n_obs=len(y)) for own in places)
    order = _order(len(items), observed.shape[1], latent=latent)
    V = _covariances(S, places, models)[np.ix_(order, order)]
    reason = factor_reason(models) or (None if is_positive_definite(V) else "not_positive_definite")
    q = len(V) - 1
    if reason is not None:
        nothing = np.full(q, np.nan)
        return TwoStep(nothing, nothing, nothing, nothing, float("nan"), V, models, reason, len(y))
    slopes = np.asarray(np.linalg.solve(V[:q, :q], V[:q, q]), dtype=np.float64)
    explained = float(slopes @ V[:q, :q] @ slopes)
    vcov = _structural_covariance(places, models, V, order, slopes, n_obs=len(y))
    own = q * (q + 1) // 2 + np.arange(q)
    unit = np.where(np.arange(q) < len(blocks), np.sqrt(V.diagonal()[:q]), 1.0)
    spread = float(np.sqrt(V[q, q])) if latent else 1.0
    by = _standard_slopes(V, slopes, len(blocks), latent=latent)
    return TwoStep(
        slopes=slopes,
        std_errors=np.sqrt(vcov.diagonal()[own]),
        standard=slopes * unit / spread,
        standard_errors=np.sqrt(np.einsum("qa,ab,qb->q", by, vcov, by)),
        r_squared=explained / float(V[q, q]),
        covariance=V,
        models=models,
        reason=None,
        n_obs=len(y),
    )


def _order(n_factors: int, n_observed: int, *, latent: bool) -> Places:
    """Return the places of factors and observed variables with the outcome last."""
    every = np.arange(n_factors + n_observed)
    return np.append(np.delete(every, n_factors - 1), n_factors - 1) if latent else every


def _covariances(S: Array, places: Sequence[Places], models: Sequence[MlFactor]) -> Array:
    """Return the covariances of the factors, in units of their first items, and of what is observed."""
    n_measured = sum(map(len, places))
    weights = np.zeros((len(S), len(models) + len(S) - n_measured))
    weights[n_measured:, len(models) :] = np.eye(len(S) - n_measured)
    for factor, (own, model) in enumerate(zip(places, models, strict=True)):
        weights[own, factor] = model.weights * model.loadings[0]
    V: Array = weights.T @ S @ weights
    error = [model.error_variance * model.loadings[0] ** 2 for model in models]
    V[np.arange(len(models)), np.arange(len(models))] -= error
    return V


def _structural_covariance(
    places: Sequence[Places], models: Sequence[MlFactor], V: Array, order: Places, slopes: Array, *, n_obs: int
) -> Array:
    """Return the covariance of the predictors' covariances, the slopes and the residual variance, in this order."""
    back = np.argsort(order)
    loadings, residuals = _measurement(places, models, len(V))
    measured = V[np.ix_(back, back)]
    implied = loadings @ measured @ loadings.T + np.diag(residuals)
    first, second = moment_pairs(len(implied))

    def moved(change: Array) -> Array:
        return change[first, second]

    structure = [moved(loadings @ change[np.ix_(back, back)] @ loadings.T) for change in _directions(V, slopes)]
    measurement, known = [], []
    for factor, (own, model) in enumerate(zip(places, models, strict=True)):
        known.append(_alone(model, n_obs))
        toward = loadings @ measured[factor]
        for item in own[1:]:
            change = np.zeros_like(implied)
            change[item] += toward
            change[:, item] += toward
            measurement.append(moved(change))
        for item in own:
            change = np.zeros_like(implied)
            change[item, item] = 1.0
            measurement.append(moved(change))
    about = complete_information(implied, n_rows=n_obs)
    two, one = np.column_stack(structure), np.column_stack(measurement)
    inverse = inverse_information(two.T @ about @ two)
    passed = inverse @ (two.T @ about @ one)
    return inverse + passed @ block_diag(*known) @ passed.T


def _measurement(places: Sequence[Places], models: Sequence[MlFactor], n_factors: int) -> tuple[Array, Array]:
    """Return loadings with each factor's first at 1, and residual variances; what is observed is its own factor."""
    n_measured = sum(map(len, places))
    n_observed = n_factors - len(models)
    loadings = np.zeros((n_measured + n_observed, n_factors))
    loadings[n_measured:, len(models) :] = np.eye(n_observed)
    residuals = np.zeros(len(loadings))
    for factor, (own, model) in enumerate(zip(places, models, strict=True)):
        loadings[own, factor] = model.loadings / model.loadings[0]
        residuals[own] = model.uniquenesses
    return loadings, residuals


def _alone(model: MlFactor, n_obs: int) -> Array:
    """Return the covariance of a block's loadings but the first, and residual variances, as fitted by itself."""
    loading, variance = model.loadings / model.loadings[0], float(model.loadings[0] ** 2)
    implied = np.outer(model.loadings, model.loadings) + np.diag(model.uniquenesses)
    first, second = moment_pairs(len(loading))
    by = []
    for item in range(1, len(loading)):
        change = np.zeros_like(implied)
        change[item] += variance * loading
        change[:, item] += variance * loading
        by.append(change[first, second])
    by += [np.where((first == item) & (second == item), 1.0, 0.0) for item in range(len(loading))]
    by.append(np.outer(loading, loading)[first, second])
    slopes = np.column_stack(by)
    inverse = inverse_information(slopes.T @ complete_information(implied, n_rows=n_obs) @ slopes)
    return inverse[:-1, :-1]


def _directions(V: Array, slopes: Array) -> list[Array]:
    """Return how the covariances of predictors and outcome move with each structural parameter."""
    q = len(slopes)
    found = []
    for i, j in zip(*moment_pairs(q), strict=True):
        own = np.zeros((q, q))
        own[i, j] = own[j, i] = 1.0
        found.append(_bordered(own, own @ slopes, float(slopes @ own @ slopes)))
    for place in range(q):
        toward = V[:q, place]
        found.append(_bordered(np.zeros((q, q)), toward, 2 * float(slopes @ toward)))
    return [*found, _bordered(np.zeros((q, q)), np.zeros(q), 1.0)]


def _bordered(inner: Array, edge: Array, corner: float) -> Array:
    return np.block([[inner, edge[:, None]], [edge[None], np.array([[corner]])]])


def _standard_slopes(V: Array, slopes: Array, n_factors: int, *, latent: bool) -> Array:
    """Return the derivatives of standardised slopes by the structural parameters."""
    q = len(slopes)
    first, second = moment_pairs(q)
    unit = np.where(np.arange(q) < n_factors, np.sqrt(V.diagonal()[:q]), 1.0)
    spread = float(np.sqrt(V[q, q])) if latent else 1.0
    by = np.zeros((q, len(first) + q + 1))
    by[:, len(first) : -1] = np.diag(unit / spread)
    alone = np.flatnonzero(first == second)
    factors = np.arange(n_factors)
    by[factors, alone[factors]] = slopes[factors] / (2 * unit[factors] * spread)
    if latent:
        doubled = np.where(first == second, 1.0, 2.0) * slopes[first] * slopes[second]
        whole = np.concatenate([doubled, 2 * V[:q, :q] @ slopes, [1.0]])
        by -= np.outer(slopes * unit, whole) / (2 * spread**3)
    return by
