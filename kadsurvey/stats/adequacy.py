"""Whether a correlation matrix is worth factoring: sampling adequacy and the test of sphericity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2 as chi_square

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.matrices import positive_definite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adequacy:
    """Kaiser's measures of sampling adequacy and Bartlett's test.

    Attributes
    ----------
    kmo : float
        Overall measure, 0 to 1.
    msa : ndarray, shape (n_items,)
        The same for each item.
    chi2, p_value : float
        Test that all correlations are zero. It assumes independent rows.
    df : int
    """

    kmo: float
    msa: Array
    chi2: float
    df: int
    p_value: float


def adequacy(matrix: ArrayLike, n_obs: float) -> Adequacy:
    """Compute sampling adequacy and Bartlett's test of sphericity of a correlation matrix.

    Parameters
    ----------
    matrix : array_like, shape (n_items, n_items)
        Any correlation matrix: polychoric, Pearson or mixed.
    n_obs : float
        Rows it was computed from; with pairwise missing answers the smallest or the mean number of a pair.

    Raises
    ------
    StatisticsError
        If the matrix has no inverse, or ``n_obs`` is not above the number of items.

    References
    ----------
    Kaiser & Rice (1974), Educational and Psychological Measurement 34, 111-117; Bartlett (1950), British Journal of
    Psychology, Statistical Section 3, 77-85. Equal to psych ``KMO`` and ``cortest.bartlett``.

    Examples
    --------
    >>> import numpy as np
    >>> round(adequacy(np.full((4, 4), 0.5) + 0.5 * np.eye(4), 100).kmo, 6)
    0.8
    """
    R = positive_definite(matrix)
    n_items = len(R)
    if n_items < 2:
        raise StatisticsError("stats.too_few_items", n_items=n_items, needed=2)
    if not n_obs > n_items:
        raise StatisticsError("stats.fewer_rows_than_items", n_obs=n_obs, n_items=n_items)
    squared = _off_diagonal(R) ** 2
    squared_partial = _partial(R) ** 2
    chi2 = -np.linalg.slogdet(R)[1] * (n_obs - 1 - (2 * n_items + 5) / 6)
    df = n_items * (n_items - 1) // 2
    shared = squared.sum() + squared_partial.sum()
    of_item = squared.sum(axis=0) + squared_partial.sum(axis=0)
    return Adequacy(
        kmo=float(squared.sum() / shared) if shared > 0 else float("nan"),
        msa=np.divide(squared.sum(axis=0), of_item, out=np.full(n_items, np.nan), where=of_item > 0),
        chi2=float(chi2),
        df=df,
        p_value=float(chi_square.sf(chi2, df)),
    )


def _partial(R: Array) -> Array:
    """Return the correlation of each pair given all other items, up to its sign; zero on the diagonal."""
    precision = np.asarray(np.linalg.inv(R), dtype=np.float64)
    scale = 1 / np.sqrt(precision.diagonal())
    return _off_diagonal(precision * np.outer(scale, scale))


def _off_diagonal(matrix: Array) -> Array:
    return matrix - np.diag(matrix.diagonal())
