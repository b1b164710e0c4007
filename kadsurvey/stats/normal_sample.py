"""Normal likelihood of answers with gaps, and its derivatives by means and covariances.

All vectors over moments hold the means first, then the covariances of pairs (0, 0), (0, 1), ..., each variance before
its covariances. Rows that answered the same items share one term of the likelihood, so that missing answers are left
out and never filled in (full information maximum likelihood).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError

Array = NDArray[np.float64]
Places = NDArray[np.intp]

_CHUNK = 20_000
"""Rows whose scores are held at a time."""

_EM_TOLERANCE = 1e-10
_EM_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class NormalSample:
    """Answers of one group, ordered by which items were answered.

    Attributes
    ----------
    answered : ndarray of bool, shape (n_patterns, n_items)
    counts : ndarray, shape (n_patterns,)
        Rows of each pattern.
    means : ndarray, shape (n_patterns, n_items)
        0 where an item was not answered.
    covariances : ndarray, shape (n_patterns, n_items, n_items)
        Divided by the rows; 0 where an item was not answered.
    rows : ndarray, shape (n_rows, n_items)
        Rows with any answer, pattern after pattern; 0 where an item was not answered.
    """

    answered: NDArray[np.bool_]
    counts: Array
    means: Array
    covariances: Array
    rows: Array

    @property
    def n_items(self) -> int:
        """Number of items."""
        return int(self.rows.shape[1])

    @property
    def n_rows(self) -> int:
        """Rows with any answer."""
        return len(self.rows)

    @property
    def complete(self) -> bool:
        """Whether every row answered every item."""
        return bool(self.answered.all())


def normal_sample(items: ArrayLike) -> NormalSample:
    """Order answers by which items were answered.

    Parameters
    ----------
    items : array_like, shape (n_rows, n_items)
        NaN missing; a row without answers is left out.

    Raises
    ------
    StatisticsError
        If an item has fewer than two different answers.
    """
    values = np.asarray(items, dtype=np.float64)
    for item, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if known.size == 0 or known.min() == known.max():
            raise StatisticsError("stats.constant_item", item=item)
    values = values[np.isfinite(values).any(axis=1)]
    kinds, kind_of = np.unique(np.isfinite(values), axis=0, return_inverse=True)
    order = np.argsort(kind_of.ravel(), kind="stable")
    rows = np.where(np.isfinite(values), values, 0.0)[order]
    ends = np.cumsum(np.bincount(kind_of.ravel()))
    parts = np.split(rows, ends[:-1])
    means = np.array([part.mean(axis=0) for part in parts])
    covariances = [(part - mean).T @ (part - mean) / len(part) for part, mean in zip(parts, means, strict=True)]
    return NormalSample(kinds, np.diff(ends, prepend=0).astype(float), means, np.array(covariances), rows)


def moment_pairs(n_items: int) -> tuple[Places, Places]:
    """Return first and second item of all covariances."""
    first, second = np.triu_indices(n_items)
    return first, second


def moments_of(mean: Array, covariance: Array) -> Array:
    """Return means and covariances as one vector."""
    return np.concatenate([mean, covariance[moment_pairs(len(mean))]])


def split_moments(moments: Array, n_items: int) -> tuple[Array, Array]:
    """Return the means and the covariance matrix that a vector holds."""
    covariance = np.zeros((n_items, n_items))
    first, second = moment_pairs(n_items)
    covariance[first, second] = covariance[second, first] = moments[n_items:]
    return moments[:n_items], covariance


def log_likelihood(sample: NormalSample, moments: Array) -> float:
    """Return the log-likelihood; minus infinity where the covariances are not positive definite."""
    mean, covariance = split_moments(moments, sample.n_items)
    try:
        roots = np.linalg.cholesky(_own(sample, covariance))
    except np.linalg.LinAlgError:
        return -np.inf
    at = _at(sample, mean, covariance)
    away = sample.means - np.where(sample.answered, mean, 0.0)
    spread = sample.covariances + away[:, :, None] * away[:, None, :]
    fit = np.sum(at.inverses * spread, axis=(1, 2))
    log_det = 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    constant = np.log(2 * np.pi) * sample.answered.sum(axis=1)
    return -0.5 * float(sample.counts @ (constant + log_det + fit))


@dataclass(frozen=True, slots=True)
class _At:
    """Patterns at given moments, zero where an item was not answered.

    ``inverses`` of the covariances; ``pulls``, these times the distance of the means; ``turned``, these around the
    covariances of the answers about the model's means.
    """

    inverses: Array
    pulls: Array
    turned: Array


def _own(sample: NormalSample, covariance: Array) -> Array:
    """Return the covariances of each pattern's items; an item that was not answered stands apart with variance 1."""
    seen = sample.answered
    own: Array = np.where(seen[:, :, None] & seen[:, None, :], covariance, 0.0)
    unseen = np.arange(sample.n_items)
    own[:, unseen, unseen] += ~seen
    return own


def _at(sample: NormalSample, mean: Array, covariance: Array) -> _At:
    inverses = np.asarray(np.linalg.inv(_own(sample, covariance)), dtype=np.float64)
    diagonal = np.arange(sample.n_items)
    inverses[:, diagonal, diagonal] -= ~sample.answered
    away = sample.means - np.where(sample.answered, mean, 0.0)
    turned: Array = inverses @ (sample.covariances + away[:, :, None] * away[:, None, :]) @ inverses
    return _At(inverses, np.einsum("mij,mj->mi", inverses, away), turned)


def slope(sample: NormalSample, moments: Array) -> Array:
    """Return the derivatives of the log-likelihood by the moments, shape (n_moments,)."""
    first, second = moment_pairs(sample.n_items)
    at = _at(sample, *split_moments(moments, sample.n_items))
    toward = np.einsum("m,mij->ij", sample.counts, at.turned - at.inverses)
    return np.concatenate([sample.counts @ at.pulls, _once(sample.n_items) * toward[first, second]])


def _once(n_items: int) -> Array:
    """Return for each covariance 1, and for each variance, which stands once in its matrix, one half."""
    first, second = moment_pairs(n_items)
    return np.where(first == second, 0.5, 1.0)


def information(sample: NormalSample, moments: Array, *, observed: bool) -> Array:
    """Return the information about the moments: minus the second derivatives, or their expectation.

    Parameters
    ----------
    sample : NormalSample
    moments : ndarray, shape (n_moments,)
    observed : bool
        Whether at these answers, or expected if the moments are true (with answers missing completely at random).

    Returns
    -------
    ndarray, shape (n_moments, n_moments)
    """
    p = sample.n_items
    first, second = moment_pairs(p)
    once = _once(p)
    at = _at(sample, *split_moments(moments, p))
    flat = at.inverses.reshape(len(at.inverses), -1)
    counted = sample.counts[:, None] * flat
    # the sums over patterns of products of two elements, by one product of matrices; then each is looked up
    ik, jl = first[:, None] * p + first, second[:, None] * p + second
    il, jk = first[:, None] * p + second, second[:, None] * p + first
    twice = counted.T @ flat
    block = twice[ik, jl] + twice[il, jk]
    total = np.zeros((len(moments), len(moments)))
    total[:p, :p] = counted.sum(axis=0).reshape(p, p)
    if observed:
        mixed = counted.T @ at.turned.reshape(len(flat), -1)
        block = mixed[ik, jl] + mixed[jl, ik] + mixed[il, jk] + mixed[jk, il] - block
        pulled = (counted.T @ at.pulls).reshape(p, p, p)
        across = once * (pulled[:, first, second] + pulled[:, second, first])
        total[:p, p:], total[p:, :p] = across, across.T
    total[p:, p:] = np.outer(once, once) * block
    return total


def complete_information(covariance: Array, *, n_rows: int) -> Array:
    """Return the expected information of complete rows about covariances, shape (n_pairs, n_pairs)."""
    first, second = moment_pairs(len(covariance))
    once = _once(len(covariance))
    K = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
    block = K[np.ix_(first, first)] * K[np.ix_(second, second)] + K[np.ix_(first, second)] * K[np.ix_(second, first)]
    return n_rows * np.outer(once, once) * block


def score_products(sample: NormalSample, moments: Array) -> Array:
    """Return the sum over rows of the products of their scores, shape (n_moments, n_moments)."""
    p = sample.n_items
    first, second = moment_pairs(p)
    once = _once(p)
    mean, covariance = split_moments(moments, p)
    inverses = _at(sample, mean, covariance).inverses
    pattern_of = np.repeat(np.arange(len(inverses)), sample.counts.astype(int))
    total = np.zeros((len(moments), len(moments)))
    for begin in range(0, sample.n_rows, _CHUNK):
        kind = pattern_of[begin : begin + _CHUNK]
        away = sample.rows[begin : begin + _CHUNK] - np.where(sample.answered[kind], mean, 0.0)
        pull = np.empty_like(away)
        for number in range(int(kind[0]), int(kind[-1]) + 1):
            own = slice(*np.searchsorted(kind, [number, number + 1]))
            pull[own] = away[own] @ inverses[number]
        expected = inverses[:, first, second][kind]
        scores = np.hstack([pull, once * (pull[:, first] * pull[:, second] - expected)])
        total += scores.T @ scores
    return total


def saturated(sample: NormalSample) -> Array:
    """Return the means and covariances of greatest likelihood, shape (n_moments,).

    Those of the rows where all are complete; otherwise by the EM algorithm.

    Raises
    ------
    StatisticsError
        If it does not converge: two items were hardly answered by the same rows.

    References
    ----------
    Dempster, Laird & Rubin (1977), Journal of the Royal Statistical Society B 39, 1-38.
    """
    if sample.complete:
        return moments_of(sample.means[0], sample.covariances[0])
    mean, variance = _available(sample)
    covariance = np.diag(variance)
    scale = np.sqrt(variance)
    for _ in range(_EM_STEPS):
        new_mean, new_covariance = _em_step(sample, mean, covariance)
        moved = float(np.max(np.abs(new_mean - mean) / scale))
        moved = max(moved, float(np.max(np.abs(new_covariance - covariance) / np.outer(scale, scale))))
        mean, covariance = new_mean, new_covariance
        if moved < _EM_TOLERANCE:
            return moments_of(mean, covariance)
    raise StatisticsError("stats.saturated_not_converged")


def independent(sample: NormalSample) -> Array:
    """Return the moments of greatest likelihood where nothing covaries: each item's own mean and variance."""
    mean, variance = _available(sample)
    return moments_of(mean, np.diag(variance))


def _available(sample: NormalSample) -> tuple[Array, Array]:
    count = sample.counts @ sample.answered
    mean = sample.counts @ sample.means / count
    away = sample.means - np.where(sample.answered, mean, 0.0)
    squares = np.diagonal(sample.covariances, axis1=1, axis2=2) + away**2
    return mean, sample.counts @ squares / count


def _em_step(sample: NormalSample, mean: Array, covariance: Array) -> tuple[Array, Array]:
    """Return means and covariances of the answers with the missing ones at their expectation given the others."""
    at = _at(sample, mean, covariance)
    share = sample.counts / sample.n_rows
    shift = share @ at.pulls @ covariance
    gained = np.einsum("m,mij->ij", share, at.turned - at.inverses)
    new = covariance + covariance @ gained @ covariance - np.outer(shift, shift)
    return mean + shift, (new + new.T) / 2
