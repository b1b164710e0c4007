"""Simulated answers, written as every source delivers them, are read to the very same answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.simulation.layouts.codes import write_codes
from kadsurvey.simulation.layouts.google import write_google
from kadsurvey.simulation.layouts.kobo import write_kobo
from kadsurvey.simulation.layouts.labels_id import write_labels_id
from kadsurvey.simulation.layouts.limesurvey import write_limesurvey
from kadsurvey.simulation.layouts.respondents import Group
from kadsurvey.simulation.layouts.sav import write_sav
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import load_truth

LAYOUTS: dict[str, tuple[str, Callable[..., None], str]] = {
    "codes": ("a.xlsx", partial(write_codes, seed=1), "hand"),
    "labels": ("a.xlsx", partial(write_labels_id, seed=1), "hand"),
    "kobo": ("a.csv", write_kobo, "KoboToolbox"),
    "google_id": ("a.csv", write_google, "Google Forms"),
    "google_en": ("a.csv", partial(write_google, lang="en"), "Google Forms"),
    "limesurvey": ("a.csv", write_limesurvey, "LimeSurvey"),
    "sav": ("a.sav", write_sav, "SPSS"),
}
WITHOUT_IDS = ("google_id", "google_en", "limesurvey")
WITHOUT_DONT_KNOW = ("limesurvey",)


@pytest.fixture(scope="module")
def study() -> SimulatedStudy:
    return simulate(load_truth("sample"), seed=4)


@pytest.fixture(scope="module")
def expected(study: SimulatedStudy) -> Responses:
    return simulated_responses(study)


@pytest.mark.parametrize("group", ["official", "ngo"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_answers_come_back(
    layout: str, group: Group, study: SimulatedStudy, expected: Responses, tmp_path: Path
) -> None:
    name, write, program = LAYOUTS[layout]
    write(study, tmp_path / name, group=group)
    read = read_responses([], study.truth.instrument, groups={group: tmp_path / name})
    mine = expected.data["group"] == group
    items, units = expected.items[mine], expected.data.loc[mine, ["body", "member", "group"]]
    if layout in WITHOUT_IDS:
        items, units = items.set_axis(read.data.index), units.set_axis(read.data.index)
    pd.testing.assert_frame_equal(read.items, items, check_names=False)
    pd.testing.assert_frame_equal(read.data[["body", "member", "group"]], units, check_names=False)
    if layout not in WITHOUT_DONT_KNOW:
        assert read.dont_know.to_numpy().tolist() == expected.dont_know[mine].to_numpy().tolist()
    assert {finding.severity for finding in read.findings} <= {"note", "warning"}
    assert any(program in change.render("en") for change in read.log)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "sav"])
def test_the_same_study_is_the_same_file(layout: str, study: SimulatedStudy, tmp_path: Path) -> None:
    """All but SPSS files, whose header holds the time of writing."""
    name, write, _ = LAYOUTS[layout]
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write(study, tmp_path / folder / name, group="ngo")
    assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


@pytest.mark.parametrize("layout", ["kobo", "google_id", "limesurvey", "sav"])
def test_a_group_without_respondents_is_refused(layout: str, study: SimulatedStudy, tmp_path: Path) -> None:
    name, write, _ = LAYOUTS[layout]
    with pytest.raises(ArgumentError):
        write(study, tmp_path / name, group="business")
