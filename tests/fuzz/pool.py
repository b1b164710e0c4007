"""Changed files read in child processes, where a wait without end, a full memory or a crash harms nobody."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Literal, TypeAlias

from kadsurvey.errors import KadsurveyError
from kadsurvey.language.text import LANGUAGES
from tests.fuzz.mutation import mutated
from tests.fuzz.readers import READERS, whole_files

Outcome: TypeAlias = Literal["read", "warnings", "refused", "failure"]

SECONDS = 20.0
"""After so long a reader counts as waiting for ever; the slowest file takes a hundredth."""
MEGABYTES = 1000.0
_ADDRESSES = 6 << 30
"""Bytes that a child may address at all, so that a runaway reader cannot take the machine with it."""
_UNCHANGED = 0.05
"""Share of the files that are read as they are."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One file and what became of it.

    Attributes
    ----------
    reader : str
    seed : int
        With the reader's name it makes the file again: `changed_file`.
    outcome : {"read", "warnings", "refused", "failure"}
        Read without a word, read with findings that warn, refused with a message, or none of these.
    detail : str
        The code of the refusal, or what failed.
    seconds, megabytes : float
        Time, and the most memory that the child held.
    """

    reader: str
    seed: int
    outcome: Outcome
    detail: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0


def changed_file(reader: str, seed: int) -> bytes:
    """Return the file of a reader and a seed."""
    rng = random.Random(f"{reader} {seed}")
    whole = whole_files(reader)
    content = rng.choice(whole)
    return content if rng.random() < _UNCHANGED else mutated(content, whole, READERS[reader].kind, rng)


def run(trials: Iterable[tuple[str, int]], *, children: int) -> Iterator[Trial]:
    """Yield what became of each file, in no certain order; a child that dies or waits too long is replaced."""
    todo = iter(trials)
    at_work = [_Child() for _ in range(children)]
    try:
        idle = [child for child in at_work if not child.take(next(todo, None))]
        while len(idle) < len(at_work):
            busy = [child for child in at_work if child.trial is not None]
            ready = wait([child.connection for child in busy], timeout=0.5)
            for child in busy:
                if child.connection in ready or child.is_late():
                    yield child.result()
                    if not child.take(next(todo, None)):
                        idle.append(child)
    finally:
        for child in at_work:
            child.end()


class _Child:
    """A process that reads one file after another."""

    def __init__(self) -> None:
        self.trial: tuple[str, int] | None = None
        self._start()

    def _start(self) -> None:
        # Not forked: the readers' libraries have threads of their own.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,))
        self._process.start()
        theirs.close()
        self._begun = time.monotonic()

    def take(self, trial: tuple[str, int] | None) -> bool:
        """Begin with a file; tell whether there was one."""
        self.trial = trial
        if trial is None:
            return False
        # The first file of a child has to wait for its libraries, and for the files to begin from.
        self._begun = time.monotonic()
        self.connection.send(trial)
        return True

    def is_late(self) -> bool:
        return time.monotonic() - self._begun > 2 * SECONDS

    def result(self) -> Trial:
        assert self.trial is not None
        try:
            if self.connection.poll():
                found: Trial = self.connection.recv()
                return found
        except (EOFError, OSError):
            pass
        self._process.kill() if self._process.is_alive() and self.is_late() else None
        self._process.join()
        code, late = self._process.exitcode, self.is_late()
        self.connection.close()
        trial, self.trial = self.trial, None
        self._start()
        return Trial(*trial, "failure", "hang" if late else f"died: {code}", SECONDS if late else 0.0)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()


def _work(connection: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a compiled library prints as it dies is no part of the table.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with tempfile.TemporaryDirectory(prefix="kadsurvey-fuzz-") as folder:
        while True:
            try:
                reader, seed = connection.recv()
            except EOFError:
                return
            connection.send(read_changed(reader, seed, Path(folder)))


def read_changed(reader: str, seed: int, folder: Path) -> Trial:
    """Make the file of a reader and a seed, read it, and say what became of it."""
    whole = READERS[reader]
    path = folder / whole.file
    path.write_bytes(changed_file(reader, seed))
    _forget_peak()
    before = _of_children()
    begun = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome, detail = _outcome(reader, path, str(folder))
    seconds, megabytes = time.perf_counter() - begun, _peak()
    if (children := _of_children()) > before:
        megabytes = max(megabytes, children)
    if outcome != "failure" and caught:
        outcome, detail = "failure", f"warned: {caught[0].category.__name__}: {str(caught[0].message)[:80]}"
    if outcome != "failure" and seconds > SECONDS:
        outcome, detail = "failure", "hang"
    if outcome != "failure" and megabytes > MEGABYTES:
        outcome, detail = "failure", "memory"
    return Trial(reader, seed, outcome, detail, seconds, megabytes)


def _outcome(reader: str, path: Path, folder: str) -> tuple[Outcome, str]:
    try:
        findings = list(READERS[reader].read(path))
        said = [finding.render(lang) for finding in findings for lang in LANGUAGES]
    except KadsurveyError as err:
        return _judged("refused", err.code, [err.render(lang) for lang in LANGUAGES], folder)
    except BaseException as err:
        # Whatever it is, a panic of a compiled library too, it is what the table counts as a failure.
        where = traceback.extract_tb(err.__traceback__)[-1]
        ours = [part for part in traceback.extract_tb(err.__traceback__) if "/kadsurvey/" in part.filename]
        place = ours[-1] if ours else where
        return "failure", f"{type(err).__name__}: {str(err)[:60]} ({Path(place.filename).name}:{place.lineno})"
    warned = any(finding.severity != "note" for finding in findings)
    return _judged("warnings" if warned else "read", "", said, folder)


def _judged(outcome: Outcome, code: str, said: list[str], folder: str) -> tuple[Outcome, str]:
    """Call it a failure if a sentence names the folder: messages name files only."""
    if any(folder in sentence for sentence in said):
        return "failure", f"names the folder: {code}"
    return outcome, code


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Return the most memory held since it was last forgotten, in megabytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000


def _of_children() -> float:
    """Return the most memory that a process held which a reader began, ever, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
