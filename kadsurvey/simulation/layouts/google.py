"""A field file as Google Forms exports it: a stamp, questions as headers, labels as answers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from kadsurvey.simulation.layouts.cells import field_label, label_texts, question
from kadsurvey.simulation.layouts.respondents import Group, answers_of
from kadsurvey.simulation.simulate import SimulatedStudy

_STAMP = {"id": "Stempel waktu", "en": "Timestamp"}


def write_google(study: SimulatedStudy, path: Path, *, group: Group, lang: Literal["id", "en"] = "id") -> None:
    """Write the answers of one group as a csv of labels, in the order of the study: the form asks for no identifier.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    instrument, answers = study.truth.instrument, answers_of(study, group)
    stamps = [f"{1 + place % 28:02d}/05/2025 {8 + place % 9:02d}:{place % 60:02d}:00" for place in range(len(answers))]
    columns: dict[str, list[str]] = {_STAMP[lang]: stamps}
    for role in ("body", "member"):
        columns[field_label(instrument, role, lang)] = answers[role].tolist()
    for number, code in enumerate(study.truth.items, start=1):
        text = question(instrument, code, group, lang)
        columns[f"{number}. {text}"] = label_texts(instrument, code, answers[code], lang)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
