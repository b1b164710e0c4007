"""The scores.csv of an earlier wave, as this program wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kadsurvey.archive import MAX_FILE_BYTES, said
from kadsurvey.errors import InputFileError
from kadsurvey.language.guard import unguarded
from kadsurvey.language.text import Text

_ID = "respondent_id"
_TEXT = (_ID, "source_row", "body", "member", "group")
_MOST_COLUMNS = 2000
"""A hundred constructs have five hundred."""


def read_scores(path: Path) -> pd.DataFrame:
    """Read the scores of respondents.

    Returns
    -------
    DataFrame
        Indexed by respondent_id, the pseudonyms: body, perhaps member and group, and the constructs' columns. Texts
        and numbers are those that were written, to their last digit; only an empty cell is missing.

    Raises
    ------
    InputFileError
        If the file cannot be read, names no respondents, names one twice, or names no body.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputFileError("ingest.file_too_large", file=path.name, megabytes=path.stat().st_size // 1_000_000)
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = (row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row)
    except (OSError, ValueError, csv.Error) as err:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=said(err, path)) from err
    names = [unguarded(name) for name in header]
    widths = {len(row) for row in rows} | {len(names)}
    if len(widths) > 1 or len(names) > _MOST_COLUMNS or len(set(names)) < len(names):
        reason = Text("indices.before_columns", {"columns": len(names)})
        raise InputFileError("indices.before_unreadable", file=path.name, reason=reason)
    cells = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    scores = pd.DataFrame({name: _column(name, column) for name, column in cells.items()})
    if _ID not in scores or scores[_ID].isna().any() or not scores[_ID].is_unique:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=_ID)
    if "body" not in scores:
        raise InputFileError("indices.before_without_body", file=path.name)
    return scores.set_index(_ID)


def _column(name: str, cells: Sequence[str]) -> pd.Series[float] | pd.Series[str]:
    """Return a column as numbers, or as text where it is one of texts or holds anything else."""
    if name not in _TEXT:
        try:
            return pd.Series([float(cell) if cell else float("nan") for cell in cells], dtype="float64")
        except ValueError:
            pass
    return pd.Series([unguarded(cell) if cell else None for cell in cells], dtype="str")
