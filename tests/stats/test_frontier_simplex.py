"""The batched simplex against HiGHS, called for every programme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadsurvey.stats import frontier_simplex
from kadsurvey.stats.frontier_programmes import RETURNS, Returns, radial_score
from kadsurvey.stats.frontier_simplex import stretched_scores

Array = NDArray[np.float64]

# HiGHS is asked for rows within 1e-10 of the unit's amounts, which steep prices magnify a little.
OTHER_SOLVER = 1e-8


def one_by_one(inputs: Array, outputs: Array, stretch: Array, returns: Returns) -> Array:
    """Score every unit of every draw by a programme of its own."""
    units = list(zip(inputs, outputs, strict=True))
    moved = [inputs * row[:, None] for row in stretch]
    return np.array([[radial_score(x, y, used, outputs, returns=returns) for x, y in units] for used in moved])


def smooth(rng: np.random.Generator, n: int, m: int, s: int) -> tuple[Array, Array]:
    return np.exp(rng.normal(size=(n, m))), np.exp(rng.normal(size=(n, s)))


def ties(rng: np.random.Generator, n: int, m: int, s: int) -> tuple[Array, Array]:
    """Draw small whole numbers: many programmes with several solutions, and outputs of zero."""
    outputs = rng.integers(0, 4, (n, s)).astype(np.float64)
    outputs[:, 0] += 1
    outputs[0] += 1
    return rng.integers(1, 5, (n, m)).astype(np.float64), outputs


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    returns=st.sampled_from(RETURNS),
    kind=st.sampled_from([smooth, ties]),
    n=st.integers(2, 15),
    m=st.integers(1, 3),
    s=st.integers(1, 3),
    stretched=st.booleans(),
)
def test_equals_highs(seed: int, returns: Returns, kind: Any, n: int, m: int, s: int, stretched: bool) -> None:
    rng = np.random.default_rng(seed)
    inputs, outputs = kind(rng, n, m, s)
    stretch = 1 / (1 - rng.uniform(0, 0.6, (2, n))) if stretched else np.ones((2, n))
    found = stretched_scores(inputs, outputs, stretch, returns=returns)
    np.testing.assert_allclose(found, one_by_one(inputs, outputs, stretch, returns), atol=OTHER_SOLVER)


@pytest.mark.parametrize("returns", RETURNS)
def test_equals_highs_for_many_units(returns: Returns) -> None:
    rng = np.random.default_rng(1)
    inputs, outputs = smooth(rng, 60, 2, 1)
    stretch = 1 / (1 - rng.uniform(0, 0.6, (3, 60)))
    found = stretched_scores(inputs, outputs, stretch, returns=returns)
    np.testing.assert_allclose(found, one_by_one(inputs, outputs, stretch, returns), atol=OTHER_SOLVER)


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("steps", [(0, 400), (3, 3), (0, 1)])
def test_bland_and_highs_take_over(steps: tuple[int, int], returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    # Bland's rule from the first step; HiGHS for what three steps, or one, have not solved.
    rng = np.random.default_rng(2)
    inputs, outputs = ties(rng, 12, 2, 2)
    stretch = 1 / (1 - rng.uniform(0, 0.6, (3, 12)))
    plain = stretched_scores(inputs, outputs, stretch, returns=returns)
    monkeypatch.setattr(frontier_simplex, "STEEPEST", steps[0])
    monkeypatch.setattr(frontier_simplex, "MOST_STEPS", steps[1])
    found = stretched_scores(inputs, outputs, stretch, returns=returns)
    np.testing.assert_allclose(found, plain, atol=OTHER_SOLVER)


def test_the_size_of_the_blocks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    inputs, outputs = smooth(rng, 10, 2, 2)
    stretch = 1 / (1 - rng.uniform(0, 0.6, (7, 10)))
    whole = stretched_scores(inputs, outputs, stretch, returns="vrs")
    monkeypatch.setattr(frontier_simplex, "BLOCK", 25)
    np.testing.assert_array_equal(stretched_scores(inputs, outputs, stretch, returns="vrs"), whole)


@pytest.mark.parametrize("returns", RETURNS)
def test_all_stretched_alike_score_alike_higher(returns: Returns) -> None:
    inputs, outputs = smooth(np.random.default_rng(4), 10, 2, 2)
    plain, tripled = stretched_scores(inputs, outputs, np.array([[1.0], [3.0]]) * np.ones(10), returns=returns)
    np.testing.assert_allclose(tripled, 3 * plain, rtol=1e-10)
