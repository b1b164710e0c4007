"""Models of a study: body data of several years, waves, the composite of collinear indices, formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError
from kadsurvey.outcomes.analysis import Model, analyse, with_formula
from kadsurvey.outcomes.derived import to_derive, with_derived
from kadsurvey.outcomes.efficiency import efficiency
from kadsurvey.report.builders.regression import analysis_tables
from kadsurvey.study import Study

EXACT = 1e-12  # the same numbers by two ways of asking
PREDICTORS = ("trust", "norm", "network")


@pytest.fixture(scope="module")
def study():
    opened = Study.open(bundled("sample_data"))
    return Study(replace(opened.settings, method="mean"))


@pytest.fixture(scope="module")
def parts(study):
    return study.indices, study.screening.clean, study.bodies


@pytest.fixture(scope="module")
def years(parts):
    """Return the body data as of three years, the later ones with a change of their own."""
    bodies = parts[2]
    rng = np.random.default_rng(4)
    frames = []
    for place, year in enumerate((2023, 2024, 2025)):
        change = rng.normal(0, 0.05, len(bodies.data)) * place
        frames.append(
            bodies.data.drop(columns="year", errors="ignore").assign(
                cost_efficiency=bodies.data["cost_efficiency"] + change,
                coverage=rng.uniform(0.3, 0.9, len(bodies.data)),
                year=year,
            )
        )
    data = pd.concat(frames).set_index("year", append=True)
    return replace(bodies, data=data)


def codes(found):
    return [finding.code for finding in found.findings]


def test_one_year_of_several_is_as_if_there_were_no_other(parts, years):
    indices, responses, bodies = parts
    model = Model("cost_efficiency", ("trust",))
    one = analyse(replace(model, year=2023), indices, responses, years)
    alone = analyse(model, indices, responses, bodies)
    pd.testing.assert_frame_equal(one.regression.table, alone.regression.table)
    assert one.regression.design.n_members > 24


def test_a_year_that_is_not_there(parts, years):
    model = Model("cost_efficiency", ("trust",), year=2019)
    with pytest.raises(ArgumentError, match=r"2019.*2023, 2024, 2025"):
        analyse(model, *parts[:2], years)
    with pytest.raises(ArgumentError, match="needs body data with a column of years"):
        analyse(model, *parts[:2], None)


def test_all_years_are_a_panel_of_bodies(parts, years):
    found = analyse(Model("cost_efficiency", ("trust", "coverage"), controls=("year",)), *parts[:2], years)
    design = found.regression.design
    assert (design.level, design.n_rows, design.n_bodies) == ("body_year", 72, 24)
    terms = list(found.regression.table["term"])
    assert terms == ["intercept", "trust", "coverage_within", "coverage_between", "year[2024]", "year[2025]"]
    assert "outcomes.index_without_years" in codes(found)
    assert found.corrected is None


def test_an_index_of_one_wave_cannot_explain_changes(parts, years):
    found = analyse(Model("cost_efficiency", ("trust", "coverage"), family="difference"), *parts[:2], years)
    said = [finding for finding in found.findings if finding.code == "outcomes.terms_without_change"]
    assert said[0].params["terms"] == ["trust"]
    assert list(found.regression.table["term"]) == ["intercept", "coverage", "period[2024-2025]"]


def test_waves_of_the_survey_join_the_years_of_the_bodies(parts, years):
    indices, responses, _ = parts
    half = np.arange(len(responses.data)) % 2
    times = pd.Series(np.where(half == 0, "2023-05-02T10:00", "3 Maret 2025"), responses.data.index)
    waves = replace(responses, data=responses.data.assign(end=times))
    model = Model("cost_efficiency", ("trust",), family="difference")
    found = analyse(model, indices, waves, replace(years, data=years.data.drop(index=2024, level="year")))
    answers = indices.respondents.assign(year=np.where(half == 0, 2023, 2025))
    means = answers.pivot_table(index="body", columns="year", values="trust_100")
    costs = years.data.pivot_table(index="body", columns="year", values="cost_efficiency")
    change, trust = costs[2025] - costs[2023], means[2025] - means[2023]
    slope = np.polyfit(trust, change.loc[trust.index], 1)[0]
    assert found.regression.table.set_index("term").loc["trust", "estimate"] == pytest.approx(slope, abs=EXACT)
    assert "outcomes.waves_joined" in codes(found)
    assert found.regression.design.level == "body"


def test_changes_need_years(parts):
    with pytest.raises(ArgumentError, match="need body data of several years"):
        analyse(Model("cost_efficiency", ("trust",), family="difference"), *parts)


def test_the_composite_is_the_mean_of_what_predicts(parts):
    indices, responses, bodies = parts
    found = analyse(Model("cost_efficiency", ("social_capital",)), indices, responses, bodies)
    mean = indices.respondents[[f"{name}_100" for name in PREDICTORS]].mean(axis=1, skipna=False)
    by_body = mean.groupby(indices.respondents["body"]).mean()
    slope = np.polyfit(by_body, bodies.data.loc[by_body.index, "cost_efficiency"], 1)[0]
    assert found.regression.table["estimate"].iloc[1] == pytest.approx(slope, abs=EXACT)


def test_collinear_indices_are_offered_as_one(parts):
    indices, responses, bodies = parts
    assert analyse(Model("cost_efficiency", PREDICTORS), indices, responses, bodies).composite is None
    rng = np.random.default_rng(5)
    alike = indices.respondents.copy()
    for name in ("norm", "network"):
        alike[f"{name}_100"] = alike["trust_100"] + rng.normal(0, 2, len(alike))
    same = replace(indices, respondents=alike)
    found = analyse(Model("cost_efficiency", PREDICTORS, controls=("members",)), same, responses, bodies)
    assert found.composite is not None
    assert list(found.composite.table["term"]) == ["intercept", "social_capital", "members"]
    assert "outcomes.collinear" in codes(found)
    two = analyse(Model("cost_efficiency", PREDICTORS[:2]), same, responses, bodies)
    assert two.composite is None  # the composite would bring the third in


def test_a_formula_is_the_same_model_as_its_names(parts):
    by_formula = with_formula(Model("", ()), "cost_efficiency ~ trust*norm + log(members)")
    by_names = Model("cost_efficiency", ("trust", "norm", "log(members)"), interactions=(("trust", "norm"),))
    first, second = (analyse(model, *parts).regression.table for model in (by_formula, by_names))
    pd.testing.assert_frame_equal(first, second)


def test_a_share_is_regressed_by_logit_unless_asked_otherwise(parts):
    model = Model("coverage", ("trust",))
    bodies = replace(parts[2], data=parts[2].data.assign(coverage=np.linspace(0.2, 0.9, 24)))
    found = analyse(model, *parts[:2], bodies)
    assert found.regression.family == "fractional"
    assert "outcomes.share_by_logit" in codes(found)
    straight = analyse(replace(model, family="ols"), *parts[:2], bodies)
    assert straight.regression.family == "ols"
    assert "outcomes.share_by_ols" in codes(straight)
    assert "outcomes.share_by_ols" not in codes(analyse(Model("cost_efficiency", ("trust",)), *parts))


def test_what_the_bodies_lack_is_derived(parts):
    bare = replace(parts[2], data=parts[2].data.drop(columns="cost_efficiency"))
    names = to_derive(("log(unit_cost)", "cost_efficiency", "trust", "coverage"), bare)
    assert names == ["unit_cost", "cost_efficiency"]
    found = efficiency(bare)
    bodies, said = with_derived(bare, names, found)
    saving = np.log(bare.data["cost_alone"] / bare.data["cost_realised"])
    np.testing.assert_allclose(bodies.data["cost_efficiency"], saving, rtol=EXACT)
    assert [finding.code for finding in said] == ["outcomes.cost_efficiency_derived"]
    assert to_derive(("cost_efficiency",), parts[2]) == []
    assert to_derive(("cost_efficiency",), None) == []


def test_scores_of_a_frontier_feed_a_logit(parts):
    one_service = replace(parts[2], data=parts[2].data.assign(service="all of one", output_unit="ton"))
    bodies, said = with_derived(one_service, ["dea_vrs"], efficiency(one_service, draws=100))
    assert [finding.code for finding in said] == ["outcomes.scores_depend"]
    found = analyse(Model("dea_vrs", ("trust",)), *parts[:2], bodies)
    assert (found.regression.family, found.regression.n) == ("fractional", 24)


def test_bodies_without_the_outcome_stand_beside_the_rest(parts):
    lost = parts[2].data.index[:3]
    bodies = replace(parts[2], data=parts[2].data.assign(cost_efficiency=parts[2].data["cost_efficiency"].drop(lost)))
    found = analyse(Model("log1p(cost_efficiency)", ("trust",)), *parts[:2], bodies)
    assert found.missing is not None
    assert found.missing.without == tuple(lost)
    assert "outcomes.bodies_without_outcome" in codes(found)
    assert "missing_outcomes" in [table.key for table in analysis_tables(found)[0]]
    assert analyse(Model("cost_efficiency", ("trust",)), *parts).missing is None
