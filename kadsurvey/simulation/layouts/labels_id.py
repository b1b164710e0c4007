"""A field file kept by hand: title rows, questions as headers, Indonesian labels as answers, personal columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kadsurvey.simulation.layouts.cells import field_label, label_texts, question
from kadsurvey.simulation.layouts.deterministic import save
from kadsurvey.simulation.layouts.respondents import SYNTHETIC_TITLE, Group, answers_of, invented_facts
from kadsurvey.simulation.simulate import SimulatedStudy

HEADER_ROW = 4
_TRAILING_SPACE = 0.01  # share of the answers
_LOWER_CASE = 0.01
_FACTS = ("name", "phone", "position", "years_in_role")


def write_labels_id(study: SimulatedStudy, path: Path, *, group: Group, seed: int) -> None:
    """Write the answers of one group as a workbook with Indonesian labels.

    Rows 1 to 3 hold titles, row 4 the questions in the group's wording. A few answers have a space behind them or
    small letters, as typed answers have.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    from openpyxl import Workbook

    instrument = study.truth.instrument
    rng = np.random.default_rng(seed)
    answers = answers_of(study, group)
    facts = invented_facts(answers.index, group, rng)
    columns: dict[str, list[object]] = {
        field_label(instrument, "id", "id"): answers.index.tolist(),
        **{
            instrument.fields[name].label.get("id", name): facts[name].tolist()
            for name in _FACTS
            if name in instrument.fields
        },
        field_label(instrument, "body", "id"): answers["body"].tolist(),
        field_label(instrument, "member", "id"): answers["member"].tolist(),
    }
    for code in study.truth.items:
        labels = label_texts(instrument, code, answers[code], "id")
        columns[question(instrument, code, group, "id")] = _typed(labels, rng)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Respon SINTETIS")
    sheet.append([SYNTHETIC_TITLE])
    sheet.append([instrument.title.get("id", instrument.name)])
    sheet.append([])
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append(row)
    save(workbook, path, title=SYNTHETIC_TITLE)


def _typed(labels: list[str], rng: np.random.Generator) -> list[object]:
    sloppy = rng.random(len(labels))
    return [_as_typed(label, chance) if label else None for label, chance in zip(labels, sloppy, strict=True)]


def _as_typed(label: str, chance: float) -> str:
    if chance < _TRAILING_SPACE:
        return label + " "
    return label.lower() if chance < _TRAILING_SPACE + _LOWER_CASE else label
