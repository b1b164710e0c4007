"""One factor above several constructs: loadings, omega and scores as R has them, and what three cannot show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import cfa, second_order
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.measurement.clustered import body_jackknife
from tests.reference_numbers import REFERENCE as FOLDER
from tests.reference_numbers import load, vector

ESTIMATE = 5e-4  # lavaan's optimiser on ordinal models
SE_RELATIVE = 2e-3
OMEGA = 1e-4  # follows the loadings
SCORES = 1e-3  # lavaan's search for each respondent's mode stops early
CLOSED = 1e-6  # two optimisers of one model

REFERENCE = load("t19_second_order")
COOP = {
    name: [f"{letter}{place}" for place in range(1, 6)]
    for name, letter in {"trust": "T", "norm": "N", "network": "W"}.items()
}
BFI = {
    name: [f"{letter}{place}" for place in range(1, 6)]
    for name, letter in {"agree": "A", "cons": "C", "extra": "E", "neuro": "N", "open": "O"}.items()
}
REVERSED = {"coop": ("T4", "N2", "W5"), "bfi": ("A1", "C4", "C5", "E1", "E2", "O2", "O5")}


def answers(case: str) -> pd.DataFrame:
    of_bfi = case == "bfi"
    frame = pd.read_csv(FOLDER / ("bfi.csv" if of_bfi else "coop_respondents.csv"))
    items = [item for own in (BFI if of_bfi else COOP).values() for item in own]
    turned = REVERSED["bfi" if of_bfi else "coop"]
    frame = frame.assign(**{name: (7 if of_bfi else 6) - frame[name] for name in turned})
    return frame[items] if case.endswith("pairwise") else frame[items].dropna()


@pytest.fixture(scope="module")
def coop():
    return second_order(answers("coop"), COOP)


@pytest.mark.parametrize("case", ["coop", "coop_pairwise", "bfi"])
def test_loadings_and_omega_equal_lavaan_and_the_formula_in_r(case) -> None:
    found, theirs = second_order(answers(case), BFI if case == "bfi" else COOP), REFERENCE[case]
    assert list(found.loadings.index) == theirs["loadings"]["rhs"]
    np.testing.assert_allclose(found.loadings["loading"], vector(theirs["loadings"]["est.std"]), atol=ESTIMATE)
    np.testing.assert_allclose(found.loadings["std_error"], vector(theirs["loadings"]["se"]), rtol=SE_RELATIVE)
    assert found.omega_hierarchical == pytest.approx(theirs["omega"], abs=OMEGA)
    assert found.omega_hierarchical < found.omega_total < 1
    assert found.n_obs == theirs["n"]
    assert found.proper
    assert found.testable is (case == "bfi")


def test_scores_are_the_modes_of_lavaan(coop) -> None:
    """Its mode is over all factors at once; ours a weighted sum of the constructs' modes."""
    np.testing.assert_allclose(coop.scores(answers("coop")), vector(REFERENCE["coop"]["scores"]), atol=SCORES)


def test_who_answered_nothing_has_no_score(coop) -> None:
    items = answers("coop").astype(float)
    items.iloc[0] = np.nan
    assert np.flatnonzero(coop.scores(items).isna()).tolist() == [0]


def test_three_constructs_fit_exactly_as_they_do_correlated(coop) -> None:
    correlated = cfa(answers("coop"), COOP)
    assert coop.model.fit["df"] == correlated.fit["df"]
    assert coop.model.fit["chisq"] == pytest.approx(correlated.fit["chisq"], rel=CLOSED)
    loading = coop.loadings["loading"].to_numpy()
    phi = correlated.phi.to_numpy()
    triad = np.sqrt([phi[0, 1] * phi[0, 2] / phi[1, 2], phi[0, 1] * phi[1, 2] / phi[0, 2]])
    np.testing.assert_allclose(loading[:2], triad, atol=ESTIMATE)


def test_intervals_over_bodies_are_those_of_the_model_without_each() -> None:
    frame = pd.read_csv(FOLDER / "coop_respondents.csv")
    few = frame["body"].isin(frame["body"].unique()[:8])
    items, body = answers("coop_pairwise")[few], frame["body"][few]
    table = body_jackknife(items, body, COOP, {tuple(COOP): cfa(items, COOP)}).of("second_order")
    parts = np.array([second_order(items[body != name], COOP).loadings["loading"] for name in body.unique()])
    expected = np.sqrt((len(parts) - 1) / len(parts) * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(table["std_error"], expected, atol=ESTIMATE)
    assert (table["ci_low"] < table["estimate"]).all()


def of_correlations(first: float, second: float, third: float, *, n_obs: int = 2000) -> pd.DataFrame:
    """Draw answers to three constructs of three items whose factors correlate so."""
    phi = np.array([[1, first, second], [first, 1, third], [second, third, 1]])
    rng = np.random.default_rng(5)
    factor = rng.multivariate_normal(np.zeros(3), phi, n_obs)
    latent = 0.8 * np.repeat(factor, 3, axis=1) + 0.6 * rng.standard_normal((n_obs, 9))
    codes = 1 + (latent[:, :, None] > np.array([-1.5, -0.5, 0.5, 1.5])).sum(axis=2)
    return pd.DataFrame(codes, columns=[f"{name}{place}" for name in "abc" for place in range(3)]).astype(float)


THREE = {name: [f"{name}{place}" for place in range(3)] for name in "abc"}


def test_an_odd_number_of_negative_correlations_is_refused() -> None:
    with pytest.raises(StatisticsError) as err:
        second_order(of_correlations(0.4, 0.4, -0.4), THREE)
    assert err.value.code == "measurement.second_order_signs"
    assert err.value.params["constructs"] == ["a", "b", "c"]


def test_a_construct_that_would_load_above_one_leaves_no_index() -> None:
    """Two constructs correlate .8 with a third and .4 with each other: one factor would have them correlate more."""
    found = second_order(of_correlations(0.8, 0.8, 0.4), THREE)
    assert not found.proper
    assert np.isnan(found.omega_hierarchical)
    assert found.loadings["weight"].isna().all()
    assert [finding.code for finding in found.findings] == ["measurement.second_order_improper"]


def test_a_construct_of_the_opposite_sign_is_no_fault() -> None:
    found = second_order(of_correlations(-0.5, -0.5, 0.5), THREE)
    assert found.proper
    assert found.loadings["loading"].lt(0).tolist() == [True, False, False]


def test_two_constructs_are_refused() -> None:
    with pytest.raises(StatisticsError) as err:
        second_order(answers("coop"), {name: COOP[name] for name in ("trust", "norm")})
    assert err.value.code == "stats.second_order_too_few"


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ArgumentError) as err:
        second_order(answers("coop"), {**COOP, "norm": ["N1", "N7"]})
    assert err.value.params["items"] == ["N7"]


def test_answers_as_numbers_have_their_own_shares_of_the_sum():
    """Four constructs of known loadings: shares of the variance of the sum by hand."""
    rng = np.random.default_rng(12)
    above, n = np.array([0.9, 0.8, 0.7, 0.6]), 40_000
    factor = rng.normal(size=(n, 1))
    constructs = factor * above + rng.normal(size=(n, 4)) * np.sqrt(1 - above**2)
    items = np.repeat(constructs, 3, axis=1) * 0.8 * 10 + rng.normal(size=(n, 12)) * 0.6 * 10
    names = [f"i{place}" for place in range(12)]
    model = {name: names[3 * k : 3 * k + 3] for k, name in enumerate("abcd")}
    frame = pd.DataFrame(items, columns=names)
    found = second_order(frame, model, correlated=cfa(frame, model, estimator="MLR"))
    np.testing.assert_allclose(found.loadings["loading"], above, atol=0.02)
    phi = np.outer(above, above) + np.diag(1 - above**2)
    common, total = 9 * 0.64 * phi.sum(), 9 * 0.64 * phi.sum() + 12 * 0.36
    assert found.omega_total == pytest.approx(common / total, abs=0.01)
    assert found.omega_hierarchical == pytest.approx(9 * 0.64 * above.sum() ** 2 / total, abs=0.01)
    assert found.testable
