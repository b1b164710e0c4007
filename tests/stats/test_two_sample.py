"""The permutation test of two means against full enumeration and SciPy's own."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.two_sample import mean_difference

# The two programs sum the same shares in another order.
ROUNDING = 1e-12
# Four standard errors of a share of .05 in 9,999 draws.
CHANCE = 4 * (0.05 * 0.95 / 9999) ** 0.5


@pytest.mark.parametrize(("n_first", "n_second"), [(1, 5), (3, 4), (7, 3), (5, 5)])
def test_equals_the_enumeration_of_all_ways(n_first: int, n_second: int) -> None:
    values = np.random.default_rng(n_first).normal(size=n_first + n_second)
    first, second = values[:n_first], values[n_first:]
    observed = abs(first.mean() - second.mean())
    differences = []
    for chosen in combinations(range(len(values)), n_first):
        rest = [i for i in range(len(values)) if i not in chosen]
        differences.append(abs(values[list(chosen)].mean() - values[rest].mean()))
    expected = np.mean(np.array(differences) >= observed * (1 - 1e-9))
    found = mean_difference(first, second, seed=1)
    assert found.p_value == pytest.approx(expected, abs=ROUNDING)
    assert found.difference == pytest.approx(first.mean() - second.mean())
    assert (found.enumerated, found.draws) == (True, len(differences))


def test_equals_scipy_on_money() -> None:
    rng = np.random.default_rng(7)
    first, second = rng.lognormal(22, 1, size=6), rng.lognormal(22.8, 1, size=12)
    exact = stats.permutation_test(
        (first, second), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), vectorized=True, n_resamples=np.inf
    )
    # SciPy doubles the smaller tail: the same as ours only where the tails mirror each other, so tails are added here.
    tails = np.mean(np.abs(exact.null_distribution) >= abs(exact.statistic) * (1 - 1e-9))
    assert mean_difference(first, second, seed=1).p_value == pytest.approx(tails, abs=ROUNDING)


def test_random_ways_come_near_the_exact_share() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=40)
    values[:20] += 0.62
    found = mean_difference(values[:20], values[20:], seed=5)
    assert (found.enumerated, found.draws) == (False, 9999)
    # Pitman's test and Student's agree to the second digit for samples of this size.
    student = stats.ttest_ind(values[:20], values[20:]).pvalue
    assert found.p_value == pytest.approx(student, abs=CHANCE + 0.002)
    assert mean_difference(values[:20], values[20:], seed=5) == found


def test_equal_values_differ_in_nothing() -> None:
    assert mean_difference(np.ones(3), np.ones(4), seed=1).p_value == 1.0


def test_an_empty_sample_is_refused() -> None:
    with pytest.raises(StatisticsError, match="no value"):
        mean_difference(np.array([]), np.ones(3), seed=1)
