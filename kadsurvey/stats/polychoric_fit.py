"""Second step of polychoric correlations: the likelihood of all pair tables at once, given the thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from kadsurvey.stats.bivariate import bivariate_cdf, bivariate_density
from kadsurvey.stats.contingency import Contingency
from kadsurvey.stats.matrices import pairs_of

Array = NDArray[np.float64]

LARGEST_CORRELATION = 0.999
"""Estimates stop here, as lavaan's do; a table without a cell off its diagonal has no finite maximum."""

_BEYOND = 40.0
"""Stands for an infinite threshold; the normal distribution function is 0 or 1 there to the last digit."""

_SMALLEST_PROBABILITY = 1e-14
"""Rounding error of a cell probability, which is a difference of distribution functions."""

_LARGEST_STEP = 0.5
_TOLERANCE = 1e-9
_MAX_ITERATIONS = 60


@dataclass(frozen=True, slots=True)
class PairTables:
    """The tables of all pairs, padded to the largest number of categories, with the thresholds of both items.

    Attributes
    ----------
    counts : ndarray, shape (n_pairs, k, k)
        Cells beyond an item's last category are zero.
    rows, columns : ndarray, shape (n_pairs, k + 1)
        Thresholds of the first and the second item from -40 to 40, which stands for infinity.
    """

    counts: Array
    rows: Array
    columns: Array


def thresholds_of(tables: Contingency) -> tuple[Array, ...]:
    """Return the thresholds of each item from its own margin: normal quantiles of the cumulated shares."""
    margins = (tables.margin(item) for item in range(len(tables.categories)))
    return tuple(ndtri(np.cumsum(margin)[:-1] / margin.sum()) for margin in margins)


def pair_tables(tables: Contingency, thresholds: tuple[Array, ...]) -> PairTables:
    """Return the padded tables of all pairs."""
    widths = np.array([len(codes) for codes in tables.categories])
    widest, starts = int(widths.max()), tables.offsets[:-1]
    padded = np.full((len(widths), widest + 1), _BEYOND)
    padded[:, 0] = -_BEYOND
    for item, inner in enumerate(thresholds):
        padded[item, 1 : len(inner) + 1] = inner
    first, second = pairs_of(len(widths))
    steps = np.arange(widest)
    last = tables.counts.shape[0] - 1
    at_rows = np.minimum(starts[first, None] + steps, last)
    at_columns = np.minimum(starts[second, None] + steps, last)
    counts = tables.counts[at_rows[:, :, None], at_columns[:, None, :]]
    counts *= (steps < widths[first, None])[:, :, None] & (steps < widths[second, None])[:, None, :]
    return PairTables(counts, padded[first], padded[second])


def cells(rows: Array, columns: Array, rho: Array) -> tuple[Array, Array]:
    """Return the cell probabilities of each pair and their derivatives by rho, both of shape (n_pairs, k, k)."""
    below, density = (np.zeros((len(rho), rows.shape[1], columns.shape[1])) for _ in range(2))
    h, k, r = rows[:, 1:-1, None], columns[:, None, 1:-1], rho[:, None, None]
    below[:, 1:-1, 1:-1] = bivariate_cdf(h, k, r)
    below[:, -1, :], below[:, :, -1] = ndtr(columns), ndtr(rows)
    density[:, 1:-1, 1:-1] = bivariate_density(h, k, r)
    probability = np.diff(np.diff(below, axis=1), axis=2)
    return np.maximum(probability, _SMALLEST_PROBABILITY), np.diff(np.diff(density, axis=1), axis=2)


def fit_correlations(pairs: PairTables, *, empty_2x2: float) -> tuple[Array, int, NDArray[np.bool_]]:
    """Maximise every pair's likelihood by Fisher scoring on atanh(rho), kept between bounds its gradient has shown.

    Parameters
    ----------
    pairs : PairTables
    empty_2x2 : float
        Added to a lone empty cell of a 2 x 2 table, whose margins are kept.

    Returns
    -------
    rho : ndarray, shape (n_pairs,)
    iterations : int
    unconverged : ndarray of bool, shape (n_pairs,)
    """
    bound = float(np.arctanh(LARGEST_CORRELATION))
    counts = _fill_lone_cells(pairs, empty_2x2)
    z = np.arctanh(np.clip(1.1 * _product_moment(counts), -0.95, 0.95))
    low, high = np.full_like(z, -bound), np.full_like(z, bound)
    n_obs = counts.sum(axis=(1, 2))
    active = np.arange(len(z))
    iteration = 0
    while active.size and iteration < _MAX_ITERATIONS:
        iteration += 1
        at = z[active]
        probability, slope = cells(pairs.rows[active], pairs.columns[active], np.tanh(at))
        relative = slope / probability
        gradient = (counts[active] * relative).sum(axis=(1, 2))
        information = n_obs[active] * (slope * relative).sum(axis=(1, 2))
        stretch = 1 - np.tanh(at) ** 2
        step = np.clip(gradient / (np.maximum(information, 1e-300) * stretch), -_LARGEST_STEP, _LARGEST_STEP)
        low[active] = np.where(gradient > 0, at, low[active])
        high[active] = np.where(gradient < 0, at, high[active])
        proposed = np.clip(at + step, -bound, bound)
        strayed = (proposed < low[active]) | (proposed > high[active])
        z[active] = np.where(strayed, (low[active] + high[active]) / 2, proposed)
        active = active[np.abs(z[active] - at) * stretch > _TOLERANCE]
    unconverged = np.zeros(len(z), dtype=np.bool_)
    unconverged[active] = True
    return np.tanh(z), iteration, unconverged


def _fill_lone_cells(pairs: PairTables, amount: float) -> Array:
    square = pairs.counts[:, :2, :2]
    two_by_two = (pairs.rows[:, 2] == _BEYOND) & (pairs.columns[:, 2] == _BEYOND)
    lone = two_by_two & ((square == 0).sum(axis=(1, 2)) == 1)
    on_diagonal = (square[:, 0, 0] == 0) | (square[:, 1, 1] == 0)
    shift = np.where(on_diagonal, amount, -amount) * lone
    counts = pairs.counts.copy()
    counts[:, :2, :2] += shift[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return counts


def _product_moment(counts: Array) -> Array:
    """Return the Pearson correlation of each table, categories scored 0, 1, 2, ...; 0 where an item is constant."""
    score = np.arange(counts.shape[1], dtype=np.float64)
    n_obs = counts.sum(axis=(1, 2))
    by_row, by_column = counts.sum(axis=2), counts.sum(axis=1)
    mean_row, mean_column = by_row @ score / n_obs, by_column @ score / n_obs
    covariance = np.einsum("qab,a,b->q", counts, score, score) / n_obs - mean_row * mean_column
    spread = (by_row @ score**2 / n_obs - mean_row**2) * (by_column @ score**2 / n_obs - mean_column**2)
    return np.where(spread > 0, covariance / np.sqrt(np.maximum(spread, 1e-12)), 0.0)
