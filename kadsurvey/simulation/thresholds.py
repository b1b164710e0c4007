"""Thresholds that give each answer its share, where two groups with shifted means answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

_FAR = 12.0  # no threshold of a share above 1e-30 lies beyond it


def thresholds(shares: Sequence[float], *, loading: float, shift: float, ngo_share: float) -> NDArray[np.float64]:
    """Cut a standardised latent response so that each category has its share of all respondents.

    Parameters
    ----------
    shares : sequence of float, length n_categories
        Share of each category, lowest first; they sum to 1.
    loading : float
        Standardised loading of the item on its construct.
    shift : float
        NGO members' mean minus officials' on the construct, in standard deviations of all respondents.
    ngo_share : float
        Share of NGO members among the respondents.

    Returns
    -------
    ndarray, shape (n_categories - 1,)
        Ascending, in standard deviations of the latent response.

    Notes
    -----
    The latent response is a mixture of two normals with mean 0 and variance 1 as a whole; without a shift the
    thresholds are the normal quantiles of the cumulated shares.
    """
    gap = loading * shift
    officials, ngos = -ngo_share * gap, (1 - ngo_share) * gap
    sd = float(np.sqrt(1 - ngo_share * (1 - ngo_share) * gap**2))

    def share_below(cut: float, wanted: float) -> float:
        below = (1 - ngo_share) * ndtr((cut - officials) / sd) + ngo_share * ndtr((cut - ngos) / sd)
        return float(below) - wanted

    return np.array([brentq(share_below, -_FAR, _FAR, args=(wanted,)) for wanted in np.cumsum(shares)[:-1]])
