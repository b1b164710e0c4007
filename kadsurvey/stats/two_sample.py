"""Permutation test of the difference of two means, exact where the ways to part the values can be enumerated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.permutation import TIE

Array: TypeAlias = NDArray[np.float64]

NORMAL_FROM = 50
"""Where the smaller sample has so many, its sums are drawn from the normal distribution they then have (Hajek 1960)."""
_ENUMERATED = 200_000
"""Ways to part the values up to which each is computed."""
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The difference of two means with its two-sided permutation test.

    Attributes
    ----------
    difference : float
        Mean of the first sample minus mean of the second.
    p_value : float
        Share of the ways to part the values, the observed one among them, whose difference is as far from zero or
        farther.
    enumerated : bool
        True where all ways were computed, so that no chance is left in ``p_value``.
    draws : int
        Ways computed.
    """

    difference: float
    p_value: float
    enumerated: bool
    draws: int


def mean_difference(first: Array, second: Array, *, draws: int = 9999, seed: int) -> MeanDifference:
    r"""Test whether two samples have one mean by parting their values in every other way.

    Parameters
    ----------
    first, second : ndarray, shape (n_first,), (n_second,)
        Nothing missing.
    draws : int, default 9999
        Random ways, where all :math:`\binom{n}{n_1}` are more than 200,000.
    seed : int

    Raises
    ------
    StatisticsError
        If a sample is empty (``stats.empty_sample``).

    Notes
    -----
    Exact if the two samples are drawn from one distribution; a difference of their spreads alone can make it reject too
    often where the samples differ in size.

    References
    ----------
    Pitman (1937), Supplement to the Journal of the Royal Statistical Society 4, 119-130.

    Examples
    --------
    >>> import numpy as np
    >>> mean_difference(np.array([1.0, 2.0]), np.array([3.0, 4.0]), seed=1).p_value  # 2 of the 6 ways
    0.3333333333333333
    """
    if not len(first) or not len(second):
        raise StatisticsError("stats.empty_sample")
    # The smaller sample's sum says everything, and is the cheaper to permute.
    small, large = sorted((first, second), key=len)
    values = np.concatenate([small, large])
    values = values - values.mean()
    observed = abs(float(values[: len(small)].sum()))
    ways = math.comb(len(values), len(small))
    enumerated = ways <= _ENUMERATED
    sums = (
        _all_sums(values, len(small))
        if enumerated
        else _random_sums(values, len(small), draws, np.random.default_rng(seed))
    )
    far = int(np.count_nonzero(np.abs(sums) >= observed - TIE * max(observed, float(np.abs(values).max()))))
    # The observed way is one of all; beside random ones it is counted too.
    p_value = far / ways if enumerated else (far + 1) / (draws + 1)
    return MeanDifference(float(first.mean() - second.mean()), p_value, enumerated, len(sums))


def difference_within(
    values: Array, first: NDArray[np.bool_], strata: NDArray[Any], *, draws: int = 9999, seed: int
) -> MeanDifference:
    r"""Test whether two samples have one mean within every stratum, by parting the values of each stratum anew.

    Parameters
    ----------
    values : ndarray, shape (n_obs,)
        Nothing missing.
    first : ndarray of bool, shape (n_obs,)
        Whether each value is of the first sample.
    strata : ndarray, shape (n_obs,)
        Each value's stratum; strata with one sample only say nothing and are left out.
    draws : int, default 9999
        Random ways, where all ways of all strata together are more than 200,000.
    seed : int

    Returns
    -------
    MeanDifference
        ``difference`` is the mean of the strata's differences, weighted by :math:`n_1 n_2 / n`, as a regression on the
        sample with an intercept a stratum gives it.

    Raises
    ------
    StatisticsError
        If no stratum holds both samples (``stats.empty_sample``).

    Notes
    -----
    Differences between strata, whatever their size, do not touch the test. Within them as `mean_difference`. Random
    sums of a stratum whose smaller sample has 50 values or more are drawn from their normal limit.

    Examples
    --------
    >>> import numpy as np
    >>> values, first = np.array([1.0, 2.0, 11.0, 13.0]), np.array([True, False, True, False])
    >>> difference_within(values, first, np.array([1, 1, 2, 2]), seed=1).p_value  # 2 of the 4 ways
    0.5
    """
    parts = [(values[strata == stratum], first[strata == stratum]) for stratum in np.unique(strata)]
    parts = [(part - part.mean(), own) for part, own in parts if 0 < np.count_nonzero(own) < len(own)]
    if not parts:
        raise StatisticsError("stats.empty_sample")
    sizes = [(len(part), int(np.count_nonzero(own))) for part, own in parts]
    total = sum(float(part[own].sum()) for part, own in parts)
    ways = math.prod(math.comb(n, n_first) for n, n_first in sizes)
    enumerated = ways <= _ENUMERATED
    sums = np.zeros(1 if enumerated else draws)
    for place, ((part, _), (n, n_first)) in enumerate(zip(parts, sizes, strict=True)):
        # Centred values: the smaller sample's sum is minus the other's.
        sign, size = (1.0, n_first) if 2 * n_first <= n else (-1.0, n - n_first)
        if enumerated:
            sums = np.add.outer(sums, sign * _all_sums(part, size)).ravel()
        else:
            sums += sign * _random_sums(part, size, draws, np.random.default_rng([seed, place]))
    largest = max(float(np.abs(part).max()) for part, _ in parts)
    far = int(np.count_nonzero(np.abs(sums) >= abs(total) - TIE * max(abs(total), largest)))
    p_value = far / ways if enumerated else (far + 1) / (draws + 1)
    weight = sum(n_first * (n - n_first) / n for n, n_first in sizes)
    return MeanDifference(total / weight, p_value, enumerated, len(sums))


def _all_sums(values: Array, size: int) -> Array:
    places = np.fromiter(chain.from_iterable(combinations(range(len(values)), size)), dtype=np.intp, count=-1).reshape(
        -1, size
    )
    batches = [values[places[start : start + _BATCH]].sum(axis=1) for start in range(0, len(places), _BATCH)]
    return np.concatenate(batches)


def _random_sums(values: Array, size: int, draws: int, rng: np.random.Generator) -> Array:
    """Return sums of random samples without replacement from centred values, of large samples from their limit."""
    if size >= NORMAL_FROM:
        n = len(values)
        spread = float(np.sqrt(size * (n - size) / n * values.var(ddof=1)))
        return np.asarray(spread * rng.standard_normal(draws))
    rows = min(draws, max(1, _BATCH // len(values)))
    parts = []
    for start in range(0, draws, rows):
        tiled = np.tile(values, (min(rows, draws - start), 1))
        parts.append(rng.permuted(tiled, axis=1)[:, :size].sum(axis=1))
    return np.concatenate(parts)
