"""A field file as LimeSurvey exports it: answer codes by their place on the scale, arrays as ``group[item]``."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.simulation.layouts.respondents import Group, answers_of
from kadsurvey.simulation.simulate import SimulatedStudy


def write_limesurvey(study: SimulatedStudy, path: Path, *, group: Group) -> None:
    """Write the answers of one group as a csv of answer codes ``A1``, ``A2`` ...; *tidak tahu* is left unanswered.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    instrument, answers = study.truth.instrument, answers_of(study, group)
    n = len(answers)
    columns: dict[str, list[str]] = {
        "id": [str(place) for place in range(1, n + 1)],
        "submitdate": [f"2025-05-{1 + place % 28:02d} 09:00:00" for place in range(n)],
        "lastpage": ["3"] * n,
        "startlanguage": ["id"] * n,
    }
    for role in ("body", "member"):
        columns[instrument.field_with(role) or role] = answers[role].tolist()
    for code in study.truth.items:
        columns[f"{instrument.construct_of[code]}[{code}]"] = _places(instrument, code, answers[code])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _places(instrument: Instrument, code: str, ticked: pd.Series) -> list[str]:
    places = {point: f"A{place}" for place, point in enumerate(instrument.scale_of(code).codes, start=1)}
    return ["" if pd.isna(point) else places.get(int(point), "") for point in ticked]
