"""Arcs within and between groups of vertices: the E-I index with its permutation test, assortativity."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.permutation import TIE

_CELLS_AT_ONCE = 1 << 17
"""Labels looked up in one step: so many stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class EIIndex:
    """Krackhardt and Stern's index of external against internal ties.

    Attributes
    ----------
    estimate : float
        (external - internal) / all: -1 where all arcs stay within groups, 1 where all go between; NaN without arcs.
    expected : float
        Its mean over all ways to hand the same labels to the vertices: what sizes of groups alone give.
    p_value : float
        Two-sided: share of the labellings, the observed one among them, whose index is at least as far from
        ``expected``. NaN without arcs, or with a single group.
    enumerated : bool
        True where every labelling was computed, so that no chance is left in ``p_value``.
    draws : int
        Labellings.
    """

    estimate: float
    expected: float
    p_value: float
    enumerated: bool
    draws: int


def ei_index(weights: ArrayLike, groups: ArrayLike, *, draws: int = 9999, seed: int) -> EIIndex:
    """Compute the E-I index and test it by permuting the labels of the vertices.

    Parameters
    ----------
    weights : array_like, shape (n, n)
        Arcs as 0 and 1, or their strengths; the diagonal does not count. A symmetric matrix gives the index of edges.
    groups : array_like, shape (n,)
        A label for each vertex.
    draws : int, default 9999
        Random labellings; where there are no more distinct ones than this, each is taken once instead.
    seed : int

    Raises
    ------
    StatisticsError
        ``stats.graph_labels`` where labels and vertices differ in number.

    Notes
    -----
    The arcs stay and the labels move, so that reciprocity and degrees of the graph are kept under the null hypothesis.

    References
    ----------
    Krackhardt & Stern (1988), Social Psychology Quarterly 51(2), 123-140.
    """
    matrix = np.array(weights, dtype=float)
    np.fill_diagonal(matrix, 0.0)
    names, labels = np.unique(np.asarray(groups), return_inverse=True)
    n = len(matrix)
    if len(labels) != n:
        raise StatisticsError("stats.graph_labels", n_labels=len(labels), n_vertices=n)
    # An arc is external whichever way it points: both directions of a pair are one weight.
    pairs = np.triu(matrix + matrix.T, 1)
    first, second = np.nonzero(pairs)
    weight = pairs[first, second]
    total = float(weight.sum())
    if not total:
        return EIIndex(np.nan, np.nan, np.nan, False, 0)
    observed = _index(labels[None, :], first, second, weight, total)[0]
    sizes = np.bincount(labels)
    between = 1 - float((sizes * (sizes - 1)).sum()) / (n * (n - 1))
    expected = 2 * between - 1
    if len(names) < 2:
        return EIIndex(float(observed), expected, np.nan, False, 0)
    enumerated = _arrangements(sizes) <= draws
    size = max(1, _CELLS_AT_ONCE // len(weight))
    batches = _every_labelling(sizes, size) if enumerated else _random_labellings(labels, draws, size, seed)
    far = abs(observed - expected) * (1 - TIE) - TIE
    farther = number = 0
    for batch in batches:
        values = _index(batch, first, second, weight, total)
        farther += int((np.abs(values - expected) >= far).sum())
        number += len(batch)
    p_value = farther / number if enumerated else (farther + 1) / (number + 1)
    return EIIndex(float(observed), expected, p_value, enumerated, number)


def assortativity(weights: ArrayLike, groups: ArrayLike) -> float:
    """Return Newman's assortativity of the groups along directed arcs.

    Parameters
    ----------
    weights : array_like, shape (n, n)
        Arcs as 0 and 1, or their strengths, from row to column.
    groups : array_like, shape (n,)
        A label for each vertex.

    Returns
    -------
    float
        1 where all arcs stay within groups, 0 where they fall as chance has it; NaN where chance leaves no other way.

    Notes
    -----
    ``assortativity_nominal(directed = TRUE)`` of igraph.

    References
    ----------
    Newman (2003), Physical Review E 67, 026126.
    """
    matrix = np.asarray(weights, dtype=float)
    labels = np.unique(np.asarray(groups), return_inverse=True)[1]
    member = np.eye(labels.max(initial=0) + 1)[labels]
    mixing = member.T @ (matrix @ member)
    total = mixing.sum()
    if not total:
        return np.nan
    mixing = mixing / total
    by_chance = float(mixing.sum(axis=1) @ mixing.sum(axis=0))
    return (float(np.trace(mixing)) - by_chance) / (1 - by_chance) if by_chance < 1 - TIE else np.nan


def _index(
    labels: NDArray[np.integer],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    weight: NDArray[np.float64],
    total: float,
) -> NDArray[np.float64]:
    """Return the index of each labelling, one a row of ``labels``."""
    external = labels.take(first, axis=1) != labels.take(second, axis=1)
    values: NDArray[np.float64] = 2 * np.einsum("ij,j->i", external, weight) / total - 1
    return values


def _arrangements(sizes: NDArray[np.intp]) -> int:
    ways, left = 1, int(sizes.sum())
    for size in sizes.tolist():
        ways *= math.comb(left, size)
        left -= size
    return ways


def _every_labelling(sizes: NDArray[np.intp], batch: int) -> Iterator[NDArray[np.int16]]:
    """Yield each distinct labelling once, as rows of arrays."""
    labellings = _labellings(sizes.tolist(), int(sizes.sum()))
    while found := list(itertools.islice(labellings, batch)):
        yield np.array(found, dtype=np.int16)


def _labellings(left: list[int], n: int) -> Iterator[list[int]]:
    if n == 0:
        yield []
        return
    for label, spare in enumerate(left):
        if spare:
            rest = [count - (place == label) for place, count in enumerate(left)]
            for others in _labellings(rest, n - 1):
                yield [label, *others]


def _random_labellings(labels: NDArray[np.intp], draws: int, batch: int, seed: int) -> Iterator[NDArray[np.int16]]:
    rng = np.random.default_rng(seed)
    for start in range(0, draws, batch):
        rows = np.tile(labels.astype(np.int16), (min(batch, draws - start), 1))
        yield rng.permuted(rows, axis=1)
