"""Regression of an outcome on indices, at the level the outcome lives on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.findings import Finding
from kadsurvey.outcomes.aggregation import aggregation
from kadsurvey.outcomes.design import Design, Level, body_design, respondent_design
from kadsurvey.outcomes.diagnostics import VIF_HIGH, Diagnostics, collinearity_of, diagnose
from kadsurvey.outcomes.families import Family, fit_family
from kadsurvey.outcomes.inference import COLUMNS, Kind, beside, term_table
from kadsurvey.outcomes.model_matrix import ModelMatrix, model_matrix
from kadsurvey.outcomes.rows import (
    LevelChoice,
    check_columns,
    check_interactions,
    complete_rows,
    level_of,
    one_row_a_body,
    with_products,
)
from kadsurvey.outcomes.within_between import BETWEEN, WITHIN, belongs_to, split_within_between
from kadsurvey.results import Result
from kadsurvey.stats.cluster import ClusterRobust, cluster_robust
from kadsurvey.stats.linear import fit_ols
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
    family : {"ols", "mixed", "fractional", "logit", "ordered", "poisson"}
        Slopes of the last four are in log odds (poisson: log rates). Of all but ols ``fit`` is that of
        `kadsurvey.outcomes.families.FamilyFit`, and nothing but collinearity is diagnosed.
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
    level: LevelChoice = "auto",
    within_between: bool = False,
    family: Family = "ols",
    exposure: str | None = None,
    nested: str | None = None,
    inference: Inference = "auto",
    adjust: Adjust = "none",
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
    level : {"auto", "body", "respondent"}
        ``auto``: an outcome that is constant within every body is the body's, and each body is one row with the
        means of its respondents.
    within_between : bool
        At respondent level, split each predictor into ``<p>_within`` (deviation from the body's mean) and
        ``<p>_between`` (that mean), because a pooled slope mixes the two (Mundlak 1978).
    family : {"ols", "mixed", "fractional", "logit", "ordered", "poisson"}
        Least squares; random intercepts of bodies; a share between 0 and 1; 0 or 1; ordered answers; counts.
    exposure : str, optional
        Column that says per what a count is.
    nested : str, optional
        Column of the member, whose intercepts are random within its body; of ``mixed``.
    inference : {"auto", "hc2", "hc3", "cr2", "cr3", "wild", "permutation", "ols"}
        Of ols; the other families have ``auto`` only: CR2 (mixed: REML with Satterthwaite degrees of freedom; ordered:
        delete-one-body jackknife). ``auto`` is HC2 at body level and CR2 at respondent level, both with Bell-McCaffrey
        (Satterthwaite) degrees of freedom. Those that take rows as independent (hc2, hc3, ols, permutation) are for the
        body level only.
    adjust : {"none", "holm"}
        Whether to adjust the p values of the predictors' slopes for their number.
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
    terms = [*predictors, *controls]
    numbers = [*terms, *(name for name in (exposure, nested) if name)]
    check_interactions(data, interactions, terms)
    check_columns(data, [outcome, *numbers, *([cluster] if cluster else [])], outcome, terms)
    used, findings = complete_rows(data, outcome, numbers, cluster)
    found = level_of(used, outcome, cluster, level)
    kind = _kind(inference, found, family)
    rows, n_respondents = used, 0
    split: tuple[str, ...] = ()
    if found == "body" and cluster is not None:
        n_respondents = len(used)
        used = one_row_a_body(used, outcome, numbers, cluster)
    elif within_between and cluster is not None:
        parts = split_within_between(used, predictors, cluster)
        used, terms, split = parts.data, [*parts.terms, *controls], parts.split
    if interactions:
        used = with_products(used, interactions)
        terms += [f"{first}:{second}" for first, second in interactions]
    if found == "body":
        # Too few bodies is the first thing to say, before what else one body or two make of the terms.
        body_design(n_bodies=len(used), n_terms=len(terms))
    matrix = model_matrix(used, terms)
    y = used[outcome].to_numpy(float)
    bodies = used[cluster].to_numpy() if cluster else used.index.to_numpy()
    units = bodies if found == "respondent" else np.arange(len(used))
    if found == "body":
        design = body_design(n_bodies=len(used), n_terms=matrix.n_slopes, n_respondents=n_respondents)
    else:
        design = respondent_design(y, units, n_terms=matrix.n_slopes, n_between=len(split))
    fitted = _fitted(y, matrix, units, bodies, used, family, exposure, nested, kind, design, split, seed)
    table = fitted.table
    if adjust == "holm":
        table = _adjusted(table, predictors)
    return Regression(
        table=table,
        beside=fitted.beside,
        contextual=fitted.contextual,
        aggregation=aggregation(rows, [outcome, *predictors], cluster, found),
        fit=fitted.fit,
        diagnostics=fitted.diagnostics,
        n=len(y),
        clusters=design.n_bodies,
        outcome=outcome,
        predictors=tuple(predictors),
        controls=tuple(controls),
        family=family,
        marginal=fitted.marginal,
        inference=kind,
        design=design,
        findings=(*findings, *fitted.findings, *_low_df(table, design), *_collinear(fitted.diagnostics)),
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Fitted:
    table: pd.DataFrame
    beside: pd.DataFrame
    contextual: pd.DataFrame
    marginal: pd.DataFrame
    fit: Mapping[str, float]
    diagnostics: Diagnostics
    findings: tuple[Finding, ...] = ()


def _fitted(
    y: NDArray[np.float64],
    matrix: ModelMatrix,
    units: NDArray[Any],
    bodies: NDArray[Any],
    used: pd.DataFrame,
    family: Family,
    exposure: str | None,
    nested: str | None,
    kind: Kind,
    design: Design,
    split: Sequence[str],
    seed: int,
) -> _Fitted:
    none = pd.DataFrame(columns=list(COLUMNS))
    if family != "ols":
        per = None if exposure is None else used[exposure].to_numpy(float)
        members = None if nested is None else used[nested].to_numpy()
        found = fit_family(y, matrix, units, family, exposure=per, nested=members)
        parts = [_described(found.table.assign(beta=np.nan), design), _described(found.marginal, design)]
        terms = collinearity_of(matrix)
        return _Fitted(parts[0], none.assign(kind=[]), none, parts[1], found.fit, terms, found.findings)
    robust = cluster_robust(y, matrix.values, units, kind="CR3" if kind in ("cr3", "hc3") else "CR2")
    return _Fitted(
        table=_table(y, matrix, units, kind, design, seed),
        beside=_beside(y, matrix, units, kind, design, seed),
        contextual=_contextual(robust, matrix, split),
        marginal=none,
        fit=_fit(y, robust, matrix, descriptive=design.descriptive),
        diagnostics=diagnose(y, matrix, bodies),
    )


def _kind(asked: Inference, level: Level, family: Family) -> Kind:
    if family != "ols" and asked != "auto":
        raise ArgumentError("outcomes.inference_of_family", kind=asked, family=family)
    if family == "mixed":
        if level == "body":
            raise DesignError("outcomes.mixed_of_bodies")
        return "reml"
    if family == "ordered":
        return "jackknife"
    if asked == "auto":
        return "hc2" if level == "body" else "cr2"
    if asked in _BODY_ONLY and level == "respondent":
        raise ArgumentError("outcomes.independent_respondents", kind=asked)
    return asked


def _table(
    y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any], kind: Kind, design: Design, seed: int
) -> pd.DataFrame:
    beta = np.full(len(matrix.names), np.nan)
    spread = matrix.values.std(axis=0, ddof=1)
    table = term_table(y, matrix, units, kind, seed=seed)
    beta[1:] = (table["estimate"].to_numpy(float) * spread / y.std(ddof=1))[1:]
    return _described(table.assign(beta=beta), design)


def _described(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Return the table, without p values and intervals where so few bodies only describe."""
    return table.assign(p_value=np.nan, ci_low=np.nan, ci_high=np.nan) if design.descriptive else table


def _adjusted(table: pd.DataFrame, predictors: Sequence[str]) -> pd.DataFrame:
    tested = table["term"].map(lambda term: belongs_to(str(term), predictors))
    return table.assign(p_holm=holm(table["p_value"].where(tested).to_numpy(float)))


def _beside(
    y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any], printed: Kind, design: Design, seed: int
) -> pd.DataFrame:
    kinds = [kind for kind in beside(design.level, design.n_bodies) if kind != printed]
    if design.descriptive or not kinds:
        return pd.DataFrame(columns=[*COLUMNS, "kind"])
    return pd.concat(
        [term_table(y, matrix, units, kind, seed=seed).assign(kind=kind) for kind in kinds], ignore_index=True
    )


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
    columns = ["predictor", "estimate", "std_error", "statistic", "df", "p_value", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


def _fit(y: NDArray[np.float64], robust: ClusterRobust, matrix: ModelMatrix, *, descriptive: bool) -> dict[str, float]:
    ols = fit_ols(y, matrix.values)
    wald = robust.wald(np.eye(matrix.values.shape[1])[1:])
    return {
        "r2": ols.r2,
        "adj_r2": ols.adj_r2,
        "sigma": float(np.sqrt(ols.sigma2)),
        "log_likelihood": ols.log_likelihood,
        "aic": ols.aic,
        "bic": ols.bic,
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


def _collinear(diagnostics: Diagnostics) -> list[Finding]:
    high = diagnostics.vif[diagnostics.vif > VIF_HIGH]
    if high.empty:
        return []
    params = {"terms": list(high.index), "vif": float(high.max()), "limit": VIF_HIGH}
    return [Finding("outcomes.collinear", "warning", params)]
