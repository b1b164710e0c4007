"""Whether the means of clusters stand for the clusters: ICC(1), ICC(2), rwg(j) and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.indices.aggregation_rules import ICC2_LEAST, Verdict, verdict_of
from kadsurvey.results import Result
from kadsurvey.stats.agreement import AnovaIcc, anova_icc, design_effect, size_needed
from kadsurvey.stats.mixed import restricted_icc
from kadsurvey.stats.within_agreement import Null, average_deviation, awg, null_variance, rwg, rwg_j, rwg_j_lindell

ITEM_COLUMNS = ("rwg_j", "rwg_j_skewed", "rwg_j_lindell", "awg", "ad_mean", "ad_median")
"""What is measured of several items, a column each of `Agreement.clusters`."""


@dataclass(frozen=True, slots=True)
class Agreement(Result):
    """How alike the values of a cluster are, and how well its mean can be told from other clusters' means.

    Attributes
    ----------
    icc1, icc1_ci : float, tuple of float
        Share of variance between clusters, of the analysis of variance with the mean cluster size; 95% limits from the
        F distribution, exact for normal values where ``exact`` says that clusters are of one size.
    icc1_searle : float
        The same with Searle's cluster size.
    icc1_mixed, icc1_mixed_ci : float, tuple of float
        Of the random-intercept model by REML, which cannot be negative; limits of its likelihood ratio.
    icc2, icc2_ci : float, tuple of float
        Reliability of a cluster's mean, of the analysis of variance; limits from the F distribution.
    icc2_mixed : float
        Of ``icc1_mixed`` at the mean size.
    f, p_value : float
        The test of no difference between clusters.
    design_effect : float
        1 + (mean size - 1) ``icc1_mixed``.
    size_needed : float
        Values a cluster needs for a mean of reliability .70; NaN where ``icc1_mixed`` is zero.
    rwg : Series by cluster
        Agreement on the value itself, 0 to 1.
    clusters : DataFrame by cluster
        n, mean, reliability (of ``icc1_mixed`` at this n), rwg, and of the rows that lack no item: n_complete,
        ``rwg_j`` (against ``null``), ``rwg_j_skewed`` (NaN where the scale has no skewed null), ``rwg_j_lindell``,
        ``awg``, ``ad_mean``, ``ad_median`` (average deviation in scale points). All NaN where they cannot be had.
    verdict : str
        As `kadsurvey.indices.aggregation_rules.verdict_of` reads these numbers.
    null : {"uniform", "slight_skew"}
    codes : tuple of float or None
        The scale, where there is one.
    n_obs, n_dropped, n_clusters : int
        Values used; left out for want of a value or a cluster.
    mean_size : float
    exact : bool
    findings : tuple of Finding
        Values that are not on the scale.
    """

    icc1: float
    icc1_ci: tuple[float, float]
    icc1_searle: float
    icc1_mixed: float
    icc1_mixed_ci: tuple[float, float]
    icc2: float
    icc2_ci: tuple[float, float]
    icc2_mixed: float
    f: float
    p_value: float
    design_effect: float
    size_needed: float
    rwg: pd.Series
    clusters: pd.DataFrame
    verdict: Verdict
    null: Null
    codes: tuple[float, ...] | None
    n_obs: int
    n_dropped: int
    n_clusters: int
    mean_size: float
    exact: bool
    findings: tuple[Finding, ...]

    @property
    def median_agreement(self) -> float:
        """The middle rwg(j) over clusters where there are items, else the middle rwg; NaN where there is none."""
        return median(self.clusters["rwg_j" if self.clusters["rwg_j"].notna().any() else "rwg"])

    def to_frame(self) -> pd.DataFrame:
        """Return the clusters."""
        return self.clusters


def agreement(
    values: pd.Series | NDArray[np.float64],
    cluster: pd.Series | NDArray[Any],
    *,
    items: pd.DataFrame | None = None,
    codes: Sequence[float] | None = (1, 2, 3, 4, 5),
    null: Null = "uniform",
) -> Agreement:
    """Measure how far respondents agree within clusters, and whether their means may stand for the clusters.

    Parameters
    ----------
    values : Series or ndarray, shape (n_obs,)
        A score a respondent; missing ones are left out and counted.
    cluster : Series or ndarray, shape (n_obs,)
        Each respondent's cluster. Two Series are joined by their index.
    items : DataFrame, respondent x item, optional
        The answers behind the score, for rwg(j), awg and the average deviation; joined by index to a Series of values.
    codes : sequence of float or None
        The points of the scale on which values and items lie; None where they have no common scale, and so no rwg.
        Values beyond its ends give no rwg, and a finding.
    null : {"uniform", "slight_skew"}
        The answers that agreement is measured against.

    Raises
    ------
    ArgumentError
        If values, clusters and items are not of the same respondents (``indices.rows_differ``).
    StatisticsError
        If there is one cluster only or none of two values (``stats.icc_needs_clusters``); if the null is not known of
        this scale.

    References
    ----------
    Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349-381;
    LeBreton & Senter (2008), Organizational Research Methods 11, 815-852.

    Examples
    --------
    >>> import numpy as np
    >>> found = agreement(np.array([1.0, 2, 4, 5]), np.array(["a", "a", "b", "b"]))
    >>> round(found.icc1, 3), found.rwg.tolist()
    (0.895, [0.75, 0.75])
    """
    scale = _Scale.of(codes, null)
    frame = _joined(values, cluster, items)
    used = frame.dropna(subset=["value", "cluster"])
    scores, labels = used["value"].to_numpy(float), used["cluster"].to_numpy()
    index = pd.factorize(labels)[0]
    anova = anova_icc(scores, index)
    mixed = _mixed(scores, index, anova)
    answers = used.drop(columns=["value", "cluster"])
    findings = () if scale is None else tuple(_off_scale(used, scale))
    clusters = _by_cluster(used, answers, scale, mixed[0])
    off = {finding.params["name"] for finding in findings}
    if "value" in off:
        clusters["rwg"] = np.nan
    if off - {"value"}:
        clusters[list(ITEM_COLUMNS)] = np.nan
    agreed = median(clusters["rwg_j" if clusters["rwg_j"].notna().any() else "rwg"])
    return Agreement(
        icc1=anova.icc1,
        icc1_ci=(anova.icc1_low, anova.icc1_high),
        icc1_searle=anova_icc(scores, index, size="searle").icc1,
        icc1_mixed=mixed[0],
        icc1_mixed_ci=(mixed[1], mixed[2]),
        icc2=anova.icc2,
        icc2_ci=(anova.icc2_low, anova.icc2_high),
        icc2_mixed=_reliability(mixed[0], anova.size),
        f=anova.f,
        p_value=anova.p_value,
        design_effect=design_effect(mixed[0], anova.size),
        size_needed=size_needed(mixed[0], ICC2_LEAST),
        rwg=clusters["rwg"],
        clusters=clusters,
        verdict=verdict_of(icc1=anova.icc1, p_value=anova.p_value, icc2=anova.icc2, agreed=agreed),
        null=null,
        codes=None if codes is None else tuple(codes),
        n_obs=len(used),
        n_dropped=len(frame) - len(used),
        n_clusters=anova.n_clusters,
        mean_size=anova.size,
        exact=anova.exact,
        findings=findings,
    )


def median(values: pd.Series[float]) -> float:
    """Return the median of what is there, NaN where nothing is."""
    return float(values.median()) if values.notna().any() else float("nan")


def _joined(
    values: pd.Series | NDArray[np.float64], cluster: pd.Series | NDArray[Any], items: pd.DataFrame | None
) -> pd.DataFrame:
    """Return value, cluster and items side by side: by index where the values have one, else in their order."""
    named = isinstance(values, pd.Series)
    index = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(values))
    parts: list[tuple[Any, Any]] = [("value", values), ("cluster", cluster)]
    if items is not None:
        parts += [(name, items[name]) for name in items.columns]
    aligned = {}
    for name, part in parts:
        by_index = named and isinstance(part, pd.Series)
        alike = by_index and part.index.equals(index)  # the common case, and a search among a million names is long
        fits = alike or (part.index.is_unique and index.isin(part.index).all() if by_index else len(part) == len(index))
        if not fits or not index.is_unique:
            raise ArgumentError("indices.rows_differ", name=name, given=len(part), needed=len(index))
        aligned[name] = part.reindex(index).to_numpy() if by_index and not alike else np.asarray(part)
    return pd.DataFrame(aligned, index=index)


def _mixed(scores: NDArray[np.float64], index: NDArray[np.intp], anova: AnovaIcc) -> tuple[float, float, float]:
    """Return the mixed model's ICC with its limits; one where nobody differs within a cluster."""
    if anova.within == 0:
        return (1.0, 1.0, 1.0) if anova.between > 0 else (float("nan"),) * 3
    return restricted_icc(scores, index)


def _reliability(icc: float, size: float) -> float:
    return size * icc / (1 + (size - 1) * icc)


def _off_scale(used: pd.DataFrame, scale: _Scale) -> list[Finding]:
    found = []
    for name in used.columns.drop("cluster"):
        beyond = int(((used[name] < scale.low) | (used[name] > scale.high)).sum())
        if beyond:
            params = {"name": name, "count": beyond, "low": scale.low, "high": scale.high}
            found.append(Finding("indices.values_off_scale", "warning", params))
    return found


def _by_cluster(used: pd.DataFrame, answers: pd.DataFrame, scale: _Scale | None, icc: float) -> pd.DataFrame:
    codes, names = pd.factorize(used["cluster"], sort=True)
    values, whole = used["value"].to_numpy(float), answers.notna().all(axis=1).to_numpy()
    matrix = answers.to_numpy(float)
    rows = []
    for code in range(len(names)):
        own = codes == code
        # Without items nobody answered all of them.
        complete = matrix[own & whole] if answers.shape[1] else np.empty((0, 1))
        row = {
            "n": int(own.sum()),
            "mean": float(values[own].mean()),
            "reliability": _reliability(icc, float(own.sum())),
            "rwg": np.nan if scale is None else rwg(values[own], scale.expected),
            "n_complete": len(complete),
        }
        rows.append(row | (dict.fromkeys(ITEM_COLUMNS, np.nan) if scale is None else scale.measure(complete)))
    return pd.DataFrame(rows, index=pd.Index(names, name="cluster"))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The ends of a scale and the variances of answers given without agreement."""

    low: float
    high: float
    expected: float
    skewed: float

    @classmethod
    def of(cls, codes: Sequence[float] | None, null: Null) -> _Scale | None:
        if codes is None:
            return None
        expected = null_variance(codes, null)
        try:
            skewed = null_variance(codes, "slight_skew")
        except StatisticsError:
            skewed = float("nan")
        return cls(min(codes), max(codes), expected, skewed)

    def measure(self, items: NDArray[np.float64]) -> dict[str, float]:
        """Return the numbers of `ITEM_COLUMNS` for one cluster's complete answers."""
        return {
            "rwg_j": rwg_j(items, self.expected),
            "rwg_j_skewed": rwg_j(items, self.skewed) if self.skewed == self.skewed else self.skewed,
            "rwg_j_lindell": rwg_j_lindell(items, self.expected),
            "awg": awg(items, lowest=self.low, highest=self.high),
            "ad_mean": average_deviation(items),
            "ad_median": average_deviation(items, "median"),
        }
