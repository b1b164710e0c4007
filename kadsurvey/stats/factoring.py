"""Exploratory factor analysis of a correlation matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.matrices import positive_definite

Array: TypeAlias = NDArray[np.float64]
Extraction: TypeAlias = Literal["minres", "ml", "paf"]
Rotation: TypeAlias = Literal["oblimin", "promax", "varimax", "none"]
EXTRACTIONS: tuple[Extraction, ...] = get_args(Extraction)
ROTATIONS: tuple[Rotation, ...] = get_args(Rotation)

# Lower bound of the uniquenesses, as in factanal and psych; an item that ends on it is a Heywood case.
LOWEST_UNIQUENESS = 0.005
# How far above the bound an optimiser may stop and still be called on it.
BOUND_SLACK = 1e-5
PAF_TOLERANCE = 1e-9
PAF_ITERATIONS = 20_000
# Off-diagonal of Jennrich's stationarity condition below which a rotation counts as converged.
ROTATION_TOLERANCE = 1e-3
# Decimals to which two oblimin solutions must agree to count as the same; then the start from unrotated axes is kept.
CRITERION_DIGITS = 6


@dataclass(frozen=True, slots=True)
class FactorFit:
    """How well the factors reproduce the correlations.

    Attributes
    ----------
    objective : float
        Maximum likelihood discrepancy of the model, its diagonal set to the matrix's; NaN, as all that follows from
        it, where the model is not positive definite.
    chisq, df, p_value : float
        Likelihood chi-square with Bartlett's correction. It assumes independent rows of normal variables; on a
        polychoric matrix it is descriptive.
    rmsea, rmsea_low, rmsea_high : float
        With its 90% limits; NaN without degrees of freedom.
    tli, bic : float
        Tucker-Lewis index; BIC relative to the saturated model.
    rmsr : float
        Root mean square of the off-diagonal residuals.
    """

    objective: float
    chisq: float
    df: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    tli: float
    bic: float
    rmsr: float


@dataclass(frozen=True, slots=True)
class FactorSolution:
    """Extracted and rotated factors.

    Attributes
    ----------
    loadings : ndarray, shape (p, m)
        Pattern coefficients. Each factor has loadings of positive sum; factors stand in order of the variance they
        account for, ties in order of their first salient item.
    phi : ndarray, shape (m, m)
        Factor correlations; identity where the rotation is orthogonal.
    structure : ndarray, shape (p, m)
        Correlations of items with factors.
    communalities, uniquenesses : ndarray, shape (p,)
        Shares of variance; sum to 1.
    variance : ndarray, shape (m,)
        Sum of squares each factor accounts for, factor correlations considered; in items.
    variance_share : ndarray, shape (m,)
        The same as share of all items' variance.
    fit : FactorFit
        Fit; does not depend on the rotation.
    heywood : tuple of int
        Items whose uniqueness is at its lower bound or below zero: the solution is improper.
    converged : bool
        Whether extraction and rotation both converged.
    method, rotation : str
        ``rotation`` is "none" with one factor.
    n_obs : int
        Rows the correlations rest on.
    """

    loadings: Array
    phi: Array
    structure: Array
    communalities: Array
    uniquenesses: Array
    variance: Array
    variance_share: Array
    fit: FactorFit
    heywood: tuple[int, ...]
    converged: bool
    method: Extraction
    rotation: Rotation
    n_obs: int


def efa(
    matrix: Array,
    n_factors: int,
    *,
    n_obs: int,
    method: Extraction = "minres",
    rotation: Rotation = "oblimin",
) -> FactorSolution:
    """Extract common factors from a correlation matrix and rotate them.

    Parameters
    ----------
    matrix : ndarray, shape (p, p)
        Pearson or polychoric correlations, positive definite.
    n_factors : int
        Factors to extract.
    n_obs : int
        Rows the correlations rest on; used by the fit only.
    method : {"minres", "ml", "paf"}
        Minimum residuals, maximum likelihood, iterated principal axes.
    rotation : {"oblimin", "promax", "varimax", "none"}
        Oblimin is direct quartimin without Kaiser's normalisation, from two starts; promax has power 4 and, like
        varimax, uses it.

    Returns
    -------
    FactorSolution

    Raises
    ------
    StatisticsError
        ``stats.not_positive_definite``; ``stats.too_many_factors`` where the model has more parameters than the matrix
        has correlations; ``stats.too_few_factors``.

    References
    ----------
    Harman & Jones (1966), Psychometrika 31, 351-368. Joreskog (1967), Psychometrika 32, 443-482. Jennrich (2002),
    Psychometrika 67, 7-19.

    Examples
    --------
    >>> import numpy as np
    >>> loadings = np.array([0.8, 0.7, 0.6, 0.5])
    >>> R = np.outer(loadings, loadings)
    >>> np.fill_diagonal(R, 1)
    >>> efa(R, 1, n_obs=200, method="ml").loadings.ravel().round(3).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    if method not in EXTRACTIONS:
        raise ArgumentError("stats.unknown_option", given=method, known=list(EXTRACTIONS))
    if rotation not in ROTATIONS:
        raise ArgumentError("stats.unknown_option", given=rotation, known=list(ROTATIONS))
    R = positive_definite(matrix)
    _check_number(len(R), n_factors)
    extracted, converged = _extract(R, n_factors, method)
    applied: Rotation = rotation if n_factors > 1 else "none"
    loadings, phi, rotated = _rotate(extracted, applied)
    loadings, phi = _in_order(loadings, phi)
    communalities = np.einsum("ij,jk,ik->i", loadings, phi, loadings)
    variance = np.diag(phi @ loadings.T @ loadings).copy()
    at_bound = 1 - communalities <= LOWEST_UNIQUENESS + BOUND_SLACK
    return FactorSolution(
        loadings=loadings,
        phi=phi,
        structure=loadings @ phi,
        communalities=communalities,
        uniquenesses=1 - communalities,
        variance=variance,
        variance_share=variance / len(R),
        fit=_fit(R, loadings @ phi @ loadings.T, n_factors, n_obs),
        heywood=tuple(np.flatnonzero(at_bound).tolist()),
        converged=converged and rotated,
        method=method,
        rotation=applied,
        n_obs=n_obs,
    )


def degrees_of_freedom(n_items: int, n_factors: int) -> int:
    """Return the correlations less the free parameters of an unrestricted factor model."""
    return n_items * (n_items - 1) // 2 - n_items * n_factors + n_factors * (n_factors - 1) // 2


def _check_number(n_items: int, n_factors: int) -> None:
    if n_factors < 1:
        raise StatisticsError("stats.too_few_factors", n_factors=n_factors)
    if n_factors >= n_items or degrees_of_freedom(n_items, n_factors) < 0:
        most = max((m for m in range(1, n_items) if degrees_of_freedom(n_items, m) >= 0), default=0)
        raise StatisticsError("stats.too_many_factors", n_factors=n_factors, n_items=n_items, most=most)


def _extract(R: Array, n_factors: int, method: Extraction) -> tuple[Array, bool]:
    if method == "ml":
        return _maximum_likelihood(R, n_factors)
    if method == "paf":
        return _principal_axes(R, n_factors)
    from kadsurvey.stats._factor_analyzer import minres_loadings

    return minres_loadings(R, n_factors, lower=LOWEST_UNIQUENESS)


def _maximum_likelihood(R: Array, n_factors: int) -> tuple[Array, bool]:
    """Minimise Joreskog's concentrated discrepancy over the uniquenesses, with its gradient."""

    def leading(psi: Array) -> tuple[Array, Array, Array]:
        scale = np.sqrt(psi)
        values, vectors = np.linalg.eigh(R / np.outer(scale, scale))
        values, vectors = values[::-1], vectors[:, ::-1]
        top = np.sqrt(np.maximum(values[:n_factors] - 1, 0))
        return values, vectors, scale[:, None] * vectors[:, :n_factors] * top

    def discrepancy(psi: Array) -> tuple[float, Array]:
        values, _, loadings = leading(psi)
        rest = values[n_factors:]
        gradient = (np.sum(loadings**2, axis=1) + psi - np.diag(R)) / psi**2
        return float(np.sum(rest - np.log(rest) - 1)), gradient

    start = (1 - 0.5 * n_factors / len(R)) / np.diag(np.linalg.inv(R))
    bounds = [(LOWEST_UNIQUENESS, 1.0)] * len(R)
    found = optimize.minimize(
        discrepancy,
        np.clip(start, LOWEST_UNIQUENESS, 1.0),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-8},
    )
    return leading(found.x)[2], bool(found.success)


def _principal_axes(R: Array, n_factors: int) -> tuple[Array, bool]:
    """Iterate communalities and leading axes until the communalities stand still."""
    communalities = 1 - 1 / np.diag(np.linalg.inv(R))
    reduced = R.copy()
    for _ in range(PAF_ITERATIONS):
        np.fill_diagonal(reduced, communalities)
        values, vectors = np.linalg.eigh(reduced)
        top = np.sqrt(np.maximum(values[::-1][:n_factors], 0))
        loadings = vectors[:, ::-1][:, :n_factors] * top
        updated = np.sum(loadings**2, axis=1)
        moved = float(np.max(np.abs(updated - communalities)))
        communalities = updated
        if moved < PAF_TOLERANCE:
            return loadings, True
    return loadings, False


def _rotate(loadings: Array, rotation: Rotation) -> tuple[Array, Array, bool]:
    if rotation == "none":
        return loadings, np.eye(loadings.shape[1]), True
    from kadsurvey.stats._factor_analyzer import rotate

    if rotation != "oblimin":
        return (*rotate(loadings, rotation), True)
    # From the unrotated axes alone a symmetric structure ends on a saddle of the criterion.
    starts = (loadings, rotate(loadings, "varimax")[0])
    rotated, phi = min((rotate(start, rotation) for start in starts), key=lambda found: _quartimin(found[0]))
    return rotated, phi, _is_stationary(rotated, phi)


def _quartimin(loadings: Array) -> float:
    squares = loadings**2
    return round(float(np.sum(squares.sum(axis=1) ** 2) - np.sum(squares**2)), CRITERION_DIGITS)


def _is_stationary(loadings: Array, phi: Array) -> bool:
    """Tell whether the quartimin criterion cannot be lowered: ``L' (dQ/dL) phi^-1`` is then diagonal."""
    squares = loadings**2
    gradient = loadings * (squares.sum(axis=1, keepdims=True) - squares)
    condition = np.linalg.solve(phi, gradient.T @ loadings).T
    np.fill_diagonal(condition, 0)
    return bool(np.max(np.abs(condition)) < ROTATION_TOLERANCE)


def _in_order(loadings: Array, phi: Array) -> tuple[Array, Array]:
    """Give factors the signs and the order that FactorSolution promises."""
    signs = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings, phi = loadings * signs, phi * np.outer(signs, signs)
    variance = np.diag(phi @ loadings.T @ loadings).round(8)
    first_salient = np.argmax(np.abs(loadings) >= np.abs(loadings).max(axis=0) / 2, axis=0)
    order = np.lexsort((first_salient, -variance))
    return loadings[:, order], phi[np.ix_(order, order)]


def _fit(R: Array, common: Array, n_factors: int, n_obs: int) -> FactorFit:
    p = len(R)
    df = degrees_of_freedom(p, n_factors)
    residual = (R - common)[np.triu_indices(p, 1)]
    model = common.copy()
    np.fill_diagonal(model, np.diag(R))
    objective = _discrepancy(R, model)
    bartlett = n_obs - 1 - (2 * p + 5) / 6 - 2 * n_factors / 3
    chisq = max(objective, 0.0) * bartlett if np.isfinite(objective) else np.nan
    null_ratio = -float(np.linalg.slogdet(R)[1]) * bartlett / (p * (p - 1) / 2)
    low, high = _rmsea_limits(chisq, df, n_obs)
    return FactorFit(
        objective=objective,
        chisq=chisq,
        df=df,
        p_value=float(stats.chi2.sf(chisq, df)) if df else np.nan,
        rmsea=float(np.sqrt(max(chisq / (df * n_obs) - 1 / (n_obs - 1), 0))) if df else np.nan,
        rmsea_low=low,
        rmsea_high=high,
        tli=(null_ratio - chisq / df) / (null_ratio - 1) if df else np.nan,
        bic=chisq - df * float(np.log(n_obs)),
        rmsr=float(np.sqrt(np.mean(residual**2))),
    )


def _discrepancy(R: Array, model: Array) -> float:
    if np.linalg.eigvalsh(model)[0] <= 0:
        return np.nan
    ratio = np.linalg.solve(model, R)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(R))


def _rmsea_limits(chisq: float, df: int, n_obs: int, level: float = 0.90) -> tuple[float, float]:
    """Return the limits from the noncentral chi-squares that have ``chisq`` at their upper and lower tail."""
    if not df or not np.isfinite(chisq):
        return np.nan, np.nan
    tail = (1 - level) / 2

    def limit(probability: float) -> float:
        if stats.chi2.cdf(chisq, df) <= probability:
            return 0.0
        above = chisq + 10 * np.sqrt(2 * (df + 2 * chisq)) + 10
        centre = optimize.brentq(lambda ncp: stats.ncx2.cdf(chisq, df, ncp) - probability, 1e-12, above)
        return float(np.sqrt(centre / (df * (n_obs - 1))))

    return limit(1 - tail), limit(tail)
