"""Numbers of factors against psych, and on data whose number is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.retention import CorrelationKind, minimum_average_partial, one_factor_loadings, retention
from tests.reference_numbers import columns, load, matrix, vector

CLOSED_FORM = 1e-10  # the same formula on the same matrix
OTHER_POLYCHORIC = 1e-4  # psych's polychoric correlations differ by 2e-5
RANDOM_EIGENVALUE = 0.03  # two random samples of replications
SAMPLED_EIGENVALUE = 0.004  # the same at 16,000 rows, whose eigenvalues spread by .003

NAMES = load("t01_polychoric")["bfi"]["pearson_complete"]["rows"]


def bfi() -> NDArray[np.float64]:
    data = np.column_stack([columns("bfi")[name] for name in NAMES])
    return data[np.isfinite(data).all(axis=1)]


@pytest.mark.parametrize("kind", ["pearson", "polychoric"])
def test_bfi_counts_equal_psych(kind: CorrelationKind) -> None:
    reference = load("t03_nfactors")["bfi"]
    parallel = reference["parallel_pearson_q95" if kind == "pearson" else "parallel_poly"]
    found = retention(bfi(), correlation=kind, replications=20, seed=1)
    assert (found.n_parallel, found.n_parallel_reduced) == (parallel["ncomp"], parallel["nfact"]) == (5, 6)
    assert found.n_map == reference[kind]["vss"]["map_suggests"] == 5
    np.testing.assert_allclose(found.eigenvalues, vector(parallel["pc_values"]), atol=OTHER_POLYCHORIC)
    np.testing.assert_allclose(found.eigenvalues_reduced, vector(parallel["fa_values"]), atol=OTHER_POLYCHORIC)


def test_random_eigenvalues_are_those_of_psych() -> None:
    parallel = load("t03_nfactors")["bfi"]["parallel_pearson"]
    found = retention(bfi(), correlation="pearson", replications=20, percentile=50, seed=4)
    np.testing.assert_allclose(found.random, vector(parallel["pc_simr"]), atol=RANDOM_EIGENVALUE)


@pytest.mark.parametrize("topic", ["bfi", "holzinger", "coop_reversekeyed"])
def test_map_equals_psych(topic: str) -> None:
    reference = load("t03_nfactors")[topic]["pearson"]
    if topic == "bfi":
        R = matrix(load("t01_polychoric")["bfi"]["pearson_complete"])
    elif topic == "holzinger":
        R = np.corrcoef([columns("holzinger")[f"x{item}"] for item in range(1, 10)])
    else:
        R = matrix(load("t01_polychoric")["coop_raw_items"]["pearson_complete"])  # reversing changes no square
    expected = vector(reference["vss"]["map"])
    found = minimum_average_partial(R)
    np.testing.assert_allclose(found[1 : len(expected) + 1], expected, atol=CLOSED_FORM)
    assert int(np.nanargmin(found)) == reference["vss"]["map_suggests"]


def test_map_before_any_component_is_the_mean_squared_correlation() -> None:
    R = np.array([[1.0, 0.2, 0.4], [0.2, 1.0, 0.6], [0.4, 0.6, 1.0]])
    assert minimum_average_partial(R)[0] == pytest.approx((0.04 + 0.16 + 0.36) / 3)


def test_one_factor_is_recovered_exactly() -> None:
    loadings = np.array([0.9, 0.7, -0.5, 0.6])
    R = np.outer(loadings, loadings)
    np.fill_diagonal(R, 1)
    found = one_factor_loadings(np.array([R, np.eye(4)]))
    np.testing.assert_allclose(np.abs(found[0]), np.abs(loadings), atol=1e-5)  # sweeps stop at 1e-6
    np.testing.assert_allclose(found[1], 0, atol=1e-5)


def three_factors(*, missing: float = 0.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(11)
    factors = rng.normal(size=(600, 3)) @ np.linalg.cholesky([[1, 0.3, 0.3], [0.3, 1, 0.3], [0.3, 0.3, 1]]).T
    latent = 0.8 * np.repeat(factors, 4, axis=1) + 0.6 * rng.normal(size=(600, 12))
    codes = 1.0 + (latent[:, :, None] > [-1.0, 0.0, 0.8]).sum(axis=2)
    codes[rng.random(codes.shape) < missing] = np.nan
    return codes


def test_three_factors_are_found_and_missing_answers_stay_missing() -> None:
    found = retention(three_factors(missing=0.1), replications=20, seed=3)
    assert found.n_parallel == found.n_parallel_reduced == found.n_map == 3
    assert found.n_smoothed == 0


def test_same_seed_same_result() -> None:
    items = three_factors()[:150]
    first, second, other = (retention(items, replications=5, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.random, second.random)
    assert not np.array_equal(first.random, other.random)
    assert first.seed == 7


def test_noise_has_no_factor() -> None:
    items = np.random.default_rng(5).integers(1, 5, size=(400, 8)).astype(float)
    found = retention(items, replications=40, seed=5)
    assert found.n_parallel == 0
    assert found.n_map == 0


def test_a_sample_of_many_rows_gives_the_eigenvalues_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    noise = 1.0 + np.searchsorted([-1, 0, 1], rng.normal(size=(16_000, 8)))
    noise[rng.random(noise.shape) < 0.05] = np.nan
    whole = retention(noise, correlation="pearson", replications=200, seed=1)
    monkeypatch.setattr("kadsurvey.stats.retention.MOST_PERMUTED", 2_000)
    part = retention(noise, correlation="pearson", replications=200, seed=2)
    np.testing.assert_allclose(part.random, whole.random, atol=SAMPLED_EIGENVALUE)
    # The first of the reduced ones is a communality at its limit in some replications and not in others.
    np.testing.assert_allclose(part.random_reduced[1:], whole.random_reduced[1:], atol=SAMPLED_EIGENVALUE)
    np.testing.assert_array_equal(part.eigenvalues, whole.eigenvalues)


def test_permuting_keeps_the_thresholds() -> None:
    from kadsurvey.stats.retention import _shuffled

    items = three_factors(missing=0.2)
    permuted = _shuffled(items, np.random.default_rng(1), len(items))
    np.testing.assert_array_equal(np.isnan(permuted), np.isnan(items))
    pairs = zip(polychoric(permuted).thresholds, polychoric(items).thresholds, strict=True)
    for after, before in pairs:
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize(
    ("code", "items", "options"),
    [
        ("stats.too_few_items", np.ones((5, 2)), {}),
        ("stats.bad_replications", three_factors(), {"replications": 0}),
        ("stats.bad_replications", three_factors(), {"percentile": 100.0}),
        ("stats.constant_item", np.ones((5, 4)), {}),
    ],
)
def test_bad_input_is_refused(code: str, items: NDArray[np.float64], options: dict[str, float]) -> None:
    with pytest.raises(StatisticsError) as caught:
        retention(items, seed=1, **options)
    assert caught.value.code == code
