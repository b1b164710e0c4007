"""Proportional odds against ordinal::clm and MASS::polr, and its jackknife against polr fitted without each cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.glm import fit_glm
from kadsurvey.stats.ordered import fit_ordered, ordered_jackknife
from tests.reference_numbers import columns, load, matrix
from tests.stats.regression_data import labels

# clm ends its Newton steps at a gradient of 1e-6.
CLM = 1e-6
# polr climbs by BFGS and stops at a relative change of the deviance of 1e-8, so its estimates are good to about 1e-5;
# for the jackknife (topic 15) it climbs until nothing changes.
POLR = 1e-4
POLR_TIGHT = 1e-6

NAMES = ["trust", "norm", "network", "ngo"]


def data() -> tuple[NDArray[Any], NDArray[np.float64], NDArray[Any]]:
    table = columns("coop_regression_respondents")
    X = np.column_stack([table[name] for name in NAMES])
    return table["perceived_cat"], X, labels("coop_regression_respondents", "body")


def test_equals_clm() -> None:
    y, X, _ = data()
    fit, expected = fit_ordered(y, X), load("t08_regression")["ordinal"]["clm_logit"]
    table = matrix(expected["coef"])  # thresholds first
    np.testing.assert_allclose(fit.thresholds, table[:4, 0], rtol=CLM)
    np.testing.assert_allclose(fit.slopes, table[4:, 0], rtol=CLM)
    std_error = np.sqrt(np.diag(fit.vcov))
    np.testing.assert_allclose(std_error[4:], table[:4, 1], rtol=CLM)
    np.testing.assert_allclose(std_error[:4], table[4:, 1], rtol=CLM)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=1e-12)
    assert fit.aic == pytest.approx(expected["nominal_test"]["AIC"][0], rel=1e-12)
    assert fit.converged
    assert fit.n_obs == len(y)
    assert fit.categories.tolist() == [1, 2, 3, 4, 5]


def test_equals_polr() -> None:
    y, X, _ = data()
    fit, expected = fit_ordered(y, X), load("t08_regression")["ordinal"]["polr_logistic"]
    np.testing.assert_allclose(fit.estimate, matrix(expected["coef"])[:, 0], rtol=POLR)
    assert -2 * fit.log_likelihood <= expected["deviance"]  # at least as high
    null = load("t15_glm")["ordered"]["null_logLik"]
    assert fit.pseudo_r2 == pytest.approx(1 - fit.log_likelihood / null, rel=1e-12)


def test_jackknife_equals_polr_without_each_cluster() -> None:
    found, expected = ordered_jackknife(*data()), load("t15_glm")["ordered"]
    np.testing.assert_allclose(found.std_error, expected["jackknife_se"], rtol=POLR_TIGHT)
    np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=POLR_TIGHT)
    assert (found.n_clusters, found.df) == (expected["n_clusters"], expected["n_clusters"] - 1)
    assert (found.n_failed, found.n_without_category) == (0, 0)
    np.testing.assert_allclose((found.ci_low + found.ci_high) / 2, found.estimate)
    assert np.all((found.p_value < 0.05) == ((found.ci_low > 0) | (found.ci_high < 0)))


def test_two_categories_are_a_logistic_model() -> None:
    y, X, _ = data()
    high = (y > 3).astype(float)
    ordered = fit_ordered(high, X)
    logit = fit_glm(high, np.column_stack([np.ones(len(y)), X]), family="logit")
    np.testing.assert_allclose(ordered.slopes, logit.estimate[1:], rtol=1e-8)
    np.testing.assert_allclose(ordered.thresholds, -logit.estimate[:1], rtol=1e-8)
    assert ordered.log_likelihood == pytest.approx(logit.log_likelihood, rel=1e-12)
    assert ordered.pseudo_r2 == pytest.approx(logit.pseudo_r2, rel=1e-12)


def test_reversed_outcome_turns_the_signs() -> None:
    y, X, _ = data()
    first, second = fit_ordered(y, X), fit_ordered(-10 * y, X)
    np.testing.assert_allclose(first.slopes, -second.slopes, rtol=1e-8)
    np.testing.assert_allclose(first.thresholds, -second.thresholds[::-1], rtol=1e-8)


def test_far_tails_keep_their_digits() -> None:
    y, X, _ = data()
    first, second = fit_ordered(y, X), fit_ordered(y, X + 50.0)
    np.testing.assert_allclose(first.slopes, second.slopes, rtol=1e-7)
    assert first.log_likelihood == pytest.approx(second.log_likelihood, rel=1e-10)


def test_thresholds_have_no_error_where_a_cluster_holds_a_category_alone() -> None:
    y, X, body = data()
    alone = np.where(body == "b01", 6, y)
    found = ordered_jackknife(alone, X, body)
    assert (found.n_without_category, found.n_failed) == (1, 0)
    assert np.isfinite(found.std_error[:4]).all()
    assert np.isnan(found.std_error[4:]).all()
    assert np.isnan(found.p_value[4:]).all()


def test_a_cluster_that_carries_the_predictor_withholds_all() -> None:
    y, X, body = data()
    found = ordered_jackknife(y, np.column_stack([X, body == "b01"]), body)
    assert found.n_failed == 1
    assert np.isnan(found.std_error).all()
    assert np.isfinite(found.estimate).all()


def refused(y: Any, X: Any) -> StatisticsError:
    with pytest.raises(StatisticsError) as caught:
        fit_ordered(np.asarray(y), np.asarray(X))
    return caught.value


def test_refuses_what_has_no_answer() -> None:
    y, X, body = data()
    assert refused(np.ones(len(y)), X).code == "stats.constant_outcome"
    assert refused(np.where(y == 1, np.nan, y), X).code == "stats.not_finite"
    assert refused(y[:-1], X).code == "stats.lengths_differ"
    assert refused(y[:7], X[:7]).code == "stats.no_residual_df"
    assert refused(y, np.column_stack([X, X[:, 0]])).params["columns"] == [4]
    assert refused(y, np.column_stack([np.ones(len(y)), X])).params["columns"] == [0]
    with pytest.raises(StatisticsError) as caught:
        ordered_jackknife(y, X, np.zeros(len(y)))
    assert caught.value.code == "stats.single_cluster"
    with pytest.raises(StatisticsError) as caught:
        ordered_jackknife(y, X, body[1:])
    assert caught.value.code == "stats.lengths_differ"


OUTCOME, NOISE = np.repeat([1, 2, 3], 6), np.random.default_rng(1).normal(size=18)


@pytest.mark.parametrize("predictor", [np.repeat([1.0, 2, 3], 6), np.repeat([0.0, 0, 1], 6)])
def test_names_separation(predictor: Any) -> None:
    found = refused(OUTCOME, np.column_stack([NOISE, predictor]))
    assert found.code == "stats.separation"
    assert found.params["columns"] == [1]


def test_a_group_without_one_category_is_no_separation() -> None:
    group = np.concatenate([np.zeros(6), [0, 1, 0, 1, 0, 1], [1, 1, 0, 1, 1, 1]])
    assert fit_ordered(OUTCOME, np.column_stack([NOISE, group])).converged
