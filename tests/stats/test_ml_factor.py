"""One factor by maximum likelihood against lavaan and closed forms, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.factoring import efa
from kadsurvey.stats.ml_factor import MlFactor, ml_factor
from tests.reference_numbers import columns, load

# lavaan's largest gradient is stored with the numbers: 4e-8, and 1e-6 for all nine tests of holzinger. Its estimates
# are about as far from the maximum, in parts of their own size.
LAVAAN = {"nine": 1e-5}
LAVAAN_MOST = 2e-7
CLOSED_FORM = 1e-9
# efa stops where the discrepancy is flat, about seven digits before the minimum.
OPTIMISER = 1e-5

SETS = ["trust", "norm", "network", "outcome", "visual", "speed", "nine"]


def items_of(name: str) -> NDArray[np.float64]:
    names = load("t14_corrected")["ml"][name]["items"]
    table = columns("holzinger" if names[0].startswith("x") else "coop_latent_regression")
    return np.column_stack([table[item] for item in names])


def fitted(items: NDArray[np.float64]) -> MlFactor:
    return ml_factor(np.cov(items.T, bias=True), n_obs=len(items))


@pytest.mark.parametrize("name", SETS)
def test_estimates_and_scores_equal_lavaan(name: str) -> None:
    reference, items = load("t14_corrected")["ml"][name], items_of(name)
    found, tolerance = fitted(items), LAVAAN.get(name, LAVAAN_MOST)
    assert found.converged
    assert found.heywood == ()
    assert found.n_obs == reference["n"]
    np.testing.assert_allclose(found.loadings, reference["loadings"], rtol=tolerance)
    np.testing.assert_allclose(found.uniquenesses, reference["uniquenesses"], rtol=tolerance)
    scores = (items - items.mean(axis=0)) @ found.weights
    np.testing.assert_allclose(scores[:5], reference["bartlett"], atol=tolerance)


@pytest.mark.parametrize("name", SETS)
def test_it_is_the_one_factor_of_efa(name: str) -> None:
    items = items_of(name)
    found = fitted(items)
    other = efa(np.corrcoef(items.T), 1, n_obs=len(items), method="ml")
    np.testing.assert_allclose(found.loadings / items.std(axis=0), other.loadings[:, 0], atol=OPTIMISER)


def test_three_items_have_a_closed_form() -> None:
    R = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    squares = [0.5 * 0.4 / 0.3, 0.5 * 0.3 / 0.4, 0.4 * 0.3 / 0.5]
    np.testing.assert_allclose(ml_factor(R, n_obs=100).loadings, np.sqrt(squares), rtol=CLOSED_FORM)


def test_the_model_is_found_again_whatever_the_units() -> None:
    loadings, uniquenesses = np.array([2.0, -0.3, 10.0, 0.7, 0.01]), np.array([1.0, 0.5, 80.0, 0.2, 0.0004])
    found = ml_factor(np.outer(loadings, loadings) + np.diag(uniquenesses), n_obs=50)
    np.testing.assert_allclose(found.loadings, loadings, rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.uniquenesses, uniquenesses, rtol=CLOSED_FORM)


def test_scaling_items_scales_loadings_and_leaves_scores() -> None:
    items, units = items_of("trust"), np.array([1.0, 100.0, 0.01, 3.0, 7.0])
    plain, scaled = fitted(items), fitted(items * units)
    np.testing.assert_allclose(scaled.loadings, plain.loadings * units, rtol=CLOSED_FORM)
    np.testing.assert_allclose(scaled.weights, plain.weights / units, rtol=CLOSED_FORM)
    assert scaled.error_variance == pytest.approx(plain.error_variance, rel=CLOSED_FORM)


def test_bartlett_scores_carry_the_factor_and_their_error_only() -> None:
    items = items_of("norm")
    found = fitted(items)
    assert found.weights @ found.loadings == pytest.approx(1, rel=CLOSED_FORM)
    assert found.weights**2 @ found.uniquenesses == pytest.approx(found.error_variance, rel=CLOSED_FORM)
    # At the maximum the factor's variance, as the scores show it, is the model's: 1.
    assert (items @ found.weights).var() - found.error_variance == pytest.approx(1, rel=CLOSED_FORM)


def test_most_items_decide_the_sign() -> None:
    items = items_of("trust") * [-1, -1, -1, -1, 1]
    found = fitted(items)
    assert found.loadings.sum() > 0
    assert (found.loadings > 0).tolist() == [True, True, True, True, False]


def test_an_improper_solution_is_named_and_kept_off_zero() -> None:
    R = np.array([[1, 0.8, 0.8], [0.8, 1, 0.3], [0.8, 0.3, 1]])  # item 0 would load 1.46
    found = ml_factor(4 * R, n_obs=100)
    assert found.heywood == (0,)
    assert found.uniquenesses[0] == pytest.approx(4 * 0.005)
    assert np.isfinite(found.weights).all()


@pytest.mark.parametrize(
    ("covariance", "code"),
    [
        (np.eye(2), "stats.too_few_items"),
        (np.ones((1, 1)), "stats.too_few_items"),
        (np.ones((3, 2)), "stats.matrix_not_square"),
        (np.ones(3), "stats.matrix_not_square"),
        (np.full((3, 3), np.nan), "stats.matrix_not_finite"),
        (np.diag([1.0, 0, 1]), "stats.constant_item"),
        (np.ones((3, 3)), "stats.not_positive_definite"),
        (np.array([[1, 0.5, 0.1], [0.2, 1, 0.1], [0.1, 0.1, 1]]), "stats.not_a_correlation_matrix"),
    ],
)
def test_what_determines_no_factor_is_refused(covariance: NDArray[np.float64], code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        ml_factor(covariance, n_obs=100)
    assert caught.value.code == code
    assert str(caught.value)


def test_two_items_say_how_many_are_needed() -> None:
    with pytest.raises(StatisticsError) as caught:
        ml_factor(np.eye(2), n_obs=100)
    assert caught.value.params == {"n_items": 2, "needed": 3}


def test_small_samples_end_proper_or_named() -> None:
    """Twelve rows often have no proper solution; every one that does is that of the bounded search."""
    rng = np.random.default_rng(5)
    proper = 0
    for _ in range(60):
        factor = rng.normal(size=(12, 1))
        R = np.corrcoef((factor * 0.7 + rng.normal(size=(12, 4)) * 0.7).T)
        found, other = ml_factor(R, n_obs=12), efa(R, 1, n_obs=12, method="ml")
        assert found.heywood == other.heywood
        if not found.heywood:
            proper += 1
            assert found.converged
            np.testing.assert_allclose(found.loadings, other.loadings[:, 0], atol=OPTIMISER)
    assert 10 < proper < 60
