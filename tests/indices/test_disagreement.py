"""Whether officials and NGOs of a body answer alike: enumeration, hidden cells, and how often the test is wrong."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from kadsurvey.indices.disagreement import disagreeing, disagreement
from kadsurvey.stats.multiple import holm
from kadsurvey.stats.two_sample import mean_difference

ROUNDING = 1e-12
STUDIES = 200
LEVEL = 0.05
# Four standard errors of a share of .05 among so many studies.
CHANCE = 4 * (LEVEL * (1 - LEVEL) / STUDIES) ** 0.5


def respondents(
    rng: np.random.Generator, *, bodies: int = 4, members: int = 2, each: int = 3, shift: float = 0.0
) -> pd.DataFrame:
    """Return a small study: bodies and members differ much, and in the first body NGOs answer lower by ``shift``."""
    cells = list(product(range(bodies), range(members), ("official", "ngo"), range(each)))
    frame = pd.DataFrame(cells, columns=["body", "member", "group", "place"])
    member_means = rng.normal(0, 15, size=(bodies, members)) + rng.normal(0, 15, size=(bodies, 1))
    values = 50 + member_means[frame["body"], frame["member"]] + rng.normal(0, 10, size=len(frame))
    values -= np.where((frame["body"] == 0) & (frame["group"] == "ngo"), shift, 0)
    return frame.assign(body="b" + frame["body"].astype(str), trust_100=values).drop(columns="place")


def test_p_is_that_of_all_ways_within_members():
    frame = respondents(np.random.default_rng(1), bodies=1)
    row = disagreement(frame, ["trust"], min_cell=2, seed=1).iloc[0]
    values, members = frame["trust_100"].to_numpy(), (slice(6), slice(6, 12))

    def difference(first: tuple[int, ...], second: tuple[int, ...]) -> float:
        own = np.isin(np.arange(12), [*first, *second])
        return sum(values[part][own[part]].mean() - values[part][~own[part]].mean() for part in members)

    ways = product(combinations(range(6), 3), combinations(range(6, 12), 3))
    all_differences = np.abs([difference(*way) for way in ways])
    observed = difference((0, 1, 2), (6, 7, 8))
    assert row["enumerated"]
    assert row["permuted"] == "members"
    assert row["difference"] == pytest.approx(observed / 2, abs=1e-10)
    assert row["p_value"] == pytest.approx(np.mean(all_differences >= abs(observed) * (1 - 1e-9)), abs=ROUNDING)


def test_p_values_are_adjusted_over_the_bodies_of_a_construct():
    found = disagreement(respondents(np.random.default_rng(2)), ["trust"], min_cell=2, seed=1)
    bodies, whole = found[found["body"].notna()], found[found["body"].isna()]
    assert bodies["p_holm"].tolist() == holm(bodies["p_value"]).tolist()
    assert len(whole) == 1
    assert whole["n_official"].item() == 24
    assert np.isnan(whole["p_holm"].item())


def test_a_body_that_disagrees_is_found():
    found = disagreement(respondents(np.random.default_rng(3), each=4, shift=40), ["trust"], min_cell=2, seed=1)
    assert disagreeing(found)["body"].tolist() == ["b0"]
    assert found.loc[0, "difference"] == pytest.approx(40, abs=15)


def test_it_is_rarely_wrong_where_groups_answer_alike():
    rng = np.random.default_rng(4)
    wrong, first = 0, 0
    for _ in range(STUDIES):
        found = disagreement(respondents(rng, bodies=3), ["trust"], min_cell=2, seed=1)
        wrong += len(disagreeing(found)) > 0
        first += found.loc[0, "p_value"] <= LEVEL
    assert wrong / STUDIES <= LEVEL + CHANCE
    # Exact, so that one body by itself is wrong about as often as the level says.
    assert first / STUDIES == pytest.approx(LEVEL, abs=CHANCE)


def test_without_members_the_body_is_permuted():
    frame = respondents(np.random.default_rng(5)).drop(columns="member")
    found = disagreement(frame, ["trust"], min_cell=2, seed=1)
    assert set(found["permuted"]) == {"body"}


def test_members_of_one_group_each_are_exchanged_whole():
    frame = respondents(np.random.default_rng(6), bodies=1, members=3)
    frame["member"] = frame["group"] + frame["member"].astype(str)
    row = disagreement(frame, ["trust"], min_cell=2, seed=1).iloc[0]
    means = frame.groupby("member")["trust_100"].mean()
    official = means.index.str.startswith("official")
    plain = mean_difference(means[official].to_numpy(), means[~official].to_numpy(), seed=1)
    assert row["permuted"] == "whole_members"
    assert row["difference"] == pytest.approx(plain.difference, abs=1e-10)
    assert row["p_value"] == plain.p_value


def test_members_that_differ_are_not_taken_for_groups_that_do():
    # Permuting respondents instead would find a disagreement in many of these bodies.
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(STUDIES):
        frame = respondents(rng, bodies=1, members=8, each=2)
        # The first four members are officials', the others the NGOs'.
        frame["group"] = np.where(frame["member"] < 4, "official", "ngo")
        wrong += disagreement(frame, ["trust"], min_cell=2, seed=1).loc[0, "p_value"] <= LEVEL
    assert wrong / STUDIES == pytest.approx(LEVEL, abs=CHANCE)


def test_small_groups_are_hidden_with_another_body():
    frame = respondents(np.random.default_rng(7), each=4)
    few = frame.drop(frame[(frame["body"] == "b1") & (frame["group"] == "ngo")].index[:5])
    found = disagreement(few, ["trust"], min_cell=5, seed=1).set_index("body")
    hidden = found.index[found["suppressed"]].tolist()
    # With b1 alone hidden, the mean of all NGOs less the other bodies' would give it back.
    assert hidden[0] == "b0"
    assert hidden[1] == "b1"
    assert len(hidden) == 2
    assert found.loc[hidden, ["mean_official", "mean_ngo", "difference"]].isna().all(axis=None)
    assert np.isnan(found.loc["b1", "p_value"])
    assert found.loc["b0", "p_value"] > 0


def test_a_body_of_one_group_is_not_tested():
    frame = respondents(np.random.default_rng(8))
    found = disagreement(frame[(frame["body"] != "b2") | (frame["group"] == "ngo")], ["trust"], min_cell=2, seed=1)
    alone = found[found["body"] == "b2"].iloc[0]
    assert pd.isna(alone["permuted"])
    assert np.isnan(alone["p_value"])
    assert not alone["suppressed"]


@pytest.mark.parametrize("absent", ["body", "group"])
def test_nothing_is_compared_without_body_and_group(absent):
    frame = respondents(np.random.default_rng(9)).drop(columns=absent)
    found = disagreement(frame, ["trust"], min_cell=2, seed=1)
    assert found.empty
    assert disagreeing(found).empty


def test_the_seed_decides_what_is_drawn():
    frame = respondents(np.random.default_rng(10), each=8)
    first, again, other = (disagreement(frame, ["trust"], min_cell=2, draws=199, seed=seed) for seed in (1, 1, 2))
    assert not first["enumerated"].any()
    pd.testing.assert_frame_equal(first, again)
    assert not first["p_value"].equals(other["p_value"])
