import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.outcomes.regress import regress
from tests.reference_numbers import load

# Closed forms on both sides; what remains is rounding.
CLOSED_FORM = 1e-8
# Satterthwaite degrees of freedom are sums over all pairs of clusters; rounding adds up a little more.
DF_RELATIVE = 1e-6
REFERENCE = load("t08_regression")
ORDER = ["intercept", "trust", "norm", "network"]


@pytest.fixture(scope="module")
def respondents():
    return pd.read_csv("tests/reference/coop_regression_respondents.csv")


@pytest.fixture(scope="module")
def bodies():
    return pd.read_csv("tests/reference/coop_regression_bodies.csv")


def small(n_bodies, each=6, seed=3):
    rng = np.random.default_rng(seed)
    body = np.repeat([f"b{place:02d}" for place in range(n_bodies)], each)
    outcome = np.repeat(rng.normal(size=n_bodies), each)
    return pd.DataFrame(
        {"body": body, "cost": outcome, "trust": rng.normal(size=len(body)), "felt": rng.normal(size=len(body))}
    )


def test_respondent_level_equals_clubsandwich_cr2(respondents):
    found = regress(respondents, "perceived", ["trust", "norm", "network"], controls=["ngo"], cluster="body")
    expected = REFERENCE["cluster_24"]["CR2"]["Satterthwaite"]
    assert found.inference == "cr2"
    assert found.clusters == REFERENCE["cluster_24"]["n_clusters"]
    assert list(found.table["term"]) == [*ORDER, "ngo"]
    np.testing.assert_allclose(found.table["estimate"], expected["beta"], atol=CLOSED_FORM)
    np.testing.assert_allclose(found.table["std_error"], expected["SE"], atol=CLOSED_FORM)
    np.testing.assert_allclose(found.table["df"], expected["df_Satt"], rtol=DF_RELATIVE)
    np.testing.assert_allclose(found.table["p_value"], expected["p_Satt"], rtol=DF_RELATIVE, atol=CLOSED_FORM)


def test_body_level_equals_hc2_of_sandwich(bodies):
    found = regress(bodies, "cost_efficiency", ["trust", "norm", "network"], controls=["log_pop"])
    expected = REFERENCE["body_ols"]
    assert (found.inference, found.design.level, found.n) == ("hc2", "body", expected["n"])
    np.testing.assert_allclose(found.table["estimate"], expected["HC2"]["estimate"], atol=CLOSED_FORM)
    np.testing.assert_allclose(found.table["std_error"], expected["HC2"]["se"], atol=CLOSED_FORM)
    assert found.fit["r2"] == pytest.approx(expected["r2"], abs=CLOSED_FORM)
    assert found.fit["adj_r2"] == pytest.approx(expected["adj_r2"], abs=CLOSED_FORM)


def test_an_outcome_of_the_body_is_tested_with_one_row_a_body(respondents, bodies):
    outcome = respondents.merge(bodies[["body", "cost_efficiency"]], on="body")
    long = regress(outcome, "cost_efficiency", ["trust", "norm"], cluster="body")
    means = outcome.groupby("body")[["cost_efficiency", "trust", "norm"]].mean()
    wide = regress(means, "cost_efficiency", ["trust", "norm"])
    assert long.n == long.clusters == 24
    assert long.design.n_respondents == len(outcome)
    pd.testing.assert_frame_equal(long.table, wide.table)


def test_a_body_outcome_with_the_respondents_n_is_refused():
    with pytest.raises(DesignError, match="one value a body, so there are 8 outcomes, not 48"):
        regress(small(8), "cost", ["trust"], cluster="body", level="respondent")


def test_level_body_averages_an_outcome_of_respondents():
    found = regress(small(8), "felt", ["trust"], cluster="body", level="body")
    assert (found.n, found.design.level) == (8, "body")


@pytest.mark.parametrize(("n_bodies", "n_terms", "message"), [(3, 1, "1 residual"), (4, 2, "1 residual")])
def test_too_few_bodies_are_refused_with_what_would_be_enough(n_bodies, n_terms, message):
    data = small(n_bodies).assign(other=np.random.default_rng(1).normal(size=n_bodies * 6))
    with pytest.raises(DesignError, match=message) as caught:
        regress(data, "cost", ["trust", "other"][:n_terms], cluster="body")
    assert caught.value.params["enough"] == n_terms + 3


def test_one_body_is_too_few_before_anything_else_is_said():
    with pytest.raises(DesignError, match="1 bodies cannot carry 1 slopes"):
        regress(small(1), "cost", ["trust"], cluster="body")


def test_one_body_has_nothing_to_compare():
    with pytest.raises(DesignError, match="1 bodies cannot carry"):
        regress(small(1), "felt", ["trust"], cluster="body", level="respondent")


def test_few_degrees_of_freedom_are_descriptive_only():
    found = regress(small(5), "cost", ["trust"], cluster="body")
    assert found.design.residual_df == 3
    assert found.table[["p_value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert np.isfinite(found.table["estimate"]).all()
    assert [finding.code for finding in found.findings] == ["outcomes.descriptive_only"]


def test_bodies_without_an_outcome_are_named():
    data = small(8)
    data.loc[data["body"] == "b03", "cost"] = np.nan
    found = regress(data, "cost", ["trust"], cluster="body")
    assert found.clusters == 7
    by_code = {finding.code: finding for finding in found.findings}
    assert by_code["outcomes.bodies_left_out"].params["bodies"] == ["b03"]
    assert by_code["outcomes.rows_left_out"].params["count"] == 6


def test_text_becomes_indicators_against_the_first_category():
    data = small(12).assign(service=lambda frame: np.where(frame["body"] < "b06", "air", "sampah"))
    found = regress(data, "cost", ["trust"], controls=["service"], cluster="body")
    assert list(found.table["term"]) == ["intercept", "trust", "service[sampah]"]


def test_columns_are_not_changed():
    data = small(8)
    before = data.copy(deep=True)
    regress(data, "cost", ["trust"], cluster="body")
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcome": "cots", "predictors": ["trust"]}, "'cots'. Nearest or known: cost"),
        ({"outcome": "cost", "predictors": []}, "at least one predictor"),
        ({"outcome": "cost", "predictors": ["cost"]}, "both the outcome and a predictor"),
        ({"outcome": "body", "predictors": ["trust"]}, "does not hold numbers"),
    ],
)
def test_wrong_names_are_named(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        regress(small(8), arguments["outcome"], arguments["predictors"], cluster="body")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.assign(trust=1.0), "same value in every row"),
        (lambda data: data.assign(other=2 * data["trust"] + 1), "other is a combination"),
    ],
)
def test_terms_without_information_are_named(change, message):
    data = change(small(8))
    with pytest.raises(DesignError, match=message):
        regress(data, "felt", [name for name in ("trust", "other") if name in data], cluster="body")


def test_respondents_alone_need_their_bodies():
    with pytest.raises(ArgumentError, match="needs to know their bodies"):
        regress(small(8), "felt", ["trust"], level="respondent")


def test_hc2_of_respondents_is_refused():
    with pytest.raises(ArgumentError, match="takes rows as independent"):
        regress(small(8), "felt", ["trust"], cluster="body", inference="hc2")
