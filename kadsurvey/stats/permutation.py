"""Permutation test of one regression coefficient among others (Freedman and Lane)."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear import checked_model

Array: TypeAlias = NDArray[np.float64]

TIE = 1e-9
"""Statistics that are equal by symmetry differ by rounding; they count as ties."""
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A two-sided permutation test of a coefficient.

    Attributes
    ----------
    statistic : float
        Student's t of the coefficient.
    p_value : float
        Share of arrangements, the observed one among them, whose \\|t\\| is at least the observed.
    enumerated : bool
        True where all n! arrangements were computed, so that no chance is left in ``p_value``.
    draws : int
        Arrangements.
    """

    statistic: float
    p_value: float
    enumerated: bool
    draws: int


def permutation_test(y: Array, X: Array, column: int, *, draws: int = 9999, seed: int) -> PermutationTest:
    r"""Test one OLS coefficient by permuting the residuals of the model without its column.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.
    column : int
        Place of the tested coefficient.
    draws : int, default 9999
        Random arrangements; where all n! are no more than this, each is taken once instead.
    seed : int

    Raises
    ------
    StatisticsError
        As `kadsurvey.stats.linear.fit_ols`; ``stats.no_residual_variance`` where the other columns explain all.

    Notes
    -----
    Exact where the constant is the only other column; with other predictors approximate. Either way it takes errors as
    exchangeable: where their variance differs between rows it can reject too often.

    References
    ----------
    Freedman & Lane (1983), Journal of Business & Economic Statistics 1, 292-298; Winkler et al. (2014), NeuroImage 92,
    381-397.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(5.0)
    >>> permutation_test(x**2, np.column_stack([np.ones(5), x]), 1, seed=1).p_value  # 2 of the 120 arrangements
    0.016666666666666666
    """
    y, X, _ = checked_model(y, X, None)
    others = np.delete(X, column, axis=1)
    basis = np.linalg.qr(others)[0]
    residuals = y - basis @ (basis.T @ y)
    if residuals @ residuals <= 1e-24 * float(y @ y):
        raise StatisticsError("stats.no_residual_variance")
    enumerated = math.factorial(len(y)) <= draws if len(y) < 20 else False
    orders = _all_orders(len(y)) if enumerated else _random_orders(len(y), draws, seed)
    direction = X[:, column] - basis @ (basis.T @ X[:, column])
    direction = direction / np.linalg.norm(direction)
    degrees = len(y) - X.shape[1]
    observed = float(_t(residuals[None, :], basis, direction, degrees)[0])
    batches = (orders[start : start + _BATCH] for start in range(0, len(orders), _BATCH))
    larger = sum(
        int(np.count_nonzero(np.abs(_t(residuals[batch], basis, direction, degrees)) >= abs(observed) * (1 - TIE)))
        for batch in batches
    )
    # The observed arrangement is one of all; beside random ones it is counted too.
    p_value = larger / len(orders) if enumerated else (larger + 1) / (len(orders) + 1)
    return PermutationTest(observed, p_value, enumerated, len(orders))


def _t(rows: Array, basis: Array, direction: Array, degrees: int) -> Array:
    """Return t of the coefficient for each row of permuted residuals."""
    slope = rows @ direction
    rest = (rows**2).sum(axis=1) - ((rows @ basis) ** 2).sum(axis=1) - slope**2
    with np.errstate(divide="ignore"):
        t: Array = slope / np.sqrt(np.maximum(rest, 0.0) / degrees)
    return t


def _all_orders(n: int) -> NDArray[np.intp]:
    return np.array(list(itertools.permutations(range(n))), dtype=np.intp)


def _random_orders(n: int, draws: int, seed: int) -> NDArray[np.intp]:
    places = np.tile(np.arange(n, dtype=np.intp), (draws, 1))
    return np.random.default_rng(seed).permuted(places, axis=1)
