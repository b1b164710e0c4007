"""Regression of an outcome on indices, at the level the outcome lives on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, nearest
from kadsurvey.findings import Finding
from kadsurvey.outcomes.design import Design, Level, body_design, respondent_design
from kadsurvey.outcomes.model_matrix import ModelMatrix, model_matrix
from kadsurvey.results import Result
from kadsurvey.stats.cluster import ClusterRobust, cluster_robust
from kadsurvey.stats.linear import LinearFit, fit_ols

LevelChoice: TypeAlias = Literal["auto", "body", "respondent"]
Inference: TypeAlias = Literal["auto", "hc2", "cr2", "cr3"]

LOW_DF = 4.0
"""Satterthwaite degrees of freedom below this are warned of: the t approximation is rough there."""


@dataclass(frozen=True, slots=True)
class Regression(Result):
    """A fitted regression with inference for few bodies.

    Attributes
    ----------
    table : DataFrame
        A row a term, the intercept first: term, estimate, std_error, statistic, df, p_value, ci_low, ci_high (95%).
        Without p value and interval where the design is descriptive only.
    fit : mapping
        r2, adj_r2, sigma, f_statistic, f_df1, f_df2, f_p_value (all slopes zero; the Wald test of the same
        covariance, Pustejovsky & Tipton 2018).
    diagnostics : mapping
        Empty as yet.
    n, clusters : int
        Rows and bodies used.
    outcome : str
    predictors, controls : tuple of str
    inference : {"hc2", "cr2", "cr3"}
    design : Design
    findings : tuple of Finding
        Rows left out and why, low degrees of freedom.
    """

    table: pd.DataFrame
    fit: Mapping[str, float]
    diagnostics: Mapping[str, object]
    n: int
    clusters: int
    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...]
    inference: Literal["hc2", "cr2", "cr3"]
    design: Design
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the table of terms."""
        return self.table


def regress(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    controls: Sequence[str] = (),
    cluster: str | None = None,
    level: LevelChoice = "auto",
    inference: Inference = "auto",
) -> Regression:
    """Regress an outcome on predictors by least squares, with inference right for few bodies.

    Parameters
    ----------
    data : DataFrame
        A row a respondent, with ``cluster`` naming the column of bodies; or a row a body, with ``cluster`` None.
    outcome, predictors, controls : str, sequences of str
        Columns. Text columns become indicators, the first category in sorted order being the reference.
    cluster : str, optional
        Column of the body.
    level : {"auto", "body", "respondent"}
        ``auto``: an outcome that is constant within every body is the body's, and each body is one row with the
        means of its respondents.
    inference : {"auto", "hc2", "cr2", "cr3"}
        ``auto`` is HC2 at body level and CR2 at respondent level, both with Bell-McCaffrey (Satterthwaite) degrees of
        freedom.

    Raises
    ------
    DesignError
        If a body's outcome is to be tested with respondents, or the bodies are too few.
    ArgumentError
        If a column does not exist.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181.
    Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683.
    """
    terms = [*predictors, *controls]
    _check_columns(data, [outcome, *terms, *([cluster] if cluster else [])], outcome, terms)
    used, findings = _complete_rows(data, outcome, terms, cluster)
    found = _level(used, outcome, cluster, level)
    n_respondents = 0
    if found == "body" and cluster is not None:
        n_respondents = len(used)
        used = _one_row_a_body(used, outcome, terms, cluster)
    if found == "body":
        # Too few bodies is the first thing to say, before what else one body or two make of the terms.
        body_design(n_bodies=len(used), n_terms=len(terms))
    matrix = model_matrix(used, terms)
    y = used[outcome].to_numpy(float)
    units = used[cluster].to_numpy() if found == "respondent" and cluster else np.arange(len(used))
    if found == "body":
        design = body_design(n_bodies=len(used), n_terms=matrix.n_slopes, n_respondents=n_respondents)
    else:
        design = respondent_design(y, units, n_terms=matrix.n_slopes)
    kind = _inference(inference, found)
    ols = fit_ols(y, matrix.values)
    robust = cluster_robust(y, matrix.values, units, kind="CR3" if kind == "cr3" else "CR2")
    table = _table(matrix, robust, descriptive=design.descriptive)
    return Regression(
        table=table,
        fit=_fit(ols, robust, matrix, descriptive=design.descriptive),
        diagnostics={},
        n=len(y),
        clusters=design.n_bodies,
        outcome=outcome,
        predictors=tuple(predictors),
        controls=tuple(controls),
        inference=kind,
        design=design,
        findings=(*findings, *_low_df(table, design)),
    )


def _check_columns(data: pd.DataFrame, names: Sequence[str], outcome: str, terms: Sequence[str]) -> None:
    if not terms:
        raise ArgumentError("outcomes.no_predictors")
    if outcome in terms:
        raise ArgumentError("outcomes.outcome_is_predictor", name=outcome)
    known = [str(name) for name in data.columns]
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise ArgumentError("outcomes.unknown_column", name=name, known=known if near is None else [near])
    if data[outcome].dtype.kind not in "biuf":
        raise ArgumentError("outcomes.outcome_not_numeric", name=outcome)


def _complete_rows(
    data: pd.DataFrame, outcome: str, terms: Sequence[str], cluster: str | None
) -> tuple[pd.DataFrame, list[Finding]]:
    columns = list(dict.fromkeys([outcome, *terms, *([cluster] if cluster else [])]))
    complete = data[columns].dropna()
    findings = []
    if cluster is not None:
        gone = sorted(set(data[cluster].dropna().astype(str)) - set(complete[cluster].astype(str)))
        if gone:
            findings.append(Finding("outcomes.bodies_left_out", "warning", {"bodies": gone, "count": len(gone)}))
    if (left := len(data) - len(complete)) > 0:
        missing = {name: int(data[name].isna().sum()) for name in columns if data[name].isna().any()}
        why = [f"{name} ({count})" for name, count in missing.items()]
        findings.append(Finding("outcomes.rows_left_out", "note", {"count": left, "of": len(data), "why": why}))
    if complete.empty:
        raise DesignError("outcomes.no_complete_rows", outcome=outcome, terms=list(terms))
    return complete, findings


def _level(data: pd.DataFrame, outcome: str, cluster: str | None, level: LevelChoice) -> Level:
    if cluster is None:
        if level == "respondent":
            raise ArgumentError("outcomes.respondents_need_cluster")
        return "body"
    within = data.groupby(cluster)[outcome]
    constant = bool((within.min() == within.max()).all())
    if level == "respondent" and constant:
        raise DesignError(
            "outcomes.body_outcome_at_respondent_level",
            outcome=outcome,
            n_respondents=len(data),
            n_bodies=int(data[cluster].nunique()),
        )
    if level == "auto":
        return "body" if constant else "respondent"
    return level


def _inference(asked: Inference, level: Level) -> Literal["hc2", "cr2", "cr3"]:
    if asked == "auto":
        return "hc2" if level == "body" else "cr2"
    if asked == "hc2" and level == "respondent":
        raise ArgumentError("outcomes.hc2_of_respondents")
    return asked


def _one_row_a_body(data: pd.DataFrame, outcome: str, terms: Sequence[str], cluster: str) -> pd.DataFrame:
    grouped = data.groupby(cluster, sort=True)
    means = {}
    for name in [outcome, *terms]:
        if data[name].dtype.kind in "biuf":
            means[name] = grouped[name].mean()
        elif (grouped[name].min() != grouped[name].max()).any():
            raise DesignError("outcomes.category_varies_within_body", name=name)
        else:
            means[name] = grouped[name].first()
    return pd.DataFrame(means).reset_index()


def _table(matrix: ModelMatrix, robust: ClusterRobust, *, descriptive: bool) -> pd.DataFrame:
    low, high = robust.interval(0.95)
    table = pd.DataFrame(
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
    if descriptive:
        table[["p_value", "ci_low", "ci_high"]] = np.nan
    return table


def _fit(ols: LinearFit, robust: ClusterRobust, matrix: ModelMatrix, *, descriptive: bool) -> dict[str, float]:
    slopes = np.eye(matrix.values.shape[1])[1:]
    wald = robust.wald(slopes)
    return {
        "r2": ols.r2,
        "adj_r2": ols.adj_r2,
        "sigma": float(np.sqrt(ols.sigma2)),
        "f_statistic": wald.statistic,
        "f_df1": wald.df_num,
        "f_df2": wald.df_denom,
        "f_p_value": float("nan") if descriptive else wald.p_value,
    }


def _low_df(table: pd.DataFrame, design: Design) -> list[Finding]:
    if design.descriptive:
        params = {"n_bodies": design.n_bodies, "residual_df": design.residual_df, "n_terms": design.n_terms}
        return [Finding("outcomes.descriptive_only", "warning", params)]
    low = table.loc[table["df"] < LOW_DF, "term"].tolist()
    return [Finding("outcomes.low_df", "warning", {"terms": low, "limit": LOW_DF})] if low else []
