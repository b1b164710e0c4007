"""What a result shows in a notebook: its kind, its main table, nothing of the data as markup, never a whole survey."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages

import lxml.html
import numpy as np
import pandas as pd
import pytest

import kadsurvey
from kadsurvey import (
    Study,
    adequacy,
    agreement,
    cfa,
    corrected_regression,
    efa,
    factor_scores,
    join_register,
    latent_regression,
    load_truth,
    network_indices,
    polychoric,
    power,
    read_register,
    regress,
    reliability,
    retention,
    second_order,
    simulate,
    validate,
    wild_bootstrap,
)
from kadsurvey._resources import bundled
from kadsurvey.indices.change import change
from kadsurvey.indices.roster_beside import roster_beside
from kadsurvey.indices.shared_views import shared_views
from kadsurvey.lessons.catalogue import load_lesson
from kadsurvey.measurement.invariance_by import invariance_by
from kadsurvey.measurement.review import review
from kadsurvey.outcomes.analysis import Model, analyse
from kadsurvey.outcomes.goals import goals_missed
from kadsurvey.outcomes.missing_outcomes import missing_outcomes
from kadsurvey.quality.disclosure import disclosure
from kadsurvey.results import Result
from kadsurvey.simulation.study_folder import simulated_files

MARKUP = "<b>&"
ROWS, COLUMNS = 61, 21
"""One more than a notebook shows."""


def kinds() -> dict[str, type]:
    """Return every kind of result in the package, by its name."""
    for found in walk_packages(kadsurvey.__path__, "kadsurvey."):
        if not found.name.startswith("kadsurvey.cli"):
            import_module(found.name)
    waiting, known = [Result], {}
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.__module__.startswith("kadsurvey."):
                known[kind.__name__] = kind
                waiting.append(kind)
    return known


def nested(value: object, seen: set[int]) -> Iterator[Result]:
    """Yield the results in a result."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Result):
        yield value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from nested(getattr(value, field.name), seen)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from nested(item, seen)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from nested(item, seen)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Return one result of each kind, by its name, from a small study."""
    folder = tmp_path_factory.mktemp("study")
    truth = load_truth("sample").changed(design={"bodies": 10, "members": [4, 4], "respondents": [5, 5]})
    drawn = simulate(truth, seed=1)
    for name, write in simulated_files(drawn, layout="kobo", lang="en").items():
        write(folder / name)
    shutil.copyfile(bundled("sample_data") / "register.csv", folder / "register.csv")
    return {type(entry).__name__: entry for entry in nested(list(made(Study.open(folder), drawn)), set())}


def made(study: Study, drawn: object) -> Iterator[object]:
    indices, bodies, clean = study.indices, study.bodies, study.screening.clean
    ties = study.ties
    assert bodies is not None
    assert ties is not None
    codes = {name: list(indices.items_of[name]) for name in ("trust", "norm", "network")}
    block = clean.items[[code for own in codes.values() for code in own]]
    matrix = polychoric(block)
    rows = indices.respondents.assign(cost_efficiency=indices.respondents["body"].map(bodies.data["cost_efficiency"]))
    found = validate(clean, constructs=tuple(codes), seed=1)
    between = invariance_by(clean, "group", constructs=["trust"])
    register = read_register(study.settings.folder / "register.csv")
    model = Model(outcome="cost_efficiency", predictors=("trust",), robustness=True)
    yield from (drawn, study.responses, bodies, ties, study.screening, indices, study.measurement, found, between)
    yield review(clean, found, between, seed=1).results()
    yield from (matrix, adequacy(matrix.matrix, len(block)), efa(matrix.matrix, 3, n_obs=len(block)))
    yield from (retention(block, seed=1), second_order(block, codes), analyse(model, indices, clean, bodies))
    yield regress(rows, "effectiveness_z", ["trust_z"], cluster="body", level="respondent")
    yield wild_bootstrap(rows, "effectiveness_z", ["trust_z"], "trust_z", "body", draws=99, seed=1)
    yield corrected_regression(indices, bodies, "effectiveness", ["trust"])
    yield latent_regression(clean.items, codes, "network")
    fitted = cfa(clean.items[codes["trust"]], {"trust": codes["trust"]})
    yield from (factor_scores(fitted, clean.items), reliability(clean.items[codes["trust"]]))
    yield agreement(rows["trust_z"], rows["body"], codes=None)
    yield from (network_indices(ties), roster_beside(ties, indices, seed=1))
    yield shared_views(indices, study.instrument, draws=99, seed=1)
    yield change(indices.respondents, indices.respondents, ["trust"], one_model=True)
    yield goals_missed(indices, "effectiveness", ["trust"], draws=99, seed=1)
    silent = bodies.data["cost_efficiency"].where(np.arange(len(bodies.data)) > 4)
    lacking = dataclasses.replace(bodies, data=bodies.data.assign(cost_efficiency=silent))
    yield missing_outcomes("cost_efficiency", lacking, indices, seed=1)
    yield study.efficiency().results
    yield from (register, join_register(register, bodies=bodies))
    yield load_lesson("ks").run(1)
    yield disclosure(clean)
    yield power(bodies=(4,), respondents=(3,), method="mean", replications=2)


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_result_shows_its_kind_and_its_table(name: str, results: dict[str, Result]) -> None:
    result = results[name]
    page = lxml.html.fragment_fromstring(result._repr_html_(), create_parent="div")
    frame = result.to_frame()
    assert page.findtext(".//strong") == name
    assert len(page.xpath(".//table")) == 1
    assert len(page.xpath(".//tbody/tr")) <= ROWS
    if frame.shape[0] < ROWS and frame.shape[1] < COLUMNS:
        assert len(page.xpath(".//tbody/tr")) == len(frame)
        headings = page.xpath(".//thead/tr[1]/th")
        assert [cell.text_content() for cell in headings[-len(frame.columns) :]] == [str(key) for key in frame.columns]


@dataclass(frozen=True, slots=True)
class Shown(Result):
    """A result of any table."""

    frame: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        return self.frame


def test_nothing_of_the_data_is_markup() -> None:
    frame = pd.DataFrame({MARKUP: [MARKUP]}, index=pd.Index([MARKUP], name=MARKUP))
    shown = Shown(frame)._repr_html_()
    assert MARKUP not in shown
    assert shown.count("&lt;b&gt;&amp;") == 4


@pytest.mark.parametrize(("rows", "columns", "cut"), [(60, 20, False), (1000, 2, True), (2, 30, True)])
def test_a_large_table_is_cut_and_says_so(rows: int, columns: int, cut: bool) -> None:
    shown = Shown(pd.DataFrame(0, index=range(rows), columns=range(columns)))._repr_html_()
    assert (f"{rows} rows" in shown) == cut
    assert len(lxml.html.fromstring(shown).xpath("//tbody/tr")) <= ROWS


def test_a_table_without_rows_is_shown() -> None:
    assert "<table" in Shown(pd.DataFrame(columns=["term"]))._repr_html_()
