"""Categorical factor analysis against lavaan, on known loadings, and what must not matter."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import approx_fprime
from scipy.stats import ncx2

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa import CategoricalFactors, cfa
from kadsurvey.stats.cfa_fit import rmsea_of
from kadsurvey.stats.cfa_model import Structure, factor_model
from kadsurvey.stats.correlation import polychoric
from tests.reference_numbers import columns, load, vector

ESTIMATE = 1e-5  # lavaan's optimiser stops at about 3e-6
SE_RELATIVE = 1e-5
FIT = 1e-5  # absolute below 1, relative above
INDEX_RELATIVE = 1e-3  # lavaan's own estimates enter; the known factor n / (n - 1) is taken out
SAME = 1e-8

BFI = load("t01_polychoric")["bfi"]["lavaan_complete"]["rho"]["rows"]
COOP = [f"{block}{item}" for block in "TNW" for item in range(1, 6)]
REVERSED = [COOP.index(name) for name in ("T4", "N2", "W5")]
FIVE, THREE = np.repeat(np.arange(5), 5), np.repeat(np.arange(3), 5)

CASES: dict[str, tuple[str, str, str, bool, Structure]] = {
    "bfi": ("t05_wlsmv_bfi", "WLSMV", "bfi", True, "correlated"),
    "bfi, pairwise": ("t05_wlsmv_bfi", "WLSMV_pairwise", "bfi", False, "correlated"),
    "coop": ("t12_extra", "correlated", "coop", True, "correlated"),
    "coop, pairwise": ("t12_extra", "pairwise", "coop", False, "correlated"),
    "coop, second order": ("t12_extra", "second_order", "coop", True, "second_order"),
    "bfi, second order": ("t12_extra", "second_order_bfi", "bfi", True, "second_order"),
}


def items_of(data: str, *, complete: bool) -> NDArray[np.float64]:
    names = BFI if data == "bfi" else COOP
    items = np.column_stack([columns("bfi" if data == "bfi" else "coop_respondents")[name] for name in names])
    if data == "coop":
        items[:, REVERSED] = 6 - items[:, REVERSED]
    return items[np.isfinite(items).all(axis=1)] if complete else items


@cache
def fitted(case: str) -> tuple[CategoricalFactors, dict[str, Any]]:
    file, node, data, complete, structure = CASES[case]
    correlation = polychoric(items_of(data, complete=complete), acov=True)
    return cfa(correlation, FIVE if data == "bfi" else THREE, structure=structure), load(file)[node]


def rows(reference: dict[str, Any], op: str) -> dict[tuple[str, str], tuple[float, float]]:
    table = reference["std_solution"]
    cells = zip(table["lhs"], table["op"], table["rhs"], vector(table["est.std"]), vector(table["se"]), strict=True)
    return {(lhs, rhs): (est, se) for lhs, found, rhs, est, se in cells if found == op}


@pytest.mark.parametrize("case", list(CASES))
def test_loadings_equal_lavaan(case: str) -> None:
    found, reference = fitted(case)
    names = BFI if len(found.loadings) == 25 else COOP
    expected = {rhs: cell for (_, rhs), cell in rows(reference, "=~").items() if rhs in names}
    estimate, se = np.array([expected[name] for name in names]).T
    np.testing.assert_allclose(np.abs(found.loadings.sum(axis=1)), np.abs(estimate), atol=ESTIMATE)
    np.testing.assert_allclose(found.loadings_se.sum(axis=1), se, rtol=SE_RELATIVE)
    assert (found.loadings.sum(axis=0) > 0).all()
    assert found.converged
    assert found.heywood == ()
    assert found.phi_positive_definite


@pytest.mark.parametrize("case", [case for case in CASES if "second" not in case])
def test_factor_correlations_equal_lavaan(case: str) -> None:
    found, reference = fitted(case)
    factors = list(dict.fromkeys(lhs for lhs, _ in rows(reference, "=~")))
    for (first, second), (estimate, se) in rows(reference, "~~").items():
        if first in factors and first != second:
            i, j = factors.index(first), factors.index(second)
            assert abs(found.phi[i, j]) == pytest.approx(abs(estimate), abs=ESTIMATE)
            assert found.phi_se[i, j] == pytest.approx(se, rel=SE_RELATIVE)


@pytest.mark.parametrize("case", ["coop, second order", "bfi, second order"])
def test_second_order_loadings_equal_lavaan(case: str) -> None:
    found, reference = fitted(case)
    expected = np.array([cell for (lhs, _), cell in rows(reference, "=~").items() if lhs in ("g", "capital")])
    assert found.second_order is not None
    assert found.second_order_se is not None
    np.testing.assert_allclose(np.abs(found.second_order), np.abs(expected[:, 0]), atol=ESTIMATE)
    np.testing.assert_allclose(found.second_order_se, expected[:, 1], rtol=SE_RELATIVE)
    off = ~np.eye(len(found.phi), dtype=bool)
    np.testing.assert_allclose(found.phi[off], np.outer(found.second_order, found.second_order)[off], atol=SAME)


@pytest.mark.parametrize("case", list(CASES))
def test_thresholds_equal_lavaan(case: str) -> None:
    found, reference = fitted(case)
    estimate, se = np.array(list(rows(reference, "|").values())).T
    np.testing.assert_allclose(np.concatenate(found.thresholds), estimate, atol=ESTIMATE)
    np.testing.assert_allclose(np.concatenate(found.thresholds_se), se, rtol=SE_RELATIVE)


@pytest.mark.parametrize("case", list(CASES))
def test_fit_equals_lavaan(case: str) -> None:
    found, reference = fitted(case)
    expected = {name.replace(".", "_"): value for name, value in reference["fit"].items()}
    assert set(found.fit) - set(expected) == {"chisq_shift"}
    for name, value in found.fit.items():
        if name != "chisq_shift":
            assert value == pytest.approx(float(expected[name]), rel=FIT, abs=FIT), name
    assert found.fit["df"] == expected["df"]


def test_the_three_cfi_differ_as_documented() -> None:
    fit = fitted("bfi")[0].fit
    assert [round(fit[name], 2) for name in ("cfi", "cfi_scaled", "cfi_robust")] == [0.92, 0.82, 0.75]


@pytest.mark.parametrize("case", ["bfi", "coop", "bfi, second order"])
def test_modification_indices_equal_lavaan(case: str) -> None:
    found, reference = fitted(case)
    names = BFI if len(found.loadings) == 25 else COOP
    factors = list(dict.fromkeys(lhs for (lhs, rhs) in rows(reference, "=~") if rhs in names))
    ours = {
        (factors[m.other], names[m.item]) if m.kind == "loading" else (names[m.item], names[m.other]): m
        for m in found.modifications
    }
    table = reference.get("modindices") or reference["modindices_top20"]
    compared = 0
    for lhs, rhs, index, change in zip(table["lhs"], table["rhs"], table["mi"], table["sepc.all"], strict=True):
        if (lhs, rhs) in ours:
            left_out = (found.n_rows - 1) / found.n_rows
            assert ours[lhs, rhs].index * left_out == pytest.approx(index, rel=INDEX_RELATIVE)
            assert abs(ours[lhs, rhs].change_std) * left_out == pytest.approx(abs(change), rel=INDEX_RELATIVE)
            compared += 1
    assert compared >= 10
    indices = [modification.index for modification in found.modifications]
    assert indices == sorted(indices, reverse=True)


def test_freeing_the_first_suggestion_lowers_chi_square_about_as_said() -> None:
    correlation = polychoric(simulated(5000, seed=4, residual=0.25), acov=True)
    found = cfa(correlation, np.repeat([0, 1, 2], 4))
    first = found.modifications[0]
    assert (first.kind, first.item, first.other) == ("residual", 0, 1)
    assert first.change == pytest.approx(0.25 * 0.36, abs=0.03)  # three standard errors


def test_one_factor_equals_lavaan() -> None:
    reference = load("t12_extra")["one_factor"]
    found = cfa(polychoric(items_of("coop", complete=True)[:, :5], acov=True), np.zeros(5))
    order = reference["vcov"]["rows"]
    expected = np.array(reference["vcov"]["values"])
    loadings_first = [*range(5, len(order)), *range(5)]
    np.testing.assert_allclose(found.vcov, expected[np.ix_(loadings_first, loadings_first)], atol=1e-7)
    for name in ("chisq", "chisq_scaled", "rmsea_scaled", "cfi_scaled", "srmr"):
        assert found.fit[name] == pytest.approx(reference["fit"][name.replace("_", ".")], rel=FIT, abs=FIT)


def simulated(n_obs: int, *, seed: int, residual: float = 0.0) -> NDArray[np.float64]:
    """Draw 12 items of 3 factors correlated .4 with loadings .8, answered on 5 points."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n_obs, 3)) @ np.linalg.cholesky(0.6 * np.eye(3) + 0.4).T
    errors = rng.normal(size=(n_obs, 12))
    errors[:, 1] = residual * errors[:, 0] + np.sqrt(1 - residual**2) * errors[:, 1]
    latent = 0.8 * np.repeat(factors, 4, axis=1) + 0.6 * errors
    return 1.0 + (latent[:, :, None] > [-1.2, -0.4, 0.5, 1.4]).sum(axis=2)


def test_recovers_known_loadings() -> None:
    found = cfa(polychoric(simulated(20_000, seed=1), acov=True), np.repeat([0, 1, 2], 4))
    np.testing.assert_allclose(
        found.loadings.sum(axis=1), 0.8, atol=0.02
    )  # the stated aim; two to four standard errors
    np.testing.assert_allclose(found.phi[np.triu_indices(3, 1)], 0.4, atol=0.03)
    assert found.fit["pvalue_scaled"] > 0.001
    assert found.fit["rmsea_ci_lower_scaled"] == 0.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000))
def test_order_of_rows_items_and_factors_does_not_matter(seed: int) -> None:
    items, pattern = simulated(400, seed=seed), np.repeat([0, 1, 2], 4)
    rng = np.random.default_rng(seed)
    order, renamed = rng.permutation(12), rng.permutation(3)
    found = cfa(polychoric(items, acov=True), pattern)
    other = cfa(polychoric(2 * rng.permutation(items)[:, order] + 1, acov=True), renamed[pattern[order]])
    np.testing.assert_allclose(other.loadings.sum(axis=1), found.loadings.sum(axis=1)[order], atol=SAME)
    np.testing.assert_allclose(other.phi[np.ix_(renamed, renamed)], found.phi, atol=SAME)
    assert other.fit["chisq_scaled"] == pytest.approx(found.fit["chisq_scaled"], rel=SAME)


def test_reversed_items_turn_their_loadings_only() -> None:
    items = simulated(500, seed=3)
    found = cfa(polychoric(items, acov=True), np.repeat([0, 1, 2], 4))
    turned = cfa(polychoric(np.hstack([6 - items[:, :1], items[:, 1:]]), acov=True), np.repeat([0, 1, 2], 4))
    np.testing.assert_allclose(turned.loadings[0], -found.loadings[0], atol=SAME)
    np.testing.assert_allclose(turned.phi, found.phi, atol=SAME)


def test_three_factors_fit_equally_well_either_way() -> None:
    correlated, second = fitted("coop")[0], fitted("coop, second order")[0]
    assert second.fit["chisq"] == pytest.approx(correlated.fit["chisq"], rel=1e-6)
    assert second.fit["df"] == correlated.fit["df"]


@pytest.mark.parametrize("structure", ["correlated", "second_order"])
def test_derivatives_are_those_of_the_model(structure: Structure) -> None:
    model = factor_model(np.repeat([0, 1, 2], 3), structure=structure, n_items=9)
    theta = np.concatenate([np.linspace(0.4, 0.8, 9), [0.3, -0.2, 0.5]])
    numeric = approx_fprime(theta, lambda point: model.implied(point)[0], 1e-7)
    np.testing.assert_allclose(model.implied(theta)[1], numeric, atol=1e-6)
    full = model.loadings(theta) @ model.phi(theta) @ model.loadings(theta).T
    np.testing.assert_allclose(model.implied(theta)[0], full[np.triu_indices(9, 1)], atol=SAME)


def test_saturated_model_fits_exactly() -> None:
    found = cfa(polychoric(simulated(400, seed=2)[:, :3], acov=True), np.zeros(3))
    assert found.fit["df"] == 0
    assert found.fit["chisq"] == pytest.approx(0, abs=1e-6)
    assert (found.fit["cfi"], found.fit["rmsea"]) == (1.0, 0.0)
    undefined = ("pvalue_scaled", "tli_scaled", "rmsea_pvalue", "cfi_robust", "rmsea_robust")
    assert np.isnan([found.fit[name] for name in undefined]).all()
    assert found.modifications == ()
    np.testing.assert_allclose(found.residuals, 0, atol=1e-6)


def test_heywood_case_is_named() -> None:
    R = np.array([[1, 0.8, 0.6], [0.8, 1, 0.3], [0.6, 0.3, 1]])  # the first loading is the root of .8 * .6 / .3
    latent = np.random.default_rng(0).normal(size=(2000, 3)) @ np.linalg.cholesky(R).T
    found = cfa(polychoric(1.0 + (latent[:, :, None] > [-0.8, 0.0, 0.9]).sum(axis=2), acov=True), np.zeros(3))
    assert found.converged
    assert found.heywood == (0,)
    assert found.uniquenesses[0] < 0


@pytest.mark.parametrize(("chisq", "df", "n_rows"), [(120.0, 80, 300), (40.0, 60, 200), (6055.9, 265, 2436)])
def test_rmsea_interval_is_that_of_the_noncentral_chi_square(chisq: float, df: int, n_rows: int) -> None:
    found = rmsea_of(chisq, df, n_rows)
    for name, probability in [("rmsea_ci_lower", 0.95), ("rmsea_ci_upper", 0.05)]:
        if found[name] > 0:
            noncentrality = found[name] ** 2 * df * n_rows
            assert ncx2.cdf(chisq, df, noncentrality) == pytest.approx(probability, abs=1e-6)
    assert found["rmsea_ci_lower"] <= found["rmsea"] <= found["rmsea_ci_upper"]


@pytest.mark.parametrize(
    ("code", "pattern", "structure"),
    [
        ("stats.factor_too_few_items", [0, 0, 0, 1], "correlated"),
        ("stats.factor_too_few_items", [0, 0, 2, 2], "correlated"),
        ("stats.factor_too_few_items", [-1, 0, 0, 0], "correlated"),
        ("stats.different_items", [0, 0, 0], "correlated"),
        ("stats.second_order_too_few", [0, 0, 1, 1], "second_order"),
    ],
)
def test_impossible_models_are_refused(code: str, pattern: list[int], structure: Structure) -> None:
    with pytest.raises(StatisticsError) as caught:
        factor_model(pattern, structure=structure, n_items=4)
    assert caught.value.code == code
    assert caught.value.render("id")


def test_correlations_without_covariance_are_refused() -> None:
    with pytest.raises(StatisticsError, match="acov=True"):
        cfa(polychoric(simulated(100, seed=1)), np.repeat([0, 1, 2], 4))


def test_unrelated_pairs_of_items_do_not_identify_two_factors() -> None:
    table = np.array([[30, 10], [10, 30]])
    first, second = np.indices((2, 2)) + 1.0
    block = np.repeat(np.column_stack([first.ravel(), second.ravel()]), table.ravel(), axis=0)
    crossed = np.hstack([np.repeat(block, 80, axis=0), np.tile(block, (80, 1))])
    with pytest.raises(StatisticsError, match="do not identify"):
        cfa(polychoric(crossed, acov=True), [0, 0, 1, 1])
