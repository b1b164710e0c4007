"""The studies of a power simulation in a file, a line each as they are done, so that what was interrupted can go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kadsurvey.errors import InputFileError
from kadsurvey.simulation.power import KEYS
from kadsurvey.simulation.power_replicate import COLUMNS, Plan
from kadsurvey.simulation.replications import Key

STORE_FILE = "power_studies.jsonl"
_FORMAT = "kadsurvey.power/1"


class Store:
    """A file of studies, begun anew or gone on with.

    Parameters
    ----------
    path : Path
    plan : Plan
        Stands in the first line: other plans are not mixed with it.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self._path, self._plan = path, _described(plan)

    def begin(self) -> None:
        """Write the first line of a new file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._plan, sort_keys=True) + "\n", encoding="utf-8")

    def done(self) -> dict[Key, dict[str, float]]:
        """Return the studies that the file holds; a line that was cut short is none.

        Raises
        ------
        InputFileError
            If the file cannot be read, or its studies are of another plan.
        """
        try:
            first, *lines = self._path.read_text(encoding="utf-8").split("\n")
            plan = json.loads(first)
        except (OSError, ValueError) as err:
            raise InputFileError("simulation.power_unreadable", file=self._path.name) from err
        if plan != self._plan:
            raise InputFileError("simulation.power_other_plan", file=self._path.name)
        whole = lines[:-1]
        # what follows the last line break was cut short, and is written over
        kept = "\n".join([first, *whole]) + "\n"
        self._path.write_text(kept, encoding="utf-8")
        return dict(self._study(line) for line in whole)

    def add(self, key: Key, found: dict[str, float]) -> None:
        """Write one study."""
        row = [*key, *(None if found[name] != found[name] else found[name] for name in COLUMNS)]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _study(self, line: str) -> tuple[Key, dict[str, float]]:
        try:
            row = json.loads(line)
            values = [float("nan") if value is None else float(value) for value in row[len(KEYS) :]]
            return (int(row[0]), int(row[1]), int(row[2])), dict(zip(COLUMNS, values, strict=True))
        except (ValueError, TypeError, IndexError) as err:
            raise InputFileError("simulation.power_unreadable", file=self._path.name) from err


def _described(plan: Plan) -> dict[str, Any]:
    """Return what makes a plan: no study of one belongs to another."""
    from kadsurvey._version import __version__

    truth = plan.truth.to_dict() | {"instrument": plan.truth.instrument.sha256}
    return {
        "format": _FORMAT,
        "version": __version__,
        "truth": truth,
        "on": list(plan.on),
        "effect": plan.effect,
        "method": plan.method,
        "seed": plan.seed,
    }
