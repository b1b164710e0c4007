"""Correlations of all pairs of items: polychoric for ordinal answers, Pearson for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.acov import asymptotic_covariance
from kadsurvey.stats.contingency import Contingency, as_items, contingency, in_batches
from kadsurvey.stats.matrices import from_pairs, pairs_of, smooth
from kadsurvey.stats.polychoric_fit import LARGEST_CORRELATION, fit_correlations, pair_tables, thresholds_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrdinalCorrelation:
    """Polychoric correlations with what they were computed from.

    Attributes
    ----------
    matrix : ndarray, shape (n_items, n_items)
        Correlations of the latent responses; smoothed where ``smoothed`` says so.
    estimates : ndarray, shape (n_items, n_items)
        As estimated pair by pair; the same unless smoothed.
    thresholds : tuple of ndarray
        Of each item, in standard deviations of its latent response; one fewer than its chosen categories.
    categories : tuple of ndarray
        The chosen codes of each item.
    empty_categories : tuple of (item, code)
        Categories that were asked for and nobody chose. They have no threshold.
    n_obs : ndarray, shape (n_items, n_items)
        Rows that answered both items of a pair; on the diagonal, the item.
    n_rows : int
        Rows counted.
    acov : ndarray, shape (n_parameters, n_parameters), or None
        Asymptotic covariance of the estimates: thresholds item by item, then correlations in the order (0, 1), (0, 2),
        ..., (1, 2), ... The square roots of its diagonal are standard errors.
    smoothed : bool
        Whether ``matrix`` was not positive definite and was made so.
    min_eigenvalue : float
        Smallest eigenvalue of ``estimates``.
    empty_cells : int
        Cells of all pair tables that no row fell into.
    at_bound, unconverged : tuple of (item, item)
        Pairs whose correlation stopped at -.999 or .999; pairs whose iterations did not end.
    iterations : int
    """

    matrix: Array
    estimates: Array
    thresholds: tuple[Array, ...]
    categories: tuple[Array, ...]
    empty_categories: tuple[tuple[int, float], ...]
    n_obs: Array
    n_rows: int
    acov: Array | None
    smoothed: bool
    min_eigenvalue: float
    empty_cells: int
    at_bound: tuple[tuple[int, int], ...]
    unconverged: tuple[tuple[int, int], ...]
    iterations: int


@dataclass(frozen=True, slots=True)
class PearsonCorrelation:
    """Product-moment correlations over the rows each pair has in common; fields as in `OrdinalCorrelation`."""

    matrix: Array
    estimates: Array
    n_obs: Array
    n_rows: int
    smoothed: bool
    min_eigenvalue: float


Correlation: TypeAlias = OrdinalCorrelation | PearsonCorrelation


def polychoric(
    items: ArrayLike | Contingency,
    *,
    categories: Sequence[ArrayLike] | None = None,
    acov: bool = False,
    empty_2x2: float = 0.5,
) -> OrdinalCorrelation:
    """Estimate the polychoric correlations of all pairs of items in two steps.

    Thresholds come from all rows that answered an item, each correlation from the rows that answered both. Categories
    nobody chose are dropped and named in the result. A matrix that is not positive definite is smoothed, and the result
    says so.

    Parameters
    ----------
    items : array_like of shape (n_obs, n_items), or Contingency
        Integer codes, NaN missing; or tables that were counted before, in parts if need be.
    categories : sequence of array_like, optional
        Codes each item can take, for instance in all groups together. By default those that occur.
    acov : bool, default False
        Compute the asymptotic covariance of thresholds and correlations. Needs the answers, not only tables.
    empty_2x2 : float, default 0.5
        Added to a lone empty cell of a 2 x 2 table, keeping its margins, as lavaan does; 0 leaves it empty. Larger
        tables keep their empty cells.

    Raises
    ------
    StatisticsError
        If an item is constant, if no row answered both items of a pair, or if ``acov`` is asked for without answers.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460. Equal to lavaan ``lavCor(ordered=, missing="pairwise")``.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.repeat([[1, 1], [1, 2], [2, 1], [2, 2]], [30, 10, 10, 30], axis=0)
    >>> polychoric(table).matrix.round(6)  # sin(pi / 4): the tetrachoric correlation at the medians
    array([[1.      , 0.707107],
           [0.707107, 1.      ]])
    """
    asked = items if isinstance(items, Contingency) else contingency(as_items(items), categories=categories)
    if acov and isinstance(items, Contingency):
        raise StatisticsError("stats.acov_needs_answers")
    tables = asked.without_empty()
    _require_variation(asked, tables)
    thresholds = thresholds_of(tables)
    pairs = pair_tables(tables, thresholds)
    rho, iterations, unconverged = fit_correlations(pairs, empty_2x2=empty_2x2)
    estimates = from_pairs(rho, len(thresholds))
    matrix, smallest = smooth(estimates)
    return OrdinalCorrelation(
        matrix=matrix,
        estimates=estimates,
        thresholds=thresholds,
        categories=tables.categories,
        empty_categories=_empty_categories(asked),
        n_obs=tables.n_obs,
        n_rows=tables.n_rows,
        acov=None if isinstance(items, Contingency) or not acov else asymptotic_covariance(items, tables, pairs, rho),
        smoothed=matrix is not estimates,
        min_eigenvalue=smallest,
        empty_cells=_count_empty_cells(tables),
        at_bound=_named_pairs(np.abs(rho) >= LARGEST_CORRELATION - 1e-9, len(thresholds)),
        unconverged=_named_pairs(unconverged, len(thresholds)),
        iterations=iterations,
    )


def pearson(items: ArrayLike) -> PearsonCorrelation:
    """Compute product-moment correlations, each over the rows that answered both items.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Numbers; NaN is missing.

    Raises
    ------
    StatisticsError
        If an item is constant, also within the rows it shares with another, or a pair shares no rows.
    """
    data = as_items(items)
    n_obs, products, squares = common_scatter(data)
    estimates = products / np.sqrt(squares * squares.T)
    np.fill_diagonal(estimates, 1.0)
    matrix, smallest = smooth(estimates)
    return PearsonCorrelation(matrix, estimates, n_obs, data.shape[0], matrix is not estimates, smallest)


def common_scatter(data: Array) -> tuple[Array, Array, Array]:
    """Sum products and squares over the rows each pair of items has in common, about the means of those rows.

    Parameters
    ----------
    data : ndarray, shape (n_obs, n_items)
        Numbers; NaN is missing.

    Returns
    -------
    n_obs, products, squares : ndarray, shape (n_items, n_items)
        Rows in common; sums of products; ``squares[i, j]`` is the sum of squares of item i over its rows with item j.

    Raises
    ------
    StatisticsError
        If an item is constant, also within the rows it shares with another, or a pair shares no rows.
    """
    n_items = data.shape[1]
    mean = _means(data)
    n_obs, total, square, product = (np.zeros((n_items, n_items)) for _ in range(4))
    for part in in_batches(data):
        answered = np.isfinite(part).astype(np.float64)
        centred = np.where(answered > 0, part - mean, 0.0)
        n_obs += answered.T @ answered
        total += centred.T @ answered
        square += (centred**2).T @ answered
        product += centred.T @ centred
    _require_common_rows(n_obs)
    squares = square - total**2 / n_obs
    for item in np.flatnonzero(squares.diagonal() <= 1e-12 * (1 + square.diagonal())):
        raise StatisticsError("stats.constant_item", item=int(item))
    for first, second in np.argwhere(squares <= 1e-12 * (1 + square)):
        raise StatisticsError("stats.constant_in_pair", first=int(first), second=int(second))
    return n_obs, product - total * total.T / n_obs, squares


def _means(data: Array) -> Array:
    n, total = np.zeros(data.shape[1]), np.zeros(data.shape[1])
    for part in in_batches(data):
        n += np.isfinite(part).sum(axis=0)
        total += np.nansum(part, axis=0)
    for item in np.flatnonzero(n == 0):
        raise StatisticsError("stats.no_answers", item=int(item))
    return total / n


def _require_variation(asked: Contingency, tables: Contingency) -> None:
    for item, codes in enumerate(tables.categories):
        if len(codes) == 0:
            raise StatisticsError("stats.no_answers", item=item)
        if len(codes) == 1:
            raise StatisticsError("stats.constant_item", item=item)
    _require_common_rows(asked.n_obs)


def _require_common_rows(n_obs: Array) -> None:
    for first, second in np.argwhere(n_obs == 0):
        raise StatisticsError("stats.no_common_rows", first=int(first), second=int(second))


def _empty_categories(asked: Contingency) -> tuple[tuple[int, float], ...]:
    return tuple(
        (item, float(code)) for item, codes in enumerate(asked.categories) for code in codes[asked.margin(item) == 0]
    )


def _count_empty_cells(tables: Contingency) -> int:
    item_of = np.repeat(np.arange(len(tables.categories)), [len(codes) for codes in tables.categories])
    return int(((tables.counts == 0) & (item_of[:, None] < item_of)).sum())


def _named_pairs(chosen: NDArray[np.bool_], n_items: int) -> tuple[tuple[int, int], ...]:
    first, second = pairs_of(n_items)
    return tuple(zip(first[chosen].tolist(), second[chosen].tolist(), strict=True))
