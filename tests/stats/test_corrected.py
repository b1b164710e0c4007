"""Slopes corrected for measurement error and small clusters: lavaan's local SAM, base R, known truth, refusals."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.corrected import corrected_jackknife, corrected_slopes
from kadsurvey.stats.corrected_between import CorrectedBetweenSlopes, corrected_between_slopes
from kadsurvey.stats.jackknife import delete_one
from kadsurvey.stats.linear import fit_ols
from kadsurvey.stats.ml_factor import ml_factor
from tests.reference_numbers import REFERENCE, columns, load

Array = NDArray[np.float64]

# lavaan's optimiser stops about 1e-6 from the maximum; see t14_corrected.json for its gradients.
SAM = 1e-5
SAM_RELIABILITY = 1e-5
# Base R computes the same closed form.
BASE_R = 1e-9
# The same numbers in other units or another order: rounding, and the last step of the factor model.
ALGEBRA = 1e-8


def blocks_of(data: dict[str, Array]) -> list[Array]:
    return [np.column_stack([data[f"{letter}{item}"] for item in range(1, 6)]) for letter in "TNW"]


def sam_slopes(model: str, outcome: str) -> list[float]:
    found = load("t09_sem_sam")[model]["sam_local_twostep"]["parameters"]
    rows = zip(found["lhs"], found["op"], found["est"], strict=True)
    return [estimate for left, op, estimate in rows if (left, op) == (outcome, "~")]


def labels(name: str, column: str) -> NDArray[np.str_]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return np.array([row[column] for row in csv.DictReader(file)])


# Rows


def test_slopes_equal_lavaans_local_sam() -> None:
    data = columns("coop_latent_regression")
    found = corrected_slopes(blocks_of(data), data["perceived"], covariates=data["ngo"], scaling="marker")
    assert found.reason is None
    assert found.n_obs == load("t09_sem_sam")["n"]
    np.testing.assert_allclose(found.slopes, sam_slopes("observed_outcome", "perceived"), atol=SAM)
    reliability = load("t09_sem_sam")["observed_outcome"]["sam_local_twostep"]["sam_mm_rel"][0]
    np.testing.assert_allclose(found.reliability, reliability[:3] + reliability[4:], atol=SAM_RELIABILITY)


def test_a_bartlett_score_may_be_the_outcome() -> None:
    data = columns("coop_latent_regression")
    items = np.column_stack([data[f"P{item}"] for item in range(1, 4)])
    model = ml_factor(np.cov(items.T, bias=True), n_obs=len(items))
    outcome = items @ model.weights * model.loadings[0]  # in units of its first item, as lavaan's
    found = corrected_slopes(blocks_of(data), outcome, covariates=data["ngo"], scaling="marker")
    np.testing.assert_allclose(found.slopes, sam_slopes("latent_outcome", "PO"), atol=SAM)


def test_slopes_on_standardised_factors_equal_lavaans() -> None:
    data, reference = columns("coop_latent_regression"), load("t14_corrected")["sam_marker"]
    found = corrected_slopes(blocks_of(data), data["perceived"], covariates=data["ngo"])
    np.testing.assert_allclose(found.slopes, reference["std"], atol=SAM)
    np.testing.assert_allclose([model.loadings[0] for model in found.models], reference["sd"], atol=SAM)
    np.testing.assert_allclose(found.covariance.diagonal()[:3], 1, atol=ALGEBRA)
    at_mean = found.intercept + data["ngo"].mean() * found.slopes[-1]
    assert at_mean == pytest.approx(data["perceived"].mean(), abs=ALGEBRA)


def test_naive_slopes_are_those_of_the_scores_and_smaller() -> None:
    data = columns("coop_latent_regression")
    items = blocks_of(data)[0]
    found = corrected_slopes([items], data["perceived"])
    score = (items - items.mean(axis=0)) @ found.models[0].weights
    plain = fit_ols(data["perceived"], np.column_stack([np.ones(len(score)), score])).estimate
    np.testing.assert_allclose([found.naive_intercept, *found.naive_slopes], plain, rtol=ALGEBRA)
    # With one predictor the correction is division by its reliability.
    np.testing.assert_allclose(found.slopes * found.reliability, found.naive_slopes, rtol=ALGEBRA)
    marker = corrected_slopes([items], data["perceived"], scaling="marker")
    np.testing.assert_allclose(marker.slopes * found.models[0].loadings[0], found.slopes, rtol=ALGEBRA)
    np.testing.assert_allclose(marker.naive_slopes / marker.slopes, found.reliability, rtol=ALGEBRA)


def test_units_of_items_change_nothing_but_the_markers() -> None:
    data = columns("coop_latent_regression")
    blocks, units = blocks_of(data), np.array([10.0, 0.1, 3.0, 1.0, 50.0])
    scaled = [block * units + 7 for block in blocks]
    plain = corrected_slopes(blocks, data["perceived"], covariates=data["ngo"])
    other = corrected_slopes(scaled, data["perceived"], covariates=data["ngo"])
    np.testing.assert_allclose(other.slopes, plain.slopes, rtol=ALGEBRA)
    np.testing.assert_allclose(other.reliability, plain.reliability, rtol=ALGEBRA)
    marker = corrected_slopes(blocks, data["perceived"], scaling="marker").slopes
    np.testing.assert_allclose(
        corrected_slopes(scaled, data["perceived"], scaling="marker").slopes * 10, marker, rtol=ALGEBRA
    )


def test_order_of_blocks_is_the_order_of_slopes() -> None:
    data = columns("coop_latent_regression")
    forth = corrected_slopes(blocks_of(data), data["perceived"])
    back = corrected_slopes(blocks_of(data)[::-1], data["perceived"])
    np.testing.assert_allclose(back.slopes[::-1], forth.slopes, rtol=ALGEBRA)


def two_factors(rng: np.random.Generator, n_obs: int, correlation: float = 0.5) -> tuple[list[Array], Array]:
    """Return four items of each of two factors, reliability about .7, and an outcome with slopes .5 and .3."""
    factors = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=n_obs)
    blocks = [factors[:, [k]] * 0.6 + rng.normal(0, 0.8, (n_obs, 4)) for k in range(2)]
    return blocks, factors @ [0.5, 0.3] + rng.normal(0, 0.8, n_obs)


def test_the_truth_is_found_where_naive_slopes_miss_it() -> None:
    rng = np.random.default_rng(11)
    found = [corrected_slopes(*two_factors(rng, 400)) for _ in range(200)]
    assert all(each.reason is None for each in found)
    corrected = np.median([each.slopes for each in found], axis=0)
    naive = np.median([each.naive_slopes for each in found], axis=0)
    # In 4,000 samples the medians were .494 and .301; those of 200 have a standard error of .006, so .03 leaves four.
    np.testing.assert_allclose(corrected, [0.5, 0.3], atol=0.03)
    assert naive[0] < 0.40


def test_an_improper_factor_withholds_slopes_but_not_the_naive() -> None:
    rng = np.random.default_rng(2)
    items = rng.multivariate_normal(np.zeros(3), [[1, 0.8, 0.8], [0.8, 1, 0.3], [0.8, 0.3, 1]], size=300)
    found = corrected_slopes([items], items[:, 0] + rng.normal(size=300))
    assert found.reason == "heywood"
    assert found.models[0].heywood == (0,)
    assert np.isnan(found.slopes).all()
    assert np.isnan(found.intercept)
    assert np.isfinite(found.naive_slopes).all()


def test_two_blocks_of_one_factor_withhold_slopes() -> None:
    rng = np.random.default_rng(4)
    factor = rng.normal(size=(300, 1))
    shared = rng.normal(size=(300, 4))  # errors in common: the corrected correlation is above 1
    blocks = [factor + shared, factor + shared + 0.1 * rng.normal(size=(300, 4))]
    found = corrected_slopes(blocks, factor[:, 0])
    assert found.reason == "not_positive_definite"
    assert np.isnan(found.slopes).all()
    assert np.isfinite(found.naive_slopes).all()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"blocks": []}, "stats.too_few_factors"),
        ({"blocks": [np.ones((50, 2))]}, "stats.too_few_items"),
        ({"blocks": [np.ones(50)]}, "stats.too_few_items"),
        ({"blocks": [np.ones((49, 4))]}, "stats.lengths_differ"),
        ({"blocks": [np.full((50, 4), np.nan)]}, "stats.not_finite"),
        ({"blocks": [np.ones((50, 4))]}, "stats.constant_item"),
        ({"y": np.full(50, np.inf)}, "stats.not_finite"),
        ({"covariates": np.ones(50)}, "stats.rank_deficient"),
        ({"covariates": np.ones((51, 2))}, "stats.lengths_differ"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(change: dict[str, Any], code: str) -> None:
    blocks, y = two_factors(np.random.default_rng(1), 50)
    given: dict[str, Any] = {"blocks": blocks, "y": y, "covariates": None} | change
    with pytest.raises(StatisticsError) as caught:
        corrected_slopes(given["blocks"], given["y"], covariates=given["covariates"])
    assert caught.value.code == code
    assert str(caught.value)


def test_an_unknown_scaling_is_refused() -> None:
    blocks, y = two_factors(np.random.default_rng(1), 50)
    with pytest.raises(ArgumentError) as caught:
        corrected_slopes(blocks, y, scaling="items")  # type: ignore[arg-type]
    assert caught.value.code == "stats.unknown_option"


# Clusters


def real_clusters(order: slice = slice(None), **options: Any) -> CorrectedBetweenSlopes:
    rows, groups = columns("coop_regression_respondents"), columns("coop_regression_bodies")
    scores = np.column_stack([rows[name] for name in ("trust", "norm", "network")])
    body = labels("coop_regression_respondents", "body")
    return corrected_between_slopes(
        scores[order], body[order], groups["cost_efficiency"], covariates=groups["log_pop"], **options
    )


def test_between_slopes_equal_base_r() -> None:
    found, reference = real_clusters(), load("t14_corrected")["between"]
    assert (found.n_obs, found.n_clusters) == (reference["n_obs"], reference["n_clusters"])
    assert found.reason is None
    assert found.size == pytest.approx(reference["size"], rel=BASE_R)
    np.testing.assert_allclose(found.within, reference["within"], rtol=BASE_R)
    np.testing.assert_allclose(found.between, reference["between"], rtol=BASE_R)
    np.testing.assert_allclose(found.slopes, reference["slopes"], rtol=BASE_R)
    assert found.intercept == pytest.approx(reference["intercept"], rel=1e-8)  # a small rest of large terms
    np.testing.assert_allclose(found.reliability, reference["reliability"], rtol=BASE_R)
    np.testing.assert_allclose([found.naive_intercept, *found.naive_slopes], reference["naive"], rtol=1e-8)


def test_order_of_rows_does_not_matter() -> None:
    np.testing.assert_allclose(real_clusters(slice(None, None, -1)).slopes, real_clusters().slopes, rtol=ALGEBRA)


def test_multipliers_are_the_units_of_the_factor() -> None:
    plain, scaled = real_clusters(), real_clusters(multipliers=[2.0, 0.5, 1.0])
    np.testing.assert_allclose(scaled.slopes, plain.slopes * [2, 0.5, 1, 1], rtol=ALGEBRA)
    np.testing.assert_allclose(scaled.naive_slopes, plain.naive_slopes * [2, 0.5, 1, 1], rtol=ALGEBRA)
    np.testing.assert_allclose(scaled.reliability, plain.reliability, rtol=ALGEBRA)
    assert scaled.intercept == pytest.approx(plain.intercept, rel=1e-6)


def test_without_differences_inside_clusters_it_is_least_squares() -> None:
    rng = np.random.default_rng(6)
    true, covariate, code = rng.normal(size=20), rng.normal(size=20), np.repeat(np.arange(20), 4)
    found = corrected_between_slopes(true[code], code, true + rng.normal(size=20), covariates=covariate)
    np.testing.assert_allclose(found.slopes, found.naive_slopes, rtol=ALGEBRA)
    assert found.intercept == pytest.approx(found.naive_intercept, abs=ALGEBRA)
    assert found.reliability[0] == pytest.approx(1)


def test_equal_sizes_give_plain_covariances() -> None:
    rng = np.random.default_rng(8)
    code = np.repeat(np.arange(40), 6)
    scores, y = rng.normal(size=(40, 2))[code] + rng.normal(size=(240, 2)), rng.normal(size=40)
    found = corrected_between_slopes(scores, code, y)
    means = scores.reshape(40, 6, 2).mean(axis=1)
    between = np.cov(means.T) - found.within / 6
    np.testing.assert_allclose(found.between, between, rtol=ALGEBRA)
    toward = np.cov(np.column_stack([means, y]).T)[:2, 2]
    np.testing.assert_allclose(found.slopes, np.linalg.solve(between, toward), rtol=ALGEBRA)
    assert (found.size, found.harmonic_size) == (pytest.approx(6), pytest.approx(6))


def test_unequal_sizes_are_consistent() -> None:
    """Sizes from 2 to 40 by chance; a covariate that goes with the true means."""
    rng = np.random.default_rng(9)
    n_clusters = 6000
    code = np.repeat(np.arange(n_clusters), rng.choice([2, 3, 8, 40], n_clusters))
    true = rng.normal(size=n_clusters)
    covariate = 0.5 * true + rng.normal(size=n_clusters)
    y = 3 + true - 0.5 * covariate + rng.normal(0, 0.5, n_clusters)
    scores = true[code] + 2 * rng.normal(size=len(code))
    found = corrected_between_slopes(scores, code, y, covariates=covariate, least_reliability=0)
    # One sample of 6,000 clusters: standard errors are below .015; the bounds are more than four of them.
    np.testing.assert_allclose([found.intercept, *found.slopes], [3, 1, -0.5], atol=0.06)
    assert found.naive_slopes[0] < 0.7


def small_study(rng: np.random.Generator, n_clusters: int) -> CorrectedBetweenSlopes:
    """Return slopes of eight rows a cluster, ICC .2; the true slope is .5 for a standard deviation of true means."""
    code = np.repeat(np.arange(n_clusters), 8)
    true = rng.normal(0, np.sqrt(0.2), n_clusters)
    scores = true[code] + rng.normal(0, np.sqrt(0.8), len(code))
    # Refusals of unreliable samples would select those whose clusters differ most.
    return corrected_between_slopes(scores, code, 1.118 * true + rng.normal(0, 0.5, n_clusters), least_reliability=0)


# In 12,000 samples the medians were 1.179 and 1.141: a ratio whose divisor is uncertain is skewed, the more so the
# fewer the clusters. The bounds are four standard errors of the median of 1,500 (.022 and .011) around these.
@pytest.mark.parametrize(("n_clusters", "low", "high"), [(12, 1.09, 1.27), (30, 1.095, 1.185)])
def test_small_clusters_attenuate_and_the_correction_undoes_it(n_clusters: int, low: float, high: float) -> None:
    rng = np.random.default_rng(n_clusters)
    found = [small_study(rng, n_clusters) for _ in range(1500)]
    assert {each.reason for each in found} <= {None, "not_positive_definite"}
    # Withheld slopes have the smallest divisors, so they count as large.
    slopes = [np.inf if each.reason else each.slopes[0] for each in found]
    assert low < np.median(slopes) < high
    # Two thirds of 1.118, as the reliability .2 / (.2 + .8 / 8) has it, is .745.
    assert np.median([each.naive_slopes[0] for each in found]) < 0.85


def study_of(n_clusters: int, sd: float, n_scores: int = 1) -> tuple[Array, NDArray[np.intp], Array]:
    rng = np.random.default_rng(n_clusters)
    code = np.repeat(np.arange(n_clusters), 8)
    true = rng.normal(0, sd, (n_clusters, n_scores))
    return true[code] + rng.normal(size=(len(code), n_scores)), code, true[:, 0] + rng.normal(size=n_clusters)


def test_few_clusters_carry_one_predictor_only() -> None:
    scores, code, y = study_of(9, 3.0, n_scores=2)
    found = corrected_between_slopes(scores, code, y)
    assert found.reason == "too_few_clusters"
    assert np.isnan(found.slopes).all()
    assert np.isfinite(found.naive_slopes).all()
    assert corrected_between_slopes(scores[:, 0], code, y).reason is None
    assert corrected_between_slopes(scores[:, 0], code, y, covariates=scores[::8, 1]).reason == "too_few_clusters"
    assert corrected_between_slopes(scores, code, y, fewest_clusters=9).reason is None
    assert corrected_between_slopes(*study_of(10, 3.0, n_scores=2)).reason is None


def test_clusters_that_hardly_differ_are_unreliable() -> None:
    found = corrected_between_slopes(*study_of(30, 0.2))
    assert 0 < found.reliability[0] < 0.5
    assert found.reason == "unreliable"
    assert np.isnan(found.slopes).all()
    assert np.isnan(found.intercept)
    assert np.isfinite(found.naive_slopes).all()
    assert corrected_between_slopes(*study_of(30, 0.2), least_reliability=0.1).reason is None


def test_clusters_more_alike_than_chance_have_no_slopes() -> None:
    code = np.repeat(np.arange(12), 4)
    scores = np.tile([-1.0, 1.0, -1.0, 1.0], 12) + 0.01 * code
    found = corrected_between_slopes(scores, code, np.random.default_rng(1).normal(size=12))
    assert found.between[0, 0] < 0
    assert found.reliability[0] == 0
    assert found.reason == "not_positive_definite"
    assert np.isnan(found.slopes).all()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"y": np.zeros(11)}, "stats.lengths_differ"),
        ({"y": np.full(12, np.nan)}, "stats.not_finite"),
        ({"scores": np.zeros(95)}, "stats.lengths_differ"),
        ({"scores": np.full(96, np.nan)}, "stats.not_finite"),
        ({"scores": np.zeros(96)}, "stats.rank_deficient"),
        ({"covariates": np.zeros(11)}, "stats.lengths_differ"),
        ({"multipliers": [0.0]}, "stats.not_finite"),
        ({"multipliers": [1.0, 1.0]}, "stats.lengths_differ"),
        ({"clusters": np.zeros(96), "y": np.zeros(1)}, "stats.single_cluster"),
        ({"clusters": np.arange(96), "y": np.zeros(96)}, "stats.icc_needs_clusters"),
        ({"clusters": np.repeat([0, 1], 48), "y": np.zeros(2)}, "stats.no_residual_df"),
    ],
)
def test_clusters_that_cannot_be_used_are_refused(change: dict[str, Any], code: str) -> None:
    scores, clusters, y = study_of(12, 1.0)
    given: dict[str, Any] = {"scores": scores, "clusters": clusters, "y": y} | change
    with pytest.raises(StatisticsError) as caught:
        corrected_between_slopes(given.pop("scores"), given.pop("clusters"), given.pop("y"), **given)
    assert caught.value.code == code
    assert str(caught.value)


# Delete one cluster


def test_the_jackknife_makes_everything_again_without_each_cluster() -> None:
    data = columns("coop_latent_regression")
    bodies, body = np.unique(labels("coop_latent_regression", "body"), return_inverse=True)
    blocks, y = blocks_of(data), data["perceived"]
    fits = []

    def without(left_out: int) -> Array:
        keep = body != left_out
        fits.append(corrected_slopes([block[keep] for block in blocks], y[keep]))
        return fits[-1].slopes

    whole = corrected_slopes(blocks, y)
    found = corrected_jackknife(without, estimate=whole.slopes, n_clusters=len(bodies))
    assert found.df == len(bodies) - 1
    assert np.all(found.ci_low < whole.slopes)
    assert np.all(whole.slopes < found.ci_high)
    by_hand = delete_one(whole.slopes, [fit.slopes for fit in fits])
    np.testing.assert_array_equal(found.std_error, by_hand.std_error)
    assert len({fit.models[0].loadings[0] for fit in fits}) == len(bodies)


def test_an_undefined_replicate_withholds_the_interval() -> None:
    found = corrected_jackknife(
        lambda left: [np.nan if left == 3 else left, 0.1 * left], estimate=[1.0, 0.3], n_clusters=6
    )
    assert np.isnan([found.std_error[0], found.ci_low[0], found.ci_high[0]]).all()
    assert np.isfinite([found.std_error[1], found.ci_low[1], found.ci_high[1]]).all()
    assert found.estimate.tolist() == [1.0, 0.3]


def test_a_replicate_that_cannot_be_computed_is_undefined() -> None:
    def without(left_out: int) -> list[float]:
        if left_out == 0:
            raise StatisticsError("stats.constant_item", item=0)
        return [float(left_out)]

    found = corrected_jackknife(without, estimate=[1.0], n_clusters=5)
    assert np.isnan([found.std_error[0], found.ci_low[0], found.ci_high[0]]).all()


def test_withheld_slopes_have_no_interval_and_cost_no_replicates() -> None:
    def without(left_out: int) -> list[float]:
        raise AssertionError(left_out)

    found = corrected_jackknife(without, estimate=[np.nan, np.nan], n_clusters=5)
    assert np.isnan(found.ci_low).all()


def test_a_sample_that_turns_unreliable_without_one_cluster_has_no_interval() -> None:
    scores, code, y = study_of(12, 0.3)
    y = y + 0
    scores[code == 0] += 3  # the clusters differ by this one alone

    def without(left_out: int) -> Array:
        keep = np.arange(12) != left_out
        return corrected_between_slopes(scores[keep[code]], code[keep[code]], y[keep]).slopes

    whole = corrected_between_slopes(scores, code, y)
    assert whole.reason is None
    found = corrected_jackknife(without, estimate=whole.slopes, n_clusters=12)
    assert np.isnan(found.ci_low).all()


def test_one_cluster_cannot_be_left_out() -> None:
    with pytest.raises(StatisticsError) as caught:
        corrected_jackknife(lambda _: [1.0], estimate=[1.0], n_clusters=1)
    assert caught.value.code == "stats.single_cluster"
