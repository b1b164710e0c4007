"""The one place that touches factor_analyzer: unrotated minres loadings, and rotation.

Of its results only these are used. Its oblique uniquenesses and variances ignore the factor correlations, which are
themselves in another order of factors; so `factoring` computes them.
"""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MAX_ROTATIONS = 5000


def minres_loadings(matrix: Array, n_factors: int, *, lower: float) -> tuple[Array, bool]:
    """Return the unrotated minres loadings of a correlation matrix, and whether the optimiser converged.

    Parameters
    ----------
    matrix : ndarray, shape (p, p)
        Correlation matrix.
    n_factors : int
        Factors.
    lower : float
        Lower bound of the uniquenesses.
    """
    from factor_analyzer import FactorAnalyzer

    model = FactorAnalyzer(
        n_factors=n_factors, rotation=None, method="minres", is_corr_matrix=True, bounds=(lower, 1.0)
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(matrix.copy())
    # scikit-learn's deprecation warnings are factor_analyzer's affair; this one is about the numbers.
    failed = any("Failed to converge" in str(warning.message) for warning in caught)
    return np.asarray(model.loadings_, dtype=np.float64), not failed


def rotate(loadings: Array, rotation: Literal["oblimin", "promax", "varimax"]) -> tuple[Array, Array]:
    """Return rotated loadings (pattern) and the factor correlations, in one and the same order of factors."""
    from factor_analyzer.rotator import Rotator

    rotator = Rotator(method=rotation, max_iter=MAX_ROTATIONS)
    rotated = np.asarray(rotator.fit_transform(loadings.copy()), dtype=np.float64)
    phi = np.eye(loadings.shape[1]) if rotator.phi_ is None else np.asarray(rotator.phi_, dtype=np.float64)
    return rotated, phi
