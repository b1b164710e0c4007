"""Ways of answering, moods, items that do not work alike, gaps that depend on trust: each against its own truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import binom

from kadsurvey.errors import InputFileError
from kadsurvey.simulation.simulate import simulate
from kadsurvey.simulation.truth import load_truth

STANDARD_ERRORS = 4.0  # Monte Carlo; the seeds are fixed, so a pass stays a pass
TAIL = 1e-5
BIG = {"bodies": 200, "members": [5, 5], "respondents": [10, 10]}
KINDS = {"straight": 0.05, "random": 0.1, "alternating": 0.04, "late_straight": 0.06}


@pytest.fixture(scope="module")
def truth():
    return load_truth("sample").changed(design=BIG, ties=None, nonresponse={"blank": 0, "dont_know_ngo": 0,
                                                                            "dont_know_official": 0})  # fmt: skip


@pytest.fixture(scope="module")
def careless(truth):
    return simulate(truth.changed(careless=KINDS), seed=5)


def codes_of(study):
    return study.responses[[*study.truth.items]].astype(float).to_numpy()


def test_new_parts_leave_a_study_without_them_as_it_was(truth):
    plain, other = simulate(truth, seed=2), simulate(truth.changed(careless={"straight": 0.3}), seed=2)
    attentive = other.careless == "attentive"
    pd.testing.assert_frame_equal(plain.responses[attentive.to_numpy()], other.responses[attentive.to_numpy()])
    pd.testing.assert_frame_equal(plain.scores, other.scores)
    assert (plain.careless == "attentive").all()


def test_every_kind_has_its_share(careless):
    counts = careless.careless.value_counts()
    n = len(careless.careless)
    for kind, share in KINDS.items():
        assert binom.ppf(TAIL, n, share) <= counts[kind] <= binom.ppf(1 - TAIL, n, share)


def test_straight_liners_give_one_answer_and_late_ones_from_the_middle_on(careless):
    answers, kind = codes_of(careless), careless.careless.to_numpy()
    asked_all = careless.truth.felt_outcomes["transaction_cost"].items
    columns = [place for place, code in enumerate(careless.truth.items) if code not in asked_all]
    straight = answers[kind == "straight"][:, columns]
    assert (straight == straight[:, :1]).all()
    late = answers[kind == "late_straight"]
    last = columns[-1]
    end = late[:, [column for column in columns if column > len(careless.truth.items) * 2 / 3]]
    assert (end == late[:, [last]]).all()
    assert not (late[:, columns] == late[:, [last]]).all(axis=1).any()


def test_alternating_ones_turn_at_every_item(careless):
    answers = codes_of(careless)[careless.careless.to_numpy() == "alternating"]
    asked = answers[:, :12]
    assert (asked[:, :-1] != asked[:, 1:]).all()
    assert (asked[:, :-2] == asked[:, 2:]).all()


def test_answers_by_lot_are_even_and_know_nothing(careless):
    lot = careless.careless.to_numpy() == "random"
    answers = codes_of(careless)[lot][:, 0]
    for code in range(1, 6):
        n = len(answers)
        assert binom.ppf(TAIL, n, 0.2) <= (answers == code).sum() <= binom.ppf(1 - TAIL, n, 0.2)
    r = np.corrcoef(answers, careless.scores["trust"].to_numpy()[lot])[0, 1]
    assert abs(r) < STANDARD_ERRORS / np.sqrt(lot.sum())


def test_agreeing_raises_reversed_items_too(truth):
    study = simulate(truth.changed(acquiescence=1.0), seed=3)
    codes = codes_of(study)
    names, items = list(truth.items), truth.instrument.items
    plain = [place for place, code in enumerate(names) if not items[code].reverse][:6]
    turned = [place for place, code in enumerate(names) if items[code].reverse]
    together = np.corrcoef(codes[:, plain].mean(axis=1), codes[:, turned].mean(axis=1))[0, 1]
    before = codes_of(simulate(truth, seed=3))
    apart = np.corrcoef(before[:, plain].mean(axis=1), before[:, turned].mean(axis=1))[0, 1]
    assert apart < 0 < together


def test_an_item_that_does_not_work_alike_differs_at_the_same_attitude(truth):
    values = truth.model_dump(mode="json")["attitudes"]
    values["trust"]["items"]["T2"] |= {"ngo_shift": 0.5}
    before, after = simulate(truth, seed=4), simulate(truth.changed(attitudes=values), seed=4)
    difference = after.responses["T2"].astype(float) - before.responses["T2"].astype(float)
    moved = difference.groupby(before.responses["group"]).mean()
    assert moved["official"] == 0
    assert moved["ngo"] > 0.3
    others = [code for code in truth.items if code != "T2"]
    pd.testing.assert_frame_equal(before.responses[others], after.responses[others])


def test_a_mood_relates_what_bodies_do_not(truth):
    shares = {"trust": 0.4, "effectiveness": 0.6}
    study = simulate(truth.changed(mood=shares), seed=6)
    within = study.scores - study.scores.groupby(study.responses["body"]).transform("mean")
    plain = simulate(truth, seed=6).scores
    own = plain - plain.groupby(study.responses["body"]).transform("mean")
    assert within.corr().loc["trust", "effectiveness"] > own.corr().loc["trust", "effectiveness"] + 0.2
    np.testing.assert_allclose(study.scores["trust"].var(), plain["trust"].var(), rtol=0.05)
    r = (
        study.body_means.corr().loc["trust", "effectiveness"]
        - simulate(truth, seed=6).body_means.corr().loc["trust", "effectiveness"]
    )
    assert abs(r) < STANDARD_ERRORS / np.sqrt(len(study.body_means))


def test_who_trusts_less_leaves_more_blank(truth):
    slope = -1.2
    study = simulate(truth.changed(nonresponse={"blank": 0.1, "depends_on": {"trust": slope}}), seed=7)
    blank = study.responses["N1"].isna().to_numpy(dtype=bool)
    trust = study.scores["trust"].to_numpy()
    for low, high in ((-1.1, -0.9), (0.9, 1.1)):
        here = (trust > low) & (trust < high)
        expected = 1 / (1 + np.exp(-(logit(0.1) + slope * (low + high) / 2)))
        n = here.sum()
        assert binom.ppf(TAIL, n, 0.9 * expected) <= blank[here].sum() <= binom.ppf(1 - TAIL, n, 1.1 * expected)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"careless": {"straight": 0.7, "random": 0.6}}, "more than everybody"),
        ({"mood": {"trsut": 0.5}}, "no construct of this truth"),
        ({"nonresponse": {"depends_on": {"trsut": 1}}}, "trsut"),
        ({"acquiescence": -1}, "-1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(truth, part, sentence):
    with pytest.raises(InputFileError) as err:
        truth.changed(**part)
    assert sentence in err.value.render("en")
