"""Random intercepts against lme4 and lmerTest, and against the likelihood written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.mixed import random_intercepts
from tests.reference_numbers import load, matrix
from tests.stats.regression_data import labels, respondents

Array = NDArray[np.float64]

# lme4 stops its optimiser some digits before the optimum.
ESTIMATE = 1e-5
VARIANCE = 1e-4
# Both differentiate numerically; found 1e-5.
DEGREES_OF_FREEDOM = 1e-4

MODELS = {
    "lmer_body": (["trust", "norm", "network", "ngo", "log_pop"], False, ["body", "Residual"]),
    "lmer_body_region": (["trust", "norm", "network", "ngo"], True, ["body", "region", "Residual"]),
}


@pytest.mark.parametrize("node", MODELS)
def test_equals_lmertest(node: str) -> None:
    predictors, nested, components = MODELS[node]
    expected = load("t08_regression")[node]
    within = labels("coop_regression_respondents", "region") if nested else None
    found = random_intercepts(*respondents(predictors), within=within)
    table = matrix(expected["REML_coef_satterthwaite"])
    np.testing.assert_allclose(found.estimate, table[:, 0], rtol=10 * ESTIMATE, atol=ESTIMATE)
    np.testing.assert_allclose(found.std_error, table[:, 1], rtol=ESTIMATE)
    np.testing.assert_allclose(found.df, table[:, 2], rtol=DEGREES_OF_FREEDOM)
    np.testing.assert_allclose(found.p_value, table[:, 4], atol=1e-4)
    np.testing.assert_allclose(found.variances, [expected["varcomp"][name] for name in components], rtol=VARIANCE)
    assert found.log_likelihood == pytest.approx(expected["logLik_REML"], abs=1e-6)
    assert found.aic == pytest.approx(expected["AIC_REML"], abs=1e-5)
    assert found.r2_marginal == pytest.approx(expected["R2_nakagawa"]["marginal"], abs=VARIANCE)
    assert found.r2_conditional == pytest.approx(expected["R2_nakagawa"]["conditional"], abs=VARIANCE)
    assert found.singular == expected["singular"]
    assert found.converged
    assert sum(found.icc) == pytest.approx(1)


def balanced(between: float, seed: int = 1) -> tuple[Array, Array, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(8), 5)
    y = 10 + between * rng.normal(size=8)[clusters] + rng.normal(size=40)
    return y, np.ones((40, 1)), clusters


def test_a_balanced_design_has_the_variances_of_anova() -> None:
    y, X, clusters = balanced(1.0)
    means = np.array([y[clusters == g].mean() for g in range(8)])
    ms_within = np.sum((y - means[clusters]) ** 2) / 32
    ms_between = 5 * np.var(means, ddof=1)
    found = random_intercepts(y, X, clusters)
    assert found.variances[0] == pytest.approx((ms_between - ms_within) / 5, rel=VARIANCE)
    assert found.variances[1] == pytest.approx(ms_within, rel=VARIANCE)
    assert found.estimate[0] == pytest.approx(y.mean())
    assert found.std_error[0] == pytest.approx(np.sqrt(ms_between / 40), rel=VARIANCE)
    assert found.df[0] == pytest.approx(7, rel=DEGREES_OF_FREEDOM)
    low, high = found.interval()
    assert (high - low)[0] == pytest.approx(2 * stats.t.isf(0.025, 7) * found.std_error[0], rel=DEGREES_OF_FREEDOM)


def test_the_likelihood_is_the_restricted_one() -> None:
    """Written out with the n x n covariance matrix at the fitted variances."""
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(6), [4, 7, 5, 9, 3, 6])
    within = np.arange(len(clusters)) % 3
    X = np.column_stack([np.ones(len(clusters)), rng.normal(size=len(clusters))])
    y = X @ [1.0, 2] + rng.normal(size=6)[clusters] + rng.normal(size=18)[3 * clusters + within]
    y = y + rng.normal(size=len(y))
    found = random_intercepts(y, X, clusters, within=within)
    assert found.n_clusters == (6, 18)
    same = clusters[:, None] == clusters
    both = same & (within[:, None] == within)
    V = found.variances[0] * same + found.variances[1] * both + found.variances[2] * np.eye(len(y))
    inverse = np.linalg.inv(V)
    information = X.T @ inverse @ X
    np.testing.assert_allclose(found.estimate, np.linalg.solve(information, X.T @ inverse @ y), rtol=1e-6)
    np.testing.assert_allclose(found.vcov, np.linalg.inv(information), rtol=1e-6)
    rest = y - X @ found.estimate
    log_likelihood = -0.5 * (
        np.linalg.slogdet(V)[1]
        + np.linalg.slogdet(information)[1]
        + rest @ inverse @ rest
        + (len(y) - 2) * np.log(2 * np.pi)
    )
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-6)


def test_no_difference_between_clusters_is_a_singular_fit() -> None:
    clusters = np.repeat(np.arange(8), 5)
    y = np.tile([1.0, 2, 3, 4, 5], 8)
    found = random_intercepts(y, np.ones((40, 1)), clusters)
    assert found.singular
    assert found.converged
    assert found.icc[0] == pytest.approx(0, abs=1e-6)
    assert found.std_error[0] == pytest.approx(np.std(y, ddof=1) / np.sqrt(40), rel=1e-6)
    assert found.df[0] == pytest.approx(39, rel=DEGREES_OF_FREEDOM)


def test_units_and_origin_do_not_matter() -> None:
    y, X, clusters = balanced(0.7)
    X = np.column_stack([X, np.random.default_rng(3).normal(size=40)])
    plain = random_intercepts(y, X, clusters)
    money = random_intercepts(1e9 * y + 5e12, X * [1, 1e-6], clusters)
    assert money.estimate[1] == pytest.approx(plain.estimate[1] * 1e15, rel=1e-5)
    assert money.icc[0] == pytest.approx(plain.icc[0], rel=1e-5)
    np.testing.assert_allclose(money.df, plain.df, rtol=DEGREES_OF_FREEDOM)


def test_equal_labels_in_two_clusters_are_two_smaller_clusters() -> None:
    y, X, body = respondents(["trust"])
    region = labels("coop_regression_respondents", "region")
    inside = np.array([np.flatnonzero(np.unique(region[body == b]) == r)[0] for b, r in zip(body, region, strict=True)])
    first = random_intercepts(y, X, body, within=region)
    second = random_intercepts(y, X, body, within=inside)
    assert first.n_clusters == second.n_clusters
    np.testing.assert_allclose(first.variances, second.variances, rtol=1e-8)


def test_refuses() -> None:
    y, X, clusters = balanced(1.0)
    rows = np.arange(40)
    cases: list[tuple[NDArray[Any], NDArray[Any] | None, str]] = [
        (np.zeros(40), None, "stats.single_cluster"),
        (rows, None, "stats.levels_coincide"),
        (clusters, rows, "stats.levels_coincide"),
        (clusters, clusters + 10, "stats.levels_coincide"),
        (clusters[1:], None, "stats.lengths_differ"),
        (clusters, rows[1:], "stats.lengths_differ"),
    ]
    for outer, within, code in cases:
        with pytest.raises(StatisticsError) as caught:
            random_intercepts(y, X, outer, within=within)
        assert caught.value.code == code
    with pytest.raises(StatisticsError) as caught:
        random_intercepts(np.full(40, 3.0), X, clusters)
    assert caught.value.code == "stats.no_residual_variance"
