"""The change between two waves: closed forms, people who answered twice, and a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.change import change

ROUNDING = 1e-10
STUDIES = 300
# Eight bodies a study: three standard errors of a share of .95 among them.
COVERAGE = 3 * (0.95 * 0.05 / (STUDIES * 8)) ** 0.5


def wave(values, *, ids=None, body="a"):
    ids = [f"r{place}" for place in range(len(values))] if ids is None else ids
    return pd.DataFrame(
        {"body": body, "trust_100": np.asarray(values, float)}, index=pd.Index(ids, name="respondent_id")
    )


def test_different_people_have_welchs_interval():
    before, after = [10.0, 20, 30, 60, 80], [50.0, 70, 60, 90, 100, 80]
    found = change(wave(before), wave(after, ids=list("uvwxyz")), ["trust"], one_model=False).bodies
    row = found.iloc[0]
    test = stats.ttest_ind(after, before, equal_var=False)
    low, high = test.confidence_interval()
    assert (row["change"], row["df"]) == pytest.approx((np.mean(after) - np.mean(before), test.df), abs=ROUNDING)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high), abs=ROUNDING)
    assert (row["n_before"], row["n_after"], row["n_both"]) == (5, 6, 0)


def test_the_same_people_have_the_error_of_their_differences():
    rng = np.random.default_rng(1)
    before = rng.normal(50, 10, 30)
    after = before + rng.normal(5, 4, 30)
    row = change(wave(before), wave(after), ["trust"], one_model=False).bodies.iloc[0]
    assert row["n_both"] == 30
    assert row["std_error"] == pytest.approx(stats.sem(after - before), rel=ROUNDING)


def test_both_waves_are_put_on_one_mix():
    groups = {"before": ["official"] * 8 + ["ngo"] * 2, "after": ["official"] * 2 + ["ngo"] * 8}
    waves = {
        name: wave(np.where(np.array(own) == "ngo", 80.0, 40.0) + np.tile([-1, 1], 5)).assign(group=own)
        for name, own in groups.items()
    }
    found = change(waves["before"], waves["after"], ["trust"], one_model=False).bodies.iloc[0]
    assert found["change"] == pytest.approx(0, abs=ROUNDING)


def test_factor_scores_are_compared_only_where_one_model_made_them():
    before = wave([10.0, 20, 30, 60, 80]).assign(trust_z=[-1.0, -0.5, 0, 1, 2])
    scales = [set(change(before, before, ["trust"], one_model=one).bodies["scale"]) for one in (False, True)]
    assert scales == [{"100"}, {"100", "z"}]


def test_a_small_wave_is_hidden():
    parts = [wave(np.arange(6.0) * 10, body=name, ids=[f"{name}{place}" for place in range(6)]) for name in "abc"]
    before = pd.concat(parts)
    found = change(before, before.drop(["c0", "c1"]), ["trust"], one_model=False).bodies
    assert found["suppressed"].tolist() == [True, False, True, False]
    assert found.loc[found["suppressed"], ["before", "after", "change", "ci_low"]].isna().all(axis=None)


def test_over_all_bodies_the_interval_comes_from_their_differences():
    rng = np.random.default_rng(5)
    before = pd.concat([wave(rng.normal(50, 9, 8), body=name, ids=[f"{name}{i}" for i in range(8)]) for name in "abcd"])
    after = before.assign(trust_100=before["trust_100"] + rng.normal(3, 5, 32))
    found = change(before, after, ["trust"], one_model=False).bodies
    of_bodies, whole = found[found["body"].notna()]["change"], found[found["body"].isna()].iloc[0]
    low, high = stats.t.interval(0.95, 3, of_bodies.mean(), stats.sem(of_bodies))
    assert (whole["change"], whole["ci_low"], whole["ci_high"]) == pytest.approx((of_bodies.mean(), low, high))


def test_the_interval_holds_the_true_change():
    rng = np.random.default_rng(9)
    hits = []
    for _ in range(STUDIES):
        waves, true = _panel(rng)
        found = change(*waves, ["trust"], one_model=False, min_cell=1).bodies
        found = found[found["body"].notna()].set_index("body")
        hits += [row["ci_low"] <= true[body] <= row["ci_high"] for body, row in found.iterrows()]
    assert np.mean(hits) == pytest.approx(0.95, abs=COVERAGE)


def _panel(rng):
    """Return two waves in which half of the people are the same, and the true change of each body."""
    waves, true = ([], []), {}
    for body in range(8):
        n = int(rng.integers(8, 30))
        true[body] = rng.normal(2, 4)
        person = rng.normal(50, 10, 2 * n)
        for place, people in enumerate((np.arange(n), np.arange(n // 2, n // 2 + n))):
            values = person[people] + place * true[body] + rng.normal(0, 5, n)
            waves[place].append(wave(values, ids=[f"{body}-{one}" for one in people], body=body))
    return tuple(pd.concat(part) for part in waves), true
