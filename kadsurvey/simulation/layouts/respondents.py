"""What a field file says about respondents beside their answers; every person in it is invented, and says so."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError
from kadsurvey.simulation.simulate import SimulatedStudy

Group: TypeAlias = Literal["official", "ngo"]

SYNTHETIC_TITLE = "DATA SINTETIS (SYNTHETIC): bukan hasil survei; lembaga, daerah, dan orang di dalamnya tidak ada"

_POSITIONS: dict[Group, tuple[str, ...]] = {
    "official": ("Kepala dinas", "Kepala bidang", "Kepala seksi", "Staf"),
    "ngo": ("Ketua", "Pengurus", "Anggota"),
}
_LONGEST_IN_ROLE = 12  # years


def answers_of(study: SimulatedStudy, group: Group) -> pd.DataFrame:
    """Return the responses of one group.

    Raises
    ------
    ArgumentError
        If the study has nobody in it.
    """
    answers = study.responses[study.responses["group"] == group]
    if answers.empty:
        raise ArgumentError("simulation.group_without_respondents", group=group)
    return answers


def invented_facts(respondents: pd.Index[str], group: Group, rng: np.random.Generator) -> pd.DataFrame:
    """Draw position and years in it, and give each respondent a name and a number that nobody has."""
    n = len(respondents)
    return pd.DataFrame(
        {
            "name": [f"Responden Sintetis {respondent}" for respondent in respondents],
            "phone": [f"0000-0000-{number:04d}" for number in range(1, n + 1)],
            "position": rng.choice(_POSITIONS[group], size=n),
            "years_in_role": rng.integers(1, _LONGEST_IN_ROLE, size=n, endpoint=True),
        },
        index=respondents,
    )
