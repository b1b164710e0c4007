"""Measures of a whole directed graph: density, reciprocity, transitivity, centralisation, components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kadsurvey.errors import StatisticsError

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Density:
    """The share of possible arcs that are there, where some cells were not observed.

    Attributes
    ----------
    estimate : float
        Arcs over observed cells; NaN where none was observed.
    low, high : float
        Arcs over all cells if no unobserved cell held an arc, and if all did.
    n_arcs, n_observed, n_cells : int
        Arcs seen; cells off the diagonal that were observed, and all of them.
    """

    estimate: float
    low: float
    high: float
    n_arcs: int
    n_observed: int
    n_cells: int


@dataclass(frozen=True, slots=True)
class Dyads:
    """Pairs of vertices by the arcs between them.

    Attributes
    ----------
    mutual, asymmetric, null : int
        Pairs with both arcs, with one, with none.
    """

    mutual: int
    asymmetric: int
    null: int

    @property
    def reciprocity(self) -> float:
        """Share of the arcs that are returned; NaN without arcs. `reciprocity` of igraph, edgewise `grecip` of sna."""
        arcs = 2 * self.mutual + self.asymmetric
        return 2 * self.mutual / arcs if arcs else np.nan


@dataclass(frozen=True, slots=True)
class Components:
    """Parts of a graph that no path connects.

    Attributes
    ----------
    weak, strong : int
        Components where arcs are taken in either direction, and where each vertex reaches each along the arcs.
    largest : int
        Vertices in the largest weak component.
    isolates : int
        Vertices without any arc.
    """

    weak: int
    strong: int
    largest: int
    isolates: int


def adjacency(matrix: ArrayLike) -> Mask:
    """Return a matrix as a graph: True where an arc goes from row to column, the diagonal empty.

    Raises
    ------
    StatisticsError
        ``stats.graph_not_square`` for anything but a square matrix; ``stats.graph_not_finite`` for missing cells.
    """
    found = np.array(matrix)
    if found.ndim != 2 or found.shape[0] != found.shape[1]:
        raise StatisticsError("stats.graph_not_square", shape=" x ".join(map(str, found.shape)))
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise StatisticsError("stats.graph_not_finite", count=int((~np.isfinite(found)).sum()))
    arcs = found.astype(bool)
    np.fill_diagonal(arcs, False)
    return arcs


def density(arcs: Mask, observed: Mask | None = None) -> Density:
    """Compute the density and the bounds that unobserved cells leave.

    Parameters
    ----------
    arcs : ndarray of bool, shape (n, n)
        From row to column; the diagonal does not count.
    observed : ndarray of bool, shape (n, n), optional
        Cells that somebody answered; all where left out. An arc in an unobserved cell does not count.

    Notes
    -----
    With all cells observed this is `edge_density` of igraph. The bounds hold whatever the unobserved cells are: they
    assume nothing about who does not answer (Manski 2003, Partial Identification of Probability Distributions).
    """
    n = len(arcs)
    off = ~np.eye(n, dtype=bool)
    seen = off if observed is None else off & observed
    n_arcs, n_observed, n_cells = int((arcs & seen).sum()), int(seen.sum()), n * (n - 1)
    if not n_cells:
        return Density(np.nan, np.nan, np.nan, 0, 0, 0)
    high = (n_arcs + n_cells - n_observed) / n_cells
    estimate = n_arcs / n_observed if n_observed else np.nan
    return Density(estimate, n_arcs / n_cells, high, n_arcs, n_observed, n_cells)


def dyads(arcs: Mask) -> Dyads:
    """Count mutual, asymmetric and null pairs: `dyad_census` of igraph."""
    n, mutual = len(arcs), int((arcs & arcs.T).sum()) // 2
    asymmetric = int(arcs.sum()) - 2 * mutual
    return Dyads(mutual, asymmetric, n * (n - 1) // 2 - mutual - asymmetric)


def transitivity(edges: Mask) -> float:
    """Return the share of connected triples that are closed: ``transitivity(type = "global")`` of igraph.

    Parameters
    ----------
    edges : ndarray of bool, shape (n, n)
        A symmetric matrix.

    Returns
    -------
    float
        NaN where no vertex has two neighbours.
    """
    closed, triples = _triples(edges)
    total = triples.sum()
    return float(closed.sum() / total) if total else np.nan


def local_clustering(edges: Mask) -> Array:
    """Return the share of each vertex's pairs of neighbours that are neighbours, NaN below two of them.

    ``transitivity(type = "local")`` of igraph; `edges` is symmetric.
    """
    closed, triples = _triples(edges)
    with np.errstate(invalid="ignore"):
        shares: Array = np.where(triples > 0, closed / triples, np.nan)
    return shares


def degree_centralisation(degrees: ArrayLike) -> float:
    """Return how far in-degrees (or out-degrees) are from all being alike, against a star.

    Parameters
    ----------
    degrees : array_like, shape (n,)
        In-degrees or out-degrees of a directed graph without loops.

    Returns
    -------
    float
        0 where all are alike, 1 for a star; NaN below two vertices.

    Notes
    -----
    Freeman's sum of the differences from the largest degree, over its largest value ``(n - 1)^2``:
    ``centr_degree(mode = "in", loops = FALSE)`` of igraph, ``centralization(degree, cmode = "indegree")`` of sna.

    References
    ----------
    Freeman (1979), Social Networks 1(3), 215-239.
    """
    values = np.asarray(degrees, dtype=float)
    n = len(values)
    return float((values.max() - values).sum() / (n - 1) ** 2) if n > 1 else np.nan


def betweenness_centralisation(betweenness: ArrayLike) -> float:
    """Return how far the betweenness of a directed graph is from being alike, against a star.

    Parameters
    ----------
    betweenness : array_like, shape (n,)
        Not normalised, along directed paths.

    Returns
    -------
    float
        NaN below three vertices.

    Notes
    -----
    Over its largest value ``(n - 1)^2 (n - 2)``: ``centr_betw(directed = TRUE)`` of igraph,
    ``centralization(betweenness)`` of sna.
    """
    values = np.asarray(betweenness, dtype=float)
    n = len(values)
    return float((values.max() - values).sum() / ((n - 1) ** 2 * (n - 2))) if n > 2 else np.nan


def components(arcs: Mask) -> Components:
    """Count the components: `count_components` of igraph, weak and strong."""
    if not len(arcs):
        return Components(0, 0, 0, 0)
    graph = sparse(arcs)
    weak, part = connected_components(graph, directed=True, connection="weak")
    strong, _ = connected_components(graph, directed=True, connection="strong")
    isolates = int((~(arcs.any(axis=0) | arcs.any(axis=1))).sum())
    return Components(int(weak), int(strong), int(np.bincount(part).max()), isolates)


def sparse(matrix: NDArray[Any]) -> csr_array:
    """Return a matrix of floats that keeps only the cells that are not zero."""
    return csr_array(np.asarray(matrix), dtype=np.float64)


def _triples(edges: Mask) -> tuple[Array, Array]:
    """Return of each vertex how many ordered pairs of its neighbours are neighbours, and how many there are."""
    graph = sparse(edges)
    closed = np.asarray((graph @ graph).multiply(graph).sum(axis=1), dtype=float).ravel()
    degrees = edges.sum(axis=1).astype(float)
    return closed, degrees * (degrees - 1)
