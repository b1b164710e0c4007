"""Delete-one-cluster errors: where the closed form is known, and what happens where a replicate is undefined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.jackknife import delete_one

CLOSED_FORM = 1e-12


def without_each(values: np.ndarray) -> np.ndarray:
    """Return the mean without each value, a column."""
    return ((values.sum() - values) / (len(values) - 1))[:, None]


def test_the_error_of_a_mean_is_its_textbook_error() -> None:
    values = np.random.default_rng(1).normal(size=15)
    found = delete_one([values.mean()], without_each(values))
    error = values.std(ddof=1) / np.sqrt(15)
    assert found.std_error[0] == pytest.approx(error, abs=CLOSED_FORM)
    half = stats.t.ppf(0.975, 14) * error
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx((values.mean() - half, values.mean() + half))
    assert found.df == 14


def test_intervals_stay_where_the_estimate_can_be() -> None:
    parts = np.array([[0.98], [0.90], [0.99], [0.70]])
    correlation = delete_one([0.95], parts, scale="correlation")
    reliability = delete_one([0.95], parts, scale="reliability")
    plain = delete_one([0.95], parts)
    assert plain.ci_high[0] > 1
    assert correlation.ci_high[0] < 1
    assert reliability.ci_high[0] < 1
    # The standard error is that of the estimate itself, whatever the interval's scale.
    assert correlation.std_error == reliability.std_error == plain.std_error


def test_interval_on_fishers_z_is_symmetric_there() -> None:
    found = delete_one([0.5], np.array([[0.4], [0.55], [0.6]]), scale="correlation")
    low, high = np.arctanh([found.ci_low[0], found.ci_high[0]])
    assert (low + high) / 2 == pytest.approx(np.arctanh(0.5), abs=CLOSED_FORM)


def test_an_undefined_replicate_withholds_error_and_interval_of_that_estimate_only() -> None:
    parts = np.array([[0.5, 0.4], [np.nan, 0.5], [0.6, 0.6]])
    found = delete_one([0.55, 0.5], parts, scale="correlation")
    assert np.isnan([found.std_error[0], found.ci_low[0], found.ci_high[0]]).all()
    assert np.isfinite([found.std_error[1], found.ci_low[1], found.ci_high[1]]).all()


def test_a_replicate_outside_the_scale_withholds_the_interval() -> None:
    found = delete_one([0.9], np.array([[0.8], [1.0], [0.9]]), scale="correlation")
    assert np.isnan(found.ci_high[0])


def test_one_cluster_has_no_spread() -> None:
    with pytest.raises(StatisticsError) as caught:
        delete_one([0.5], np.array([[0.5]]))
    assert caught.value.code == "stats.single_cluster"


def test_intervals_cover_what_is_true() -> None:
    """Means of 12 clusters of 20 alike answers: the jackknife knows it, the rows taken as independent do not."""
    rng = np.random.default_rng(7)
    covered = naive = 0
    for _ in range(400):
        means = rng.normal(0, np.sqrt(0.2 + 0.8 / 20), 12)
        found = delete_one([means.mean()], without_each(means))
        covered += found.ci_low[0] < 0 < found.ci_high[0]
        naive += abs(means.mean()) < 1.96 / np.sqrt(240)
    # Binomial(400, .95): fewer than 360 or more than 396 happens less than once in 10,000 runs.
    assert 360 <= covered <= 396
    assert naive < 300
