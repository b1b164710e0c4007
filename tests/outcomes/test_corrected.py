"""Corrected slopes on named variables: the array numbers, the truth, and what is withheld and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kadsurvey import corrected_regression, load_truth, score, simulate
from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.stats.corrected import corrected_slopes
from kadsurvey.stats.corrected_between import corrected_between_slopes
from kadsurvey.stats.ml_factor import ml_factor
from kadsurvey.stats.two_step import two_step

SAME = 1e-10  # the same arithmetic, through names


@pytest.fixture(scope="module")
def study():
    return simulate(load_truth("sample"), seed=4)


@pytest.fixture(scope="module")
def indices(study):
    return score(simulated_responses(study), method="mean")


@pytest.fixture(scope="module")
def bodies(study):
    return Bodies(data=study.bodies, log=(), findings=())


def items(indices, construct):
    return list(indices.items_of[construct])


def complete(indices, *constructs):
    codes = [code for name in constructs for code in items(indices, name)]
    return indices.items[codes].assign(body=indices.respondents["body"]).dropna()


def codes(findings):
    return [finding.code for finding in findings]


def test_body_level_is_the_array_statistic_by_name(indices, bodies):
    found = corrected_regression(indices, bodies, "cost_efficiency", ["trust", "norm"])
    used = complete(indices, "trust", "norm")
    scores = []
    for name in ("trust", "norm"):
        block = used[items(indices, name)].to_numpy(float)
        scores.append(block @ ml_factor(np.cov(block.T, bias=True), n_obs=len(block)).weights)
    order = np.unique(used["body"])
    outcome = bodies.data.loc[order, "cost_efficiency"].to_numpy(float)
    expected = corrected_between_slopes(np.column_stack(scores), used["body"].to_numpy(str), outcome)
    assert (found.level, found.clusters, found.n) == ("body", len(order), len(used))
    np.testing.assert_allclose(found.table["estimate"], expected.slopes, atol=SAME)
    np.testing.assert_allclose(found.table["naive"], expected.naive_slopes, atol=SAME)
    np.testing.assert_allclose(found.table["reliability"], expected.reliability, atol=SAME)
    assert "outcomes.corrected_left_out" in codes(found.findings)


def test_respondent_level_is_the_array_statistic_by_name(indices):
    found = corrected_regression(indices, None, "effectiveness", ["trust", "norm"])
    used = complete(indices, "trust", "norm", "effectiveness")
    own = used[items(indices, "effectiveness")].to_numpy(float)
    outcome = own @ ml_factor(np.cov(own.T, bias=True), n_obs=len(own)).weights
    blocks = [used[items(indices, name)].to_numpy(float) for name in ("trust", "norm")]
    expected = corrected_slopes(blocks, outcome)
    assert found.level == "respondent"
    np.testing.assert_allclose(found.table["estimate"], expected.slopes, atol=SAME)
    np.testing.assert_allclose(found.table["naive"], expected.naive_slopes, atol=SAME)
    both = two_step(blocks, own)
    np.testing.assert_allclose(found.table["estimate"], both.standard, atol=SAME)
    np.testing.assert_allclose(found.table["std_error_independent"], both.standard_errors, atol=SAME)


def test_errors_leave_out_whole_bodies(indices):
    found = corrected_regression(indices, None, "effectiveness", ["trust"])
    used = complete(indices, "trust", "effectiveness")
    slopes = []
    for body in np.unique(used["body"]):
        rest = used[used["body"] != body]
        own = rest[items(indices, "effectiveness")].to_numpy(float)
        outcome = own @ ml_factor(np.cov(own.T, bias=True), n_obs=len(own)).weights
        slopes.append(corrected_slopes([rest[items(indices, "trust")].to_numpy(float)], outcome).slopes[0])
    n = len(slopes)
    error = np.sqrt((n - 1) / n * np.sum((np.array(slopes) - np.mean(slopes)) ** 2))
    assert found.table["std_error"][0] == pytest.approx(error, abs=SAME)
    assert found.table["df"][0] == n - 1


def test_corrected_slopes_are_larger_where_the_index_is_noisy(indices):
    table = corrected_regression(indices, None, "effectiveness", ["trust"]).table
    assert table["reliability"][0] < 1
    assert table["estimate"][0] == pytest.approx(table["naive"][0] / table["reliability"][0])


def test_controls_and_other_predictors_count_as_free_of_error(indices, bodies):
    found = corrected_regression(indices, bodies, "effectiveness", ["trust", "log_population"], controls=["group"])
    assert list(found.table["term"]) == ["trust", "log_population", "group[official]"]
    assert found.table["reliability"].isna().tolist() == [False, True, True]


def test_few_bodies_get_no_number_with_two_predictors(indices, bodies):
    some = indices.respondents["body"].isin(sorted(indices.respondents["body"].unique())[:8])
    few = part(indices, some)
    two = corrected_regression(few, bodies, "cost_efficiency", ["trust", "norm"])
    assert two.reason == "too_few_clusters"
    assert two.table["estimate"].isna().all()
    assert two.table["naive"].notna().all()
    assert "outcomes.corrected_withheld" in codes(two.findings)
    assert "8 bodies" in two.findings[-1].render("en")


def test_unreliable_means_get_no_number(indices, bodies):
    rng = np.random.default_rng(2)
    shuffled = indices.respondents.assign(body=rng.permutation(indices.respondents["body"].to_numpy()))
    mixed = replace(indices, respondents=shuffled)
    found = corrected_regression(mixed, bodies, "cost_efficiency", ["trust"])
    assert found.reason in ("unreliable", "not_positive_definite")
    assert found.table[["estimate", "std_error", "p_value"]].isna().all(axis=None)


def test_what_cannot_be_corrected_is_said(indices, bodies):
    with pytest.raises(ArgumentError, match="3 items or more"):
        corrected_regression(indices, bodies, "cost_efficiency", ["log_population"])
    with pytest.raises(ArgumentError, match="cost_efficiency"):
        corrected_regression(indices, bodies, "cost_eficiency", ["trust"])


def test_means_of_the_same_respondents_are_not_corrected(indices):
    with pytest.raises(DesignError, match="respondents who answered the predictors too"):
        corrected_regression(indices, None, "effectiveness", ["trust"], level="body")


def test_plain_values_of_indices_hold_no_answers(indices):
    assert "items" not in indices.to_dict()
    assert indices.to_dict()["items_of"]["trust"][0] == "T1"


def part(indices, kept):
    return replace(indices, respondents=indices.respondents[kept], items=indices.items[kept])
