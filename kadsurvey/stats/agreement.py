"""How alike the values within a cluster are: the intraclass correlation and the design effect."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError


def icc1(values: NDArray[np.float64], clusters: NDArray[Any]) -> float:
    """Estimate ICC(1), the share of variance between clusters, from the one-way analysis of variance.

    Parameters
    ----------
    values : ndarray, shape (n_obs,)
        Nothing missing.
    clusters : ndarray, shape (n_obs,)
        Each value's cluster.

    Returns
    -------
    float
        (MSB - MSW) / (MSB + (k - 1) MSW) with k the mean cluster size; may be negative; NaN without variance.

    Raises
    ------
    StatisticsError
        If there is one cluster only, or no cluster has two values.

    References
    ----------
    Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349-381.
    """
    between, within, mean_size = _mean_squares(values, clusters)
    total = between + (mean_size - 1) * within
    return (between - within) / total if total > 0 else float("nan")


def icc2(values: NDArray[np.float64], clusters: NDArray[Any]) -> float:
    """Estimate ICC(2), the reliability of the clusters' means: (MSB - MSW) / MSB.

    Parameters, errors and source as `icc1`. Negative where clusters differ less than by chance; NaN without variance
    between them.
    """
    between, within, _ = _mean_squares(values, clusters)
    return (between - within) / between if between > 0 else float("nan")


def design_effect(icc: float, mean_size: float) -> float:
    """Return how many times the variance of a mean grows because answers are clustered (Kish 1965).

    A negative ICC counts as none: clustering is not credited with extra information.
    """
    return 1 + (mean_size - 1) * max(icc, 0.0)


def _mean_squares(values: NDArray[np.float64], clusters: NDArray[Any]) -> tuple[float, float, float]:
    """Return the mean squares between and within clusters, and the mean cluster size."""
    _, index, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    n, n_clusters = len(values), len(sizes)
    if n_clusters < 2 or n == n_clusters:
        raise StatisticsError("stats.icc_needs_clusters", n_clusters=n_clusters, n_obs=n)
    means = np.bincount(index, weights=values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (n_clusters - 1)
    within = float(np.sum((values - means[index]) ** 2)) / (n - n_clusters)
    return between, within, n / n_clusters
