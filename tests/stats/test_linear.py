"""Least squares against R's lm, and what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear import aliased_columns, fit_ols
from tests.reference_numbers import load, vector
from tests.stats.regression_data import model

# Closed form; the files hold 15 digits and the intercept is near 10 with a condition number of 500.
CLOSED_FORM = 1e-8

BODY_PREDICTORS = ["trust", "norm", "network", "log_pop"]


def test_equals_lm() -> None:
    y, X = model("coop_regression_bodies", "cost_efficiency", BODY_PREDICTORS)
    found, expected = fit_ols(y, X), load("t08_regression")["body_ols"]
    np.testing.assert_allclose(found.estimate, vector(expected["coef"]), rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.std_error, expected["classical"]["se"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.p_value, expected["classical"]["p"], rtol=CLOSED_FORM)
    assert found.r2 == pytest.approx(expected["r2"], abs=CLOSED_FORM)
    assert found.adj_r2 == pytest.approx(expected["adj_r2"], abs=CLOSED_FORM)
    assert np.sqrt(found.sigma2) == pytest.approx(expected["sigma"], abs=CLOSED_FORM)
    assert found.f_statistic == pytest.approx(expected["F"], rel=CLOSED_FORM)
    assert found.log_likelihood == pytest.approx(expected["logLik"], rel=CLOSED_FORM)
    assert found.aic == pytest.approx(expected["AIC"], rel=CLOSED_FORM)
    assert found.bic == pytest.approx(expected["BIC"], rel=CLOSED_FORM)


def test_a_weight_of_two_is_a_row_twice() -> None:
    y, X = model("coop_regression_bodies", "cost_efficiency", ["trust"])
    weights = np.where(np.arange(len(y)) < 5, 2.0, 1.0)
    twice = np.repeat(np.arange(len(y)), weights.astype(int))
    weighted, repeated = fit_ols(y, X, weights=weights), fit_ols(y[twice], X[twice])
    np.testing.assert_allclose(weighted.estimate, repeated.estimate, rtol=CLOSED_FORM)
    assert weighted.r2 == pytest.approx(repeated.r2, abs=CLOSED_FORM)


def test_r2_without_a_constant_is_about_zero() -> None:
    x = np.array([1.0, 2, 3, 4])
    y = 2 * x + np.array([1.0, -1, 1, -1])
    found = fit_ols(y, x[:, None])
    assert found.r2 == pytest.approx(1 - np.sum(found.residuals**2) / np.sum(y**2))
    assert found.f_df == 1


def test_dummies_that_span_the_constant_count_as_one() -> None:
    group = np.arange(9) % 3
    y = np.array([1.0, 2, 3, 2, 3, 5, 1, 2, 4])
    dummies = np.eye(3)[group]
    with_constant = fit_ols(y, np.column_stack([np.ones(9), dummies[:, 1:]]))
    assert fit_ols(y, dummies).r2 == pytest.approx(with_constant.r2)


def test_an_outcome_without_variance_has_no_r2() -> None:
    found = fit_ols(np.full(5, 3.0), np.column_stack([np.ones(5), np.arange(5.0)]))
    assert np.isnan(found.r2)


def test_interval_contains_the_estimate_symmetrically() -> None:
    y, X = model("coop_regression_bodies", "cost_efficiency", ["trust"])
    found = fit_ols(y, X)
    low, high = found.interval(0.9)
    np.testing.assert_allclose((low + high) / 2, found.estimate)
    assert np.all(low < found.estimate)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_names_aliased_columns_whatever_their_unit(scale: float) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 20)) * scale
    X = np.column_stack([np.ones(20), a, np.full(20, 5.0), b, a - 2 * b])
    assert aliased_columns(X) == [2, 4]
    with pytest.raises(StatisticsError) as caught:
        fit_ols(rng.normal(size=20), X)
    assert caught.value.code == "stats.rank_deficient"
    assert caught.value.params["columns"] == [2, 4]
    assert "2, 4" in str(caught.value)


def test_a_column_of_zeros_is_aliased() -> None:
    assert aliased_columns(np.column_stack([np.ones(4), np.zeros(4)])) == [1]


@pytest.mark.parametrize(
    ("y", "X", "weights", "code"),
    [
        ([1.0, 2, np.nan], np.ones((3, 1)), None, "stats.not_finite"),
        ([1.0, 2, 3], [[1.0], [np.inf], [1]], None, "stats.not_finite"),
        ([1.0, 2], np.ones((3, 1)), None, "stats.lengths_differ"),
        ([1.0, 2, 3], np.ones((3, 1)), [1.0, 0, 1], "stats.weights_not_positive"),
        ([1.0, 2], [[1.0, 0], [1, 1]], None, "stats.no_residual_df"),
    ],
)
def test_refuses(y: list[float], X: object, weights: list[float] | None, code: str) -> None:
    given = None if weights is None else np.array(weights)
    with pytest.raises(StatisticsError) as caught:
        fit_ols(np.array(y), np.array(X), weights=given)
    assert caught.value.code == code
    assert caught.value.render("id") != caught.value.render("en")
