"""The Gini coefficient against closed forms and its definition over all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.inequality import gini

# Sums of at most a hundred numbers.
ROUNDING = 1e-12

SHARES = st.lists(st.floats(0, 1e12), min_size=2, max_size=100).filter(lambda values: sum(values) > 1e-3)


@pytest.mark.parametrize("n", [2, 3, 10, 100])
def test_closed_forms(n: int) -> None:
    equal, one, ladder = gini(np.full(n, 7.0)), gini([0.0] * (n - 1) + [5.0]), gini(np.arange(1, n + 1))
    assert equal.estimate == pytest.approx(0, abs=ROUNDING)
    assert one.estimate == pytest.approx((n - 1) / n, abs=ROUNDING)
    assert one.corrected == pytest.approx(1, abs=ROUNDING)
    assert ladder.estimate == pytest.approx((n - 1) / (3 * n), abs=ROUNDING)
    assert ladder.corrected == pytest.approx(1 / 3, abs=ROUNDING)
    assert equal.n_values == one.n_values == ladder.n_values == n


def test_an_exponential_distribution_has_one_half() -> None:
    quantiles = -np.log1p(-(np.arange(100_000) + 0.5) / 100_000)
    assert gini(quantiles).estimate == pytest.approx(0.5, abs=1e-4)


@given(values=SHARES)
def test_is_half_the_mean_difference_of_all_pairs_over_the_mean(values: list[float]) -> None:
    shares = np.array(values)
    expected = np.abs(shares[:, None] - shares).mean() / (2 * shares.mean())
    found = gini(values)
    assert found.estimate == pytest.approx(expected, abs=1e-9)
    assert 0 <= found.estimate <= found.corrected <= 1 + ROUNDING


@given(values=SHARES, factor=st.floats(1e-3, 1e3), seed=st.integers(0, 1000))
def test_neither_unit_nor_order_matters(values: list[float], factor: float, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(values) * factor
    assert gini(shuffled).estimate == pytest.approx(gini(values).estimate, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "code", "n_values"),
    [
        ([1.0], "stats.too_few_shares", 1),
        ([], "stats.too_few_shares", 0),
        ([1, -1, 2], "stats.shares_negative", 1),
        ([1, np.nan, np.inf], "stats.shares_negative", 2),
        ([0, 0, 0], "stats.nothing_shared", 3),
    ],
)
def test_what_is_no_set_of_shares(values: Any, code: str, n_values: int) -> None:
    with pytest.raises(StatisticsError) as caught:
        gini(values)
    assert caught.value.code == code
    assert caught.value.params == {"n_values": n_values}
