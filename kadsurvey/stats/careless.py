"""Indices of careless answering, one value a row: runs, variability within the row, and consistency with oneself.

Answers are as ticked, in the order in which they were asked, unless said otherwise; NaN is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.stats.contingency import as_items, in_batches
from kadsurvey.stats.correlation import pearson

Array: TypeAlias = NDArray[np.float64]
PairKind: TypeAlias = Literal["synonyms", "antonyms"]
Gaps: TypeAlias = Literal["end", "skip"]

_FEWEST_PAIRS = 3
"""Two points always lie on a line."""

_ROUNDING = 1e-12
"""A sum of squares below this share of its terms is what rounding leaves of zero."""


@dataclass(frozen=True, slots=True)
class LongString:
    """Runs of one and the same answer.

    Attributes
    ----------
    longest : ndarray, shape (n_obs,)
        Answers in the longest run; 0 without an answer.
    average : ndarray, shape (n_obs,)
        Mean length of the runs; a missing answer that ends a run is itself a run of one. NaN without an answer.
    """

    longest: Array
    average: Array


def longstring(answers: ArrayLike, *, gaps: Gaps = "end") -> LongString:
    """Measure runs of the same answer.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
    gaps : {"end", "skip"}
        Whether a missing answer ends a run, or is passed over as if the item had not been asked.

    References
    ----------
    Johnson (2005), Journal of Research in Personality 39, 103-129. ``gaps="end"`` equals R's careless
    ``longstring(avg=TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> longstring(np.array([[3.0, 3, 3, 4], [1, np.nan, 1, 1]])).longest
    array([3., 2.])
    """
    parts = [_longstring(part, gaps) for part in in_batches(as_items(answers, needed=1))]
    return LongString(*(np.concatenate(side) for side in zip(*parts, strict=True)))


def _longstring(data: Array, gaps: Gaps) -> tuple[Array, Array]:
    columns = np.ascontiguousarray(data.T)
    run = np.zeros(columns.shape[1])
    longest, runs = np.zeros_like(run), np.zeros_like(run)
    before = np.full_like(run, np.nan)
    for column in columns:
        answered = np.isfinite(column)
        same = column == before
        if gaps == "end":
            run = np.where(same, run + 1, answered)
            runs += ~same
            before = column
        else:
            run = np.where(answered, np.where(same, run + 1, 1), run)
            runs += answered & ~same
            before = np.where(answered, column, before)
        np.maximum(longest, run, out=longest)
    places = len(columns) if gaps == "end" else np.isfinite(columns).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return longest, np.where(longest > 0, places / runs, np.nan)


def irv(answers: ArrayLike) -> Array:
    """Compute the intra-individual response variability: the standard deviation of a row's answers.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)

    Returns
    -------
    ndarray, shape (n_obs,)
        In scale points, dividing by n - 1; NaN below two answers.

    References
    ----------
    Dunn, Heggestad, Shanock & Theilgard (2018), Journal of Business and Psychology 33, 105-121. Equal to R's careless
    ``irv``.
    """
    return np.concatenate([_deviations(part) for part in in_batches(as_items(answers, needed=1))])


def _deviations(data: Array) -> Array:
    answered = np.isfinite(data)
    n = answered.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(answered, data, 0.0).sum(axis=1) / n
        centred = np.where(answered, data - mean[:, None], 0.0)
        deviation = np.sqrt(np.einsum("ij,ij->i", centred, centred) / (n - 1.0))
    return np.where(n > 1, deviation, np.nan)


def even_odd(answers: ArrayLike, scales: Sequence[ArrayLike]) -> tuple[Array, NDArray[np.intp]]:
    r"""Correlate, within each row, the scales' scores from their even items with those from their odd items.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
        Reversed items turned round, so that all items of a scale point one way.
    scales : sequence of array_like of int
        Columns of each scale; its first, third, ... item are its odd half.

    Returns
    -------
    consistency : ndarray, shape (n_obs,)
        :math:`2 r / (1 + r)`, not below -1: high is consistent. NaN where fewer than two scales have both halves, or a
        half does not vary over scales.
    n_scales : ndarray of int, shape (n_obs,)
        Scales of which the row answered both halves.

    Notes
    -----
    The mean of a half is over its answered items. With few scales the correlation rests on few points and says little.

    References
    ----------
    Jackson (1976); Johnson (2005), Journal of Research in Personality 39, 103-129. Minus R's careless 1.2 ``evenodd``,
    where high is careless.
    """
    parts = [_halves(part, scales) for part in in_batches(as_items(answers, needed=1))]
    corrected, n_scales = (np.concatenate(side) for side in zip(*parts, strict=True))
    return corrected, n_scales


def _halves(data: Array, scales: Sequence[ArrayLike]) -> tuple[Array, NDArray[np.intp]]:
    places = [np.asarray(scale, dtype=np.intp) for scale in scales]
    odd = np.column_stack([_row_means(data[:, place[::2]]) for place in places])
    even = np.column_stack([_row_means(data[:, place[1::2]]) for place in places])
    r = _correlate_rows(odd, even, needed=2)
    with np.errstate(divide="ignore"):
        # The correction runs to minus infinity as r nears -1.
        corrected = np.where(np.isnan(r), np.nan, np.maximum(-1.0, 2 * r / (1 + r)))
    return corrected, (np.isfinite(odd) & np.isfinite(even)).sum(axis=1)


def item_pairs(answers: ArrayLike, *, least: float = 0.60, kind: PairKind = "synonyms") -> NDArray[np.intp]:
    """Find the pairs of items that correlate so highly that a row should answer them alike, or oppositely.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
    least : float, default 0.60
        Smallest correlation (of antonyms: its negative), in (0, 1); each over the rows that answered both items.
    kind : {"synonyms", "antonyms"}

    Returns
    -------
    ndarray, shape (n_pairs, 2)
        Columns of the later and the earlier item, ordered by the earlier.

    Raises
    ------
    StatisticsError
        If an item is constant, or a pair shares no rows.

    References
    ----------
    Meade & Craig (2012), Psychological Methods 17, 437-455.
    """
    r = pearson(answers).estimates
    strong = r >= least if kind == "synonyms" else r <= -least
    earlier, later = np.nonzero(np.triu(strong, 1))
    return np.column_stack([later, earlier])


def pair_consistency(answers: ArrayLike, pairs: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
    """Correlate, within each row, the answers to the first items of pairs with those to the second.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
    pairs : array_like of int, shape (n_pairs, 2)
        As `item_pairs`.

    Returns
    -------
    r : ndarray, shape (n_obs,)
        NaN below three pairs with both answers, or where either side does not vary.
    n_pairs : ndarray of int, shape (n_obs,)
        Pairs with both answers.

    Notes
    -----
    All sums over pairs are quadratic forms of the row's answers in the pairs' adjacency matrix, so the work grows with
    the items and not with the pairs.

    References
    ----------
    Meade & Craig (2012), Psychological Methods 17, 437-455. Equal to R's careless ``psychsyn(resample_na=FALSE)``.
    """
    data = as_items(answers, needed=1)
    first, second = np.asarray(pairs, dtype=np.intp).reshape(-1, 2).T
    link = np.zeros((data.shape[1], data.shape[1]))
    np.add.at(link, (first, second), 1.0)
    parts = [_linked(part, link) for part in in_batches(data)]
    r, n_pairs = (np.concatenate(side) for side in zip(*parts, strict=True))
    return r, n_pairs


def _linked(data: Array, link: Array) -> tuple[Array, NDArray[np.intp]]:
    answered = np.isfinite(data)
    present = answered.astype(np.float64)
    x = np.where(answered, data, 0.0)
    # Column j of "to" sums over the first items paired with j; of "back", over the second items.
    x_to, present_to, square_to = x @ link, present @ link, (x * x) @ link
    x_back, square_back = x @ link.T, (x * x) @ link.T
    n = _dot(present_to, present)
    r = _from_sums(
        n,
        _dot(x_to, present),
        _dot(x_back, present),
        _dot(square_to, present),
        _dot(square_back, present),
        _dot(x_to, x),
        needed=_FEWEST_PAIRS,
    )
    return r, n.astype(np.intp)


def person_total(answers: ArrayLike) -> Array:
    """Correlate each row with the items' means over all rows.

    Parameters
    ----------
    answers : array_like, shape (n_obs, n_items)
        Reversed items turned round.

    Returns
    -------
    ndarray, shape (n_obs,)
        Over the items the row answered; NaN below three of them, or where the row does not vary.

    References
    ----------
    Donlon & Fischer (1968), Educational and Psychological Measurement 28, 105-113; Curran (2016), Journal of
    Experimental Social Psychology 66, 4-19.
    """
    data = as_items(answers, needed=1)
    total = _column_means(data)
    return np.concatenate(
        [_correlate_rows(part, np.broadcast_to(total, part.shape), needed=3) for part in in_batches(data)]
    )


def _column_means(data: Array) -> Array:
    answered = np.isfinite(data)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Array = np.where(answered, data, 0.0).sum(axis=0) / answered.sum(axis=0)
    return means


def _row_means(data: Array) -> Array:
    return _column_means(data.T)


def _correlate_rows(left: Array, right: Array, *, needed: int) -> Array:
    """Correlate the rows of two arrays of one shape over the places that both have."""
    both = np.isfinite(left) & np.isfinite(right)
    n = both.sum(axis=1).astype(np.float64)
    x, y = np.where(both, left, 0.0), np.where(both, right, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(both, x - (x.sum(axis=1) / n)[:, None], 0.0)
        y = np.where(both, y - (y.sum(axis=1) / n)[:, None], 0.0)
    zero = np.zeros_like(n)
    return _from_sums(n, zero, zero, _dot(x, x), _dot(y, y), _dot(x, y), needed=needed)


def _from_sums(n: Array, x: Array, y: Array, xx: Array, yy: Array, xy: Array, *, needed: int) -> Array:
    """Return correlations from sums over n points; NaN below ``needed`` points or without variation."""
    with np.errstate(invalid="ignore", divide="ignore"):
        x_scatter, y_scatter = xx - x * x / n, yy - y * y / n
        r = np.clip((xy - x * y / n) / np.sqrt(x_scatter * y_scatter), -1.0, 1.0)
        defined = (n >= needed) & (x_scatter > _ROUNDING * xx) & (y_scatter > _ROUNDING * yy)
    return np.where(defined, r, np.nan)


def _dot(left: Array, right: Array) -> Array:
    product: Array = np.einsum("ij,ij->i", left, right)
    return product
