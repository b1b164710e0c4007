"""The scores.csv of an earlier wave, as this program wrote it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kadsurvey.errors import InputFileError

_ID = "respondent_id"
_TEXT = (_ID, "body", "member", "group")


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
        scores = pd.read_csv(path, dtype=dict.fromkeys(_TEXT, "str"), encoding="utf-8")
    except (OSError, ValueError) as err:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=str(err)) from err
    if _ID not in scores or scores[_ID].isna().any() or not scores[_ID].is_unique:
        raise InputFileError("indices.before_unreadable", file=path.name, reason=_ID)
    if "body" not in scores:
        raise InputFileError("indices.before_without_body", file=path.name)
    return scores.set_index(_ID)
