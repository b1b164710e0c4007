"""Moderated variances against limma, shrunken means against metafor, and what neither program gives by closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.shrinkage import moderated_variances, shrink
from tests.reference_numbers import load, vector

# limma finds the prior's degrees of freedom by Newton steps that stop at 1e-8 of the trigamma function.
LIMMA = 1e-7
# metafor stops Fisher scoring on the variance between; what follows from it is good to the same digits.
METAFOR = 1e-6
ROUNDING = 1e-12
STUDIES = 2000
LEVEL = 0.95
# Four standard errors of a share of .95 among the units of so many studies, which depend on each other within a study.
CHANCE = 4 * (LEVEL * (1 - LEVEL) / STUDIES) ** 0.5


@pytest.fixture(scope="module")
def numbers():
    return load("t17_levels")


def test_moderated_variances_equal_limma(numbers):
    wanted = numbers["squeeze"]
    df = vector(wanted["df"])
    found, steadied = moderated_variances(vector(wanted["variances"]), df)
    np.testing.assert_allclose(found, vector(wanted["posterior"]), rtol=LIMMA)
    np.testing.assert_allclose(steadied, wanted["prior_df"] + df, rtol=LIMMA)


def test_variances_that_differ_by_no_more_than_chance_are_pooled():
    variances, df = np.array([10.0, 10.5, 9.8]), np.array([4.0, 2.0, 6.0])
    found, steadied = moderated_variances(variances, df)
    np.testing.assert_allclose(found, (variances * df).sum() / 12, rtol=ROUNDING)
    np.testing.assert_allclose(steadied, 12)


def test_a_unit_without_degrees_of_freedom_takes_what_the_others_have():
    df = np.array([0.0, 4, 4, 4])
    found, steadied = moderated_variances(np.array([np.nan, 1.0, 30.0, 900.0]), df)
    without, _ = moderated_variances(np.array([1.0, 30.0, 900.0]), df[1:])
    np.testing.assert_allclose(found[1:], without, rtol=ROUNDING)
    assert steadied[0] == pytest.approx(steadied[1] - 4)
    assert np.isfinite(found[0])


@pytest.mark.parametrize(("variances", "df"), [([np.nan], [0.0]), ([0.0, 0.0], [3.0, 4.0])])
def test_nothing_that_varies_gives_no_variance(variances, df):
    with pytest.raises(StatisticsError) as caught:
        moderated_variances(np.array(variances), np.array(df))
    assert caught.value.code == "stats.no_residual_variance"


@pytest.mark.parametrize("case", ["shrink", "shrink_few", "shrink_none"])
def test_shrunken_means_equal_metafor(numbers, case):
    wanted = numbers[case]
    y, v = vector(wanted["y"]), vector(wanted["v"])
    found = shrink(y, v)
    assert found.between == pytest.approx(wanted["between"], rel=METAFOR, abs=METAFOR)
    assert (found.mean, found.mean_std_error) == pytest.approx((wanted["mean"], wanted["mean_se"]), rel=METAFOR)
    np.testing.assert_allclose(found.value, vector(wanted["value"]), rtol=METAFOR)
    # metafor leaves out what not knowing the variance between costs.
    weights = 1 / (v + found.between)
    cost = 2 * v**2 * weights**3 * 2 / (weights**2).sum()
    np.testing.assert_allclose(np.sqrt(found.std_error**2 - cost), vector(wanted["se"]), rtol=METAFOR, atol=METAFOR)


def test_units_of_one_variance_have_the_closed_form():
    y, v = np.array([40.0, 55, 61, 72, 50]), np.full(5, 20.0)
    found = shrink(y, v)
    between = y.var(ddof=1) - 20
    assert found.between == pytest.approx(between, rel=1e-7)
    np.testing.assert_allclose(found.reliability, between / (between + 20), rtol=1e-7)
    np.testing.assert_allclose(found.value, y.mean() + found.reliability * (y - y.mean()), rtol=1e-7)


def test_three_units_are_too_few():
    with pytest.raises(StatisticsError) as caught:
        shrink(np.arange(3.0), np.ones(3))
    assert caught.value.params["least"] == 4


def test_the_interval_of_a_shrunken_mean_holds_the_true_one():
    rng = np.random.default_rng(3)
    variances = rng.uniform(2, 30, size=12)
    hits = []
    for _ in range(STUDIES):
        true = rng.normal(60, 5, size=12)
        found = shrink(true + rng.normal(size=12) * np.sqrt(variances), variances)
        reach = stats.norm.ppf(0.975) * found.std_error
        hits.append(np.mean(np.abs(found.value - true) <= reach))
    assert np.mean(hits) == pytest.approx(LEVEL, abs=CHANCE)
