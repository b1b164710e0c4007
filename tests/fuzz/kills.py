"""Runs that are killed while they write: what stands in the folder then, and whether the next run knows its own."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal, TypeAlias

import pandas as pd

from kadsurvey.errors import KadsurveyError
from kadsurvey.report.writers.folder import MANIFEST, write_files
from kadsurvey.report.writers.report import write_report
from kadsurvey.run import csv_file, json_file, workbook

Write: TypeAlias = Callable[[Path, int], object]
State: TypeAlias = Literal["old", "new", "some of each"]

_TEMPORARY = re.compile(r"\.[0-9a-f]{8}-.+")
_LEFT_OVER = 2 * 3600.0
_AROUND = 4
"""Lines of Python before and after a file is opened, renamed or removed, at which two thirds of the kills fall."""


@dataclass(frozen=True, slots=True)
class Kill:
    """What a killed run left.

    Attributes
    ----------
    outputs : str
        Which outputs it wrote.
    seed : int
        With the outputs it makes the moment again.
    state : {"old", "new", "some of each"}
        What the files were, each of them whole.
    lost : tuple of str
        Files that are neither as before nor as they should be.
    left_over : int
        Temporary files beside them.
    problem : str
        What the next run had against the folder; empty where it wrote all of its files.
    """

    outputs: str
    seed: int
    state: State
    lost: tuple[str, ...]
    left_over: int
    problem: str


def _score(directory: Path, version: int) -> object:
    from tests.report.documents import DOCUMENT

    frame = pd.DataFrame({"respondent_id": [f"{row:012x}" for row in range(300)], "trust_z": float(version)})
    tables = [replace(table, notes=(f"version {version}",)) for table in DOCUMENT.tables()]
    writers = {
        "model.json": json_file({"format": "kadsurvey.model/1", "seed": version}),
        "scores.csv": csv_file(frame),
        "score.xlsx": workbook(tables, "en"),
    }
    return write_files(directory, writers)


def _report(directory: Path, version: int) -> object:
    from tests.report.documents import DOCUMENT

    return write_report(
        replace(DOCUMENT, title=f"version {version}"), directory, languages=["en"], about={"report": {"run": version}}
    )


def _forms(directory: Path, version: int) -> object:
    from kadsurvey.instrument.forms.export import form_files, text_file
    from kadsurvey.instrument.load import load_instrument

    instrument = load_instrument("kad-short").model_copy(update={"version": f"{version}.0"})
    files = {**form_files(instrument, "codebook"), **form_files(instrument, "xlsform", seed=version)}
    named = {name.replace(f"seed{version}", "seed"): write for name, write in files.items()}
    return write_files(directory, {**named, "study.toml": text_file(f"version = 1\nseed = {version}\n")})


OUTPUTS: Mapping[str, Write] = {"score": _score, "report": _report, "forms": _forms}
"""What commands write: model, table and workbook; documents, figures and references; forms and settings."""


def kill(outputs: str, seed: int) -> Kill:
    """Write outputs, write others over them and be killed at a moment that the seed says; then look."""
    moment = _moment(outputs, seed)
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "results"
        shutil.copytree(_written(outputs, 1), directory)
        _in_child(partial(OUTPUTS[outputs], directory, 2), kill_at=moment)
        states, lost = _states(outputs, directory)
        left_over = [path for path in directory.rglob("*") if _TEMPORARY.fullmatch(path.name)]
        for path in left_over:
            os.utime(path, (time.time() - _LEFT_OVER,) * 2)
        problem = _next_run(outputs, directory)
    state: State = "old" if states == {1} else "new" if states == {2} else "some of each"
    return Kill(outputs, seed, state, lost, len(left_over), problem)


def _next_run(outputs: str, directory: Path) -> str:
    """Write again, as after a kill; return what is wrong then."""
    try:
        with OneCore():
            OUTPUTS[outputs](directory, 2)
    except KadsurveyError as err:
        return f"{err.code}: {err}"
    states, lost = _states(outputs, directory)
    listed = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    names = {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
    if lost or states != {2}:
        return f"not written: {lost}"
    if names != {*listed["files"], MANIFEST} or "coming" in listed:
        return f"unlisted: {sorted(names ^ {*listed['files'], MANIFEST})}"
    return ""


def _states(outputs: str, directory: Path) -> tuple[set[int], tuple[str, ...]]:
    """Return which versions the files are of, and those that are of none."""
    states: set[int] = set()
    lost = []
    known = {version: _digests(_written(outputs, version)) for version in (1, 2)}
    for name in sorted(known[1] | known[2]):
        path = directory / name
        digest = _digest(path) if path.is_file() else None
        own = {version for version in (1, 2) if known[version].get(name) == digest}
        if not own:
            lost.append(name)
        elif len(own) == 1:
            states |= own
    try:
        json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        lost.append(MANIFEST)
    return states, tuple(lost)


@cache
def _written(outputs: str, version: int) -> Path:
    """Write a version undisturbed, once."""
    directory = _room() / f"{outputs}-{version}"
    with OneCore():
        OUTPUTS[outputs](directory, version)
    return directory


@cache
def _room() -> Path:
    folder = tempfile.TemporaryDirectory()
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _digests(directory: Path) -> dict[str, str]:
    names = [path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()]
    return {name: _digest(directory / name) for name in names if name != MANIFEST}


def _digest(path: Path) -> str:
    """Return a hash of what a file says; of a workbook without the time at which it was made."""
    if path.suffix not in (".xlsx", ".docx"):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return "damaged"
            parts = sorted((part.filename, part.CRC) for part in archive.infolist())
    except (zipfile.BadZipFile, EOFError, OSError):
        return "damaged"
    return repr([part for part in parts if part[0] != "docProps/core.xml"])


@cache
def _lines(outputs: str) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Return how many lines of Python an undisturbed run takes, and at which it touches files and moves them."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "results"
        shutil.copytree(_written(outputs, 1), directory)
        told = Path(folder) / "told.json"
        _in_child(partial(OUTPUTS[outputs], directory, 2), tell=told)
        total, touched, moved = json.loads(told.read_text())
    return total, tuple(touched), tuple(moved)


def _moment(outputs: str, seed: int) -> int:
    rng = random.Random(f"{outputs} {seed}")
    total, *places = _lines(outputs)
    kind = rng.randrange(3)
    if kind == 2:
        return rng.randrange(1, total)
    return max(1, rng.choice(places[kind]) + rng.randrange(-_AROUND, _AROUND + 1))


def _in_child(work: Callable[[], object], *, kill_at: int | None = None, tell: Path | None = None) -> None:
    """Do something in a child that counts its lines of Python, and is killed at one of them."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        count = _Count(kill_at)
        with OneCore():
            sys.addaudithook(count.touch)
            sys.settrace(count.trace)
            work()
            sys.settrace(None)
        if tell is not None:
            tell.write_text(json.dumps([count.line, count.touched, count.moved]))
    finally:
        os._exit(0)


class _Count:
    """Counts lines of Python, and kills its own process at one of them."""

    def __init__(self, kill_at: int | None) -> None:
        self.line = 0
        self.touched: list[int] = []
        self.moved: list[int] = []
        self._kill_at = kill_at

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG002
        self.line += 1
        if self.line == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.trace

    def touch(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and len(arguments) > 2 and isinstance(arguments[2], int) and arguments[2] & 3
        if writes or event in ("os.rename", "os.remove", "os.mkdir"):
            (self.moved if event == "os.rename" else self.touched).append(self.line)


class OneCore:
    """Keeps the making of documents in this process, so that its lines are counted and it dies as one."""

    def __enter__(self) -> None:
        from kadsurvey import cores

        self._cores = cores.cores
        cores.cores = lambda: 1

    def __exit__(self, *_: object) -> None:
        from kadsurvey import cores

        cores.cores = self._cores
