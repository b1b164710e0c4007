"""Shortest paths of a directed graph: betweenness, closeness, distances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadsurvey.stats.graph import Array, Mask, sparse

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Paths:
    """What the shortest paths of a graph say of its vertices.

    Attributes
    ----------
    betweenness : ndarray, shape (n,)
        Sum over the ordered pairs of other vertices of the share of their shortest paths through the vertex.
    closeness_out, closeness_in : ndarray, shape (n,)
        One over the summed distance to (from) the vertices that are reached; NaN where none is. It does not compare
        between graphs where not all are reached.
    harmonic_out, harmonic_in : ndarray, shape (n,)
        Mean of one over the distance to (from) every other vertex, 0 for those not reached; NaN for a lone vertex.
    mean_distance : float
        Mean distance of the ordered pairs that a path connects; NaN where there is none.
    diameter : int
        Longest of these distances.
    """

    betweenness: Array
    closeness_out: Array
    closeness_in: Array
    harmonic_out: Array
    harmonic_in: Array
    mean_distance: float
    diameter: int


def shortest_paths(arcs: Mask) -> Paths:
    """Follow the shortest paths from each vertex, each arc of length one.

    Parameters
    ----------
    arcs : ndarray of bool, shape (n, n)
        From row to column; give a symmetric matrix for an undirected graph, whose betweenness is then half of this.

    Notes
    -----
    `betweenness`, `closeness`, `harmonic_centrality`, `mean_distance` and `diameter` of igraph 1.3.5, each with
    ``directed = TRUE``; the betweenness is that of sna as well. Strengths are not lengths, so they play no part.

    References
    ----------
    Brandes (2001), Journal of Mathematical Sociology 25(2), 163-177, here level by level for many sources at once.
    """
    n = len(arcs)
    graph = sparse(arcs)
    backward = csr_array(graph.T)
    between, reach_in, far_in, near_in = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    reach_out, far_out, near_out = np.zeros(n), np.zeros(n), np.zeros(n)
    diameter = 0
    for start in range(0, n, _BATCH):
        sources = np.arange(start, min(start + _BATCH, n))
        distance, count = _count_paths(backward, sources)
        between += _pass_back(graph, distance, count)
        reached = distance > 0
        with np.errstate(divide="ignore"):
            nearness = np.where(reached, 1.0 / distance, 0.0)
        lengths = np.where(reached, distance, 0)
        reach_out[sources], far_out[sources], near_out[sources] = (
            part.sum(axis=0) for part in (reached, lengths, nearness)
        )
        reach_in += reached.sum(axis=1)
        far_in += lengths.sum(axis=1)
        near_in += nearness.sum(axis=1)
        diameter = max(diameter, int(distance.max(initial=0)))
    pairs = reach_out.sum()
    return Paths(
        betweenness=between,
        closeness_out=_inverse(far_out),
        closeness_in=_inverse(far_in),
        harmonic_out=near_out / (n - 1) if n > 1 else np.full(n, np.nan),
        harmonic_in=near_in / (n - 1) if n > 1 else np.full(n, np.nan),
        mean_distance=float(far_out.sum() / pairs) if pairs else np.nan,
        diameter=diameter,
    )


def _count_paths(backward: csr_array, sources: NDArray[np.intp]) -> tuple[NDArray[np.int64], Array]:
    """Return the distance of every vertex (row) from every source (column), -1 unreached, and the number of paths."""
    shape = backward.shape[0], len(sources)
    distance = np.full(shape, -1, dtype=np.int64)
    count = np.zeros(shape)
    places = np.arange(len(sources))
    distance[sources, places] = 0
    count[sources, places] = 1.0
    front, level = count, 0
    while True:
        paths = backward @ front
        new = (paths > 0) & (distance < 0)
        if not new.any():
            return distance, count
        level += 1
        distance[new] = level
        front = np.where(new, paths, 0.0)
        count = count + front


def _pass_back(graph: csr_array, distance: NDArray[np.int64], count: Array) -> Array:
    """Sum over the sources what each vertex carries of the paths to the vertices behind it."""
    carried = np.zeros(count.shape)
    per_path = 1.0 / np.maximum(count, 1.0)
    for level in range(int(distance.max(initial=0)), 1, -1):
        shares = np.where(distance == level, (1.0 + carried) * per_path, 0.0)
        carried += np.where(distance == level - 1, count * (graph @ shares), 0.0)
    total: Array = carried.sum(axis=1)
    return total


def _inverse(sums: Array) -> Array:
    with np.errstate(divide="ignore"):
        inverse: Array = np.where(sums > 0, 1.0 / sums, np.nan)
    return inverse
