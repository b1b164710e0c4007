"""The kinds of inference for the slopes of one linear model, each as the same table of terms."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.outcomes.design import Level
from kadsurvey.outcomes.model_matrix import INTERCEPT, ModelMatrix
from kadsurvey.stats.cluster import ClusterRobust, cluster_robust
from kadsurvey.stats.linear import fit_ols
from kadsurvey.stats.permutation import permutation_test
from kadsurvey.stats.wild import wild_cluster_test

Kind: TypeAlias = Literal["hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols", "jackknife", "reml"]

WILD_BELOW = 20
"""With fewer bodies the wild bootstrap stands beside CR2 (METHODS: Outcomes)."""
COLUMNS = ("term", "estimate", "std_error", "statistic", "df", "p_value", "ci_low", "ci_high")


def term_table(
    y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any], kind: Kind, *, seed: int
) -> pd.DataFrame:
    """Return a row a term: term, estimate, std_error, statistic, df, p_value, ci_low, ci_high.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
    matrix : ModelMatrix
    units : ndarray, shape (n_rows,)
        The body of each row; each its own at body level.
    kind : {"hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"}
        ``hc2`` is CR2 with clusters of one, ``hc3`` CR3 with clusters of one and t(n - k). ``wild`` has the intervals
        of its inversion, ``permutation`` none; the intercept keeps the analytic test under both.
    seed : int
        Of wild and permutation.
    """
    if kind == "ols":
        return _classical(y, matrix)
    if kind in ("wild", "permutation"):
        return _resampled(y, matrix, units, kind, seed)
    robust = cluster_robust(y, matrix.values, units, kind="CR3" if kind in ("cr3", "hc3") else "CR2")
    table = robust_table(robust, matrix)
    return _with_df(table, len(y) - matrix.values.shape[1]) if kind == "hc3" else table


def robust_table(robust: ClusterRobust, matrix: ModelMatrix) -> pd.DataFrame:
    """Return the terms of a cluster-robust fit with Satterthwaite degrees of freedom."""
    low, high = robust.interval(0.95)
    return pd.DataFrame(
        {
            "term": matrix.names,
            "estimate": robust.estimate,
            "std_error": robust.std_error,
            "statistic": robust.statistic,
            "df": robust.df,
            "p_value": robust.p_value,
            "ci_low": low,
            "ci_high": high,
        }
    )


def beside(level: Level, n_bodies: int) -> tuple[Kind, ...]:
    """Return the kinds that stand beside the printed one."""
    if level == "body":
        return ("ols", "permutation")
    return ("wild",) if n_bodies < WILD_BELOW else ()


def _classical(y: NDArray[np.float64], matrix: ModelMatrix) -> pd.DataFrame:
    fit = fit_ols(y, matrix.values)
    table = pd.DataFrame({"term": matrix.names, "estimate": fit.estimate, "std_error": fit.std_error})
    return _with_df(table.assign(statistic=fit.statistic), fit.df_residual)


def _with_df(table: pd.DataFrame, df: int) -> pd.DataFrame:
    half = float(stats.t.ppf(0.975, df)) * table["std_error"]
    p_value = 2 * stats.t.sf(table["statistic"].abs(), df)
    low, high = table["estimate"] - half, table["estimate"] + half
    return table.assign(df=float(df), p_value=p_value, ci_low=low, ci_high=high)[list(COLUMNS)]


def _resampled(
    y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any], kind: Literal["wild", "permutation"], seed: int
) -> pd.DataFrame:
    table = term_table(y, matrix, units, "cr2" if kind == "wild" else "ols", seed=seed)
    for place, name in enumerate(matrix.names):
        if name == INTERCEPT:
            continue
        if kind == "permutation":
            shuffled = permutation_test(y, matrix.values, place, seed=seed)
            found = {"statistic": shuffled.statistic, "p_value": shuffled.p_value, "ci_low": np.nan, "ci_high": np.nan}
        else:
            wild = wild_cluster_test(y, matrix.values, units, np.eye(len(matrix.names))[place], seed=seed)
            found = {
                "std_error": wild.std_error,
                "statistic": wild.statistic,
                "p_value": wild.p_value,
                "ci_low": wild.ci_low,
                "ci_high": wild.ci_high,
            }
        table.loc[place, list(found)] = list(found.values())
        table.loc[place, "df"] = np.nan
    return table
