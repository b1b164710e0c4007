"""How far ranks may be trusted: the distribution of each unit's rank, given its estimate and standard error."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array: TypeAlias = NDArray[np.float64]

_NODES = 100
"""Points at which a unit's value is taken; probabilities of ranks are then good to 1e-6 for equal standard errors."""


def superiority(values: Array, std_errors: Array) -> Array:
    """Return the probability that one unit's true value is above another's.

    Parameters
    ----------
    values, std_errors : ndarray, shape (k,)
        True values are taken as normal round their estimates, each by itself; standard errors above zero.

    Returns
    -------
    ndarray, shape (k, k)
        Of row above column; a half on the diagonal.

    References
    ----------
    Goldstein & Spiegelhalter (1996), Journal of the Royal Statistical Society A 159, 385-443.
    """
    apart = np.hypot(std_errors[:, None], std_errors[None, :])
    above: Array = stats.norm.cdf((values[:, None] - values[None, :]) / apart)
    np.fill_diagonal(above, 0.5)
    return above


def rank_probabilities(values: Array, std_errors: Array) -> Array:
    """Return the probability of each rank of each unit; rank 1 has the highest true value.

    Parameters
    ----------
    values, std_errors : ndarray, shape (k,)
        As `superiority`.

    Returns
    -------
    ndarray, shape (k, k)
        Row: unit; column: rank, from 1.

    Notes
    -----
    Given a unit's own value the others lie above it independently of each other, so that their number is
    Poisson-binomial; it is averaged over the unit's value at Gauss-Legendre points of its probability. Nothing is
    drawn at random. Time grows with the cube of k.
    """
    n_units = len(values)
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    quantiles = stats.norm.ppf((points + 1) / 2)
    probabilities = np.empty((n_units, n_units))
    for unit in range(n_units):
        at = values[unit] + std_errors[unit] * quantiles
        others = np.arange(n_units) != unit
        above = stats.norm.sf((at[:, None] - values[others]) / std_errors[others])
        counts = np.zeros((_NODES, n_units))
        counts[:, 0] = 1
        for column in above.T:
            counts[:, 1:] = counts[:, 1:] * (1 - column[:, None]) + counts[:, :-1] * column[:, None]
            counts[:, 0] *= 1 - column
        probabilities[unit] = weights @ counts / 2
    return probabilities
