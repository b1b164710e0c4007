"""Rows that repeat earlier rows: held against a comparison of every pair."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.near_duplicates import exact_repeats, near_repeats

Array = NDArray[np.float64]

# Shares are ratios of small integers.
EXACT = 1e-12
FEWEST = 8


def by_all_pairs(data: Array, least: float) -> tuple[list[int], list[float]]:
    """Compare every row with every earlier one."""
    usable = [np.isfinite(row).sum() >= FEWEST and len(np.unique(row[np.isfinite(row)])) > 1 for row in data]
    of, share = [-1] * len(data), [np.nan] * len(data)
    for later in range(len(data)):
        for earlier in range(later):
            there, other = np.isfinite(data[later]), np.isfinite(data[earlier])
            if not (usable[later] and usable[earlier] and (there & other).sum() >= FEWEST):
                continue
            same = float((data[later] == data[earlier]).sum() / (there | other).sum())
            if same >= least - EXACT and not same <= share[later] + EXACT:
                of[later], share[later] = earlier, same
    return of, share


def alike(seed: int) -> Array:
    """Return answers in two categories, of which many rows agree by chance, with gaps and some copies."""
    rng = np.random.default_rng(seed)
    data = rng.integers(1, 3, (120, 13)).astype(float)
    data[rng.random(data.shape) < 0.1] = np.nan
    data[[40, 41, 42]] = data[3]
    data[42, 2] = 3 - data[42, 2]
    return data


@pytest.mark.parametrize("least", [0.7, 0.85, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_blocks_find_every_pair(seed: int, least: float) -> None:
    data = alike(seed)
    found = near_repeats(data, least=least, fewest=FEWEST)
    of, share = by_all_pairs(data, least)
    assert found.of.tolist() == of
    np.testing.assert_allclose(found.share, share, atol=EXACT)


def test_exact_repeats_name_the_first_of_their_kind() -> None:
    data = alike(0)
    found = exact_repeats(data, fewest=FEWEST)
    assert found.of[[40, 41]].tolist() == [3, 3]
    assert found.of[[3, 42]].tolist() == [-1, -1]
    assert found.share[40] == 1


def test_a_gap_is_no_answer_that_two_rows_share() -> None:
    data = np.tile([1.0, 2, 3, 4, 5], (2, 4))
    data[:, :4] = np.nan
    data[1, 4] = 1
    found = near_repeats(data, least=0.9, fewest=10)
    assert found.share[1] == pytest.approx(15 / 16, abs=EXACT)
    data[1, :4] = [1, 2, 3, 4]
    assert near_repeats(data, least=0.7, fewest=10).share[1] == pytest.approx(15 / 20, abs=EXACT)


def test_straight_lines_and_short_rows_are_not_compared() -> None:
    straight = np.full((2, 12), 3.0)
    assert (near_repeats(straight, fewest=10).of == -1).all()
    short = np.tile([1.0, 2, 1, 2, np.nan, np.nan], (2, 1))
    assert (exact_repeats(short, fewest=5).of == -1).all()
    assert exact_repeats(short, fewest=4).of[1] == 0


def test_too_many_candidates_are_said_and_not_compared() -> None:
    data = np.random.default_rng(2).integers(1, 3, (400, 10)).astype(float)
    with pytest.raises(StatisticsError) as caught:
        near_repeats(data, least=0.8, fewest=5, most_pairs=1000)
    assert caught.value.code == "stats.too_many_candidates"


@pytest.mark.parametrize(
    ("data", "code"), [([[1.5, 2.0]], "stats.code_not_integer"), ([[1.0, 300.0]], "stats.scale_too_wide")]
)
def test_only_codes_are_compared(data: list[list[float]], code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        exact_repeats(data)
    assert caught.value.code == code


def test_nothing_answered_repeats_nothing() -> None:
    found = near_repeats(np.full((3, 12), np.nan))
    assert (found.of == -1).all()
    assert np.isnan(found.share).all()
