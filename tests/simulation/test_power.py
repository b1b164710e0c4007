"""Power by simulation: against the noncentral t, what is known of few clusters, its own commands, and interruption."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey import score, simulate
from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.simulation import replications as runner
from kadsurvey.simulation.power import Power, frame_of, keys_of, plan_of, power, run_plan, summarised
from kadsurvey.simulation.power_replicate import _indices, _truth, replicate
from kadsurvey.simulation.power_store import Store
from kadsurvey.simulation.responses import simulated_responses

TAIL = 1e-4  # chance that a count of studies leaves its limits although the rate is right; the seeds are fixed
STUDIES = 120
SAME = 1e-12

pytestmark = pytest.mark.xdist_group("power")  # the studies are drawn once, on every core


@cache
def found() -> Power:
    return power(bodies=(6, 12), respondents=(8,), effect=0.6, replications=STUDIES, seed=11)


def closed_form(effect: float, bodies: int) -> float:
    """Power of the classical t test of a slope on a normal predictor: a noncentral t, averaged over the predictor."""
    df = bodies - 2
    limit = stats.t.ppf(0.975, df)
    squares = stats.chi2.ppf((np.arange(4000) + 0.5) / 4000, bodies - 1)
    ncp = effect / np.sqrt(1 - effect**2) * np.sqrt(squares)
    return float(np.mean(stats.nct.sf(limit, df, ncp) + stats.nct.cdf(-limit, df, ncp)))


def assert_rate(rate: float, expected: float, n: int) -> None:
    low, high = stats.binom.ppf([TAIL, 1 - TAIL], n, expected) / n
    assert low <= rate <= high


@pytest.mark.parametrize("bodies", [6, 12])
def test_power_with_the_true_level_is_the_closed_form(bodies: int) -> None:
    row = found().table.set_index("bodies").loc[bodies]
    assert_rate(row["power_known"], closed_form(0.6, bodies), STUDIES)
    assert_rate(row["false_positives_known"], 0.05, STUDIES)


def test_an_index_finds_less_than_the_true_level_and_no_more_that_is_not_there() -> None:
    table = found().table
    assert (table["power"] <= table["power_known"] + 2 * table["power_mc"]).all()
    for row in table.to_dict(orient="records"):
        assert row["false_positives"] <= stats.binom.ppf(1 - TAIL, STUDIES, 0.06) / STUDIES
    assert (table["power"].diff().dropna() > 0).all()


def test_few_clusters_need_cr2() -> None:
    row = found().table.set_index("bodies").loc[6]
    assert row["cr2"] <= stats.binom.ppf(1 - TAIL, STUDIES, 0.06) / STUDIES
    assert row["cr1_z"] > 0.12
    assert row["naive"] > 0.12


def test_the_needed_respondents_follow_spearman_and_brown() -> None:
    for row in found().table.to_dict(orient="records"):
        icc, n = row["icc1"], row["needed"]
        assert n * icc / (1 + (n - 1) * icc) >= 0.70
        assert (n - 1) * icc / (1 + (n - 2) * icc) < 0.70


def test_scores_are_those_of_the_command() -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="factor", seed=1)
    study = simulate(_truth(plan, 12, 8), seed=5)
    ours, theirs = _indices(plan, study), score(simulated_responses(study)).respondents
    np.testing.assert_allclose(ours["trust"], theirs["trust_z"], atol=SAME)
    np.testing.assert_allclose(ours["percent"], theirs["trust_100"], atol=SAME)


def test_a_body_has_the_respondents_asked_for_whatever_its_members() -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=1)
    study = simulate(_truth(plan, 7, 11), seed=5)
    assert set(study.responses["body"].value_counts()) == {11}
    spread = study.responses.groupby("member").size()
    per_body = study.responses.groupby("body")["member"].agg(lambda own: np.ptp(spread[own.unique()].to_numpy()))
    assert per_body.max() <= 1


def test_a_study_is_the_same_alone_and_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=3)
    alone = replicate(plan, 6, 4, 2)
    among = run_plan(plan, keys_of([6, 8], [4], 3))
    row = among[(among["bodies"] == 6) & (among["number"] == 2)].iloc[0]
    assert {name: row[name] for name in alone} == pytest.approx(alone, abs=0, nan_ok=True)
    monkeypatch.setattr(runner, "cores", lambda: 1)
    pd.testing.assert_frame_equal(run_plan(plan, keys_of([6, 8], [4], 3)), among, check_exact=True)


def test_what_was_interrupted_goes_on_to_the_same_numbers(tmp_path) -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=4)
    keys = keys_of([6], [4], 6)
    whole = run_plan(plan, keys)
    store = Store(tmp_path / "s.jsonl", plan)
    store.begin()
    for key in keys[:3]:
        store.add(key, replicate(plan, *key))
    with (tmp_path / "s.jsonl").open("a", encoding="utf-8") as file:
        file.write("[6, 4, 3, 0.1")  # killed while it wrote
    done = store.done()
    assert list(done) == keys[:3]
    for key in keys[3:]:
        store.add(key, replicate(plan, *key))
    pd.testing.assert_frame_equal(frame_of(store.done()), whole, check_exact=True)


def test_studies_of_another_plan_are_not_mixed(tmp_path) -> None:
    plans = [plan_of("sample", on=("trust",), effect=effect, method="mean", seed=4) for effect in (0.3, 0.4)]
    Store(tmp_path / "s.jsonl", plans[0]).begin()
    with pytest.raises(InputFileError) as err:
        Store(tmp_path / "s.jsonl", plans[1]).done()
    assert err.value.code == "simulation.power_other_plan"


@pytest.mark.parametrize("content", ["", "{", "[]\n", "\x00"])
def test_a_file_of_something_else_is_refused(tmp_path, content: str) -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=4)
    (tmp_path / "s.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InputFileError):
        Store(tmp_path / "s.jsonl", plan).done()


def test_a_damaged_study_is_refused(tmp_path) -> None:
    plan = plan_of("sample", on=("trust",), effect=0.3, method="mean", seed=4)
    store = Store(tmp_path / "s.jsonl", plan)
    store.begin()
    with (tmp_path / "s.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps([6, 4]) + "\n")
    with pytest.raises(InputFileError) as err:
        store.done()
    assert err.value.code == "simulation.power_unreadable"


def test_too_few_bodies_for_the_model_are_counted() -> None:
    plan = plan_of("sample", on=("trust", "norm", "network"), effect=0.3, method="mean", seed=4)
    assert summarised(plan, run_plan(plan, keys_of([4], [6], 4))).table["not_given"].iloc[0] == 1.0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on": ("trsut",)}, "simulation.unknown_attitude"),
        ({"on": ()}, "simulation.no_predictors"),
        ({"on": ("trust", "trust")}, "simulation.no_predictors"),
        ({"effect": 1.0}, "simulation.effect_out_of_bounds"),
        ({"bodies": (2,)}, "simulation.design_too_small"),
        ({"respondents": (1,)}, "simulation.design_too_small"),
        ({"replications": 0}, "simulation.design_too_small"),
    ],
)
def test_what_cannot_be_simulated_is_refused(change: dict, code: str) -> None:
    with pytest.raises(ArgumentError) as err:
        power(**({"replications": 1} | change))
    assert err.value.code == code
