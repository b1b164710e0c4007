"""Which rows a model is fitted to: complete ones, at the level its outcome lives on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, nearest
from kadsurvey.findings import Finding
from kadsurvey.outcomes.design import Level

LevelChoice: TypeAlias = Literal["auto", "body", "respondent"]


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
