"""The scores.csv of an earlier wave, as this program wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from kadsurvey.archive import MAX_FILE_BYTES, said
from kadsurvey.errors import InputFileError
from kadsurvey.language.guard import unguarded

_ID = "respondent_id"
_TEXT = (_ID, "source_row", "body", "member", "group")


def read_scores(path: Path) -> pd.DataFrame:
    """Read the scores of respondents.

    Returns
    -------
    DataFrame
        Indexed by respondent_id, the pseudonyms: body, perhaps member and group, and the constructs' columns.

    Raises
    ------
    InputFileError
        If the file cannot be read, names no respondents, names one twice, or names no body.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputFileError("ingest.file_too_large", file=path.name, megabytes=path.stat().st_size // 1_000_000)
        # Only an empty cell is missing, for a body may be called NA.
        scores = pd.read_csv(path, dtype="str", encoding="utf-8", keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as err:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=said(err, path)) from err
    scores = scores.rename(columns=unguarded)
    scores = scores.apply(lambda column: _texts(column) if column.name in _TEXT else _numbers(column))
    if _ID not in scores or scores[_ID].isna().any() or not scores[_ID].is_unique:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=_ID)
    if "body" not in scores:
        raise InputFileError("indices.before_without_body", file=path.name)
    return scores.set_index(_ID)


def _texts(column: pd.Series[str]) -> pd.Series[str]:
    return column.map(unguarded, na_action="ignore")


def _numbers(column: pd.Series[str]) -> pd.Series[Any]:
    """Return numbers to their last digit, as Python reads them; a column of anything else stays text."""
    try:
        return column.map(float, na_action="ignore").astype("float64")
    except ValueError:
        return _texts(column)
