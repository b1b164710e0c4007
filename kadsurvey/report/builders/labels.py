"""Words for the parts of an instrument."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text


def construct_label(instrument: Instrument, construct: str) -> Label:
    """Return the words for a construct: its label, else its name."""
    return instrument.constructs[construct].label or construct


def group_label(group: str) -> Label:
    """Return the words for a group of respondents."""
    return Text(f"tables.group_{group}") if group in ("official", "ngo") else group


def interval(low: float, high: float, *, digits: int = 0) -> Label | None:
    """Return an interval in words, None where a limit is missing."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    code = "tables.interval" if digits == 0 else f"tables.interval_{digits}"
    return Text(code, {"low": float(low), "high": float(high)})


def labelled(
    frame: pd.DataFrame, instrument: Instrument, constructs: Iterable[str] | None = None
) -> list[dict[str, Any]]:
    """Return a frame's rows as records, the index under ``key`` and the construct's words under ``label``.

    The constructs are by default those of the frame's column ``construct``.
    """
    if constructs is None:
        constructs = frame["construct"]
    records = frame.to_dict(orient="records")
    return [
        {**record, "key": key, "label": construct_label(instrument, construct)}  # type: ignore[dict-item]
        for key, record, construct in zip(frame.index, records, constructs, strict=True)
    ]
