"""Limits: the direction of effects and the choice of bodies always, the rest where it applies and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from kadsurvey.language.text import Label, Text, render
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.report.narrative.limits import limits
from kadsurvey.report.narrative.material import Material
from kadsurvey.stats.power import detectable_r
from tests.report.narrative.stated import assert_states

ALWAYS = ["limit_reverse", "limit_selection", "limit_who_answered"]


def by_code(material: Material) -> dict[str, Label]:
    found = [sentence for prose in limits(material) for sentence in prose.sentences]
    return {part.code.removeprefix("narrative."): part for part in found if isinstance(part, Text)}


def bare(material: Material) -> Material:
    return Material(screening=material.screening, seed=1)


def test_what_is_always_named_is_named_first(material: Material) -> None:
    assert list(by_code(bare(material)))[:3] == ALWAYS
    assert list(by_code(material))[:3] == ALWAYS


def test_few_bodies_have_their_smallest_correlation(material: Material) -> None:
    found = by_code(bare(material))
    assert set(found) == {*ALWAYS, "limit_few_bodies", "limit_cross_section"}
    assert_states(found["limit_few_bodies"], [24, 0.80, detectable_r(24)])


def test_the_sample_study_has_its_own_limits(material: Material) -> None:
    found = by_code(material)
    assert set(found) >= {"limit_same_source", "limit_single_factor", "limit_overlap", "limit_dont_know", "limit_icc2"}
    assert not {"limit_suppressed", "limit_low_df", "limit_collinear", "limit_normality"} & set(found)
    assert material.validation is not None
    assert material.views is not None
    assert_states(found["limit_dont_know"], [material.validation.dont_know["dont_know_share"].max()])
    levels = material.views.levels.query("level == 'body' and group.isna()")
    assert_states(found["limit_icc2"], [levels["icc2"].min(), 0.70, 2])


def test_the_single_factor_test_is_no_evidence_of_absence(material: Material) -> None:
    assert "not evidence of absence" in render(by_code(material)["limit_single_factor"], "en")


def test_without_bodies(material: Material) -> None:
    clean = replace(material.responses, data=material.responses.data.drop(columns=["body", "member"]))
    found = by_code(Material(screening=replace(material.screening, clean=clean), seed=1))
    assert "limit_no_bodies" in found
    assert "limit_few_bodies" not in found


def test_with_hardly_a_body(material: Material) -> None:
    data = material.responses.data
    one = replace(material.responses, data=data[data["body"] == data["body"].iloc[0]])
    found = by_code(Material(screening=replace(material.screening, clean=one), seed=1))
    assert_states(found["limit_hardly_bodies"], [1])


def test_a_described_model_is_a_limit_of_its_own(material: Material, described: Analysis) -> None:
    found = by_code(replace(bare(material), analyses=(replace(described, composite=None),)))
    design = described.regression.design
    assert_states(found["limit_descriptive"], [design.n_terms, design.n_bodies, design.residual_df])
    assert not {"limit_ecological", "limit_normality"} & set(found)


def test_normality_has_no_power_in_few_rows(material: Material, small: Analysis) -> None:
    found = by_code(replace(bare(material), analyses=(small,)))
    assert_states(found["limit_normality"], [small.regression.diagnostics.n_obs])
    assert small.regression.diagnostics.n_obs == 12


def test_low_degrees_of_freedom(material: Material) -> None:
    analysis = material.analyses[0]
    table = analysis.regression.table.copy()
    table.loc[table["term"] == "network", "df"] = 3.2
    low = replace(analysis, regression=replace(analysis.regression, table=table))
    sentence = by_code(replace(bare(material), analyses=(low,)))["limit_low_df"]
    assert_states(sentence, [3.2, 4])
    assert "jaringan" in render(sentence, "id")


def test_a_composite_has_limits_of_its_own(material: Material, described: Analysis) -> None:
    assert described.composite is not None
    sentence = by_code(replace(bare(material), analyses=(described,)))["limit_low_df"]
    slope = described.composite.table.set_index("term").loc["social_capital"]
    assert_states(sentence, [slope["df"], 4])


def test_suppressed_bodies_are_counted(material: Material) -> None:
    assert material.indices is not None
    bodies = material.indices.bodies.copy()
    bodies.loc[bodies.index[:1], "suppressed"] = True
    found = by_code(replace(material, indices=replace(material.indices, bodies=bodies)))
    assert_states(found["limit_suppressed"], [1, material.indices.min_cell])
