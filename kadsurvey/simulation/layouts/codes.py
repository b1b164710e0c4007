"""A field file as a form exports it: item codes as headers, answer codes in the cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kadsurvey.instrument.model import FieldRole
from kadsurvey.simulation.layouts.deterministic import save
from kadsurvey.simulation.layouts.respondents import SYNTHETIC_TITLE, Group, answers_of, invented_facts
from kadsurvey.simulation.simulate import SimulatedStudy

_PLACES: tuple[FieldRole, ...] = ("body", "member")


def write_codes(study: SimulatedStudy, path: Path, *, group: Group, seed: int) -> None:
    """Write the answers of one group as a workbook of codes, its header in row 1.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    from openpyxl import Workbook

    instrument = study.truth.instrument
    answers = answers_of(study, group)
    facts = invented_facts(answers.index, group, np.random.default_rng(seed))
    columns: dict[str, list[object]] = {instrument.field_with("id") or "respondent_id": answers.index.tolist()}
    for role in _PLACES:
        columns[instrument.field_with(role) or role] = answers[role].tolist()
    if "years_in_role" in instrument.fields:
        columns["years_in_role"] = facts["years_in_role"].tolist()
    for code in study.truth.items:
        columns[code] = [None if pd.isna(point) else int(point) for point in answers[code]]
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("data SYNTHETIC")
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append(row)
    save(workbook, path, title=SYNTHETIC_TITLE)
