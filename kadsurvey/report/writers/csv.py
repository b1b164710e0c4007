"""A frame to csv: comma, decimal point, UTF-8, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame's columns without its index; numbers in full, missing values empty.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets themselves do.
    """
    guarded = frame.apply(lambda column: column if column.dtype.kind in "biuf" else column.map(_guarded))
    guarded.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _guarded(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value
