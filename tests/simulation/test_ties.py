from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, norm, spearmanr

from kadsurvey.indices.network import network_indices
from kadsurvey.ingest.ties import Ties
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import Truth, load_truth

STANDARD_ERRORS = 4.0  # Monte Carlo; the seeds are fixed, so a pass stays a pass
BODIES = 1500
SHARES = [0.60, 0.15, 0.12, 0.08, 0.05]
RELATIONS = ["contact", "trust"]
BASE = {"officials": [1, 1], "ngos": [1, 1], "province": 1}

Changed = Callable[[Any], Truth]


def many(changed: Changed, *, slopes: dict[str, float] | None = None, **ties: object) -> SimulatedStudy:
    """Draw many bodies of five organisations, which all answer, with two relations of equal shares."""

    def small(values: dict[str, Any]) -> None:
        values["design"] = {"bodies": BODIES, "members": [2, 2], "respondents": [2, 2], "ngo_share": 0.4}
        relations = {name: {"shares": SHARES, "slopes": slopes or {}} for name in RELATIONS}
        values["ties"] = {**BASE, "relations": relations, **ties}

    return simulate(changed(small), seed=11)


def roster(study: SimulatedStudy) -> Ties:
    assert study.ties is not None
    return study.ties


def cube(ties: Ties) -> NDArray[np.float64]:
    """Return the strengths, shape (n_bodies, n, n, n_relations), of bodies of one size; 0 on the diagonal."""
    n = len(ties.nodes) // len(ties.bodies)
    at = pd.Series(np.arange(len(ties.nodes)), index=pd.MultiIndex.from_frame(ties.nodes[["body", "organisation"]]))
    ends = [at[pd.MultiIndex.from_frame(ties.edges[["body", end]])].to_numpy() % n for end in ("sender", "receiver")]
    body = pd.Index(ties.bodies).get_indexer(pd.Index(ties.edges["body"]))
    strengths = np.zeros((len(ties.bodies), n, n, len(ties.relations)))
    relation = pd.Index(ties.relations).get_indexer(pd.Index(ties.edges["relation"]))
    strengths[body, ends[0], ends[1], relation] = ties.edges["strength"]
    return strengths


def assert_mean(by_body: NDArray[Any], expected: float) -> None:
    """Hold the mean of independent contributions, one a body, against its expectation."""
    error = by_body.std(ddof=1) / np.sqrt(len(by_body))
    assert abs(by_body.mean() - expected) < STANDARD_ERRORS * error


def both_above(cut: float, correlation: float) -> float:
    """Return the chance that two standard normal variables are both above a cut."""
    return float(multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([-cut, -cut]))


def off_diagonal(n: int) -> NDArray[np.bool_]:
    return ~np.eye(n, dtype=bool)


def test_strengths_have_their_shares(changed: Changed) -> None:
    strengths = cube(roster(many(changed)))
    among = strengths[:, off_diagonal(strengths.shape[1])]
    for place in range(len(RELATIONS)):
        for strength, share in enumerate(SHARES):
            assert_mean((among[..., place] == strength).mean(axis=1), share)


def test_directions_correlate_by_the_reciprocity_and_relations_by_the_overlap(changed: Changed) -> None:
    tied = cube(roster(many(changed, reciprocity=0.6, overlap=0.3))) > 0
    upper = np.triu_indices(tied.shape[1], 1)
    cut = float(norm.ppf(SHARES[0]))
    there, back = tied[:, upper[0], upper[1]], tied[:, upper[1], upper[0]]
    assert_mean((there[..., 0] & back[..., 0]).mean(axis=1), both_above(cut, 0.6))
    assert_mean((there[..., 0] & there[..., 1]).mean(axis=1), both_above(cut, 0.3))
    assert_mean((there[..., 0] & back[..., 1]).mean(axis=1), both_above(cut, 0.6 * 0.3))
    assert_mean(there[..., 1].mean(axis=1), 1 - SHARES[0])


def test_homophily_parts_officials_and_ngos(changed: Changed) -> None:
    study = many(changed, homophily=0.8)
    ties = roster(study)
    tied = cube(ties)[..., 0] > 0
    is_ngo = ties.nodes["group"].eq("ngo").to_numpy().reshape(BODIES, -1)
    alike = is_ngo[:, :, None] == is_ngo[:, None, :]
    among = off_diagonal(tied.shape[1])
    cut = norm.ppf(SHARES[0])
    for mask, shift in ((alike, 0.4), (~alike, -0.4)):
        pairs = mask & among
        assert_mean((tied & pairs).sum(axis=(1, 2)) / pairs.sum(axis=(1, 2)), norm.sf(cut - shift))


def test_ties_hang_on_the_body_by_the_slope(changed: Changed) -> None:
    study = many(changed, slopes={"network": 0.9, "trust": -0.5})
    tied = cube(roster(study)) > 0
    share = tied[:, off_diagonal(tied.shape[1]), 1].mean(axis=1)
    means = study.body_means
    level = 0.9 * means["network"].to_numpy() - 0.5 * means["trust"].to_numpy()
    rest = share - norm.sf(norm.ppf(SHARES[0]) - level)
    assert_mean(rest, 0)
    for name in ("network", "trust", "norm"):
        assert_mean(rest * means[name].to_numpy(), 0)


def test_who_does_not_answer_names_nobody_and_leaves_the_others_as_they_were(changed: Changed) -> None:
    complete, some = roster(many(changed)), roster(many(changed, unanswered=0.25))
    answered = some.nodes["responded"].to_numpy().reshape(BODIES, -1)
    assert complete.nodes["responded"].all()
    assert_mean(answered.mean(axis=1), 0.75)
    known = pd.MultiIndex.from_frame(some.nodes.loc[some.nodes["responded"], ["body", "organisation"]])
    senders = pd.MultiIndex.from_frame(complete.edges[["body", "sender"]])
    kept = complete.edges[senders.isin(known)].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.edges, kept)


def test_the_relations_that_nobody_answered_were_not_asked(changed: Changed) -> None:
    ties = roster(many(changed, unanswered=0.8))
    silent = ties.nodes.groupby("body")["responded"].any()
    assert not silent.all()
    assert {body for body, _ in ties.asked} == set(silent.index[silent])
    assert ties.relations == RELATIONS


def test_the_roster_has_the_organisations_of_members_and_province(changed: Changed) -> None:
    study = many(changed, officials=[1, 2], ngos=[2, 3], province=2)
    nodes = roster(study).nodes
    assert not nodes.duplicated(["body", "organisation"]).any()
    assert nodes["organisation"].str.contains("Sintetis").all()
    of_members = nodes[nodes["level"] == "region"]
    sizes = of_members.groupby(["group", "member"]).size()
    assert set(sizes["official"]) == {1, 2}
    assert set(sizes["ngo"]) == {2, 3}
    members = study.responses.groupby("body")["member"].unique().map(set)
    assert of_members.groupby("body")["member"].unique().map(set).equals(members.loc[sorted(members.index)])
    of_province = nodes[nodes["level"] == "province"].groupby("body")
    assert (of_province.size() == 2).all()
    assert of_province["member"].first().equals(study.bodies["province"].sort_index().rename("member"))
    assert list(dict.fromkeys(nodes["body"])) == study.bodies.index.tolist()


def test_without_a_section_there_are_no_ties_and_all_else_is_as_with_it(changed: Changed) -> None:
    with_ties = simulate(load_truth("sample"), seed=4)
    without = simulate(changed(lambda values: values.pop("ties")), seed=4)
    assert without.ties is None
    assert without.to_dict()["ties"] is None
    pd.testing.assert_frame_equal(with_ties.responses, without.responses)
    pd.testing.assert_frame_equal(with_ties.bodies, without.bodies)
    pd.testing.assert_frame_equal(with_ties.scores, without.scores)


def test_one_seed_one_roster() -> None:
    truth = load_truth("sample")
    first, second, other = (roster(simulate(truth, seed=seed)) for seed in (4, 4, 5))
    pd.testing.assert_frame_equal(first.edges, second.edges)
    pd.testing.assert_frame_equal(first.nodes, second.nodes)
    assert not first.edges.equals(other.edges)


def test_the_measures_of_the_sample_show_its_truth() -> None:
    study = simulate(load_truth("sample"), seed=1)
    bodies = network_indices(roster(study), draws=99).bodies
    assert set(bodies.index.get_level_values("relation")) == {"any", "contact", "information", "resources", "trust"}
    for relation in ("contact", "information", "resources"):
        found = bodies.xs(relation, level="relation")
        means = study.body_means.loc[found.index]
        assert spearmanr(found["density"], means["network"]).pvalue < 0.001
        assert found["ei_index"].mean() < min(0, found["ei_expected"].mean())
        # Where directions are independent, a tie is returned as often as any other is there.
        assert found["reciprocity"].mean() > found["density"].mean()
    trust = bodies.xs("trust", level="relation")
    assert spearmanr(trust["mean_strength"], study.body_means.loc[trust.index, "trust"]).pvalue < 0.001
