"""Polychoric, polyserial and Pearson correlations against lavaan and psych, closed forms and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.bivariate import bivariate_cdf
from kadsurvey.stats.contingency import contingency
from kadsurvey.stats.correlation import pearson, polychoric
from kadsurvey.stats.matrices import correlation_matrix, positive_definite, smooth
from kadsurvey.stats.polyserial import mixed
from tests.reference_numbers import columns, load, matrix, vector

RHO_LAVAAN = 1e-7  # lavaan's own optimiser stops there
RHO_PSYCH = 1e-4  # psych stops optimize() about 2e-5 from the maximum
THRESHOLD = 1e-12  # closed form
SE_RELATIVE = 1e-6  # lavaan's scores are evaluated at its own rho
SAME = 1e-8  # what must not matter at all
EXACT = 1e-12

DATA = {"bfi": "bfi", "coop_raw_items": "coop_respondents"}


def items_of(topic: str, *, complete: bool) -> NDArray[np.float64]:
    names = load("t01_polychoric")[topic]["lavaan_complete"]["rho"]["rows"]
    data = np.column_stack([columns(DATA[topic])[name] for name in names])
    return data[np.isfinite(data).all(axis=1)] if complete else data


def rows_of(table: list[list[int]]) -> NDArray[np.float64]:
    counts = np.array(table)
    first, second = np.indices(counts.shape) + 1.0
    return np.repeat(np.column_stack([first.ravel(), second.ravel()]), counts.ravel(), axis=0)


def simulated(n_obs: int, n_items: int, n_categories: int, *, seed: int, missing: float = 0.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    latent = 0.7 * rng.normal(size=(n_obs, 1)) + 0.7 * rng.normal(size=(n_obs, n_items))
    borders = np.linspace(-1.1, 1.3, n_categories - 1)
    codes = 1.0 + (latent[:, :, None] > borders).sum(axis=2)
    codes[rng.random(codes.shape) < missing] = np.nan
    return codes


@pytest.mark.parametrize("topic", list(DATA))
@pytest.mark.parametrize("complete", [True, False], ids=["complete", "pairwise"])
def test_polychoric_equals_lavaan(topic: str, complete: bool) -> None:
    expected = load("t01_polychoric")[topic]["lavaan_complete" if complete else "lavaan_pairwise"]
    found = polychoric(items_of(topic, complete=complete))
    np.testing.assert_allclose(found.matrix, matrix(expected["rho"]), atol=RHO_LAVAAN)
    np.testing.assert_allclose(np.concatenate(found.thresholds), vector(expected["th"]), atol=THRESHOLD)
    assert not found.smoothed
    assert found.unconverged == found.at_bound == ()


@pytest.mark.parametrize("topic", list(DATA))
def test_polychoric_equals_psych(topic: str) -> None:
    expected = matrix(load("t01_polychoric")[topic]["psych_complete"]["rho"])
    np.testing.assert_allclose(polychoric(items_of(topic, complete=True)).matrix, expected, atol=RHO_PSYCH)


@pytest.mark.parametrize("topic", list(DATA))
def test_standard_errors_equal_lavaan(topic: str) -> None:
    items = items_of(topic, complete=True)
    reference = load("t01_polychoric")[topic]["lavaan_complete_se"]
    is_rho = np.array(reference["op"]) == "~~"
    acov = polychoric(items, acov=True).acov
    assert acov is not None
    n = len(items)
    found = np.sqrt(acov.diagonal() * n / (n - 1))  # lavCor divides by n - 1
    expected = np.concatenate([vector(reference["se"])[~is_rho], vector(reference["se"])[is_rho]])
    np.testing.assert_allclose(found, expected, rtol=SE_RELATIVE)


def test_acov_is_the_spread_over_samples() -> None:
    asymptotic = np.zeros((12, 12))
    estimates = []
    for replication in range(400):
        found = polychoric(simulated(400, 3, 4, seed=replication), acov=True)
        assert found.acov is not None
        asymptotic += found.acov / 400
        estimates.append(np.concatenate([*found.thresholds, found.matrix[np.triu_indices(3, 1)]]))
    spread = np.std(estimates, axis=0)
    # 400 replications know a standard deviation to about 3.5 percent
    np.testing.assert_allclose(np.sqrt(asymptotic.diagonal()), spread, rtol=0.12)


def test_acov_in_batches_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    items = simulated(500, 4, 5, seed=3, missing=0.1)
    whole = polychoric(items, acov=True).acov
    monkeypatch.setattr("kadsurvey.stats.acov._ROWS_PER_BATCH", 64)
    monkeypatch.setattr("kadsurvey.stats.contingency._ROWS_PER_BATCH", 64)
    parts = polychoric(items, acov=True).acov
    assert whole is not None
    assert parts is not None
    np.testing.assert_allclose(parts, whole, atol=EXACT)


@pytest.mark.parametrize("case", range(len(load("t12_extra")["tables"])))
def test_small_tables_equal_lavaan(case: int) -> None:
    reference = load("t12_extra")["tables"][case]
    found = polychoric(rows_of(reference["table"]))
    assert found.matrix[0, 1] == pytest.approx(reference["rho"], abs=1e-6)  # lavaan's stopping rule on a flat top
    assert bool(found.at_bound) == (reference["rho"] == 0.999)


def test_lone_empty_cell_is_filled_only_where_asked() -> None:
    rows = rows_of([[20, 10], [0, 30]])
    assert polychoric(rows, empty_2x2=0.0).at_bound == ((0, 1),)
    assert polychoric(rows).at_bound == ()


@pytest.mark.parametrize(("table", "rho"), [([[30, 10], [10, 30]], np.sin(np.pi / 4)), ([[25, 25], [25, 25]], 0.0)])
def test_tetrachoric_at_the_medians_is_closed_form(table: list[list[int]], rho: float) -> None:
    assert polychoric(rows_of(table)).matrix[0, 1] == pytest.approx(rho, abs=1e-9)


@pytest.mark.parametrize("rho", [-0.999, -0.6, 0.0, 0.3, 0.95])
def test_bivariate_cdf(rho: float) -> None:
    limits = np.array([-2.5, -0.4, 0.0, 0.7, 3.0])
    h, k = (grid.ravel() for grid in np.meshgrid(limits, limits))
    expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(np.column_stack([h, k]))
    np.testing.assert_allclose(
        bivariate_cdf(h, k, np.array(rho)), expected, atol=1e-6
    )  # scipy integrates to 1e-6 near 1
    at_zero = bivariate_cdf(np.zeros(1), np.zeros(1), np.array(rho))[0]
    assert at_zero == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-14)


@pytest.mark.parametrize("seed", range(12))
def test_sparse_tables_reach_the_maximum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(25, rng.dirichlet(np.full(16, 0.3))).reshape(4, 4)
    counts += np.diag([1, 1, 1, 1]) * (seed % 2)
    items = rows_of(counts.tolist())
    if min(len(np.unique(column)) for column in items.T) < 2:
        pytest.skip("a constant item")
    found = polychoric(items, empty_2x2=0.0)
    table = contingency(items).table(0, 1)
    borders = [np.concatenate([[-9.0], thresholds, [9.0]]) for thresholds in found.thresholds]

    def deviance(rho: float) -> float:
        below = bivariate_cdf(borders[0][:, None], borders[1][None, :], np.array(rho))
        cell = np.maximum(np.diff(np.diff(below, axis=0), axis=1), 1e-14)
        return float(-(table * np.log(cell)).sum())

    best = minimize_scalar(deviance, bounds=(-0.999, 0.999), method="bounded", options={"xatol": 1e-10})
    assert deviance(found.matrix[0, 1]) <= best.fun + 1e-7
    assert found.unconverged == ()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n_categories=st.integers(2, 7), missing=st.sampled_from([0.0, 0.15]))
def test_labels_and_order_do_not_matter(seed: int, n_categories: int, missing: float) -> None:
    items = simulated(150, 4, n_categories, seed=seed, missing=missing)
    rng = np.random.default_rng(seed)
    found = polychoric(items).estimates
    np.testing.assert_allclose(polychoric(3 * items - 7).estimates, found, atol=SAME)
    np.testing.assert_allclose(polychoric(rng.permutation(items)).estimates, found, atol=SAME)
    order = rng.permutation(4)
    np.testing.assert_allclose(polychoric(items[:, order]).estimates, found[np.ix_(order, order)], atol=SAME)
    reversed_first = items * [-1, 1, 1, 1]
    expected = found * np.outer([-1, 1, 1, 1], [-1, 1, 1, 1])
    np.testing.assert_allclose(polychoric(reversed_first).estimates, expected, atol=SAME)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(1, 119))
def test_tables_of_parts_add_up(seed: int, cut: int) -> None:
    items = simulated(120, 3, 5, seed=seed, missing=0.1)
    whole = contingency(items)
    start, rest = (contingency(part, categories=[range(1, 6)] * 3) for part in (items[:cut], items[cut:]))
    together = (start + rest).without_empty()
    np.testing.assert_array_equal(together.counts, whole.counts)
    assert together.n_rows == whole.n_rows == 120
    np.testing.assert_allclose(polychoric(together).estimates, polychoric(items).estimates, atol=SAME)
    left = (whole - start).without_empty()
    np.testing.assert_array_equal(left.counts, rest.without_empty().counts)


def test_tables_with_different_categories_add_up() -> None:
    first, second = np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([[2.0, 5.0], [3.0, np.nan]])
    together = contingency(first) + contingency(second)
    whole = contingency(np.vstack([first, second]))
    np.testing.assert_array_equal(together.counts, whole.counts)
    np.testing.assert_array_equal(together.categories[0], [1, 2, 3])
    np.testing.assert_array_equal(together.table(0, 1), [[1, 0], [0, 1], [1, 0]])
    np.testing.assert_array_equal(together.n_obs, [[4, 3], [3, 3]])


def test_tables_equal_counting_one_by_one() -> None:
    items = simulated(300, 3, 4, seed=5, missing=0.2)
    tables = contingency(items)
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        expected = [[((items[:, i] == a) & (items[:, j] == b)).sum() for b in range(1, 5)] for a in range(1, 5)]
        np.testing.assert_array_equal(tables.table(i, j), expected)
        np.testing.assert_array_equal(tables.table(j, i), np.transpose(expected))
    np.testing.assert_array_equal(tables.margin(0), [(items[:, 0] == a).sum() for a in range(1, 5)])


def test_empty_categories_are_dropped_and_named() -> None:
    items = simulated(200, 3, 4, seed=8)
    shifted = np.where(items >= 3, items + 1, items)
    found = polychoric(shifted, categories=[range(1, 6)] * 3, acov=True)
    assert found.empty_categories == tuple((item, 3.0) for item in range(3))
    np.testing.assert_array_equal(found.categories[0], [1, 2, 4, 5])
    np.testing.assert_allclose(found.matrix, polychoric(items).matrix, atol=SAME)
    assert found.acov is not None
    assert found.acov.shape == (12, 12)


def test_input_is_not_changed() -> None:
    items = simulated(100, 3, 4, seed=8, missing=0.1)
    before = items.copy()
    polychoric(items, acov=True)
    pearson(items)
    np.testing.assert_array_equal(items, before)


def test_recovers_a_known_correlation() -> None:
    found = polychoric(simulated(50_000, 3, 5, seed=2))
    np.testing.assert_allclose(found.matrix[np.triu_indices(3, 1)], 0.5, atol=0.015)  # 3 standard errors


def test_mixed_equals_lavaan() -> None:
    data = columns("coop_respondents")
    items = np.column_stack([data[f"T{item}"] for item in range(1, 6)] + [(data["perceived"] - 50) / 10])
    items[:, 3] = 6 - items[:, 3]
    ordinal = [True] * 5 + [False]
    found = mixed(items, ordinal=ordinal)
    np.testing.assert_allclose(found.matrix, matrix(load("t12_extra")["mixed_pairwise"]), atol=RHO_LAVAAN)
    assert found.thresholds[5].size == 0
    every_item = np.column_stack([data[name] for name in load("t12_extra")["scores_items"]])
    whole = items[np.isfinite(every_item).all(axis=1)]
    np.testing.assert_allclose(
        mixed(whole, ordinal=ordinal).matrix, matrix(load("t12_extra")["mixed_complete"]), atol=1e-6
    )
    np.testing.assert_allclose(
        mixed(items[:, [0, 5]], ordinal=[True, False]).matrix[0, 1], found.matrix[0, 5], atol=SAME
    )


@pytest.mark.parametrize("topic", list(DATA))
def test_pearson_equals_r(topic: str) -> None:
    reference = load("t01_polychoric")[topic]
    for complete, name in [(True, "pearson_complete"), (False, "pearson_pairwise")]:
        found = pearson(items_of(topic, complete=complete))
        np.testing.assert_allclose(found.matrix, matrix(reference[name]), atol=EXACT)


def test_smoothing_equals_psych_and_is_said() -> None:
    reference = load("t12_extra")["smooth"]
    smoothed, smallest = smooth(matrix(reference["before"]))
    np.testing.assert_allclose(smoothed, matrix(reference["after"]), atol=1e-10)
    assert smallest < 0
    items = simulated(12, 8, 4, seed=4, missing=0.3)
    found = polychoric(items)
    assert found.smoothed
    assert found.min_eigenvalue < 0
    assert np.linalg.eigvalsh(found.matrix)[0] > 0
    assert not np.array_equal(found.matrix, found.estimates)


def test_smoothing_leaves_a_good_matrix_alone() -> None:
    good = np.array([[1.0, 0.4], [0.4, 1.0]])
    assert smooth(good)[0] is good


BAD_ITEMS = {
    "stats.constant_item": [[1, 2], [1, 1], [1, 2]],
    "stats.no_answers": [[1, np.nan], [2, np.nan]],
    "stats.no_common_rows": [[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]],
    "stats.code_not_integer": [[1, 2], [1.5, 1], [2, 2]],
    "stats.scale_too_wide": [[1, 2], [2, 1], [999, 2]],
    "stats.infinite_value": [[1, np.inf], [2, 1]],
    "stats.too_few_items": [[1], [2]],
}


@pytest.mark.parametrize("code", list(BAD_ITEMS))
def test_bad_items_are_refused(code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        polychoric(BAD_ITEMS[code])
    assert caught.value.code == code
    assert caught.value.render("id") != caught.value.render("en")


def test_no_rows_are_refused() -> None:
    with pytest.raises(StatisticsError, match="Nobody answered"):
        polychoric(np.empty((0, 3)))


def test_constant_item_is_named() -> None:
    with pytest.raises(StatisticsError) as caught:
        polychoric([[1, 2, 3], [2, 2, 1], [1, 2, 2]])
    assert caught.value.params == {"item": 1}


def test_codes_outside_the_categories_are_refused() -> None:
    with pytest.raises(StatisticsError) as caught:
        contingency([[1, 2], [6, 1]], categories=[range(1, 6)] * 2)
    assert (caught.value.code, caught.value.params) == ("stats.unknown_category", {"item": 0, "value": 6.0})
    with pytest.raises(StatisticsError, match="same items"):
        contingency([[1, 2], [2, 1]], categories=[range(1, 6)])
    with pytest.raises(StatisticsError, match="same items"):
        contingency([[1, 2]]) + contingency([[1, 2, 3]])


def test_acov_needs_the_answers() -> None:
    with pytest.raises(StatisticsError, match="the answers themselves"):
        polychoric(contingency([[1, 2], [2, 1], [2, 2]]), acov=True)


def test_pearson_refuses_what_has_no_correlation() -> None:
    for code, items in [
        ("stats.constant_item", [[1.0, 2.0], [1.0, 3.0]]),
        ("stats.no_common_rows", [[1.0, np.nan], [2.0, np.nan], [np.nan, 1.0], [np.nan, 2.0]]),
        ("stats.constant_in_pair", [[1.0, 5.0], [1.0, 7.0], [2.0, np.nan]]),
        ("stats.no_answers", [[1.0, np.nan], [2.0, np.nan]]),
    ]:
        with pytest.raises(StatisticsError) as caught:
            pearson(items)
        assert caught.value.code == code


def test_mixed_refuses_what_it_cannot_do() -> None:
    with pytest.raises(StatisticsError, match="Pearson"):
        mixed([[1.2, 2.0], [2.0, 1.0], [0.0, 0.5]], ordinal=[False, False])
    with pytest.raises(StatisticsError, match="same items"):
        mixed([[1.0, 2.0], [2.0, 1.0]], ordinal=[True])


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("stats.matrix_not_square", [[1.0, 0.2]]),
        ("stats.matrix_not_finite", [[1.0, np.nan], [np.nan, 1.0]]),
        ("stats.not_a_correlation_matrix", [[1.0, 0.2], [0.3, 1.0]]),
        ("stats.not_a_correlation_matrix", [[2.0, 0.2], [0.2, 1.0]]),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(code: str, bad: list[list[float]]) -> None:
    with pytest.raises(StatisticsError) as caught:
        correlation_matrix(bad)
    assert caught.value.code == code


def test_singular_matrix_is_refused() -> None:
    with pytest.raises(StatisticsError, match="cannot be inverted"):
        positive_definite(np.ones((3, 3)))
