"""Permutation tests of graphs: the E-I index and QAP, against every arrangement written out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.graph import adjacency
from kadsurvey.stats.graph_groups import assortativity, ei_index
from kadsurvey.stats.graph_qap import qap_correlation
from tests.stats.graphs import BODIES, CUTS, network, reference

R = 1e-8  # the same definitions; R's numbers carry 15 digits
EXACT = 1e-12  # the same arithmetic by another path
SAMPLED = 0.02  # four standard errors of a share of 9,999 draws near one half


def index_by_hand(weights, labels):
    same = np.equal.outer(labels, labels)
    off = ~np.eye(len(labels), dtype=bool)
    external, internal = weights[~same].sum(), weights[same & off].sum()
    return (external - internal) / (external + internal)


@pytest.mark.parametrize(("body", "cut"), [(body, cut) for body in BODIES for cut in CUTS])
def test_the_index_equals_its_formula_in_r(body, cut):
    strengths, _, sectors = network(body)
    arcs, wanted = adjacency(strengths >= cut), reference(body, cut)
    for weights, name in ((arcs, "EI_arcs"), (arcs | arcs.T, "EI_undirected_collapse"), (strengths, "EI_strength")):
        assert ei_index(weights, sectors, draws=9, seed=1).estimate == pytest.approx(wanted[name], rel=R, abs=R)


@pytest.mark.parametrize("sectors", ["aabbb", "aabbcc", "abbbbbb"])
def test_the_index_is_tested_over_every_labelling(sectors):
    labels = np.array(list(sectors))
    weights = np.random.default_rng(3).integers(0, 3, (len(labels), len(labels))).astype(float)
    every = sorted(set(itertools.permutations(labels)))
    values = np.array([index_by_hand(weights, np.array(labelling)) for labelling in every])
    found = ei_index(weights, labels, seed=1)
    assert found.enumerated
    assert found.draws == len(every)
    assert found.estimate == pytest.approx(index_by_hand(weights, labels), rel=EXACT)
    assert found.expected == pytest.approx(values.mean(), rel=EXACT)
    far = np.abs(values - values.mean()) >= abs(found.estimate - values.mean()) - EXACT
    assert found.p_value == pytest.approx(far.mean(), rel=EXACT)
    drawn = ei_index(weights, labels, draws=len(every) - 1, seed=1)
    assert not drawn.enumerated


def test_drawn_labellings_come_near_the_enumerated_ones():
    labels = np.array(list("aaaabbbbcc"))
    weights = np.random.default_rng(5).random((10, 10)) < 0.3
    whole = ei_index(weights, labels, draws=4000, seed=1)
    drawn = ei_index(weights, labels, draws=3149, seed=2)
    assert (whole.enumerated, whole.draws, drawn.enumerated) == (True, 3150, False)
    assert drawn.p_value == pytest.approx(whole.p_value, abs=2 * SAMPLED)
    assert drawn == ei_index(weights, labels, draws=3149, seed=2)


def test_the_index_without_ties_or_with_one_group_is_not_tested():
    empty = ei_index(np.zeros((3, 3)), ["a", "b", "b"], seed=1)
    assert np.isnan(empty.estimate)
    assert np.isnan(empty.p_value)
    single = ei_index(np.ones((3, 3)), ["a"] * 3, seed=1)
    assert single.estimate == -1
    assert np.isnan(single.p_value)
    assert np.isnan(assortativity(np.ones((3, 3)), ["a"] * 3))
    with pytest.raises(StatisticsError, match="2 group labels for 3 vertices"):
        ei_index(np.ones((3, 3)), ["a", "b"], seed=1)


def test_relations_are_correlated_over_every_order():
    rng = np.random.default_rng(8)
    x = rng.integers(0, 5, (6, 6)).astype(float)
    y = x * (rng.random((6, 6)) < 0.7) + rng.integers(0, 2, (6, 6))
    off = ~np.eye(6, dtype=bool)
    orders = [list(order) for order in itertools.permutations(range(6))]
    values = np.array([np.corrcoef(x[off], y[np.ix_(order, order)][off])[0, 1] for order in orders])
    found = qap_correlation(x, y, seed=1)
    assert (found.enumerated, found.draws) == (True, 720)
    assert found.correlation == pytest.approx(values[0], rel=EXACT)
    assert found.p_value == pytest.approx((np.abs(values) >= abs(values[0]) - EXACT).mean(), rel=EXACT)
    drawn = qap_correlation(x, y, draws=719, seed=1)
    assert not drawn.enumerated
    assert drawn.p_value == pytest.approx(found.p_value, abs=2 * SAMPLED)


def test_relations_without_spread_are_not_correlated():
    assert np.isnan(qap_correlation(np.zeros((4, 4)), np.eye(4), seed=1).correlation)
    assert np.isnan(qap_correlation(np.ones((4, 4)), np.tri(4), seed=1).p_value)
    assert np.isnan(qap_correlation([[0.0]], [[0.0]], seed=1).p_value)
    with pytest.raises(StatisticsError, match="got 2 x 3 and 3 x 3"):
        qap_correlation(np.zeros((2, 3)), np.zeros((3, 3)), seed=1)
