"""Factor scores of a categorical factor model: the posterior mode of each pattern of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.contingency import as_items
from kadsurvey.stats.matrices import positive_definite

Array = NDArray[np.float64]
Places = NDArray[np.intp]

_BEYOND = 100.0
"""Stands for an infinite threshold."""

_SMALLEST_PROBABILITY = 1e-290
_LARGEST_STEP = 1.5
_TOLERANCE = 1e-8
_MAX_ITERATIONS = 100

_PATTERNS_PER_BATCH = 5_000
"""Patterns scored at once: they stay in a processor's cache, and memory does not grow with the data."""


@dataclass(frozen=True, slots=True)
class PosteriorScores:
    """Posterior modes with their standard errors.

    Attributes
    ----------
    scores, se : ndarray, shape (n_obs, n_factors)
        In standard deviations of the factor; NaN for a row without any answer. ``se`` comes from the curvature of the
        posterior at its mode.
    reliability : ndarray, shape (n_factors,)
        Marginal reliability: one less the mean squared standard error, over the rows with an answer.
    n_answered : ndarray of int, shape (n_obs, n_factors)
        Items of the factor that the row answered. At 0 the score comes from the other factors alone.
    n_patterns, iterations : int
    """

    scores: Array
    se: Array
    reliability: Array
    n_answered: Places
    n_patterns: int
    iterations: int


def posterior_scores(
    items: ArrayLike,
    *,
    categories: Sequence[ArrayLike],
    thresholds: Sequence[ArrayLike],
    loadings: ArrayLike,
    phi: ArrayLike,
) -> PosteriorScores:
    """Find the most probable factor values given each row's answers, with a normal prior of the factors.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Codes, NaN missing; missing items are skipped.
    categories : sequence of array_like
        The codes of each item in the model, ascending.
    thresholds : sequence of array_like
        One fewer than the codes, in standard deviations of the latent response.
    loadings : array_like, shape (n_items, n_factors)
        Standardised; residual variances are one less their explained variance.
    phi : array_like, shape (n_factors, n_factors)
        Correlations of the factors.

    Raises
    ------
    StatisticsError
        If a code is not among the categories, an item has no residual variance left (a Heywood case), or ``phi`` is not
        positive definite.

    References
    ----------
    Muthen & Muthen (2017), Mplus technical appendix 11; Bock & Mislevy (1982), Applied Psychological Measurement 6,
    431-444. Equal to lavaan ``lavPredict(method="EBM")``.
    """
    data, L, prior = as_items(items, needed=1), np.asarray(loadings, dtype=np.float64), positive_definite(phi)
    if L.shape != (data.shape[1], len(prior)):
        raise StatisticsError("stats.different_items", first=data.shape[1], second=len(L))
    residual = 1 - np.einsum("if,fg,ig->i", L, prior, L)
    for item in np.flatnonzero(~(residual > 0)):
        raise StatisticsError("stats.heywood_item", item=int(item))
    places = _places(data, categories)
    patterns, pattern_of = _unique(places, [len(np.atleast_1d(codes)) for codes in categories])
    spread = np.sqrt(residual)
    borders = _borders(thresholds, spread)
    precision, slopes = np.asarray(np.linalg.inv(prior), dtype=np.float64), L / spread[:, None]
    modes, errors = (np.empty((len(patterns), len(prior))) for _ in range(2))
    iterations = 0
    for start in range(0, len(patterns), _PATTERNS_PER_BATCH):
        part = slice(start, start + _PATTERNS_PER_BATCH)
        modes[part], errors[part], used = _modes(patterns[part], borders, slopes, precision)
        iterations = max(iterations, used)
    answered = places >= 0
    scores, se = modes[pattern_of], errors[pattern_of]
    empty = ~answered.any(axis=1)
    scores[empty], se[empty] = np.nan, np.nan
    if empty.all():
        raise StatisticsError("stats.nothing_to_score")
    return PosteriorScores(
        scores=scores,
        se=se,
        reliability=1 - np.mean(se[~empty] ** 2, axis=0),
        n_answered=(answered.astype(np.intp) @ (L != 0)).astype(np.intp),
        n_patterns=len(patterns),
        iterations=iterations,
    )


def _places(data: Array, categories: Sequence[ArrayLike]) -> Places:
    """Return the place of each answer among its item's codes, -1 where it is missing."""
    if len(categories) != data.shape[1]:
        raise StatisticsError("stats.different_items", first=data.shape[1], second=len(categories))
    places = np.full(data.shape, -1, dtype=np.intp)
    for item, given in enumerate(categories):
        codes = np.asarray(given, dtype=np.float64)
        rows = np.flatnonzero(np.isfinite(data[:, item]))
        answers = data[rows, item]
        found = np.minimum(np.searchsorted(codes, answers), len(codes) - 1)
        unknown = answers[codes[found] != answers]
        if unknown.size:
            raise StatisticsError("stats.unknown_category", item=item, value=float(unknown[0]))
        places[rows, item] = found
    return places


def _unique(places: Places, widths: list[int]) -> tuple[Places, Places]:
    """Return the different rows and which of them each row is; all rows where a pattern does not fit into 63 bits."""
    bases = np.array(widths, dtype=np.float64) + 1
    if np.log2(bases).sum() >= 63:
        return places, np.arange(len(places))
    key = np.zeros(len(places), dtype=np.int64)
    for column, base in zip(places.T, bases.astype(np.int64), strict=True):
        key = key * base + column + 1
    _, first, pattern_of = np.unique(key, return_index=True, return_inverse=True)
    return places[first], pattern_of


def _borders(thresholds: Sequence[ArrayLike], spread: Array) -> Array:
    """Return the thresholds of every item in residual standard deviations, padded; a missing answer has row end -1."""
    inner = [np.asarray(borders, dtype=np.float64) for borders in thresholds]
    padded = np.full((len(inner), max(len(borders) for borders in inner) + 3), _BEYOND)
    for row, borders, scale in zip(padded, inner, spread, strict=True):
        row[1 : len(borders) + 1] = borders / scale
    padded[:, 0] = -_BEYOND
    return padded


def _modes(patterns: Places, borders: Array, slopes: Array, precision: Array) -> tuple[Array, Array, int]:
    """Climb every pattern's log posterior, which is concave, by Newton's steps."""
    items = np.arange(len(slopes))
    missing = patterns < 0
    low = np.where(missing, -_BEYOND, borders[items, np.maximum(patterns, 0)])
    high = np.where(missing, _BEYOND, borders[items, np.maximum(patterns, 0) + 1])
    n_factors = len(precision)
    products = np.einsum("if,ig->ifg", slopes, slopes).reshape(len(slopes), -1)
    eta = np.zeros((len(patterns), n_factors))
    active = np.arange(len(patterns))
    iterations = 0
    while active.size:
        iterations += 1
        if iterations > _MAX_ITERATIONS:
            raise StatisticsError("stats.scores_not_converged", n_patterns=int(active.size))
        at = eta[active]
        pull, weight = _derivatives(low[active], high[active], at @ slopes.T)
        gradient = pull @ slopes - at @ precision
        curvature = (weight @ products).reshape(-1, n_factors, n_factors) + precision
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        eta[active] = at + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        active = active[np.abs(step).max(axis=1) > _TOLERANCE]
    _, weight = _derivatives(low, high, eta @ slopes.T)
    curvature = (weight @ products).reshape(-1, n_factors, n_factors) + precision
    variance = np.linalg.inv(curvature)[:, np.arange(n_factors), np.arange(n_factors)]
    return eta, np.sqrt(variance), iterations


def _derivatives(low: Array, high: Array, mean: Array) -> tuple[Array, Array]:
    """Return slope and negative curvature of log P(low < response < high) by the mean of the response."""
    lower, upper = low - mean, high - mean
    mirrored = lower + upper > 0
    probability = ndtr(np.where(mirrored, -lower, upper)) - ndtr(np.where(mirrored, -upper, lower))
    probability = np.maximum(probability, _SMALLEST_PROBABILITY)
    at_lower, at_upper = _density(lower), _density(upper)
    slope = (at_lower - at_upper) / probability
    return slope, slope**2 + (upper * at_upper - lower * at_lower) / probability


def _density(x: Array) -> Array:
    density: Array = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density
