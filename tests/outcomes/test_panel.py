"""Body fixed effects, changes between years and what belongs to them, against R on the same rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import regress
from kadsurvey.errors import ArgumentError, DesignError
from kadsurvey.outcomes.model_matrix import ModelMatrix
from kadsurvey.outcomes.panel import body_years, first_differences, within_bodies
from kadsurvey.outcomes.robustness import robustness
from tests.reference_numbers import load

CLOSED_FORM = 1e-8  # the same formula on both sides
DF = 1e-6  # sums over all pairs of clusters
GLM = 1e-6  # R's and our iterations end at a relative change
LMER = 1e-4  # lme4 stops its search early
LMER_DF = 1e-2  # lmerTest differentiates numerically
REFERENCE = load("t16_panel")


@pytest.fixture(scope="module")
def respondents():
    return pd.read_csv("tests/reference/coop_regression_respondents.csv")


@pytest.fixture(scope="module")
def panel():
    return pd.DataFrame(REFERENCE["panel"])


def equals(found, theirs, terms):
    rows = found.set_index("term").loc[terms]
    np.testing.assert_allclose(rows["estimate"], theirs["estimate"], rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_allclose(rows["std_error"], theirs["se"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(rows["df"], theirs["df"], rtol=DF)
    np.testing.assert_allclose(rows["p_value"], theirs["p"], rtol=DF, atol=CLOSED_FORM)


def test_fixed_effects_equal_a_dummy_a_body(respondents):
    theirs = REFERENCE["fixed"]
    found = regress(
        respondents, "perceived", ["trust", "norm", "network"], controls=["ngo"], cluster="body", family="fixed"
    )
    equals(found.table, theirs, theirs["term"])
    assert list(found.table["term"]) == theirs["term"]
    for name in ("r2_within", "adj_r2_within", "sigma"):
        assert found.fit[name] == pytest.approx(theirs[name], abs=CLOSED_FORM)
    assert (found.inference, found.design.level) == ("cr2", "respondent")
    assert found.diagnostics.tests.empty


def test_cr3_of_fixed_effects_is_the_jackknife_over_bodies(respondents):
    few = respondents[respondents["body"] <= "b08"]
    found = regress(few, "perceived", ["trust", "norm"], cluster="body", family="fixed", inference="cr3")
    without = found.diagnostics.leave_one_out.pivot_table(index="without", columns="term", values="estimate")
    table = found.table.set_index("term")
    for term in ("trust", "norm"):
        jackknife = float(np.sqrt(((without[term] - table.loc[term, "estimate"]) ** 2).sum()))
        assert table.loc[term, "std_error"] == pytest.approx(jackknife, rel=CLOSED_FORM)


def test_years_are_terms_of_a_panel(panel):
    found = regress(panel, "cost", ["trust", "output"], cluster="body", time="year", family="fixed")
    equals(found.table, REFERENCE["two_way"], ["trust", "output"])
    assert list(found.table["term"])[2:] == ["year[2022]", "year[2023]", "year[2024]", "year[2025]"]
    assert (found.n, found.clusters, found.design.level) == (49, 10, "body_year")


def test_changes_equal_differences_made_by_hand(panel):
    found = regress(panel, "cost", ["trust", "output"], cluster="body", time="year", family="difference")
    equals(found.table.replace({"intercept": "(Intercept)"}), REFERENCE["difference"], REFERENCE["difference"]["term"])
    assert found.n == REFERENCE["difference"]["n"]
    assert "period[2022-2024]" in set(found.table["term"])  # the body without 2023


def test_two_years_make_one_row_a_body(panel):
    two = panel[panel["year"].isin([2021, 2025])]
    found = regress(two, "cost", ["trust", "output"], cluster="body", time="year", family="difference")
    theirs = REFERENCE["before_after"]
    equals(found.table.replace({"intercept": "(Intercept)"}), theirs, theirs["term"])
    assert (found.design.level, found.inference, found.n) == ("body", "hc2", 10)


def test_two_years_by_fixed_effects_are_the_same_slopes_as_their_change(panel):
    two = panel[panel["year"].isin([2021, 2025])]
    options = {"cluster": "body", "time": "year"}
    fixed = regress(two, "cost", ["trust", "output"], family="fixed", **options).table.set_index("term")
    changes = regress(two, "cost", ["trust", "output"], family="difference", **options).table.set_index("term")
    for term in ("trust", "output"):
        assert fixed.loc[term, "estimate"] == pytest.approx(changes.loc[term, "estimate"], abs=CLOSED_FORM)


def test_a_pooled_panel_splits_within_and_between_bodies(panel):
    found = regress(panel, "cost", ["trust"], cluster="body", time="year", within_between=True)
    equals(found.table, REFERENCE["pooled"], ["trust_within", "trust_between"])
    assert found.design.detectable_between_r is not None


def test_the_order_of_rows_does_not_matter(panel):
    options = {"cluster": "body", "time": "year", "family": "difference"}
    shuffled = panel.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        regress(shuffled, "cost", ["trust"], **options).table, regress(panel, "cost", ["trust"], **options).table
    )


def test_contextual_differences_of_other_families_equal_r(respondents):
    high = respondents.assign(high=(respondents["perceived"] > respondents["perceived"].median()).astype(float))
    options = {"controls": ["ngo"], "cluster": "body", "within_between": True}
    for family, outcome, node, tolerance in (
        ("logit", "high", "contextual_logit", GLM),
        ("mixed", "perceived", "contextual_mixed", LMER),
    ):
        row = regress(high, outcome, ["trust"], family=family, **options).contextual.iloc[0]
        theirs = REFERENCE[node]
        assert row["predictor"] == "trust"
        assert row["estimate"] == pytest.approx(theirs["estimate"][0], rel=tolerance)
        assert row["std_error"] == pytest.approx(theirs["se"][0], rel=tolerance)
        assert row["df"] == pytest.approx(theirs["df"][0], rel=LMER_DF if family == "mixed" else DF)
        assert row["p_value"] == pytest.approx(theirs["p"][0], rel=LMER_DF)


def test_contextual_difference_of_an_ordered_logit_is_the_difference_of_its_slopes(respondents):
    found = regress(respondents, "perceived_cat", ["trust"], cluster="body", within_between=True, family="ordered")
    slopes = found.table.set_index("term")["estimate"]
    difference = slopes["trust_between"] - slopes["trust_within"]
    assert found.contextual["estimate"].iloc[0] == pytest.approx(difference, abs=GLM)
    assert found.contextual["df"].iloc[0] == 23


def test_a_marginal_effect_has_the_degrees_of_freedom_of_its_own_contrast():
    bodies = pd.read_csv("tests/reference/coop_regression_bodies.csv").iloc[:12]
    found = regress(bodies, "share_delivered", ["trust", "norm"], family="fractional").marginal
    theirs = REFERENCE["marginal"]
    for column, name, tolerance in (("estimate", "estimate", GLM), ("std_error", "se", GLM), ("df", "df", 1e-5)):
        np.testing.assert_allclose(found[column], theirs[name], rtol=tolerance)


def test_what_never_changes_drops_out_and_is_named(panel):
    fixed_size = panel.assign(members=panel.groupby("body").ngroup() + 3.0, kind="city")
    for family in ("fixed", "difference"):
        found = regress(fixed_size, "cost", ["trust"], controls=["members"], cluster="body", time="year", family=family)
        said = [finding for finding in found.findings if finding.code == "outcomes.terms_without_change"]
        assert [finding.params["terms"] for finding in said] == [["members"]]
        assert "members" not in set(found.table["term"])


def test_bodies_seen_once_are_named(panel):
    once = panel[(panel["body"] != "b03") | (panel["year"] == 2022)]
    found = regress(once, "cost", ["trust"], cluster="body", time="year", family="difference")
    assert [f.params["bodies"] for f in found.findings if f.code == "outcomes.bodies_seen_once"] == [["b03"]]


def constant(name):
    return lambda panel: panel.assign(**{name: panel.groupby("body")[name].transform("mean")})


FIXED, DIFFERENCE = {"time": "year", "family": "fixed"}, {"time": "year", "family": "difference"}


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (lambda p: p, {"family": "difference"}, ArgumentError, "need body data of several years"),
        (constant("cost"), {"family": "fixed"}, DesignError, "one value a body"),
        (lambda p: pd.concat([p, p.iloc[:1]]), FIXED, DesignError, "'b01' has two rows of 2021"),
        (lambda p: p[p["year"] == 2021], DIFFERENCE, DesignError, "No body has values of two"),
        (constant("trust"), DIFFERENCE, DesignError, "None of trust"),
        (constant("cost"), FIXED, DesignError, "same value in all years of a body"),
        (constant("cost"), DIFFERENCE, DesignError, "same value in all years of a body"),
        (constant("cost"), {"time": "year"}, DesignError, "same value in all years of a body"),
        (lambda p: p.assign(trust=p["year"].map(str)), DIFFERENCE, DesignError, "category that changes"),
    ],
)
def test_panels_that_cannot_be_fitted_say_why(panel, change, options, error, message):
    with pytest.raises(error, match=message):
        regress(change(panel), "cost", ["trust"], cluster="body", **options)


def test_deviations_need_an_outcome_that_has_any():
    bodies = np.repeat(["a", "b", "c"], 3)
    matrix = ModelMatrix(np.column_stack([np.ones(9), np.arange(9.0)]), ("intercept", "trust"))
    with pytest.raises(DesignError, match="never changes within a body"):
        within_bodies(np.repeat([1.0, 2.0, 3.0], 3), matrix, bodies)


def test_differences_keep_the_input(panel):
    before = panel.copy()
    first_differences(body_years(panel, "body", "year"), "cost", ["trust"], cluster="body", time="year")
    pd.testing.assert_frame_equal(panel, before)


def test_robustness_of_a_panel_leaves_out_bodies_not_years(panel):
    main = regress(panel, "cost", ["trust"], cluster="body", time="year", family="fixed")
    found = robustness({"main": panel}, main, cluster="body", time="year", within_between=False)
    counts = found.variants.groupby("dimension").size()
    assert (counts["bodies"], counts["inference"]) == (10, 2)
    assert found.failed.empty


def test_few_bodies_seen_often_are_described_not_tested(panel):
    found = regress(panel[panel["body"] <= "b04"], "cost", ["trust"], cluster="body", time="year", family="fixed")
    assert found.design.descriptive
    assert found.table["p_value"].isna().all()
