"""How alike the values within a cluster are: the intraclass correlation and the design effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError

ClusterSize: TypeAlias = Literal["mean", "searle"]


@dataclass(frozen=True, slots=True)
class AnovaIcc:
    """The intraclass correlations of a one-way analysis of variance, with their limits.

    Attributes
    ----------
    icc1, icc1_low, icc1_high : float
        Share of variance between clusters.
    icc2, icc2_low, icc2_high : float
        Reliability of a cluster's mean; the limits are minus infinity where F is nothing.
    between, within, f, p_value : float
        Mean squares, their ratio, and the p value of no difference between clusters.
    df_between, df_within : int
    size : float
        The cluster size in the formulas: the mean, or Searle's.
    n_obs, n_clusters : int
    exact : bool
        True where all clusters are of one size, so that the limits are exact for normal values; else they take
        ``size`` as everyone's.
    """

    icc1: float
    icc1_low: float
    icc1_high: float
    icc2: float
    icc2_low: float
    icc2_high: float
    between: float
    within: float
    f: float
    p_value: float
    df_between: int
    df_within: int
    size: float
    n_obs: int
    n_clusters: int
    exact: bool


def anova_icc(
    values: NDArray[np.float64],
    clusters: NDArray[Any],
    *,
    size: ClusterSize = "mean",
    confidence: float = 0.95,
) -> AnovaIcc:
    r"""Estimate ICC(1) and ICC(2) from the one-way analysis of variance, with limits from the F distribution.

    Parameters
    ----------
    values : ndarray, shape (n_obs,)
        Nothing missing.
    clusters : ndarray, shape (n_obs,)
        Each value's cluster.
    size : {"mean", "searle"}
        The size of unequal clusters: their mean (R ``multilevel``), or Searle's
        :math:`n_0 = (N - \sum n^2 / N) / (K - 1)`, which makes the variance between clusters unbiased.
    confidence : float, default 0.95

    Raises
    ------
    StatisticsError
        If there is one cluster only, or no cluster has two values (``stats.icc_needs_clusters``).

    Notes
    -----
    All numbers are NaN where values do not vary. Without variance within clusters both are 1.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428, for the limits; Searle, Casella & McCulloch (1992),
    Variance Components, for the size; Bliese (2000).
    """
    between, within, sizes = _mean_squares(values, clusters)
    n_obs, n_clusters = len(values), len(sizes)
    df = n_clusters - 1, n_obs - n_clusters
    k = _cluster_size(sizes, size)
    f = between / within if within > 0 else (float("inf") if between > 0 else float("nan"))
    tail = (1 - confidence) / 2
    low, high = f / stats.f.isf(tail, *df), f * stats.f.isf(tail, df[1], df[0])
    return AnovaIcc(
        icc1=_icc1_of(f, k),
        icc1_low=_icc1_of(low, k),
        icc1_high=_icc1_of(high, k),
        icc2=_icc2_of(f),
        icc2_low=_icc2_of(low),
        icc2_high=_icc2_of(high),
        between=between,
        within=within,
        f=f,
        p_value=float(stats.f.sf(f, *df)),
        df_between=df[0],
        df_within=df[1],
        size=k,
        n_obs=n_obs,
        n_clusters=n_clusters,
        exact=bool(np.all(sizes == sizes[0])),
    )


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
    between, within, sizes = _mean_squares(values, clusters)
    mean_size = _cluster_size(sizes, "mean")
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


def size_needed(icc: float, reliability: float) -> float:
    """Return how many values a cluster's mean needs to be this reliable (Spearman-Brown); NaN without positive ICC(1).

    Examples
    --------
    >>> round(size_needed(0.2, 0.7), 3)
    9.333
    """
    if not icc > 0:
        return float("nan")
    return reliability * (1 - icc) / (icc * (1 - reliability))


def _icc1_of(f: float, size: float) -> float:
    if f == float("inf"):
        return 1.0
    return (f - 1) / (f + size - 1)


def _icc2_of(f: float) -> float:
    return float("-inf") if f == 0 else 1 - 1 / f


def _cluster_size(sizes: NDArray[np.intp], kind: ClusterSize) -> float:
    n, n_clusters = float(sizes.sum()), len(sizes)
    if kind == "mean":
        return n / n_clusters
    return (n - float(np.sum(sizes.astype(np.float64) ** 2)) / n) / (n_clusters - 1)


def _mean_squares(values: NDArray[np.float64], clusters: NDArray[Any]) -> tuple[float, float, NDArray[np.intp]]:
    """Return the mean squares between and within clusters, and the clusters' sizes."""
    _, index, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    n, n_clusters = len(values), len(sizes)
    if n_clusters < 2 or n == n_clusters:
        raise StatisticsError("stats.icc_needs_clusters", n_clusters=n_clusters, n_obs=n)
    means = np.bincount(index, weights=values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (n_clusters - 1)
    within = float(np.sum((values - means[index]) ** 2)) / (n - n_clusters)
    return between, within, sizes
