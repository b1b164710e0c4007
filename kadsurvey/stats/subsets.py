"""The reliability of sums of some of the items."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def subset_reliabilities(true: Array, total: Array, subsets: ArrayLike) -> Array:
    """Return the reliability of the sum of each subset of items.

    Parameters
    ----------
    true, total : ndarray, shape (n_items, n_items)
        Covariances of the items that their factors bring about, and all of them.
    subsets : array_like of int, shape (n_subsets, size)

    Returns
    -------
    ndarray, shape (n_subsets,)

    Examples
    --------
    >>> import numpy as np
    >>> loading = np.array([0.9, 0.8, 0.5])
    >>> true = np.outer(loading, loading)
    >>> subset_reliabilities(true, true + np.diag(1 - loading**2), [[0, 1], [0, 2], [1, 2]]).round(3).tolist()
    [0.84, 0.676, 0.604]
    """
    places = np.asarray(subsets, dtype=np.intp)
    inside = places[:, :, None], places[:, None, :]
    reliability: Array = true[inside].sum(axis=(1, 2)) / total[inside].sum(axis=(1, 2))
    return reliability
