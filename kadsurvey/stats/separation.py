"""Whether a likelihood has a maximum, and which predictors stand in its way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# A solution of the linear programme below this is zero; HiGHS keeps its constraints to 1e-7.
DIRECTION_TOLERANCE = 1e-6


def separating_columns(
    signed: NDArray[np.float64], fixed: NDArray[np.float64], *, among: Sequence[int]
) -> list[int] | None:
    """Find the predictors that tell some outcomes apart perfectly, or return None where the estimates are finite.

    There is separation if some direction of the coefficients never lowers the likelihood and raises it somewhere: the
    estimates then run off to infinity.

    Parameters
    ----------
    signed : ndarray, shape (n_signed, k)
        Rows whose likelihood rises with ``row @ coefficients`` for ever.
    fixed : ndarray, shape (n_fixed, k)
        Rows whose likelihood falls on both sides of some value. Both parts together have full column rank.
    among : sequence of int
        Columns that are predictors; the others are constants.

    Returns
    -------
    list of int, or None
        Columns none of which can be left out without ending the separation. There may be other such sets; the one with
        later columns is preferred.

    References
    ----------
    Konis (2007), Linear programming algorithms for detecting separated data, University of Oxford; Correia, Guimaraes &
    Zylkin (2019), arXiv 1903.01633.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([np.ones(4), [5.0, 1, 3, 2], [1.0, 2, 3, 4]])
    >>> y = np.array([-1.0, -1, 1, 1])
    >>> separating_columns(y[:, None] * X, np.empty((0, 3)), among=[1, 2])
    [2]
    >>> y = np.array([-1.0, 1, -1, 1])
    >>> separating_columns(y[:, None] * X[:, [0, 2]], np.empty((0, 2)), among=[1]) is None
    True
    """
    if not _is_separated(signed, fixed):
        return None
    kept = list(range(signed.shape[1]))
    for column in among:
        rest = [other for other in kept if other != column]
        if _is_separated(signed[:, rest], fixed[:, rest]):
            kept = rest
    return [column for column in kept if column in among]


def _is_separated(signed: NDArray[np.float64], fixed: NDArray[np.float64]) -> bool:
    from scipy.optimize import linprog

    basis = np.linalg.qr(np.vstack([signed, fixed]))[0]  # so that the scale of the columns does not matter
    signed, fixed = basis[: len(signed)], basis[len(signed) :]
    rows = signed @ _null_space(fixed)
    size = np.linalg.norm(rows, axis=1)
    kept = size > DIRECTION_TOLERANCE * np.linalg.norm(signed, axis=1)
    if not kept.any():
        return False
    rows = rows[kept] / size[kept, None]
    found = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1), method="highs")
    return bool((rows @ np.asarray(found.x, dtype=np.float64)).max() > DIRECTION_TOLERANCE)


def _null_space(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an orthonormal basis, as columns, of what all rows leave unchanged."""
    if not rows.size:
        return np.eye(rows.shape[1])
    _, values, right = np.linalg.svd(np.linalg.qr(rows, mode="r"))
    rank = int(np.sum(values > DIRECTION_TOLERANCE * max(values.max(), 1.0)))
    return np.asarray(right[rank:].T)
