"""Several tests at once: p values adjusted so that one false rejection among them stays rare."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p values adjusted by Holm's step-down method; NaN is no test and stays NaN.

    Parameters
    ----------
    p_values : array_like, shape (n_tests,)

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Equal to R ``p.adjust(method = "holm")``.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
