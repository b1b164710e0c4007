"""The validation as a whole: its parts are those that R computes, and it says what it left out."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kadsurvey import cfa, load_truth, measure, reliability, simulate, validate
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.measurement.rivals import rival_models
from kadsurvey.measurement.scoring import ScoringModel
from kadsurvey.quality.dont_know import dont_know_rates
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.stats.hierarchical import omega_hierarchical
from kadsurvey.stats.item_analysis import critical_correlation
from tests.reference_numbers import load

FIT = 5e-4
CHISQ_RELATIVE = 1e-3
OMEGA_LINEAR = 1e-4  # ml factors on both sides; lavaan stops early
REFERENCE = load("t13_validate")
MODEL = {
    name: [f"{letter}{place}" for place in range(1, 6)]
    for name, letter in {"trust": "T", "norm": "N", "network": "W"}.items()
}


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def found(study):
    return validate(study)


@pytest.fixture(scope="module")
def coop():
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    names = [item for items in MODEL.values() for item in items]
    return frame.assign(**{name: 6 - frame[name] for name in ("T4", "N2", "W5")})[names]


def codes(findings):
    return [finding.code for finding in findings]


def test_r_hitung_is_held_against_r_tabel_at_its_own_n(found):
    for item, row in found.items.iterrows():
        assert row["r_table"] == critical_correlation(int(row["n_complete"]), level=0.05), item
        assert row["df"] == row["n_complete"] - 2
        assert row["valid"] == (row["item_rest"] > row["r_table"])


def test_floor_and_ceiling_are_counted(study, found):
    answers = study.data["T1"].dropna()
    assert found.items.loc["T1", "floor"] == (answers == 1).mean()
    assert found.items.loc["T1", "ceiling"] == (answers == 5).mean()


def test_the_factors_and_the_model_are_those_of_score(study, found):
    model = measure(study)
    assert found.block == ("trust", "norm", "network")
    pd.testing.assert_frame_equal(found.cfas[found.block].loadings, model.cfas[found.block].loadings)
    pd.testing.assert_frame_equal(found.efa.loadings, model.structure.loadings)
    assert (found.retention.n_parallel, found.retention.n_map) == (3, 3)
    assert found.adequacy.kmo > 0.8


def test_omega_hierarchical_is_of_all_items_of_the_block(study, found):
    matrix = found.cfas[found.block].matrix
    expected = omega_hierarchical(matrix.to_numpy(float), 3, n_obs=len(study.data))
    assert (found.omega_hierarchical, found.omega_total) == (expected.omega_h, expected.omega_total)


def test_one_factor_for_all_items_equals_lavaan(coop):
    complete = coop.dropna()
    rivals = rival_models(complete, cfa(complete, MODEL))
    for name, key in (("correlated", "three_factor"), ("one_factor", "one_factor")):
        theirs = REFERENCE["single_factor"][key]
        for ours in ("cfi_scaled", "tli_scaled", "rmsea_scaled", "srmr"):
            assert rivals.loc[name, ours] == pytest.approx(theirs[ours.replace("_", ".")], abs=FIT)
        assert rivals.loc[name, "chisq_scaled"] == pytest.approx(theirs["chisq.scaled"], rel=CHISQ_RELATIVE)
        assert rivals.loc[name, "df"] == theirs["df"]
    assert "second_order" not in rivals.index


def test_linear_omega_equals_semtools(coop):
    for name, items in MODEL.items():
        ours = reliability(coop[items].dropna()).omega_linear
        assert ours == pytest.approx(REFERENCE["omega_linear"][name], abs=OMEGA_LINEAR)


def test_from_four_constructs_a_second_order_model_is_a_rival(bfi):
    fitted = measure(bfi).cfas[tuple(bfi.instrument.constructs)]
    assert list(rival_models(bfi.items, fitted).index) == ["correlated", "one_factor", "second_order", "as_numbers"]


def test_the_second_opinion_is_the_model_of_the_answers_as_numbers(study, found):
    model = {name: list(found.items.index[found.items["construct"] == name]) for name in found.block}
    again = cfa(study.data, model, estimator="MLR")
    for name, value in found.rivals.loc["as_numbers"].items():
        assert again.fit[name] == value


def test_what_was_not_known_is_counted_by_group_and_construct(study):
    rates = dont_know_rates(study).set_index(["construct", "group"])
    officials = (study.data["group"] == "official").to_numpy()
    items = study.instrument.item_codes("trust")
    said = int(study.dont_know.loc[officials, items].to_numpy().sum())
    answered = int(study.data.loc[officials, items].notna().to_numpy().sum())
    row = rates.loc["trust", "official"]
    assert (row["dont_know"], row["given"]) == (said, said + answered)
    assert row["dont_know_share"] == said / (said + answered)
    assert row["blank_share"] == pytest.approx(1 - (said + answered) / (officials.sum() * len(items)))


def test_chosen_constructs_are_judged_together(study):
    chosen = validate(study, constructs=["trust", "effectiveness"])
    assert chosen.block == ("trust", "effectiveness")
    assert list(chosen.reliability.index) == ["trust", "effectiveness"]
    assert list(chosen.cfas) == [("trust", "effectiveness")]
    assert set(chosen.dont_know["construct"]) == {"trust", "effectiveness"}
    assert np.isnan(chosen.omega_hierarchical)


def test_factors_and_rotation_can_be_asked_for(study):
    chosen = validate(study, factors=2, rotation="varimax")
    assert list(chosen.efa.loadings.columns) == ["F1", "F2"]
    assert chosen.efa.rotation == "varimax"
    with pytest.raises(StatisticsError) as caught:
        validate(study, factors=17)
    assert caught.value.code == "stats.too_many_factors"


def test_answers_as_numbers_have_their_own_models(study):
    plain = validate(study, correlation="pearson")
    assert {fitted.estimator for fitted in plain.cfas.values()} == {"MLR"}
    assert "as_numbers" not in plain.rivals.index
    assert set(plain.jackknife.table["statistic"]) == {"alpha", "omega", "loading", "phi", "second_order"}
    assert plain.jackknife.undefined == ()


def test_a_model_of_numbers_scores_alike_after_it_was_kept(study):
    model = measure(study, correlation="pearson")
    kept = ScoringModel.from_dict(json.loads(json.dumps(model.scoring.to_dict())))
    pd.testing.assert_frame_equal(kept.scores(study.data).scores, model.scores(study.data).scores)


def test_an_unknown_construct_is_corrected(study):
    with pytest.raises(ArgumentError, match="Nearest or known: trust"):
        validate(study, constructs=["trsut"])


def test_few_bodies_are_said(study):
    three = study.data["body"].unique()[:3]
    kept = study.data["body"].isin(three).to_numpy()
    parts = {name: getattr(study, name)[kept] for name in ("data", "raw", "dont_know", "source")}
    small = validate(replace(study, **parts), constructs=["trust"])
    assert "measurement.no_jackknife" in codes(small.findings)
    assert small.jackknife is None
    assert small.within.empty


@pytest.fixture(scope="module")
def improper(study):
    """T1 correlates .84 with T2 and T3, which correlate .4: only a loading of 1.3 could explain that (Heywood)."""
    rng = np.random.default_rng(5)
    n, (first, second, third, *others) = len(study.data), study.instrument.item_codes("trust")
    latent = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    known = {first: latent.sum(axis=1) / np.sqrt(2.8), second: latent[:, 0], third: latent[:, 1]}
    coded = {code: np.digitize(value, [-1.2, -0.4, 0.4, 1.2]) + 1.0 for code, value in known.items()}
    noise = {code: rng.integers(1, 6, n).astype(float) for code in others}
    return replace(study, data=study.data.assign(**coded, **noise))


def test_an_improper_model_is_a_finding_here_and_an_error_for_scores(improper):
    found = validate(improper)
    assert "measurement.no_model" in codes(found.findings)
    assert found.block not in found.cfas
    assert found.efa is not None
    with pytest.raises(StatisticsError):
        measure(improper)


def test_without_a_model_nothing_is_scored(improper):
    model = measure(improper, constructs=["trust"], strict=False)
    with pytest.raises(StatisticsError) as caught:
        model.scores(improper.data)
    assert caught.value.code == "measurement.no_scores"


def test_the_seed_gives_the_same_numbers(study, found):
    again = validate(study)
    assert json.dumps(again.to_dict()) == json.dumps(found.to_dict())


def test_plain_values_hold_no_respondent(study, found):
    text = json.dumps(found.to_dict())
    assert not any(str(name) in text for name in study.data.index)
    assert json.loads(text)["cutoffs"]["alpha"]["source"] == "Nunnally & Bernstein 1994"
    assert set(found.to_dict()["cfas"]) == {"trust+norm+network", "transaction_cost", "effectiveness", "marker"}
