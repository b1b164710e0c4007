"""How unequally something is shared: the Gini coefficient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kadsurvey.errors import StatisticsError


@dataclass(frozen=True, slots=True)
class Gini:
    """The Gini coefficient of one set of shares.

    Attributes
    ----------
    estimate : float
        Half the mean absolute difference over the mean, every pair counted, also a value with itself: 0 where all have
        the same, ``(n - 1) / n`` where one has everything.
    corrected : float
        ``estimate * n / (n - 1)``: 1 where one has everything, however few share. Only this one compares groups of
        different size.
    n_values : int
    """

    estimate: float
    corrected: float
    n_values: int


def gini(shares: ArrayLike) -> Gini:
    """Compute the Gini coefficient of amounts or shares that are not negative.

    Parameters
    ----------
    shares : array_like, shape (n_values,)
        In any unit; they need not sum to one.

    Raises
    ------
    StatisticsError
        ``stats.too_few_shares`` below two values; ``stats.shares_negative`` for negative, missing or infinite ones;
        ``stats.nothing_shared`` where all are zero.

    References
    ----------
    Sen (1973), On Economic Inequality, 29-31. Correction: Deltas (2003), Review of Economics and Statistics 85(1),
    226-234.

    Examples
    --------
    >>> gini([1, 2, 3]).estimate.__round__(3), gini([0, 0, 9]).corrected
    (0.222, 1.0)
    """
    values = np.sort(np.asarray(shares, dtype=np.float64).ravel())
    n = len(values)
    if n < 2:
        raise StatisticsError("stats.too_few_shares", n_values=n)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        raise StatisticsError("stats.shares_negative", n_values=int(bad.sum()))
    total = float(values.sum())
    if total == 0:
        raise StatisticsError("stats.nothing_shared", n_values=n)
    rank = np.arange(1, n + 1)
    estimate = float((2 * rank - n - 1) @ values) / (n * total)
    return Gini(estimate=estimate, corrected=estimate * n / (n - 1), n_values=n)
