"""Ranks with their uncertainty against closed forms and against draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.stats.ranking import rank_probabilities, superiority

ROUNDING = 1e-12
# 100 points of Gauss-Legendre; errors are largest in the tails.
QUADRATURE = 1e-5
DRAWS = 200_000
# Four standard errors of a share among so many draws.
CHANCE = 4 * 0.5 / DRAWS**0.5


def test_two_units_have_the_closed_form():
    values, errors = np.array([60.0, 55.0]), np.array([3.0, 4.0])
    above = stats.norm.cdf(1.0)
    np.testing.assert_allclose(superiority(values, errors), [[0.5, above], [1 - above, 0.5]], rtol=ROUNDING)
    np.testing.assert_allclose(
        rank_probabilities(values, errors), [[above, 1 - above], [1 - above, above]], atol=QUADRATURE
    )


def test_units_that_are_alike_may_have_any_rank():
    np.testing.assert_allclose(rank_probabilities(np.full(5, 50.0), np.full(5, 2.0)), 0.2, atol=QUADRATURE)


def test_expected_ranks_follow_from_pairs():
    rng = np.random.default_rng(1)
    values, errors = rng.normal(60, 5, 9), rng.uniform(1, 6, 9)
    probabilities = rank_probabilities(values, errors)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=ROUNDING)
    np.testing.assert_allclose(probabilities.sum(axis=0), 1, atol=10 * QUADRATURE)
    above = superiority(values, errors)
    expected = 1 + (1 - above).sum(axis=1) - 0.5
    np.testing.assert_allclose(probabilities @ np.arange(1, 10), expected, atol=100 * QUADRATURE)


def test_probabilities_equal_shares_among_draws():
    rng = np.random.default_rng(2)
    values, errors = np.array([60.0, 58, 57, 50]), np.array([2.0, 5, 1, 4])
    drawn = rng.normal(values, errors, size=(DRAWS, 4))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1)
    shares = np.array([np.bincount(ranks[:, unit], minlength=4) for unit in range(4)]) / DRAWS
    np.testing.assert_allclose(rank_probabilities(values, errors), shares, atol=CHANCE)


def test_ranks_do_not_depend_on_the_order_of_units():
    values, errors = np.array([60.0, 58, 57, 50]), np.array([2.0, 5, 1, 4])
    turned = rank_probabilities(values[::-1], errors[::-1])[::-1]
    assert turned == pytest.approx(rank_probabilities(values, errors), abs=ROUNDING)
