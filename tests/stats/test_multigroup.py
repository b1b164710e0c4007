"""Ordinal factor models in several groups against lavaan and semTools, on known groups, and what must not matter."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import approx_fprime

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa import cfa
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.multigroup import GroupFactors, GroupSamples, fit_groups, group_samples
from kadsurvey.stats.multigroup_model import STEPS, Layout, Step, group_model, layout_of
from kadsurvey.stats.multigroup_tests import difference, item_tests
from tests.reference_numbers import REFERENCE, columns, load, vector

ESTIMATE = 5e-5  # lavaan's optimiser stops at about 1e-5 in several groups
SE_RELATIVE = 5e-5
FIT = 2e-6  # absolute below 1, relative above
DIFFERENCE = 1e-5
SAME = 1e-7
SCORE_OF_DIFFERENCE = 0.2  # two tests of one restriction, equal only near the null

COOP = [f"{block}{item}" for block in "TNW" for item in range(1, 6)]
REVERSED = {"coop": ("T4", "N2", "W5"), "bfi": ("A1", "E1", "E2")}
SCHOOL = [f"{block}{item}" for block in "AE" for item in range(1, 6)]

CASES: dict[str, Mapping[int, Step]] = {
    "coop": {},
    "coop_partial": {COOP.index("N4"): "intercepts"},
    "coop_three": {},
    "bfi_school": {},
}


@cache
def samples_of(case: str) -> GroupSamples:
    if case == "bfi_school":
        data, names, largest = columns("bfi"), SCHOOL, 7
        education = data["education"]
        groups = [education == 3, education < 3, education > 3]
    else:
        data, names, largest = columns("coop_respondents"), COOP, 6
        groups = [group_of_coop() == name for name in ("official", "ngo")]
    items = np.column_stack([data[name] for name in names])
    turned = [names.index(name) for name in REVERSED[case.split("_")[0]]]
    items[:, turned] = largest - items[:, turned]
    if case == "coop_three":
        items = np.where(np.isnan(items), np.nan, 1.0 + (items >= 3) + (items > 3))
    if case == "bfi_school":
        groups = [group & np.isfinite(items).all(axis=1) for group in groups]
    pattern = np.repeat(np.arange(len(names) // 5), 5)
    return group_samples([polychoric(items[group], acov=True) for group in groups], pattern)


def group_of_coop() -> NDArray[np.str_]:
    with (REFERENCE / "coop_respondents.csv").open(encoding="utf-8", newline="") as file:
        return np.array([row["group"] for row in csv.DictReader(file)])


@cache
def fitted(case: str, step: Step) -> GroupFactors:
    freed = CASES[case] if STEPS.index(step) >= STEPS.index("intercepts") else {}
    return fit_groups(samples_of(case), step, freed=freed)


def steps_of(case: str) -> list[Step]:
    reference = load("t18_invariance")[case]["steps"]
    return [step for step in STEPS if step in reference]


@pytest.mark.parametrize("case", list(CASES))
def test_fit_of_every_step_equals_lavaan(case: str) -> None:
    reference = load("t18_invariance")[case]
    assert list(samples_of(case).n_rows) == reference["n"]
    for step in steps_of(case):
        found = fitted(case, step)
        assert found.converged
        assert found.fit["df"] == reference["steps"][step]["df"]
        for name, value in reference["steps"][step].items():
            assert found.fit[name.replace(".", "_")] == pytest.approx(float(value), rel=FIT, abs=FIT), (step, name)


@pytest.mark.parametrize("case", list(CASES))
def test_difference_tests_equal_lavaan(case: str) -> None:
    reference = load("t18_invariance")[case]
    chains = [(list(STEPS[:4]), reference["difference"])]
    if "residuals" in reference["steps"]:
        chains.append((["intercepts", "residuals"], reference["residuals_difference"]))
    for steps, expected in chains:
        for place, (wide, narrow) in enumerate(pairwise(steps)):
            found = difference(fitted(case, wide), fitted(case, narrow))
            assert found.df == expected["df"][place]
            if found.df:
                assert found.statistic == pytest.approx(expected["statistic"][place], rel=DIFFERENCE)
                assert found.p_value == pytest.approx(expected["p"][place], rel=1e-3)
            else:
                assert np.isnan([found.statistic, found.p_value]).all()


@pytest.mark.parametrize("step", ["thresholds", "intercepts"])
@pytest.mark.parametrize("case", list(CASES))
def test_estimates_equal_lavaan(case: str, step: Step) -> None:
    found, names = fitted(case, step), SCHOOL if case == "bfi_school" else COOP
    factors = ["agree", "extra"] if case == "bfi_school" else ["trust", "norm", "network"]
    table = load("t18_invariance")[case][step]
    rows = zip(
        table["lhs"], table["op"], table["rhs"], table["group"], vector(table["est"]), vector(table["se"]), strict=True
    )
    compared = 0
    for lhs, op, rhs, group, estimate, se in rows:
        at = place_of(found.model.layout, names, factors, lhs, op, rhs)
        assert found.values[group - 1, at] == pytest.approx(estimate, abs=ESTIMATE), (lhs, op, rhs, group)
        assert found.std_errors[group - 1, at] == pytest.approx(se, rel=SE_RELATIVE), (lhs, op, rhs, group)
        compared += 1
    assert compared > found.model.n_free


def place_of(layout: Layout, names: list[str], factors: list[str], lhs: str, op: str, rhs: str) -> int:
    if op == "|":
        return int(np.flatnonzero(layout.item_of == names.index(lhs))[int(rhs[1:]) - 1])
    if op == "=~":
        return layout.loadings.start + names.index(rhs)
    if op == "~*~":
        return layout.scales.start + names.index(lhs)
    if op == "~1":
        return layout.means.start + factors.index(lhs) if lhs in factors else layout.intercepts.start + names.index(lhs)
    first, second = sorted((factors.index(lhs), factors.index(rhs)))
    if first == second:
        return layout.variances.start + first
    return layout.covariances.start + int(np.flatnonzero([p == (first, second) for p in pairs(len(factors))])[0])


def pairs(n: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(n) for j in range(i + 1, n)]


def test_three_categories_leave_nothing_to_test_in_the_thresholds() -> None:
    free, equal = fitted("coop_three", "configural"), fitted("coop_three", "thresholds")
    assert equal.fit["df"] == free.fit["df"]
    assert equal.fit["chisq"] == pytest.approx(free.fit["chisq"], rel=SAME)
    assert all(test.df == 0 and np.isnan(test.p_value) for test in item_tests(samples_of("coop_three"), equal))


def test_configural_is_the_single_group_model_of_each_group() -> None:
    found = fitted("bfi_school", "configural")
    assert found.fit["chisq"] == pytest.approx(sum(fit["chisq"] for fit in single_fits()), rel=SAME)
    loadings = found.values[:, found.model.layout.loadings]
    np.testing.assert_allclose(loadings, single_loadings(), atol=ESTIMATE)


@cache
def single() -> list[Any]:
    data, education = columns("bfi"), columns("bfi")["education"]
    items = np.column_stack([data[name] for name in SCHOOL])
    items[:, [0, 5, 6]] = 7 - items[:, [0, 5, 6]]
    complete = np.isfinite(items).all(axis=1)
    groups = [education == 3, education < 3, education > 3]
    return [cfa(polychoric(items[group & complete], acov=True), np.repeat([0, 1], 5)) for group in groups]


def single_fits() -> list[dict[str, float]]:
    return [found.fit for found in single()]


def single_loadings() -> NDArray[np.float64]:
    return np.array([found.loadings.sum(axis=1) for found in single()])


def test_the_item_that_breaks_a_step_is_found() -> None:
    """The data were simulated with other thresholds of N4 among NGO members: a shift, which its intercept takes up."""
    samples, broken = samples_of("coop"), fitted("coop", "intercepts")
    tests = item_tests(samples, broken)
    assert min(tests, key=lambda test: test.p_value).item == COOP.index("N4")
    repaired = fitted("coop_partial", "intercepts")
    assert repaired.fit["chisq"] < broken.fit["chisq"]
    assert all(test.item != COOP.index("N4") for test in item_tests(samples, repaired))


@pytest.mark.parametrize("step", STEPS[1:])
def test_score_tests_agree_with_freeing_the_item(step: Step) -> None:
    samples, broken = samples_of("bfi_school"), fitted("bfi_school", step)
    largest = max(item_tests(samples, broken), key=lambda test: test.statistic / test.df)
    freed = fit_groups(samples, step, freed={largest.item: step})
    again = difference(freed, broken)
    assert again.df == largest.df
    assert largest.statistic == pytest.approx(again.statistic, rel=SCORE_OF_DIFFERENCE)


@pytest.mark.parametrize("step", STEPS)
def test_derivatives_are_those_of_the_model(step: Step) -> None:
    layout = layout_of(np.repeat([0, 1], 3), np.repeat(np.arange(6), 3))
    model = group_model(layout, step, n_groups=3, freed={1: "loadings", 4: "intercepts"})
    theta = np.random.default_rng(1).uniform(0.4, 0.9, model.n_free)
    numeric = approx_fprime(theta, lambda point: model.implied(point)[0], 1e-7)
    np.testing.assert_allclose(model.implied(theta)[1], numeric, atol=2e-6)


@pytest.mark.parametrize("step", STEPS)
def test_which_group_is_the_reference_does_not_matter(step: Step) -> None:
    first = simulated(600, seed=5)
    second = simulated(500, seed=6, mean=0.4, spread=1.3, shift=0.3)
    correlations = [polychoric(items, acov=True) for items in (first, second)]
    found, other = (fit_groups(group_samples(order, np.zeros(6)), step) for order in (correlations, correlations[::-1]))
    for name in ("chisq", "chisq_scaled", "df", "rmsea_scaled", "cfi_scaled"):
        assert found.fit[name] == pytest.approx(other.fit[name], rel=1e-6, abs=1e-8)


def simulated(
    n_obs: int, *, seed: int, mean: float = 0.0, spread: float = 1.0, shift: float = 0.0, residual: float = 0.6
) -> NDArray[np.float64]:
    """Draw six items of one factor with loadings .8 on 5 points; ``shift`` moves the first item only."""
    rng = np.random.default_rng(seed)
    factor = mean + spread * rng.normal(size=(n_obs, 1))
    latent = 0.8 * factor + residual * rng.normal(size=(n_obs, 6))
    latent[:, 0] += shift
    return 1.0 + (latent[:, :, None] > [-1.2, -0.4, 0.5, 1.4]).sum(axis=2)


def test_recovers_the_difference_of_means_and_spreads() -> None:
    correlations = [polychoric(simulated(20_000, seed=1), acov=True)]
    correlations.append(polychoric(simulated(20_000, seed=2, mean=0.5, spread=1.3, residual=0.8), acov=True))
    found = fit_groups(group_samples(correlations, np.zeros(6)), "intercepts")
    layout = found.model.layout
    assert found.values[1, layout.means] == pytest.approx(0.5, abs=0.04)  # three standard errors
    assert found.values[1, layout.variances] == pytest.approx(1.3**2, abs=0.1)
    assert found.fit["pvalue_scaled"] > 0.001
    assert difference(found, fit_groups(group_samples(correlations, np.zeros(6)), "residuals")).p_value < 1e-6


def test_a_group_by_itself_is_refused() -> None:
    with pytest.raises(StatisticsError) as err:
        group_samples([polychoric(simulated(300, seed=1), acov=True)], np.zeros(6))
    assert err.value.code == "stats.one_group"


def test_groups_must_use_the_same_categories() -> None:
    items = simulated(300, seed=1)
    merged = np.where(items == 5, 4.0, items)
    correlations = [polychoric(items, acov=True), polychoric(np.hstack([items[:, :2], merged[:, 2:]]), acov=True)]
    with pytest.raises(StatisticsError) as err:
        group_samples(correlations, np.zeros(6))
    assert (err.value.code, err.value.params["item"]) == ("stats.groups_differ_in_categories", 2)


def test_two_categories_are_refused() -> None:
    items = simulated(300, seed=1)
    items[:, 3] = np.where(items[:, 3] > 2, 2, 1)
    with pytest.raises(StatisticsError) as err:
        group_samples([polychoric(items, acov=True)] * 2, np.zeros(6))
    assert (err.value.code, err.value.params["item"]) == ("stats.too_few_categories_for_groups", 3)


def test_correlations_need_their_covariance() -> None:
    with pytest.raises(StatisticsError) as err:
        group_samples([polychoric(simulated(300, seed=1))] * 2, np.zeros(6))
    assert err.value.code == "stats.cfa_needs_acov"


def test_means_without_an_item_alike_in_both_groups_are_not_identified() -> None:
    samples = group_samples([polychoric(simulated(300, seed=seed), acov=True) for seed in (1, 2)], np.zeros(6))
    with pytest.raises(StatisticsError) as err:
        fit_groups(samples, "intercepts", freed=dict.fromkeys(range(6), "intercepts"))
    assert err.value.code == "stats.model_not_identified"


def test_a_saturated_form_fits_exactly() -> None:
    samples = group_samples([polychoric(simulated(300, seed=seed)[:, :3], acov=True) for seed in (1, 2)], np.zeros(3))
    found = fit_groups(samples, "configural")
    assert (found.fit["df"], found.fit["chisq_scaled"], found.fit["rmsea_scaled"]) == (0, 0, 0)
    assert np.isnan(found.fit["pvalue_scaled"])
