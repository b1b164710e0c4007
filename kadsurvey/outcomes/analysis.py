"""One model of a study: the regression, its corrected slopes, its robustness, and what ties its variables together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import YEAR, Bodies
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.outcomes.composite import with_composite
from kadsurvey.outcomes.corrected import CorrectedRegression, can_be_corrected, corrected_regression
from kadsurvey.outcomes.efficiency import SCORES
from kadsurvey.outcomes.families import Family
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.formula import read_formula
from kadsurvey.outcomes.missing_outcomes import MissingOutcomes, missing_outcomes
from kadsurvey.outcomes.regress import Adjust, Inference, Regression, regress
from kadsurvey.outcomes.robustness import Robustness, robustness
from kadsurvey.outcomes.rows import LevelChoice
from kadsurvey.outcomes.same_source import same_source
from kadsurvey.outcomes.split_sample import split_sample
from kadsurvey.outcomes.transforms import column_of
from kadsurvey.outcomes.variables import COMPOSITE, Sources, composed_of, model_data, panel_data


@dataclass(frozen=True, slots=True)
class Model:
    """A regression as it was asked for.

    Attributes
    ----------
    outcome : str
        A construct, a column of the body data, a field of the respondents, or a function of one; so the others.
    predictors, controls : tuple of str
    interactions : tuple of pairs of str
    level, exposure, inference, adjust : str
        As `regress`.
    family : str or None
        As `regress`; None is fractional for a share of bodies, and ols for anything else.
    pooled : bool
        One slope for a predictor of respondents, instead of one within and one between bodies.
    split_sample : bool
        Outcome and predictors from different respondents.
    robustness : bool
        Whether to fit it again under other choices.
    year : int or None
        Of body data of several years, the one to take; None takes all, a row a body and year.
    seed : int
    """

    outcome: str
    predictors: tuple[str, ...]
    controls: tuple[str, ...] = ()
    interactions: tuple[tuple[str, str], ...] = ()
    level: LevelChoice = "auto"
    family: Family | None = None
    exposure: str | None = None
    inference: Inference = "auto"
    adjust: Adjust = "none"
    pooled: bool = False
    split_sample: bool = False
    robustness: bool = False
    year: int | None = None
    seed: int = 1

    @property
    def variables(self) -> tuple[str, ...]:
        """Every column it needs."""
        return (self.outcome, *self.predictors, *self.controls, *([self.exposure] if self.exposure else []))


def with_formula(model: Model, text: str) -> Model:
    """Return the model with outcome, predictors and interactions of a formula.

    Raises
    ------
    ArgumentError
        If it is no formula, or the model has predictors or interactions of its own.
    """
    if given := [f"--{name}" for name, value in (("on", model.predictors), ("interact", model.interactions)) if value]:
        raise ArgumentError("outcomes.formula_and_names", options=given)
    found = read_formula(text)
    family: Family | None = "fixed" if found.fixed else model.family
    if found.fixed and model.family not in (None, "fixed"):
        raise ArgumentError("outcomes.formula_and_names", options=[f"--family {model.family}"])
    return replace(
        model, outcome=found.outcome, predictors=found.predictors, interactions=found.interactions, family=family
    )


@dataclass(frozen=True, slots=True)
class Analysis:
    """What became of a model.

    Attributes
    ----------
    regression : Regression
    corrected : CorrectedRegression or None
        None where no predictor is an index, in split samples and panels, for families other than ols, with
        interactions, and where it cannot be computed; a finding says why.
    composite : Regression or None
        The model with one composite of social capital in place of its parts, where these are collinear.
    missing : MissingOutcomes or None
        The bodies without the outcome beside the rest; None where all have it.
    robustness : Robustness or None
        None where it was not asked for.
    findings : tuple of Finding
    """

    regression: Regression
    corrected: CorrectedRegression | None
    composite: Regression | None
    missing: MissingOutcomes | None
    robustness: Robustness | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Setting:
    """The rows of a model, and how `regress` is to take them."""

    data: pd.DataFrame
    cluster: str | None
    time: str | None
    level: LevelChoice
    nested: str | None
    findings: tuple[Finding, ...] = ()


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
    sources = Sources(indices, responses, _of_year(bodies, model.year))
    family, of_family = family_of(model, sources)
    model = replace(model, family=family)
    setting = _setting(model, sources)
    if setting.time is not None:
        # The years are terms of a panel anyway.
        model = replace(model, controls=tuple(name for name in model.controls if name != YEAR))
    regression = _regress(model, setting, setting.data)
    findings = [*of_family, *setting.findings, *_same_source(model, sources)]
    corrected: CorrectedRegression | None = None
    plain = model.family == "ols" and not model.interactions and setting.time is None
    if plain and not model.split_sample and can_be_corrected(indices, model.predictors):
        corrected, said = _corrected(model, sources, regression)
        findings += said
    composite: Regression | None = None
    joined = with_composite(model.predictors, model.interactions, regression, sources)
    if joined is not None:
        one = replace(model, predictors=joined)
        try:
            composite = _regress(one, setting, _rows(one, sources, setting.time is not None)[0])
        except (StatisticsError, DesignError):
            composite = None  # the warning of collinear terms stands all the same
    missing = _missing(model, sources)
    if missing is not None:
        findings.append(missing.finding)
    others = _robustness(model, setting, sources, regression)
    return Analysis(regression, corrected, composite, missing, others, (*findings, *regression.findings))


def _missing(model: Model, sources: Sources) -> MissingOutcomes | None:
    """Compare the bodies that the outcome leaves out, where it is one that bodies can lack."""
    outcome = column_of(model.outcome)
    if outcome not in sources.indices.constructs and not sources.is_of_bodies(outcome):
        return None
    return missing_outcomes(outcome, sources.bodies, sources.indices, seed=model.seed)


def family_of(model: Model, sources: Sources) -> tuple[Family, list[Finding]]:
    """Return the family of a model, and what is to be said of it: a share is never regressed by ols in silence."""
    bodies, outcome = sources.instrument.bodies, model.outcome
    known = outcome in bodies and bodies[outcome].type == "share"
    if not (sources.is_of_bodies(outcome) and (known or outcome in SCORES)):
        return model.family or "ols", []
    if model.family is None:
        return "fractional", [Finding("outcomes.share_by_logit", "note", {"outcome": outcome})]
    if model.family in (*LINEAR, "mixed"):
        return model.family, [Finding("outcomes.share_by_ols", "warning", {"outcome": outcome, "family": model.family})]
    return model.family, []


def _setting(model: Model, sources: Sources) -> _Setting:
    panel = sources.is_of_years(model.variables)
    data, findings = _rows(model, sources, panel)
    if panel:
        return _Setting(data, "body", YEAR, model.level, None, findings)
    if model.family == "difference":
        raise ArgumentError("outcomes.difference_without_years")
    if model.split_sample:
        return _Setting(data, None, None, model.level, None)
    asked = sources.instrument.constructs.get(model.outcome)
    about_body = asked is not None and asked.about == "body" and model.level == "auto" and model.family != "fixed"
    said = (Finding("outcomes.about_body", "note", {"outcome": model.outcome}),) if about_body else ()
    nested = "member" if "member" in data and data["member"].notna().any() else None
    return _Setting(data, "body", None, "body" if about_body else model.level, nested, said)


def _regress(model: Model, setting: _Setting, data: pd.DataFrame) -> Regression:
    return regress(
        data,
        model.outcome,
        model.predictors,
        controls=model.controls,
        interactions=model.interactions,
        cluster=setting.cluster,
        time=setting.time,
        level=setting.level,
        within_between=not model.pooled,
        family=model.family or "ols",
        exposure=model.exposure,
        nested=setting.nested,
        inference=model.inference,
        adjust=model.adjust,
        seed=model.seed,
    )


def _rows(model: Model, sources: Sources, panel: bool) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    names = list(dict.fromkeys(model.variables))
    if panel:
        return panel_data(sources, names)
    if "member" in sources.responses.data and "member" not in names:
        names.append("member")
    data = model_data(sources, names)
    if not model.split_sample:
        return data, ()
    halves = split_sample(
        data, model.outcome, model.predictors, controls=model.controls, cluster="body", seed=model.seed
    )
    return halves.set_index("body"), ()


def _same_source(model: Model, sources: Sources) -> list[Finding]:
    predictors = list(model.predictors)
    if COMPOSITE in predictors:
        predictors += composed_of(sources.indices, sources.instrument)
    return same_source(sources.instrument, model.outcome, predictors, split=model.split_sample)


def _of_year(bodies: Bodies | None, year: int | None) -> Bodies | None:
    if year is None:
        return bodies
    if bodies is None:
        raise ArgumentError("outcomes.no_years", year=year)
    return bodies.at_year(year)


def _robustness(model: Model, setting: _Setting, sources: Sources, regression: Regression) -> Robustness | None:
    if not model.robustness:
        return None
    scorings = {"main": setting.data, **_other_scorings(model, sources, setting.time is not None)}
    return robustness(
        scorings,
        regression,
        cluster=setting.cluster,
        time=setting.time,
        within_between=not model.pooled,
        exposure=model.exposure,
        nested=setting.nested,
        interactions=model.interactions,
    )


def _other_scorings(model: Model, sources: Sources, panel: bool) -> dict[str, pd.DataFrame]:
    """Return the same rows with the other scoring; nothing without an index, or factor scores to compare with."""
    indices = sources.indices
    if not any(sources.is_index(name) for name in model.variables):
        return {}
    other = replace(indices, method="mean" if indices.method == "factor" else "factor")
    try:
        return {other.method: _rows(model, replace(sources, indices=other), panel)[0]}
    except ArgumentError:
        return {}


def _corrected(
    model: Model, sources: Sources, regression: Regression
) -> tuple[CorrectedRegression | None, list[Finding]]:
    try:
        corrected = corrected_regression(
            sources.indices,
            sources.bodies,
            model.outcome,
            model.predictors,
            controls=model.controls,
            level="respondent" if regression.design.level == "respondent" else "body",
        )
    except (StatisticsError, DesignError, ArgumentError) as err:
        reason = Text(err.code, err.params)
        return None, [Finding("outcomes.corrected_withheld", "warning", {"reason": reason})]
    return corrected, list(corrected.findings)
