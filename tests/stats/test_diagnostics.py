"""Diagnostics against R, against statsmodels and scipy, and by leaving rows out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.diagnostics import (
    breusch_pagan,
    condition_number,
    glejser,
    influence,
    jarque_bera,
    reset,
    shapiro_wilk,
    variance_inflation,
    white,
)
from kadsurvey.stats.linear import fit_ols
from tests.reference_numbers import load, vector
from tests.stats.regression_data import model

Array = NDArray[np.float64]

# Closed form.
CLOSED_FORM = 1e-8

PREDICTORS = ["trust", "norm", "network", "log_pop"]


@pytest.fixture
def bodies() -> tuple[Array, Array]:
    return model("coop_regression_bodies", "cost_efficiency", PREDICTORS)


def test_influence_equals_r(bodies: tuple[Array, Array]) -> None:
    found, expected = influence(*bodies), load("t08_regression")["body_ols"]
    np.testing.assert_allclose(found.leverage, expected["hat"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.cooks_distance, expected["cooks"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.studentised, expected["rstudent"], rtol=CLOSED_FORM)


def test_dfbetas_are_what_leaving_a_row_out_does(bodies: tuple[Array, Array]) -> None:
    y, X = bodies
    whole, found = fit_ols(y, X), influence(y, X)
    for row in (0, 7, 23):
        rest = fit_ols(np.delete(y, row), np.delete(X, row, axis=0))
        shift = (whole.estimate - rest.estimate) / np.sqrt(rest.sigma2 * np.diag(whole.bread))
        np.testing.assert_allclose(found.dfbetas[row], shift, rtol=1e-7)


def test_variance_inflation_equals_car(bodies: tuple[Array, Array]) -> None:
    found = variance_inflation(bodies[1])
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:], vector(load("t08_regression")["body_ols"]["vif"]), rtol=CLOSED_FORM)


def test_tests_equal_statsmodels(bodies: tuple[Array, Array]) -> None:
    from statsmodels.api import OLS
    from statsmodels.stats import diagnostic

    y, X = bodies
    theirs = OLS(y, X).fit()
    lm, lm_p, *_ = diagnostic.het_breuschpagan(theirs.resid, X)
    found = breusch_pagan(y, X)
    assert (found.statistic, found.df) == (pytest.approx(lm), 4)
    assert found.p_value == pytest.approx(lm_p)
    lm, lm_p, *_ = diagnostic.het_white(theirs.resid, X)
    found = white(y, X)
    assert (found.statistic, found.df) == (pytest.approx(lm), 14)
    assert found.p_value == pytest.approx(lm_p)
    ramsey = diagnostic.linear_reset(theirs, power=3, use_f=True)
    found = reset(y, X)
    assert (found.statistic, found.df, found.df_denom) == (pytest.approx(float(ramsey.fvalue), rel=1e-6), 2, 17)
    assert found.p_value == pytest.approx(float(ramsey.pvalue), rel=1e-6)


def test_glejser_is_the_regression_of_absolute_residuals(bodies: tuple[Array, Array]) -> None:
    from statsmodels.api import OLS

    y, X = bodies
    theirs = OLS(np.abs(OLS(y, X).fit().resid), X).fit()
    found = glejser(y, X)
    assert found.overall.statistic == pytest.approx(theirs.fvalue)
    assert found.overall.p_value == pytest.approx(theirs.f_pvalue)
    np.testing.assert_allclose(found.p_values, theirs.pvalues)


def test_white_leaves_out_the_square_of_a_dummy() -> None:
    rng = np.random.default_rng(1)
    x, dummy = rng.normal(size=40), (np.arange(40) % 2).astype(float)
    found = white(rng.normal(size=40), np.column_stack([np.ones(40), x, dummy]))
    assert found.df == 4


def test_white_does_not_depend_on_units() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(1, 2, size=40)
    y = x * rng.normal(size=40)
    small, large = (white(y, np.column_stack([np.ones(40), unit * x])) for unit in (1.0, 1e9))
    assert small.statistic == pytest.approx(large.statistic)
    assert small.df == large.df == 2


def test_unequal_variance_is_found() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(1, 5, size=300)
    X = np.column_stack([np.ones(300), x])
    unequal = x**2 * rng.normal(size=300)
    assert max(breusch_pagan(unequal, X).p_value, white(unequal, X).p_value, glejser(unequal, X).overall.p_value) < 1e-6
    equal = rng.normal(size=300)
    assert min(breusch_pagan(equal, X).p_value, white(equal, X).p_value, glejser(equal, X).overall.p_value) > 0.01


def test_a_curve_is_found() -> None:
    x = np.linspace(-2, 2, 60)
    noise = np.random.default_rng(3).normal(size=60)
    X = np.column_stack([np.ones(60), x])
    assert reset(np.exp(x) + 0.3 * noise, X).p_value < 1e-6
    assert reset(x + 0.3 * noise, X).p_value > 0.01


def test_normality() -> None:
    rng = np.random.default_rng(4)
    normal, skewed = rng.normal(size=200), rng.exponential(size=200)
    assert min(shapiro_wilk(normal).p_value, jarque_bera(normal).p_value) > 0.05
    assert max(shapiro_wilk(skewed).p_value, jarque_bera(skewed).p_value) < 1e-6
    skewness = np.mean((skewed - skewed.mean()) ** 3) / np.std(skewed) ** 3
    kurtosis = np.mean((skewed - skewed.mean()) ** 4) / np.var(skewed) ** 2
    assert jarque_bera(skewed).statistic == pytest.approx(200 / 6 * (skewness**2 + (kurtosis - 3) ** 2 / 4))


def test_condition_number_of_orthogonal_columns_is_one() -> None:
    assert condition_number(np.array([[1.0, 100], [1, -100]])) == pytest.approx(1)
    r = 0.98
    correlated = np.linalg.cholesky(np.array([[1, r], [r, 1]])).T
    assert condition_number(correlated) == pytest.approx(np.sqrt((1 + r) / (1 - r)))


def test_a_row_that_decides_its_fit_has_no_influence_measure() -> None:
    X = np.column_stack([np.ones(6), [1.0, 0, 0, 0, 0, 0]])
    found = influence(np.array([9.0, 1, 2, 3, 2, 1]), X)
    assert found.leverage[0] == pytest.approx(1)
    assert np.isnan([found.studentised[0], found.cooks_distance[0], found.dfbetas[0, 1]]).all()
    assert np.isfinite(found.cooks_distance[1:]).all()


def test_one_residual_degree_of_freedom() -> None:
    X = np.column_stack([np.ones(3), [1.0, 2, 4]])
    found = influence(np.array([1.0, 2, 5]), X)
    assert np.isnan(found.studentised).all()
    assert np.isfinite(found.cooks_distance).all()


def test_too_few_rows_for_a_test_is_nan(bodies: tuple[Array, Array]) -> None:
    y, X = bodies[0][:7], bodies[1][:7]
    assert np.isnan(white(y, X).p_value)
    assert np.isnan(reset(y[:6], X[:6]).statistic)
    assert np.isfinite(breusch_pagan(y, X).p_value)


def test_refuses() -> None:
    with pytest.raises(StatisticsError) as caught:
        shapiro_wilk(np.array([1.0, 2]))
    assert caught.value.code == "stats.too_few_rows"
    with pytest.raises(StatisticsError) as caught:
        jarque_bera(np.ones(9))
    assert caught.value.code == "stats.no_residual_variance"
    with pytest.raises(StatisticsError) as caught:
        shapiro_wilk(np.array([1.0, np.nan, 2, 3]))
    assert caught.value.code == "stats.not_finite"
    with pytest.raises(StatisticsError) as caught:
        variance_inflation(np.column_stack([np.ones(5), np.arange(5.0), 2 * np.arange(5.0)]))
    assert caught.value.params["columns"] == [2]
