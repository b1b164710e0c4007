"""The kinds of inference of a regression, within and between bodies, and what stands beside the printed one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import regress, wild_bootstrap
from kadsurvey.errors import ArgumentError
from kadsurvey.outcomes.within_between import split_within_between
from tests.reference_numbers import load

CLOSED_FORM = 1e-8
P_VALUE = 1e-12  # counts over a full enumeration on both sides
REFERENCE = load("t08_regression")
PREDICTORS = ["trust", "norm", "network"]


@pytest.fixture(scope="module")
def respondents():
    return pd.read_csv("tests/reference/coop_regression_respondents.csv")


@pytest.fixture(scope="module")
def bodies():
    return pd.read_csv("tests/reference/coop_regression_bodies.csv")


def by_term(table):
    return table.set_index("term")


@pytest.mark.parametrize(("kind", "node"), [("hc2", "HC2"), ("hc3", "HC3"), ("ols", "classical")])
def test_standard_errors_of_bodies_equal_sandwich(bodies, kind, node):
    found = regress(bodies, "cost_efficiency", PREDICTORS, controls=["log_pop"], inference=kind)
    theirs = REFERENCE["body_ols"][node]
    key = next(name for name in ("se", "SE", "std_error") if name in theirs)
    np.testing.assert_allclose(found.table["std_error"], theirs[key], atol=CLOSED_FORM)
    assert found.inference == kind


@pytest.mark.parametrize(("kind", "node"), [("cr2", "CR2"), ("cr3", "CR3")])
def test_standard_errors_of_respondents_equal_clubsandwich(respondents, kind, node):
    found = regress(respondents, "perceived", PREDICTORS, controls=["ngo"], cluster="body", inference=kind)
    theirs = REFERENCE["cluster_24"][node]["Satterthwaite"]
    np.testing.assert_allclose(found.table["std_error"], theirs["SE"], atol=CLOSED_FORM)
    np.testing.assert_allclose(found.table["p_value"], theirs["p_Satt"], atol=1e-6)


def test_classical_and_permutation_stand_beside_bodies(bodies):
    found = regress(bodies, "cost_efficiency", PREDICTORS, seed=3)
    assert list(dict.fromkeys(found.beside["kind"])) == ["ols", "permutation"]
    shuffled = by_term(found.beside[found.beside["kind"] == "permutation"])
    alone = by_term(regress(bodies, "cost_efficiency", PREDICTORS, inference="permutation", seed=3).table)
    assert shuffled.loc["trust", "p_value"] == alone.loc["trust", "p_value"]
    assert np.isnan(alone.loc["trust", "ci_low"])


def test_wild_stands_beside_few_bodies_only(respondents):
    first_8 = respondents[respondents["body"].isin(sorted(respondents["body"].unique())[:8])]
    few = regress(first_8, "perceived", PREDICTORS, cluster="body", seed=1)
    assert set(few.beside["kind"]) == {"wild"}
    many = regress(respondents, "perceived", PREDICTORS, cluster="body")
    assert many.beside.empty


def test_wild_bootstrap_is_the_one_beside(respondents):
    first_8 = respondents[respondents["body"].isin(sorted(respondents["body"].unique())[:8])]
    beside = by_term(regress(first_8, "perceived", PREDICTORS, cluster="body", seed=1).beside)
    alone = wild_bootstrap(first_8, "perceived", PREDICTORS, "trust", "body", seed=1)
    assert (alone.weights, alone.n_clusters) == ("webb", 8)
    for name in ("p_value", "ci_low", "ci_high", "std_error"):
        assert beside.loc["trust", name] == getattr(alone, name)
    with pytest.raises(ArgumentError, match="trust"):
        wild_bootstrap(first_8, "perceived", PREDICTORS, "trsut", "body", seed=1)


@pytest.mark.parametrize("kind", ["hc2", "hc3", "ols", "permutation"])
def test_respondents_are_never_taken_as_independent(respondents, kind):
    with pytest.raises(ArgumentError, match="not"):
        regress(respondents, "perceived", PREDICTORS, cluster="body", inference=kind)


def test_within_and_between_are_the_textbook_decomposition(respondents):
    parts = split_within_between(respondents, ["trust", "ngo"], "body")
    mean = respondents.groupby("body")["trust"].transform("mean")
    np.testing.assert_allclose(parts.data["trust_between"], mean)
    np.testing.assert_allclose(parts.data["trust_within"] + parts.data["trust_between"], respondents["trust"])
    np.testing.assert_allclose(parts.data.groupby("body")["trust_within"].mean(), 0, atol=1e-12)


def test_within_slope_is_the_fixed_effects_slope(respondents):
    """Mundlak: the within slope of the split model is that of deviations on deviations."""
    complete = respondents.dropna(subset=["perceived", "trust"])
    found = by_term(regress(complete, "perceived", ["trust"], cluster="body", within_between=True).table)
    deviations = complete[["perceived", "trust"]] - complete.groupby("body")[["perceived", "trust"]].transform("mean")
    slope = (deviations["perceived"] @ deviations["trust"]) / (deviations["trust"] @ deviations["trust"])
    assert found.loc["trust_within", "estimate"] == pytest.approx(slope, abs=CLOSED_FORM)


def test_contextual_difference_is_the_mean_beside_the_whole_predictor(respondents):
    """The slope of the body's mean beside the unsplit predictor is between less within, with the same error and df."""
    complete = respondents.dropna(subset=["perceived", "trust"])
    split = regress(complete, "perceived", ["trust"], cluster="body", within_between=True)
    beside = complete.assign(mean=complete.groupby("body")["trust"].transform("mean"))
    other = by_term(regress(beside, "perceived", ["trust", "mean"], cluster="body").table).loc["mean"]
    found = split.contextual.iloc[0]
    assert found["predictor"] == "trust"
    for name in ("estimate", "std_error", "statistic", "df", "p_value", "ci_low", "ci_high"):
        assert found[name] == pytest.approx(other[name], rel=1e-6), name
    assert split.design.detectable_between_r > split.design.detectable_r


def test_a_halo_within_bodies_is_not_taken_for_an_effect_between_them():
    """.5 within bodies, 0 between: the pooled slope is far from both, the split finds each."""
    rng = np.random.default_rng(11)
    n_bodies, each = 60, 30
    body = np.repeat(np.arange(n_bodies), each)
    mean, own = rng.normal(size=n_bodies)[body], rng.normal(size=n_bodies * each)
    own = own - np.bincount(body, own)[body] / each
    data = pd.DataFrame({"body": body, "x": mean + own, "y": 0.5 * own + rng.normal(size=len(body))})
    split = by_term(regress(data, "y", ["x"], cluster="body", within_between=True).table)
    assert split.loc["x_within", "estimate"] == pytest.approx(0.5, abs=4 * split.loc["x_within", "std_error"])
    assert split.loc["x_between", "estimate"] == pytest.approx(0, abs=4 * split.loc["x_between", "std_error"])
    pooled = by_term(regress(data, "y", ["x"], cluster="body").table)
    assert 0.1 < pooled.loc["x", "estimate"] < 0.4


def test_beta_is_the_slope_of_standardised_columns(bodies):
    found = by_term(regress(bodies, "cost_efficiency", PREDICTORS).table)
    used = bodies[["cost_efficiency", *PREDICTORS]]
    z = (used - used.mean()) / used.std()
    standardised = by_term(regress(z, "cost_efficiency", PREDICTORS).table)
    np.testing.assert_allclose(
        found.loc[PREDICTORS, "beta"], standardised.loc[PREDICTORS, "estimate"], atol=CLOSED_FORM
    )
    assert np.isnan(found.loc["intercept", "beta"])


def test_likelihood_equals_r(bodies):
    fit = regress(bodies, "cost_efficiency", PREDICTORS, controls=["log_pop"]).fit
    theirs = REFERENCE["body_ols"]
    for ours, key in (("log_likelihood", "logLik"), ("aic", "AIC"), ("bic", "BIC")):
        assert fit[ours] == pytest.approx(theirs[key], abs=CLOSED_FORM)


def test_interactions_are_products_about_the_mean(bodies):
    found = regress(bodies, "cost_efficiency", ["trust", "norm"], interactions=[("trust", "norm")]).table
    centred = bodies[["trust", "norm"]] - bodies[["trust", "norm"]].mean()
    by_hand = bodies.assign(product=centred["trust"] * centred["norm"])
    expected = regress(by_hand, "cost_efficiency", ["trust", "norm", "product"]).table
    np.testing.assert_allclose(found["estimate"], expected["estimate"], atol=CLOSED_FORM)
    assert found["term"].tolist() == ["intercept", "trust", "norm", "trust:norm"]


def test_interactions_are_of_bodies_where_the_outcome_is(respondents, bodies):
    """The product of the body's means, not the mean of the respondents' products."""
    long = respondents.drop(columns="cost_efficiency", errors="ignore").merge(
        bodies[["body", "cost_efficiency"]], on="body"
    )
    pair = [("trust", "norm")]
    ours = regress(long, "cost_efficiency", ["trust", "norm"], cluster="body", interactions=pair).table
    means = long.groupby("body")[["cost_efficiency", "trust", "norm"]].mean()
    expected = regress(means, "cost_efficiency", ["trust", "norm"], interactions=pair).table
    np.testing.assert_allclose(ours["estimate"], expected["estimate"], atol=CLOSED_FORM)


def test_impossible_interactions_are_named(bodies):
    with pytest.raises(ArgumentError, match="'network' is to interact"):
        regress(bodies, "cost_efficiency", ["trust"], interactions=[("trust", "network")])
    with pytest.raises(ArgumentError, match="category"):
        regress(bodies, "cost_efficiency", ["trust", "body"], interactions=[("trust", "body")])
