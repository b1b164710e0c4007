"""Rows whose answers are the same as an earlier row's, wholly or nearly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.contingency import as_items, in_batches

Codes: TypeAlias = NDArray[np.uint8]

_WIDEST_SCALE = 254
_MOST_PAIRS = 50_000_000
"""Candidates that are compared: some seconds of work. With more, answers are so few or so alike that rows agree by
chance."""

_PAIRS_PER_BATCH = 200_000
_ROUNDING = 1e-9
"""17 of 20 is 85% whatever the last digit says."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """The earlier row that each row repeats most.

    Attributes
    ----------
    of : ndarray of int, shape (n_obs,)
        Place of the earlier row, -1 where there is none.
    share : ndarray, shape (n_obs,)
        Items with the same answer among the items that either of the two answered; NaN where there is none.
    """

    of: NDArray[np.intp]
    share: NDArray[np.float64]


def exact_repeats(answers: ArrayLike, *, fewest: int = 10) -> Repeats:
    """Find rows that equal an earlier row in every answer and every gap.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
        Integer codes; NaN is missing.
    fewest : int, default 10
        Rows with fewer answers, or with one and the same answer throughout, are not compared: they are alike by chance.

    Raises
    ------
    StatisticsError
        If the codes are not integers within 254 of each other.
    """
    codes = _codes(answers)
    rows = _comparable(codes, fewest)
    repeats = _none(len(codes))
    _, first, group = np.unique(_as_keys(codes[rows]), return_index=True, return_inverse=True)
    earlier = rows[first[group]]
    later = earlier != rows
    repeats.of[rows[later]] = earlier[later]
    repeats.share[rows[later]] = 1.0
    return repeats


def near_repeats(
    answers: ArrayLike, *, least: float = 0.85, fewest: int = 10, most_pairs: int = _MOST_PAIRS
) -> Repeats:
    """Find the earlier row that each row agrees with most, where they agree in at least a share of their answers.

    Every pair that agrees enough is found, and only pairs that may agree are compared. Rows that agree in a share
    ``least`` of n items differ in at most d = floor((1 - least) n); of d + 1 blocks of items at least one is then the
    same in both, so rows with the same block are the candidates. Memory grows with the rows, time also with the
    candidates.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
        Integer codes; NaN is missing.
    least : float, default 0.85
        Smallest share of the items that either row answered, in (0, 1].
    fewest : int, default 10
        As `exact_repeats`; it is also the fewest items that both rows answered.
    most_pairs : int
        Candidates beyond which nothing is compared.

    Raises
    ------
    StatisticsError
        If the codes are not integers within 254 of each other, or there are more candidates than ``most_pairs``.

    References
    ----------
    Kuriakose & Robbins (2016), Statistical Journal of the IAOS 32, 283-291: 85%; Simmons et al. (2016), Pew Research
    Center: few items, few categories and many rows reach it by chance. Broder (1997) for finding pairs by blocks.
    """
    codes = _codes(answers)
    rows = _comparable(codes, fewest)
    # Of equal rows the first stands for all; the rest differ from others as it does.
    _, first = np.unique(_as_keys(codes[rows]), return_index=True)
    kept = rows[np.sort(first)]
    compared = codes[kept]
    repeats = exact_repeats(answers, fewest=fewest)
    most_differences = int(np.floor((1 - least) * codes.shape[1] + _ROUNDING))
    blocks = [_bucketed(compared[:, start :: most_differences + 1]) for start in range(most_differences + 1)]
    if (pairs := sum(count for _, _, count in blocks)) > most_pairs:
        raise StatisticsError("stats.too_many_candidates", n_obs=len(kept), n_items=codes.shape[1], pairs=pairs)
    for order, end, _ in blocks:
        for earlier, later in _pairs(order, end):
            _keep_best(repeats, compared, kept, earlier, later, least, fewest, most_differences)
    return repeats


def _keep_best(
    repeats: Repeats,
    compared: Codes,
    kept: NDArray[np.intp],
    earlier: NDArray[np.intp],
    later: NDArray[np.intp],
    least: float,
    fewest: int,
    most_differences: int,
) -> None:
    left, right = compared[earlier], compared[later]
    differences = (left != right).sum(axis=1, dtype=np.int32)
    close = np.flatnonzero(differences <= most_differences)
    has_left, has_right = left[close] > 0, right[close] > 0
    share = 1 - differences[close] / (has_left | has_right).sum(axis=1)
    found = (share >= least - _ROUNDING) & ((has_left & has_right).sum(axis=1) >= fewest)
    for place, other, value in zip(
        kept[later[close[found]]].tolist(), kept[earlier[close[found]]].tolist(), share[found].tolist(), strict=True
    ):
        # Of equally near rows the first in the file, whichever block showed it.
        best = repeats.share[place]
        if np.isnan(best) or value > best or (value == best and other < repeats.of[place]):
            repeats.of[place], repeats.share[place] = other, value


def _codes(answers: ArrayLike) -> Codes:
    """Return answers as small integers from 1 on; 0 is missing."""
    data = as_items(answers, needed=1)
    low = np.fmin.reduce(data, axis=None, initial=np.inf)
    high = np.fmax.reduce(data, axis=None, initial=-np.inf)
    if high - low > _WIDEST_SCALE:
        raise StatisticsError("stats.scale_too_wide", item=0, low=float(low), high=float(high), widest=_WIDEST_SCALE)
    return np.concatenate([_from_one(part, float(low)) for part in in_batches(data)])


def _from_one(data: NDArray[np.float64], low: float) -> Codes:
    answered = np.isfinite(data)
    shifted = np.where(answered, data, low) - low + answered if answered.any() else np.zeros_like(data)
    codes: Codes = shifted.astype(np.uint8)
    if odd := np.argwhere(codes != shifted).tolist():
        raise StatisticsError("stats.code_not_integer", item=odd[0][1], value=float(data[tuple(odd[0])]))
    return codes


def _comparable(codes: Codes, fewest: int) -> NDArray[np.intp]:
    answered = codes > 0
    varied = codes.max(axis=1, initial=0) != np.where(answered, codes, 255).min(axis=1, initial=255)
    return np.flatnonzero((answered.sum(axis=1) >= fewest) & varied)


def _none(n_obs: int) -> Repeats:
    return Repeats(np.full(n_obs, -1, dtype=np.intp), np.full(n_obs, np.nan))


def _as_keys(codes: Codes) -> NDArray[np.void]:
    """Return each row as one value that can be sorted."""
    whole = np.ascontiguousarray(codes)
    keys: NDArray[np.void] = whole.view(np.dtype((np.void, max(whole.shape[1], 1))))[:, 0]
    return keys


def _bucketed(block: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Sort rows by the answers of a block.

    Returns
    -------
    order : ndarray of int, shape (n_obs,)
        Rows, those with equal answers side by side in the order of the file.
    end : ndarray of int, shape (n_obs,)
        For each place of ``order`` where its bucket ends.
    pairs : int
        Pairs of rows in one bucket.
    """
    _, bucket, size = np.unique(_as_keys(block), return_inverse=True, return_counts=True)
    order = np.argsort(bucket, kind="stable")
    end = np.repeat(np.cumsum(size), size)
    return order, end, int((size.astype(np.int64) * (size - 1) // 2).sum())


def _pairs(order: NDArray[np.intp], end: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the pairs of rows in one bucket, earlier and later, in batches."""
    place, apart = np.arange(len(order)), 1
    while (place := place[place + apart < end[place]]).size:
        for batch in np.array_split(place, 1 + place.size // _PAIRS_PER_BATCH):
            yield order[batch], order[batch + apart]
        apart += 1
