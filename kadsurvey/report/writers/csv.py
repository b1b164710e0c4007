"""A frame to csv: comma, decimal point, UTF-8, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from kadsurvey.language.guard import guarded

_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame's columns without its index; numbers in full, missing values empty.

    Text that a spreadsheet would take for a formula, also at the head of a column, stands behind an apostrophe, as
    `kadsurvey.language.guard` says; numbers stay numbers. Neither pandas nor Python before 3.13 quotes a text that
    holds a carriage return alone, which then ends the row wherever the file is read.
    """
    columns = [[_field(value) for value in frame[name].tolist()] for name in frame.columns]
    rows = [[_field(str(name)) for name in frame.columns], *zip(*columns, strict=True)]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8", newline="\n")


def _field(value: object) -> str:
    if isinstance(value, str):
        text = guarded(value)
        return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
