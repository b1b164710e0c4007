"""Diagnostics of a regression, aggregation, split samples and same-source pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import load_instrument, regress
from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.outcomes.same_source import same_source
from kadsurvey.outcomes.split_sample import split_sample
from kadsurvey.stats import diagnostics as stats
from kadsurvey.stats.agreement import icc1, icc2
from tests.reference_numbers import load

CLOSED_FORM = 1e-8
PREDICTORS = ["trust", "norm", "network"]


@pytest.fixture(scope="module")
def respondents():
    return pd.read_csv("tests/reference/coop_regression_respondents.csv")


@pytest.fixture(scope="module")
def bodies():
    return pd.read_csv("tests/reference/coop_regression_bodies.csv")


@pytest.fixture(scope="module")
def found(bodies):
    return regress(bodies.set_index("body"), "cost_efficiency", PREDICTORS)


def test_tests_are_those_of_the_model(bodies, found):
    y = bodies["cost_efficiency"].to_numpy(float)
    X = np.column_stack([np.ones(len(bodies)), bodies[PREDICTORS]])
    tests = found.diagnostics.tests.set_index("test")
    assert tests.loc["breusch_pagan", "p_value"] == pytest.approx(stats.breusch_pagan(y, X).p_value)
    assert tests.loc["reset", "statistic"] == pytest.approx(stats.reset(y, X).statistic)
    assert tests.loc["glejser", "rejected"] == (stats.glejser(y, X).overall.p_value < 0.05)


def test_inflation_of_respondents_equals_car(respondents):
    theirs = load("t08_regression")["respondent_ols"]["vif"]
    names = list(theirs) if isinstance(theirs, dict) else []
    terms = [name for name in [*PREDICTORS, "ngo"] if not names or name in names]
    ours = regress(respondents, "perceived", terms, cluster="body").diagnostics.vif
    np.testing.assert_allclose(ours[terms], [theirs[name] for name in terms], atol=CLOSED_FORM)


def test_each_body_is_left_out_once(bodies, found):
    table = found.diagnostics.leave_one_out
    assert len(table) == 24 * 3
    without = bodies[bodies["body"] != "b05"]
    again = regress(without, "cost_efficiency", PREDICTORS).table.set_index("term")["estimate"]
    ours = table[table["without"] == "b05"].set_index("term")["estimate"]
    np.testing.assert_allclose(ours, again[PREDICTORS], atol=CLOSED_FORM)


def test_influence_names_bodies_and_never_respondents(respondents, found):
    assert set(found.diagnostics.influence["unit"]) == {f"b{place:02d}" for place in range(1, 25)}
    of_persons = regress(respondents, "perceived", PREDICTORS, cluster="body")
    assert of_persons.diagnostics.influence.empty
    assert of_persons.diagnostics.leave_one_out["without"].nunique() == 24


def test_collinear_predictors_are_named(bodies):
    rng = np.random.default_rng(1)
    twin = bodies.assign(twin=bodies["trust"] + 0.01 * rng.normal(size=len(bodies)))
    codes = [finding.code for finding in regress(twin, "cost_efficiency", ["trust", "twin"]).findings]
    assert "outcomes.collinear" in codes


def test_means_come_with_their_reliability(respondents, bodies):
    long = respondents.merge(bodies[["body", "cost_efficiency"]], on="body")
    found = regress(long, "cost_efficiency", ["trust"], cluster="body")
    used = long.dropna(subset=["trust", "cost_efficiency"])
    row = found.aggregation.loc["trust"]
    assert row["icc1"] == icc1(used["trust"].to_numpy(), used["body"].to_numpy())
    assert row["icc2"] == icc2(used["trust"].to_numpy(), used["body"].to_numpy())
    assert row["mean_n"] == len(used) / 24


def test_icc2_is_spearman_brown_of_icc1_in_balanced_data():
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(10), 8)
    values = rng.normal(size=10)[clusters] + rng.normal(size=80)
    single = icc1(values, clusters)
    assert icc2(values, clusters) == pytest.approx(8 * single / (1 + 7 * single), abs=1e-12)


def test_split_samples_share_nobody(respondents):
    data = respondents[["body", "perceived", "trust"]].dropna()
    # An answer that is the respondent's own number shows who went where.
    numbered = data.assign(perceived=np.arange(len(data), dtype=float), trust=np.arange(len(data), dtype=float))
    halves = split_sample(numbered, "perceived", ["trust"], cluster="body", seed=1)
    assert len(halves) == 24
    sizes = data.groupby("body").size()
    total = numbered.groupby("body")["trust"].sum()
    n_first = sizes // 2
    together = halves.set_index("body")
    # Means times sizes of the halves add up to everybody, once.
    recombined = together["perceived"] * n_first + together["trust"] * (sizes - n_first)
    np.testing.assert_allclose(recombined, total)
    again = split_sample(numbered, "perceived", ["trust"], cluster="body", seed=1)
    pd.testing.assert_frame_equal(halves, again)


def test_split_samples_need_numbers_and_people(respondents):
    with pytest.raises(ArgumentError, match="category"):
        split_sample(respondents.assign(place="here"), "perceived", ["place"], cluster="body", seed=1)
    alone = respondents.groupby("body").head(1)
    with pytest.raises(DesignError, match="b01"):
        split_sample(alone, "perceived", ["trust"], cluster="body", seed=1)


def test_a_halo_vanishes_in_split_samples():
    """Each respondent's mood moves both answers; between bodies there is nothing."""
    rng = np.random.default_rng(5)
    body = np.repeat(np.arange(200), 10)
    mood = rng.normal(size=len(body))
    data = pd.DataFrame({"body": body, "y": mood + 0.3 * rng.normal(size=len(body)), "x": mood})
    naive = regress(data.groupby("body").mean().reset_index(), "y", ["x"]).table.set_index("term")
    halves = regress(split_sample(data, "y", ["x"], cluster="body", seed=2), "y", ["x"]).table.set_index("term")
    assert naive.loc["x", "estimate"] > 0.8
    assert abs(halves.loc["x", "estimate"]) < 4 * halves.loc["x", "std_error"]


def test_same_source_and_overlapping_items_are_marked():
    kad = load_instrument("kad")
    codes = [finding.code for finding in same_source(kad, "transaction_cost", ["trust", "norm"], split=False)]
    assert codes == ["outcomes.same_source", "outcomes.overlap", "outcomes.overlap"]
    halves = [finding.code for finding in same_source(kad, "transaction_cost", ["trust"], split=True)]
    assert halves == ["outcomes.overlap"]
    assert same_source(kad, "cost_efficiency", ["trust"], split=False) == []
    assert same_source(kad, "effectiveness", ["group"], split=False) == []
