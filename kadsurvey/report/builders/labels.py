"""Words for the parts of an instrument."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label


def construct_label(instrument: Instrument, construct: str) -> Label:
    """Return the words for a construct: its label, else its name."""
    return instrument.constructs[construct].label or construct


def labelled(frame: pd.DataFrame, instrument: Instrument, constructs: Iterable[str]) -> list[dict[str, Any]]:
    """Return a frame's rows as records, the index under ``key`` and the construct's words under ``label``."""
    records = frame.to_dict(orient="records")
    return [
        {**record, "key": key, "label": construct_label(instrument, construct)}  # type: ignore[dict-item]
        for key, record, construct in zip(frame.index, records, constructs, strict=True)
    ]
