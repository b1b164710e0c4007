"""Sampling adequacy and sphericity against psych."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.adequacy import adequacy
from kadsurvey.stats.correlation import pearson, polychoric
from tests.reference_numbers import columns, load, matrix, vector

CLOSED_FORM = 1e-8  # the same formula on the same matrix
OTHER_POLYCHORIC = 1e-4  # psych's polychoric correlations differ by 2e-5

BFI = load("t01_polychoric")["bfi"]
NAMES = BFI["pearson_complete"]["rows"]


def test_equals_psych_on_pearson() -> None:
    data = np.column_stack([columns("bfi")[name] for name in NAMES])
    reference = load("t03_nfactors")["bfi"]["pearson"]
    found = adequacy(pearson(data[np.isfinite(data).all(axis=1)]).matrix, 2436)
    assert found.kmo == pytest.approx(reference["KMO"]["MSA"], abs=CLOSED_FORM)
    np.testing.assert_allclose(found.msa, vector(reference["KMO"]["MSAi"]), atol=CLOSED_FORM)
    assert found.chi2 == pytest.approx(reference["bartlett"]["chisq"], rel=CLOSED_FORM)
    assert (found.df, found.p_value) == (reference["bartlett"]["df"], 0.0)


@pytest.mark.parametrize("own", [True, False], ids=["own matrix", "psych's matrix"])
def test_equals_psych_on_polychoric(own: bool) -> None:
    data = np.column_stack([columns("bfi")[name] for name in NAMES])
    complete = data[np.isfinite(data).all(axis=1)]
    R = polychoric(complete).matrix if own else matrix(BFI["psych_complete"]["rho"])
    reference = load("t03_nfactors")["bfi"]["polychoric"]
    found = adequacy(R, 2436)
    tolerance = OTHER_POLYCHORIC if own else CLOSED_FORM
    assert found.kmo == pytest.approx(reference["KMO"]["MSA"], abs=tolerance)
    np.testing.assert_allclose(found.msa, vector(reference["KMO"]["MSAi"]), atol=tolerance)
    assert found.chi2 == pytest.approx(reference["bartlett"]["chisq"], rel=tolerance)


def test_small_p_value_equals_psych() -> None:
    reference = load("t03_nfactors")["coop_reversekeyed"]["pearson"]["bartlett"]
    R = matrix(load("t01_polychoric")["coop_raw_items"]["pearson_complete"])
    found = adequacy(R, 381)  # reversing items does not change the determinant
    assert found.chi2 == pytest.approx(reference["chisq"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(reference["p.value"], rel=1e-6)


def test_two_items_are_always_one_half() -> None:
    found = adequacy([[1.0, 0.3], [0.3, 1.0]], 50)
    assert found.kmo == pytest.approx(0.5)
    assert found.df == 1


def test_uncorrelated_items_have_no_measure() -> None:
    found = adequacy(np.eye(3), 50)
    assert np.isnan(found.kmo)
    assert np.isnan(found.msa).all()
    assert found.chi2 == pytest.approx(0.0)
    assert found.p_value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("code", "bad", "n_obs"),
    [
        ("stats.not_positive_definite", np.ones((3, 3)), 50),
        ("stats.fewer_rows_than_items", np.eye(3), 3),
        ("stats.too_few_items", np.eye(1), 50),
        ("stats.matrix_not_square", np.ones((2, 3)), 50),
    ],
)
def test_bad_input_is_refused(code: str, bad: np.ndarray, n_obs: int) -> None:
    with pytest.raises(StatisticsError) as caught:
        adequacy(bad, n_obs)
    assert caught.value.code == code
