"""Weighted nonlinear least squares, for models that give their moments and the derivatives of these."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError

Array = NDArray[np.float64]

_SMALLEST_STEP = 1e-9
_MAX_ITERATIONS = 500
_TOLERANCE = 1e-13
"""Relative change of the fit function at which iterations end."""

_EXACT_STEP = 1e-12
_MAX_POLISH = 50
_LARGEST_POLISH = 1e-3
"""A step larger than this does not start at a minimum."""

SINGULAR = 1e-10
"""Ratio of the information's eigenvalues below which the model is not identified by these data."""


class Implied(Protocol):
    """A model of moments."""

    def implied(self, theta: Array, /) -> tuple[Array, Array]:
        """Return the moments, shape (n_moments,), and their derivatives, (n_moments, n_free)."""
        ...


def minimise(model: Implied, sample: Array, weights: Array, theta: Array) -> tuple[Array, int, bool]:
    """Minimise the weighted squares by Levenberg and Marquardt's damped Gauss-Newton steps.

    Parameters
    ----------
    model : Implied
    sample, weights : ndarray, shape (n_moments,)
    theta : ndarray, shape (n_free,)
        Starting values.

    Returns
    -------
    theta : ndarray, shape (n_free,)
    iterations : int
    converged : bool
    """
    implied, slopes = model.implied(theta)
    loss, damping = float(weights @ (sample - implied) ** 2), 1e-3
    for iteration in range(1, _MAX_ITERATIONS + 1):
        information = slopes.T @ (weights[:, None] * slopes)
        gradient = slopes.T @ (weights * (sample - implied))
        ridge = damping * np.diag(np.maximum(information.diagonal(), 1e-12))
        proposed = theta + np.linalg.solve(information + ridge, gradient)
        new_implied, new_slopes = model.implied(proposed)
        new_loss = float(weights @ (sample - new_implied) ** 2)
        if new_loss > loss:
            # At the minimum rounding alone can make the next loss the larger one; the undamped step tells.
            newton = np.linalg.lstsq(information, gradient)[0]
            damping *= 4
            if np.abs(newton).max() <= _SMALLEST_STEP or damping > 1e12:
                return theta, iteration, True
            continue
        finished = loss - new_loss <= _TOLERANCE * (loss + 1e-12) and damping < 1e-2
        theta, implied, slopes, loss, damping = proposed, new_implied, new_slopes, new_loss, damping / 5
        if finished:
            return theta, iteration, True
    return theta, _MAX_ITERATIONS, False


def polished(model: Implied, sample: Array, weights: Array, theta: Array) -> Array:
    """Take undamped steps from the minimum as long as each is smaller than the one before.

    The fit function is flat there: it stops changing while the estimates still differ in the seventh digit.
    """
    previous = np.inf
    for _ in range(_MAX_POLISH):
        implied, slopes = model.implied(theta)
        step = np.linalg.lstsq(slopes.T @ (weights[:, None] * slopes), slopes.T @ (weights * (sample - implied)))[0]
        size = float(np.abs(step).max())
        if not size < min(previous, _LARGEST_POLISH):
            return theta
        theta, previous = theta + step, size
        if size <= _EXACT_STEP:
            return theta
    return theta


def inverse_information(information: Array) -> Array:
    """Return the inverse of an information matrix.

    Raises
    ------
    StatisticsError
        If it is singular: these data do not identify the model.
    """
    # in units in which all parameters are equally well known: how large the items' numbers are must not matter
    scale = np.maximum(information.diagonal(), np.finfo(float).tiny) ** -0.5
    alike = information * np.outer(scale, scale)
    values = np.linalg.eigvalsh(alike)
    if values[0] <= SINGULAR * values[-1]:
        raise StatisticsError("stats.model_not_identified")
    return np.asarray(np.linalg.inv(alike) * np.outer(scale, scale), dtype=np.float64)
