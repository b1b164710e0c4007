"""Correlation of two relations on the same vertices, tested by the quadratic assignment procedure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.permutation import TIE

_CELLS_AT_ONCE = 1 << 17
"""Cells looked up in one step: so many stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class QapTest:
    """Correlation of the cells of two matrices.

    Attributes
    ----------
    correlation : float
        Pearson's, over the cells off the diagonal; NaN where one matrix has the same value in all.
    p_value : float
        Two-sided: share of the orders of the vertices, the observed one among them, whose correlation is at least as
        large in size. NaN where the correlation is.
    enumerated : bool
        True where all n! orders were computed, so that no chance is left in ``p_value``.
    draws : int
        Orders.
    """

    correlation: float
    p_value: float
    enumerated: bool
    draws: int


def qap_correlation(first: ArrayLike, second: ArrayLike, *, draws: int = 9999, seed: int) -> QapTest:
    """Correlate two relations, and test it by reordering the vertices of one of them.

    Parameters
    ----------
    first, second : array_like, shape (n, n)
        Strengths from row to column on the same vertices; the diagonals do not count.
    draws : int, default 9999
        Random orders; where all n! are no more than this, each is taken once instead.
    seed : int

    Raises
    ------
    StatisticsError
        ``stats.graph_shapes_differ`` where the two are not square or differ in size.

    Notes
    -----
    Rows and columns move together, so that each relation keeps its structure: `gcor` and `qaptest` of sna.

    References
    ----------
    Hubert & Schultz (1976), British Journal of Mathematical and Statistical Psychology 29(2), 190-241;
    Krackhardt (1988), Social Networks 10(4), 359-381.
    """
    x, y = (np.array(matrix, dtype=float, order="C") for matrix in (first, second))
    if x.ndim != 2 or x.shape != y.shape or x.shape[0] != x.shape[1]:
        shapes = [" x ".join(map(str, matrix.shape)) for matrix in (x, y)]
        raise StatisticsError("stats.graph_shapes_differ", first=shapes[0], second=shapes[1])
    n = len(x)
    for matrix in (x, y):
        np.fill_diagonal(matrix, 0.0)
    if np.count_nonzero(x) > np.count_nonzero(y):
        x, y = y, x
    cells = n * (n - 1)
    spread = math.sqrt(_spread(x, cells) * _spread(y, cells)) if cells else 0.0
    if not spread:
        return QapTest(np.nan, np.nan, False, 0)
    level = float(x.sum()) * float(y.sum()) / cells
    rows, columns = np.nonzero(x)
    weight = x[rows, columns]

    def correlations(orders: NDArray[np.intp]) -> NDArray[np.float64]:
        cells_of_y = orders.take(rows, axis=1) * n + orders.take(columns, axis=1)
        # einsum keeps to one thread: a product of a few rows is not worth waking the others.
        products: NDArray[np.float64] = np.einsum("ij,j->i", y.take(cells_of_y), weight)
        return (products - level) / spread

    observed = float(correlations(np.arange(n, dtype=np.intp)[None, :])[0])
    enumerated = n < 20 and math.factorial(n) <= draws
    far = abs(observed) * (1 - TIE) - TIE
    batch = max(1, _CELLS_AT_ONCE // len(rows))
    larger = number = 0
    for orders in _all_orders(n, batch) if enumerated else _random_orders(n, draws, batch, seed):
        larger += int((np.abs(correlations(orders)) >= far).sum())
        number += len(orders)
    p_value = larger / number if enumerated else (larger + 1) / (number + 1)
    return QapTest(observed, p_value, enumerated, number)


def _spread(matrix: NDArray[np.float64], cells: int) -> float:
    """Return the sum of squares about the mean of the cells off the diagonal, zero where it is rounding only."""
    squares = float((matrix**2).sum())
    spread = squares - float(matrix.sum()) ** 2 / cells
    return spread if spread > TIE * squares else 0.0


def _all_orders(n: int, batch: int) -> Iterator[NDArray[np.intp]]:
    orders = itertools.permutations(range(n))
    while found := list(itertools.islice(orders, batch)):
        yield np.array(found, dtype=np.intp)


def _random_orders(n: int, draws: int, batch: int, seed: int) -> Iterator[NDArray[np.intp]]:
    rng = np.random.default_rng(seed)
    for start in range(0, draws, batch):
        places = np.tile(np.arange(n, dtype=np.intp), (min(batch, draws - start), 1))
        yield rng.permuted(places, axis=1)
