"""Asymptotic covariance of thresholds and polychoric correlations, from the influence of each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from kadsurvey.stats.contingency import Contingency
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.polychoric_fit import PairTables, cells, thresholds_of

Array = NDArray[np.float64]

_ROWS_PER_BATCH = 4096
"""Rows whose scores are held at once: memory does not grow with the data."""


def asymptotic_covariance(items: ArrayLike, tables: Contingency, pairs: PairTables, rho: Array) -> Array:
    """Return the covariance matrix of all thresholds and correlations of the two-step estimator.

    Both steps solve score equations; with A the derivatives of the scores (as sums of products of scores) and B the sum
    of their outer products over rows, the covariance is A^-1 B A^-T. A missing answer has score zero.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Integer codes, NaN missing.
    tables : Contingency
        Tables of ``items`` without empty categories.
    pairs : PairTables
        The same tables over pairs, with thresholds.
    rho : ndarray, shape (n_pairs,)
        Estimated correlations, in the order of ``pairs``.

    Returns
    -------
    ndarray, shape (n_thresholds + n_pairs, n_thresholds + n_pairs)

    References
    ----------
    Muthen (1984), Psychometrika 49, 115-132; Joreskog (1994), Psychometrika 59, 381-389.
    """
    layout = _Layout(tables)
    inverse = _inverse(_bread(tables, pairs, rho, layout), layout.n_thresholds)
    meat = _sum_of_products(np.asarray(items, dtype=np.float64), tables, pairs, rho, layout)
    covariance: Array = _times(_times(meat, inverse).T, inverse).T
    return covariance


@dataclass(frozen=True, slots=True)
class _Inverse:
    """The inverse of a matrix ``[[A, 0], [D, diag(d)]]``: no threshold depends on a correlation."""

    upper: Array  # A^-1
    lower: Array  # -D A^-1 / d
    diagonal: Array  # 1 / d


def _inverse(bread: Array, n_thresholds: int) -> _Inverse:
    upper = np.asarray(np.linalg.inv(bread[:n_thresholds, :n_thresholds]), dtype=np.float64)
    diagonal = 1 / bread.diagonal()[n_thresholds:]
    return _Inverse(upper, -diagonal[:, None] * (bread[n_thresholds:, :n_thresholds] @ upper), diagonal)


def _times(matrix: Array, inverse: _Inverse) -> Array:
    """Return the inverse times a matrix, without the zeros."""
    k = len(inverse.upper)
    product = np.empty_like(matrix)
    product[:k] = inverse.upper @ matrix[:k]
    product[k:] = inverse.lower @ matrix[:k] + inverse.diagonal[:, None] * matrix[k:]
    return product


class _Layout:
    """Where each item's thresholds and each pair's correlation stand among the parameters."""

    def __init__(self, tables: Contingency) -> None:
        self.widths = np.array([len(codes) for codes in tables.categories])
        self.ends = np.cumsum(self.widths - 1)
        self.starts = self.ends - (self.widths - 1)
        self.first, self.second = pairs_of(len(self.widths))
        self.n_thresholds = int(self.ends[-1])
        self.n_parameters = self.n_thresholds + len(self.first)

    def thresholds(self, item: int) -> slice:
        return slice(int(self.starts[item]), int(self.ends[item]))


def _bread(tables: Contingency, pairs: PairTables, rho: Array, layout: _Layout) -> Array:
    """Return the sums of products of scores that stand for the derivatives of the score equations."""
    bread = np.zeros((layout.n_parameters, layout.n_parameters))
    for item, scores in enumerate(_threshold_scores(tables)):
        block = layout.thresholds(item)
        bread[block, block] = (scores * tables.margin(item)[:, None]).T @ scores

    probability, slope = cells(pairs.rows, pairs.columns, rho)
    scores = slope / probability
    weighted = pairs.counts * scores
    places = np.arange(layout.n_thresholds, layout.n_parameters)
    bread[places, places] = (weighted * scores).sum(axis=(1, 2))
    relative = weighted / probability
    by_row = _moved_by_threshold(relative, pairs.rows, pairs.columns, rho)
    by_column = _moved_by_threshold(relative.transpose(0, 2, 1), pairs.columns, pairs.rows, rho)
    for place, i, j, rows, columns in zip(places, layout.first, layout.second, by_row, by_column, strict=True):
        bread[place, layout.thresholds(i)] = rows[: layout.widths[i] - 1]
        bread[place, layout.thresholds(j)] = columns[: layout.widths[j] - 1]
    return bread


def _threshold_scores(tables: Contingency) -> list[Array]:
    """Return for each item the derivatives of the log probability of its categories by its thresholds, (k, k - 1)."""
    found = []
    for thresholds in thresholds_of(tables):
        density = np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi)
        probability = np.diff(ndtr(thresholds), prepend=0.0, append=1.0)
        k = len(probability)
        scores = np.zeros((k, k - 1))
        inner = np.arange(k - 1)
        scores[inner, inner] = density / probability[:-1]
        scores[inner + 1, inner] = -density / probability[1:]
        found.append(scores)
    return found


def _moved_by_threshold(relative: Array, rows: Array, columns: Array, rho: Array) -> Array:
    """Sum cell values over the change of the cells' probabilities with each row threshold, shape (n_pairs, k - 1)."""
    at = rows[:, 1:-1, None]
    spread = np.sqrt((1 - rho) * (1 + rho))[:, None, None]
    given = ndtr((columns[:, None, :] - rho[:, None, None] * at) / spread)
    flow = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi) * np.diff(given, axis=2)
    moved: Array = ((relative[:, :-1] - relative[:, 1:]) * flow).sum(axis=2)
    return moved


def _sum_of_products(items: Array, tables: Contingency, pairs: PairTables, rho: Array, layout: _Layout) -> Array:
    """Return the sum over rows of the outer products of their scores."""
    widest = pairs.counts.shape[1]
    probability, slope = cells(pairs.rows, pairs.columns, rho)
    of_pairs = np.zeros((len(rho), widest + 1, widest + 1))
    of_pairs[:, :-1, :-1] = slope / probability
    of_items = [np.vstack([scores, np.zeros(scores.shape[1])]).T.copy() for scores in _threshold_scores(tables)]
    total = np.zeros((layout.n_parameters, layout.n_parameters))
    buffer = np.empty((layout.n_parameters, min(_ROWS_PER_BATCH, len(items))))
    for start in range(0, len(items), _ROWS_PER_BATCH):
        codes = _places(items[start : start + _ROWS_PER_BATCH], tables)
        scores = buffer[:, : codes.shape[1]]
        for item, table in enumerate(of_items):
            missing = np.minimum(codes[item], table.shape[1] - 1)
            np.take(table, missing, axis=1, out=scores[layout.thresholds(item)])
        row = layout.n_thresholds
        pair = 0
        for item in range(len(codes) - 1):
            others = len(codes) - 1 - item
            cell = codes[item] * (widest + 1) + codes[item + 1 :]
            cell += np.arange(others)[:, None] * (widest + 1) ** 2
            np.take(of_pairs[pair : pair + others], cell, out=scores[row : row + others])
            pair, row = pair + others, row + others
        total += scores @ scores.T
    return total


def _places(items: Array, tables: Contingency) -> NDArray[np.intp]:
    """Return the place of each answer among its item's categories, (n_items, n_rows); missing is beyond the widest."""
    beyond = max(len(codes) for codes in tables.categories)
    places = np.full(items.T.shape, beyond, dtype=np.intp)
    for place, answers, codes in zip(places, items.T, tables.categories, strict=True):
        answered = np.isfinite(answers)
        place[answered] = np.searchsorted(codes, answers[answered])
    return places
