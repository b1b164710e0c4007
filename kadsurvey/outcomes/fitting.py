"""One model as arrays, fitted by its family with the inference its level asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.findings import Finding
from kadsurvey.outcomes.design import Design
from kadsurvey.outcomes.diagnostics import Diagnostics, collinearity_of, diagnose
from kadsurvey.outcomes.families import Family, FamilyFit, OtherFamily, fit_family
from kadsurvey.outcomes.inference import COLUMNS, Kind, beside, term_table
from kadsurvey.outcomes.model_matrix import ModelMatrix
from kadsurvey.outcomes.panel import PERIOD
from kadsurvey.outcomes.within_between import BETWEEN, WITHIN
from kadsurvey.stats.cluster import ClusterRobust, cluster_robust
from kadsurvey.stats.linear import fit_ols

LINEAR: tuple[Family, ...] = ("ols", "fixed", "difference")
"""Fitted by least squares; of the last two, rows are deviations from the body's mean, or changes between years."""
_CONTRAST = ("predictor", *COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Problem:
    """One model as arrays.

    Attributes
    ----------
    y : ndarray, shape (n_rows,)
    matrix : ModelMatrix
    units, bodies : ndarray, shape (n_rows,)
        What is taken as independent: the body of each row, or the row itself where each is a body; and its body's name.
    design : Design
    family : str
    kind : str
        Of the inference.
    split : tuple of str
        Predictors that stand in ``matrix`` as ``<p>_within`` and ``<p>_between``.
    time : str or None
        Of a panel, the column of the years, whose indicators are no predictors.
    exposure, members : ndarray, shape (n_rows,), or None
        Of counts: what the rate is per. Of mixed models: the member of each row.
    seed : int
    """

    y: NDArray[np.float64]
    matrix: ModelMatrix
    units: NDArray[Any]
    bodies: NDArray[Any]
    design: Design
    family: Family
    kind: Kind
    split: tuple[str, ...] = ()
    time: str | None = None
    exposure: NDArray[np.float64] | None = None
    members: NDArray[Any] | None = None
    diagnosed: bool = True
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the fields of the same names in `kadsurvey.outcomes.regress.Regression` hold."""

    table: pd.DataFrame
    fit: Mapping[str, float]
    diagnostics: Diagnostics
    contextual: pd.DataFrame
    beside: pd.DataFrame = field(default_factory=lambda: _nothing_beside())
    marginal: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    findings: tuple[Finding, ...] = ()


def fit_problem(problem: Problem) -> Fitted:
    """Fit a model.

    Raises
    ------
    StatisticsError
        If it cannot be fitted.
    """
    if problem.family in LINEAR:
        return _linear(problem)
    found = _by_family(problem, problem.matrix)
    described = _described(found.table.assign(beta=np.nan), problem.design)
    return Fitted(
        table=described,
        marginal=_described(found.marginal, problem.design),
        fit=found.fit,
        diagnostics=collinearity_of(problem.matrix),
        contextual=_contextual_of_family(problem),
        findings=found.findings,
    )


def _linear(problem: Problem) -> Fitted:
    y, matrix, kind, design = problem.y, problem.matrix, problem.kind, problem.design
    robust = cluster_robust(y, matrix.values, problem.units, kind="CR3" if kind in ("cr3", "hc3") else "CR2")
    slopes = list(matrix.slopes)
    beta = np.full(len(matrix.names), np.nan)
    table = term_table(y, matrix, problem.units, kind, seed=problem.seed)
    spread = matrix.values.std(axis=0, ddof=1) / y.std(ddof=1)
    beta[slopes] = (table["estimate"].to_numpy(float) * spread)[slopes]
    return Fitted(
        table=_described(table.assign(beta=beta), design),
        fit=_fit(problem, robust),
        diagnostics=_diagnosed(problem),
        contextual=_contextual(robust, matrix, problem.split),
        beside=_beside(problem) if problem.diagnosed else _nothing_beside(),
    )


def _diagnosed(problem: Problem) -> Diagnostics:
    if not problem.diagnosed:
        return collinearity_of(problem.matrix)
    tests, respondents = problem.family != "fixed", problem.design.level == "respondent"
    return diagnose(problem.y, problem.matrix, problem.bodies, tests=tests, respondents=respondents)


def _beside(problem: Problem) -> pd.DataFrame:
    design = problem.design
    kinds = [kind for kind in beside(design.level, design.n_bodies) if kind != problem.kind]
    if design.descriptive or not kinds:
        return _nothing_beside()
    y, matrix, units = problem.y, problem.matrix, problem.units
    tables = [term_table(y, matrix, units, kind, seed=problem.seed).assign(kind=kind) for kind in kinds]
    return pd.concat(tables, ignore_index=True)


def _nothing_beside() -> pd.DataFrame:
    return pd.DataFrame(columns=[*COLUMNS, "kind"])


def _fit(problem: Problem, robust: ClusterRobust) -> dict[str, float]:
    matrix = problem.matrix
    ols = fit_ols(problem.y, matrix.values)
    years = tuple(f"{name}[" for name in (problem.time, PERIOD) if name is not None)
    tested = [place for place in matrix.slopes if not matrix.names[place].startswith(years)]
    wald = robust.wald(np.eye(matrix.values.shape[1])[tested])
    test = {
        "f_statistic": wald.statistic,
        "f_df1": wald.df_num,
        "f_df2": wald.df_denom,
        "f_p_value": float("nan") if problem.design.descriptive else wald.p_value,
    }
    if problem.family == "fixed":
        # The means of the bodies are parameters too, so no measure of fit counts only the slopes.
        left = ols.df_residual - problem.design.n_bodies
        adjusted = 1 - (1 - ols.r2) * (ols.n_obs - problem.design.n_bodies) / left if left > 0 else float("nan")
        sigma = float(np.sqrt(ols.sigma2 * ols.df_residual / left)) if left > 0 else float("nan")
        return {"r2_within": ols.r2, "adj_r2_within": adjusted, "sigma": sigma, **test}
    return {
        "r2": ols.r2,
        "adj_r2": ols.adj_r2,
        "sigma": float(np.sqrt(ols.sigma2)),
        "log_likelihood": ols.log_likelihood,
        "aic": ols.aic,
        "bic": ols.bic,
        **test,
    }


def _contextual(robust: ClusterRobust, matrix: ModelMatrix, split: Sequence[str]) -> pd.DataFrame:
    """Test the between slope less the within slope: what the body's mean adds to the respondent's own."""
    rows = []
    for name in split:
        contrast = np.zeros(len(matrix.names))
        contrast[matrix.names.index(name + BETWEEN)], contrast[matrix.names.index(name + WITHIN)] = 1, -1
        estimate, error = float(contrast @ robust.estimate), float(np.sqrt(contrast @ robust.vcov @ contrast))
        wald = robust.wald(contrast[None, :])
        half = float(stats.t.ppf(0.975, wald.df_denom)) * error
        test = (estimate / error, wald.df_denom, wald.p_value)
        rows.append((name, estimate, error, *test, estimate - half, estimate + half))
    return pd.DataFrame(rows, columns=list(_CONTRAST))


def _contextual_of_family(problem: Problem) -> pd.DataFrame:
    """Fit again with each predictor whole beside its body's mean, whose slope is then the contextual difference.

    The fit is the same, so the test of that slope is the family's own, whatever its standard errors are.
    """
    if not problem.split:
        return pd.DataFrame(columns=list(_CONTRAST))
    values = problem.matrix.values.copy()
    names = problem.matrix.names
    for name in problem.split:
        values[:, names.index(name + WITHIN)] += values[:, names.index(name + BETWEEN)]
    table = _by_family(problem, replace(problem.matrix, values=values)).table
    rows = table.set_index("term").loc[[name + BETWEEN for name in problem.split]].set_axis(list(problem.split))
    return rows.rename_axis("predictor").reset_index()[list(_CONTRAST)]


def _by_family(problem: Problem, matrix: ModelMatrix) -> FamilyFit:
    family = cast("OtherFamily", problem.family)
    return fit_family(problem.y, matrix, problem.units, family, exposure=problem.exposure, nested=problem.members)


def _described(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Return the table, without p values and intervals where so few bodies only describe."""
    return table.assign(p_value=np.nan, ci_low=np.nan, ci_high=np.nan) if design.descriptive else table
