from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.bodies import read_bodies
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.load import load_instrument
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.sample import sample_study
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import Truth

SIX_DECIMALS = 5e-7  # as bodies.xlsx is written


@pytest.fixture(scope="module")
def study() -> SimulatedStudy:
    return sample_study()


def test_codes_are_turned_round_and_gaps_are_missing(study: SimulatedStudy) -> None:
    responses = simulated_responses(study)
    ticked = study.responses
    assert responses.data.index.equals(ticked.index)
    for code, item in study.truth.instrument.items.items():
        given = ticked[code].isin([1, 2, 3, 4, 5]).to_numpy()
        codes = ticked.loc[given, code].to_numpy(float)
        np.testing.assert_array_equal(responses.data.loc[given, code], 6 - codes if item.reverse else codes)
        assert responses.data.loc[~given, code].isna().all()
        np.testing.assert_array_equal(responses.dont_know[code], ticked[code].eq(8).fillna(False))
    assert not responses.findings


def test_the_sample_files_read_as_the_study_they_came_from(study: SimulatedStudy) -> None:
    folder = bundled("sample_data")
    groups = {"official": folder / "officials.xlsx", "ngo": folder / "ngos.xlsx"}
    read = read_responses([], study.truth.instrument, groups=groups)
    drawn = simulated_responses(study)
    columns = list(drawn.data.columns)
    pd.testing.assert_frame_equal(read.data[columns].sort_index(), drawn.data)
    pd.testing.assert_frame_equal(read.dont_know.sort_index(), drawn.dont_know)
    assert not [finding.render() for finding in read.findings if finding.severity != "note"]
    kept = read.raw.astype(str)
    assert not kept.apply(lambda column: column.str.contains("Responden Sintetis|0000-0000")).any().any()


def test_the_sample_bodies_read_as_the_study_they_came_from(study: SimulatedStudy) -> None:
    read = read_bodies(bundled("sample_data") / "bodies.xlsx", study.truth.instrument)
    assert read.data.index.tolist() == study.bodies.index.tolist()
    for name in ("cost_planned", "cost_realised", "cost_alone", "cost_efficiency", "log_population"):
        np.testing.assert_allclose(read.data[name].astype(float), study.bodies[name], rtol=0, atol=SIX_DECIMALS)
    assert read.data["secretariat"].tolist() == study.bodies["secretariat"].tolist()
    assert not [finding.render() for finding in read.findings if finding.severity != "note"]


def test_a_short_form_of_the_same_items(study: SimulatedStudy) -> None:
    short = load_instrument("kad-short")
    responses = simulated_responses(study, short)
    assert list(responses.dont_know) == list(short.items)
    complete = simulated_responses(study)
    pd.testing.assert_frame_equal(responses.data[list(short.items)], complete.data[list(short.items)])


def test_items_the_truth_says_nothing_about(changed: Callable[[Any], Truth]) -> None:
    truth = changed(lambda values: values["felt_outcomes"].pop("transaction_cost"))
    with pytest.raises(ArgumentError, match="C1, C2, C3, C4, C5"):
        simulated_responses(simulate(truth, seed=1))
