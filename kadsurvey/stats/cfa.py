"""Confirmatory factor analysis of ordinal items by diagonally weighted least squares (WLSMV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa_fit import fit_measures
from kadsurvey.stats.cfa_model import FactorModel, Structure, factor_model
from kadsurvey.stats.cfa_robust import robust_fit
from kadsurvey.stats.correlation import OrdinalCorrelation
from kadsurvey.stats.least_squares import SINGULAR, inverse_information, minimise, polished
from kadsurvey.stats.matrices import from_pairs, pairs_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Modification:
    """What would change if one more parameter were free.

    Attributes
    ----------
    kind : {"loading", "residual"}
        A loading of ``item`` on factor ``other``, or a residual correlation of items ``item`` and ``other``.
    item, other : int
    index : float
        Expected fall of the (unscaled) chi-square.
    change, change_std : float
        Expected value of the parameter; standardised, a residual correlation is relative to both residual variances.
    """

    kind: Literal["loading", "residual"]
    item: int
    other: int
    index: float
    change: float
    change_std: float


@dataclass(frozen=True, slots=True)
class CategoricalFactors:
    """A fitted categorical factor model; loadings are standardised, as latent responses and factors have variance 1.

    Attributes
    ----------
    loadings, loadings_se : ndarray, shape (n_items, n_factors)
        Zero where an item does not load. Each factor's loadings sum to a positive number.
    phi, phi_se : ndarray, shape (n_factors, n_factors)
        Correlations of the factors.
    second_order, second_order_se : ndarray, shape (n_factors,), or None
        Loadings of the factors on the second-order factor.
    uniquenesses : ndarray, shape (n_items,)
        Residual variances; negative in a Heywood case.
    thresholds, thresholds_se : tuple of ndarray
        Of each item.
    vcov : ndarray, shape (n_parameters, n_parameters)
        Robust covariance of thresholds, item by item, then loadings, then factor correlations in the order (0, 1),
        (0, 2), ... or second-order loadings.
    fit : dict
        lavaan's names with ``_`` for ``.``: unscaled; ``_scaled``, from the scaled-shifted chi-square; ``_robust``, on
        the scale of continuous data (NaN where a matrix is not positive definite).
    modifications : tuple of Modification
        All loadings and residual correlations that are fixed at zero, the largest index first.
    residuals : ndarray, shape (n_items, n_items)
        Sample less implied correlations.
    heywood : tuple of int
        Items with a loading of 1 or more in size.
    phi_positive_definite : bool
    converged : bool
    iterations, n_rows : int
    structure : {"correlated", "second_order"}
    """

    loadings: Array
    loadings_se: Array
    phi: Array
    phi_se: Array
    second_order: Array | None
    second_order_se: Array | None
    uniquenesses: Array
    thresholds: tuple[Array, ...]
    thresholds_se: tuple[Array, ...]
    vcov: Array
    fit: dict[str, float]
    modifications: tuple[Modification, ...]
    residuals: Array
    heywood: tuple[int, ...]
    phi_positive_definite: bool
    converged: bool
    iterations: int
    n_rows: int
    structure: Structure


def cfa(
    correlation: OrdinalCorrelation, pattern: ArrayLike, *, structure: Structure = "correlated"
) -> CategoricalFactors:
    """Fit a factor model to polychoric correlations, each weighted by its own precision.

    Estimates minimise the weighted squares of the residual correlations; standard errors and the chi-square are made
    robust with the whole asymptotic covariance. The correlations are those estimated pair by pair, also where the
    matrix had to be smoothed.

    Parameters
    ----------
    correlation : OrdinalCorrelation
        From ``polychoric(items, acov=True)``.
    pattern : array_like of int, shape (n_items,)
        The factor of each item, 0, 1, ...; all zero for one factor.
    structure : {"correlated", "second_order"}
        Whether factors correlate freely or through one factor above them. Three factors fit equally well either way.

    Raises
    ------
    StatisticsError
        If the correlations come without their covariance, or the model is not identified.

    References
    ----------
    Muthen, du Toit & Spisic (1997), Robust inference using weighted least squares; Asparouhov & Muthen (2010). Equal to
    lavaan ``cfa(ordered=TRUE, estimator="WLSMV", std.lv=TRUE)``, with ``missing="pairwise"`` where answers are missing;
    like lavaan's, standard errors and chi-square divide by n - 1. Modification indices are n / (n - 1) times lavaan's,
    whose score leaves that factor out.
    """
    model = factor_model(pattern, structure=structure, n_items=len(correlation.matrix))
    if correlation.acov is None:
        raise StatisticsError("stats.cfa_needs_acov")
    n_thresholds = sum(len(borders) for borders in correlation.thresholds)
    sample = correlation.estimates[pairs_of(model.n_items)]
    gamma = correlation.n_rows * correlation.acov[n_thresholds:, n_thresholds:]
    weights = 1 / gamma.diagonal()
    theta, iterations, converged = minimise(model, sample, weights, model.start(correlation.matrix))
    theta = model.oriented(polished(model, sample, weights, theta))
    implied, slopes = model.implied(theta)
    weighted = weights[:, None] * slopes
    inverse = inverse_information(slopes.T @ weighted)
    reached = np.zeros((n_thresholds + model.n_free, n_thresholds + model.n_pairs))
    reached[:n_thresholds, :n_thresholds] = np.eye(n_thresholds)
    reached[n_thresholds:, n_thresholds:] = inverse @ weighted.T
    vcov = reached @ correlation.acov @ reached.T * (correlation.n_rows / (correlation.n_rows - 1))
    fit = fit_measures(
        sample - implied,
        sample,
        weights,
        weights[:, None] * gamma - (weighted @ inverse) @ (weighted.T @ gamma),
        weights[:, None] * gamma,
        n_free=model.n_free,
        n_thresholds=n_thresholds,
        n_items=model.n_items,
        n_rows=correlation.n_rows,
    )
    fit |= robust_fit(sample, implied, slopes, weights, gamma, n_items=model.n_items, n_rows=correlation.n_rows)
    modifications = _modifications(model, theta, sample - implied, weights, slopes, inverse, correlation.n_rows)
    return _assembled(correlation, model, theta, vcov, fit, modifications, iterations, converged)


def _modifications(
    model: FactorModel, theta: Array, residuals: Array, weights: Array, slopes: Array, inverse: Array, n_rows: int
) -> tuple[Modification, ...]:
    """Return the score test of every parameter fixed at zero, given that the free ones adapt."""
    first, second = pairs_of(model.n_items)
    loading = theta[: model.n_items]
    toward = loading[:, None] * model.phi(theta)[model.factor_of]
    apart = [(a, f) for a in range(model.n_items) for f in range(model.n_factors) if f != model.factor_of[a]]
    crossed = np.zeros((len(first), len(apart)))
    for column, (item, factor) in enumerate(apart):
        crossed[first == item, column] = toward[second[first == item], factor]
        crossed[second == item, column] = toward[first[second == item], factor]
    directions = np.hstack([crossed, np.eye(len(first))])
    weighted = weights[:, None] * directions
    score = weighted.T @ residuals
    adapted = slopes.T @ weighted
    information = (directions * weighted).sum(axis=0) - (adapted * (inverse @ adapted)).sum(axis=0)
    whole = (directions * weighted).sum(axis=0)
    spread = np.sqrt(np.maximum(1 - loading**2, 1e-12))
    kinds: list[tuple[Literal["loading", "residual"], int, int, float]] = [("loading", a, f, 1.0) for a, f in apart]
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    kinds += [("residual", i, j, float(spread[i] * spread[j])) for i, j in pairs]
    found = [
        Modification(kind, item, other, float((n_rows - 1) * s**2 / free), float(s / free), float(s / free / scale))
        for (kind, item, other, scale), s, free, all_ in zip(kinds, score, information, whole, strict=True)
        if free > SINGULAR * all_
    ]
    return tuple(sorted(found, key=lambda change: -change.index))


def _assembled(
    correlation: OrdinalCorrelation,
    model: FactorModel,
    theta: Array,
    vcov: Array,
    fit: dict[str, float],
    modifications: tuple[Modification, ...],
    iterations: int,
    converged: bool,
) -> CategoricalFactors:
    n_thresholds = len(vcov) - model.n_free
    se = np.sqrt(np.maximum(vcov.diagonal(), 0.0))
    borders = np.cumsum([len(inner) for inner in correlation.thresholds])[:-1]
    between = slice(n_thresholds + model.n_items, None)
    slopes = model.phi_slopes(theta)
    phi_variance = np.einsum("pa,ab,pb->p", slopes, vcov[between, between], slopes)
    phi_se = from_pairs(np.sqrt(np.maximum(phi_variance, 0.0)), model.n_factors)
    np.fill_diagonal(phi_se, 0.0)
    phi = model.phi(theta)
    loading = theta[: model.n_items]
    higher = model.structure == "second_order"
    sample = correlation.estimates[pairs_of(model.n_items)]
    residuals = from_pairs(sample - model.implied(theta)[0], model.n_items)
    np.fill_diagonal(residuals, 0.0)
    return CategoricalFactors(
        loadings=model.loadings(theta),
        loadings_se=model.loadings(se[n_thresholds : n_thresholds + model.n_items]),
        phi=phi,
        phi_se=phi_se,
        second_order=theta[model.n_items :] if higher else None,
        second_order_se=se[between] if higher else None,
        uniquenesses=1 - loading**2,
        thresholds=correlation.thresholds,
        thresholds_se=tuple(np.split(se[:n_thresholds], borders)),
        vcov=vcov,
        fit=fit,
        modifications=modifications,
        residuals=residuals,
        heywood=tuple(np.flatnonzero(np.abs(loading) >= 1).tolist()),
        phi_positive_definite=bool(np.linalg.eigvalsh(phi)[0] > 0),
        converged=converged,
        iterations=iterations,
        n_rows=correlation.n_rows,
        structure=model.structure,
    )
