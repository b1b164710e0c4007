"""The bivariate normal distribution with standard margins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t

Array = NDArray[np.float64]

_TINY = 1e-300
"""Stands for a zero limit, whose ratio to the other limit would not be defined."""


def bivariate_cdf(h: Array, k: Array, rho: Array) -> Array:
    r"""Return :math:`P(X \le h, Y \le k)` for standard normal X and Y with correlation rho.

    Parameters
    ----------
    h, k, rho : ndarray
        Limits and correlation; they broadcast. Finite, and rho strictly between -1 and 1.

    References
    ----------
    Owen (1956), Annals of Mathematical Statistics 27, 1075-1090.
    """
    h, k = np.where(h == 0, _TINY, h), np.where(k == 0, _TINY, k)
    root = np.sqrt((1 - rho) * (1 + rho))
    tails: Array = owens_t(h, (k / h - rho) / root) + owens_t(k, (h / k - rho) / root)
    opposite = (h < 0) != (k < 0)
    below: Array = 0.5 * (ndtr(h) + ndtr(k)) - tails - 0.5 * opposite
    return below


def bivariate_density(h: Array, k: Array, rho: Array) -> Array:
    """Return the density at (h, k), which is also the derivative of `bivariate_cdf` by rho (Plackett 1954)."""
    free = (1 - rho) * (1 + rho)
    density: Array = np.exp(-(h * h - 2 * rho * h * k + k * k) / (2 * free)) / (2 * np.pi * np.sqrt(free))
    return density
