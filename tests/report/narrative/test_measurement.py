"""Sentences on measurement against the validation they are written from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import render
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative import measurement
from kadsurvey.report.narrative.material import Material
from tests.report.narrative.stated import assert_states


@pytest.fixture
def validation(material: Material) -> Validation:
    assert material.validation is not None
    return material.validation


@pytest.fixture
def instrument(material: Material) -> Instrument:
    return material.instrument


def written(prose: Prose | None) -> Prose:
    assert prose is not None
    return prose


def test_reliability(validation: Validation, instrument: Instrument) -> None:
    sentences = measurement.reliability(validation, instrument).sentences
    assert validation.jackknife is not None
    omegas = validation.jackknife.of("omega").set_index("lhs")
    for sentence, (name, row) in zip(sentences, validation.reliability.iterrows(), strict=False):
        alpha = [row["alpha"], row["alpha_low"], row["alpha_high"], row["omega"]]
        omega = [omegas.loc[name, "ci_low"], omegas.loc[name, "ci_high"]]
        assert_states(sentence, [*alpha, *omega, row["n_items"], row["n_obs"], 0.95, 0.95])
    assert_states(sentences[-1], [validation.cutoffs.omega])


def test_reliability_without_bodies_has_no_interval_of_omega(validation: Validation, instrument: Instrument) -> None:
    sentences = measurement.reliability(replace(validation, jackknife=None), instrument).sentences
    row = validation.reliability.iloc[0]
    alpha = [row["alpha"], row["alpha_low"], row["alpha_high"], row["omega"]]
    assert_states(sentences[0], [*alpha, row["n_items"], row["n_obs"], 0.95])


def test_reliability_names_who_falls_short(validation: Validation, instrument: Instrument) -> None:
    strict = replace(validation, cutoffs=replace(validation.cutoffs, alpha=0.80, omega=0.99))
    said = [render(part, "en") for part in measurement.reliability(strict, instrument).sentences]
    assert (
        "The alpha of transaction cost and marker variable falls short of the rule of .80 (Nunnally & Bernstein 1994)."
        in said
    )
    assert "No omega reaches the rule of .99 (this study's own setting)." in said


def test_item_validity(validation: Validation) -> None:
    items = validation.items
    lowest = items.loc[(items["item_rest"] - items["r_table"]).idxmin()]
    sentence = measurement.item_validity(validation).sentences[0]
    assert_states(sentence, [len(items), lowest["item_rest"], lowest["r_table"], lowest["df"]])


def test_item_validity_names_the_items_that_fail(validation: Validation) -> None:
    items = validation.items.copy()
    items.loc["N6", "item_rest"], items.loc["N6", "valid"] = 0.01, False
    sentence = measurement.item_validity(replace(validation, items=items)).sentences[0]
    assert "N6" in render(sentence, "en")
    assert_states(sentence, [len(items), 0.01, items.loc["N6", "r_table"], items.loc["N6", "df"]])


def test_suitability(validation: Validation) -> None:
    sentences = written(measurement.suitability(validation)).sentences
    found = validation.adequacy
    assert found is not None
    assert_states(sentences[0], [found.kmo, found.msa.min(), validation.cutoffs.kmo])
    assert_states(sentences[1], [found.df, found.chi2, found.p_value])


def test_factors(validation: Validation) -> None:
    sentences = written(measurement.factors(validation)).sentences
    retention, efa = validation.retention, validation.efa
    assert retention is not None
    assert efa is not None
    assert_states(sentences[0], [retention.n_parallel, retention.n_map, len(validation.block)])
    assert_states(sentences[1], [len(validation.block), efa.variance["share"].sum()])
    assert_states(sentences[2], [validation.omega_total, validation.omega_hierarchical])


def test_fit_says_which_is_scaled(validation: Validation, instrument: Instrument) -> None:
    sentences = written(measurement.model_fit(validation, instrument)).sentences
    for sentence, fitted in zip(sentences, validation.cfas.values(), strict=False):
        fit = fitted.fit
        if fit["df"] == 0:
            assert_states(sentence, [fitted.n_obs])
            continue
        scaled = [fit[f"{name}_scaled"] for name in ("chisq", "pvalue", "cfi", "tli", "rmsea")]
        interval = [fit["rmsea_ci_lower_scaled"], fit["rmsea_ci_upper_scaled"], 0.90]
        assert_states(sentence, [*scaled, *interval, fit["cfi"], fit["srmr"], fit["df"], fitted.n_obs])
        assert "scaled" in render(sentence, "en")
        assert "berskala" in render(sentence, "id")


def test_one_factor(validation: Validation, instrument: Instrument) -> None:
    assert validation.rivals is not None
    one = validation.rivals.loc["one_factor"]
    sentences = written(measurement.model_fit(validation, instrument)).sentences
    sentence = next(part for part in sentences if "One factor" in render(part, "en"))
    assert_states(sentence, [one["cfi_scaled"], one["rmsea_scaled"], one["srmr"]])
    assert "not evidence of absence" in render(sentence, "en")


def test_one_factor_that_fits_as_well_is_not_called_worse(validation: Validation, instrument: Instrument) -> None:
    assert validation.rivals is not None
    rivals = validation.rivals.copy()
    rivals.loc["one_factor"] = rivals.loc["correlated"]
    sentences = written(measurement.model_fit(replace(validation, rivals=rivals), instrument)).sentences
    assert any("cannot be told apart" in render(part, "en") for part in sentences)


def test_convergent(validation: Validation, instrument: Instrument) -> None:
    sentences = written(measurement.convergent_validity(validation, instrument)).sentences
    judged = [(block, name) for block in validation.validity for name in block]
    for sentence, (block, name) in zip(sentences, judged, strict=False):
        own = validation.cfas[block].loadings[name]
        own = own[own != 0]
        found = validation.validity[block]
        assert_states(sentence, [own.min(), own.max(), found.composite_reliability[name], found.ave[name]])


def test_discriminant(validation: Validation, instrument: Instrument) -> None:
    sentences = written(measurement.discriminant_validity(validation, instrument)).sentences
    judged, phi = validation.validity[validation.block], validation.cfas[validation.block].phi
    highest = judged.htmt.where(judged.htmt < 1).max().max()
    assert_states(sentences[0], [highest, validation.cutoffs.htmt, phi.loc["trust", "norm"]])
    assert render(sentences[1], "en") == "By the Fornell-Larcker criterion every pair is distinct."


def test_pairs_that_are_not_distinct_are_named(validation: Validation, instrument: Instrument) -> None:
    judged = validation.validity[validation.block]
    distinct = judged.distinct.copy()
    distinct.loc["trust", "network"] = distinct.loc["network", "trust"] = False
    changed = {**validation.validity, validation.block: replace(judged, distinct=distinct)}
    strict = replace(validation, validity=changed, cutoffs=replace(validation.cutoffs, htmt=0.30))
    sentences = written(measurement.discriminant_validity(strict, instrument)).sentences
    assert "can hardly be told apart" in render(sentences[0], "en")
    assert "trust and network" in render(sentences[1], "en")


def test_what_was_not_estimated_has_no_words(validation: Validation, instrument: Instrument) -> None:
    without = replace(validation, adequacy=None, retention=None, cfas={}, validity={}, rivals=None)
    assert measurement.suitability(without) is None
    assert measurement.factors(without) is None
    assert measurement.model_fit(without, instrument) is None
    assert measurement.convergent_validity(without, instrument) is None
    assert measurement.discriminant_validity(without, instrument) is None


def test_an_omega_that_could_not_be_had(validation: Validation, instrument: Instrument) -> None:
    table = validation.reliability.assign(omega=float("nan"))
    sentences = measurement.reliability(replace(validation, reliability=pd.DataFrame(table)), instrument).sentences
    assert "omega tidak dapat ditaksir" in render(sentences[0], "id")
    assert len(sentences) == len(table) + 1
