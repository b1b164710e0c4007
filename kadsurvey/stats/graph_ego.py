"""Measures of single vertices by those around them: eigenvector centrality, Burt's constraint and effective size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh

from kadsurvey.stats.graph import Array, Mask, sparse

_DENSE = 200
"""Up to so many vertices all of a matrix is taken apart; above, only its leading vector is iterated."""
_SAME_VALUE = 1e-9
"""Components whose largest eigenvalues differ by no more than this, relatively, share the first place."""


@dataclass(frozen=True, slots=True)
class StructuralHoles:
    """How free a vertex is between those around it.

    Attributes
    ----------
    constraint : ndarray, shape (n,)
        Low where the neighbours are not tied to each other; NaN for a vertex without arcs.
    effective_size : ndarray, shape (n,)
        Neighbours less what they repeat of each other; NaN for a vertex without arcs.
    neighbours : ndarray of int, shape (n,)
        Vertices with an arc to or from it.
    """

    constraint: Array
    effective_size: Array
    neighbours: NDArray[np.int64]


def structural_holes(arcs: Mask) -> StructuralHoles:
    r"""Compute Burt's constraint and effective size of each vertex.

    Parameters
    ----------
    arcs : ndarray of bool, shape (n, n)
        From row to column, the diagonal empty.

    Notes
    -----
    With ``u = a_ij + a_ji`` and ``p_ij = u_ij / sum_k u_ik`` the constraint is
    :math:`\sum_j (p_{ij} + \sum_q p_{iq} p_{qj})^2` over the neighbours j: `constraint` of igraph. The effective size
    is Burt's :math:`\sum_j (1 - \sum_q p_{iq} u_{jq} / \max_k u_{jk})` over the same: `effective_size` of networkx for
    single vertices of a directed graph.

    References
    ----------
    Burt (1992), Structural Holes, 50-71.
    """
    mutual = arcs.astype(float) + arcs.T
    linked = arcs | arcs.T
    neighbours = linked.sum(axis=1)
    share = _scaled(mutual, mutual.sum(axis=1))
    strongest = _scaled(mutual, mutual.max(axis=1, initial=0.0))
    pattern = sparse(linked)
    invested = (share + share @ share).multiply(pattern)
    constraint = np.asarray(invested.power(2).sum(axis=1), dtype=float).ravel()
    repeated = np.asarray((share @ strongest.T).multiply(pattern).sum(axis=1), dtype=float).ravel()
    alone = neighbours == 0
    return StructuralHoles(
        constraint=np.where(alone, np.nan, constraint),
        effective_size=np.where(alone, np.nan, neighbours - repeated),
        neighbours=neighbours.astype(np.int64),
    )


def eigenvector_centrality(edges: Mask) -> Array:
    """Compute the eigenvector centrality of an undirected graph, the largest value 1.

    Parameters
    ----------
    edges : ndarray of bool, shape (n, n)
        A symmetric matrix.

    Returns
    -------
    ndarray, shape (n,)
        Zero outside the component with the largest eigenvalue; NaN in a graph without edges.

    Notes
    -----
    `eigen_centrality` of igraph on the graph without directions. Where several components share the largest eigenvalue
    the vector is not unique: this is the one that iterating from the degrees, as igraph does, tends to.

    References
    ----------
    Bonacich (1972), Journal of Mathematical Sociology 2(1), 113-120.
    """
    n = len(edges)
    if not edges.any():
        return np.full(n, np.nan)
    degrees = edges.sum(axis=1).astype(float)
    count, part = connected_components(sparse(edges), directed=False)
    found: list[tuple[float, NDArray[np.intp], Array]] = []
    for label in range(count):
        places = np.flatnonzero(part == label)
        if len(places) > 1:
            value, vector = _leading(edges[np.ix_(places, places)], degrees[places])
            found.append((value, places, vector))
    largest = max(value for value, _, _ in found)
    centrality = np.zeros(n)
    for value, places, vector in found:
        if value >= largest * (1 - _SAME_VALUE):
            centrality[places] = vector * (vector @ degrees[places])
    scaled: Array = centrality / centrality.max()
    return scaled


def _leading(edges: Mask, degrees: Array) -> tuple[float, Array]:
    """Return the largest eigenvalue of a connected graph and its vector, all positive."""
    n = len(edges)
    if n <= _DENSE:
        values, vectors = eigh(edges.astype(float), subset_by_index=[n - 1, n - 1])
    else:
        values, vectors = eigsh(sparse(edges), k=1, which="LA", v0=degrees, tol=0)
    return float(values[0]), np.abs(vectors[:, 0])


def _scaled(matrix: Array, by: Array) -> csr_array:
    """Divide each row by a number; rows of zeros stay."""
    return sparse(matrix / np.where(by > 0, by, 1.0)[:, None])
