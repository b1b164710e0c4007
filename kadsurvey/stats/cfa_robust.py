"""Fit indices of a categorical model that mean what they mean for continuous data (Savalei 2021).

The chi-square of WLSMV, and the indices made from it, depend on how precise the polychoric correlations are. These put
its estimates into the normal-theory fit function of the polychoric matrix and subtract what sampling error adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_fit import incremental, rmsea_of
from kadsurvey.stats.matrices import SMALLEST_EIGENVALUE, from_pairs, pairs_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Discrepancy:
    """Rows times the normal-theory discrepancy, and its expectation if the model holds."""

    value: float
    expected: float


def robust_fit(
    sample: Array, implied: Array, slopes: Array, weights: Array, gamma: Array, *, n_items: int, n_rows: int
) -> dict[str, float]:
    """Return cfi_robust, tli_robust, rmsea_robust and its 90% interval.

    Parameters
    ----------
    sample, implied : ndarray, shape (n_pairs,)
        Correlations.
    slopes : ndarray, shape (n_pairs, n_free)
        Derivatives of the implied correlations.
    weights : ndarray, shape (n_pairs,)
        Of the estimates.
    gamma : ndarray, shape (n_pairs, n_pairs)
        Asymptotic covariance of the correlations, times the number of rows.
    n_items, n_rows : int

    Returns
    -------
    dict
        All NaN where the sample or the implied matrix is not positive definite, or nothing is left to test.

    References
    ----------
    Savalei (2021), Multivariate Behavioral Research 56, 390-407. Equal to lavaan's robust indices of WLSMV.
    """
    R, model = from_pairs(sample, n_items), from_pairs(implied, n_items)
    df = len(sample) - slopes.shape[1]
    smallest = min(float(np.linalg.eigvalsh(matrix)[0]) for matrix in (R, model))
    if df == 0 or smallest < SMALLEST_EIGENVALUE:
        names = ("cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper")
        return {f"{name}_robust": float("nan") for name in names}
    ours = _Discrepancy(_value(R, model, n_rows), _expected(model, slopes, weights, gamma))
    # Without correlations the normal-theory weight is the identity, and nothing adapts.
    baseline = _Discrepancy(_value(R, np.eye(n_items), n_rows), float(gamma.trace()))
    # the discrepancy less its expectation stands for chi-square less df
    scale = ours.expected / df
    indices = incremental(
        ours.value - ours.expected + df, df, baseline.value - baseline.expected + len(sample), len(sample)
    )
    error = {name: value * scale**0.5 for name, value in rmsea_of(ours.value / scale, df, n_rows - 1).items()}
    del error["rmsea_pvalue"]
    return {f"{name}_robust": value for name, value in (indices | error).items()}


def _value(R: Array, model: Array, n_rows: int) -> float:
    """Return n times the normal-theory discrepancy of a model."""
    inverse = np.linalg.inv(model)
    discrepancy = np.linalg.slogdet(model)[1] - np.linalg.slogdet(R)[1] + float(np.sum(R * inverse)) - len(R)
    return n_rows * float(discrepancy)


def _expected(model: Array, slopes: Array, weights: Array, gamma: Array) -> float:
    """Return the trace that is the expectation of `_value` if the model holds.

    It is the sum of ``(A' W A) * gamma`` with ``A = I - S H``, H the estimates' response to the correlations. A is low
    in rank but for the identity, so no product of two matrices over pairs is needed.
    """
    inverse = np.linalg.inv(model)
    first, second = pairs_of(len(model))
    weight = inverse[np.ix_(first, first)] * inverse[np.ix_(second, second)]
    weight += inverse[np.ix_(first, second)] * inverse[np.ix_(second, first)]
    weighted = weights[:, None] * slopes
    response = np.linalg.solve(slopes.T @ weighted, weighted.T)
    toward, moved = weight @ slopes, gamma @ response.T
    whole = float(np.sum(weight * gamma)) - 2 * float(np.sum(toward * moved))
    return whole + float(np.sum((slopes.T @ toward) * (response @ moved)))
