import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.agreement import anova_icc, design_effect, icc1, size_needed
from kadsurvey.stats.mixed import random_intercepts, restricted_icc

CLOSED_FORM = 1e-12
LIKELIHOOD = 1e-6  # where the search for the limit stops
STUDIES = 400
CHANCE = 4 * (0.05 * 0.95 / STUDIES) ** 0.5


def test_icc1_of_a_worked_example():
    # Three clusters of two: means 2, 5, 8; MSB = 18, MSW = 2; (18 - 2) / (18 + 2) = 0.8.
    values = np.array([1.0, 3, 4, 6, 7, 9])
    assert icc1(values, np.array(["a", "a", "b", "b", "c", "c"])) == pytest.approx(0.8, abs=CLOSED_FORM)


def test_icc1_may_be_negative():
    assert icc1(np.array([1.0, 3, 1, 3]), np.array([1, 1, 2, 2])) == pytest.approx(-1.0, abs=CLOSED_FORM)


@pytest.mark.parametrize("clusters", [["a", "a", "a"], ["a", "b", "c"]], ids=["one cluster", "clusters of one"])
def test_icc1_needs_clusters(clusters):
    with pytest.raises(StatisticsError):
        icc1(np.array([1.0, 2, 3]), np.array(clusters))


def test_design_effect_of_thirty_with_icc_a_fifth():
    assert design_effect(0.2, 30) == pytest.approx(6.8, abs=CLOSED_FORM)
    assert design_effect(-0.1, 30) == 1


def test_anova_equals_its_closed_form():
    # As above: MSB = 18, MSW = 2, F = 9 with 2 and 3 degrees of freedom.
    found = anova_icc(np.array([1.0, 3, 4, 6, 7, 9]), np.array(["a", "a", "b", "b", "c", "c"]))
    low, high = 9 / stats.f.ppf(0.975, 2, 3), 9 * stats.f.ppf(0.975, 3, 2)
    assert (found.f, found.df_between, found.df_within, found.exact) == (9, 2, 3, True)
    assert found.icc1 == pytest.approx(0.8, abs=CLOSED_FORM)
    assert found.icc2 == pytest.approx(8 / 9, abs=CLOSED_FORM)
    assert (found.icc1_low, found.icc1_high) == pytest.approx(
        ((low - 1) / (low + 1), (high - 1) / (high + 1)), abs=CLOSED_FORM
    )
    assert (found.icc2_low, found.icc2_high) == pytest.approx((1 - 1 / low, 1 - 1 / high), abs=CLOSED_FORM)


def test_searles_size_of_unequal_clusters():
    found = anova_icc(np.arange(6.0), np.array([1, 1, 1, 1, 2, 2]), size="searle")
    assert found.size == pytest.approx((6 - 20 / 6) / 1, abs=CLOSED_FORM)
    assert not found.exact


def test_values_alike_within_clusters_are_wholly_between_them():
    found = anova_icc(np.array([1.0, 1, 2, 2]), np.array([1, 1, 2, 2]))
    assert (found.icc1, found.icc2, found.icc1_low, found.p_value) == (1, 1, 1, 0)


def test_values_that_do_not_vary_have_no_icc():
    found = anova_icc(np.ones(4), np.array([1, 1, 2, 2]))
    assert np.isnan([found.icc1, found.icc1_low, found.icc2, found.f, found.p_value]).all()


def test_size_needed_is_spearman_browns():
    needed = size_needed(0.2, 0.7)
    assert needed * 0.2 / (1 + (needed - 1) * 0.2) == pytest.approx(0.7, abs=CLOSED_FORM)
    assert np.isnan(size_needed(-0.1, 0.7))


@pytest.mark.parametrize("sizes", [(10,) * 12, (3, 5, 6, 8, 9, 10, 11, 12, 14, 16, 20, 26)], ids=["equal", "unequal"])
def test_intervals_hold_the_truth_as_often_as_they_say(sizes):
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    held = np.zeros(2)
    for _ in range(STUDIES):
        values = rng.normal(size=len(sizes))[clusters] * 0.5 + rng.normal(size=len(clusters)) * 0.75**0.5
        found = anova_icc(values, clusters)
        _, low, high = restricted_icc(values, clusters)
        held += [found.icc1_low <= 0.25 <= found.icc1_high, low <= 0.25 <= high]
    assert held / STUDIES == pytest.approx([0.95, 0.95], abs=CHANCE)


def test_the_mixed_models_limits_are_where_the_likelihood_ratio_is_refused():
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(10), 6)
    values = rng.normal(size=10)[clusters] + rng.normal(size=60)
    fit = random_intercepts(values, np.ones((60, 1)), clusters)
    icc, *limits = restricted_icc(values, clusters)
    assert icc == pytest.approx(fit.icc[0], abs=LIKELIHOOD)
    for limit in limits:
        # The restricted likelihood written out with the full covariance matrix.
        total = _best_restricted(values, clusters, limit)
        assert 2 * (fit.log_likelihood - total) == pytest.approx(stats.chi2.ppf(0.95, 1), abs=LIKELIHOOD)


def _best_restricted(values, clusters, icc):
    """Return the restricted log likelihood at an ICC, with the best variance."""
    n = len(values)
    shape = icc * (clusters[:, None] == clusters) + (1 - icc) * np.eye(n)
    inverse, ones = np.linalg.inv(shape), np.ones(n)
    residual = values - (ones @ inverse @ values) / (ones @ inverse @ ones)
    variance = residual @ inverse @ residual / (n - 1)
    parts = (n - 1) * (1 + np.log(2 * np.pi * variance)), np.linalg.slogdet(shape)[1], np.log(ones @ inverse @ ones)
    return -0.5 * sum(parts)
