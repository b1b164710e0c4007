"""A field file as SPSS keeps it: codes with value labels, *tidak tahu* declared missing by the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kadsurvey.simulation.layouts.cells import answer_labels, question
from kadsurvey.simulation.layouts.respondents import SYNTHETIC_TITLE, Group, answers_of
from kadsurvey.simulation.simulate import SimulatedStudy


def write_sav(study: SimulatedStudy, path: Path, *, group: Group) -> None:
    """Write the answers of one group as a .sav file with value labels and user-missing codes.

    Raises
    ------
    ArgumentError
        If the study has nobody in the group.
    """
    import pandas as pd
    import pyreadstat

    instrument, answers = study.truth.instrument, answers_of(study, group)
    columns: dict[str, object] = {instrument.field_with("id") or "respondent_id": answers.index.astype(str)}
    columns |= {instrument.field_with(role) or role: answers[role].to_numpy() for role in ("body", "member")}
    columns |= {code: answers[code].astype("float64").to_numpy() for code in study.truth.items}
    labels: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    for code in study.truth.items:
        labels[code] = answer_labels(instrument, code, "id")
        missing[code] = [gap.code for gap in instrument.scale_of(code).missing if gap.code is not None]
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        str(path),
        file_label=SYNTHETIC_TITLE[:64],
        column_labels=[question(instrument, name, group, "id") if name in labels else name for name in columns],
        variable_value_labels=labels,
        missing_ranges=missing,
    )
