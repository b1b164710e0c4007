"""The source's claims: each with the estimate of its model, in the direction it expects, or what is missing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.report.narrative.claims import CLAIMS, Claim, Evidence, claim_prose, claims, evidence_for
from kadsurvey.report.narrative.material import Material
from tests.report.narrative.stated import assert_states

ORGANISATIONS, GOALS, COST = CLAIMS


@pytest.fixture
def instrument(material: Material) -> Instrument:
    return material.instrument


def said(claim: Claim, evidence: list[Evidence], instrument: Instrument, lang: str = "en") -> str:
    sentences = claim_prose(claim, evidence, instrument).sentences
    return " ".join(render(sentence, lang) for sentence in sentences)  # type: ignore[arg-type]


def test_evidence_is_every_slope_of_a_claims_models(material: Material) -> None:
    found = evidence_for(COST, material.analyses)
    tables = [analysis.regression.table for analysis in (material.analyses[0], material.analyses[2])]
    terms = [term for table in tables for term in table["term"] if term.split("_")[0] in COST.predictors]
    assert [part.term for part in found] == terms
    estimates = [value for table in tables for value in table.set_index("term")["estimate"].reindex(terms).dropna()]
    assert sorted(part.estimate for part in found) == sorted(estimates)
    assert evidence_for(ORGANISATIONS, material.analyses) == ()


def test_a_slope_between_bodies_has_the_power_of_bodies(material: Material) -> None:
    design = material.analyses[2].regression.design
    found = {part.term: part for part in evidence_for(COST, material.analyses[2:])}
    assert found["trust_between"].detectable_r == design.detectable_between_r
    assert found["trust_within"].detectable_r == design.detectable_r
    assert found["trust_within"].within


def test_each_estimate_is_stated(material: Material, instrument: Instrument) -> None:
    evidence = evidence_for(COST, material.analyses)
    sentences = claims(material.analyses, instrument)[2].sentences
    for sentence, part in zip(sentences[1:], evidence, strict=False):
        assert_states(sentence, [part.estimate, part.ci_low, part.ci_high, part.p_value, part.n_bodies, 0.95])
    assert_states(sentences[-2], [24, min(part.detectable_r for part in evidence if not part.within)])


def test_direction_is_that_of_the_outcome(material: Material, instrument: Instrument) -> None:
    trust = evidence_for(COST, material.analyses[:1])[0]
    assert trust.term == "trust"
    assert "in the direction of the claim" in said(COST, [trust], instrument)
    costly = replace(trust, outcome="transaction_cost")
    assert "against the direction of the claim" in said(COST, [costly], instrument)
    opened = replace(trust, ci_low=-1.0)
    assert "neither for the claim nor against it" in said(COST, [opened], instrument)


def test_slopes_within_bodies_alone_do_not_speak_to_a_claim_about_bodies(
    material: Material, instrument: Instrument
) -> None:
    within = [part for part in evidence_for(COST, material.analyses) if part.within]
    text = said(COST, within, instrument)
    assert "does not speak to this claim about bodies" in text
    assert "among respondents of one body" in text


def test_a_model_of_seats_speaks_to_the_first_claim(small: Analysis, instrument: Instrument) -> None:
    (seats,) = evidence_for(ORGANISATIONS, [small])
    row = small.regression.table.set_index("term").loc["ngo_seats"]
    prose = claims([small], instrument)[0]
    shown = [row["estimate"], row["ci_low"], row["ci_high"], row["p_value"], 12, 0.95]
    assert_states(prose.sentences[1], shown)
    assert_states(prose.sentences[2], [12, seats.detectable_r])
    assert not seats.same_source


def test_an_index_of_the_roster_of_one_relation_counts(small: Analysis) -> None:
    table = small.regression.table.replace({"ngo_seats": "roster_ei_index_trust"})
    roster = replace(small, regression=replace(small.regression, table=table))
    assert [part.term for part in evidence_for(ORGANISATIONS, [roster])] == ["roster_ei_index_trust"]


def test_a_described_model_cannot_test_a_claim(described: Analysis, instrument: Instrument) -> None:
    evidence = evidence_for(COST, [described])
    assert all(math.isnan(part.p_value) for part in evidence)
    prose = claims([described], instrument)[2]
    assert_states(prose.sentences[1], [evidence[0].estimate, 7])
    assert "cannot test this claim" in render(prose.sentences[-1], "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_models_each_claim_says_what_is_missing(material: Material, lang: str) -> None:
    for prose in claims((), material.instrument, reasons={"organisations": "no seats were given."}):
        text = " ".join(render(sentence, lang) for sentence in prose.sentences)  # type: ignore[arg-type]
        assert ("does not speak" in text) or ("tidak berbicara" in text)
    first = claims((), material.instrument, reasons={"organisations": "no seats were given."})[0]
    assert "no seats were given." in render(first.sentences[2], "en")


def test_goals_state_the_levels(material: Material, instrument: Instrument) -> None:
    goals = material.goals
    assert goals is not None
    sentences = claims(material.analyses, instrument, goals=goals)[1].sentences
    assert_states(sentences[1], [len(goals.missed), 24, 50, 100])
    for sentence, row in zip(sentences[2:], goals.table.to_dict(orient="records"), strict=False):
        assert_states(sentence, [row[name] for name in ("mean_missed", "mean_reached", "difference", "p_value")])


def test_goals_that_no_body_or_every_body_misses(material: Material, instrument: Instrument) -> None:
    goals = material.goals
    assert goals is not None
    blank = goals.table.assign(difference=math.nan, p_value=math.nan)
    none = replace(goals, missed=(), reached=("a", "b"), table=blank.assign(mean_missed=math.nan))
    every = replace(goals, missed=("a", "b"), reached=(), table=blank.assign(mean_reached=math.nan))
    sentences = claims((), instrument, goals=none)[1].sentences
    assert_states(sentences[1], [2, 50, 100])
    assert_states(sentences[2], [goals.table["mean_reached"].iloc[0]])
    sentences = claims((), instrument, goals=every)[1].sentences
    assert_states(sentences[1], [2, 50, 100])
    assert_states(sentences[2], [goals.table["mean_missed"].iloc[0]])
