"""Which rows a model is fitted to: complete ones, at the level its outcome lives on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, nearest
from kadsurvey.findings import Finding
from kadsurvey.outcomes.design import Level
from kadsurvey.outcomes.families import Family
from kadsurvey.outcomes.panel import body_years, first_differences
from kadsurvey.outcomes.within_between import split_within_between

LevelChoice: TypeAlias = Literal["auto", "body", "respondent"]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a model and its terms.

    Attributes
    ----------
    data : DataFrame
        A row a unit of the level.
    terms : tuple of str
        Predictors, each split one as its two terms, then controls, the years of a panel, and products.
    level : {"body", "respondent", "body_year"}
    split : tuple of str
        Predictors that were split into within and between.
    complete : DataFrame
        The complete rows as they were given, before anything was averaged, split or differenced.
    findings : tuple of Finding
        Who was left out.
    """

    data: pd.DataFrame
    terms: tuple[str, ...]
    level: Level
    split: tuple[str, ...]
    complete: pd.DataFrame
    findings: tuple[Finding, ...]


def model_rows(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    controls: Sequence[str],
    interactions: Sequence[tuple[str, str]],
    others: Sequence[str],
    cluster: str | None,
    time: str | None,
    level: LevelChoice,
    within_between: bool,
    family: Family,
) -> Rows:
    """Take the complete rows to the level of the outcome; ``others`` are columns needed that are not terms.

    Raises
    ------
    ArgumentError
        If a column does not exist or cannot serve, or a family of panels is asked for without years.
    DesignError
        If the outcome is of another level, or bodies are not seen often enough.
    """
    terms = [*predictors, *controls]
    check_interactions(data, interactions, terms)
    needed = [*others, *([time] if time else [])]
    check_columns(data, [outcome, *terms, *needed, *([cluster] if cluster else [])], outcome, terms)
    complete, findings = complete_rows(data, outcome, [*terms, *needed], cluster)
    products = [f"{first}:{second}" for first, second in interactions]
    several = cluster is not None and time is not None and not complete[cluster].is_unique
    if several and cluster is not None and _one_value_each(complete, outcome, cluster):
        raise DesignError("outcomes.outcome_same_every_year", outcome=outcome)
    if family == "difference":
        if cluster is None or time is None:
            raise ArgumentError("outcomes.difference_without_years")
        years = with_products(body_years(complete, cluster, time), interactions)
        changes = first_differences(years, outcome, [*terms, *products], cluster=cluster, time=time)
        return Rows(changes.data, changes.terms, changes.level, (), complete, (*findings, *changes.findings))
    found: Level = "body_year" if time is not None else level_of(complete, outcome, cluster, level)
    if family == "fixed" and (found == "body" or cluster is None):
        raise DesignError("outcomes.fixed_of_bodies", outcome=outcome)
    used, split = complete, tuple[str, ...]()
    if cluster is not None and time is not None:
        used = body_years(used, cluster, time)
    if found == "body" and cluster is not None:
        used = one_row_a_body(used, outcome, [*terms, *others], cluster)
    elif within_between and cluster is not None and family != "fixed":
        parts = split_within_between(used, predictors, cluster)
        used, terms, split = parts.data, [*parts.terms, *controls], parts.split
    if time is not None and used[time].unique().size > 1:
        terms.append(time)
    return Rows(with_products(used, interactions), (*terms, *products), found, split, complete, tuple(findings))


def check_columns(data: pd.DataFrame, names: Sequence[str], outcome: str, terms: Sequence[str]) -> None:
    """Raise ArgumentError unless every column is there and the outcome is a number."""
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


def check_interactions(data: pd.DataFrame, interactions: Sequence[tuple[str, str]], terms: Sequence[str]) -> None:
    """Raise ArgumentError unless each pair are two numeric terms of the model."""
    for pair in interactions:
        for name in pair:
            if name not in terms:
                raise ArgumentError("outcomes.interaction_not_in_model", name=name, known=list(terms))
            if name in data and data[name].dtype.kind not in "biuf":
                raise ArgumentError("outcomes.interaction_of_category", name=name)


def with_products(data: pd.DataFrame, interactions: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the rows with the product of each pair, both about their mean, under ``a:b``."""
    centred = {name: data[name] - data[name].mean() for pair in interactions for name in pair}
    return data.assign(**{f"{first}:{second}": centred[first] * centred[second] for first, second in interactions})


def complete_rows(
    data: pd.DataFrame, outcome: str, terms: Sequence[str], cluster: str | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows without a missing value, and who was left out."""
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


def level_of(data: pd.DataFrame, outcome: str, cluster: str | None, level: LevelChoice) -> Level:
    """Return the level of a model: an outcome with one value a body is the body's, and is never tested otherwise."""
    if cluster is None:
        if level == "respondent":
            raise ArgumentError("outcomes.respondents_need_cluster")
        return "body"
    constant = _one_value_each(data, outcome, cluster)
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


def _one_value_each(data: pd.DataFrame, name: str, cluster: str) -> bool:
    """Whether a variable has one value in every body."""
    within = data.groupby(cluster)[name]
    return bool((within.min() == within.max()).all())


def one_row_a_body(data: pd.DataFrame, outcome: str, terms: Sequence[str], cluster: str) -> pd.DataFrame:
    """Return the means of each body; a category must be the body's own."""
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
