"""Other choices: each variant is the regression it says it is, and agreement is counted right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import regress
from kadsurvey.language.text import render
from kadsurvey.outcomes.robustness import robustness
from kadsurvey.report.builders.robustness import robustness_table
from kadsurvey.stats.multiple import holm

CLOSED_FORM = 1e-12
PREDICTORS = ["trust", "norm", "network"]


@pytest.fixture(scope="module")
def bodies():
    return pd.read_csv("tests/reference/coop_regression_bodies.csv").set_index("body")


@pytest.fixture(scope="module")
def found(bodies):
    main = regress(bodies, "cost_efficiency", PREDICTORS, controls=["log_pop"])
    doubled = bodies.assign(trust=-bodies["trust"])
    return main, robustness({"factor": bodies, "mean": doubled}, main, cluster=None, within_between=True)


def slopes(found, dimension, variant):
    table = found.variants
    part = table[(table["dimension"] == dimension) & (table["variant"] == variant)]
    return part.set_index("term")


def test_each_variant_is_that_regression(bodies, found):
    _, variants = found
    without = regress(bodies.drop("b03"), "cost_efficiency", PREDICTORS, controls=["log_pop"]).table.set_index("term")
    ours = slopes(variants, "bodies", "without b03")
    np.testing.assert_allclose(ours["estimate"], without.loc[PREDICTORS, "estimate"], atol=CLOSED_FORM)
    alone = regress(bodies, "cost_efficiency", PREDICTORS).table.set_index("term")
    np.testing.assert_allclose(
        slopes(variants, "controls", "none")["p_value"], alone.loc[PREDICTORS, "p_value"], atol=CLOSED_FORM
    )
    classical = regress(bodies, "cost_efficiency", PREDICTORS, controls=["log_pop"], inference="ols").table
    ours = slopes(variants, "inference", "ols")
    np.testing.assert_allclose(ours["std_error"], classical.set_index("term").loc[PREDICTORS, "std_error"])


def test_agreement_is_counted(found):
    _, variants = found
    summary = variants.summary.set_index(["term", "dimension"])
    assert summary.loc[("trust", "scoring"), "same_sign"] == 0
    assert summary.loc[("norm", "scoring"), "same_sign"] == 1
    assert summary.loc[("trust", "bodies"), "variants"] == 24
    table = variants.variants
    counted = table[(table["term"] == "norm") & (table["dimension"] == "bodies")]["same_verdict"].sum()
    assert summary.loc[("norm", "bodies"), "same_verdict"] == counted
    assert variants.failed.empty


def test_what_cannot_be_fitted_is_listed(bodies):
    """One body alone is of its place: it is fitted exactly, so HC3 does not exist; without it no place is left."""
    few = bodies.assign(place=np.where(bodies.index == "b07", "far", "near"))
    main = regress(few, "cost_efficiency", ["trust"], controls=["place"])
    found = robustness({"factor": few}, main, cluster=None, within_between=True)
    assert found.failed["variant"].tolist() == ["hc3", "without b07"]


def test_holm_equals_r():
    """p.adjust(c(.01, .02, .03, .04, .05), "holm"); p.adjust(c(.03, .001, .02, .5), "holm")."""
    np.testing.assert_allclose(holm([0.01, 0.02, 0.03, 0.04, 0.05]), [0.05, 0.08, 0.09, 0.09, 0.09])
    np.testing.assert_allclose(holm([0.03, 0.001, 0.02, 0.5]), [0.06, 0.004, 0.06, 0.5])
    np.testing.assert_allclose(holm([0.04, np.nan, 0.02]), [0.04, np.nan, 0.04])
    assert holm([0.9, 0.8]).max() == 1


def test_holm_adjusts_the_predictors_only(bodies):
    table = regress(bodies, "cost_efficiency", PREDICTORS, controls=["log_pop"], adjust="holm").table.set_index("term")
    np.testing.assert_allclose(table.loc[PREDICTORS, "p_holm"], holm(table.loc[PREDICTORS, "p_value"]))
    assert table.loc[["intercept", "log_pop"], "p_holm"].isna().all()
    assert "p_holm" not in regress(bodies, "cost_efficiency", PREDICTORS).table


def test_a_table_says_where_no_other_scoring_was_tried(bodies, found):
    only = robustness(
        {"main": bodies}, regress(bodies, "cost_efficiency", ["trust"]), cluster=None, within_between=False
    )
    assert "No other scoring was tried" in " ".join(render(note, "en") for note in robustness_table(only).notes)
    assert "scoring" in set(found[1].summary["dimension"])
    assert "No other scoring" not in " ".join(render(note, "en") for note in robustness_table(found[1]).notes)


def test_another_scoring_has_slopes_in_the_units_of_the_main_one(bodies):
    main = regress(bodies, "cost_efficiency", PREDICTORS)
    percents = bodies.assign(**{name: 50 + 20 * bodies[name] for name in PREDICTORS})
    found = robustness({"factor": bodies, "mean": percents}, main, cluster=None, within_between=True)
    ours, wanted = slopes(found, "scoring", "mean"), main.table.set_index("term").loc[PREDICTORS]
    for column in ("estimate", "std_error", "p_value", "ci_low"):
        np.testing.assert_allclose(ours[column], wanted[column], atol=CLOSED_FORM)
