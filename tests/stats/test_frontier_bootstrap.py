"""The smoothed bootstrap of efficiency scores against a closed form, its definition and the properties it must have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.frontier import radial_scores
from kadsurvey.stats.frontier_bootstrap import bootstrap_frontier, reflected_bandwidth, smoothed_draws
from kadsurvey.stats.frontier_programmes import RETURNS, Returns

Array = NDArray[np.float64]

# The same draws through a closed form and through the simplex.
CLOSED_FORM = 1e-9
# Means and variances of 20,000 x 8 draws: their standard errors are .003 and less.
SIMULATION = 0.012


def studied(n: int = 15, seed: int = 1, n_inputs: int = 2) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(1, 9, (n, n_inputs))
    outputs = np.prod(inputs, axis=1, keepdims=True) ** (0.6 / n_inputs) * np.exp(
        -0.4 * np.abs(rng.normal(size=(n, 1)))
    )
    return inputs, outputs


def test_equals_the_closed_form_of_one_input_and_output_under_constant_returns() -> None:
    inputs, outputs = studied(n_inputs=1)
    found = bootstrap_frontier(inputs, outputs, returns="crs", draws=300, bandwidth=0.05, seed=7)
    distance = 1 / radial_scores(inputs, outputs, returns="crs")
    drawn = smoothed_draws(distance, 0.05, draws=300, rng=np.random.default_rng(7))
    # A unit's distance is the best ratio of output to input, of units moved to the drawn distances, over its own.
    ratio = (outputs / inputs)[:, 0]
    distances = (ratio * distance / drawn).max(axis=1, keepdims=True) / ratio
    mean = distances.mean(axis=0)
    np.testing.assert_allclose(found.corrected, 1 / (2 * distance - mean), atol=CLOSED_FORM)
    np.testing.assert_allclose(found.bias, found.score - found.corrected, atol=CLOSED_FORM)
    low, high = np.quantile(distances, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(found.ci_low, 1 / (2 * distance - low), atol=CLOSED_FORM)
    np.testing.assert_allclose(found.ci_high, 1 / (2 * distance - high), atol=CLOSED_FORM)
    ratio = (mean - distance) ** 2 / (3 * distances.var(axis=0, ddof=1))
    np.testing.assert_allclose(found.bias_ratio, ratio, rtol=1e-6)
    assert found.correction_helps.tolist() == (ratio > 1).tolist()


@pytest.mark.parametrize("returns", RETURNS)
def test_the_truth_is_never_above_the_score(returns: Returns) -> None:
    found = bootstrap_frontier(*studied(), returns=returns, draws=200, seed=1)
    np.testing.assert_array_equal(found.score, radial_scores(*studied(), returns=returns))
    assert np.all((found.corrected > 0) & (found.corrected < found.score))
    assert np.all((found.ci_low > 0) & (found.ci_low < found.ci_high) & (found.ci_high <= found.score))
    assert np.all((found.ci_low < found.corrected) & (found.corrected < found.ci_high))
    assert (found.n_units, found.draws, found.returns, found.confidence) == (15, 200, returns, 0.95)
    assert found.n_inefficient == int(np.sum(found.score < 1))
    assert found.bandwidth == reflected_bandwidth(1 / found.score)


def test_repeats_with_the_seed_and_narrows_with_the_confidence() -> None:
    first, again, other = (bootstrap_frontier(*studied(), draws=200, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.corrected, again.corrected)
    assert np.any(first.corrected != other.corrected)
    narrow = bootstrap_frontier(*studied(), draws=200, confidence=0.5, seed=1)
    assert np.all((narrow.ci_low > first.ci_low) & (narrow.ci_high < first.ci_high))


def test_no_result_depends_on_units_of_measure() -> None:
    inputs, outputs = studied()
    plain = bootstrap_frontier(inputs, outputs, draws=200, seed=1)
    found = bootstrap_frontier(inputs * np.array([1e11, 3]), outputs * 1e-3, draws=200, seed=1)
    for name in ("score", "corrected", "ci_low", "ci_high"):
        np.testing.assert_allclose(getattr(found, name), getattr(plain, name), atol=CLOSED_FORM)


def test_bandwidth_by_hand() -> None:
    distance = np.array([1.0, 1, 1.2, 1.4, 1.8])
    reflected = np.array([1.2, 1.4, 1.8, 0.8, 0.6, 0.2])
    # Quartiles of the six are .65 and 1.35; .7 / 1.349 is less than their standard deviation of .59.
    rule = 0.9 * 0.7 / 1.349 * 6**-0.2
    expected = rule * (6 / 5) ** 0.2 * np.std(distance, ddof=1) / np.std(reflected, ddof=1)
    assert reflected_bandwidth(distance) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("bandwidth", [1e-6, 0.1, 0.5])
def test_draws_have_the_spread_of_the_distances(bandwidth: float) -> None:
    distance = np.array([1.0, 1, 1.1, 1.2, 1.3, 1.5, 1.8, 2])
    drawn = smoothed_draws(distance, bandwidth, draws=20_000, rng=np.random.default_rng(1))
    assert drawn.min() >= 1
    # Reflected at 1 the draws have the second moment of the reflected distances, whatever the bandwidth.
    assert np.mean((drawn - 1) ** 2) == pytest.approx(np.mean((distance - 1) ** 2), abs=SIMULATION)
    if bandwidth < 0.01:
        assert np.mean(drawn) == pytest.approx(np.mean(distance), abs=SIMULATION)


def test_more_units_leave_less_bias() -> None:
    few, many = (bootstrap_frontier(*studied(n, n_inputs=1), draws=200, seed=1).bias.mean() for n in (15, 120))
    # Bias shrinks with n^(-2/3) for one input and output: to a quarter here, as far as the rate has set in.
    assert many < few / 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"draws": 99}, "stats.bootstrap_too_short"),
        ({"confidence": 1.0}, "stats.confidence_not_share"),
        ({"confidence": 95}, "stats.confidence_not_share"),
        ({"bandwidth": 0.0}, "stats.bandwidth_not_positive"),
        ({"bandwidth": float("nan")}, "stats.bandwidth_not_positive"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        bootstrap_frontier(*studied(), seed=1, **options)
    assert caught.value.code == code


def test_without_inefficiency_there_is_nothing_to_draw() -> None:
    with pytest.raises(StatisticsError) as caught:
        bootstrap_frontier([[1], [2], [4]], [[1], [2], [3]], seed=1)
    assert caught.value.code == "stats.too_few_inefficient"
    assert caught.value.params == {"n_inefficient": 0, "n_units": 3}


def test_amounts_and_returns_are_checked() -> None:
    with pytest.raises(StatisticsError) as caught:
        bootstrap_frontier([[1], [-2]], [[1], [2]], seed=1)
    assert caught.value.code == "stats.input_not_positive"
    with pytest.raises(ArgumentError):
        bootstrap_frontier(*studied(), returns="drs", seed=1)  # type: ignore[arg-type]
