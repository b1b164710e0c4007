"""The source's three claims: the estimate that speaks to each, and whether this design can speak to it at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Literal, TypeAlias

from kadsurvey.indices.network import PREFIX
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.outcomes.design import Level
from kadsurvey.outcomes.goals import GoalsMissed
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.regressions import of_one_source, slopes
from kadsurvey.report.narrative.words import is_of, records, term_words, variable_words, variables

ClaimName: TypeAlias = Literal["organisations", "goals", "cost"]

COSTLY = frozenset({"transaction_cost", "cost_realised", "disputes", "court_cases", "amendments", "months_to_sign"})
"""Outcomes of which less is better: a claim that something improves them expects a negative slope."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the source, and the variables that speak to it.

    Attributes
    ----------
    name : {"organisations", "goals", "cost"}
    predictors, outcomes : tuple of str
        A model of one of the outcomes on one of the predictors speaks to the claim.
    cites : tuple of str
    """

    name: ClaimName
    predictors: tuple[str, ...]
    outcomes: tuple[str, ...]
    cites: tuple[str, ...]


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "organisations",
        ("ngo_seats", f"{PREFIX}ei_index"),
        ("cost_efficiency", "effectiveness", "transaction_cost"),
        ("putnam1993",),
    ),
    Claim("goals", ("trust", "norm"), ("effectiveness",), ()),
    Claim(
        "cost",
        ("trust", "norm", "network"),
        ("cost_efficiency", "transaction_cost", "disputes", "court_cases", "amendments", "months_to_sign"),
        ("fukuyama1995", "putnam1993"),
    ),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One estimate that speaks to a claim.

    Attributes
    ----------
    outcome, term : str
        As the model names them.
    estimate, ci_low, ci_high, p_value, df : float
        NaN where the design is descriptive.
    n_bodies : int
    level : {"body", "respondent", "body_year"}
    within : bool
        Whether the slope compares respondents of one body, and so says nothing of bodies.
    detectable_r : float
        Smallest partial correlation of this slope that the design would find with 80% power.
    same_source : bool
        Whether the same respondents answered both sides.
    """

    outcome: str
    term: str
    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    df: float
    n_bodies: int
    level: Level
    within: bool
    detectable_r: float
    same_source: bool


def evidence_for(claim: Claim, analyses: Sequence[Analysis]) -> tuple[Evidence, ...]:
    """Return the slopes of fitted models that speak to a claim, in the order of the models."""
    return tuple(
        found
        for analysis in analyses
        if analysis.regression.outcome in claim.outcomes
        for found in _evidence(claim, analysis)
    )


def _evidence(claim: Claim, analysis: Analysis) -> Iterator[Evidence]:
    model = analysis.regression
    for row in slopes(model):
        term = str(row["term"])
        if not _speaks(term, claim):
            continue
        between = model.design.detectable_between_r
        of_bodies = term.endswith("_between") and between is not None
        yield Evidence(
            outcome=model.outcome,
            term=term,
            estimate=float(row["estimate"]),
            ci_low=float(row["ci_low"]),
            ci_high=float(row["ci_high"]),
            p_value=float(row["p_value"]),
            df=float(row["df"]),
            n_bodies=model.clusters,
            level=model.design.level,
            within=term.endswith("_within"),
            detectable_r=between if of_bodies and between is not None else model.design.detectable_r,
            same_source=of_one_source(analysis),
        )


def _speaks(term: str, claim: Claim) -> bool:
    """Whether a term is one of the claim's predictors; an index of the roster also of one relation alone."""
    of_roster = [name for name in claim.predictors if name.startswith(PREFIX)]
    return is_of(term, claim.predictors) or any(term.startswith(f"{name}_") for name in of_roster)


def claims(
    analyses: Sequence[Analysis],
    instrument: Instrument,
    *,
    goals: GoalsMissed | None = None,
    reasons: Mapping[str, Label] = MappingProxyType({}),
) -> tuple[Prose, ...]:
    """Return a paragraph a claim: the claim, what speaks to it, and whether the design can.

    Parameters
    ----------
    analyses : sequence of Analysis
        All models that were fitted, those for the claims among them.
    instrument : Instrument
    goals : GoalsMissed, optional
        Trust and norms where goals are missed.
    reasons : mapping of claim to Label
        Why a claim has no model, where one was tried.
    """
    return tuple(
        claim_prose(claim, evidence_for(claim, analyses), instrument, goals=goals, reason=reasons.get(claim.name))
        for claim in CLAIMS
    )


def claim_prose(
    claim: Claim,
    evidence: Sequence[Evidence],
    instrument: Instrument,
    *,
    goals: GoalsMissed | None = None,
    reason: Label | None = None,
) -> Prose:
    """Return the paragraph of one claim."""
    sentences: list[Label] = [Text(f"narrative.claim_{claim.name}")]
    compared = goals if claim.name == "goals" else None
    if compared is not None:
        sentences += _goals(compared, instrument)
    sentences += [_estimate(found, instrument) for found in evidence]
    if not evidence:
        names = {
            "predictors": Text(f"narrative.predictors_{claim.name}"),
            "outcomes": variables(instrument, claim.outcomes),
        }
        sentences.append(Text("narrative.claim_no_model", names))
        if reason is not None:
            sentences.append(Text("narrative.claim_reason", {"reason": reason}))
    sentences += _can_speak(evidence, compared)
    return Prose(tuple(sentences), cites=claim.cites)


def _goals(found: GoalsMissed, instrument: Instrument) -> Iterator[Label]:
    counts = {
        "missed": len(found.missed),
        "bodies": len(found.missed) + len(found.reached),
        "outcome": variable_words(instrument, found.outcome),
        "middle": found.middle,
    }
    if not found.missed:
        yield Text("narrative.goals_none_missed", counts)
    elif not found.reached:
        yield Text("narrative.goals_all_missed", counts)
    else:
        yield Text("narrative.goals_missed", counts)
    for row in records(found.table):
        params = {**row, "construct": variable_words(instrument, str(row["construct"]))}
        if isfinite(row["difference"]):
            yield Text("narrative.goals_level", params)
        elif isfinite(row["mean_missed"]):
            yield Text("narrative.goals_level_missed", params)
        elif isfinite(row["mean_reached"]):
            yield Text("narrative.goals_level_reached", params)
    yield Text("narrative.goals_no_benchmark")


def _estimate(found: Evidence, instrument: Instrument) -> Label:
    params = {
        "outcome": variable_words(instrument, found.outcome),
        "term": term_words(instrument, found.term),
        "estimate": found.estimate,
        "low": found.ci_low,
        "high": found.ci_high,
        "p": found.p_value,
        "df": found.df,
        "bodies": found.n_bodies,
    }
    if not isfinite(found.p_value) or not isfinite(found.ci_low):
        return Text("narrative.claim_described", params)
    direction = _reading(found)
    side = "_within" if found.within and direction != "open" else ""
    params["reading"] = Text(f"narrative.claim_{direction}{side}")
    return Text("narrative.claim_estimate", params)


def _reading(found: Evidence) -> str:
    sign = -1 if found.outcome in COSTLY else 1
    if min(found.ci_low, found.ci_high) <= 0 <= max(found.ci_low, found.ci_high):
        return "open"
    return "as_claimed" if found.estimate * sign > 0 else "against"


def _can_speak(evidence: Sequence[Evidence], goals: GoalsMissed | None) -> Iterator[Label]:
    of_bodies = [found for found in evidence if not found.within]
    tested = [found for found in of_bodies if isfinite(found.p_value)]
    if tested:
        params = {"bodies": max(found.n_bodies for found in tested), "r": min(found.detectable_r for found in tested)}
        yield Text("narrative.claim_speaks", params)
    elif of_bodies:
        yield Text("narrative.claim_describes", {"bodies": max(found.n_bodies for found in of_bodies)})
    elif evidence:
        yield Text("narrative.claim_respondents")
    elif goals is not None and goals.missed and goals.reached:
        yield Text("narrative.claim_compares")
    else:
        yield Text("narrative.claim_silent")
    if any(found.same_source for found in evidence) or goals is not None:
        yield Text("narrative.claim_same_source")
