"""Correlations where some columns are ordinal and others are numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.contingency import as_items, contingency
from kadsurvey.stats.correlation import OrdinalCorrelation, pearson, polychoric
from kadsurvey.stats.matrices import smooth
from kadsurvey.stats.polychoric_fit import LARGEST_CORRELATION

Array = NDArray[np.float64]

_BEYOND = 100.0
_SMALLEST_PROBABILITY = 1e-300
_LARGEST_STEP = 0.5
_TOLERANCE = 1e-10
_MAX_ITERATIONS = 60


def mixed(items: ArrayLike, *, ordinal: ArrayLike) -> OrdinalCorrelation:
    """Correlate ordinal and continuous columns: polychoric, polyserial or Pearson as the pair asks for.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Integer codes in ordinal columns, numbers in the others; NaN is missing.
    ordinal : array_like of bool, shape (n_items,)
        Which columns are ordinal.

    Returns
    -------
    OrdinalCorrelation
        Continuous columns have empty ``thresholds`` and ``categories``; ``acov`` is None.

    Raises
    ------
    StatisticsError
        If a column is constant, or there are fewer than two ordinal or two continuous columns.

    References
    ----------
    Olsson, Drasgow & Dorans (1982), Psychometrika 47, 337-347: the two-step estimator. Equal to lavaan ``lavCor``.
    """
    data = as_items(items)
    mask = np.asarray(ordinal, dtype=np.bool_)
    if mask.shape != (data.shape[1],):
        raise StatisticsError("stats.different_items", first=data.shape[1], second=mask.size)
    if mask.all():
        return polychoric(data)
    if not mask.any():
        raise StatisticsError("stats.no_ordinal_item")
    codes, numbers = np.flatnonzero(mask), np.flatnonzero(~mask)
    products = pearson(data)
    among = polychoric(contingency(data[:, codes]))
    estimates = products.estimates.copy()
    estimates[np.ix_(codes, codes)] = among.estimates
    for code, thresholds in zip(codes, among.thresholds, strict=True):
        for number in numbers:
            found = polyserial(data[:, code], data[:, number], thresholds=thresholds)
            estimates[code, number] = estimates[number, code] = found
    matrix, smallest = smooth(estimates)
    at_bound = np.argwhere(np.triu(np.abs(estimates) >= LARGEST_CORRELATION - 1e-9, 1))
    return replace(
        among,
        matrix=matrix,
        estimates=estimates,
        thresholds=_among_all(among.thresholds, mask),
        categories=_among_all(among.categories, mask),
        n_obs=products.n_obs,
        smoothed=matrix is not estimates,
        min_eigenvalue=smallest,
        at_bound=tuple((int(first), int(second)) for first, second in at_bound),
        unconverged=tuple((int(codes[first]), int(codes[second])) for first, second in among.unconverged),
    )


def polyserial(codes: ArrayLike, numbers: ArrayLike, *, thresholds: ArrayLike) -> float:
    """Estimate the correlation of a number with the latent response behind ordinal codes, in two steps.

    Parameters
    ----------
    codes : array_like, shape (n_obs,)
        Integer codes, NaN missing.
    numbers : array_like, shape (n_obs,)
        Standardised here over all rows that have one; NaN is missing.
    thresholds : array_like, shape (n_categories - 1,)
        Of the chosen codes in ascending order.

    Returns
    -------
    float
        Between -.999 and .999.
    """
    answers, values = np.asarray(codes, dtype=np.float64), np.asarray(numbers, dtype=np.float64)
    standard = (values - np.nanmean(values)) / np.nanstd(values)
    chosen = np.unique(answers[np.isfinite(answers)])
    both = np.isfinite(answers) & np.isfinite(values)
    borders = np.concatenate([[-_BEYOND], np.asarray(thresholds, dtype=np.float64), [_BEYOND]])
    place = np.searchsorted(chosen, answers[both])
    return _maximise(borders[place], borders[place + 1], standard[both])


def _maximise(low: Array, high: Array, z: Array) -> float:
    """Climb the likelihood on atanh(rho) by scoring, kept between bounds its slope has shown."""
    bound = float(np.arctanh(LARGEST_CORRELATION))
    left, right, at = -bound, bound, 0.0
    for _ in range(_MAX_ITERATIONS):
        rho = np.tanh(at)
        scores = _scores(low, high, z, rho)
        slope, stretch = scores.sum(), 1 - rho**2
        left, right = (at, right) if slope > 0 else (left, at)
        step = np.clip(slope / (np.sum(scores**2) * stretch), -_LARGEST_STEP, _LARGEST_STEP)
        proposed = float(np.clip(at + step, -bound, bound))
        before, at = at, proposed if left <= proposed <= right else (left + right) / 2
        if abs(at - before) * stretch < _TOLERANCE:
            break
    return float(np.tanh(at))


def _scores(low: Array, high: Array, z: Array, rho: float) -> Array:
    """Return each row's derivative of log P(low < latent response < high | z) by rho."""
    spread = np.sqrt(1 - rho**2)
    upper, lower = (high - rho * z) / spread, (low - rho * z) / spread
    mirrored = upper + lower > 0
    probability = np.where(mirrored, ndtr(-lower) - ndtr(-upper), ndtr(upper) - ndtr(lower))
    change = _density(upper) * (high * rho - z) - _density(lower) * (low * rho - z)
    scores: Array = change / spread**3 / np.maximum(probability, _SMALLEST_PROBABILITY)
    return scores


def _density(x: Array) -> Array:
    density: Array = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _among_all(of_ordinal: tuple[Array, ...], mask: NDArray[np.bool_]) -> tuple[Array, ...]:
    remaining = iter(of_ordinal)
    return tuple(next(remaining) if ordinal else np.empty(0) for ordinal in mask)
