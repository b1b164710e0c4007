"""The tables of invariance: every number is the result's, and the verdict is said in both languages."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from kadsurvey import invariance, load_truth, simulate
from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.measurement.categories import MergedCategory
from kadsurvey.measurement.invariance_rules import ChangeLimits
from kadsurvey.report.builders.invariance import invariance_tables, loud_items, verdict_sentences
from kadsurvey.simulation.responses import simulated_responses
from tests.report.narrative.stated import assert_states


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def found(study):
    """The study, T2 among NGO members made half a point too high for many of them."""
    data = study.data.copy()
    raised = (data["group"] == "ngo") & (np.random.default_rng(1).random(len(data)) < 0.5)
    data["T2"] = data["T2"].where(~raised, (data["T2"] + 1).clip(upper=5))
    instrument = study.instrument
    model = {name: instrument.item_codes(name) for name in instrument.constructs_with(role="predictor")}
    return invariance(data, model, data["group"])


@pytest.fixture(scope="module")
def tables(found, study):
    return {table.key: table for table in invariance_tables(found, study.instrument)}


def words(labels, lang="en"):
    return " ".join(render(label, lang) for label in labels)


def test_the_item_made_different_is_let_differ(found):
    assert found.verdict == "partial"
    assert "T2" in found.freed


def test_tables_and_words_exist_in_both_languages(tables):
    assert list(tables) == ["invariance", "invariance_items", "invariance_means"]
    for lang in LANGUAGES:
        for table in tables.values():
            for label in (table.title, *table.notes, *(column.label for column in table.columns)):
                assert render(label, lang)
            for row in table.rows:
                for value in row.values.values():
                    render(value, lang)


def test_numbers_are_those_of_the_result(found, tables):
    for row, (_, expected) in zip(tables["invariance"].rows, found.steps.iterrows(), strict=True):
        for name in ("chisq", "df", "cfi", "rmsea", "df_diff"):
            assert row.values[name] == expected[name]
    assert len(tables["invariance_items"].rows) == len(loud_items(found))
    means = tables["invariance_means"].rows
    assert [row.values["shift"] for row in means] == found.means["shift"].tolist()
    assert means[0].values["points"] == pytest.approx(100 * found.means["raw"][0] / 4)


def test_items_of_a_step_that_holds_are_shown_only_after_holm(found):
    shown = loud_items(found)
    first = found.steps.drop_duplicates("step").set_index("step")["outcome"]
    for _, row in found.items.iterrows():
        against = row["p_value"] < 0.05 and first[row["step"]] in ("small", "broken")
        expected = bool(against or row["p_adjusted"] < 0.05)
        assert (((shown["step"] == row["step"]) & (shown["item"] == row["item"])).any()) == expected


def test_a_step_with_an_item_let_differ_names_it(found, tables):
    repaired = next(row for row, freed in zip(tables["invariance"].rows, found.steps["freed"], strict=True) if freed)
    assert "but for" in render(repaired.values["label"], "en")
    assert "kecuali" in render(repaired.values["label"], "id")


def test_the_verdict_says_by_how_much_the_comparison_moves(found, study):
    most = found.means.loc[found.means["shift"].abs().idxmax()]
    assert_states(verdict_sentences(found, study.instrument)[1], [most["full"], most["partial"]])


@pytest.mark.parametrize(
    ("verdict", "english", "indonesian"),
    [
        ("comparable", "may be compared", "boleh dibandingkan"),
        ("approximate", "with caution", "dengan hati-hati"),
        ("not_comparable", "may not be compared", "tidak boleh dibandingkan"),
        ("not_established", "not established", "belum dapat ditetapkan"),
    ],
)
def test_every_verdict_is_a_sentence(found, study, verdict, english, indonesian):
    broken = "intercepts" if verdict == "not_comparable" else None
    other = replace(found, verdict=verdict, freed={}, broken_at=broken)
    sentences = partial(words, verdict_sentences(other, study.instrument))
    assert english in sentences("en")
    assert indonesian in sentences("id")


def test_why_nothing_is_established_is_said(found, study):
    form = replace(found, verdict="not_established")
    assert "does not fit" in words(verdict_sentences(form, study.instrument))
    small = replace(form, groups=pd.Series([500, 80], ["official", "ngo"]))
    sentence = words(verdict_sentences(small, study.instrument))
    assert "fewer than 150 respondents among NGO members" in sentence


def test_notes_name_the_rule_its_source_and_what_was_merged(found, study):
    changed = replace(
        found,
        limits=ChangeLimits(0.010, 0.015, True),
        merged=(MergedCategory("T3", 5.0, 4.0, ("ngo",)),),
        n_missing_group=7,
    )
    notes = words(invariance_tables(changed, study.instrument)[0].notes)
    for part in (
        "Chen 2007",
        "0.010",
        "0.015",
        "groups about equal",
        "T3: 5 counts as 4",
        "7 respondents name no group",
    ):
        assert part in notes
    unequal = words(invariance_tables(found, study.instrument)[0].notes)
    assert ("groups unequal" in unequal) is not found.limits.balanced


def test_residual_variances_that_differ_are_said(found, study):
    steps = found.steps.copy()
    steps.loc[steps["step"] == "residuals", "outcome"] = "small"
    assert "Residual variances differ" in words(verdict_sentences(replace(found, steps=steps), study.instrument))
    steps.loc[steps["step"] == "residuals", "outcome"] = "holds"
    assert "Residual" not in words(verdict_sentences(replace(found, steps=steps), study.instrument))


def test_a_step_without_a_test_is_explained(found, study):
    steps = found.steps.copy()
    steps.loc[1, ["p_diff", "df_diff", "outcome"]] = [np.nan, 0, "untested"]
    table = invariance_tables(replace(found, steps=steps), study.instrument)[0]
    assert "three categories" in words(table.notes)
    assert render(table.rows[1].values["outcome"], "en") == "cannot be tested"


def test_without_a_loud_item_there_is_no_table_of_items(found, study):
    quiet = replace(found, items=found.items.assign(p_value=0.5, p_adjusted=1.0))
    assert [table.key for table in invariance_tables(quiet, study.instrument)] == ["invariance", "invariance_means"]
