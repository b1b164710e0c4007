"""The public functions on the coop answers against lavaan and semTools: names, order and numbers."""

import numpy as np
import pandas as pd
import pytest

from kadsurvey import cfa, factor_scores, load_truth, simulate, validity
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.simulation.responses import simulated_responses
from tests.reference_numbers import load, matrix

ESTIMATE = 5e-4  # lavaan's optimiser on ordinal models
SE_RELATIVE = 1e-3
FIT = 5e-4
CHISQ_RELATIVE = 1e-3
VALIDITY = 1e-3
EBM = 2e-3
LETTERS = {"trust": "T", "norm": "N", "network": "W"}
MODEL = {name: [f"{letter}{place}" for place in range(1, 6)] for name, letter in LETTERS.items()}
REFERENCE = load("t05_wlsmv_coop_reversekeyed")["WLSMV"]


@pytest.fixture(scope="module")
def answers():
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    names = [item for items in MODEL.values() for item in items]
    return frame.assign(**{name: 6 - frame[name] for name in ("T4", "N2", "W5")})[names].dropna()


@pytest.fixture(scope="module")
def fitted(answers):
    return cfa(answers, MODEL)


def test_estimates_equal_lavaan(fitted):
    theirs = pd.DataFrame(REFERENCE["std_solution"])
    error = next(name for name in ("se", "std.err") if name in theirs)
    value = next(name for name in ("est.std", "est") if name in theirs)
    for op in ("=~", "|"):
        ours, expected = fitted.estimates[fitted.estimates["op"] == op], theirs[theirs["op"] == op]
        # Each item loads once, and lavaan may call the factors by other names.
        keys = ["rhs"] if op == "=~" else ["lhs", "rhs"]
        merged = ours.merge(expected[[*keys, value, error]], on=keys)
        assert len(merged) == len(ours)
        np.testing.assert_allclose(merged["estimate"], merged[value].astype(float), atol=ESTIMATE)
        np.testing.assert_allclose(merged["std_error"], merged[error].astype(float), rtol=SE_RELATIVE)


def test_fit_equals_lavaan(fitted):
    theirs = {name.replace(".", "_"): value for name, value in REFERENCE["fit"].items()}
    for name in ("cfi", "tli", "rmsea", "srmr", "cfi_scaled", "tli_scaled", "rmsea_scaled"):
        assert fitted.fit[name] == pytest.approx(float(theirs[name]), abs=FIT), name
    for name in ("chisq", "chisq_scaled"):
        assert fitted.fit[name] == pytest.approx(float(theirs[name]), rel=CHISQ_RELATIVE), name
    assert fitted.fit["df"] == theirs["df"]


def test_scores_equal_lavaan(fitted, answers):
    node = load("t05b_wlsmv_scores")["coop"]["EBM"]
    theirs = matrix(node)
    # lavaan's factors bear the unit of their first item.
    first = [fitted.loadings.loc[items[0], name] for name, items in MODEL.items()]
    ours = factor_scores(fitted, answers).scores.to_numpy()[: len(theirs)] * first
    np.testing.assert_allclose(ours, theirs, atol=EBM)


LINEAR_SCORES = 1e-4  # lavaan's optimiser
CONTINUOUS = load("t05_ml_holzinger")


@pytest.fixture(scope="module")
def pupils():
    return pd.read_csv("tests/reference/holzinger.csv")[[f"x{place}" for place in range(1, 10)]]


PUPILS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}


@pytest.mark.parametrize(("method", "name"), [("regression", "regression"), ("bartlett", "Bartlett")])
def test_linear_scores_equal_lavaan(pupils, method, name):
    fitted = cfa(pupils, PUPILS, estimator="ML")
    theirs = matrix(CONTINUOUS["ML"]["scores_first20"][name])
    marker = fitted.estimates.query("op == '=~'").groupby("lhs", sort=False)["estimate"].first().to_numpy()
    ours = factor_scores(fitted, pupils, method=method).scores.to_numpy()[: len(theirs)] * marker
    np.testing.assert_allclose(ours, theirs, atol=LINEAR_SCORES)


def test_estimates_of_numbers_bear_lavaans_names(pupils):
    fitted = cfa(pupils, PUPILS, estimator="MLR")
    theirs = pd.DataFrame(CONTINUOUS["MLR"]["parameters"])
    for op in ("=~", "~~"):
        merged = fitted.estimates.query("op == @op").merge(theirs.query("op == @op"), on=["lhs", "rhs"])
        assert len(merged) == {"=~": 9, "~~": 12}[op]
        np.testing.assert_allclose(merged["std_all"], merged["std.all"], atol=LINEAR_SCORES)
    assert fitted.estimates["op"].value_counts()["~1"] == 9
    assert fitted.proper
    np.testing.assert_allclose(fitted.units["intercept"], pupils.mean(), atol=1e-8)
    assert np.abs(np.diag(fitted.residuals)).max() < 1e-8


def test_modifications_of_numbers_name_what_lavaan_names(pupils):
    ours = cfa(pupils, PUPILS, estimator="ML").modifications.head(3)
    theirs = pd.DataFrame(CONTINUOUS["ML"]["modindices_top20"]).head(3)
    assert ours[["lhs", "op", "rhs"]].to_numpy().tolist() == theirs[["lhs", "op", "rhs"]].to_numpy().tolist()


def test_linear_methods_are_refused_for_ordinal_models(fitted, answers):
    with pytest.raises(ArgumentError) as err:
        factor_scores(fitted, answers, method="bartlett")
    assert err.value.code == "measurement.linear_scores_of_ordinal"


def test_validity_follows_the_loadings(fitted):
    found = validity(fitted)
    loadings = fitted.loadings["trust"][MODEL["trust"]]
    assert found.ave["trust"] == pytest.approx((loadings**2).mean(), abs=VALIDITY)
    assert found.fornell_larcker.loc["trust", "trust"] == pytest.approx(np.sqrt(found.ave["trust"]))
    assert found.fornell_larcker.loc["trust", "norm"] == pytest.approx(fitted.phi.loc["trust", "norm"])
    assert found.htmt.loc["trust", "norm"] == found.htmt.loc["norm", "trust"]


def test_bad_models_are_named(answers):
    with pytest.raises(ArgumentError, match="T9"):
        cfa(answers, {"trust": ["T1", "T2", "T9"]})
    with pytest.raises(StatisticsError):
        cfa(answers, {"trust": ["T1", "T2"]})
    with pytest.raises(StatisticsError, match="T1"):
        cfa(answers.assign(T1=3.0), {"trust": ["T1", "T2", "T3"]})


@pytest.mark.parametrize(("seed", "construct"), [(14, "effectiveness"), (69, "transaction_cost")])
def test_rounding_at_the_minimum_is_not_taken_for_failure(seed, construct):
    """These two studies of the sample truth went round in circles at the minimum and were called unconverged."""
    study = simulated_responses(simulate(load_truth("sample"), seed=seed))
    fitted = cfa(study.data, {construct: study.instrument.item_codes(construct)})
    assert fitted.proper
