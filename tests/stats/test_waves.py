"""Waves of the same people against lavaan with semTools, by finite differences, and what must not matter."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import approx_fprime

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.linear_fit import LinearFactors, fit_linear
from kadsurvey.stats.linear_groups import LINEAR_STEPS
from kadsurvey.stats.linear_samples import LinearSamples, linear_samples, wave_linear_samples
from kadsurvey.stats.linear_tests import linear_difference, linear_item_tests
from kadsurvey.stats.multigroup import GroupFactors, GroupSamples, fit_groups
from kadsurvey.stats.multigroup_model import STEPS, Step, group_model
from kadsurvey.stats.multigroup_tests import difference, item_tests
from kadsurvey.stats.waves import wave_samples
from tests.reference_numbers import columns, load

FIT = 1e-5  # absolute below 1, relative above; lavaan's optimiser
DIFFERENCE = 1e-5
ESTIMATE = 1e-5
SE_RELATIVE = 1e-4
DERIVATIVE = 1e-5  # of finite differences
SAME = 1e-7

PATTERN = [0] * 5 + [1] * 5
T4 = 3


def people() -> NDArray[np.float64]:
    return np.column_stack(list(columns("waves").values()))


@cache
def ordinal() -> tuple[GroupSamples, dict[Step, GroupFactors]]:
    items = people()
    counted = [int(np.isfinite(part).any(axis=1).sum()) for part in (items[:, :10], items[:, 10:])]
    samples = wave_samples(polychoric(items, acov=True), PATTERN, n_rows=counted)
    found: dict[Step, GroupFactors] = {}
    for step in STEPS:
        found[step] = fit_groups(samples, step, configural=found.get("configural"))
    return samples, found


@cache
def numbers() -> tuple[LinearSamples, dict[Step, LinearFactors]]:
    samples = wave_linear_samples(people(), PATTERN, waves=2, estimator="MLR")
    found: dict[Step, LinearFactors] = {}
    for step in LINEAR_STEPS:
        found[step] = fit_linear(samples, step, configural=found.get("configural"))
    return samples, found


def assert_fit(ours: dict[str, float], theirs: dict[str, Any]) -> None:
    for name, value in theirs.items():
        found = ours[name.replace(".", "_")]
        assert found == pytest.approx(float(value), abs=FIT * max(1.0, abs(float(value)))), name


@pytest.mark.parametrize("step", STEPS)
def test_ordinal_steps_equal_semtools(step: Step) -> None:
    _, found = ordinal()
    assert_fit(found[step].fit, load("t20_waves")["steps"][step])


@pytest.mark.parametrize("step", LINEAR_STEPS)
def test_steps_of_numbers_equal_semtools(step: Step) -> None:
    _, found = numbers()
    assert_fit(found[step].fit, load("t20_waves")["numbers"]["steps"][step])


def test_differences_equal_lavaan() -> None:
    reference = load("t20_waves")
    _, found = ordinal()
    expected = [*reference["difference"]["statistic"], *reference["residuals_difference"]["statistic"]]
    ours = [difference(found[wide], found[narrow]).statistic for wide, narrow in pairwise(STEPS)]
    np.testing.assert_allclose(ours, expected, rtol=DIFFERENCE)
    _, linear = numbers()
    ours = [linear_difference(linear[wide], linear[narrow]).statistic for wide, narrow in pairwise(LINEAR_STEPS)]
    np.testing.assert_allclose(ours, reference["numbers"]["difference"], rtol=DIFFERENCE)


def test_the_item_that_was_moved_is_the_loudest_and_is_freed_as_lavaan_frees_it() -> None:
    samples, found = ordinal()
    tests = item_tests(samples, found["intercepts"])
    assert max(tests, key=lambda test: test.statistic).item == T4
    freed = fit_groups(samples, "intercepts", freed={T4: "intercepts"}, configural=found["configural"])
    assert_fit(freed.fit, load("t20_waves")["steps"]["partial"])
    _, linear = numbers()
    loudest = max(linear_item_tests(numbers()[0], linear["intercepts"]), key=lambda test: test.statistic)
    assert loudest.item == T4


@pytest.mark.parametrize("kind", ["partial", "numbers"])
def test_means_of_the_second_wave_equal_lavaan(kind: str) -> None:
    table = load("t20_waves")[kind]
    table = table["intercepts"] if kind == "numbers" else table
    rows = zip(table["lhs"], table["op"], table["est"], table["se"], strict=True)
    theirs = {lhs: (est, se) for lhs, op, est, se in rows if op == "~1" and lhs in ("trust2", "norm2")}
    if kind == "numbers":
        samples, every = numbers()
        found, part = every["intercepts"], samples.layout.means
        ours = zip(found.values[1][part], found.std_errors[1][part], strict=True)
    else:
        group, fits = ordinal()
        freed = fit_groups(group, "intercepts", freed={T4: "intercepts"}, configural=fits["configural"])
        ours = zip(freed.values[1][group.layout.means], freed.std_errors[1][group.layout.means], strict=True)
    for (estimate, error), name in zip(ours, ("trust2", "norm2"), strict=True):
        assert estimate == pytest.approx(theirs[name][0], abs=ESTIMATE)
        assert error == pytest.approx(theirs[name][1], rel=SE_RELATIVE)


@pytest.mark.parametrize("step", STEPS)
def test_derivatives_of_ordinal_waves_are_right(step: Step) -> None:
    samples, found = ordinal()
    model = group_model(samples.layout, step, n_groups=2, waves=True)
    theta = found[step].theta + 0.02 * np.random.default_rng(1).normal(size=model.n_free)
    numeric = approx_fprime(theta, lambda free: model.implied(free)[0], 1e-7)
    np.testing.assert_allclose(model.implied(theta)[1], numeric, atol=DERIVATIVE)


@pytest.mark.parametrize("step", LINEAR_STEPS)
def test_derivatives_of_waves_of_numbers_are_right(step: Step) -> None:
    _, found = numbers()
    model = found[step].model
    theta = found[step].theta + 0.02 * np.random.default_rng(1).normal(size=model.n_free)
    (at,) = model.implied(theta)
    numeric = approx_fprime(theta, lambda free: model.implied(free)[0].moments, 1e-7)
    np.testing.assert_allclose(at.by_free, numeric, atol=DERIVATIVE)
    weights = np.random.default_rng(2).normal(size=len(at.moments))
    bent = approx_fprime(theta, lambda free: weights @ model.implied(free)[0].by_free, 1e-7)
    np.testing.assert_allclose(model.bent(theta, [weights]), bent, atol=20 * DERIVATIVE)


def test_people_of_one_wave_only_leave_the_others_as_they_are() -> None:
    """Where nobody is in both, waves of numbers would be groups; those who are in both make the mean more certain."""
    samples, found = numbers()
    items = people()
    apart = linear_samples([items[:, :10], items[:, 10:]], PATTERN, estimator="MLR")
    alone = fit_linear(apart, "intercepts")
    part = samples.layout.means
    assert (found["intercepts"].std_errors[1][part] < alone.std_errors[1][part]).all()
    np.testing.assert_allclose(found["intercepts"].values[1][part], alone.values[1][part], atol=0.1)


def test_the_sign_of_a_factor_does_not_matter() -> None:
    _, found = numbers()
    turned = people()
    turned[:, [*range(5), *range(10, 15)]] = 6 - turned[:, [*range(5), *range(10, 15)]]
    again = fit_linear(wave_linear_samples(turned, PATTERN, waves=2, estimator="MLR"), "loadings")
    assert again.fit["chisq_scaled"] == pytest.approx(found["loadings"].fit["chisq_scaled"], rel=SAME)
    loading = again.values[:, again.model.layout.loadings]
    assert (loading[:, :5].sum(axis=1) > 0).all()


def test_other_categories_in_a_wave_are_refused_by_the_item() -> None:
    items = people()
    items[:, 12] = np.where(items[:, 12] == 5, 4, items[:, 12])
    with pytest.raises(StatisticsError) as err:
        wave_samples(polychoric(items, acov=True), PATTERN, n_rows=[370, 360])
    assert (err.value.code, err.value.params["item"]) == ("stats.groups_differ_in_categories", 2)


def test_two_categories_are_too_few() -> None:
    items = np.where(np.isnan(people()), np.nan, 1.0 + (people() > 3))
    with pytest.raises(StatisticsError) as err:
        wave_samples(polychoric(items, acov=True), PATTERN, n_rows=[370, 360])
    assert err.value.code == "stats.too_few_categories_for_groups"


def test_correlations_need_their_covariance() -> None:
    with pytest.raises(StatisticsError) as err:
        wave_samples(polychoric(people()), PATTERN, n_rows=[370, 360])
    assert err.value.code == "stats.cfa_needs_acov"
