"""Mahalanobis distance: R's on complete rows and with gaps at the mean; by each row's own submatrix otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.correlation import common_scatter
from kadsurvey.stats.mahalanobis import mahalanobis
from tests.reference_numbers import load, vector
from tests.stats.test_careless import SETS, answers

# Closed forms on both sides; distances run to 100.
EXACT = 1e-8
REFERENCE = load("t10_careless")


@pytest.mark.parametrize("name", SETS)
def test_with_gaps_at_the_mean_it_is_rs(name: str) -> None:
    data, _ = answers(name)
    found = mahalanobis(data, missing="mean")
    np.testing.assert_allclose(found.squared, vector(REFERENCE[name]["mahad_psych_outlier"]), atol=EXACT)
    beyond = found.squared > stats.chi2.ppf(0.99, data.shape[1])
    assert beyond.tolist() == REFERENCE[name]["mahad_flag_99"]
    np.testing.assert_array_equal(found.p_value < 0.01, beyond)


@pytest.mark.parametrize("name", SETS)
def test_of_complete_rows_it_is_rs(name: str) -> None:
    data, _ = answers(name)
    complete = np.isfinite(data).all(axis=1)
    theirs = vector(REFERENCE[name]["mahalanobis_complete"])[complete]
    np.testing.assert_allclose(mahalanobis(data[complete]).squared, theirs, atol=EXACT)


def test_a_row_is_as_far_as_the_items_it_answered() -> None:
    rng = np.random.default_rng(4)
    data = rng.integers(1, 6, (300, 9)).astype(float) + rng.normal(size=(300, 1))
    data[rng.random(data.shape) < 0.35] = np.nan
    found = mahalanobis(data)
    n_obs, products, _ = common_scatter(data)
    covariance, mean = products / (n_obs - 1), np.nanmean(data, axis=0)
    for row, squared, df in zip(data, found.squared, found.df, strict=True):
        there = np.isfinite(row)
        apart = (row - mean)[there]
        assert df == there.sum()
        if df:
            expected = apart @ np.linalg.solve(covariance[np.ix_(there, there)], apart)
            assert squared == pytest.approx(expected, abs=EXACT)


def test_the_p_value_is_that_of_normal_answers() -> None:
    data = np.random.default_rng(7).normal(size=(20_000, 6))
    p = mahalanobis(data).p_value
    # 20,000 rows: two standard errors of a share of .05 are .003.
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.003)


def test_a_row_without_answers_has_no_distance() -> None:
    data = np.random.default_rng(1).normal(size=(20, 3))
    data[4] = np.nan
    for missing in ("observed", "mean"):
        found = mahalanobis(data, missing=missing)  # type: ignore[arg-type]
        assert np.isnan(found.squared[4])
        assert np.isnan(found.p_value[4])
        assert found.df[4] == 0


def test_items_that_say_the_same_have_no_distance() -> None:
    data = np.random.default_rng(1).normal(size=(20, 2))
    with pytest.raises(StatisticsError) as caught:
        mahalanobis(np.column_stack([data, data[:, 0]]))
    assert caught.value.code == "stats.not_positive_definite"


def test_fewer_rows_than_items_have_no_distance() -> None:
    with pytest.raises(StatisticsError):
        mahalanobis(np.random.default_rng(1).normal(size=(4, 6)))
