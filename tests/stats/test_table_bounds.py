"""How closely sums bound a hidden cell: closed forms of two cells, and vertices enumerated for more."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadsurvey.stats.table_bounds import feasible_widths, stay_uncertain

# HiGHS holds constraints to 1e-7; values are of the order of 100.
SOLVER = 1e-5
ENDLESS = 1e9


def vertices(published: np.ndarray, totals: np.ndarray, upper: float) -> list[np.ndarray]:
    """Return the corners of all tables that agree with the sums, by setting cells to their limits."""
    n, rank = published.shape[1], np.linalg.matrix_rank(published) if len(published) else 0
    found = []
    for free in combinations(range(n), int(rank)):
        others = [cell for cell in range(n) if cell not in free]
        for ends in product((0.0, upper), repeat=len(others)):
            table = np.zeros(n)
            table[others] = ends
            if free:
                own = published[:, free]
                table[list(free)] = np.linalg.lstsq(own, totals - published @ table, rcond=None)[0]
            if np.allclose(published @ table, totals) and (table > -1e-9).all() and (table < upper + 1e-9).all():
                found.append(table)
    return found


@pytest.mark.parametrize(("first", "second"), [(20.0, 30.0), (80.0, 60.0), (0.0, 0.0), (100.0, 40.0), (50.0, 50.0)])
def test_two_cells_of_a_known_sum_have_the_width_of_what_both_can_give(first: float, second: float) -> None:
    total = first + second
    wanted = min(100.0, total) - max(0.0, total - 100.0)
    found = feasible_widths(np.ones((1, 2)), np.eye(2), np.array([first, second]), enough=ENDLESS)
    assert found == pytest.approx([wanted, wanted], abs=SOLVER)


def test_with_nothing_published_a_cell_may_be_anything() -> None:
    values = np.array([0.0, 70.0, 100.0])
    assert feasible_widths(np.zeros((0, 3)), np.eye(3), values, enough=ENDLESS) == pytest.approx([100.0] * 3)


def test_a_sum_that_is_published_in_parts_is_known() -> None:
    published = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 2.0], [1.0, 1.0, 1.0]])
    targets = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    found = feasible_widths(published, targets, np.array([30.0, 40.0, 50.0]), enough=ENDLESS)
    assert found == pytest.approx([0.0, 0.0, 70.0], abs=SOLVER)
    assert not stay_uncertain(published, targets, np.array([30.0, 40.0, 50.0]), by=1.0)
    assert stay_uncertain(published, targets[2:], np.array([30.0, 40.0, 50.0]), by=70.0 - SOLVER)
    assert stay_uncertain(published, targets[:0], np.array([30.0, 40.0, 50.0]), by=1.0)


def test_values_outside_the_limits_are_limits_themselves() -> None:
    found = feasible_widths(np.zeros((0, 2)), np.eye(2), np.array([-10.0, 120.0]), enough=ENDLESS)
    assert found == pytest.approx([110.0, 120.0])


SMALL = st.integers(0, 3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.lists(SMALL, min_size=4, max_size=4), min_size=0, max_size=2),
    values=st.lists(st.integers(0, 10), min_size=4, max_size=4),
    target=st.lists(SMALL, min_size=4, max_size=4).filter(any),
    enough=st.sampled_from([1.0, 5.0, ENDLESS]),
)
def test_widths_are_those_of_the_corners(
    rows: list[list[int]], values: list[int], target: list[int], enough: float
) -> None:
    published, cells = np.array(rows, dtype=float).reshape(len(rows), 4), np.array(values, dtype=float)
    row = np.array([target], dtype=float)
    reached = [float(table @ row[0]) for table in vertices(published, published @ cells, 10.0)]
    wanted = max(reached) - min(reached)
    found = float(feasible_widths(published, row, cells, enough=enough, upper=10.0)[0])
    # What is uncertain enough is only told to be so.
    assert found <= wanted + SOLVER
    assert found >= min(enough, wanted) - SOLVER
    if abs(wanted - enough) > SOLVER:
        assert stay_uncertain(published, row, cells, by=enough, upper=10.0) == (wanted > enough)
