"""The tables of the shape of an instrument: what the results say, in both languages, with what must be said beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kadsurvey import load_truth, simulate, validate
from kadsurvey.language.text import render
from kadsurvey.measurement.invariance_by import invariance_by
from kadsurvey.measurement.review import review
from kadsurvey.report.builders.shape import shape_tables
from kadsurvey.report.narrative import shape as sentences
from kadsurvey.simulation.responses import simulated_responses


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def validation(study):
    return validate(study)


@pytest.fixture(scope="module")
def found(study, validation):
    return review(study, validation, invariance_by(study))


@pytest.fixture(scope="module")
def tables(study, validation, found):
    return {table.key: table for table in shape_tables(found, validation, study.instrument)}


def notes(table, lang="en"):
    return " ".join(render(note, lang) for note in table.notes)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_word_exists_in_both_languages(tables, lang) -> None:
    assert list(tables) == ["shape", "short_form", "short_form_choices", "second_order"]
    for table in tables.values():
        for label in (table.title, *table.notes, *(column.label for column in table.columns)):
            assert render(label, lang)
        for row in table.rows:
            for column in table.columns:
                render(row.values.get(column.key), lang)


def test_an_item_has_its_proposal_and_reason_in_words(tables) -> None:
    row = next(row for row in tables["shape"].rows if row.values["item"] == "N4")
    assert row.strong
    assert "reword" in render(row.values["judged"], "en")
    assert "works differently in the groups" in render(row.values["judged"], "en")
    assert "antarkelompok" in render(row.values["judged"], "id")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_reason_has_its_words(study, validation, found, lang) -> None:
    why = (
        "against",
        "not_valid",
        "elsewhere",
        "very_weak",
        "weak",
        "crossed",
        "pair",
        "not_alike",
        "missing",
        "few_left",
    )
    items = found.shape.items.copy()
    items.at["N4", "reasons"] = why
    spoilt = replace(found, shape=replace(found.shape, items=items))
    table = shape_tables(spoilt, validation, study.instrument)[0]
    text = render(next(row for row in table.rows if row.values["item"] == "N4").values["judged"], lang)
    assert text.count(",") >= len(why) - 1
    assert "{" not in text


def test_without_groups_there_is_no_column_of_them_and_how_to_get_it_is_said(study, validation) -> None:
    table = shape_tables(review(study, validation), validation, study.instrument)[0]
    assert "alike" not in [column.key for column in table.columns]
    assert "--by group" in notes(table)


def test_rules_name_their_sources_and_nothing_is_dropped(tables) -> None:
    said = notes(tables["shape"])
    assert "no item was dropped" in said
    for source in ("Hair et al. 2019", "Tabachnick & Fidell 2019", "Whittaker 2012"):
        assert source in said


def test_the_short_form_says_that_it_flatters_and_that_content_is_for_people(found, tables) -> None:
    said = notes(tables["short_form"])
    assert "flatters" in said
    assert "half of the bodies" in said
    assert "people" in said
    row = tables["short_form"].rows[0].values
    first = found.short_form.table.iloc[0]
    assert row["chosen"] == ", ".join(first["items"])
    assert (row["omega_short"], row["judged_in"]) == (first["omega_short"], first["judged_in"])
    assert "seed 1" in said


def test_what_was_left_out_of_the_choice_is_said(found, study, validation) -> None:
    assert "N4" in notes(shape_tables(found, validation, study.instrument)[1])


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "Three constructs cannot test it"), ("id", "tidak dapat mengujinya")]
)
def test_three_constructs_cannot_test_a_factor_above_them(tables, lang, sentence) -> None:
    assert sentence in notes(tables["second_order"], lang)


def test_the_report_says_so_too(found, study) -> None:
    spoken = sentences.second_order(found, study.instrument)
    assert "cannot test" in render(spoken.sentences[-1], "en")
    assert set(spoken.cites) == {"rindskopf1988", "green2009"}


def test_intervals_over_bodies_stand_beside_where_there_are_bodies(tables, validation, found, study) -> None:
    assert "ci_low" in [column.key for column in tables["second_order"].columns]
    without = shape_tables(found, replace(validation, jackknife=None), study.instrument)[-1]
    assert "ci_low" not in [column.key for column in without.columns]
    assert "independent" in notes(without)


def test_an_improper_factor_has_no_omega_and_says_why(found, validation, study) -> None:
    above = replace(found.second_order, proper=False, omega_hierarchical=np.nan, omega_total=np.nan)
    improper = replace(found, second_order=above)
    table = shape_tables(improper, validation, study.instrument)[-1]
    assert "improper" in notes(table)
    assert "Omega" not in notes(table)
    assert "do not come from one factor" in render(
        sentences.second_order(improper, study.instrument).sentences[0], "en"
    )


@pytest.mark.parametrize("lang", ["en", "id"])
def test_sentences_on_items_and_the_short_form(found, study, lang) -> None:
    spoken = (sentences.items_to_look_at(found), sentences.short_form(found, study.instrument))
    text = " ".join(render(sentence, lang) for prose in spoken for sentence in prose.sentences)
    assert "N4" in text
    assert "{" not in text
    kept = replace(found, shape=replace(found.shape, items=found.shape.items.assign(verdict="keep")), short_form=None)
    assert "31" in render(sentences.items_to_look_at(kept).sentences[0], lang)
    assert sentences.short_form(kept, study.instrument) is None
