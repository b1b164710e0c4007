"""Agreement within one target on answers whose value can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.within_agreement import average_deviation, awg, null_variance, rwg, rwg_j, rwg_j_lindell

CLOSED_FORM = 1e-12


@pytest.mark.parametrize(("points", "variance"), [(2, 0.25), (5, 2.0), (6, 35 / 12), (7, 4.0), (10, 8.25)])
def test_the_uniform_null_is_the_variance_of_equally_likely_points(points, variance):
    assert null_variance(range(1, points + 1)) == pytest.approx(variance, abs=CLOSED_FORM)


def test_the_skewed_null_is_that_of_its_published_distribution():
    points, shares = np.arange(1, 6), np.array([0.05, 0.15, 0.20, 0.35, 0.25])
    expected = shares @ points**2 - (shares @ points) ** 2
    assert null_variance(range(1, 6), "slight_skew") == pytest.approx(expected, abs=CLOSED_FORM)
    # Points ten apart: a hundred times the variance.
    assert null_variance(range(0, 50, 10), "slight_skew") == pytest.approx(100 * expected, abs=1e-9)


@pytest.mark.parametrize("codes", [[1, 2, 3, 4], list(range(11)), [1, 2, 3, 5, 6]])
def test_no_skewed_null_is_made_up(codes):
    with pytest.raises(StatisticsError) as caught:
        null_variance(codes, "slight_skew")
    assert caught.value.code == "stats.no_skewed_null"


@pytest.mark.parametrize("codes", [[], [3], [1, 1], [5, 4, 3]])
def test_what_is_no_scale_has_no_null(codes):
    with pytest.raises(StatisticsError) as caught:
        null_variance(codes)
    assert caught.value.code == "stats.null_of_no_scale"


def test_full_agreement_and_none():
    alike, parted = np.full((4, 3), 4.0), np.array([[1.0] * 3, [1.0] * 3, [5.0] * 3, [5.0] * 3])
    assert rwg_j(alike, 2.0) == rwg_j_lindell(alike, 2.0) == awg(alike, lowest=1, highest=5) == 1
    assert average_deviation(alike) == 0
    # Variance 16/3, more than the null's 2: rwg(j) stops at zero, Lindell's goes on, awg is at its least.
    assert rwg_j(parted, 2.0) == rwg(parted[:, 0], 2.0) == 0
    assert rwg_j_lindell(parted, 2.0) == pytest.approx(1 - 8 / 3, abs=CLOSED_FORM)
    assert awg(parted, lowest=1, highest=5) == pytest.approx(-1, abs=CLOSED_FORM)
    assert average_deviation(parted, "median") == 2


def test_rwg_j_of_one_item_is_rwg():
    values = np.array([2.0, 3, 3, 4])
    assert rwg_j(values[:, None], 2.0) == pytest.approx(rwg(values, 2.0), abs=CLOSED_FORM)
    assert rwg(values, 2.0) == pytest.approx(2 / 3, abs=CLOSED_FORM)


def test_awg_leaves_out_an_item_at_the_end_of_its_scale():
    # Three raters, means 4.67 and 3: above 5 - 4/3 nobody could have disagreed fully.
    items = np.array([[5.0, 2], [5, 3], [4, 4]])
    assert awg(items, lowest=1, highest=5) == awg(items[:, 1:], lowest=1, highest=5)
    assert np.isnan(awg(items[:, :1], lowest=1, highest=5))


def test_one_rater_agrees_with_nobody():
    alone = np.array([[3.0, 4.0]])
    found = [rwg(alone[:, 0], 2.0), rwg_j(alone, 2.0), rwg_j_lindell(alone, 2.0), awg(alone, lowest=1, highest=5)]
    assert np.isnan(found).all()
