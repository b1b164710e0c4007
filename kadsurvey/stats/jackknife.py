"""Standard errors and intervals from estimates made again without each cluster in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError

Array: TypeAlias = NDArray[np.float64]
Scale: TypeAlias = Literal["identity", "correlation", "reliability"]

_SCALES: dict[Scale, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "identity": (lambda x: x, lambda x: x),
    "correlation": (np.arctanh, np.tanh),
    "reliability": (lambda x: -np.log1p(-x), lambda x: -np.expm1(-x)),
}


@dataclass(frozen=True, slots=True)
class Jackknife:
    """Delete-one-cluster standard errors and intervals of several estimates.

    Attributes
    ----------
    estimate : ndarray, shape (k,)
        From all the data.
    std_error : ndarray, shape (k,)
        In the estimate's own unit.
    ci_low, ci_high : ndarray, shape (k,)
        Student's t limits, on ``scale``.
    df : int
        Clusters less one.
    """

    estimate: Array
    std_error: Array
    ci_low: Array
    ci_high: Array
    df: int


def delete_one(
    estimate: ArrayLike, replicates: ArrayLike, *, scale: Scale = "identity", confidence: float = 0.95
) -> Jackknife:
    """Turn estimates without each cluster into standard errors and intervals.

    Parameters
    ----------
    estimate : array_like, shape (k,)
        From all the data.
    replicates : array_like, shape (n_clusters, k)
        Row g without cluster g; NaN where it is undefined, which withholds that estimate's error and interval.
    scale : {"identity", "correlation", "reliability"}
        Where the interval is symmetric: as it is; on Fisher's z, so that it stays within -1 and 1; on -log(1 - x), so
        that it stays below 1.
    confidence : float, default 0.95

    Raises
    ------
    StatisticsError
        ``stats.single_cluster`` where there are fewer than two clusters.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 11; Cameron & Miller (2015), Journal of Human
    Resources 50, 317-372, section VI.

    Examples
    --------
    >>> import numpy as np
    >>> found = delete_one([2.0], np.array([[2.5], [2.0], [1.5]]))  # the mean of 1, 2 and 3
    >>> round(float(found.std_error[0]), 4)  # their standard deviation over the root of 3
    0.5774
    """
    whole, parts = np.asarray(estimate, dtype=np.float64), np.asarray(replicates, dtype=np.float64)
    if len(parts) < 2:
        raise StatisticsError("stats.single_cluster")
    forth, back = _SCALES[scale]
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = forth(whole)
        half = float(stats.t.ppf((1 + confidence) / 2, len(parts) - 1)) * _spread(forth(parts))
        low, high = back(centre - half), back(centre + half)
    return Jackknife(whole, _spread(parts), low, high, len(parts) - 1)


def _spread(parts: Array) -> Array:
    """Return the jackknife standard error of each column."""
    n_clusters = len(parts)
    with np.errstate(invalid="ignore"):
        error: Array = np.sqrt((n_clusters - 1) / n_clusters * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    return error
