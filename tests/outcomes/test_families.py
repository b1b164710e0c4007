"""Shares, yes or no, ordered answers and counts by name, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import regress
from kadsurvey.errors import ArgumentError, DesignError, StatisticsError
from kadsurvey.outcomes.robustness import robustness
from tests.reference_numbers import load

R_DEFAULT = 1e-6  # R's glm stops at a relative change of the deviance of 1e-8
CLM = 1e-5
LMER = 1e-4  # lme4 stops its search early
LMER_DF = 1e-2  # lmerTest differentiates numerically
REFERENCE = load("t08_regression")
PREDICTORS = ["trust", "norm", "network"]


@pytest.fixture(scope="module")
def respondents():
    return pd.read_csv("tests/reference/coop_regression_respondents.csv")


@pytest.fixture(scope="module")
def bodies():
    return pd.read_csv("tests/reference/coop_regression_bodies.csv")


def test_shares_of_respondents_equal_clubsandwich(respondents):
    found = regress(respondents, "share01", PREDICTORS, controls=["ngo"], cluster="body", family="fractional")
    theirs = REFERENCE["respondent_frac"]
    satterthwaite = theirs["CR2"]["Satterthwaite"]
    np.testing.assert_allclose(found.table["estimate"], satterthwaite["beta"], rtol=R_DEFAULT, atol=R_DEFAULT)
    np.testing.assert_allclose(found.table["std_error"], satterthwaite["SE"], rtol=R_DEFAULT)
    np.testing.assert_allclose(found.table["df"], satterthwaite["df_Satt"], rtol=R_DEFAULT)
    assert (found.family, found.inference) == ("fractional", "cr2")
    assert np.isnan(found.fit["aic"])


def test_effects_on_a_share_of_bodies_equal_r(bodies):
    found = regress(bodies, "share_delivered", PREDICTORS, family="fractional")
    theirs = REFERENCE["body_frac"]
    ours = found.marginal.set_index("term")["estimate"]
    for name in PREDICTORS:
        assert ours[name] == pytest.approx(theirs["average_marginal_effect"][name], abs=R_DEFAULT)
    assert found.design.level == "body"


def test_ordered_answers_equal_clm(respondents):
    found = regress(respondents, "perceived_cat", PREDICTORS, controls=["ngo"], cluster="body", family="ordered")
    theirs = REFERENCE["ordinal"]["clm_logit"]
    slopes = np.array(theirs["coef"]["values"], float)[4:, 0]
    np.testing.assert_allclose(found.table["estimate"], slopes, atol=CLM)
    assert found.fit["log_likelihood"] == pytest.approx(theirs["logLik"], abs=CLM)
    assert found.inference == "jackknife"
    assert found.table["df"].tolist() == [23.0] * 4
    assert found.marginal.empty


@pytest.mark.parametrize(
    ("nested", "node", "controls"),
    [(None, "lmer_body", ["ngo", "log_pop"]), ("region", "lmer_body_region", ["ngo"])],
)
def test_random_intercepts_equal_lmertest(respondents, nested, node, controls):
    found = regress(
        respondents, "perceived", PREDICTORS, controls=controls, cluster="body", family="mixed", nested=nested
    )
    theirs = np.array(REFERENCE[node]["REML_coef_satterthwaite"]["values"], float)
    np.testing.assert_allclose(found.table["estimate"], theirs[:, 0], atol=LMER, rtol=LMER)
    np.testing.assert_allclose(found.table["std_error"], theirs[:, 1], rtol=LMER)
    np.testing.assert_allclose(found.table["df"], theirs[:, 2], rtol=LMER_DF)
    assert found.inference == "reml"
    assert ("icc_member" in found.fit) == (nested is not None)
    assert found.fit["log_likelihood"] == pytest.approx(REFERENCE[node]["logLik_REML"], abs=LMER)


def test_mixed_models_are_of_respondents(bodies):
    with pytest.raises(DesignError, match="one value a body"):
        regress(bodies, "cost_efficiency", ["trust"], family="mixed")


def test_counts_take_their_exposure(bodies):
    counted = bodies.assign(years=np.arange(1, 25), disputes=np.arange(24) % 5)
    with_years = regress(counted, "disputes", ["trust"], family="poisson", exposure="years").table
    twice = regress(
        counted.assign(years=2 * counted["years"]), "disputes", ["trust"], family="poisson", exposure="years"
    )
    intercepts = with_years["estimate"][0], twice.table["estimate"][0]
    assert intercepts[0] - intercepts[1] == pytest.approx(np.log(2), abs=1e-8)
    assert with_years["estimate"][1] == pytest.approx(twice.table["estimate"][1], abs=1e-8)


def test_outcomes_of_another_kind_are_refused(bodies):
    with pytest.raises(StatisticsError):
        regress(bodies, "cost_efficiency", ["trust"], family="fractional")
    with pytest.raises(StatisticsError):
        regress(bodies.assign(count=-1.0), "count", ["trust"], family="poisson")
    with pytest.raises(ArgumentError, match="Family logit has its own"):
        regress(bodies.assign(yes=np.arange(24) % 2), "yes", ["trust"], family="logit", inference="wild")


def test_robustness_keeps_the_family(bodies):
    indexed = bodies.set_index("body")
    main = regress(indexed, "share_delivered", ["trust"], family="fractional")
    found = robustness({"factor": indexed}, main, cluster=None, within_between=True)
    assert set(found.variants["dimension"]) == {"main", "bodies"}
    without = regress(indexed.drop("b03"), "share_delivered", ["trust"], family="fractional").table["estimate"][1]
    ours = found.variants[found.variants["variant"] == "without b03"]["estimate"].iloc[0]
    assert ours == pytest.approx(without, abs=1e-10)
