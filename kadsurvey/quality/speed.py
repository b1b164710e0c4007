"""Whether a respondent was too fast: from the times of start and end, or a duration, where the survey kept them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.ingest.amounts import LONGEST
from kadsurvey.ingest.dates import read_day
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.quality.answers import Answers
from kadsurvey.quality.screened import Array, Screened, not_judged
from kadsurvey.quality.thresholds import Thresholds

_START, _END = "start", "end"
_DAY_SECONDS = 86_400

_MOMENT = re.compile(
    r"^(?P<day>\S.*?)[T ]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?|GMT|UTC|WIB|WITA|WIT)?$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_NAMED_OFFSETS = {"WIB": 7, "WITA": 8, "WIT": 9}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time of day, as far as they could be read.

    Attributes
    ----------
    day : str
        As written.
    date : date or None
        None where the day could be two days.
    seconds : float
        Since midnight, in the time zone of ``offset``.
    offset : int or None
        Seconds that this time zone is ahead of UTC; None where none is written.
    """

    day: str
    date: dt.date | None
    seconds: float
    offset: int | None


def speeding(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents with too few seconds an item; *tidak tahu* is an item that was read."""
    responses = answers.responses
    taken = seconds_taken(responses)
    n = len(responses.data)
    if taken is None:
        return not_judged(n, Text("quality.needs_times"), np.full(n, np.nan))
    if not np.isfinite(taken).any():
        return not_judged(n, Text("quality.times_unreadable"), taken)
    ticked = answers.answered | responses.dont_know[list(answers.items)].to_numpy()
    count = ticked.sum(axis=1)
    per_item = np.where(count > 0, taken / np.maximum(count, 1), np.nan)
    return Screened(per_item < thresholds.speeding, per_item)


def seconds_taken(responses: Responses) -> Array | None:
    """Return how long each respondent took, in seconds.

    A time field of type ``number`` is a duration in seconds. Else the fields ``start`` and ``end`` are taken, or the
    only two time fields in the order of the questionnaire.

    Returns
    -------
    ndarray, shape (n_respondents,), or None
        NaN where a time is missing, cannot be read, or the end comes before the start; None where the answers hold no
        such fields.
    """
    fields = responses.instrument.fields
    times = [name for name, part in fields.items() if part.role == "time" and name in responses.data]
    for name in times:
        if fields[name].type == "number":
            duration = responses.data[name].to_numpy(dtype=np.float64)
            return np.where(duration >= 0, duration, np.nan)
    ends = [_START, _END] if {_START, _END} <= set(times) else times
    if len(ends) != 2:
        return None
    started, ended = ([read_moment(text) for text in _texts(responses.data[name])] for name in ends)
    return np.array([_apart(first, last) for first, last in zip(started, ended, strict=True)], dtype=np.float64)


def read_moment(text: str) -> Moment | None:
    """Read a day with a time as survey programs write it; None where there is no time in it.

    Examples
    --------
    >>> read_moment("2024-05-14T09:12:30.500+07:00")
    Moment(day='2024-05-14', date=datetime.date(2024, 5, 14), seconds=33150.5, offset=25200)
    """
    if len(text) > LONGEST or (found := _MOMENT.match(text.strip())) is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"])
    second = float((found["second"] or "0").replace(",", "."))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
    if hour > 24 or minute > 59 or second >= 61:
        return None
    date = read_day(_YEAR_FIRST.sub(r"\1-\2-\3", found["day"])).value
    return Moment(found["day"], date, 3600 * hour + 60 * minute + second, _offset(found["zone"]))


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone in _NAMED_OFFSETS:
        return 3600 * _NAMED_OFFSETS[zone]
    if (found := _OFFSET.search(zone)) is None:
        return 0
    size = 3600 * int(found[2]) + 60 * int(found[3] or 0)
    return -size if found[1] == "-" else size


def _apart(first: Moment | None, last: Moment | None) -> float:
    """Return the seconds between two moments; a day that could be two is compared as it is written."""
    if first is None or last is None:
        return np.nan
    if first.date is not None and last.date is not None:
        days = (last.date - first.date).days
    elif first.day == last.day:
        days = 0
    else:
        return np.nan
    seconds = _DAY_SECONDS * days + last.seconds - first.seconds
    if first.offset is not None and last.offset is not None:
        seconds -= last.offset - first.offset
    return seconds if seconds >= 0 else np.nan


def _texts(column: pd.Series) -> list[str]:
    return [text if isinstance(text, str) else "" for text in column.tolist()]
