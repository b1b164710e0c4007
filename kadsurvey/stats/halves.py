"""Random halves of rows, clusters kept whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def halves(cluster: NDArray[np.intp], n_splits: int, *, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Yield which rows are in the first half.

    Parameters
    ----------
    cluster : ndarray of int, shape (n,)
        Rows of one number of 0 or more stay together; rows with -1 are each for themselves.
    n_splits : int
    seed : int

    Yields
    ------
    ndarray of bool, shape (n,)
        Clusters in a random order are taken until half of the rows is reached; the last is taken if that comes nearer.
    """
    alone = np.flatnonzero(cluster < 0)
    label = np.array(cluster, dtype=np.intp)
    label[alone] = (label.max(initial=-1) + 1) + np.arange(len(alone))
    _, label = np.unique(label, return_inverse=True)
    sizes = np.bincount(label)
    rng = np.random.default_rng(seed)
    for _ in range(n_splits):
        order = rng.permutation(len(sizes))
        reached = np.cumsum(sizes[order])
        count = int(np.abs(reached - len(label) / 2).argmin()) + 1
        taken = np.zeros(len(sizes), dtype=np.bool_)
        taken[order[:count]] = True
        yield taken[label]
