"""Omega hierarchical of known higher-order structures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.hierarchical import omega_hierarchical

Array = NDArray[np.float64]

# The matrix is exact, the factors are an iterative optimum.
OMEGA = 1e-4
LOADINGS = 1e-3


def higher_order(general: Array) -> tuple[Array, Array]:
    """Return the correlations of four items a group, and their loadings on the general factor."""
    m = len(general)
    pattern = np.kron(np.eye(m), np.array([[0.8], [0.7], [0.6], [0.5]]))
    R = pattern @ (np.outer(general, general) + np.diag(1 - general**2)) @ pattern.T
    np.fill_diagonal(R, 1)
    return R, pattern @ general


@pytest.mark.parametrize("general", [np.array([0.7, 0.6, 0.8]), np.array([0.9, 0.5, 0.7, 0.6])])
def test_omega_hierarchical_of_a_known_structure(general: Array) -> None:
    R, on_general = higher_order(general)
    found = omega_hierarchical(R, len(general), n_obs=300)
    assert found.omega_h == pytest.approx(on_general.sum() ** 2 / R.sum(), abs=OMEGA)
    np.testing.assert_allclose(found.general, on_general, atol=LOADINGS)
    explained = found.general**2 + np.sum(found.group**2, axis=1)
    np.testing.assert_allclose(explained, np.tile([0.64, 0.49, 0.36, 0.25], len(general)), atol=LOADINGS)
    assert found.omega_total == pytest.approx(1 - np.sum(1 - explained) / R.sum(), abs=LOADINGS)
    assert found.proper
    assert found.reversed == ()


def test_reversed_items_do_not_lower_omega_hierarchical() -> None:
    R, _ = higher_order(np.array([0.7, 0.6, 0.8]))
    flip = np.where(np.isin(np.arange(12), [1, 6]), -1.0, 1.0)
    straight, turned = (omega_hierarchical(matrix, 3, n_obs=300) for matrix in (R, R * np.outer(flip, flip)))
    assert turned.omega_h == pytest.approx(straight.omega_h, abs=OMEGA)
    assert turned.reversed == (1, 6)


def test_refuses_a_general_factor_of_two_groups() -> None:
    with pytest.raises(StatisticsError) as caught:
        omega_hierarchical(np.eye(6) * 0.4 + 0.6, 2, n_obs=100)
    assert caught.value.code == "stats.too_few_group_factors"
    assert "omega total" in caught.value.render("id")


def test_a_heywood_case_is_not_called_proper() -> None:
    phi = np.array([[1, 0.7, 0.7], [0.7, 1, 0.4], [0.7, 0.4, 1]])  # .7 * .7 / .4 > 1
    pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    R = pattern @ phi @ pattern.T
    np.fill_diagonal(R, 1)
    assert not omega_hierarchical(R, 3, n_obs=300).proper
