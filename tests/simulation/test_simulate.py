from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import norm

from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.thresholds import thresholds
from kadsurvey.simulation.truth import DRAWN_COLUMNS, LEVELS, Truth, load_truth

STANDARD_ERRORS = 4.0  # Monte Carlo; the seeds are fixed, so a pass stays a pass
BODIES, MEMBERS, RESPONDENTS = 6000, 2, 2


@pytest.fixture(scope="module")
def truth(changed: Callable[[Any], Truth]) -> Truth:
    """Two members of two respondents in each of many bodies, every question answered."""

    def balanced(values: dict[str, Any]) -> None:
        values["design"] = {"bodies": BODIES, "members": [2, 2], "respondents": [2, 2], "ngo_share": 0.4}
        values["nonresponse"] = {}
        values["felt_outcomes"]["transaction_cost"]["ngo_asked"] = 1

    return changed(balanced)


@pytest.fixture(scope="module")
def study(truth: Truth) -> SimulatedStudy:
    return simulate(truth, seed=20)


def assert_mean(by_body: NDArray[Any], expected: float) -> None:
    """Hold the mean of independent contributions, one a body, against its expectation."""
    error = by_body.std(ddof=1) / np.sqrt(len(by_body))
    assert abs(by_body.mean() - expected) < STANDARD_ERRORS * error


def cube(scores: pd.DataFrame, names: list[str]) -> NDArray[np.float64]:
    return scores[names].to_numpy().reshape(BODIES, MEMBERS, RESPONDENTS, len(names))


def test_covariances_at_every_level(truth: Truth, study: SimulatedStudy) -> None:
    names = list(truth.attitudes)
    scores = cube(study.scores, names)
    body = truth.covariance("body")
    member = body + truth.covariance("member")
    shifts = [part.ngo_shift for part in truth.attitudes.values()]
    person = member + truth.covariance("respondent") + 0.4 * 0.6 * np.outer(shifts, shifts)
    for j in range(len(names)):
        for k in range(len(names)):
            assert_mean((scores[:, 0, :, j] * scores[:, 1, :, k]).mean(axis=1), body[j, k])
            assert_mean((scores[:, :, 0, j] * scores[:, :, 1, k]).mean(axis=1), member[j, k])
            assert_mean((scores[..., j] * scores[..., k]).mean(axis=(1, 2)), person[j, k])
    np.testing.assert_allclose(np.diag(person), 1)


def test_felt_outcomes_hang_on_the_attitudes(truth: Truth, study: SimulatedStudy) -> None:
    names = [*truth.attitudes, "transaction_cost", "effectiveness"]
    scores = cube(study.scores, names)
    within = sum(truth.covariance(level) for level in LEVELS)
    shifts = np.array([part.ngo_shift for part in truth.attitudes.values()])
    total = within + 0.4 * 0.6 * np.outer(shifts, shifts)
    n_attitudes = len(truth.attitudes)
    for place, (name, part) in enumerate(truth.felt_outcomes.items(), start=n_attitudes):
        slopes = truth.slopes(part)
        for k in range(n_attitudes):
            assert_mean((scores[..., place] * scores[..., k]).mean(axis=(1, 2)), float(slopes @ total[:, k]))
        assert_mean((scores[..., place] ** 2).mean(axis=(1, 2)), 1.0)
        between = float(slopes @ truth.covariance("body") @ slopes) + part.variance.body
        assert_mean((scores[:, 0, :, place] * scores[:, 1, :, place]).mean(axis=1), between)
        assert truth.residual_variance(name) > 0


def test_groups_differ_by_the_shift(truth: Truth, study: SimulatedStudy) -> None:
    is_ngo = (study.responses["group"] == "ngo").to_numpy().reshape(BODIES, -1)
    assert_mean(is_ngo.mean(axis=1), 0.4)
    for name in truth.constructs:
        score = study.scores[name].to_numpy().reshape(BODIES, -1)
        difference = (score * (is_ngo / 0.4 - ~is_ngo / 0.6)).mean(axis=1)
        assert_mean(difference, truth.total_shift(name))


def test_answers_have_their_shares_in_the_construct_direction(truth: Truth, study: SimulatedStudy) -> None:
    for code, item in truth.items.items():
        ticked = study.responses[code].to_numpy(int).reshape(BODIES, -1)
        shares = item.shares[::-1] if truth.instrument.items[code].reverse else item.shares
        for category, share in enumerate(shares, start=1):
            assert_mean((ticked == category).mean(axis=1), share)


def test_answers_hang_on_the_scores_by_the_loading(changed: Callable[[Any], Truth]) -> None:
    """For a normal latent response cut at t, the mean of score times (answer above t) is loading * density(t)."""

    def one_group(values: dict[str, Any]) -> None:
        values["design"] = {"bodies": BODIES, "members": [1, 1], "respondents": [1, 1], "ngo_share": 0}
        values["nonresponse"] = {}

    truth = changed(one_group)
    study = simulate(truth, seed=5)
    for code, item in truth.items.items():
        score = study.scores[truth.instrument.construct_of[code]].to_numpy()
        ticked = study.responses[code].to_numpy(int)
        upward = 6 - ticked if truth.instrument.items[code].reverse else ticked
        cuts = thresholds(item.shares, loading=item.loading, shift=0, ngo_share=0)
        for category, cut in enumerate(cuts, start=1):
            assert_mean(score * (upward > category), item.loading * norm.pdf(cut))


def test_least_squares_finds_the_slopes_of_cost_efficiency(truth: Truth, study: SimulatedStudy) -> None:
    predictors = study.body_means[list(truth.attitudes)].assign(
        log_population=study.bodies["log_population"] - truth.covariates["log_population"].mean
    )
    fit = sm.OLS(study.bodies["cost_efficiency"], sm.add_constant(predictors)).fit()
    outcome = truth.cost_efficiency
    expected = pd.Series({"const": outcome.intercept, **outcome.slopes, "marker": 0.0, **outcome.covariates})
    assert ((fit.params - expected).abs() < STANDARD_ERRORS * fit.bse).all()
    residual_sd = np.sqrt(fit.scale)
    assert abs(residual_sd - outcome.residual_sd) < STANDARD_ERRORS * residual_sd / np.sqrt(2 * fit.df_resid)


def test_body_means_are_means_of_the_respondents_asked(study: SimulatedStudy) -> None:
    by_hand = study.scores.groupby(study.responses["body"]).mean()
    pd.testing.assert_frame_equal(by_hand.loc[study.body_means.index], study.body_means)
    assert study.bodies.index.equals(study.body_means.index)


def test_the_budget_shows_the_efficiency(study: SimulatedStudy) -> None:
    shown = np.log(study.bodies["cost_alone"].to_numpy() / study.bodies["cost_realised"].to_numpy())
    np.testing.assert_allclose(study.bodies["cost_efficiency"], shown)


def test_body_columns_are_those_the_truth_keeps_from_covariates(truth: Truth, study: SimulatedStudy) -> None:
    assert set(study.bodies) == {*DRAWN_COLUMNS, *truth.covariates}


def test_gaps_have_their_shares(changed: Callable[[Any], Truth]) -> None:
    def with_gaps(values: dict[str, Any]) -> None:
        values["design"] = {"bodies": 2000, "members": [2, 2], "respondents": [2, 2], "ngo_share": 0.4}
        values["nonresponse"] = {"blank": 0.05, "dont_know_official": 0.02, "dont_know_ngo": 0.10}
        values["felt_outcomes"]["transaction_cost"]["ngo_asked"] = 0.4

    study = simulate(changed(with_gaps), seed=3)
    is_ngo = (study.responses["group"] == "ngo").to_numpy()
    for code, expected in (("T1", 0.10), ("T6", 0.10), ("C1", 0.10 + 0.9 * 0.6)):
        answers = study.responses[code]
        assert_mean(answers.isna().to_numpy(float), 0.05)
        does_not_know = answers.eq(8).fillna(False).to_numpy(float)
        assert_mean(does_not_know[~is_ngo], 0.02 * 0.95)
        assert_mean(does_not_know[is_ngo], expected * 0.95)
    burden = study.responses.loc[is_ngo, ["C1", "C2"]]
    assert burden.eq(8).all(axis=1).mean() > 0.45  # the same people are not asked, item after item


def test_without_a_code_for_it_not_knowing_is_a_blank(written: dict[str, Any]) -> None:
    from kadsurvey.instrument.model import Instrument
    from kadsurvey.simulation.truth import build_truth

    kad = load_truth("sample").instrument
    scale = kad.scales["agree5"].model_copy(update={"missing": ()})
    instrument: Instrument = kad.model_copy(update={"scales": {"agree5": scale}})
    values = {**written, "nonresponse": {"dont_know_ngo": 0.5}}
    study = simulate(build_truth(values, instrument), seed=1)
    answers = study.responses["T1"]
    assert set(answers.dropna()) == {1, 2, 3, 4, 5}
    assert answers[study.responses["group"] == "ngo"].isna().mean() > 0.4


def test_sizes_stay_within_their_ranges() -> None:
    study = simulate(load_truth("sample"), seed=8)
    assert len(study.bodies) == 24
    members = study.responses.groupby("body")["member"].nunique()
    assert members.between(3, 6).all()
    assert members.reindex(study.bodies.index).tolist() == study.bodies["members"].tolist()
    assert study.responses.groupby("member").size().between(4, 10).all()
    assert study.responses.index.is_unique
    assert study.bodies.index.str.contains("Sintetis").all()


def test_names_stay_apart_in_a_large_study(truth: Truth, study: SimulatedStudy) -> None:
    assert study.bodies.index.is_unique
    assert study.responses["member"].nunique() == BODIES * MEMBERS
    assert truth.design.bodies == BODIES


def test_one_seed_one_study() -> None:
    truth = load_truth("sample")
    first, second, other = simulate(truth, seed=4), simulate(truth, seed=4), simulate(truth, seed=5)
    pd.testing.assert_frame_equal(first.responses, second.responses)
    pd.testing.assert_frame_equal(first.bodies, second.bodies)
    pd.testing.assert_frame_equal(first.scores, second.scores)
    assert (
        not first.bodies["cost_efficiency"]
        .reset_index(drop=True)
        .equals(other.bodies["cost_efficiency"].reset_index(drop=True))
    )


def test_parts_of_a_truth_have_their_own_streams(changed: Callable[[Any], Truth]) -> None:
    base = simulate(load_truth("sample"), seed=4)
    complete = simulate(changed(lambda values: values.update(nonresponse={})), seed=4)
    answered = base.responses["T1"].isin([1, 2, 3, 4, 5])
    assert not answered.all()
    pd.testing.assert_series_equal(complete.responses.loc[answered, "T1"], base.responses.loc[answered, "T1"])
    pd.testing.assert_frame_equal(complete.bodies, base.bodies)


def test_the_result_becomes_plain_values() -> None:
    study = simulate(load_truth("sample"), seed=1)
    plain = study.to_dict()
    assert study.to_frame() is study.responses
    assert plain["truth"]["instrument"] == "kad"
    assert set(plain["ties"]["edges"][0]) == {"body", "relation", "sender", "receiver", "strength"}
    assert {relation for _, relation in plain["ties"]["asked"]} == set(study.truth.ties.relations)
    assert plain["seed"] == 1
    assert set(plain["responses"][0]) >= {"respondent_id", "T1", "body", "member", "group"}
