"""The wild cluster bootstrap against R's full enumeration and against refitting every sample."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.wild import WILD_WEIGHTS, WildWeights, wild_cluster_test
from tests.reference_numbers import load
from tests.stats.regression_data import respondents

Array = NDArray[np.float64]

# Closed form for each sample.
CLOSED_FORM = 1e-8

RADEMACHER = (-1.0, 1.0)
WEBB = tuple(sign * np.sqrt(size) for sign in (-1, 1) for size in (0.5, 1.0, 1.5))


def refitted(y: Array, X: Array, clusters: NDArray[Any], column: int, null: float, points: tuple[float, ...]) -> float:
    """Return the symmetric p by fitting every bootstrap sample anew."""
    labels, code = np.unique(clusters, return_inverse=True)
    n, k = X.shape
    factor = len(labels) / (len(labels) - 1) * (n - 1) / (n - k)
    bread = np.linalg.inv(X.T @ X)

    def t_of(outcome: Array) -> float:
        b = bread @ X.T @ outcome
        scores = np.array([X[code == g].T @ (outcome - X @ b)[code == g] for g in range(len(labels))])
        return float((b[column] - null) / np.sqrt(factor * (bread @ scores.T @ scores @ bread)[column, column]))

    others = np.delete(X, column, axis=1)
    base = y - null * X[:, column]
    fitted = others @ np.linalg.lstsq(others, base)[0] + null * X[:, column]
    sample = abs(t_of(y))
    draws = [
        abs(t_of(fitted + np.array(v)[code] * (y - fitted))) for v in itertools.product(points, repeat=len(labels))
    ]
    return float(np.mean(np.array(draws) >= sample - 1e-8))


@pytest.mark.parametrize(
    ("node", "predictors", "term"),
    [
        ("cluster_few8", ["trust", "norm", "network", "ngo", "log_pop"], "network"),
        ("few8_wild_logpop", ["trust", "log_pop"], "log_pop"),
    ],
)
def test_equals_enumeration_in_r(node: str, predictors: list[str], term: str) -> None:
    expected = load("t08_regression")[node]["wild_cluster_bootstrap"]
    contrast = np.array([0.0, *(name == term for name in predictors)])
    found = wild_cluster_test(*respondents(predictors, bodies=8), contrast, weights="rademacher", seed=1)
    assert found.enumerated
    assert found.draws == expected["draws"]
    assert found.statistic == pytest.approx(expected["t"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p_symmetric_ge"], abs=CLOSED_FORM)


def small_study(n_clusters: int, seed: int = 4) -> tuple[Array, Array, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), rng.integers(3, 9, n_clusters))
    level = rng.normal(size=n_clusters)[clusters]
    X = np.column_stack([np.ones(len(clusters)), rng.normal(size=n_clusters)[clusters], rng.normal(size=len(clusters))])
    return 0.5 * X[:, 1] + level + rng.normal(size=len(clusters)), X, clusters


@pytest.mark.parametrize("column", [1, 2])
@pytest.mark.parametrize("null", [0.0, 0.7])
@pytest.mark.parametrize(("weights", "points", "n_clusters"), [("rademacher", RADEMACHER, 7), ("webb", WEBB, 4)])
def test_equals_refitting_every_sample(
    column: int, null: float, weights: WildWeights, points: tuple[float, ...], n_clusters: int
) -> None:
    y, X, clusters = small_study(n_clusters)
    found = wild_cluster_test(y, X, clusters, np.eye(3)[column], null=null, weights=weights, seed=0)
    assert found.enumerated
    assert found.p_value == pytest.approx(refitted(y, X, clusters, column, null, points), abs=CLOSED_FORM)


def test_limits_are_where_p_crosses_alpha() -> None:
    y, X, clusters = small_study(9)
    options: dict[str, Any] = {"weights": "rademacher", "seed": 0}
    found = wild_cluster_test(y, X, clusters, np.eye(3)[2], **options)
    assert np.isfinite([found.ci_low, found.ci_high]).all()
    step = 1e-6 * found.std_error
    for limit, inward in ((found.ci_low, step), (found.ci_high, -step)):
        inside = wild_cluster_test(y, X, clusters, np.eye(3)[2], null=limit + inward, **options)
        outside = wild_cluster_test(y, X, clusters, np.eye(3)[2], null=limit - inward, **options)
        assert inside.p_value > 0.05 >= outside.p_value


def test_five_rademacher_clusters_reject_nothing() -> None:
    y, X, clusters = small_study(5)
    found = wild_cluster_test(y, X, clusters, np.eye(3)[2], weights="rademacher", seed=0)
    assert found.smallest_p == 2.0**-4
    assert found.p_value >= found.smallest_p
    assert (found.ci_low, found.ci_high) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("n_clusters", "weights", "enumerated"), [(5, "webb", True), (9, "webb", False), (10, "rademacher", True)]
)
def test_auto_weights(n_clusters: int, weights: str, enumerated: bool) -> None:
    found = wild_cluster_test(*small_study(n_clusters), np.eye(3)[2], seed=0)
    assert (found.weights, found.enumerated) == (weights, enumerated)


def test_draws_come_near_the_enumeration_and_repeat_with_the_seed() -> None:
    y, X, clusters = small_study(11)
    exact = wild_cluster_test(y, X, clusters, np.eye(3)[1], seed=0)
    drawn = [wild_cluster_test(y, X, clusters, np.eye(3)[1], draws=1999, seed=seed) for seed in (1, 1, 2)]
    assert exact.enumerated
    assert not drawn[0].enumerated
    standard_error = np.sqrt(exact.p_value * (1 - exact.p_value) / 1999)
    assert drawn[0].p_value == pytest.approx(exact.p_value, abs=4 * standard_error)
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert drawn[0].smallest_p == 1 / 2000


def test_a_contrast_is_the_coefficient_of_the_turned_design() -> None:
    y, X, clusters = small_study(8)
    turned = np.column_stack([X[:, 0], X[:, 1], X[:, 2] - X[:, 1]])  # its second coefficient is b1 + b2
    first = wild_cluster_test(y, X, clusters, np.array([0.0, 1, 1]), weights="rademacher", seed=0)
    second = wild_cluster_test(y, turned, clusters, np.array([0.0, 1, 0]), weights="rademacher", seed=0)
    assert first.estimate == pytest.approx(second.estimate)
    assert first.p_value == second.p_value
    assert first.ci_low == pytest.approx(second.ci_low)


def test_refuses() -> None:
    y, X, clusters = small_study(6)
    with pytest.raises(StatisticsError) as caught:
        wild_cluster_test(y, X, np.zeros(len(y)), np.eye(3)[1], seed=0)
    assert caught.value.code == "stats.single_cluster"
    with pytest.raises(StatisticsError) as caught:
        wild_cluster_test(y, X, clusters, np.zeros(3), seed=0)
    assert caught.value.code == "stats.contrast_empty"
    with pytest.raises(StatisticsError) as caught:
        wild_cluster_test(y, X, clusters[1:], np.eye(3)[1], seed=0)
    assert caught.value.code == "stats.lengths_differ"
    with pytest.raises(StatisticsError) as caught:
        wild_cluster_test(np.zeros(len(y)), X, clusters, np.eye(3)[1], seed=0)
    assert caught.value.code == "stats.no_residual_variance"
    with pytest.raises(ArgumentError, match=WILD_WEIGHTS[1]):
        wild_cluster_test(y, X, clusters, np.eye(3)[1], weights="mammen", seed=0)  # type: ignore[arg-type]
