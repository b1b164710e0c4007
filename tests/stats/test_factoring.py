"""Exploratory factors against psych's fa, and what makes a solution improper."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.factoring import (
    EXTRACTIONS,
    ROTATIONS,
    Extraction,
    FactorSolution,
    Rotation,
    degrees_of_freedom,
    efa,
)
from tests.reference_numbers import columns, load, matrix, vector

Array = NDArray[np.float64]

# Iterative optima; psych's stopping rules leave about 1e-5.
LOADINGS = 1e-4
# psych stops principal axes when communalities move less than .001; its loadings are off by up to .005 (Holzinger).
PSYCH_PRINCIPAL_AXES = 6e-3
# The chi-square of minres is taken at an optimum of another criterion, so an error of 1e-5 in loadings shows.
CHI_SQUARE = 1e-5
INDICES = 1e-5

REVERSED_COOP = ["T4", "N2", "W5"]


def correlations(data: str) -> Array:
    if data == "holzinger":
        values = columns("holzinger")
        return np.corrcoef([values[f"x{place}"] for place in range(1, 10)])
    node = load("t01_polychoric")["bfi" if data == "bfi" else "coop_raw_items"]["psych_complete"]["rho"]
    signs = np.array([-1.0 if name in REVERSED_COOP and data != "bfi" else 1.0 for name in node["rows"]])
    return matrix(node) * np.outer(signs, signs)


def aligned(found: FactorSolution, loadings: Array) -> tuple[Array, Array, Array]:
    """Put loadings, factor correlations and variances into the reference's order and signs of factors."""
    cosine = found.loadings.T @ loadings
    order = linear_sum_assignment(-np.abs(cosine.T))[1]
    signs = np.sign(cosine[order, np.arange(len(order))])
    return (
        found.loadings[:, order] * signs,
        found.phi[np.ix_(order, order)] * np.outer(signs, signs),
        found.variance[order],
    )


def compare(found: FactorSolution, node: dict[str, Any], tolerance: float = LOADINGS) -> None:
    expected = matrix(node["loadings"])
    loadings, phi, variance = aligned(found, expected)
    np.testing.assert_allclose(loadings, expected, atol=tolerance)
    if node.get("Phi"):
        np.testing.assert_allclose(phi, matrix(node["Phi"]), atol=tolerance)
    np.testing.assert_allclose(found.uniquenesses, vector(node["uniquenesses"]), atol=2 * tolerance)
    np.testing.assert_allclose(variance, matrix(node["Vaccounted"])[0], atol=2 * tolerance)


@pytest.mark.parametrize(("data", "kind"), [("bfi", "polychoric"), ("holzinger", "pearson")])
@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_equals_psych(data: str, kind: str, method: Extraction, rotation: Rotation) -> None:
    reference = load(f"t02_efa_{data}")
    node = reference[kind][method][rotation]
    found = efa(correlations(data), reference["nfactors"], n_obs=reference["n"], method=method, rotation=rotation)
    compare(found, node)
    fit, expected = found.fit, node["fit"]
    assert fit.df == expected["dof"]
    assert fit.objective == pytest.approx(expected["objective"], rel=CHI_SQUARE)
    assert fit.chisq == pytest.approx(expected["STATISTIC_likelihood_chi2"], rel=CHI_SQUARE)
    assert fit.p_value == pytest.approx(expected["PVAL"], abs=INDICES)
    assert fit.rmsea == pytest.approx(expected["RMSEA"]["RMSEA"], abs=INDICES)
    assert fit.rmsea_low == pytest.approx(expected["RMSEA"]["lower"], abs=INDICES)
    assert fit.rmsea_high == pytest.approx(expected["RMSEA"]["upper"], abs=INDICES)
    assert fit.tli == pytest.approx(expected["TLI"], abs=INDICES)
    assert fit.bic == pytest.approx(expected["BIC"], abs=CHI_SQUARE * expected["STATISTIC_likelihood_chi2"])
    assert fit.rmsr == pytest.approx(expected["rms_RMSR"], abs=INDICES)
    assert found.converged
    assert found.heywood == ()


@pytest.mark.parametrize("rotation", ["oblimin", "promax"])
def test_equals_psych_on_reverse_coded_items(rotation: Rotation) -> None:
    reference = load("t02_efa_coop_reversekeyed")
    found = efa(correlations("coop"), 3, n_obs=reference["n"], rotation=rotation)
    compare(found, reference["polychoric"]["minres"][rotation])


@pytest.mark.parametrize(("data", "kind"), [("bfi", "polychoric"), ("holzinger", "pearson")])
def test_principal_axes_end_at_least_squares(data: str, kind: str) -> None:
    reference = load(f"t02_efa_{data}")
    options: dict[str, Any] = {"n_obs": reference["n"], "method": "paf"}
    R, m = correlations(data), reference["nfactors"]
    compare(efa(R, m, rotation="none", **options), reference[kind]["uls_none"])
    compare(efa(R, m, rotation="oblimin", **options), reference[kind]["pa_oblimin"], PSYCH_PRINCIPAL_AXES)


def test_factor_analyzer_has_other_uniquenesses_when_oblique() -> None:
    """Why uniquenesses are computed here: those of factor_analyzer forget that the factors correlate."""
    from factor_analyzer import FactorAnalyzer

    reference = load("t02_efa_bfi")
    expected = vector(reference["polychoric"]["minres"]["oblimin"]["uniquenesses"])
    R = correlations("bfi")
    theirs = FactorAnalyzer(n_factors=5, rotation="oblimin", is_corr_matrix=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs.fit(R)
    assert np.max(np.abs(theirs.get_uniquenesses() - expected)) > 0.1
    np.testing.assert_allclose(efa(R, 5, n_obs=2436).uniquenesses, expected, atol=LOADINGS)


def simple_structure(phi: Array) -> tuple[Array, Array]:
    """Return loadings of four items a factor, weaker from factor to factor, and the correlations they imply."""
    m = len(phi)
    strengths = np.outer(np.linspace(0.9, 0.6, m), [1.0, 0.95, 0.85, 0.75])
    loadings = np.zeros((4 * m, m))
    for factor in range(m):
        loadings[4 * factor : 4 * factor + 4, factor] = strengths[factor]
    R = loadings @ phi @ loadings.T
    np.fill_diagonal(R, 1)
    return loadings, R


@pytest.mark.parametrize("method", EXTRACTIONS)
def test_recovers_a_known_structure_in_the_promised_order(method: Extraction) -> None:
    phi = np.array([[1, 0.4, 0.2], [0.4, 1, 0.3], [0.2, 0.3, 1]])
    loadings, R = simple_structure(phi)
    found = efa(R, 3, n_obs=500, method=method)
    np.testing.assert_allclose(found.loadings, loadings, atol=1e-3)
    np.testing.assert_allclose(found.phi, phi, atol=1e-3)
    np.testing.assert_allclose(found.structure, loadings @ phi, atol=1e-3)
    np.testing.assert_allclose(found.communalities + found.uniquenesses, 1)
    assert np.all(np.diff(found.variance) <= 0)
    assert found.variance.sum() == pytest.approx(found.communalities.sum())
    np.testing.assert_allclose(found.variance_share, found.variance / 12)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_order_of_items_does_not_change_the_factors(rotation: Rotation) -> None:
    R = correlations("holzinger")
    mixed = np.array([4, 8, 0, 2, 6, 1, 5, 3, 7])
    first = efa(R, 3, n_obs=301, method="ml", rotation=rotation)
    second = efa(R[np.ix_(mixed, mixed)], 3, n_obs=301, method="ml", rotation=rotation)
    np.testing.assert_allclose(second.loadings, first.loadings[mixed], atol=2e-4)
    assert np.all(first.loadings.sum(axis=0) > 0)


def test_oblimin_does_not_stay_on_a_saddle() -> None:
    """Two factors that relate alike to a third: from unrotated axes alone the search stops where they are mixed."""
    phi = np.array([[1, 0.7, 0.7], [0.7, 1, 0.4], [0.7, 0.4, 1]])
    loadings = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    R = loadings @ phi @ loadings.T
    np.fill_diagonal(R, 1)
    found = efa(R, 3, n_obs=300)
    order = np.argmax(found.loadings[[0, 4, 8]], axis=1)
    np.testing.assert_allclose(found.loadings[:, order], loadings, atol=1e-3)
    np.testing.assert_allclose(found.phi[np.ix_(order, order)], phi, atol=1e-3)


def test_equal_factors_stand_in_order_of_their_items() -> None:
    block = np.full((3, 3), 0.5)
    R = np.kron(np.eye(2), block)
    np.fill_diagonal(R, 1)
    found = efa(R, 2, n_obs=100, method="ml", rotation="varimax")
    assert np.argmax(found.loadings[0]) == 0


def test_one_factor_is_not_rotated() -> None:
    loadings = np.array([0.8, 0.7, 0.6, -0.5])
    R = np.outer(loadings, loadings)
    np.fill_diagonal(R, 1)
    found = efa(R, 1, n_obs=200, rotation="oblimin")
    assert found.rotation == "none"
    np.testing.assert_allclose(found.loadings[:, 0], loadings, atol=1e-4)
    assert found.fit.chisq == pytest.approx(0, abs=1e-5)
    assert found.fit.rmsea == 0


def test_a_model_without_degrees_of_freedom_has_no_test() -> None:
    R = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    found = efa(R, 1, n_obs=50)
    assert found.fit.df == 0
    assert np.isnan([found.fit.p_value, found.fit.rmsea, found.fit.rmsea_high, found.fit.tli]).all()


@pytest.mark.parametrize("method", EXTRACTIONS)
def test_a_heywood_case_is_named(method: Extraction) -> None:
    R = np.array([[1, 0.7, 0.6], [0.7, 1, 0.2], [0.6, 0.2, 1]])  # r12 r13 / r23 = 2.1: no uniqueness of item 0 fits
    found = efa(R, 1, n_obs=100, method=method)
    assert 0 in found.heywood


def test_input_is_not_changed() -> None:
    R = correlations("holzinger")
    before = R.copy()
    for method in EXTRACTIONS:
        efa(R, 3, n_obs=301, method=method)
    np.testing.assert_array_equal(R, before)


@pytest.mark.parametrize(
    ("R", "n_factors", "code"),
    [
        (np.eye(6) * 0.4 + 0.6, 0, "stats.too_few_factors"),
        (np.eye(6) * 0.4 + 0.6, 4, "stats.too_many_factors"),
        (np.eye(6) * 0.4 + 0.6, 7, "stats.too_many_factors"),
        (np.eye(2) * 0.4 + 0.6, 1, "stats.too_many_factors"),
        (np.ones((4, 4)), 1, "stats.not_positive_definite"),
        (np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]), 1, "stats.not_positive_definite"),
    ],
)
def test_refuses(R: Array, n_factors: int, code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        efa(R, n_factors, n_obs=100)
    assert caught.value.code == code
    assert caught.value.render("id") != caught.value.render("en")


def test_the_refusal_names_the_largest_number_of_factors() -> None:
    assert degrees_of_freedom(6, 3) == 0
    with pytest.raises(StatisticsError, match="3 is the most"):
        efa(np.eye(6) * 0.4 + 0.6, 4, n_obs=100)


def test_unknown_options_are_named() -> None:
    with pytest.raises(ArgumentError, match="minres"):
        efa(np.eye(6), 1, n_obs=100, method="pca")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="oblimin"):
        efa(np.eye(6), 1, n_obs=100, rotation="geomin")  # type: ignore[arg-type]
