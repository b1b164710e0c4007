"""Cross tables of all pairs of integer-coded items in one matrix, which can be added over parts of the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError

Array = NDArray[np.float64]

_ROWS_PER_BATCH = 8192
"""Rows turned into indicators at once: the indicators of 40 items then stay in a processor's cache."""

_ROWS_IN_MEMORY = 65_536
"""Rows of which several copies are held at once."""

_WIDEST_SCALE = 100
"""Items whose codes span more than this are no ordinal scales."""


@dataclass(frozen=True, slots=True)
class Contingency:
    """Cross tables of all pairs of items.

    Attributes
    ----------
    counts : ndarray, shape (n_categories, n_categories)
        ``n_categories`` is the sum over items. Block (i, j) is the table of items i and j over the rows that answered
        both; the diagonal of block (j, j) holds the margin of item j over all rows that answered it.
    categories : tuple of ndarray
        The codes of each item in ascending order, also those nobody chose where they were asked for.
    n_rows : int
        Rows counted, answered or not.
    """

    counts: Array
    categories: tuple[Array, ...]
    n_rows: int

    @property
    def offsets(self) -> NDArray[np.intp]:
        """First place of each item in ``counts``, and the end; shape (n_items + 1,)."""
        return offsets_of(self.categories)

    @property
    def n_obs(self) -> Array:
        """Rows that answered both items of a pair; shape (n_items, n_items)."""
        starts = self.offsets[:-1]
        return np.add.reduceat(np.add.reduceat(self.counts, starts, axis=0), starts, axis=1)

    def margin(self, item: int) -> Array:
        """Return how often each category of an item was chosen."""
        block = slice(self.offsets[item], self.offsets[item + 1])
        return self.counts[block, block].diagonal().copy()

    def table(self, first: int, second: int) -> Array:
        """Return the cross table of two items, shape (categories of first, categories of second)."""
        at = self.offsets
        return self.counts[at[first] : at[first + 1], at[second] : at[second + 1]].copy()

    def without_empty(self) -> Contingency:
        """Return the tables without the categories nobody chose."""
        chosen = self.counts.diagonal() > 0
        parts = np.split(chosen, self.offsets[1:-1])
        kept = tuple(codes[part] for codes, part in zip(self.categories, parts, strict=True))
        return Contingency(self.counts[np.ix_(chosen, chosen)], kept, self.n_rows)

    def __add__(self, other: Contingency) -> Contingency:
        """Return the tables of both parts of the data together; categories are those of either part."""
        return self._combine(other, 1.0)

    def __sub__(self, other: Contingency) -> Contingency:
        """Return the tables without a part of the data that was counted in them, as a jackknife needs them."""
        return self._combine(other, -1.0)

    def _combine(self, other: Contingency, sign: float) -> Contingency:
        if len(self.categories) != len(other.categories):
            raise StatisticsError("stats.different_items", first=len(self.categories), second=len(other.categories))
        pairs = zip(self.categories, other.categories, strict=True)
        merged = tuple(np.union1d(ours, theirs) for ours, theirs in pairs)
        counts = self._spread(merged) + sign * other._spread(merged)
        return Contingency(counts, merged, self.n_rows + int(sign) * other.n_rows)

    def _spread(self, categories: tuple[Array, ...]) -> Array:
        starts = offsets_of(categories)
        pairs = zip(categories, self.categories, starts[:-1], strict=True)
        places = np.concatenate([start + np.searchsorted(wide, own) for wide, own, start in pairs])
        counts = np.zeros((starts[-1], starts[-1]))
        counts[np.ix_(places, places)] = self.counts
        return counts


def contingency(items: ArrayLike, *, categories: Sequence[ArrayLike] | None = None) -> Contingency:
    """Count the cross tables of all pairs of items.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Integer codes; NaN is missing.
    categories : sequence of array_like, optional
        The codes of each item, for instance those of all groups together. By default the codes that occur.

    Returns
    -------
    Contingency
        Tables of two parts of the data can be added: ``contingency(a) + contingency(b)`` counts the rows of both.

    Raises
    ------
    StatisticsError
        If a code is not an integer, is not among the given ``categories``, or the codes of an item span more than 100.

    Examples
    --------
    >>> import numpy as np
    >>> contingency(np.array([[1, 2], [1, 1], [2, 2], [np.nan, 2]])).table(0, 1)
    array([[1., 1.],
           [0., 1.]])
    """
    data = as_items(items, needed=1)
    span = _spans(data) if categories is None else _given(categories, data.shape[1])
    counts = _count(data, span)
    counted = np.add.reduceat(counts.diagonal(), offsets_of(span)[:-1])
    for item in np.flatnonzero(counted != np.isfinite(data).sum(axis=0)):
        answers = data[np.isfinite(data[:, item]), item]
        odd = float(answers[~np.isin(answers, span[item])][0])
        if categories is None:
            raise StatisticsError("stats.code_not_integer", item=int(item), value=odd)
        raise StatisticsError("stats.unknown_category", item=int(item), value=odd)
    tables = Contingency(counts, span, data.shape[0])
    return tables.without_empty() if categories is None else tables


def as_items(items: ArrayLike, *, needed: int = 2) -> Array:
    """Return answers as a float array (n_obs, n_items) after checking that it is a table without infinite values."""
    data = np.asarray(items, dtype=np.float64)
    if data.ndim != 2 or data.shape[1] < needed:
        raise StatisticsError("stats.too_few_items", n_items=data.shape[1] if data.ndim == 2 else 1, needed=needed)
    infinite = np.flatnonzero(np.isinf(data).any(axis=0))
    if infinite.size:
        raise StatisticsError("stats.infinite_value", item=int(infinite[0]))
    return data


def in_batches(data: Array, rows: int = _ROWS_IN_MEMORY) -> Iterator[Array]:
    """Yield the rows part by part, so that what is computed row by row takes no memory for all rows at once."""
    for first in range(0, max(len(data), 1), rows):
        yield data[first : first + rows]


def offsets_of(categories: Sequence[Array]) -> NDArray[np.intp]:
    """Return where each item's categories start in a matrix over all categories, and the end."""
    return np.concatenate([[0], np.cumsum([len(codes) for codes in categories])]).astype(np.intp)


def _spans(data: Array) -> tuple[Array, ...]:
    if data.shape[0] == 0:
        raise StatisticsError("stats.no_answers", item=0)
    low, high = np.fmin.reduce(data, axis=0), np.fmax.reduce(data, axis=0)
    for item, (smallest, largest) in enumerate(zip(low, high, strict=True)):
        if np.isnan(smallest):
            raise StatisticsError("stats.no_answers", item=item)
        if largest - smallest > _WIDEST_SCALE:
            raise StatisticsError("stats.scale_too_wide", item=item, low=smallest, high=largest, widest=_WIDEST_SCALE)
    return tuple(np.arange(np.floor(smallest), largest + 1) for smallest, largest in zip(low, high, strict=True))


def _given(categories: Sequence[ArrayLike], n_items: int) -> tuple[Array, ...]:
    if len(categories) != n_items:
        raise StatisticsError("stats.different_items", first=n_items, second=len(categories))
    return tuple(np.unique(np.asarray(codes, dtype=np.float64)) for codes in categories)


def _count(data: Array, categories: tuple[Array, ...]) -> Array:
    """Sum the products of indicators; single precision is exact because a batch has fewer than 2**24 rows."""
    starts = offsets_of(categories)
    total = np.zeros((starts[-1], starts[-1]))
    indicators = np.empty((starts[-1], min(_ROWS_PER_BATCH, data.shape[0])), dtype=np.float32)
    for first in range(0, data.shape[0], _ROWS_PER_BATCH):
        batch = np.ascontiguousarray(data[first : first + _ROWS_PER_BATCH].T)
        used = indicators[:, : batch.shape[1]]
        for answers, codes, start in zip(batch, categories, starts[:-1], strict=True):
            np.equal(answers, codes[:, None], out=used[start : start + len(codes)])
        total += used @ used.T
    return total
