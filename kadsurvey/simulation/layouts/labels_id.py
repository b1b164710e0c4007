"""A field file kept by hand: title rows, questions as headers, Indonesian labels as answers, personal columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kadsurvey.instrument.model import Instrument, Words
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
        _header(instrument, "id"): answers.index.tolist(),
        **{_field_label(instrument, name): facts[name].tolist() for name in _FACTS if name in instrument.fields},
        _header(instrument, "body"): answers["body"].tolist(),
        _header(instrument, "member"): answers["member"].tolist(),
    }
    for code in study.truth.items:
        columns[_question(instrument, code, group)] = _labelled(instrument, code, answers[code], rng)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Respon SINTETIS")
    sheet.append([SYNTHETIC_TITLE])
    sheet.append([instrument.title.get("id", instrument.name)])
    sheet.append([])
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append(row)
    save(workbook, path, title=SYNTHETIC_TITLE)


def _labelled(instrument: Instrument, code: str, ticked: pd.Series, rng: np.random.Generator) -> list[object]:
    scale = instrument.scale_of(code)
    labels = {point: words["id"][0] for point, words in scale.labels.items()}
    labels |= {gap.code: gap.labels["id"][0] for gap in scale.missing if gap.code is not None and "id" in gap.labels}
    sloppy = rng.random(len(ticked))
    return [
        None if pd.isna(point) else _as_typed(labels.get(int(point), str(point)), chance)
        for point, chance in zip(ticked, sloppy, strict=True)
    ]


def _as_typed(label: str, chance: float) -> str:
    if chance < _TRAILING_SPACE:
        return label + " "
    return label.lower() if chance < _TRAILING_SPACE + _LOWER_CASE else label


def _question(instrument: Instrument, code: str, group: Group) -> str:
    item = instrument.items[code]
    words: Words = item.text_ngo if group == "ngo" and item.text_ngo else item.text
    return words.get("id", code)


def _header(instrument: Instrument, role: str) -> str:
    """Return the printed label of the field of one role; without such a field the role itself."""
    name = next((name for name, part in instrument.fields.items() if part.role == role), None)
    return role if name is None else _field_label(instrument, name)


def _field_label(instrument: Instrument, name: str) -> str:
    return instrument.fields[name].label.get("id", name)
