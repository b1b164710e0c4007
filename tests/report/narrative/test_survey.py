"""Sentences on respondents and missing answers against the answers themselves."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kadsurvey.language.text import render
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.survey import missing_answers, sample
from tests.report.narrative.stated import assert_states


def test_sample_counts_are_those_of_the_data(material: Material) -> None:
    data = material.responses.data
    sentences = sample(material.screening).sentences
    sizes = data.groupby("body").size()
    flagged = int(material.screening.flags.any(axis=1).sum())
    assert_states(sentences[0], [len(data), len(data)])
    assert_states(sentences[2], [flagged, flagged / len(data)])
    assert_states(sentences[3], [sizes.min(), sizes.max()])
    assert_states(sentences[4], [len(data.groupby(["body", "member"]).size())])


def test_those_left_out_are_counted_with_their_reasons(material: Material) -> None:
    screening = material.screening
    gone = screening.flags.index[:3]
    ledger = pd.DataFrame(
        {"file": "a", "sheet": "b", "row": 1, "reason": ["missing", "missing, same_answer", "missing"]}, index=gone
    )
    clean = replace(screening.clean, data=screening.clean.data.drop(index=gone))
    sentences = sample(replace(screening, ledger=ledger, clean=clean)).sentences
    total = len(screening.flags)
    assert_states(sentences[0], [total - 3, total])
    assert_states(sentences[1], [3, 3, 1])


def test_submissions_rejected_on_reading_are_part_of_the_flow(material: Material) -> None:
    screening = material.screening
    excluded = pd.DataFrame({"file": ["a", "b"], "sheet": "c", "row": 1, "reason": "rejected"}, index=["x", "y"])
    clean = replace(screening.clean, excluded=excluded)
    sentences = sample(replace(screening, clean=clean)).sentences
    total = len(screening.flags)
    assert_states(sentences[0], [total, total + 2])
    assert_states(sentences[1], [2])


def test_without_bodies_nothing_is_said_of_them(material: Material) -> None:
    clean = replace(material.responses, data=material.responses.data.drop(columns=["body", "member"]))
    prose = sample(replace(material.screening, clean=clean))
    said = " ".join(render(sentence, "en") for sentence in prose.sentences)
    assert "nothing can be said of bodies" in said
    assert "A body has" not in said


def test_most_and_least_unknowing_are_those_of_the_answers(material: Material) -> None:
    assert material.validation is not None
    responses, instrument = material.responses, material.instrument
    said = responses.dont_know
    shares = {}
    for name in instrument.constructs:
        codes = instrument.item_codes(name)
        for group, rows in responses.data.groupby("group").groups.items():
            given = int(responses.data.loc[rows, codes].notna().sum().sum() + said.loc[rows, codes].sum().sum())
            shares[name, group] = (int(said.loc[rows, codes].sum().sum()) / given, given)
    most, least = max(shares.values()), min(shares.values())
    prose = missing_answers(material.validation, instrument)
    assert prose is not None
    assert_states(prose.sentences[0], most)
    assert_states(prose.sentences[2], least)
    assert_states(prose.sentences[3], [responses.items.isna().mean().max()])


def test_a_survey_without_dont_know_says_so(material: Material) -> None:
    assert material.validation is not None
    none = material.validation.dont_know.assign(dont_know=0, dont_know_share=0.0)
    prose = missing_answers(replace(material.validation, dont_know=none), material.instrument)
    assert prose is not None
    assert render(prose.sentences[0], "id") == "Tidak ada yang menjawab 'tidak tahu'."


def test_one_group_without_a_name_is_not_named(material: Material) -> None:
    assert material.validation is not None
    rates = material.validation.dont_know
    one = rates[rates["group"] == "official"].assign(group="")
    prose = missing_answers(replace(material.validation, dont_know=one), material.instrument)
    assert prose is not None
    assert "officials" not in " ".join(render(sentence, "en") for sentence in prose.sentences)
