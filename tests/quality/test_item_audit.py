"""Items held against their construct and their scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.quality.item_audit import item_findings, item_statistics
from tests.quality.conftest import Answer, attentive, questionnaire, respond

# Closed forms on both sides.
EXACT = 1e-12


def found(responses: Responses, code: str) -> list[Finding]:
    findings = item_findings(item_statistics(responses), responses)
    for finding in findings:
        assert finding.render("en") != finding.render("id")
    return [finding for finding in findings if finding.code == code]


def turn(rows: list[list[Answer]], place: int) -> list[list[Answer]]:
    """Answer one item the other way round, as where its labels stood in the wrong order."""
    return [[6 - cell if at == place else cell for at, cell in enumerate(row)] for row in rows]  # type: ignore[operator]


def test_item_rest_is_a_correlation_with_the_mean_of_the_others(small: Instrument) -> None:
    responses = respond(small, attentive(small, 50))
    statistics = item_statistics(responses)
    others = responses.data[["b1", "b2", "b4", "b5"]].mean(axis=1)
    theirs = stats.pearsonr(responses.data["b3"], others)
    low, high = theirs.confidence_interval(0.95)
    row = statistics.loc["b3"]
    assert row["item_rest"] == pytest.approx(theirs.statistic, abs=EXACT)
    assert (row["item_rest_low"], row["item_rest_high"]) == pytest.approx((low, high), abs=EXACT)
    assert row["item_rest_n"] == 50


def test_half_of_the_others_are_enough(small: Instrument) -> None:
    rows = attentive(small, 40)
    for row in rows[:5]:
        row[1] = row[2] = None  # two of four others are left
    for row in rows[5:8]:
        row[1] = row[2] = row[3] = None
    assert item_statistics(respond(small, rows)).loc["a1", "item_rest_n"] == 37


def test_an_item_that_runs_against_its_construct_is_named(small: Instrument) -> None:
    (finding,) = found(respond(small, turn(attentive(small, 200), 7)), "quality.keying")
    assert (finding.severity, finding.params["item"], finding.params["construct"]) == ("warning", "b3", "b")
    assert "reverse:" in finding.render("en")
    assert finding.params["n"] == 200


def test_rightly_keyed_items_are_not(small: Instrument) -> None:
    assert not found(respond(small, attentive(small, 200)), "quality.keying")


def test_a_few_answers_say_nothing_of_the_sign(small: Instrument) -> None:
    assert not found(respond(small, turn(attentive(small, 29), 7)), "quality.keying")


def test_an_interval_that_holds_zero_says_nothing_of_the_sign(small: Instrument) -> None:
    rows = attentive(small, 200)
    rng = np.random.default_rng(2)
    for row in rows:
        row[7] = float(rng.integers(1, 6))
    statistics = item_statistics(respond(small, rows))
    assert statistics.loc["b3", "item_rest_low"] < 0 < statistics.loc["b3", "item_rest_high"]
    assert not found(respond(small, rows), "quality.keying")


def test_an_unused_point_of_one_item_is_a_note(small: Instrument) -> None:
    rows = [[min(cell, 4) if at == 0 else cell for at, cell in enumerate(row)] for row in attentive(small, 100)]  # type: ignore[type-var]
    (finding,) = found(respond(small, rows), "quality.category_unused")
    assert (finding.severity, finding.params["item"], finding.params["codes"]) == ("note", "a1", ["5"])


def test_unused_points_of_reversed_items_are_named_as_ticked(small: Instrument) -> None:
    rows = [[min(cell, 4) if at == 4 else cell for at, cell in enumerate(row)] for row in attentive(small, 100)]  # type: ignore[type-var]
    (finding,) = found(respond(small, rows), "quality.category_unused")
    assert (finding.params["item"], finding.params["codes"]) == ("a5", ["5"])


def test_a_point_that_no_item_uses_is_said_once(small: Instrument) -> None:
    rows = [[min(cell, 4) for cell in row] for row in attentive(small, 100)]  # type: ignore[type-var]
    responses = respond(small, rows)
    (finding,) = found(responses, "quality.scale_point_unused")
    assert (finding.severity, finding.params["scale"], finding.params["codes"]) == ("warning", "agree", ["5"])
    assert not found(responses, "quality.category_unused")


def test_a_small_sample_uses_no_point_for_sure(small: Instrument) -> None:
    assert not found(respond(small, [[3.0] * 20] * 20), "quality.scale_point_unused")


def test_a_construct_of_one_item_has_no_rest() -> None:
    single = questionnaire(n_constructs=2, n_items=1)
    statistics = item_statistics(respond(single, attentive(single, 40)))
    assert statistics["item_rest"].isna().all()
    assert statistics["item_rest_n"].tolist() == [0, 0]


def test_statistics_have_a_row_an_item(small: Instrument) -> None:
    statistics = item_statistics(respond(small, [[None] * 20, [3.0] * 20]))
    assert statistics.index.tolist() == list(small.items)
    assert pd.isna(statistics.loc["a1", "item_rest"])
