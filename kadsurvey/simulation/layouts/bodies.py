"""The body data as an office keeps them: one row a body, planned cost as text in rupiah."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kadsurvey.simulation.layouts.deterministic import save
from kadsurvey.simulation.layouts.respondents import SYNTHETIC_TITLE
from kadsurvey.simulation.simulate import SimulatedStudy

_DECIMALS = 6  # beyond them logarithms differ between machines
_AS_TEXT = "cost_planned"


def write_bodies(study: SimulatedStudy, path: Path) -> None:
    """Write the body data of a study: the instrument's keys as headers, categories in Indonesian."""
    from openpyxl import Workbook

    bodies = study.bodies.reset_index()
    fields = study.truth.instrument.bodies
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Lembaga SINTETIS")
    sheet.append(list(bodies.columns))
    wordings = [fields[name].values if name in fields else {} for name in bodies.columns]
    for row in bodies.itertuples(index=False, name=None):
        cells = zip(bodies.columns, row, wordings, strict=True)
        sheet.append([_rupiah(value) if name == _AS_TEXT else _cell(value, words) for name, value, words in cells])
    save(workbook, path, title=SYNTHETIC_TITLE)


def _cell(value: object, wordings: Mapping[str, tuple[str, ...]]) -> object:
    if isinstance(value, float | np.floating):
        number = float(value)
        return int(number) if number.is_integer() else round(number, _DECIMALS)
    if isinstance(value, np.integer):
        return int(value)
    return wordings[value][0] if isinstance(value, str) and wordings.get(value) else value


def _rupiah(amount: float) -> str:
    return "Rp" + f"{amount:,.0f}".replace(",", ".")
