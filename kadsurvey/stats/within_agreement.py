"""How far the raters of one target agree: rwg, rwg(j), Lindell's rwg*(j), awg and the average deviation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError

Array: TypeAlias = NDArray[np.float64]
Null: TypeAlias = Literal["uniform", "slight_skew"]
Centre: TypeAlias = Literal["mean", "median"]

SLIGHT_SKEW: dict[int, float] = {5: 1.34, 6: 1.85, 7: 2.14}
"""Variance of slightly skewed answers by the number of scale points one apart (LeBreton & Senter 2008)."""

_STEP = 1e-9
"""Rounding allowed in distances on the scale."""


def null_variance(codes: Sequence[float], null: Null = "uniform") -> float:
    """Return the variance of answers given without agreement.

    Parameters
    ----------
    codes : sequence of float
        Scale points, ascending.
    null : {"uniform", "slight_skew"}
        Every point as likely as any other; or the slightly skewed answers of a lenient rater.

    Raises
    ------
    StatisticsError
        ``stats.null_of_no_scale`` for fewer than two points, ``stats.no_skewed_null`` where the literature gives no
        skewed variance: other than 5 to 7 points, or points not equally far apart.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98; LeBreton & Senter (2008), Organizational
    Research Methods 11, 815-852.

    Examples
    --------
    >>> null_variance([1, 2, 3, 4, 5]), null_variance([1, 2, 3, 4, 5], "slight_skew")
    (2.0, 1.34)
    """
    points = np.asarray(codes, dtype=np.float64)
    steps = np.diff(points)
    if len(points) < 2 or not np.all(steps > 0):
        raise StatisticsError("stats.null_of_no_scale", codes=list(codes))
    if null == "uniform":
        return float(points.var())
    if len(points) not in SLIGHT_SKEW or np.ptp(steps) > _STEP * float(steps[0]):
        raise StatisticsError("stats.no_skewed_null", codes=list(codes), known=sorted(SLIGHT_SKEW))
    return SLIGHT_SKEW[len(points)] * float(steps[0]) ** 2


def rwg(values: Array, expected: float) -> float:
    """Return one minus the variance of one item's ratings as a share of the null's, zero where that is negative.

    Parameters
    ----------
    values : ndarray, shape (n_raters,)
        Nothing missing.
    expected : float
        Variance under the null, as `null_variance` gives it.

    Returns
    -------
    float
        0 to 1; NaN with fewer than two raters.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98, who set negative values to zero.
    """
    return max(0.0, 1 - float(values.var(ddof=1)) / expected) if len(values) > 1 else float("nan")


def rwg_j(items: Array, expected: float) -> float:
    """Return rwg(j) of several parallel items, zero where their mean variance exceeds the null's.

    Parameters
    ----------
    items : ndarray, shape (n_raters, n_items)
        Nothing missing.
    expected : float
        Variance of one item under the null.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98.
    """
    if len(items) < 2:
        return float("nan")
    share = min(_mean_variance(items) / expected, 1.0)
    n_items = int(items.shape[1])
    return n_items * (1 - share) / (n_items * (1 - share) + share)


def rwg_j_lindell(items: Array, expected: float) -> float:
    """Return Lindell's rwg*(j), which does not grow with the number of items; negative above the null's variance.

    Parameters as `rwg_j`.

    References
    ----------
    Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23, 127-135.
    """
    return 1 - _mean_variance(items) / expected if len(items) > 1 else float("nan")


def awg(items: Array, *, lowest: float, highest: float) -> float:
    """Return the mean over items of one minus twice the variance's share of the largest that the item's mean allows.

    Parameters
    ----------
    items : ndarray, shape (n_raters, n_items)
        Nothing missing.
    lowest, highest : float
        Ends of the scale.

    Returns
    -------
    float
        -1 to 1; NaN with fewer than two raters, or where no item can be judged.

    Notes
    -----
    An item whose mean is so near an end of the scale that its raters could not have been fully parted is left out, but
    one that all answered with the end itself counts 1: so does R ``multilevel::awg``.

    References
    ----------
    Brown & Hauenstein (2005), Organizational Research Methods 8, 165-184.
    """
    n = len(items)
    if n < 2:
        return float("nan")
    means, variances = items.mean(axis=0), items.var(axis=0, ddof=1)
    largest = ((highest + lowest) * means - means**2 - highest * lowest) * n / (n - 1)
    at_end = (means == lowest) | (means == highest)
    nearest = (highest - lowest) / n
    judged = at_end | ((means >= lowest + nearest - _STEP) & (means <= highest - nearest + _STEP))
    if not judged.any():
        return float("nan")
    shares = np.divide(variances, largest, out=np.zeros_like(variances), where=~at_end)
    return float(np.mean(1 - 2 * shares[judged]))


def average_deviation(items: Array, centre: Centre = "mean") -> float:
    """Return how far a rating lies from the item's mean or median on average, over items; in scale points.

    Parameters
    ----------
    items : ndarray, shape (n_raters, n_items)
        Nothing missing.
    centre : {"mean", "median"}

    References
    ----------
    Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2, 49-68.
    """
    if not len(items):
        return float("nan")
    middle = items.mean(axis=0) if centre == "mean" else np.median(items, axis=0)
    return float(np.abs(items - middle).mean())


def _mean_variance(items: Array) -> float:
    return float(items.var(axis=0, ddof=1).mean())
