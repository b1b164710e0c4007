"""The permutation test of two means against full enumeration and SciPy's own."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.two_sample import difference_within, mean_difference

# The two programs sum the same shares in another order.
ROUNDING = 1e-12
# Four standard errors of a share of .05 in 9,999 draws.
CHANCE = 4 * (0.05 * 0.95 / 9999) ** 0.5
DRAWN = 0.012  # two sets of 20,000 draws near p = .1, and the normal limit of samples of 32


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


def test_strata_equal_the_enumeration_of_all_ways_of_each() -> None:
    rng = np.random.default_rng(4)
    strata, first = np.repeat([0, 1, 2], [5, 4, 3]), np.array([1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
    values = rng.normal(size=12) + 3 * strata
    # The last stratum has one sample only and says nothing.
    totals = []
    for one, two in product(combinations(range(5), 2), combinations(range(5, 9), 3)):
        parts = [_weighted(values[:5], one, 0), _weighted(values[5:9], two, 5)]
        totals.append(sum(parts))
    observed = _weighted(values[:5], (0, 1), 0) + _weighted(values[5:9], (5, 6, 7), 5)
    found = difference_within(values, first, strata, seed=1)
    assert found.enumerated
    assert found.draws == 40
    assert found.p_value == pytest.approx(np.mean(np.abs(totals) >= abs(observed) * (1 - 1e-9)), abs=ROUNDING)
    design = np.column_stack([first, *(strata == stratum for stratum in range(3))]).astype(float)
    assert found.difference == pytest.approx(np.linalg.lstsq(design, values)[0][0], abs=1e-10)


def _weighted(values: np.ndarray, chosen: tuple[int, ...], start: int) -> float:
    own = np.isin(np.arange(len(values)) + start, chosen)
    size = own.sum() * (~own).sum() / len(values)
    return float(size * (values[own].mean() - values[~own].mean()))


def test_one_stratum_is_the_test_of_two_means() -> None:
    values, first = np.random.default_rng(6).normal(size=9), np.arange(9) < 4
    within = difference_within(values, first, np.zeros(9), seed=1)
    plain = mean_difference(values[first], values[~first], seed=1)
    assert within.p_value == plain.p_value
    assert within.difference == pytest.approx(plain.difference, abs=ROUNDING)


def test_random_ways_of_strata_come_near_all_of_them() -> None:
    values = np.random.default_rng(7).normal(size=20)
    first, strata = np.tile([True, False], 10), np.repeat([0, 1], 10)
    exact = difference_within(values, first, strata, seed=1)
    assert exact.enumerated
    # A third stratum of answers alike adds ways, and no difference.
    more = np.append(values, np.zeros(6)), np.append(first, first[:6]), np.append(strata, np.full(6, 2))
    drawn = difference_within(*more, seed=1)
    assert not drawn.enumerated
    assert drawn.draws == 9999
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * (exact.p_value / 9999) ** 0.5)


def test_strata_of_one_sample_each_cannot_be_tested() -> None:
    with pytest.raises(StatisticsError) as caught:
        difference_within(np.arange(4.0), np.array([True, True, False, False]), np.array([1, 1, 2, 2]), seed=1)
    assert caught.value.code == "stats.empty_sample"


def test_sums_of_large_samples_have_the_spread_of_permuted_ones(monkeypatch) -> None:
    rng = np.random.default_rng(6)
    values, first = rng.exponential(size=160), rng.random(160) < 0.4
    values[first] += 0.25
    strata = np.repeat([0, 1], 80)
    normal = difference_within(values, first, strata, draws=20_000, seed=1)
    monkeypatch.setattr("kadsurvey.stats.two_sample.NORMAL_FROM", 1_000)
    permuted = difference_within(values, first, strata, draws=20_000, seed=1)
    assert normal.difference == permuted.difference
    monkeypatch.setattr("kadsurvey.stats.two_sample.NORMAL_FROM", 20)
    limit = difference_within(values, first, strata, draws=20_000, seed=1)
    assert limit.p_value == pytest.approx(permuted.p_value, abs=DRAWN)
