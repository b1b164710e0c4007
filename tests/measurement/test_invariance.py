"""Invariance between groups: what is broken on purpose is found, what is not is left alone, and odd input is named."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from kadsurvey import invariance
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.measurement.categories import MergedCategory, merge_unused
from kadsurvey.measurement.invariance_rules import change_limits, may_free, outcome_of
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.linear_fit import fit_linear
from kadsurvey.stats.linear_groups import LINEAR_STEPS
from kadsurvey.stats.linear_samples import linear_samples
from kadsurvey.stats.linear_tests import linear_difference
from kadsurvey.stats.multigroup import fit_groups, group_samples
from kadsurvey.stats.multigroup_model import STEPS
from kadsurvey.stats.multigroup_tests import difference, item_tests
from tests.reference_numbers import load

CHISQ_RELATIVE = 1e-5
STUDIES, ROWS = 100, 250
NULL = 1e-4  # chance that the count of rejections leaves its limits although the tests hold their level

MODEL = {"trust": [f"T{i}" for i in range(1, 6)], "norm": [f"N{i}" for i in range(1, 6)]}
COOP = MODEL | {"network": [f"W{i}" for i in range(1, 6)]}
NAMES = [item for block in MODEL.values() for item in block]
BORDERS = np.array([-1.2, -0.4, 0.5, 1.4])


def group_of(sizes: dict[str, int]) -> pd.Series:
    return pd.Series(np.repeat(list(sizes), list(sizes.values())), name="group")


def answers_of(
    group: pd.Series,
    *,
    seed: int,
    shift: dict[str, float] | None = None,
    loading: dict[str, float] | None = None,
    border: dict[str, float] | None = None,
    mean: float = 0.0,
) -> pd.DataFrame:
    """Draw ten items of two factors on five points; the differences concern the group "ngo" only."""
    rng = np.random.default_rng(seed)
    ngo = (group == "ngo").to_numpy()
    factors = rng.normal(size=(len(group), 2)) @ np.linalg.cholesky(np.array([[1, 0.4], [0.4, 1]])).T
    factors[ngo] += mean
    columns = {}
    for place, name in enumerate(NAMES):
        slope = 0.75 + np.where(ngo, (loading or {}).get(name, 0.0), 0.0)
        latent = slope * factors[:, place // 5] + np.sqrt(1 - 0.75**2) * rng.normal(size=len(group))
        latent += np.where(ngo, (shift or {}).get(name, 0.0), 0.0)
        borders = np.tile(BORDERS, (len(group), 1))
        borders[ngo, 1] += (border or {}).get(name, 0.0)
        columns[name] = 1.0 + (latent[:, None] > borders).sum(axis=1)
    return pd.DataFrame(columns)


EQUAL = group_of({"official": 500, "ngo": 450})


@pytest.fixture(scope="module")
def coop():
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    return frame.assign(**{name: 6 - frame[name] for name in ("T4", "N2", "W5")})


@pytest.fixture(scope="module")
def found(coop):
    return invariance(coop, COOP, coop["group"])


def codes(result):
    return [finding.code for finding in result.findings]


def test_steps_are_those_of_semtools(found):
    reference = load("t18_invariance")
    whole = found.steps[found.steps["freed"] == ()].set_index("step")
    for step in ("configural", "thresholds", "loadings", "intercepts"):
        theirs = reference["coop"]["steps"][step]
        assert whole.loc[step, "df"] == theirs["df"]
        assert whole.loc[step, "chisq"] == pytest.approx(theirs["chisq.scaled"], rel=CHISQ_RELATIVE)
        assert whole.loc[step, "rmsea"] == pytest.approx(theirs["rmsea.scaled"], abs=CHISQ_RELATIVE)
    assert whole.loc["intercepts", "chisq_diff"] == pytest.approx(
        reference["coop"]["difference"]["statistic"][2], rel=CHISQ_RELATIVE
    )
    partial = found.steps[found.steps["freed"] == ("N4",)].iloc[0]
    assert partial["chisq"] == pytest.approx(
        reference["coop_partial"]["steps"]["intercepts"]["chisq.scaled"], rel=CHISQ_RELATIVE
    )


def test_the_shifted_item_is_freed_and_moves_its_construct_only(found):
    """The study was simulated with other thresholds of N4 among NGO members."""
    assert found.freed == {"N4": "intercepts"}
    assert found.verdict == "partial"
    assert found.outcome("intercepts") == "holds"
    means = found.means.set_index("construct")
    assert means.loc["norm", "shift"] > 0.05
    assert means.loc[["trust", "network"], "shift"].abs().max() < 0.01
    assert codes(found) == ["measurement.item_not_alike"]
    assert found.items.query("freed")["item"].tolist() == ["N4"]


def test_latent_means_are_those_of_the_model(found):
    table = load("t18_invariance")["coop"]["intercepts"]
    rows = zip(table["lhs"], table["op"], table["group"], table["est"], strict=True)
    expected = {lhs: est for lhs, op, group, est in rows if op == "~1" and group == 2}
    ours = found.means.set_index("construct")["full"]
    assert ours.to_dict() == pytest.approx({name: expected[name] for name in COOP}, abs=5e-5)


def test_groups_that_are_alike_may_be_compared():
    items = answers_of(EQUAL, seed=8, mean=0.4)
    found = invariance(items, MODEL, EQUAL)
    assert found.verdict == "comparable"
    assert found.freed == {}
    assert found.findings == ()
    assert set(found.steps["outcome"]) == {"holds"}
    assert found.means["full"].tolist() == pytest.approx([0.4, 0.4], abs=0.25)  # three standard errors
    assert found.means[["partial", "shift"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("difference_", "step"),
    [
        ({"border": {"T2": 0.5}}, "thresholds"),
        ({"loading": {"T2": -0.5}}, "loadings"),
        ({"shift": {"T2": 0.6}}, "intercepts"),
    ],
)
def test_a_known_difference_is_found_at_its_step(difference_, step):
    group = group_of({"official": 900, "ngo": 800})
    found = invariance(answers_of(group, seed=11, **difference_), MODEL, group)
    assert found.freed == {"T2": step}
    assert found.verdict == "partial"
    first = found.items[found.items["step"] == step].set_index("item")["p_value"]
    assert first.idxmin() == "T2"


def test_a_freed_shift_gives_the_true_difference_back():
    group = group_of({"official": 3000, "ngo": 3000})
    found = invariance(answers_of(group, seed=4, shift={"T2": 0.8}), MODEL, group, reference="official")
    trust = found.means.set_index("construct").loc["trust"]
    assert trust["full"] > 0.1
    assert trust["partial"] == pytest.approx(0.0, abs=3 * trust["partial_se"])
    assert trust["shift"] == pytest.approx(trust["partial"] - trust["full"])
    assert trust["raw"] > 0.05


def test_too_many_items_may_not_be_repaired():
    shift = {"T1": 0.9, "T2": 0.9, "T3": -0.9, "N1": 0.8}
    found = invariance(answers_of(EQUAL, seed=5, shift=shift), MODEL, EQUAL)
    assert found.verdict == "not_comparable"
    assert found.broken_at == "intercepts"
    assert found.outcome("residuals") is None
    assert "measurement.not_repaired" in codes(found)
    assert found.means["partial"].isna().all()


def test_many_small_differences_are_called_small():
    group = group_of({"official": 5000, "ngo": 5000})
    shift = {name: 0.04 * (1 if place % 2 else -1) for place, name in enumerate(NAMES)}
    found = invariance(answers_of(group, seed=6, shift=shift), MODEL, group)
    assert found.verdict == "approximate"
    assert found.steps.query("step == 'intercepts'")["outcome"].iloc[0] == "small"
    assert found.freed == {}


def test_a_small_group_establishes_nothing():
    group = group_of({"official": 500, "ngo": 149})
    found = invariance(answers_of(group, seed=8), MODEL, group)
    assert found.verdict == "not_established"
    assert "measurement.group_too_small" in codes(found)
    assert list(found.groups.items()) == [("official", 500), ("ngo", 149)]


def test_a_tiny_group_is_left_out_and_named():
    group = group_of({"official": 500, "ngo": 450, "other": 49})
    items = answers_of(group, seed=8)
    found = invariance(items, MODEL, group)
    assert list(found.groups.index) == ["official", "ngo"]
    assert [finding.params["group"] for finding in found.findings] == ["other"]
    assert codes(found) == ["measurement.group_left_out"]
    pd.testing.assert_frame_equal(found.steps, invariance(items.iloc[:950], MODEL, group).steps)
    with pytest.raises(ArgumentError) as err:
        invariance(items, MODEL, group.where(group == "other", "official").mask(group == "ngo"))
    assert err.value.code == "measurement.groups_too_few_rows"


def test_a_form_that_does_not_fit_establishes_nothing():
    crossed = {"trust": ["T1", "T2", "N1", "N2", "T3"], "norm": ["N3", "N4", "T4", "T5", "N5"]}
    found = invariance(answers_of(EQUAL, seed=8), crossed, EQUAL)
    assert found.verdict == "not_established"
    assert "measurement.form_does_not_fit" in codes(found)


def test_a_heywood_case_in_one_group_is_named():
    """The first loading among NGO members is the root of .8 * .6 / .3, which no correlation can be."""
    rng, parts = np.random.default_rng(0), []
    for pairs in ((0.5, 0.5, 0.5), (0.8, 0.6, 0.3)):
        R = np.array([[1, pairs[0], pairs[1]], [pairs[0], 1, pairs[2]], [pairs[1], pairs[2], 1]])
        parts.append(rng.normal(size=(2000, 3)) @ np.linalg.cholesky(R).T)
    items = pd.DataFrame(1.0 + (np.vstack(parts)[:, :, None] > [-0.8, 0.0, 0.9]).sum(axis=2), columns=list("ABC"))
    group = group_of({"official": 2000, "ngo": 2000})
    found = invariance(items, {"trust": list("ABC")}, group, reference="official")
    named = [finding.params for finding in found.findings if finding.code == "measurement.improper_in_group"]
    assert named == [{"item": "A", "group": "ngo"}]
    assert found.outcome("configural") == "untested"


def test_unused_categories_are_merged_and_named():
    items = answers_of(EQUAL, seed=8)
    before = items.copy()
    items.loc[(EQUAL == "ngo") & (items["T3"] == 5), "T3"] = 4
    given = items.copy()
    found = invariance(items, MODEL, EQUAL)
    assert found.merged == (MergedCategory("T3", 5.0, 4.0, ("ngo",)),)
    assert [finding.params["item"] for finding in found.findings if finding.code.endswith("category_merged")] == ["T3"]
    pd.testing.assert_frame_equal(items, given)
    merged_by_hand = invariance(before.assign(T3=before["T3"].clip(upper=4)), MODEL, EQUAL)
    pd.testing.assert_frame_equal(found.steps, merged_by_hand.steps)


@pytest.mark.parametrize(
    ("official", "ngo", "merges"),
    [
        ([1, 2, 3, 4, 5], [2, 3, 4, 5], [(1, 2)]),
        ([1, 2, 3, 4, 5], [1, 2, 4, 5], [(3, 2)]),
        ([1, 2, 3, 4, 5], [1, 3, 5], [(4, 3), (2, 3)]),
        ([1, 2, 3, 4, 5], [3, 4], [(5, 4), (1, 2), (2, 3)]),
        ([1, 2, 4, 5], [1, 2, 4, 5], []),
    ],
)
def test_the_rule_of_merging(official, ngo, merges):
    items = pd.DataFrame({"A": [float(code) for code in [*official, *ngo]]})
    group = pd.Series(["official"] * len(official) + ["ngo"] * len(ngo))
    merged, log = merge_unused(items, group)
    assert sorted((entry.category, entry.into) for entry in log) == sorted(merges)
    used = merged["A"].groupby(group).agg(set)
    assert used["official"] == used["ngo"]


def test_an_item_left_with_two_categories_is_refused():
    items = answers_of(EQUAL, seed=8)
    items.loc[EQUAL == "ngo", "T3"] = items.loc[EQUAL == "ngo", "T3"].clip(3, 4)
    with pytest.raises(StatisticsError) as err:
        invariance(items, MODEL, EQUAL)
    assert (err.value.code, err.value.params["item"]) == ("stats.too_few_categories_for_groups", "T3")


def test_groups_are_joined_by_respondent_and_rows_without_group_are_left_out():
    items = answers_of(EQUAL, seed=8)
    group = EQUAL.copy()
    group[:20] = np.nan
    found = invariance(items, MODEL, group.sample(frac=1, random_state=1))
    again = invariance(items.iloc[20:], MODEL, group.iloc[20:])
    pd.testing.assert_frame_equal(found.steps, again.steps)
    assert (found.n_missing_group, again.n_missing_group) == (20, 0)


def test_the_reference_is_the_largest_group_or_the_one_asked_for():
    items = answers_of(EQUAL, seed=8, mean=0.4)
    largest, asked = (invariance(items, MODEL, EQUAL, reference=name) for name in (None, "ngo"))
    assert (largest.reference, asked.reference) == ("official", "ngo")
    np.testing.assert_allclose(largest.steps["chisq"], asked.steps["chisq"], rtol=1e-6)
    assert (asked.means["full"] < 0).all()


def test_bad_input_is_named():
    items = answers_of(EQUAL, seed=8)
    with pytest.raises(ArgumentError) as err:
        invariance(items, {"trust": ["T1", "T2", "T9"]}, EQUAL)
    assert err.value.code == "measurement.unknown_items"
    with pytest.raises(ArgumentError) as err:
        invariance(items, MODEL, EQUAL.where(EQUAL == "ngo"))
    assert err.value.code == "measurement.one_group"
    with pytest.raises(ArgumentError) as err:
        invariance(items, MODEL, EQUAL, reference="NGO")
    assert err.value.code == "measurement.unknown_group"


def test_the_result_is_plain_values(found):
    text = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert text["verdict"] == "partial"
    assert text["freed"] == {"N4": "intercepts"}
    assert text["steps"][0]["p_diff"] is None
    assert found.to_frame() is found.steps


def test_limits_depend_on_size_and_balance():
    assert (change_limits([300, 200]).cfi, change_limits([300, 200]).rmsea) == (0.010, 0.015)
    assert (change_limits([310, 200]).cfi, change_limits([310, 200]).rmsea) == (0.005, 0.010)
    assert not change_limits([150, 150]).balanced
    limits = change_limits([300, 300])
    assert limits.exceeded(-0.011, 0.0)
    assert limits.exceeded(0.0, 0.016)
    assert not limits.exceeded(-0.009, 0.014)


def test_outcomes_and_how_many_items_may_differ():
    assert outcome_of(0.05, exceeded=True) == "holds"
    assert outcome_of(0.04, exceeded=False) == "small"
    assert outcome_of(0.04, exceeded=True) == "broken"
    assert outcome_of(float("nan"), exceeded=False) == "untested"
    assert [max((n for n in range(1, size) if may_free(size, n - 1)), default=0) for size in (2, 3, 4, 5, 6)] == [
        0, 1, 1, 2, 2,
    ]  # fmt: skip


def test_tests_hold_their_level_where_groups_are_alike():
    """Groups differ in mean and nothing else, so every rejection is false: 5%, give or take chance."""
    group = group_of({"official": ROWS, "ngo": ROWS})
    rejected, of_item = dict.fromkeys(STEPS[1:], 0), dict.fromkeys(STEPS[1:], 0)
    for seed in range(STUDIES):
        items = answers_of(group, seed=1000 + seed, mean=0.3)[NAMES[:5]]
        parts = [polychoric(items[group == name].to_numpy(), acov=True) for name in ("official", "ngo")]
        samples = group_samples(parts, np.zeros(5))
        fits = [fit_groups(samples, step) for step in STEPS]
        for before, after in pairwise(fits):
            step = after.model.step
            rejected[step] += difference(before, after).p_value < 0.05
            of_item[step] += item_tests(samples, after)[2].p_value < 0.05
    low, high = binom.ppf([NULL / 2, 1 - NULL / 2], STUDIES, 0.05)
    for counts in (rejected, of_item):
        assert all(low <= count <= high for count in counts.values()), counts


CONTINUOUS = load("t06_invariance_continuous")
LEVELS = {"configural": "configural", "loadings": "metric", "intercepts": "scalar", "residuals": "strict"}
SCHOOLS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}


@pytest.mark.parametrize(("estimator", "case"), [("ML", "holzinger_by_school"), ("MLR", "holzinger_by_school_MLR")])
def test_steps_of_numbers_are_those_of_lavaan(estimator, case):
    pupils = pd.read_csv("tests/reference/holzinger.csv")
    found = invariance(pupils, SCHOOLS, pupils["school"], estimator=estimator, reference="Grant-White")
    end = "" if estimator == "ML" else ".scaled"
    whole = found.steps[found.steps["freed"] == ()].set_index("step")
    assert list(whole.index) == ["configural", "loadings", "intercepts"]
    for place, (step, row) in enumerate(whole.iterrows()):
        theirs = CONTINUOUS[case]["steps"][LEVELS[step]]["fit"]
        assert row["df"] == theirs["df"]
        assert row["chisq"] == pytest.approx(theirs[f"chisq{end}"], rel=CHISQ_RELATIVE)
        for name in ("cfi", "tli", "rmsea"):
            assert row[name] == pytest.approx(theirs[f"{name}{end}"], abs=CHISQ_RELATIVE)
        if place:
            expected = float(CONTINUOUS[case]["difference_tests"]["Pr(>Chisq)"][place])
            assert row["p_diff"] == pytest.approx(expected, rel=2e-4)  # lavaan's scale has five digits
    # of three items one may differ
    assert set(found.freed.values()) == {"intercepts"}
    assert found.estimator == estimator


def numbers_of(group, **differences):
    """Make continuous answers with gaps: sums of coarse ones would be ordinal."""
    rng = np.random.default_rng(77)
    answers = answers_of(group, seed=78, **differences) + rng.normal(scale=0.5, size=(len(group), len(NAMES)))
    return answers.mask(rng.random(answers.shape) < 0.1)


def test_an_item_of_numbers_that_is_moved_is_freed():
    found = invariance(numbers_of(EQUAL, shift={"T2": 0.8}), MODEL, EQUAL, estimator="MLR")
    assert found.freed == {"T2": "intercepts"}
    assert found.verdict == "partial"
    assert found.merged == ()
    own = found.means.set_index("construct")
    assert abs(own.loc["trust", "partial"]) < 3 * own.loc["trust", "partial_se"]
    # one of five items is .8 / .75 higher at the same trust, and is given a fifth of the say
    assert own.loc["trust", "shift"] == pytest.approx(-0.8 / 0.75 / 5, abs=0.1)


def test_numbers_that_are_alike_are_called_so_and_their_means_are_found():
    found = invariance(numbers_of(EQUAL, mean=0.5), MODEL, EQUAL, estimator="MLR")
    assert found.verdict == "comparable"
    own = found.means.set_index("construct")
    np.testing.assert_allclose(own["full"], 0.5, atol=3 * own["full_se"].max())


def test_tests_of_numbers_reject_what_is_true_as_often_as_they_say():
    limits = binom.ppf([NULL, 1 - NULL], STUDIES, 0.05)
    rejected = np.zeros(3, dtype=int)
    group = group_of({"official": ROWS, "ngo": ROWS})
    for seed in range(STUDIES):
        items = answers_of(group, seed=5000 + seed).to_numpy()
        parts = [items[(group == name).to_numpy()] for name in ("official", "ngo")]
        samples = linear_samples(parts, [0] * 5 + [1] * 5, estimator="MLR")
        fits = [fit_linear(samples, step) for step in LINEAR_STEPS]
        rejected += [linear_difference(*pair).p_value < 0.05 for pair in pairwise(fits)]
    assert (rejected <= limits[1]).all()
    assert (rejected >= limits[0]).all()


def waves_of(people):
    """Return a row a person and wave, with the items' names, who it is and when."""
    parts = []
    for wave in ("1", "2"):
        own = people[[f"{name}.{wave}" for name in NAMES]].set_axis(NAMES, axis=1)
        parts.append(own.assign(wave=wave, person=[f"p{place}" for place in people.index]))
    rows = pd.concat(parts, ignore_index=True)
    return rows[rows[NAMES].notna().any(axis=1)]


@pytest.fixture(scope="module")
def twice():
    return waves_of(pd.read_csv("tests/reference/waves.csv"))


@pytest.mark.parametrize("estimator", ["WLSMV", "MLR"])
def test_waves_of_the_same_people_are_those_of_semtools(twice, estimator):
    found = invariance(twice, MODEL, twice["wave"], person=twice["person"], estimator=estimator)
    reference = load("t20_waves") if estimator == "WLSMV" else load("t20_waves")["numbers"]
    whole = found.steps[found.steps["freed"] == ()].set_index("step")
    for step, row in whole.iterrows():
        assert row["chisq"] == pytest.approx(reference["steps"][step]["chisq.scaled"], rel=CHISQ_RELATIVE)
        assert row["df"] == reference["steps"][step]["df"]
    # 60 of 420 people missed the first wave's successor, and 50 the first
    assert (found.n_matched, found.groups.to_dict()) == (310, {"1": 370, "2": 360})
    assert found.freed == {"T4": "intercepts"}
    assert found.verdict == "partial"


def test_waves_in_another_order_of_rows_are_the_same(twice):
    shuffled = twice.sample(frac=1, random_state=3)
    found = [invariance(rows, MODEL, rows["wave"], person=rows["person"]) for rows in (twice, shuffled)]
    pd.testing.assert_frame_equal(found[0].steps, found[1].steps, rtol=1e-6)


def test_too_few_people_in_both_waves_are_taken_as_different_people(twice):
    strangers = twice["person"].where(twice.groupby("person").cumcount() == 0, twice["person"] + "b")
    strangers[twice["person"].isin([f"p{place}" for place in range(60, 100)])] = twice["person"]
    found = invariance(twice, MODEL, twice["wave"], person=strangers)
    assert found.n_matched == 0
    assert "measurement.too_few_matched" in codes(found)
    pd.testing.assert_frame_equal(found.steps, invariance(twice, MODEL, twice["wave"], reference="1").steps)


def test_a_row_without_a_person_is_someone_else(twice):
    unnamed = twice["person"].mask(twice["person"] == "p100")
    found = invariance(twice, MODEL, twice["wave"], person=unnamed)
    assert found.n_matched == 309


def test_a_person_twice_in_a_wave_is_refused(twice):
    with pytest.raises(ArgumentError) as err:
        invariance(twice, MODEL, twice["wave"], person=twice["person"].replace("p70", "p71"))
    assert err.value.code == "measurement.person_twice"
    assert (err.value.params["count"], err.value.params["wave"]) == (2, "1")
