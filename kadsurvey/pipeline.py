"""A study that reruns itself: every command that study.toml asks for, of which only what has changed is done again.

Each step depends on parts: the program, the questionnaire, files by their content, settings by their values. What a
step was done with stands in run.json among the results; it is done again where a part, or a file that it wrote, is not
what it was.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kadsurvey._version import __version__
from kadsurvey.language.text import Language, Text
from kadsurvey.report.writers.folder import file_hash
from kadsurvey.run import Run, json_file
from kadsurvey.settings import ModelSettings
from kadsurvey.study import Study

RECORD = "run.json"
_FORMAT = "kadsurvey.run/1"

_READING = ("instrument", "dialect", "exclude_rejected", "mapping", "data")
_SCORING = (
    *(*_READING, "screening", "drop", "seed", "method", "second_order", "min_cell"),
    *("members", "weight", "before", "model"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the study.

    Attributes
    ----------
    name : str
        The command, with the model's name behind a colon where there are several.
    settings : tuple of str
        Settings it depends on, with the files they name.
    act : callable
        Does it: given the folder of the results, the language, and whether to replace what others wrote.
    model : ModelSettings or None
        Of a regression.
    """

    name: str
    settings: tuple[str, ...]
    act: Callable[..., Run]
    model: ModelSettings | None = None


def steps_of(study: Study) -> list[Step]:
    """Return what study.toml asks for, in order: check, validate, score, network, efficiency, models, report."""
    settings = study.settings
    steps = [
        Step("check", (*_READING, "screening", "drop", "seed", "ties"), study.check),
        Step("validate", (*_READING, "screening", "drop", "seed", "cutoffs"), study.validate),
        Step("score", (*_SCORING, "ties"), study.score),
    ]
    if settings.ties is not None:
        steps.append(Step("network", ("instrument", "mapping", "seed", "ties"), study.network))
    if settings.bodies is not None:
        steps.append(Step("efficiency", ("instrument", "mapping", "seed", "bodies", "efficiency"), study.efficiency))
    of_models = (*_SCORING, "ties", "bodies", "efficiency")
    for model in settings.models:
        file = f"regression-{_file_name(model.name)}.xlsx"
        act = partial(study.regress, model.outcome, formula=model.formula, workbook_name=file)
        steps.append(Step(f"regress:{model.name}", of_models, act, model))
    every = (*of_models, "cutoffs", "models", "report", "network")
    steps.append(Step("report", every, study.report))
    return steps


@dataclass(frozen=True, slots=True)
class Due:
    """A step, and why it is to be done; nothing to do without a reason.

    Attributes
    ----------
    step : Step
    parts : mapping of str to str
        What it depends on, as it is now.
    reasons : tuple of Text
    """

    step: Step
    parts: Mapping[str, str]
    reasons: tuple[Text, ...]


def due(study: Study, directory: Path, *, lang: Language) -> list[Due]:
    """Return every step with the reasons to do it."""
    record = _record(directory)
    found = []
    for step in steps_of(study):
        parts = dict(_parts(study, step, lang))
        found.append(Due(step, parts, tuple(_reasons(parts, record.get(step.name), directory))))
    return found


def do(found: Due, directory: Path, *, lang: Language, force: bool) -> Run:
    """Do a step and write down with what."""
    given: dict[str, Any] = {"languages": (lang,)} if found.step.name == "report" else {"lang": lang}
    run = found.step.act(out=directory, force=force, **given)
    written = {path.relative_to(directory).as_posix(): file_hash(path) for path in run.files}
    record = _record(directory) | {found.step.name: {"parts": dict(found.parts), "files": written}}
    staged = directory / f".{RECORD}"
    json_file({"format": _FORMAT, "steps": record})(staged)
    staged.replace(directory / RECORD)
    return run


def _file_name(model: str) -> str:
    """Return a model's name as a part of a file's: letters, digits, - and _ only."""
    return re.sub(r"[^\w-]+", "_", model)


def _parts(study: Study, step: Step, lang: Language) -> Iterator[tuple[str, str]]:
    settings, values = study.settings, study.settings.to_dict()
    yield "program", __version__
    yield "lang", lang
    yield "instrument", study.instrument.sha256
    for name in step.settings:
        if name in values and name != "instrument":
            yield f"setting:{name}", _digest(values[name])
    if step.model is not None:
        mine = next(entry for entry in values["models"] if entry["name"] == step.model.name)
        yield "setting:model", _digest(mine)
    for path in _files(settings, step.settings):
        yield f"file:{path.name}", file_hash(path) if path.is_file() else "missing"


def _files(settings: Any, names: tuple[str, ...]) -> Iterator[Path]:
    own: dict[str, tuple[Path | None, ...]] = {
        "data": tuple(file.path for file in settings.data),
        "bodies": (settings.bodies,),
        "ties": () if settings.ties is None else (settings.ties.file, settings.ties.nodes),
        "mapping": (settings.mapping,),
        "model": (settings.model,),
        "before": (settings.before,),
        "efficiency": (settings.efficiency.deflator,),
    }
    for name in names:
        yield from (path for path in own.get(name, ()) if path is not None)


def _reasons(parts: Mapping[str, str], before: Any, directory: Path) -> Iterator[Text]:
    if not isinstance(before, dict):
        yield Text("pipeline.never_done")
        return
    known = before["parts"]
    for name, value in parts.items():
        if known.get(name) != value:
            kind, _, what = name.partition(":")
            yield Text(f"pipeline.changed_{kind}", {"name": what})
    if gone := [name.partition(":")[2] for name in known if name not in parts]:
        yield Text("pipeline.no_longer", {"names": gone})
    for name, digest in before["files"].items():
        path = directory / name
        if not path.is_file():
            yield Text("pipeline.output_missing", {"name": name})
        elif file_hash(path) != digest:
            yield Text("pipeline.output_changed", {"name": name})


def _record(directory: Path) -> dict[str, Any]:
    """Return what was done before; nothing where that cannot be told."""
    try:
        content = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        steps = content["steps"] if content["format"] == _FORMAT else {}
        whole = all({"parts", "files"} <= set(entry) for entry in steps.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return dict(steps) if whole else {}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode("utf-8")).hexdigest()[:16]
