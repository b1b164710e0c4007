"""Network indices: R's numbers through files, what missing respondents leave open, and ties by what they connect."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from kadsurvey import network_indices, read_ties
from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.ties import Ties
from kadsurvey.stats.graph_groups import ei_index
from tests.reference_numbers import REFERENCE, vector
from tests.stats.graphs import BODIES, network, reference
from tests.workbooks import write_xlsx

R = 1e-8  # the same definitions; R's numbers carry 15 digits
EXACT = 1e-12  # the same arithmetic by another path
OF_BODIES = {
    "n_nodes": "n",
    "n_ties": "arcs",
    "density": "density",
    "density_low": "density",
    "density_high": "density",
    "reciprocity": "reciprocity_arc",
    "transitivity": "transitivity_global_undirected",
    "centralisation_in": "centr_indegree_sna",
    "centralisation_out": "centr_outdegree_sna",
    "centralisation_betweenness": "centr_betweenness_sna",
    "components": "components_weak",
    "strong_components": "components_strong",
    "ei_index": "EI_arcs",
    "assortativity": "assortativity_sector_nominal",
}
OF_NODES = {
    "in_degree": "indegree",
    "out_degree": "outdegree",
    "betweenness": "betweenness_sna",
    "closeness_in": "closeness_in",
    "closeness_out": "closeness_out",
    "harmonic_out": "harmonic_out",
    "eigenvector": "eigen_undirected",
    "clustering": "clustering_local_undirected",
    "constraint": "constraint",
}


def roster(edges, nodes, relation="contact"):
    """Make ties from (sender, receiver, strength) and a frame of organisations of body ``X``."""
    frame = pd.DataFrame(
        [("X", relation, *edge) for edge in edges], columns=["body", "relation", "sender", "receiver", "strength"]
    )
    columns = ["body", "organisation", "group", "member", "level", "responded"]
    return Ties(frame, nodes.assign(body="X").reindex(columns=columns), (("X", relation),))


def people(names, answered=None):
    responded = [answered is None or name in answered for name in names]
    return pd.DataFrame({"organisation": list(names), "responded": responded})


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.fixture(scope="module")
def reference_ties():
    return read_ties(REFERENCE / "ties.csv", REFERENCE / "orgs.csv")


@pytest.mark.parametrize("cut", [1, 2])
def test_the_files_give_the_numbers_of_igraph_and_sna(reference_ties, cut):
    assert not [finding for finding in reference_ties.findings if finding.severity != "note"]
    found = network_indices(reference_ties, cut=cut, draws=9)
    assert len(found.bodies) == len(BODIES)
    for body in BODIES:
        wanted, row = reference(body, cut), found.bodies.loc[(body, "tie")]
        for ours, theirs in OF_BODIES.items():
            np.testing.assert_allclose(row[ours], wanted[theirs], rtol=R, atol=R, err_msg=f"{body} {ours}")
        np.testing.assert_allclose(row["mean_strength"], wanted["density_valued_mean"], rtol=R)
        assert row["response_rate"] == 1
        nodes = found.nodes[found.nodes["body"] == body]
        assert nodes["organisation"].tolist() == wanted["nodes"]["org"]
        for ours, theirs in OF_NODES.items():
            np.testing.assert_allclose(nodes[ours], vector(wanted["nodes"][theirs]), rtol=R, atol=R, err_msg=ours)
        if cut == 1:
            np.testing.assert_allclose(nodes["in_strength"], wanted["nodes"]["instrength"], rtol=R)
            np.testing.assert_allclose(nodes["out_strength"], wanted["nodes"]["outstrength"], rtol=R)


def test_the_index_between_groups_carries_its_test(reference_ties):
    found = network_indices(reference_ties, draws=99, seed=3)
    strengths, _, sectors = network("b02")
    wanted = ei_index(strengths >= 1, sectors, draws=99, seed=3)
    row = found.bodies.loc[("b02", "tie")]
    assert (row["ei_p_value"], row["ei_expected"]) == (wanted.p_value, pytest.approx(wanted.expected, rel=EXACT))


def test_the_bounds_hold_the_density_whatever_the_silent_would_have_said():
    edges = [("a", "b", 3), ("b", "a", 1), ("a", "d", 2), ("c", "a", 4)]
    found = network_indices(roster(edges, people("abcd", answered="abc")))
    row = found.bodies.loc[("X", "contact")]
    densities = []
    for said in itertools.product([0, 1], repeat=3):
        more = [("d", to, value) for to, value in zip("abc", said, strict=True) if value]
        whole = network_indices(roster(edges + more, people("abcd")))
        densities.append(whole.bodies.loc[("X", "contact"), "density"])
    assert (row["density_low"], row["density_high"]) == pytest.approx((min(densities), max(densities)), rel=EXACT)
    assert row["density"] == pytest.approx(4 / 9, rel=EXACT)
    assert row["response_rate"] == 0.75
    unanswered = next(finding for finding in found.findings if finding.code == "indices.roster_unanswered")
    assert unanswered.severity == "warning"
    assert "X: 3 of 4 organisations answered. Without an answer: d." in unanswered.render("en")
    assert np.isnan(found.nodes.set_index("organisation").loc["d", "out_degree"])


def test_only_pairs_who_both_answered_confirm_a_tie():
    edges = [("a", "b", 3), ("b", "a", 1), ("a", "c", 2), ("a", "d", 2), ("c", "d", 1)]
    row = network_indices(roster(edges, people("abcd", answered="abc"))).bodies.loc[("X", "contact")]
    assert (row["confirmed"], row["unconfirmed"], row["unverified"]) == (1, 1, 2)
    assert row["confirmed_share"] == 0.5
    assert row["reciprocity"] == pytest.approx(2 / 3, rel=EXACT)
    # Among a, b and c: out-degrees 2, 1, 0.
    assert row["centralisation_out"] == pytest.approx(3 / 4, rel=EXACT)


def test_a_pair_counts_by_the_rule_and_by_the_one_word_there_is():
    edges = [("a", "b", 1), ("b", "a", 1), ("b", "c", 1), ("c", "b", 1), ("a", "c", 1), ("a", "d", 1), ("b", "d", 1)]
    ties = roster(edges, people("abcd", answered="abc"))
    either = network_indices(ties).nodes.set_index("organisation")["clustering"]
    both = network_indices(ties, symmetrise="both").nodes.set_index("organisation")["clustering"]
    # Without the unconfirmed tie of a to c: b has a, c, d around it, of whom a and d are tied by the word of a alone.
    assert either.tolist() == pytest.approx([2 / 3, 2 / 3, 1, 1], rel=EXACT)
    assert both["b"] == pytest.approx(1 / 3, rel=EXACT)
    assert both["a"] == 1


def test_ties_bond_bridge_and_link_by_member_and_level():
    nodes = pd.DataFrame(
        {
            "organisation": ["a", "b", "c", "p", "q"],
            "member": ["A", "A", "B", "P", None],
            "level": ["region", "region", "region", "province", "region"],
            "responded": True,
        }
    )
    edges = [("a", "b", 1), ("a", "c", 1), ("b", "c", 2), ("c", "p", 1), ("p", "q", 1), ("q", "a", 1)]
    row = network_indices(roster(edges, nodes)).bodies.loc[("X", "contact")]
    # The tie of q, whose member is not known, to a is left out; that of p to q links whatever the member.
    assert (row["bonding"], row["bridging"], row["linking"]) == (0.2, 0.4, 0.4)
    no_level = network_indices(roster(edges, nodes.drop(columns="level"))).bodies.loc[("X", "contact")]
    assert np.isnan(no_level["linking"])
    assert no_level["bonding"] == 0.25
    no_member = network_indices(roster(edges, nodes.drop(columns="member")))
    assert no_member.bodies[["bonding", "bridging", "linking"]].isna().all(axis=None)
    assert codes(no_member) == ["indices.roster_group_unknown", "indices.roster_member_unknown"]
    assert "indices.roster_level_unknown" in codes(network_indices(roster(edges, nodes.drop(columns="level"))))


@pytest.fixture
def several(tmp_path):
    sheet = """
    | kad | dari | ke | kontak | percaya |
    | --- |
    | X | A | B | 3 | 0 |
    | X | A | C | 0 | 2 |
    | X | B | A | 1 | |
    | X | C | A | 0 | 0 |
    | Y | D | E | 2 | 2 |
    | Y | E | D | 0 | 1 |
    """
    return read_ties(write_xlsx(tmp_path / "t.xlsx", {"S": sheet}))


def test_relations_are_measured_alone_and_together(several):
    found = network_indices(several)
    assert found.bodies.index.tolist() == [
        (body, relation) for body in "XY" for relation in ("any", "contact", "trust")
    ]
    assert found.bodies["n_ties"].tolist() == [3, 2, 1, 2, 1, 2]
    # B did not say whether it trusts A, but has contact: together that is a tie.
    assert found.bodies.loc[("X", "trust"), "density"] == pytest.approx(1 / 5, rel=EXACT)
    assert found.bodies.loc[("X", "any"), "density"] == pytest.approx(1 / 2, rel=EXACT)
    assert found.overlap[["body", "first", "second"]].values.tolist() == [
        ["X", "contact", "trust"],
        ["Y", "contact", "trust"],
    ]
    assert found.overlap["enumerated"].all()
    off = ~np.eye(3, dtype=bool)
    contact, trust = np.array([[0, 3, 0], [1, 0, 0], [0, 0, 0]]), np.array([[0, 0, 2], [0, 0, 0], [0, 0, 0]])
    wanted = np.corrcoef(contact[off], trust[off])[0, 1]
    assert found.overlap["correlation"][0] == pytest.approx(wanted, rel=EXACT)


def test_variables_of_a_body_bear_names_for_a_model(several):
    table = network_indices(several).variables()
    assert table.index.name == "body"
    assert table.loc["X", "roster_density"] == pytest.approx(1 / 2, rel=EXACT)
    assert table.loc["Y", "roster_density_trust"] == 1
    assert all(name.isidentifier() for name in table.columns)
    alone = network_indices(roster([("a", "b", 1)], people("abc")))
    assert "roster_density" in alone.variables()
    assert "roster_density_contact" not in alone.variables()


def test_networks_may_be_made_by_other_columns(several):
    whole = network_indices(several, by="all")
    assert whole.bodies.loc[("all", "any"), ["n_nodes", "n_ties", "components"]].tolist() == [5, 5, 2]
    given = pd.DataFrame({"organisation": list("ABCDE"), "group": ["o", "o", "n", "o", "n"]})
    by_group = network_indices(several, given, by="group")
    assert by_group.bodies.index.names == ["group", "relation"]
    assert by_group.bodies.loc[("o", "contact"), "n_ties"] == 2
    with pytest.raises(ArgumentError, match="cannot be made by 'bodi'"):
        network_indices(several, by="bodi")
    with pytest.raises(ArgumentError, match="No organisation has a 'member'"):
        network_indices(several, by="member")


def test_organisations_given_as_a_frame_replace_those_read(several):
    given = pd.DataFrame(
        {"organisation": ["A", "B", "C", "F", "D", "E"], "body": ["X"] * 4 + ["Y"] * 2, "group": list("ooonno")}
    )
    before = given.copy()
    found = network_indices(several, given)
    assert found.bodies.loc[("X", "any"), ["n_nodes", "n_responded"]].tolist() == [4, 3]
    assert found.bodies.loc[("Y", "any"), "ei_index"] == 1
    pd.testing.assert_frame_equal(given, before)
    with pytest.raises(ArgumentError, match=r"not among those given \(1\): C"):
        network_indices(several, given[given["organisation"] != "C"])
    with pytest.raises(ArgumentError, match="no column 'organisation'"):
        network_indices(several, pd.DataFrame({"org": ["A"]}))


def test_a_body_without_answers_is_named(tmp_path):
    nodes = write_xlsx(tmp_path / "o.xlsx", {"S": "| org | kad |\n| A | X |\n| B | X |\n| C | Y |\n| D | Y |"})
    ties = read_ties(write_xlsx(tmp_path / "t.xlsx", {"S": "| dari | ke |\n| A | B |"}), nodes)
    found = network_indices(ties)
    assert found.bodies.index.get_level_values("body").tolist() == ["X"]
    assert [finding.params["body"] for finding in found.findings if finding.code == "indices.roster_not_asked"] == ["Y"]
    assert "indices.roster_small" in codes(found)


def test_a_cut_outside_the_strengths_is_an_error(several):
    with pytest.raises(ArgumentError, match="cut at strength 5"):
        network_indices(several, cut=5)


def test_progress_counts_every_relation(several):
    seen = []
    network_indices(several, draws=9, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(place, 6) for place in range(1, 7)]


def test_results_are_plain_values(several):
    found = network_indices(several).to_dict()
    assert found["bodies"][0]["relation"] == "any"
    assert found["bodies"][0]["ei_index"] is None
