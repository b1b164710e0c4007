"""Regression of an outcome on indices, at the level the outcome lives on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.findings import Finding
from kadsurvey.outcomes.aggregation import aggregation
from kadsurvey.outcomes.design import Design, Level, body_design, clustered_design
from kadsurvey.outcomes.diagnostics import VIF_HIGH, Diagnostics
from kadsurvey.outcomes.families import Family
from kadsurvey.outcomes.fitting import LINEAR, Problem, fit_problem
from kadsurvey.outcomes.inference import Kind
from kadsurvey.outcomes.model_matrix import model_matrix
from kadsurvey.outcomes.panel import within_bodies
from kadsurvey.outcomes.rows import LevelChoice, Rows, model_rows
from kadsurvey.outcomes.within_between import belongs_to
from kadsurvey.results import Result
from kadsurvey.stats.multiple import holm

Adjust: TypeAlias = Literal["none", "holm"]
Inference: TypeAlias = Literal["auto", "hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"]

LOW_DF = 4.0
"""Satterthwaite degrees of freedom below this are warned of: the t approximation is rough there."""
_BODY_ONLY = ("hc2", "hc3", "permutation", "ols")


@dataclass(frozen=True, slots=True)
class Regression(Result):
    """A fitted regression with inference for few bodies.

    Attributes
    ----------
    table : DataFrame
        A row a term, the intercept first: term, estimate, std_error, statistic, df, p_value, ci_low, ci_high (95%),
        beta (in standard deviations of term and outcome), p_holm (of the predictors' slopes together, where asked for).
        Without p value and interval where the design is descriptive.
    beside : DataFrame
        The same columns by other kinds of inference, named by ``kind``: at body level ``ols`` and ``permutation``
        (Freedman-Lane), at respondent level below 20 bodies ``wild``. Empty where the design is descriptive.
    contextual : DataFrame
        For each predictor that was split: predictor, estimate (between less within slope), std_error, statistic, df,
        p_value, ci_low, ci_high.
    aggregation : DataFrame by variable
        icc1, icc2, mean_n, n_bodies of what was averaged to the body; empty where nothing was.
    fit : mapping
        r2, adj_r2, sigma, log_likelihood, aic, bic, f_statistic, f_df1, f_df2, f_p_value (all slopes zero; the Wald
        test of the same covariance, Pustejovsky & Tipton 2018). The likelihood takes rows as independent.
    diagnostics : Diagnostics
    n, clusters : int
        Rows and bodies used.
    outcome : str
    predictors, controls : tuple of str
    family : {"ols", "mixed", "fixed", "difference", "fractional", "logit", "ordered", "poisson"}
        Slopes of the last four are in log odds (poisson: log rates). Of these and mixed ``fit`` is that of
        `kadsurvey.outcomes.families.FamilyFit`, and nothing but collinearity is diagnosed; of fixed it holds
        r2_within and adj_r2_within instead of r2, adj_r2 and what rests on the likelihood.
    marginal : DataFrame
        Average marginal effects in the outcome's own unit, the columns of ``table``; empty for ols and ordered.
    inference : {"hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols", "jackknife", "reml"}
    design : Design
    findings : tuple of Finding
        Rows left out and why, low degrees of freedom, collinear predictors.
    seed : int
        Of wild and permutation.
    """

    table: pd.DataFrame
    beside: pd.DataFrame
    contextual: pd.DataFrame
    aggregation: pd.DataFrame
    fit: Mapping[str, float]
    diagnostics: Diagnostics
    n: int
    clusters: int
    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...]
    family: Family
    marginal: pd.DataFrame
    inference: Kind
    design: Design
    findings: tuple[Finding, ...]
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the table of terms."""
        return self.table


def regress(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    controls: Sequence[str] = (),
    interactions: Sequence[tuple[str, str]] = (),
    cluster: str | None = None,
    time: str | None = None,
    level: LevelChoice = "auto",
    within_between: bool = False,
    family: Family = "ols",
    exposure: str | None = None,
    nested: str | None = None,
    inference: Inference = "auto",
    adjust: Adjust = "none",
    diagnosed: bool = True,
    seed: int = 1,
) -> Regression:
    """Regress an outcome on predictors, with inference right for few bodies.

    Parameters
    ----------
    data : DataFrame
        A row a respondent, with ``cluster`` naming the column of bodies; or a row a body, with ``cluster`` None.
    outcome, predictors, controls : str, sequences of str
        Columns. Text columns become indicators, the first category in sorted order being the reference.
    interactions : sequence of pairs of str
        Pairs of numeric predictors or controls whose product, each about its mean over the rows of the model, is a term
        ``a:b``; the slopes of both are then those at the other's mean.
    cluster : str, optional
        Column of the body.
    time : str, optional
        Column of the year, where each row is a body in a year (a panel). The years are then terms too, so that what
        changed for all bodies alike is no predictor's; inference is by body.
    level : {"auto", "body", "respondent"}
        ``auto``: an outcome that is constant within every body is the body's, and each body is one row with the
        means of its respondents.
    within_between : bool
        Where a body has several rows, split each predictor into ``<p>_within`` (deviation from the body's mean) and
        ``<p>_between`` (that mean), because a pooled slope mixes the two (Mundlak 1978).
    family : {"ols", "mixed", "fixed", "difference", "fractional", "logit", "ordered", "poisson"}
        Least squares; random intercepts of bodies; an intercept a body (fixed effects); changes between a body's
        successive years; a share between 0 and 1; 0 or 1; ordered answers; counts.
    exposure : str, optional
        Column that says per what a count is.
    nested : str, optional
        Column of the member: its intercepts are random within its body under ``mixed``, and its members are counted.
    inference : {"auto", "hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"}
        Of ols, fixed and difference; the other families have ``auto`` only: CR2 (mixed: REML with Satterthwaite degrees
        of freedom; ordered: delete-one-body jackknife). ``auto`` is HC2 where each row is a body and CR2 else, both
        with Bell-McCaffrey (Satterthwaite) degrees of freedom. Those that take rows as independent (hc2, hc3, ols,
        permutation) are for rows that are bodies.
    adjust : {"none", "holm"}
        Whether to adjust the p values of the predictors' slopes for their number.
    diagnosed : bool
        False, for who fits many models, leaves out the diagnostics but collinearity, and other inference beside.
    seed : int
        Of wild and permutation.

    Raises
    ------
    DesignError
        If a body's outcome is to be tested with respondents, or the bodies are too few.
    ArgumentError
        If a column does not exist, or the inference is not for this level or family.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181.
    Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683.
    """
    rows = model_rows(
        data,
        outcome,
        predictors,
        controls=controls,
        interactions=interactions,
        others=[name for name in (exposure, nested if family == "mixed" else None) if name],
        cluster=cluster,
        time=time,
        level=level,
        within_between=within_between,
        family=family,
    )
    problem, said = _problem(rows, data, outcome, cluster, time, family, inference, exposure, nested, diagnosed, seed)
    fitted = fit_problem(problem)
    table = _adjusted(fitted.table, predictors) if adjust == "holm" else fitted.table
    findings = (*rows.findings, *said, *fitted.findings, *_low_df(table, problem.design))
    return Regression(
        table=table,
        beside=fitted.beside,
        contextual=fitted.contextual,
        aggregation=aggregation(rows.complete, [outcome, *predictors], cluster, "respondent" if time else rows.level),
        fit=fitted.fit,
        diagnostics=fitted.diagnostics,
        n=len(problem.y),
        clusters=problem.design.n_bodies,
        outcome=outcome,
        predictors=tuple(predictors),
        controls=tuple(controls),
        family=family,
        marginal=fitted.marginal,
        inference=problem.kind,
        design=problem.design,
        findings=(*findings, *_collinear(fitted.diagnostics)),
        seed=seed,
    )


def _problem(
    rows: Rows,
    data: pd.DataFrame,
    outcome: str,
    cluster: str | None,
    time: str | None,
    family: Family,
    inference: Inference,
    exposure: str | None,
    nested: str | None,
    diagnosed: bool,
    seed: int,
) -> tuple[Problem, list[Finding]]:
    """Put the rows into arrays, and work out the design before anything is fitted."""
    used, level = rows.data, rows.level
    kind = _kind(inference, level, family)
    n_members = _members(data, rows, cluster, nested)
    n_respondents = len(rows.complete) if level == "body" and cluster is not None and family != "difference" else 0
    if level == "body":
        # Too few bodies is the first thing to say, before what else one body or two make of the terms.
        body_design(n_bodies=len(used), n_terms=len(rows.terms))
    matrix, y = model_matrix(used, rows.terms), used[outcome].to_numpy(float)
    bodies = used[cluster].to_numpy() if cluster else used.index.to_numpy()
    findings = []
    if family == "fixed":
        y, matrix, absorbed = within_bodies(y, matrix, bodies)
        if absorbed:
            findings.append(Finding("outcomes.terms_without_change", "note", {"terms": list(absorbed)}))
    n_terms = len(matrix.slopes)
    if level == "body":
        design = body_design(n_bodies=len(used), n_terms=n_terms, n_members=n_members, n_respondents=n_respondents)
    else:
        between, fixed = len(rows.split), family == "fixed"
        design = clustered_design(
            y, bodies, level=level, n_terms=n_terms, n_between=between, n_members=n_members, fixed=fixed
        )
    problem = Problem(
        y=y,
        matrix=matrix,
        units=np.arange(len(used)) if level == "body" else bodies,
        bodies=bodies,
        design=design,
        family=family,
        kind=kind,
        split=rows.split,
        time=time,
        exposure=None if exposure is None else used[exposure].to_numpy(float),
        members=used[nested].to_numpy() if nested is not None and family == "mixed" else None,
        diagnosed=diagnosed,
        seed=seed,
    )
    return problem, findings


def _members(data: pd.DataFrame, rows: Rows, cluster: str | None, nested: str | None) -> int:
    """Count the members among the rows used; one of the same name in two bodies is two."""
    if nested is None or cluster is None or nested not in data:
        return 0
    return len(data.loc[rows.complete.index, [cluster, nested]].dropna().drop_duplicates())


def _kind(asked: Inference, level: Level, family: Family) -> Kind:
    if family not in LINEAR and asked != "auto":
        raise ArgumentError("outcomes.inference_of_family", kind=asked, family=family)
    if family == "mixed":
        if level == "body":
            raise DesignError("outcomes.mixed_of_bodies")
        return "reml"
    if family == "ordered":
        return "jackknife"
    if asked == "auto":
        return "hc2" if level == "body" else "cr2"
    if asked in _BODY_ONLY and level != "body":
        raise ArgumentError("outcomes.independent_respondents", kind=asked)
    return asked


def _adjusted(table: pd.DataFrame, predictors: Sequence[str]) -> pd.DataFrame:
    tested = table["term"].map(lambda term: belongs_to(str(term), predictors))
    return table.assign(p_holm=holm(table["p_value"].where(tested).to_numpy(float)))


def _low_df(table: pd.DataFrame, design: Design) -> list[Finding]:
    if design.descriptive:
        params = {"n_bodies": design.n_bodies, "residual_df": design.residual_df, "n_terms": design.n_terms}
        return [Finding("outcomes.descriptive_only", "warning", params)]
    low = table.loc[table["df"] < LOW_DF, "term"].tolist()
    return [Finding("outcomes.low_df", "warning", {"terms": low, "limit": LOW_DF})] if low else []


def _collinear(diagnostics: Diagnostics) -> list[Finding]:
    high = diagnostics.vif[diagnostics.vif > VIF_HIGH]
    if high.empty:
        return []
    params = {"terms": list(high.index), "vif": float(high.max()), "limit": VIF_HIGH}
    return [Finding("outcomes.collinear", "warning", params)]
