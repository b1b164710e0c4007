"""The wild cluster bootstrap of one slope, on named columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.outcomes.model_matrix import model_matrix
from kadsurvey.results import Result
from kadsurvey.stats.wild import WildWeights, wild_cluster_test


@dataclass(frozen=True, slots=True)
class WildTest(Result):
    """A wild cluster bootstrap-t test of one slope, and the interval of the values it does not reject.

    Attributes
    ----------
    term : str
    estimate, std_error, statistic, p_value, ci_low, ci_high : float
        95% limits by inversion; infinite where no value, however far, is rejected.
    smallest_p : float
        No data could give a smaller p with these bodies and draws.
    weights : {"webb", "rademacher"}
    enumerated : bool
        Whether every sample was computed once.
    draws, n_clusters, seed : int
    """

    term: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    smallest_p: float
    weights: WildWeights
    enumerated: bool
    draws: int
    n_clusters: int
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the test as one row."""
        return pd.DataFrame([self.to_dict()])


def wild_bootstrap(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    term: str,
    cluster: str,
    *,
    weights: WildWeights = "auto",
    draws: int = 9999,
    seed: int,
) -> WildTest:
    """Test one slope of an OLS regression of respondents by the wild cluster bootstrap-t, null imposed.

    Parameters
    ----------
    data : DataFrame
        A row a respondent; rows with a missing value are left out.
    outcome, predictors, cluster : str, sequence of str, str
        Columns.
    term : str
        The slope tested: one of ``predictors``, or an indicator ``column[category]`` of one.
    weights : {"auto", "webb", "rademacher"}
        ``auto``: Webb's to 9 bodies, Rademacher's from 10.
    draws, seed : int

    Raises
    ------
    ArgumentError
        If the model has no such term.
    StatisticsError
        If the model cannot be fitted, or all rows are of one body.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90, 414-427. Webb (2023), Canadian Journal of
    Economics 56, 839-858.
    """
    used = data[[outcome, *predictors, cluster]].dropna()
    matrix = model_matrix(used, predictors)
    if term not in matrix.names:
        near = nearest(term, list(matrix.names))
        raise ArgumentError("outcomes.unknown_term", name=term, known=list(matrix.names) if near is None else [near])
    contrast = np.array([float(name == term) for name in matrix.names])
    found = wild_cluster_test(
        used[outcome].to_numpy(float),
        matrix.values,
        used[cluster].to_numpy(),
        contrast,
        weights=weights,
        draws=draws,
        seed=seed,
    )
    return WildTest(
        term=term,
        estimate=found.estimate,
        std_error=found.std_error,
        statistic=found.statistic,
        p_value=found.p_value,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        smallest_p=found.smallest_p,
        weights=found.weights,
        enumerated=found.enumerated,
        draws=found.draws,
        n_clusters=found.n_clusters,
        seed=seed,
    )
