"""Slopes without the two errors of a survey index: a score is not the factor, eight respondents are not the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import ArgumentError, DesignError, nearest
from kadsurvey.findings import Finding
from kadsurvey.indices.score import UNIT_COLUMNS, Indices
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.language.text import Text
from kadsurvey.outcomes.design import DESCRIPTIVE_BELOW_DF, Level
from kadsurvey.outcomes.model_matrix import model_matrix
from kadsurvey.outcomes.rows import LevelChoice
from kadsurvey.outcomes.transforms import column_of, transformed
from kadsurvey.results import Result
from kadsurvey.stats.corrected import corrected_jackknife, corrected_slopes, factor_reason
from kadsurvey.stats.corrected_between import FEWEST_CLUSTERS, LEAST_RELIABILITY, corrected_between_slopes
from kadsurvey.stats.ml_factor import ml_factor
from kadsurvey.stats.two_step import two_step

_FEWEST_ITEMS = 3


@dataclass(frozen=True, slots=True)
class CorrectedRegression(Result):
    """Slopes on the factors behind the indices, beside the naive ones on the same scores ("continuous measurement").

    Attributes
    ----------
    table : DataFrame
        term, estimate, std_error, statistic, df, p_value, ci_low, ci_high (delete-one-body jackknife, t with bodies
        less one), naive, reliability (of the score, at body level of the body's mean; NaN for controls),
        std_error_independent (of two steps, taking respondents as independent; NaN at body level). Slopes are per
        standard deviation of the factor, of respondents. NaN where they are withheld.
    reason : str or None
        Why the slopes are withheld: heywood, not_converged, not_positive_definite, unreliable, too_few_clusters.
    level : {"body", "respondent"}
    outcome : str
    predictors, controls : tuple of str
    n, clusters : int
        Respondents with complete answers; bodies.
    findings : tuple of Finding
        Respondents left out; why slopes or intervals are withheld.
    """

    table: pd.DataFrame
    reason: str | None
    level: Level
    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...]
    n: int
    clusters: int
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the table of terms."""
        return self.table


def can_be_corrected(indices: Indices, predictors: Sequence[str]) -> bool:
    """Whether any predictor is a construct with items enough for a factor model of its own."""
    return any(len(indices.items_of.get(name, ())) >= _FEWEST_ITEMS for name in predictors)


def corrected_regression(
    indices: Indices,
    bodies: Bodies | None,
    outcome: str,
    predictors: Sequence[str],
    *,
    controls: Sequence[str] = (),
    level: LevelChoice = "auto",
) -> CorrectedRegression:
    """Regress an outcome on constructs, corrected for measurement error and, for bodies, for the sampling of means.

    Each construct is measured by linear Bartlett scores of its numeric codes, from a one-factor ml model of its own:
    the algebra of the correction holds for linear scores only. Respondents with a missing answer to these items are
    left out. Nothing is drawn at random.

    Parameters
    ----------
    indices : Indices
        With the items they were computed from.
    bodies : Bodies or None
        Body data; an outcome found there is the body's.
    outcome : str
        Column of the body data, or a construct, which is then measured by its own Bartlett score.
    predictors, controls : sequences of str
        Reflective constructs of three items or more; other variables count as free of error. Controls likewise.
    level : {"auto", "body", "respondent"}
        ``auto``: the outcome's own.

    Raises
    ------
    ArgumentError
        If a variable does not exist, or no predictor is a construct that can be corrected.
    DesignError
        If a body-level outcome is the mean of the same respondents: their sampling ties it to the predictors' means,
        which this correction does not take out.

    References
    ----------
    Croon (2002); Skrondal & Laake (2001), Psychometrika 66, 563-575; Rosseel & Loh (2022), Psychological Methods; for
    bodies Croon & van Veldhoven (2007), Psychological Methods 12, 45-57.
    """
    study = _prepare(indices, bodies, outcome, predictors, controls, level)
    labels = np.unique(study.body)
    whole = _fit(study, np.ones(len(study.body), dtype=bool), fewest=FEWEST_CLUSTERS)
    found = corrected_jackknife(
        lambda left: _fit(study, study.body != labels[left], fewest=FEWEST_CLUSTERS - 1).estimate,
        estimate=whole.estimate,
        n_clusters=len(labels),
    )
    table = pd.DataFrame(
        {
            "term": list(study.terms),
            "estimate": found.estimate,
            "std_error": found.std_error,
            "statistic": found.estimate / found.std_error,
            "df": float(found.df),
            "p_value": 2 * stats.t.sf(np.abs(found.estimate / found.std_error), found.df),
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "naive": whole.naive,
            "reliability": whole.reliability,
            "std_error_independent": _independent_errors(study),
        }
    )
    if len(labels) - len(study.terms) - 1 < DESCRIPTIVE_BELOW_DF and study.level == "body":
        table[["p_value", "ci_low", "ci_high"]] = np.nan
    return CorrectedRegression(
        table=table,
        reason=whole.reason,
        level=study.level,
        outcome=outcome,
        predictors=tuple(predictors),
        controls=tuple(controls),
        n=len(study.body),
        clusters=len(labels),
        findings=tuple(_findings(study, whole.reason, table, len(labels))),
    )


@dataclass(frozen=True, slots=True)
class _Study:
    """Complete rows: items of each factor, outcome, covariates and body of each respondent."""

    blocks: tuple[NDArray[np.float64], ...]
    outcome_items: NDArray[np.float64] | None
    outcome: NDArray[np.float64]
    covariates: NDArray[np.float64]
    body: NDArray[np.str_]
    terms: tuple[str, ...]
    level: Level
    n_left_out: int


@dataclass(frozen=True, slots=True)
class _Slopes:
    estimate: NDArray[np.float64]
    naive: NDArray[np.float64]
    reliability: NDArray[np.float64]
    reason: str | None


def _prepare(
    indices: Indices,
    bodies: Bodies | None,
    outcome: str,
    predictors: Sequence[str],
    controls: Sequence[str],
    level: LevelChoice,
) -> _Study:
    items_of = indices.items_of
    factors = [name for name in predictors if len(items_of.get(name, ())) >= _FEWEST_ITEMS]
    if not can_be_corrected(indices, predictors):
        raise ArgumentError("outcomes.nothing_to_correct", predictors=list(predictors), fewest=_FEWEST_ITEMS)
    if "body" not in indices.respondents:
        raise ArgumentError("outcomes.respondents_need_cluster")
    body = indices.respondents["body"]
    others = [*(name for name in predictors if name not in factors), *controls]
    columns = {name: _variable(indices, bodies, name) for name in others}
    codes = [code for name in factors for code in items_of[name]]
    own = list(items_of.get(outcome, ())) if bodies is None or outcome not in bodies.data else []
    if len(own) < _FEWEST_ITEMS:
        own = []
        columns[outcome] = _variable(indices, bodies, outcome)
    frame = pd.concat([indices.items[[*codes, *own]], pd.DataFrame(columns, index=body.index)], axis=1)
    used = frame.assign(body=body).dropna()
    matrix = model_matrix(used, others) if others else None
    values = None if own else used.groupby("body")[outcome]
    constant = values is not None and bool((values.min() == values.max()).all())
    if level == "body" and not constant:
        raise DesignError("outcomes.corrected_same_respondents", outcome=outcome)
    return _Study(
        blocks=tuple(used[list(items_of[name])].to_numpy(float) for name in factors),
        outcome_items=used[own].to_numpy(float) if own else None,
        outcome=np.zeros(len(used)) if own else used[outcome].to_numpy(float),
        covariates=np.empty((len(used), 0)) if matrix is None else matrix.values[:, 1:],
        body=used["body"].astype(str).to_numpy(dtype=np.str_),
        terms=(*factors, *(matrix.names[1:] if matrix is not None else ())),
        level=("body" if constant else "respondent") if level == "auto" else level,
        n_left_out=len(frame) - len(used),
    )


def _variable(indices: Indices, bodies: Bodies | None, name: str) -> pd.Series:
    """Return a variable that is taken as free of error, a value a respondent."""
    respondents, column = indices.respondents, column_of(name)
    if bodies is not None and column in bodies.data:
        if isinstance(bodies.data.index, pd.MultiIndex):
            raise ArgumentError("outcomes.several_years", name=name)
        return respondents["body"].map(transformed(name, bodies.data[column]))
    if name in indices.constructs:
        return respondents[indices.model_column(name)]
    if name in respondents:
        return respondents[name]
    fields = [column for column in UNIT_COLUMNS if column in respondents]
    known = [*indices.constructs, *(bodies.data.columns if bodies is not None else ()), *fields]
    near = nearest(name, known)
    raise ArgumentError("outcomes.unknown_column", name=name, known=known if near is None else [near])


def _fit(study: _Study, kept: NDArray[np.bool_], *, fewest: int) -> _Slopes:
    """Return corrected and naive slopes of the kept respondents: factor models, scores and slopes made anew."""
    blocks = [block[kept] for block in study.blocks]
    outcome = study.outcome[kept] if study.outcome_items is None else _bartlett(study.outcome_items[kept])
    covariates = study.covariates[kept]
    if study.level == "respondent":
        found = corrected_slopes(blocks, outcome, covariates=covariates)
        reliability = np.where(np.arange(len(study.terms)) < len(blocks), found.reliability, np.nan)
        return _Slopes(found.slopes, found.naive_slopes, reliability, found.reason)
    code = np.unique(study.body[kept], return_inverse=True)[1]
    models = [ml_factor(np.cov(block.T, bias=True), n_obs=len(block)) for block in blocks]
    scores = np.column_stack([block @ model.weights for block, model in zip(blocks, models, strict=True)])
    means = [np.bincount(code, column) / np.bincount(code) for column in (outcome, *covariates.T)]
    between = corrected_between_slopes(
        scores, code, means[0], covariates=np.column_stack(means[1:]) if means[1:] else None, fewest_clusters=fewest
    )
    reliability = np.full(len(study.terms), np.nan)
    reliability[: len(blocks)] = between.reliability
    improper = factor_reason(models)
    slopes = np.full(len(study.terms), np.nan) if improper else between.slopes
    return _Slopes(slopes, between.naive_slopes, reliability, improper or between.reason)


def _independent_errors(study: _Study) -> NDArray[np.float64]:
    if study.level == "body":
        return np.full(len(study.terms), np.nan)
    outcome = study.outcome if study.outcome_items is None else study.outcome_items
    return two_step(study.blocks, outcome, covariates=study.covariates).standard_errors


def _bartlett(items: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores of a latent outcome; their error is in the outcome, where it does not bias slopes."""
    return np.asarray(items @ ml_factor(np.cov(items.T, bias=True), n_obs=len(items)).weights, dtype=np.float64)


def _findings(study: _Study, reason: str | None, table: pd.DataFrame, n_bodies: int) -> list[Finding]:
    findings = []
    if study.n_left_out:
        params = {"count": study.n_left_out, "used": len(study.body)}
        findings.append(Finding("outcomes.corrected_left_out", "note", params))
    if reason is not None:
        limits = {"reliability": LEAST_RELIABILITY, "fewest": FEWEST_CLUSTERS, "bodies": n_bodies}
        why = Text(f"outcomes.corrected_{reason}", limits)
        findings.append(Finding("outcomes.corrected_withheld", "warning", {"reason": why}))
    elif table["std_error"].isna().any():
        findings.append(Finding("outcomes.corrected_no_interval", "warning"))
    return findings
