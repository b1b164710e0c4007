"""A field file as KoboToolbox exports it: semicolons, quoted cells, groups before names, its own columns behind."""

from __future__ import annotations

import csv
from pathlib import Path

from kadsurvey.simulation.layouts.cells import code_texts
from kadsurvey.simulation.layouts.respondents import Group, answers_of
from kadsurvey.simulation.simulate import SimulatedStudy

_TAIL = ("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__")


def write_kobo(study: SimulatedStudy, path: Path, *, group: Group) -> None:
    """Write the answers of one group as a csv export with codes; ``_uuid`` is the respondent's identifier.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    instrument, answers = study.truth.instrument, answers_of(study, group)
    columns: dict[str, list[str]] = {"start": [], "end": []}
    minutes = range(len(answers))
    columns["start"] = [f"2025-05-{1 + place % 28:02d}T08:{place % 60:02d}:00.000+07:00" for place in minutes]
    columns["end"] = [start.replace("T08", "T09") for start in columns["start"]]
    for role in ("body", "member"):
        columns[f"identitas/{instrument.field_with(role) or role}"] = answers[role].tolist()
    for code in study.truth.items:
        columns[f"{instrument.construct_of[code]}/{code}"] = code_texts(answers[code])
    own = {
        "_id": [str(1000 + place) for place in minutes],
        "_uuid": answers.index.tolist(),
        "_submission_time": [end[:19] for end in columns["end"]],
        "_status": ["submitted_via_web"] * len(answers),
        "_submitted_by": ["sintetis"] * len(answers),
        "__version__": ["vSINTETIS1"] * len(answers),
    }
    columns |= {name: own.get(name, [""] * len(answers)) for name in _TAIL}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
