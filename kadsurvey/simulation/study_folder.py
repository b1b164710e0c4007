"""A synthetic study as a folder: field files, settings, the questionnaire, and the truth behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from kadsurvey.instrument.load import bundled_instruments, load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.yaml_text import instrument_data, yaml_text
from kadsurvey.language.text import Language, Text
from kadsurvey.simulation.layouts.bodies import write_bodies
from kadsurvey.simulation.layouts.codes import write_codes
from kadsurvey.simulation.layouts.google import write_google
from kadsurvey.simulation.layouts.kobo import write_kobo
from kadsurvey.simulation.layouts.labels_id import write_labels_id
from kadsurvey.simulation.layouts.limesurvey import write_limesurvey
from kadsurvey.simulation.layouts.respondents import Group
from kadsurvey.simulation.layouts.sav import write_sav
from kadsurvey.simulation.layouts.ties import write_nodes, write_ties
from kadsurvey.simulation.simulate import SimulatedStudy

Layout: TypeAlias = Literal["kobo", "google", "limesurvey", "excel", "codes", "sav"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

STUDY_FILE = "study.toml"
TRUTH_FILE = "truth.yaml"
SCORES_FILE = "truth_scores.csv"

Writer: TypeAlias = Callable[[Path], None]

_FILES: dict[Group, str] = {"official": "officials", "ngo": "ngos"}
_ENDINGS: dict[Layout, str] = {
    "kobo": "csv", "google": "csv", "limesurvey": "csv", "excel": "xlsx", "codes": "xlsx", "sav": "sav",
}  # fmt: skip


def simulated_files(study: SimulatedStudy, *, layout: Layout, lang: Language) -> dict[str, Writer]:
    """Return what writes each file of a synthetic study's folder, by its name.

    Parameters
    ----------
    study : SimulatedStudy
    layout : {"kobo", "google", "limesurvey", "excel", "codes", "sav"}
        How the answers come from the field: exports of the survey services, a workbook kept by hand with labels, one of
        codes, or SPSS.
    lang : {"id", "en"}
        Of the comments in study.toml and truth.yaml.

    Returns
    -------
    dict
        study.toml comes first; truth.yaml and truth_scores.csv, which no command reads as answers, come last.
    """
    truth = study.truth
    present = set(study.responses["group"])
    groups: list[Group] = [group for group in _FILES if group in present]
    answers = {f"{_FILES[group]}.{_ENDINGS[layout]}": _answers(study, layout, group) for group in groups}
    files: dict[str, Writer] = {**answers, "bodies.xlsx": partial(write_bodies, study)}
    if study.ties is not None:
        files |= {"ties.xlsx": partial(write_ties, study), "nodes.xlsx": partial(write_nodes, study)}
    named, own = _questionnaire(truth.instrument)
    settings = "\n".join(_settings(study, named, dict(zip(answers, groups, strict=True)), lang)) + "\n"
    return {
        STUDY_FILE: _text(settings),
        **files,
        **own,
        TRUTH_FILE: _text(_truth_text(study, named, lang)),
        SCORES_FILE: partial(_write_scores, study),
    }


def _answers(study: SimulatedStudy, layout: Layout, group: Group) -> Writer:
    writers: dict[Layout, Writer] = {
        "kobo": partial(write_kobo, study, group=group),
        "google": partial(write_google, study, group=group),
        "limesurvey": partial(write_limesurvey, study, group=group),
        "excel": partial(write_labels_id, study, group=group, seed=study.seed),
        "codes": partial(write_codes, study, group=group, seed=study.seed),
        "sav": partial(write_sav, study, group=group),
    }
    return writers[layout]


def _questionnaire(instrument: Instrument) -> tuple[str, dict[str, Writer]]:
    """Return what study.toml calls the questionnaire, and its file where it is not a bundled one."""
    bundled = instrument.name in bundled_instruments()
    if bundled and load_instrument(instrument.name).sha256 == instrument.sha256:
        return instrument.name, {}
    name = f"{instrument.name}.yaml"
    return name, {name: _text(yaml_text(instrument_data(instrument)))}


def _settings(study: SimulatedStudy, instrument: str, answers: dict[str, Group], lang: Language) -> Iterator[str]:
    truth = study.truth
    first = Text("simulation.file_study", {"bodies": len(study.bodies)})
    note = Text("simulation.file_note")
    yield f"# {first.render(lang)}"
    yield from ("version = 1", f'instrument = "{instrument}"', f"seed = {study.seed}")
    for file, group in answers.items():
        yield from ("", "[[data]]", f'file = "{file}"', f'group = "{group}"')
    yield from ("", "[bodies]", 'file = "bodies.xlsx"')
    if study.ties is not None:
        yield from ("", "[ties]", 'file = "ties.xlsx"', 'nodes = "nodes.xlsx"')
    yield from ("", "[report]", f'note = "{note.render(lang)}"')
    known = truth.instrument.constructs
    predictors = ", ".join(f'"{name}"' for name in truth.attitudes if known[name].role == "predictor")
    for outcome in ("cost_efficiency", *truth.felt_outcomes):
        yield from ("", "[[model]]", f'name = "{outcome}"', f'outcome = "{outcome}"', f"on = [{predictors}]")


def _truth_text(study: SimulatedStudy, instrument: str, lang: Language) -> str:
    import yaml

    values = study.truth.model_dump(mode="json", exclude_defaults=True) | {"instrument": instrument}
    first = Text("simulation.file_truth", {"seed": study.seed}).render(lang)
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    return f"# {first}\n{text}"


def _write_scores(study: SimulatedStudy, path: Path) -> None:
    units = study.responses[["body", "member", "group"]]
    study.scores.join(units).assign(careless=study.careless).to_csv(path, float_format="%.6f", lineterminator="\n")


def _text(content: str) -> Writer:
    def write(path: Path) -> None:
        path.write_text(content, encoding="utf-8", newline="\n")

    return write
