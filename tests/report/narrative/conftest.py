"""The sample study, run once: what the words are written from."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from kadsurvey._resources import bundled
from kadsurvey.indices.shared_views import shared_views
from kadsurvey.measurement.invariance_by import invariance_by
from kadsurvey.measurement.validation import validate
from kadsurvey.outcomes.analysis import Analysis, Model, analyse
from kadsurvey.outcomes.goals import goals_missed
from kadsurvey.report.narrative.material import Material
from kadsurvey.study import Study

PREDICTORS = ("trust", "norm", "network")


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The sample study, in a folder of its own."""
    folder = tmp_path_factory.mktemp("words") / "study"
    shutil.copytree(bundled("sample_data"), folder)
    return Study.open(folder)


@pytest.fixture(scope="session")
def material(study: Study) -> Material:
    """All results of the sample study, the first model with its robustness."""
    analyses = []
    for number, asked in enumerate(study.settings.models):
        model = Model(asked.outcome, asked.on, asked.controls, robustness=number == 0)
        analyses.append(analyse(model, study.indices, study.screening.clean, study.bodies))
    return Material(
        screening=study.screening,
        seed=study.settings.seed,
        validation=validate(study.screening.clean, model=study.measurement, seed=1),
        invariance=invariance_by(study.screening.clean),
        indices=study.indices,
        views=shared_views(study.indices, study.instrument, seed=1),
        analyses=tuple(analyses),
        goals=goals_missed(study.indices, "effectiveness", PREDICTORS, seed=1),
    )


def with_bodies(study: Study, count: int, predictors: tuple[str, ...], *, robustness: bool = False) -> Analysis:
    """Fit cost efficiency to the first bodies only."""
    assert study.bodies is not None
    few = replace(study.bodies, data=study.bodies.data.iloc[:count])
    model = Model("cost_efficiency", predictors, robustness=robustness)
    return analyse(model, study.indices, study.screening.clean, few)


@pytest.fixture(scope="session")
def described(study: Study) -> Analysis:
    """A model of so few bodies that its slopes are only described."""
    return with_bodies(study, 7, PREDICTORS)


@pytest.fixture(scope="session")
def small(study: Study) -> Analysis:
    """A model of twelve bodies and one predictor, whose seats of NGOs speak to the first claim."""
    return with_bodies(study, 12, ("ngo_seats",))
