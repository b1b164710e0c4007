"""One model of a study: the regression, its corrected slopes, its robustness, and what ties its variables together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.outcomes.corrected import CorrectedRegression, can_be_corrected, corrected_regression
from kadsurvey.outcomes.families import Family
from kadsurvey.outcomes.regress import Adjust, Inference, Regression, regress
from kadsurvey.outcomes.robustness import Robustness, robustness
from kadsurvey.outcomes.rows import LevelChoice
from kadsurvey.outcomes.same_source import same_source
from kadsurvey.outcomes.split_sample import split_sample
from kadsurvey.outcomes.variables import model_data


@dataclass(frozen=True, slots=True)
class Model:
    """A regression as it was asked for.

    Attributes
    ----------
    outcome : str
        A construct, a column of the body data, or a field of the respondents; so the others.
    predictors, controls : tuple of str
    interactions : tuple of pairs of str
    level, family, exposure, inference, adjust : str
        As `regress`.
    pooled : bool
        One slope for a predictor of respondents, instead of one within and one between bodies.
    split_sample : bool
        Outcome and predictors from different respondents.
    robustness : bool
        Whether to fit it again under other choices.
    seed : int
    """

    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...] = ()
    interactions: tuple[tuple[str, str], ...] = ()
    level: LevelChoice = "auto"
    family: Family = "ols"
    exposure: str | None = None
    inference: Inference = "auto"
    adjust: Adjust = "none"
    pooled: bool = False
    split_sample: bool = False
    robustness: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Analysis:
    """What became of a model.

    Attributes
    ----------
    regression : Regression
    corrected : CorrectedRegression or None
        None where no predictor is an index, in split samples, for families other than ols, with interactions, and where
        it cannot be computed; a finding says why.
    robustness : Robustness or None
        None where it was not asked for.
    findings : tuple of Finding
    """

    regression: Regression
    corrected: CorrectedRegression | None
    robustness: Robustness | None
    findings: tuple[Finding, ...]


def analyse(model: Model, indices: Indices, responses: Responses, bodies: Bodies | None) -> Analysis:
    """Fit a model to the indices and bodies of a study, with what belongs beside it.

    An outcome that the respondents report about their body is the body's, unless the model asks for another level.

    Raises
    ------
    ArgumentError
        If a variable does not exist.
    DesignError
        If the bodies are too few, or the outcome is of another level.
    StatisticsError
        If the model cannot be fitted.
    """
    data = _rows(model, indices, responses, bodies)
    asked = responses.instrument.constructs.get(model.outcome)
    about_body = asked is not None and asked.about == "body" and not model.split_sample and model.level == "auto"
    cluster = None if model.split_sample else "body"
    regression = regress(
        data,
        model.outcome,
        model.predictors,
        controls=model.controls,
        interactions=model.interactions,
        cluster=cluster,
        level="body" if about_body else model.level,
        within_between=not model.pooled,
        family=model.family,
        exposure=model.exposure,
        nested=_nested(model, data),
        inference=model.inference,
        adjust=model.adjust,
        seed=model.seed,
    )
    findings = same_source(responses.instrument, model.outcome, model.predictors, split=model.split_sample)
    if about_body:
        findings.append(Finding("outcomes.about_body", "note", {"outcome": model.outcome}))
    corrected: CorrectedRegression | None = None
    plain = model.family == "ols" and not model.interactions
    if plain and not model.split_sample and can_be_corrected(indices, model.predictors):
        corrected, said = _corrected(model, indices, bodies, regression)
        findings += said
    others: Robustness | None = None
    if model.robustness:
        scorings = {"main": data, **_other_scorings(model, indices, responses, bodies)}
        others = robustness(
            scorings, regression, cluster=cluster, within_between=not model.pooled, exposure=model.exposure
        )
    return Analysis(regression, corrected, others, (*findings, *regression.findings))


def _rows(model: Model, indices: Indices, responses: Responses, bodies: Bodies | None) -> pd.DataFrame:
    names = [model.outcome, *model.predictors, *model.controls, *([model.exposure] if model.exposure else [])]
    if model.family == "mixed" and "member" in responses.data and "member" not in names:
        names.append("member")
    data = model_data(indices, responses, bodies, names)
    if not model.split_sample:
        return data
    halves = split_sample(
        data, model.outcome, model.predictors, controls=model.controls, cluster="body", seed=model.seed
    )
    return halves.set_index("body")


def _nested(model: Model, data: pd.DataFrame) -> str | None:
    """Return the column of members, for random intercepts within bodies, where the answers name any."""
    return "member" if model.family == "mixed" and "member" in data and data["member"].notna().any() else None


def _other_scorings(
    model: Model, indices: Indices, responses: Responses, bodies: Bodies | None
) -> dict[str, pd.DataFrame]:
    """Return the same rows with the other scoring; nothing where there are no factor scores to compare with."""
    other = replace(indices, method="mean" if indices.method == "factor" else "factor")
    try:
        return {other.method: _rows(model, other, responses, bodies)}
    except ArgumentError:
        return {}


def _corrected(
    model: Model, indices: Indices, bodies: Bodies | None, regression: Regression
) -> tuple[CorrectedRegression | None, list[Finding]]:
    try:
        corrected = corrected_regression(
            indices,
            bodies,
            model.outcome,
            model.predictors,
            controls=model.controls,
            level=regression.design.level,
        )
    except (StatisticsError, DesignError, ArgumentError) as err:
        reason = Text(err.code, err.params)
        return None, [Finding("outcomes.corrected_withheld", "warning", {"reason": reason})]
    return corrected, list(corrected.findings)
