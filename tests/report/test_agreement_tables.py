"""The tables of agreement: numbers are the result's, words exist in both languages, small cells are hidden."""

from __future__ import annotations

import openpyxl
import pytest

from kadsurvey import Study
from kadsurvey.indices.score import score
from kadsurvey.indices.shared_views import shared_views
from kadsurvey.language.text import render
from kadsurvey.report.builders.agreement import agreement_tables
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.simulate import simulate
from kadsurvey.simulation.truth import load_truth


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def views(study):
    return shared_views(score(study, method="mean", min_cell=10), study.instrument, draws=199, seed=1)


@pytest.fixture(scope="module")
def tables(study, views):
    shown, more = agreement_tables(views, study.instrument)
    return {table.key: table for table in (*shown, *more)}


def test_the_screen_has_verdicts_and_the_workbook_the_rest(study, views):
    shown, more = agreement_tables(views, study.instrument)
    assert [table.key for table in shown] == ["agreement", "groups_disagree"]
    assert [table.key for table in more] == [
        "agreement_measures",
        "agreement_bodies",
        "agreement_shares",
        "groups_compared",
    ]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_word_exists_in_both_languages(tables, lang):
    for table in tables.values():
        for label in (table.title, *table.notes, *(column.label for column in table.columns)):
            assert render(label, lang)
        for row in table.rows:
            for column in table.columns:
                value = row.values.get(column.key)
                assert value is None or render(value, lang)


def test_numbers_are_the_results(tables, views):
    first, level = tables["agreement"].rows[0].values, views.levels.iloc[0]
    assert (first["icc1"], first["icc2"], first["rwg_j"]) == (level["icc1"], level["icc2"], level["rwg_j"])
    assert len(tables["agreement"].rows) == len(tables["agreement_measures"].rows) == len(views.levels)
    assert len(tables["groups_compared"].rows) == len(views.groups)


def test_means_of_small_groups_are_hidden(tables, views):
    hidden = views.groups["suppressed"].to_numpy()
    assert hidden.any()
    for row, is_hidden in zip(tables["groups_compared"].rows, hidden, strict=True):
        assert (render(row.values["mean_ngo"], "en") == "hidden") == is_hidden


def test_score_writes_and_shows_them(study_folder):
    settings = study_folder / "study.toml"
    by_mean = settings.read_text(encoding="utf-8").replace('method = "factor"', 'method = "mean"')
    settings.write_text(by_mean, encoding="utf-8")
    run = Study.open(study_folder).score(lang="id")
    assert {"agreement", "groups_disagree"} <= {table.key for table in run.tables}
    assert "agreement" in run.results
    book = openpyxl.load_workbook(study_folder / "results" / "score.xlsx", read_only=True)
    expected = {"agreement", "agreement_measures", "agreement_bodies", "agreement_shares", "groups_compared"}
    assert expected <= set(book.sheetnames)
    assert book["agreement"]["A1"].value.startswith("Kelayakan agregasi")
