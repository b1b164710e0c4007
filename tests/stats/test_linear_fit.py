"""Factor models of continuous items against lavaan and finite differences, and what must not matter."""

from __future__ import annotations

import csv
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import approx_fprime

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear_fit import LinearFactors, fit_linear
from kadsurvey.stats.linear_groups import LINEAR_STEPS, linear_model
from kadsurvey.stats.linear_layout import linear_layout
from kadsurvey.stats.linear_samples import LinearEstimator, LinearSamples, linear_samples
from kadsurvey.stats.linear_tests import _restriction_scale, linear_difference, linear_item_tests, linear_modifications
from kadsurvey.stats.multigroup_model import Step
from kadsurvey.stats.normal_sample import (
    NormalSample,
    information,
    log_likelihood,
    moment_pairs,
    moments_of,
    normal_sample,
    saturated,
    score_products,
    slope,
)
from tests.reference_numbers import REFERENCE, columns, load, vector

ESTIMATE = 3e-5  # lavaan's optimiser stops at about 1e-5 of a residual variance of 1.7
SE_RELATIVE = 2e-5
FIT = 1e-5  # absolute below 1, relative above
RMSEA_LIMITS = 6e-4  # lavaan's limits with MLR use a chi-square of fractional df
DIFFERENCE = 3e-5
INDEX = 5e-5
DERIVATIVE = 1e-5  # of finite differences
SAME = 1e-7

MLR_LIMITS = ("rmsea_ci_lower_scaled", "rmsea_ci_upper_scaled", "rmsea_pvalue_scaled")
TURNED = ("T4", "N2", "W5")
LEVELS = {"loadings": "metric", "intercepts": "scalar", "residuals": "strict", "configural": "configural"}
GROUPED = {
    "holzinger_by_school": ("holzinger", "school"),
    "holzinger_by_school_MLR": ("holzinger", "school"),
    "coop_by_group": ("coop_respondents", "group"),
    "bfi3_by_gender": ("bfi", "gender"),
}


def blocks_of(model: str) -> list[list[str]]:
    return [[name.strip() for name in line.split("=~")[1].split("+")] for line in model.strip().split("\n")]


def items_of(data: str, names: list[str]) -> NDArray[np.float64]:
    file = {"coop_reversekeyed": "coop_respondents"}.get(data, data)
    items = np.column_stack([columns(file)[name] for name in names])
    turned = [names.index(name) for name in TURNED if name in names] if file == "coop_respondents" else []
    items[:, turned] = 6 - items[:, turned]
    return items


@cache
def fitted(data: str, estimator: LinearEstimator, *, complete: bool) -> tuple[LinearSamples, LinearFactors]:
    blocks = blocks_of(load(f"t05_ml_{data}")["model"])
    items = items_of(data, [name for block in blocks for name in block])
    if complete:
        items = items[np.isfinite(items).all(axis=1)]
    pattern = [place for place, block in enumerate(blocks) for _ in block]
    samples = linear_samples([items], pattern, estimator=estimator)
    return samples, fit_linear(samples)


CASES: dict[str, tuple[LinearEstimator, bool]] = {
    "ML": ("ML", True),
    "ML_std_lv": ("ML", True),
    "MLR": ("MLR", True),
    "FIML_MLR": ("MLR", False),
}


def cases() -> list[tuple[str, str]]:
    every = ("holzinger", "bfi", "coop_reversekeyed")
    return [(data, case) for data in every for case in CASES if case in load(f"t05_ml_{data}")]


def assert_fit(ours: dict[str, float], theirs: dict[str, Any], *, least: int) -> None:
    expected = {name.replace(".", "_"): value for name, value in theirs.items() if isinstance(value, int | float)}
    compared = set(expected) & set(ours)
    assert len(compared) >= least
    for name in compared:
        tolerance = RMSEA_LIMITS if name in MLR_LIMITS else FIT * max(1.0, abs(expected[name]))
        assert ours[name] == pytest.approx(expected[name], abs=tolerance), name
    assert ours["df"] == expected["df"]


@pytest.mark.parametrize(("data", "case"), cases())
def test_fit_equals_lavaan(data: str, case: str) -> None:
    _, found = fitted(data, CASES[case][0], complete=CASES[case][1])
    assert found.converged
    least = {"ML": 20, "ML_std_lv": 20, "MLR": 39, "FIML_MLR": 34}[case]
    assert_fit(found.fit, load(f"t05_ml_{data}")[case]["fit"], least=least)


@pytest.mark.parametrize(("data", "case"), cases())
def test_estimates_and_their_errors_equal_lavaan(data: str, case: str) -> None:
    samples, found = fitted(data, CASES[case][0], complete=CASES[case][1])
    table = load(f"t05_ml_{data}")[case]["parameters"]
    rows = list(zip(table["lhs"], table["op"], table["rhs"], table["est"], table["se"], table["std.all"], strict=True))
    layout, values, errors = samples.layout, found.values[0], found.std_errors[0]
    loading, residual = values[layout.loadings], values[layout.residuals]
    standard = [row[5] for row in rows if row[1] == "=~"]
    # lavaan's factors point where their first item does
    sign = np.sign(standard) * np.sign(loading)
    sign = sign[np.searchsorted(layout.factor_of, layout.factor_of)]
    np.testing.assert_allclose(sign * loading / np.sqrt(loading**2 + residual), standard, atol=ESTIMATE)
    alone = [row for row in rows if row[1] == "~~" and row[0] == row[2]][: layout.n_items]
    np.testing.assert_allclose(residual, [row[3] for row in alone], atol=ESTIMATE)
    np.testing.assert_allclose(errors[layout.residuals], [row[4] for row in alone], rtol=SE_RELATIVE)
    if case == "ML_std_lv":
        own = [row for row in rows if row[1] == "=~"]
        np.testing.assert_allclose(sign * loading, [row[3] for row in own], atol=ESTIMATE)
        np.testing.assert_allclose(errors[layout.loadings], [row[4] for row in own], rtol=SE_RELATIVE)
    means = [row for row in rows if row[1] == "~1"][: layout.n_items]
    if means:
        np.testing.assert_allclose(values[layout.intercepts], [row[3] for row in means], atol=ESTIMATE)
        np.testing.assert_allclose(errors[layout.intercepts], [row[4] for row in means], rtol=SE_RELATIVE)


def test_modification_indices_equal_lavaan() -> None:
    samples, found = fitted("holzinger", "ML", complete=True)
    theirs = load("t05_ml_holzinger")["ML"]["modindices_top20"]
    ours = linear_modifications(samples, found)
    np.testing.assert_allclose([entry.index for entry in ours[:20]], vector(theirs["mi"]), rtol=INDEX)
    np.testing.assert_allclose([entry.change_std for entry in ours[:20]], vector(theirs["sepc.all"]), rtol=INDEX)
    residual = [place for place, op in enumerate(theirs["op"]) if op == "~~"]
    np.testing.assert_allclose([ours[k].change for k in residual], vector(theirs["epc"])[residual], rtol=INDEX)


@cache
def grouped(case: str) -> tuple[LinearSamples, dict[Step, LinearFactors]]:
    node = load("t06_invariance_continuous")[case]
    file, column = GROUPED[case]
    blocks = blocks_of(node["model"])
    names = [name for block in blocks for name in block]
    items = np.column_stack([columns(file)[name] for name in names])
    with (REFERENCE / f"{file}.csv").open(encoding="utf-8", newline="") as rows:
        label = np.array([row[column] for row in csv.DictReader(rows)])
    complete = np.isfinite(items).all(axis=1)
    groups = [items[complete & (label == name)] for name in node["group_order"]]
    pattern = [place for place, block in enumerate(blocks) for _ in block]
    samples = linear_samples(groups, pattern, estimator=node["estimator"])
    found: dict[Step, LinearFactors] = {}
    for step in LINEAR_STEPS:
        found[step] = fit_linear(samples, step, configural=found.get("configural"))
    return samples, found


@pytest.mark.parametrize("case", list(GROUPED))
def test_steps_of_invariance_equal_lavaan(case: str) -> None:
    samples, found = grouped(case)
    node = load("t06_invariance_continuous")[case]
    for step in LINEAR_STEPS:
        assert found[step].converged
        theirs = {key: value for key, value in node["steps"][LEVELS[step]]["fit"].items() if key != "npar"}
        # lavaan counts parameters before it sets them equal
        assert_fit(found[step].fit, theirs, least=19 if samples.estimator == "ML" else 38)
    table = node["difference_tests"]
    for place, (before, after) in enumerate(pairwise(LINEAR_STEPS), start=1):
        test = linear_difference(found[before], found[after])
        assert test.df == table["Df diff"][place]
        assert test.statistic == pytest.approx(float(table["Chisq diff"][place]), rel=DIFFERENCE)
        assert test.p_value == pytest.approx(float(table["Pr(>Chisq)"][place]), rel=10 * DIFFERENCE)


@pytest.mark.parametrize("case", ["holzinger_by_school", "bfi3_by_gender"])
def test_score_tests_equal_lavaan(case: str) -> None:
    samples, found = grouped(case)
    theirs = vector(load("t06_invariance_continuous")[case]["score_tests_scalar"]["X2"])
    ours = linear_item_tests(samples, found["intercepts"])
    # the last of lavaan's tests are those of intercepts, item by item
    np.testing.assert_allclose([test.statistic for test in ours], theirs[-len(ours) :], rtol=INDEX)
    assert {test.df for test in ours} == {1}


def test_a_robust_score_test_is_near_the_difference_it_foretells() -> None:
    samples, found = grouped("coop_by_group")
    tests = linear_item_tests(samples, found["intercepts"])
    loudest = max(tests, key=lambda test: test.statistic)
    freed = fit_linear(samples, "intercepts", freed={loudest.item: "intercepts"}, configural=found["configural"])
    gain = linear_difference(freed, found["intercepts"])
    assert gain.df == 1
    assert loudest.statistic == pytest.approx(gain.statistic, rel=0.1)


def drawn(n: int = 300, *, seed: int = 5, missing: float = 0.15) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 2)) @ np.array([[1, 0.5], [0, 0.9]])
    items = (
        factors[:, [0, 0, 0, 1, 1, 1]] * [0.8, 0.7, -0.6, 1.2, 0.9, 0.5] + rng.normal(size=(n, 6)) + [3, 2, 4, 1, 0, 5]
    )
    items[rng.random(items.shape) < missing] = np.nan
    return items


PATTERN = [0, 0, 0, 1, 1, 1]


def test_derivatives_of_the_likelihood_by_its_moments_are_right() -> None:
    sample = normal_sample(drawn(80))
    at = saturated(sample) + 0.05 * np.random.default_rng(1).normal(size=27)
    numeric = approx_fprime(at, lambda moments: np.array([log_likelihood(sample, moments)]), 1e-6)
    np.testing.assert_allclose(slope(sample, at), numeric.ravel(), rtol=DERIVATIVE, atol=1e-3)
    curved = approx_fprime(at, lambda moments: slope(sample, moments), 1e-7)
    np.testing.assert_allclose(information(sample, at, observed=True), -curved, atol=1e-3)


def test_expected_information_is_that_observed_where_the_moments_are_the_samples() -> None:
    sample = normal_sample(drawn(80, missing=0.0))
    at = saturated(sample)
    expected, observed = (information(sample, at, observed=kind) for kind in (False, True))
    np.testing.assert_allclose(expected, observed, atol=SAME)


def test_scores_sum_to_the_slope_and_their_products_are_those_of_each_row() -> None:
    items = drawn(60)
    sample = normal_sample(items)
    at = saturated(sample) + 0.1 * np.random.default_rng(2).normal(size=27)
    alone = [sample_of_one(row) for row in items if np.isfinite(row).any()]
    scores = np.array([slope(one, at) for one in alone])
    np.testing.assert_allclose(scores.sum(axis=0), slope(sample, at), atol=SAME)
    np.testing.assert_allclose(scores.T @ scores, score_products(sample, at), rtol=SAME, atol=SAME)


def sample_of_one(row: NDArray[np.float64]) -> NormalSample:
    seen = np.isfinite(row)[None]
    filled = np.where(seen, row, 0.0)
    return NormalSample(seen, np.ones(1), filled, np.zeros((1, len(row), len(row))), filled)


def test_saturated_moments_are_a_maximum() -> None:
    sample = normal_sample(drawn(200))
    np.testing.assert_allclose(slope(sample, saturated(sample)), 0, atol=1e-4)


def test_derivatives_of_a_second_order_model_are_right() -> None:
    rng = np.random.default_rng(3)
    layout = linear_layout(np.repeat(np.arange(4), 3))
    model = linear_model(layout, structure="second_order")
    theta = rng.uniform(0.4, 0.9, model.n_free)

    def moments(free: NDArray[np.float64]) -> NDArray[np.float64]:
        return layout.moments(model.values(free)[0])[0]

    by_all = layout.moments(model.values(theta)[0])[1]
    np.testing.assert_allclose(by_all @ model.spread(0, theta), approx_fprime(theta, moments, 1e-7), atol=DERIVATIVE)
    weights = rng.normal(size=layout.n_moments)

    def pulled(free: NDArray[np.float64]) -> NDArray[np.float64]:
        return weights @ layout.moments(model.values(free)[0])[1] @ model.spread(0, free)

    spread = model.spread(0, theta)
    bent = spread.T @ layout.curvature(model.values(theta)[0], weights) @ spread + model.bend(weights @ by_all)
    np.testing.assert_allclose(bent, approx_fprime(theta, pulled, 1e-7), atol=DERIVATIVE)


def test_three_factors_fit_a_second_order_model_exactly_as_correlated_ones() -> None:
    rng = np.random.default_rng(11)
    above = rng.normal(size=(500, 1))
    factors = 0.8 * above + 0.6 * rng.normal(size=(500, 3))
    items = np.repeat(factors, 3, axis=1) + rng.normal(size=(500, 9))
    samples = linear_samples([items], np.repeat(np.arange(3), 3), estimator="MLR")
    correlated, higher = fit_linear(samples), fit_linear(samples, structure="second_order")
    assert higher.fit["chisq_scaled"] == pytest.approx(correlated.fit["chisq_scaled"], abs=SAME)
    np.testing.assert_allclose(higher.values, correlated.values, atol=1e-6)
    np.testing.assert_allclose(higher.std_errors, correlated.std_errors, rtol=1e-5)


def test_units_of_the_items_do_not_matter() -> None:
    items, unit = drawn(), np.array([1.0, 10.0, 0.1, 1.0, 100.0, 3.0])
    plain, scaled = (
        fit_linear(linear_samples([values], PATTERN, estimator="MLR")) for values in (items, items * unit + 7)
    )
    assert scaled.fit["chisq_scaled"] == pytest.approx(plain.fit["chisq_scaled"], rel=SAME)
    layout = plain.model.layout
    np.testing.assert_allclose(scaled.values[0][layout.loadings], plain.values[0][layout.loadings] * unit, rtol=1e-6)


def test_rows_without_answers_and_the_order_of_rows_do_not_matter() -> None:
    items = drawn()
    more = np.vstack([items[::-1], np.full((5, 6), np.nan)])
    plain, other = (fit_linear(linear_samples([values], PATTERN, estimator="MLR")) for values in (items, more))
    np.testing.assert_allclose(other.theta, plain.theta, atol=SAME)
    assert other.fit["ntotal"] == plain.fit["ntotal"] == np.isfinite(items).any(axis=1).sum()


def test_each_factor_points_where_most_of_its_items_do() -> None:
    found = fit_linear(linear_samples([-drawn()], PATTERN, estimator="ML"))
    loading = found.values[0][found.model.layout.loadings]
    assert loading[:3].sum() > 0
    assert loading[3:].sum() > 0


def test_missing_answers_do_not_move_the_truth() -> None:
    items = drawn(20_000, seed=8, missing=0.3)
    found = fit_linear(linear_samples([items], PATTERN, estimator="ML"))
    truth = np.array([0.8, 0.7, -0.6, *(np.array([1.2, 0.9, 0.5]) * np.hypot(0.5, 0.9))])
    own = found.model.layout.loadings
    away = (found.values[0][own] - truth) / found.std_errors[0][own]
    assert np.abs(away).max() < 3.5


def test_a_saturated_model_leaves_nothing_to_test() -> None:
    found = fit_linear(linear_samples([drawn()[:, :3]], [0, 0, 0], estimator="MLR"))
    assert found.fit["df"] == 0
    assert found.fit["chisq"] == pytest.approx(0, abs=1e-6)
    assert np.isnan(found.fit["pvalue_scaled"])


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_a_difference_of_nothing_is_no_test(estimator: LinearEstimator) -> None:
    groups = [drawn(150, seed=1), drawn(150, seed=2)]
    samples = linear_samples(groups, PATTERN, estimator=estimator)
    one = fit_linear(samples)
    assert linear_difference(one, one).df == 0


def test_the_scale_that_is_always_positive_is_near_the_usual_one() -> None:
    _, found = grouped("coop_by_group")
    wide, narrow = found["configural"], found["loadings"]
    usual = (narrow.fit["chisq"] - wide.fit["chisq"]) / linear_difference(wide, narrow).statistic
    assert _restriction_scale(wide, narrow) == pytest.approx(usual, rel=0.05)


def test_an_item_answered_alike_by_all_is_refused_by_its_place() -> None:
    items = drawn()
    items[:, 4] = 3
    with pytest.raises(StatisticsError) as err:
        linear_samples([items], PATTERN, estimator="ML")
    assert (err.value.code, err.value.params["item"]) == ("stats.constant_item", 4)


def test_fewer_rows_than_items_are_refused() -> None:
    with pytest.raises(StatisticsError) as err:
        linear_samples([drawn(5, missing=0.0)], PATTERN, estimator="ML")
    assert err.value.code == "stats.not_positive_definite"


def test_items_that_nobody_answered_together_are_refused() -> None:
    items = drawn(40, missing=0.0)
    items[:20, 0], items[20:, 1] = np.nan, np.nan
    with pytest.raises(StatisticsError) as err:
        linear_samples([items], PATTERN, estimator="ML")
    assert err.value.code == "stats.no_common_rows"


def test_moments_are_ordered_by_items() -> None:
    first, second = moment_pairs(3)
    covariance = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal(moments_of(np.zeros(3), covariance)[3:], covariance[first, second])
