"""Power of a correlation against a simulation and known cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.power import correlation_power, detectable_r

# Three standard errors of a proportion near .8 in 20,000 draws.
SIMULATION = 0.0085


@pytest.mark.parametrize(("n_obs", "expected"), [(5, 0.94), (6, 0.89), (12, 0.71), (24, 0.54), (30, 0.49)])
def test_one_predictor(n_obs: int, expected: float) -> None:
    assert round(detectable_r(n_obs), 2) == expected


@pytest.mark.parametrize(("r", "n_obs"), [(0.9351, 5), (0.7118, 12)])
def test_equals_a_simulation(r: float, n_obs: int) -> None:
    rng = np.random.default_rng(3)
    x, e = rng.normal(size=(2, 20_000, n_obs))
    y = r * x + np.sqrt(1 - r**2) * e
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    sample_r = np.sum(x * y, axis=1) / np.sqrt(np.sum(x**2, axis=1) * np.sum(y**2, axis=1))
    t = np.abs(sample_r) * np.sqrt((n_obs - 2) / (1 - sample_r**2))
    share = np.mean(t > stats.t.isf(0.025, n_obs - 2))
    assert correlation_power(r, n_obs) == pytest.approx(share, abs=SIMULATION)


def test_no_correlation_is_found_as_often_as_the_level_says() -> None:
    assert correlation_power(0.0, 10, alpha=0.05) == pytest.approx(0.05)


def test_other_predictors_cost_a_row_each() -> None:
    assert detectable_r(14, 3) == pytest.approx(detectable_r(12))


def test_a_large_sample_meets_the_normal_approximation() -> None:
    expected = np.tanh((stats.norm.isf(0.025) + stats.norm.isf(0.2)) / np.sqrt(10_000 - 3))
    assert detectable_r(10_000) == pytest.approx(expected, abs=1e-4)


def test_what_no_correlation_reaches_is_nan() -> None:
    assert np.isnan(detectable_r(3, alpha=0.001))


def test_too_few_rows() -> None:
    with pytest.raises(StatisticsError) as caught:
        detectable_r(4, 3)
    assert caught.value.code == "stats.no_residual_df"
