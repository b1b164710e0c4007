"""The methods paragraphs name what was done, and nothing that was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kadsurvey._version import __version__
from kadsurvey.language.text import LANGUAGES, Language, render
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.methods import methods
from tests.report.narrative.stated import assert_states


def text_of(material: Material, lang: Language = "en") -> str:
    return " ".join(render(sentence, lang) for prose in methods(material) for sentence in prose.sentences)


def test_respondents_and_questionnaire(material: Material) -> None:
    data, instrument = material.responses.data, material.instrument
    sentences = methods(material)[0].sentences
    groups = data["group"].value_counts()
    assert_states(sentences[0], [len(data), *groups, data["body"].nunique()])
    assert f"version {instrument.version}" in render(sentences[1], "en")
    assert f"{len(instrument.items)} items" in render(sentences[1], "en")
    assert_states(sentences[2], [5])
    assert "T6, N6, W6 and C5" in render(sentences[3], "en")


def test_what_the_sample_study_did_is_named(material: Material) -> None:
    text = text_of(material)
    for word in (
        "polychoric",
        "WLSMV",
        "EBM",
        "HC2",
        "CR2",
        "Satterthwaite",
        "permutation",
        "Corrected slopes",
        "invariance",
        "ICC(1)",
    ):
        assert word in text, word
    assert f"kadsurvey {__version__}" in text
    assert "seed of everything random is 1" in text


def test_models_of_one_kind_share_a_sentence(material: Material) -> None:
    assert "For cost efficiency and effectiveness, each row of the model is a body" in text_of(material)


def test_only_what_the_survey_asked_is_a_mean_of_respondents(material: Material, small: Analysis) -> None:
    assert "as means of the body's respondents" in text_of(material)
    assert "as means of the body's respondents" not in text_of(replace(material, analyses=(small,)))


def test_what_was_not_done_is_not_named(material: Material) -> None:
    text = text_of(Material(screening=material.screening, seed=7))
    for word in ("polychoric", "WLSMV", "EBM", "HC2", "ICC", "index", "invariance"):
        assert word not in text, word
    assert "is 7" in text


def test_answers_as_numbers_are_fitted_by_mlr(material: Material) -> None:
    assert material.validation is not None
    pearson = replace(material.validation, correlation="pearson", jackknife=None)
    text = text_of(replace(material, validation=pearson))
    assert "Pearson" in text
    assert "MLR" in text
    for word in ("WLSMV", "EBM", "ordinal alpha"):
        assert word not in text, word


def test_means_instead_of_factor_scores(material: Material) -> None:
    assert material.indices is not None
    text = text_of(replace(material, indices=replace(material.indices, method="mean")))
    assert "EBM" not in text
    assert "not factor scores" in text


def test_a_described_model_has_no_inference(material: Material, described: Analysis) -> None:
    text = text_of(replace(material, analyses=(described,)))
    assert "described and not tested" in text
    assert "HC2" not in text


@pytest.mark.parametrize(("columns", "words"), [(["body", "member"], "do not say about which"), (["group"], "729")])
def test_without_bodies_or_groups(material: Material, columns: list[str], words: str) -> None:
    clean = replace(material.responses, data=material.responses.data.drop(columns=columns))
    prose = methods(Material(screening=replace(material.screening, clean=clean), seed=1))[0]
    assert words in render(prose.sentences[0], "en")
    assert ("NGO" in render(prose.sentences[0], "en")) == ("group" not in columns)


def test_one_body_is_not_called_several(material: Material) -> None:
    data = material.responses.data
    one = replace(material.responses, data=data[data["body"] == data["body"].iloc[0]])
    prose = methods(Material(screening=replace(material.screening, clean=one), seed=1))[0]
    assert "about one inter-regional cooperation body:" in render(prose.sentences[0], "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_gap_is_left_open(material: Material, lang: Language) -> None:
    assert not set("{}") & set(text_of(material, lang))
