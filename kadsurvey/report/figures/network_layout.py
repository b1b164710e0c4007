"""Where the organisations of a network stand: tied ones near each other, the same in every run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 300
_ENOUGH = 1e-5


def network_layout(tied: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Place nodes so that distances are as the lengths of the shortest paths, as far as a plane allows.

    Stress is majorised from a circle in the order of the nodes, so nothing is drawn at random. Parts without a tie
    between them stand as far apart as the ends of the longest path.

    Parameters
    ----------
    tied : ndarray of bool, shape (n, n)
        Whether either of a pair names the other; the diagonal is ignored.

    Returns
    -------
    ndarray, shape (n, 2)
        Within the unit circle about the origin.

    References
    ----------
    Gansner, Koren & North (2005), Graph drawing by stress majorization, LNCS 3383, 239-250.
    """
    from scipy.sparse.csgraph import shortest_path

    n = len(tied)
    if n == 1:
        return np.zeros((1, 2))
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    # Not quite a circle: from a perfect one, opposite nodes could pull along one line only.
    places = np.column_stack([np.cos(angle), np.sin(angle)]) * (1 + 0.01 * np.arange(n) / n)[:, None]
    steps = shortest_path((tied | tied.T).astype(float), directed=False, unweighted=True)
    finite = steps[np.isfinite(steps)]
    wanted = np.where(np.isfinite(steps), steps, max(float(finite.max()), 2.0))
    np.fill_diagonal(wanted, 1.0)
    weights = wanted**-2.0
    np.fill_diagonal(weights, 0.0)
    inverse = np.linalg.pinv(np.diag(weights.sum(axis=1)) - weights)
    for _ in range(_STEPS):
        gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
        pull = np.divide(weights * wanted, gaps, out=np.zeros_like(gaps), where=gaps > 0)
        moved = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ places)
        change = float(np.abs(moved - places).max())
        places = moved
        if change < _ENOUGH:
            break
    places = places - places.mean(axis=0)
    return np.asarray(places / max(float(np.linalg.norm(places, axis=1).max()), 1e-12))
