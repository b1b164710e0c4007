"""Measures of graphs: equal to igraph and sna on twelve networks at two cuts, to networkx on others, and by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.graph import (
    adjacency,
    betweenness_centralisation,
    components,
    degree_centralisation,
    density,
    dyads,
    local_clustering,
    transitivity,
)
from kadsurvey.stats.graph_ego import eigenvector_centrality, structural_holes
from kadsurvey.stats.graph_groups import assortativity
from kadsurvey.stats.graph_paths import shortest_paths
from tests.reference_numbers import vector
from tests.stats.graphs import BODIES, CUTS, network, reference

R = 1e-8  # the same definitions; R's numbers carry 15 digits
ITERATED = 1e-6  # networkx stops its power iteration at a change of 1e-6 a vertex
EXACT = 1e-12  # the same arithmetic by another path

CASES = [(body, cut) for body in BODIES for cut in CUTS]


def near(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=R, atol=R)


def random_graph(n=30, share=0.1, seed=4):
    return adjacency(np.random.default_rng(seed).random((n, n)) < share)


def sizes_by_hand(arcs):
    n, between = len(arcs), arcs.astype(float) + arcs.T
    around = [[j for j in range(n) if between[i, j]] for i in range(n)]
    sizes = np.full(n, np.nan)
    for i in range(n):
        for j in around[i]:
            shared = [between[i, q] / between[i].sum() * between[j, q] / between[j].max() for q in range(n)]
            sizes[i] = np.nansum([sizes[i], 1 - sum(shared)])
    return sizes


@pytest.mark.parametrize(("body", "cut"), CASES)
def test_the_whole_graph_equals_igraph_and_sna(body, cut):
    strengths, _, sectors = network(body)
    wanted, arcs = reference(body, cut), adjacency(strengths >= cut)
    edges = arcs | arcs.T
    pairs, parts, paths = dyads(arcs), components(arcs), shortest_paths(arcs)
    assert (len(arcs), arcs.sum()) == (wanted["n"], wanted["arcs"])
    near(density(arcs).estimate, wanted["density"])
    near(pairs.reciprocity, wanted["reciprocity_arc"])
    near(pairs.reciprocity, wanted["sna_grecip_edgewise"])
    assert (pairs.mutual, pairs.asymmetric, pairs.null) == tuple(wanted["dyad_census"].values())
    near(transitivity(edges), wanted["transitivity_global_undirected"])
    near(degree_centralisation(arcs.sum(axis=0)), wanted["centr_indegree_igraph"])
    near(degree_centralisation(arcs.sum(axis=0)), wanted["centr_indegree_sna"])
    near(degree_centralisation(arcs.sum(axis=1)), wanted["centr_outdegree_igraph"])
    near(betweenness_centralisation(paths.betweenness), wanted["centr_betweenness_igraph_directed"])
    near(betweenness_centralisation(paths.betweenness), wanted["centr_betweenness_sna"])
    assert (parts.weak, parts.strong) == (wanted["components_weak"], wanted["components_strong"])
    near(paths.mean_distance, wanted["mean_distance_directed"])
    assert paths.diameter == wanted["diameter"]
    near(assortativity(arcs, sectors), wanted["assortativity_sector_nominal"])


@pytest.mark.parametrize(("body", "cut"), CASES)
def test_every_vertex_equals_igraph_and_sna(body, cut):
    strengths, organisations, _ = network(body)
    wanted, arcs = reference(body, cut)["nodes"], adjacency(strengths >= cut)
    edges = arcs | arcs.T
    assert organisations == wanted["org"]
    paths = shortest_paths(arcs)
    near(arcs.sum(axis=0), wanted["indegree"])
    near(paths.betweenness, wanted["betweenness_directed"])
    near(paths.betweenness, wanted["betweenness_sna"])
    near(shortest_paths(edges).betweenness / 2, wanted["betweenness_undirected"])
    near(paths.closeness_out, vector(wanted["closeness_out"]))
    near(paths.closeness_in, vector(wanted["closeness_in"]))
    near(paths.harmonic_out, wanted["harmonic_out"])
    near(eigenvector_centrality(edges), wanted["eigen_undirected"])
    near(local_clustering(edges), vector(wanted["clustering_local_undirected"]))
    near(structural_holes(arcs).constraint, vector(wanted["constraint"]))


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_vertices_equal_networkx(share):
    arcs = random_graph(share=share)
    graph = nx.from_numpy_array(arcs.astype(int), create_using=nx.DiGraph)
    holes, paths = structural_holes(arcs), shortest_paths(arcs)
    # Asked for single vertices, networkx follows the definition; all at once it takes matrices, which differ from it.
    sizes = np.array(list(nx.effective_size(graph, nodes=list(graph)).values()))
    with_arcs_out = arcs.any(axis=1)
    near(holes.effective_size[with_arcs_out], sizes[with_arcs_out])
    near(holes.effective_size, sizes_by_hand(arcs))
    near(holes.constraint, list(nx.constraint(graph).values()))
    near(paths.betweenness, list(nx.betweenness_centrality(graph, normalized=False).values()))
    near(paths.harmonic_in * 29, list(nx.harmonic_centrality(graph).values()))
    largest = np.array(sorted(max(nx.weakly_connected_components(graph), key=len)))
    edges = (arcs | arcs.T)[np.ix_(largest, largest)]
    wanted = np.array(list(nx.eigenvector_centrality(nx.from_numpy_array(edges.astype(int)), 10_000).values()))
    np.testing.assert_allclose(eigenvector_centrality(edges), wanted / wanted.max(), atol=30 * ITERATED)


def test_sources_in_several_batches_give_the_same_paths():
    arcs = random_graph(n=600, share=0.01)
    graph = nx.from_numpy_array(arcs.astype(int), create_using=nx.DiGraph)
    near(shortest_paths(arcs).betweenness, list(nx.betweenness_centrality(graph, normalized=False).values()))


def test_a_large_graph_has_the_same_leading_vector():
    edges = random_graph(n=300, share=0.03)
    edges = edges | edges.T
    vector_of_all = np.abs(np.linalg.eigh(edges.astype(float))[1][:, -1])
    near(eigenvector_centrality(edges), vector_of_all / vector_of_all.max())


def test_a_star_is_wholly_centralised():
    arcs = np.zeros((6, 6), dtype=bool)
    arcs[1:, 0] = arcs[0, 1:] = True
    paths = shortest_paths(arcs)
    assert degree_centralisation((arcs & np.tri(6, dtype=bool)).sum(axis=0)) == pytest.approx(1, rel=EXACT)
    assert betweenness_centralisation(paths.betweenness) == pytest.approx(1, rel=EXACT)
    assert paths.betweenness[0] == 20
    assert transitivity(arcs) == 0
    holes = structural_holes(arcs)
    np.testing.assert_allclose(holes.constraint, [1 / 5, 1, 1, 1, 1, 1], rtol=EXACT)
    np.testing.assert_allclose(holes.effective_size, [5, 1, 1, 1, 1, 1], rtol=EXACT)


def test_two_components_of_one_eigenvalue_share_the_first_place():
    edges = np.kron(np.eye(2), np.ones((3, 3)) - np.eye(3)).astype(bool)
    np.testing.assert_allclose(eigenvector_centrality(edges), np.ones(6), rtol=EXACT)
    with_pair = np.zeros((8, 8), dtype=bool)
    with_pair[:6, :6] = edges
    with_pair[6, 7] = with_pair[7, 6] = True
    np.testing.assert_allclose(eigenvector_centrality(with_pair)[6:], 0, atol=EXACT)


def test_bounds_hold_every_way_to_fill_the_missing_rows():
    arcs = random_graph(n=5, share=0.4)
    observed = np.ones((5, 5), dtype=bool)
    observed[[1, 3]] = False
    found = density(arcs, observed)
    unknown = [(i, j) for i in (1, 3) for j in range(5) if i != j]
    filled = []
    for pattern in range(2 ** len(unknown)):
        whole = arcs & observed
        for at, cell in enumerate(unknown):
            whole[cell] = pattern >> at & 1
        filled.append(whole.sum() / 20)
    assert (found.low, found.high) == pytest.approx((min(filled), max(filled)), rel=EXACT)
    assert found.estimate == pytest.approx((arcs & observed).sum() / 12, rel=EXACT)
    assert (found.n_observed, found.n_cells) == (12, 20)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_a_graph_without_arcs_gives_nan_not_an_error(n):
    arcs = np.zeros((n, n), dtype=bool)
    paths, holes = shortest_paths(arcs), structural_holes(arcs)
    assert np.isnan(dyads(arcs).reciprocity)
    assert np.isnan(transitivity(arcs))
    assert np.isnan(paths.mean_distance)
    assert np.isnan(paths.closeness_out).all()
    assert np.isnan(holes.constraint).all()
    assert np.isnan(holes.effective_size).all()
    assert np.isnan(eigenvector_centrality(arcs)).all()
    assert np.isnan(assortativity(arcs, ["a"] * n))
    assert components(arcs).weak == components(arcs).isolates == n
    assert np.isnan(density(arcs).estimate) == (n < 2)


def test_what_is_no_graph_is_an_error():
    with pytest.raises(StatisticsError, match="square matrix, got 2 x 3"):
        adjacency(np.zeros((2, 3)))
    with pytest.raises(StatisticsError, match="1 cells"):
        adjacency([[0, np.nan], [0, 0]])
    assert not adjacency([[1, 0], [0, 1]]).any()
