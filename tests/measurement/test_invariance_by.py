"""Invariance of a questionnaire: its predictors by default, and any column that makes groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kadsurvey import invariance, load_truth, simulate
from kadsurvey.errors import ArgumentError
from kadsurvey.measurement.invariance_by import invariance_by
from kadsurvey.simulation.responses import simulated_responses


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


def test_the_predictors_are_tested_between_officials_and_ngo_members(study):
    found = invariance_by(study)
    instrument = study.instrument
    model = {name: instrument.item_codes(name) for name in ("trust", "norm", "network")}
    pd.testing.assert_frame_equal(found.steps, invariance(study.data, model, study.data["group"]).steps)
    assert set(found.means["construct"]) == set(model)


def test_chosen_constructs_and_another_column(study):
    half = np.where(np.arange(len(study.data)) % 2, 2.0, 1.0)
    other = replace(study, data=study.data.assign(form_version=half))
    found = invariance_by(other, "form_version", constructs=["trust"])
    assert set(found.groups.index) == {"1", "2"}
    assert set(found.items["construct"]) == {"trust"}
    assert found.verdict == "comparable"


def test_a_construct_nobody_was_asked_about_is_left_out(study):
    unasked = replace(study, data=study.data.assign(**dict.fromkeys(study.instrument.item_codes("norm"), np.nan)))
    assert set(invariance_by(unasked).means["construct"]) == {"trust", "network"}


@pytest.mark.parametrize(
    ("by", "constructs", "code"),
    [
        ("grup", None, "measurement.unknown_column"),
        ("T1", None, "measurement.unknown_column"),
        ("group", ["trsut"], "measurement.unknown_construct"),
        ("body", None, "measurement.groups_too_few_rows"),
    ],
)
def test_what_cannot_be_compared_is_named(study, by, constructs, code):
    with pytest.raises(ArgumentError) as err:
        invariance_by(study, by, constructs=constructs)
    assert err.value.code == code


def test_a_column_that_names_people_is_looked_for(study):
    with pytest.raises(ArgumentError, match="group"):
        invariance_by(study, "group", person="grup")
