"""A body's index against closed forms, its interval against a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.body_index import body_index

ROUNDING = 1e-10
STUDIES = 150
# 150 studies of ten bodies: three standard errors of a share of .95, and one point for the moderated variances, which
# take bodies to have variances of one distribution.
COVERAGE = 0.025


def small() -> pd.DataFrame:
    rows = [
        ("a", "a1", "official", 40), ("a", "a1", "official", 50), ("a", "a1", "ngo", 70),
        ("a", "a2", "official", 60), ("a", "a2", "ngo", 80), ("a", "a2", "ngo", 90),
        ("b", "b1", "official", 30), ("b", "b1", "ngo", 20), ("b", "b2", "official", 50), ("b", "b2", "official", 54),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["body", "member", "group", "trust_100"]).astype({"trust_100": float})


def test_members_weigh_equally_and_groups_have_one_mix():
    found = body_index(small(), "trust_100")
    assert found.mix.to_dict() == pytest.approx({"official": 0.6, "ngo": 0.4}, abs=ROUNDING)
    official, ngo = (45 + 60) / 2, (70 + 85) / 2
    assert found.bodies.loc["a", "index"] == pytest.approx(0.6 * official + 0.4 * ngo, abs=ROUNDING)
    assert found.bodies.loc["b", "index"] == pytest.approx(0.6 * (30 + 52) / 2 + 0.4 * 20, abs=ROUNDING)
    assert found.groups.loc["a"].to_dict() == pytest.approx({"official": official, "ngo": ngo}, abs=ROUNDING)


def test_the_error_of_a_census_comes_from_within_cells():
    found = body_index(small(), "trust_100")
    # Squares within cells: 50 and 50 in a (two degrees of freedom), 8 in b (one); too alike to differ, so pooled.
    variance = (50 + 50 + 8) / 3
    official, ngo = 0.6 / 2, 0.4 / 2
    wanted = variance * (official**2 * (1 / 2 + 1) + ngo**2 * (1 + 1 / 2))
    assert found.bodies.loc["a", "std_error"] ** 2 == pytest.approx(wanted, rel=ROUNDING)
    reach = stats.t.ppf(0.975, 3) * np.sqrt(wanted)
    row = found.bodies.loc["a"]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((row["index"] - reach, row["index"] + reach), abs=ROUNDING)


def test_one_group_and_no_members_leave_the_plain_mean_and_students_t():
    values = np.array([10.0, 20, 40, 60])
    found = body_index(pd.DataFrame({"body": "a", "trust_100": values}), "trust_100")
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert found.bodies.loc["a", ["index", "ci_low", "ci_high"]].tolist() == pytest.approx([values.mean(), low, high])
    assert found.mix.empty


def test_balanced_members_that_are_a_sample_have_the_closed_form():
    rng = np.random.default_rng(4)
    body, member = np.repeat(["a", "b"], 12), np.repeat([f"m{place}" for place in range(8)], 3)
    values = 50 + np.repeat(rng.normal(0, 20, 8), 3) + rng.normal(0, 5, 24)
    frame = pd.DataFrame({"body": body, "member": member, "trust_100": values})
    means = values.reshape(2, 4, 3).mean(axis=2)
    found = body_index(frame, "trust_100", members="sample").bodies
    np.testing.assert_allclose(found["std_error"] ** 2, means.var(axis=1, ddof=1).mean() / 4, rtol=ROUNDING)
    np.testing.assert_allclose(found["df"], 6)


def test_members_no_further_apart_than_their_respondents_explain_leave_the_census():
    frame = pd.DataFrame(
        {"body": "a", "member": np.repeat(["m1", "m2", "m3"], 4), "trust_100": np.tile([20.0, 40, 60, 80], 3)}
    )
    drawn = body_index(frame, "trust_100", members="sample").bodies
    pd.testing.assert_frame_equal(drawn, body_index(frame, "trust_100").bodies)


def test_a_weight_counts_within_its_cell():
    frame = small()
    weights = pd.Series(1.0, frame.index)
    weights[1] = 3.0  # the second official of a1
    found = body_index(frame, "trust_100", weights=weights)
    official = ((40 + 3 * 50) / 4 + 60) / 2
    assert found.groups.loc["a", "official"] == pytest.approx(official, abs=ROUNDING)
    assert found.bodies.loc["b", "index"] == body_index(frame, "trust_100").bodies.loc["b", "index"]


def test_a_body_without_a_group_has_no_index():
    frame = small()
    frame = frame[(frame["body"] == "a") | (frame["group"] == "official")]
    found = body_index(pd.concat([frame, frame[frame["body"] == "a"].assign(body="c")]), "trust_100")
    assert found.bodies.loc["b"].drop("within").isna().all()
    assert found.bodies.loc[["a", "c"], "index"].notna().all()


def test_a_group_of_few_bodies_does_not_enter_the_mix():
    frame = small()
    more = [frame[frame["group"] == "official"].assign(body=f"{name}") for name in "cde"]
    found = body_index(pd.concat([frame[frame["body"] == "a"], *more]), "trust_100")
    assert found.left_out == ("ngo",)
    assert found.mix.to_dict() == {"official": 1.0}
    assert found.bodies["index"].notna().all()


@pytest.mark.parametrize("members", ["census", "sample"])
def test_the_interval_holds_the_true_index(members):
    rng = np.random.default_rng(7)
    hits = []
    for _ in range(STUDIES):
        frame, true = _study(rng, n_bodies=10)
        found = body_index(frame, "y", members=members)
        for body, row in found.bodies.dropna().iterrows():
            official, of_member = true[body]
            held = frame[frame["body"] == body]
            wanted = official + 3 * found.mix["ngo"]
            if members == "census":
                wanted += sum(
                    share * np.mean([of_member[name] for name in held.loc[held["group"] == group, "member"].unique()])
                    for group, share in found.mix.items()
                )
            hits.append(row["ci_low"] <= wanted <= row["ci_high"])
    assert np.mean(hits) == pytest.approx(0.95, abs=COVERAGE)


def _study(rng, *, n_bodies):
    """Return respondents of 4 to 40 a body, and of each body its officials' mean and its members' deviations."""
    frames, true = [], {}
    for body in range(n_bodies):
        n_members, n = int(rng.integers(2, 7)), int(rng.integers(4, 41))
        mean, of_member = rng.normal(50, 6), rng.normal(0, 5, n_members)
        member, ngo = rng.integers(0, n_members, n), rng.integers(0, 2, n)
        values = mean + of_member[member] + 3 * ngo + rng.normal(0, 12, n)
        groups = np.where(ngo == 1, "ngo", "official")
        frames.append(pd.DataFrame({"body": body, "member": member, "group": groups, "y": values}))
        true[body] = mean, of_member
    return pd.concat(frames, ignore_index=True), true
