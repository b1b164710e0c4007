"""A study tests invariance between its groups once, and says why where it cannot."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from kadsurvey._resources import bundled
from kadsurvey.language.text import LANGUAGES
from kadsurvey.study import Study


@pytest.fixture
def study(tmp_path):
    shutil.copytree(bundled("sample_data"), tmp_path / "study")
    return Study.open(tmp_path / "study")


def with_data(study, **columns):
    clean = study.screening.clean
    changed = replace(clean, data=clean.data.assign(**columns))
    study.__dict__["screening"] = replace(study.screening, clean=changed)
    return study


def test_one_group_is_nothing_to_compare(study):
    assert with_data(study, group="official").groups_alike == (None, None)


def test_what_cannot_be_tested_says_why(study):
    group = study.screening.clean.data["group"]
    few = group.where((group != "ngo") | (np.cumsum(group == "ngo") <= 30))
    found, reason = with_data(study, group=few).groups_alike
    assert found is None
    assert reason is not None
    for lang, words in zip(LANGUAGES, ("kurang dari dua yang memiliki 50", "fewer than two have 50"), strict=True):
        assert words in reason.render(lang)


def test_a_study_of_two_groups_is_tested(study):
    found, reason = study.groups_alike
    assert reason is None
    assert found is not None
    assert list(found.groups.index) == ["official", "ngo"]


def test_very_many_answers_are_left_to_validate(study, monkeypatch):
    monkeypatch.setattr("kadsurvey.stations.MOST_COMPARED", 100)
    found, reason = study.groups_alike
    assert found is None
    assert reason is not None
    assert "validate" in reason.render("en")
