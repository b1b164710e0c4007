"""Sentences on regressions against the tables they are written from."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pandas as pd
import pytest

from kadsurvey.findings import Finding
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, Text, render
from kadsurvey.outcomes.analysis import Analysis, Model, analyse
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.regressions import (
    assumptions,
    corrected,
    reading,
    regression,
    robustness,
    slope,
    slopes,
)
from kadsurvey.study import Study
from tests.report.narrative.stated import assert_states

CAUSAL = re.compile(
    r"\b(causes?|caused|because|affects?|influences?|effects? of|leads? to|improves?|raises?|menyebabkan|mempengaruhi"
    r"|memengaruhi|berpengaruh|meningkatkan|menurunkan|akibat)\b"
)


@pytest.fixture
def instrument(material: Material) -> Instrument:
    return material.instrument


def test_slopes_state_their_row(material: Material, instrument: Instrument) -> None:
    for analysis in material.analyses:
        for row in slopes(analysis.regression):
            names = ("estimate", "ci_low", "ci_high", "df", "statistic", "p_value")
            assert_states(slope(row, instrument), [*(row[name] for name in names), 0.95])


def test_design_and_fit_of_bodies(material: Material, instrument: Instrument) -> None:
    model = material.analyses[0].regression
    sentences = regression(material.analyses[0], instrument).sentences
    assert_states(sentences[0], [model.design.n_bodies, model.design.n_respondents])
    assert_states(sentences[1], [0.80, model.design.detectable_r])
    fit = model.fit
    shown = [fit[name] for name in ("r2", "adj_r2", "f_df1", "f_df2", "f_statistic", "f_p_value")]
    assert_states(sentences[2], shown)


def test_design_of_respondents_tells_what_counts_between_bodies(material: Material, instrument: Instrument) -> None:
    design = material.analyses[2].regression.design
    sentences = regression(material.analyses[2], instrument).sentences
    assert_states(sentences[0], [design.n_respondents, design.n_bodies])
    assert_states(sentences[2], [design.n_bodies, design.detectable_between_r or math.nan])


def test_intervals_are_read_for_what_they_include(material: Material, instrument: Instrument) -> None:
    rows = {row["term"]: row for row in slopes(material.analyses[0].regression)}
    assert reading(rows["trust"]) == "above"
    assert reading({**rows["trust"], "ci_low": -2.0, "ci_high": -1.0}) == "below"
    assert reading(rows["norm"]) == "open"
    assert "includes zero" in render(slope(rows["norm"], instrument), "en")
    assert "includes zero" not in render(slope(rows["trust"], instrument), "en")


def test_a_category_is_not_higher_or_lower(material: Material, instrument: Instrument) -> None:
    row = {**slopes(material.analyses[2].regression)[-1], "ci_low": 0.1}
    assert row["term"] == "group[official]"
    assert "than in the category it is compared with" in render(slope(row, instrument), "en")


def test_a_single_slope_has_no_other_terms_to_hold_equal(material: Material, instrument: Instrument) -> None:
    row = slopes(material.analyses[0].regression)[0]
    assert "other terms equal" in render(slope(row, instrument), "en")
    assert "other terms equal" not in render(slope(row, instrument, alone=True), "en")
    assert "suku lain" not in render(slope({**row, "ci_low": -2, "ci_high": -1}, instrument, alone=True), "id")


def test_nothing_is_called_a_cause(material: Material, instrument: Instrument) -> None:
    for analysis in material.analyses:
        for prose in (
            regression(analysis, instrument),
            corrected(analysis, instrument),
            robustness(analysis, instrument),
        ):
            for sentence in () if prose is None else prose.sentences:
                if isinstance(sentence, Text) and sentence.code in ("narrative.not_causal", "narrative.same_source"):
                    continue
                for lang in LANGUAGES:
                    assert not CAUSAL.search(render(sentence, lang)), render(sentence, lang)


def test_same_source_is_said_where_it_is(material: Material, instrument: Instrument) -> None:
    said = [
        any("same respondents" in render(part, "en") for part in regression(analysis, instrument).sentences)
        for analysis in material.analyses
    ]
    assert said == [False, True, True]


def test_a_described_model_has_no_test(described: Analysis, instrument: Instrument) -> None:
    sentences = regression(replace(described, composite=None), instrument).sentences
    assert_states(sentences[1], [described.regression.design.residual_df])
    for sentence, row in zip(sentences[3:], slopes(described.regression), strict=False):
        assert_states(sentence, [row["estimate"]])
    assert " p " not in " ".join(render(sentence, "en") for sentence in sentences)


def test_other_inference_shows_what_it_has(material: Material, instrument: Instrument) -> None:
    row = slopes(material.analyses[0].regression)[0]
    no_df = {**row, "df": math.nan}
    assert_states(slope(no_df, instrument), [row["estimate"], row["ci_low"], row["ci_high"], row["p_value"], 0.95])
    no_interval = {**no_df, "ci_low": math.nan, "ci_high": math.nan}
    assert_states(slope(no_interval, instrument), [row["estimate"], row["p_value"]])
    holm = {**row, "p_holm": 0.0835}
    names = ("estimate", "ci_low", "ci_high", "df", "statistic", "p_value", "p_holm")
    assert_states(slope(holm, instrument), [*(holm[name] for name in names), 0.95])


def test_other_families_have_a_pseudo_r2(material: Material, instrument: Instrument) -> None:
    analysis = material.analyses[0]
    other = replace(analysis.regression, family="logit", fit={"pseudo_r2": 0.123})
    sentence = regression(replace(analysis, regression=other), instrument).sentences[2]
    assert_states(sentence, [0.123])


def test_corrected_slopes_state_their_row(material: Material, instrument: Instrument) -> None:
    for analysis in (material.analyses[0], material.analyses[2]):
        found, prose = analysis.corrected, corrected(analysis, instrument)
        assert found is not None
        assert prose is not None
        assert_states(prose.sentences[0], [found.n, found.clusters])
        rows = found.table[found.table["term"].isin(found.predictors)].to_dict(orient="records")
        for sentence, row in zip(prose.sentences[1:], rows, strict=False):
            names = ("naive", "estimate", "ci_low", "ci_high", "reliability")
            assert_states(sentence, [*(row[name] for name in names), 0.95])


def test_corrected_slopes_without_an_interval(material: Material, instrument: Instrument) -> None:
    found = material.analyses[0].corrected
    assert found is not None
    bare = replace(found, table=found.table.assign(ci_low=math.nan, ci_high=math.nan))
    prose = corrected(replace(material.analyses[0], corrected=bare), instrument)
    assert prose is not None
    row = found.table.iloc[0]
    assert_states(prose.sentences[1], [row["naive"], row["estimate"], row["reliability"]])


def test_withheld_slopes_have_their_reason(material: Material, instrument: Instrument) -> None:
    reason = Text("outcomes.corrected_heywood")
    withheld = Finding("outcomes.corrected_withheld", "warning", {"reason": reason})
    analysis = replace(material.analyses[0], findings=(withheld,))
    prose = corrected(analysis, instrument)
    assert prose is not None
    assert reason.render("en") in render(prose.sentences[0], "en")
    assert corrected(replace(analysis, findings=(), corrected=None), instrument) is None


def test_robustness_counts_are_those_of_the_variants(material: Material, instrument: Instrument) -> None:
    found, prose = material.analyses[0].robustness, robustness(material.analyses[0], instrument)
    assert found is not None
    assert prose is not None
    others = found.variants[found.variants["dimension"] != "main"]
    assert_states(prose.sentences[0], [others["variant"].nunique()])
    for sentence, (_, part) in zip(prose.sentences[1:], others.groupby("term", sort=False), strict=True):
        signs, verdicts = part["same_sign"].astype(bool).sum(), part["same_verdict"].astype(bool).sum()
        assert_states(sentence, [signs, len(part), 0.05, verdicts, len(part)])


def test_robustness_that_was_not_asked_for_or_failed(material: Material, instrument: Instrument) -> None:
    assert robustness(material.analyses[1], instrument) is None
    found = material.analyses[0].robustness
    assert found is not None
    failed = pd.DataFrame({"dimension": ["bodies"], "variant": ["without x"]})
    nothing = replace(found, summary=found.summary.iloc[:0], failed=failed)
    prose = robustness(replace(material.analyses[0], robustness=nothing), instrument)
    assert prose is not None
    assert_states(prose.sentences[1], [1])


def test_assumptions(material: Material, instrument: Instrument) -> None:
    for analysis in material.analyses:
        prose = assumptions(analysis, instrument)
        assert prose is not None
        found = analysis.regression.diagnostics
        rejected = found.tests.loc[found.tests["rejected"].astype(bool), "p_value"]
        assert_states(prose.sentences[0], [len(found.tests), *rejected, 0.05])
        assert_states(prose.sentences[1], [found.vif.max()])


def test_bodies_without_the_outcome_are_counted(study: Study, instrument: Instrument) -> None:
    assert study.bodies is not None
    data = study.bodies.data.copy()
    data.loc[data.index[:3], "cost_efficiency"] = math.nan
    model = Model("cost_efficiency", ("trust",))
    analysis = analyse(model, study.indices, study.screening.clean, replace(study.bodies, data=data))
    sentence = next(part for part in regression(analysis, instrument).sentences if "lack" in render(part, "en"))
    assert_states(sentence, [3, 24])


def test_a_composite_stands_beside_collinear_predictors(material: Material, instrument: Instrument) -> None:
    analysis = replace(material.analyses[0], composite=material.analyses[1].regression)
    said = regression(analysis, instrument).sentences
    place = next(at for at, part in enumerate(said) if "one composite" in render(part, "en"))
    row = slopes(material.analyses[1].regression)[0]
    names = ("estimate", "ci_low", "ci_high", "df", "statistic", "p_value")
    assert_states(said[place + 1], [*(row[name] for name in names), 0.95])
