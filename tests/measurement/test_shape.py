"""Which items to drop or reword: items spoilt on purpose are named, with the reason they were spoilt for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kadsurvey import instrument_shape, load_truth, simulate, validate
from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.cutoffs import Cutoffs
from kadsurvey.measurement.invariance_by import invariance_by
from kadsurvey.measurement.review import review
from kadsurvey.measurement.shape_rules import SOURCES, reasons_against, verdicts
from kadsurvey.simulation.responses import simulated_responses

BORDERS = np.array([-1.5, -0.5, 0.5, 1.5])
PREDICTORS = ["trust", "norm", "network"]


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def validation(study):
    return validate(without_bodies(study))


@pytest.fixture(scope="module")
def shape(validation):
    return instrument_shape(validation)


def without_bodies(study):
    """The same answers without bodies, so that nothing is fitted again without each."""
    return replace(study, data=study.data.drop(columns="body"))


def drawn(study, change=None):
    """Answers to the three predictors of the questionnaire, all items alike, after a change to what lies below them."""
    n_obs, correlation = 900, 0.4
    rng = np.random.default_rng(11)
    blocks = {name: study.instrument.item_codes(name) for name in PREDICTORS}
    phi = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    factor = pd.DataFrame(rng.multivariate_normal(np.zeros(3), phi, n_obs), columns=PREDICTORS)
    latent = pd.DataFrame(
        {
            item: 0.75 * factor[name] + np.sqrt(1 - 0.75**2) * rng.standard_normal(n_obs)
            for name, codes in blocks.items()
            for item in codes
        }
    )
    if change is not None:
        latent = change(latent, factor, rng)
    codes = 1.0 + (latent.to_numpy()[:, :, None] > BORDERS).sum(axis=2)
    answers = pd.DataFrame(codes, columns=latent.columns).where(latent.notna().to_numpy())
    others = [item for item in study.instrument.items if item not in answers]
    data = answers.assign(**dict.fromkeys(others, np.nan))
    unknown = pd.DataFrame(False, data.index, list(study.instrument.items))
    return replace(study, data=data, dont_know=unknown)


def judged(study, change=None):
    return instrument_shape(validate(drawn(study, change)))


def crossing(latent, factor, rng):
    return latent.assign(N3=0.5 * factor["norm"] + 0.5 * factor["trust"] + 0.6 * rng.standard_normal(len(latent)))


def elsewhere(latent, factor, rng):
    return latent.assign(N3=0.75 * factor["trust"] + 0.66 * rng.standard_normal(len(latent)))


def noise(latent, _factor, rng):
    return latent.assign(N3=rng.standard_normal(len(latent)))


def weak(latent, factor, rng):
    return latent.assign(N3=0.4 * factor["norm"] + 0.92 * rng.standard_normal(len(latent)))


def turned(latent, _factor, _rng):
    return latent.assign(N3=-latent["N3"])


def paired(latent, factor, rng):
    shared = 0.6 * rng.standard_normal(len(latent))
    alone = np.sqrt(1 - 0.6**2 - 0.6**2) * rng.standard_normal((2, len(latent)))
    return latent.assign(N3=0.6 * factor["norm"] + shared + alone[0], N4=0.6 * factor["norm"] + shared + alone[1])


def left_open(latent, _factor, rng):
    return latent.assign(N3=latent["N3"].where(rng.random(len(latent)) > 0.2))


@pytest.mark.parametrize(
    ("change", "reason", "verdict"),
    [
        (crossing, "crossed", "reword"),
        (elsewhere, "elsewhere", "drop"),
        (noise, "very_weak", "drop"),
        (weak, "weak", "reword"),
        (turned, "against", "reword"),
        (left_open, "missing", "reword"),
    ],
)
def test_a_spoilt_item_is_named_for_what_is_wrong_with_it(study, change, reason, verdict) -> None:
    found = judged(study, change)
    assert reason in found.items.loc["N3", "reasons"]
    assert found.items.loc["N3", "verdict"] == verdict
    assert found.named("reword") + found.named("drop") == ["N3"]
    (told,) = found.findings
    assert told.code == "measurement.items_to_look_at"
    assert told.params[verdict] == ["N3"]


def test_two_items_that_say_the_same_name_each_other(study) -> None:
    found = judged(study, paired)
    assert found.named("reword") == ["N3", "N4"]
    assert found.items.loc[["N3", "N4"], "mi_with"].tolist() == ["N4", "N3"]
    assert found.items.loc[["N3", "N4"], "residual_with"].tolist() == ["N4", "N3"]
    assert found.items.loc["N3", "reasons"] == ("pair",)


def test_where_nothing_is_wrong_nothing_is_said(study) -> None:
    found = judged(study)
    assert set(found.items["verdict"]) == {"keep"}
    assert found.findings == ()


def test_an_item_that_works_differently_in_groups_is_named(study, validation) -> None:
    """N4 is harder for NGO members by the truth of the sample study."""
    between = invariance_by(study)
    found = instrument_shape(validation, between)
    assert found.items.loc["N4", "invariance"] == "differs"
    assert found.items.loc["N4", "differs_at"] == between.freed["N4"]
    assert "not_alike" in found.items.loc["N4", "reasons"]
    assert found.items.loc["T1", "invariance"] == "alike"
    assert found.items.loc["C1", "invariance"] == "untested"
    unheard = instrument_shape(validation, replace(between, verdict="not_established"))
    assert unheard.items.loc["T1", "invariance"] == "untested"
    assert unheard.items.loc["N4", "invariance"] == "differs"
    broken = replace(between, freed={}, broken_at=between.freed["N4"], verdict="not_comparable")
    assert instrument_shape(validation, broken).items.loc["N4", "differs_at"] == between.freed["N4"]


def test_numbers_are_those_of_the_analyses(shape, validation) -> None:
    joint = validation.cfas[validation.block]
    for item in ("T1", "N6", "W3"):
        row = shape.items.loc[item]
        loadings = validation.efa.loadings.loc[item].drop(row["construct"])
        assert row["cross_loading"] == loadings[loadings.abs().idxmax()]
        changes = joint.modifications
        touching = changes[(changes["lhs"] == item) | (changes["rhs"] == item)]
        assert row["mi"] == touching["mi"].max()
        rest = joint.residuals[item].drop(item)
        assert abs(row["residual"]) == rest.abs().max()
        assert row["item_rest"] == validation.items.loc[item, "item_rest"]


def test_missing_is_counted_among_those_who_answered_the_construct(study, validation) -> None:
    """NGO members without a seat know nothing of transaction costs: that does not speak against an item."""
    codes = study.instrument.item_codes("transaction_cost")
    asked = study.data[codes].notna().any(axis=1)
    expected = study.data.loc[asked, "C1"].isna().mean()
    row = validation.items.loc["C1"]
    assert row["missing_in_part"] == pytest.approx(expected)
    assert row["missing_share"] > 0.2 > row["missing_in_part"]
    said = study.dont_know["C1"].sum()
    assert row["dont_know_share"] == pytest.approx(said / (said + study.data["C1"].notna().sum()))


def test_without_factors_named_for_constructs_the_expected_change_stands_in(study) -> None:
    validation = validate(drawn(study, crossing), factors=2)
    found = instrument_shape(validation)
    assert found.items.loc["N3", "cross_from"] == "epc"
    changes = validation.cfas[validation.block].modifications
    own = changes[(changes["op"] == "=~") & (changes["rhs"] == "N3")].iloc[0]
    assert found.items.loc["N3", "cross_loading"] == own["epc_std"]
    assert found.items.loc["N3", "cross_construct"] == own["lhs"]


def test_one_construct_of_three_items_has_loadings_only(study) -> None:
    found = instrument_shape(validate(without_bodies(study), constructs=["marker"]))
    assert found.items["mi"].isna().all()
    assert found.items["residual"].isna().all()
    assert found.items["cross_loading"].isna().all()
    assert set(found.items["verdict"]) == {"keep"}


def test_without_models_what_is_known_is_said(study) -> None:
    whole = validate(without_bodies(study), correlation="pearson")
    found = instrument_shape(replace(whole, cfas={}, validity={}, rivals=None))
    assert found.items["mi"].isna().all()
    assert set(found.items.loc[found.items["construct"].isin(PREDICTORS), "cross_from"]) == {"efa"}


def test_an_item_nobody_answered_is_refused_by_the_validation(study) -> None:
    with pytest.raises(StatisticsError) as err:
        validate(replace(study, data=study.data.assign(N3=np.nan)))
    assert err.value.code == "stats.too_few_rows"


def test_three_items_stay_in_every_construct() -> None:
    reasons = {"a": ("very_weak",), "b": ("not_valid", "very_weak"), "c": (), "d": ("weak",)}
    found = verdicts(reasons, {"a": 0.2, "b": 0.1, "c": 0.8, "d": 0.4})
    assert found == {
        "a": ("reword", ("very_weak", "few_left")),
        "b": ("drop", ("not_valid", "very_weak")),
        "c": ("keep", ()),
        "d": ("reword", ("weak",)),
    }


def test_a_large_index_with_a_small_change_is_no_reason(shape) -> None:
    """In many answers every index is large."""
    row = {**shape.items.loc["T1"].to_dict(), "mi": 50.0, "mi_kind": "residual", "mutual": True, "epc": 0.1}
    assert tuple(reasons_against(row, Cutoffs())) == ()
    assert tuple(reasons_against({**row, "epc": -0.3}, Cutoffs())) == ("pair",)
    assert tuple(reasons_against({**row, "epc": -0.3, "mutual": False}, Cutoffs())) == ()


def test_every_rule_names_its_source() -> None:
    assert all(source.split()[-1].isdigit() for source in SOURCES.values())


def test_a_review_holds_all_that_there_is(study, validation) -> None:
    whole = review(without_bodies(study), validation)
    assert list(whole.results()) == ["shape", "short_form", "second_order"]
    assert list(whole.second_order.loadings.index) == PREDICTORS
    assert "marker" not in whole.short_form.table.index
    assert whole.short_form.halves == "respondents"
    assert all(part.to_dict() for part in whole.results().values())


def test_a_review_of_two_constructs_has_no_factor_above(study) -> None:
    some = without_bodies(study)
    assert review(some, validate(some, constructs=["trust", "norm"])).second_order is None
    marker = review(some, validate(some, constructs=["marker"]))
    assert list(marker.results()) == ["shape"]


def test_a_factor_above_that_cannot_be_fitted_is_told_and_the_rest_stands(study) -> None:
    """Trust and norm against network, and against each other: three negative correlations come from no factor."""

    def against(latent, _factor, rng):
        odd = rng.multivariate_normal(np.zeros(3), [[1, -0.4, -0.4], [-0.4, 1, -0.4], [-0.4, -0.4, 1]], len(latent))
        place = dict(zip(PREDICTORS, odd.T, strict=True))
        return latent.assign(
            **{
                item: 0.75 * place[study.instrument.construct_of[item]] + 0.66 * rng.standard_normal(len(latent))
                for item in latent
            }
        )

    answers = drawn(study, against)
    found = review(answers, validate(answers))
    assert found.second_order is None
    assert "measurement.no_second_order" in [finding.code for finding in found.findings]
    assert found.short_form is not None
