"""One common factor by maximum likelihood, in the units of the items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.factoring import LOWEST_UNIQUENESS, efa
from kadsurvey.stats.matrices import positive_definite

Array: TypeAlias = NDArray[np.float64]

FEWEST_ITEMS = 3
"""Two covariances and a variance of two items do not determine two loadings and two uniquenesses."""

NEWTON_STEPS = 20
GRADIENT_TOLERANCE = 1e-11
"""Slope of the discrepancy on log uniquenesses below which the solution stands; rounding leaves about 1e-14."""


@dataclass(frozen=True, slots=True)
class MlFactor:
    """One factor of variance 1.

    Attributes
    ----------
    loadings : ndarray, shape (p,)
        Slopes of the items on the factor, in items' units; their sum is not negative.
    uniquenesses : ndarray, shape (p,)
        Variances the factor leaves, in items' units squared; at least 0.005 of the item's variance.
    heywood : tuple of int
        Items whose uniqueness is at that bound: the solution is improper.
    converged : bool
        Whether the maximum was found; in an improper solution as the optimiser says.
    n_obs : int
        Rows the covariances rest on.
    """

    loadings: Array
    uniquenesses: Array
    heywood: tuple[int, ...]
    converged: bool
    n_obs: int

    @property
    def weights(self) -> Array:
        """Bartlett's weights of centred items, shape (p,): a unit of the factor moves the score by exactly 1."""
        weighted = self.loadings / self.uniquenesses
        return weighted / float(self.loadings @ weighted)

    @property
    def error_variance(self) -> float:
        """Variance that the uniquenesses bring into a score with these weights."""
        return 1 / float(np.sum(self.loadings**2 / self.uniquenesses))


def ml_factor(covariance: ArrayLike, *, n_obs: int) -> MlFactor:
    """Fit one factor to covariances by maximum likelihood.

    Parameters
    ----------
    covariance : array_like, shape (p, p)
        Of at least three items, positive definite. Divided by the rows, not by the rows less one, it gives the
        loadings of the likelihood.
    n_obs : int
        Rows the covariances rest on; moves no estimate.

    Returns
    -------
    MlFactor

    Raises
    ------
    StatisticsError
        ``stats.too_few_items``, ``stats.matrix_not_square``, ``stats.matrix_not_finite``, ``stats.constant_item``,
        ``stats.not_a_correlation_matrix`` where it is not symmetric, ``stats.not_positive_definite``.

    Notes
    -----
    Exact Newton steps find the minimum to the last digits. Where they leave the proper uniquenesses, the bounded search
    of `efa` decides whether the solution is improper.

    References
    ----------
    Joreskog (1967), Psychometrika 32, 443-482. Clarke (1970), British Journal of Mathematical and Statistical
    Psychology 23, 43-52, for the second derivatives. Bartlett (1937), British Journal of Psychology 28, 97-104, for
    the weights.

    Examples
    --------
    >>> import numpy as np
    >>> loadings = np.array([2.0, 1.0, 0.5, 1.0])
    >>> model = ml_factor(np.outer(loadings, loadings) + np.eye(4), n_obs=200)
    >>> model.loadings.round(6).tolist()
    [2.0, 1.0, 0.5, 1.0]
    >>> round(float(model.weights @ model.loadings), 6)
    1.0
    """
    S = _checked(covariance)
    scale = np.sqrt(S.diagonal())
    R = S / np.outer(scale, scale)
    np.fill_diagonal(R, 1.0)
    uniquenesses = _stationary(positive_definite(R), (1 - 0.5 / len(R)) / np.linalg.inv(R).diagonal())
    if uniquenesses is not None:
        return MlFactor(_loadings(R, uniquenesses) * scale, uniquenesses * scale**2, (), True, n_obs)
    found = efa(R, 1, n_obs=n_obs, method="ml", rotation="none")
    loadings, converged = found.loadings[:, 0], found.converged
    at_end = None if found.heywood else _stationary(R, found.uniquenesses)
    if at_end is not None:
        loadings, uniquenesses, converged = _loadings(R, at_end), at_end, True
    else:
        uniquenesses = np.maximum(found.uniquenesses, LOWEST_UNIQUENESS)
    return MlFactor(loadings * scale, uniquenesses * scale**2, found.heywood, converged, n_obs)


def _checked(covariance: ArrayLike) -> Array:
    S = np.asarray(covariance, dtype=np.float64)
    if S.ndim != 2 or S.shape[0] != S.shape[1]:
        raise StatisticsError("stats.matrix_not_square", shape=str(S.shape))
    if len(S) < FEWEST_ITEMS:
        raise StatisticsError("stats.too_few_items", n_items=len(S), needed=FEWEST_ITEMS)
    if not np.isfinite(S).all():
        row, column = np.argwhere(~np.isfinite(S))[0]
        raise StatisticsError("stats.matrix_not_finite", first=int(row), second=int(column))
    if np.any(S.diagonal() <= 0):
        raise StatisticsError("stats.constant_item", item=int(np.argmax(S.diagonal() <= 0)))
    return S


def _spectrum(R: Array, uniquenesses: Array) -> tuple[Array, Array]:
    scale = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(R / np.outer(scale, scale))
    return values, vectors


def _loadings(R: Array, uniquenesses: Array) -> Array:
    values, vectors = _spectrum(R, uniquenesses)
    loadings: Array = np.sqrt(uniquenesses * max(values[-1] - 1, 0.0)) * vectors[:, -1]
    return -loadings if loadings.sum() < 0 else loadings


def _stationary(R: Array, start: Array) -> Array | None:
    """Return the uniquenesses at the proper minimum that Newton's steps reach, None where they reach none."""
    uniquenesses = start
    for _ in range(NEWTON_STEPS):
        gradient, hessian = _derivatives(*_spectrum(R, uniquenesses))
        try:
            np.linalg.cholesky(hessian)  # a step from elsewhere may lead to a saddle
        except np.linalg.LinAlgError:
            return None
        if np.max(np.abs(gradient)) < GRADIENT_TOLERANCE:
            return uniquenesses
        uniquenesses = uniquenesses * np.exp(-np.clip(np.linalg.solve(hessian, gradient), -1, 1))
        if not np.min(uniquenesses) > LOWEST_UNIQUENESS:
            return None
    return None


def _derivatives(values: Array, vectors: Array) -> tuple[Array, Array]:
    """Return gradient and Hessian of the concentrated discrepancy on log uniquenesses, from the spectrum.

    The discrepancy is the sum of ``w - log(w) - 1`` over all eigenvalues but the largest.
    """
    rest, top, U, first = values[:-1], values[-1], vectors[:, :-1], vectors[:, -1]
    gradient: Array = U**2 @ (1 - rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = (1 - rest) * (top + rest) / (top - rest)
        hessian: Array = ((U * rest) @ U.T) * (U @ U.T) + np.outer(first, first) * ((U * mixed) @ U.T)
    return gradient, hessian
