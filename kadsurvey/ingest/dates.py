"""Days and years as people write them; a day that could be two days stays in doubt."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kadsurvey.ingest.amounts import LONGEST, UNREADABLE, Amount, Doubt, read_amount

DayOrder: TypeAlias = Literal["day_first", "month_first"]

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_NUMERIC = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_WORDED = re.compile(r"^(\d{1,2})[ \-/]([^\W\d_]+)\.?[ \-/](\d{4}|\d{2})$")
_MONTH_WORDED = re.compile(r"^([^\W\d_]+)\.?[ \-/](\d{4})$")
_MONTH_NUMERIC = re.compile(r"^(\d{1,2})[/\-](\d{4})$")
_BEFORE = re.compile(
    r"^(?:(?:tanggal|tgl)\b\.?|(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday)\b)\s*[:,]?\s*",
    re.IGNORECASE,
)
_TIME = re.compile(r"[ ,]+(?:pukul\s+|jam\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*(?:WIB|WITA|WIT))?$", re.IGNORECASE)
_SERIAL = re.compile(r"^(\d{5})(?:[.,]\d+)?$")
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 73_415  # 1950-01-01 to 2100-12-31
_SERIAL_ZERO = dt.date(1899, 12, 30)
_YEAR = re.compile(
    r"^(?:ta\b\.?|t\.a\.|th\b\.?|thn\b\.?|tahun(?:\s+anggaran)?|year|fy)\s*[:.]?\s*(?=\d)", re.IGNORECASE
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "pebruari"),
            ("maret", "march", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agu", "agt", "ags", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nopember", "nov", "nop"),
            ("desember", "december", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day read from text.

    Attributes
    ----------
    value : date or None
        The day; None where there is a doubt.
    doubt : {"ambiguous", "unreadable"} or None
        ``ambiguous`` for ``03/04/2020``, and for a year of two digits.
    readings : tuple of date
        What an ambiguous text could mean.
    order : {"day_first", "month_first"} or None
        Which of two numbers is the day, where the text shows it.
    whole : bool
        False where the text names a month only; its first day then stands for it.
    """

    value: dt.date | None
    doubt: Doubt | None = None
    readings: tuple[dt.date, ...] = ()
    order: DayOrder | None = None
    whole: bool = True


_NO_DAY = Day(None, "unreadable")


def read_day(text: str) -> Day:
    """Read a day: ISO, ``31/12/2020``, with the month in words, or the number by which a spreadsheet counts days.

    Examples
    --------
    >>> read_day("12 Maret 2020").value
    datetime.date(2020, 3, 12)
    >>> [str(day) for day in read_day("03/04/2020").readings]
    ['2020-04-03', '2020-03-04']
    """
    if len(text) > LONGEST:
        return _NO_DAY
    text = " ".join(text.split())
    if found := _ISO.match(text):
        return _whole(_day(int(found[1]), int(found[2]), int(found[3])))
    text = _BEFORE.sub("", _TIME.sub("", text))
    if found := _WORDED.match(text):
        return _worded(int(found[1]), _MONTHS.get(found[2].casefold()), found[3])
    if found := _NUMERIC.match(text):
        return _numeric(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_WORDED.match(text):
        return _month(_MONTHS.get(found[1].casefold()), int(found[2]))
    if found := _MONTH_NUMERIC.match(text):
        return _month(int(found[1]), int(found[2]))
    if (found := _SERIAL.match(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return Day(_SERIAL_ZERO + dt.timedelta(days=int(found[1])))
    return _NO_DAY


def read_year(text: str) -> Amount:
    """Read a year: ``2024``, ``TA 2024``, ``Tahun Anggaran 2024``."""
    if len(text) > LONGEST:
        return UNREADABLE
    amount = read_amount(_YEAR.sub("", text.strip()))
    return UNREADABLE if amount.unit is not None else amount


def _worded(day: int, month: int | None, year: str) -> Day:
    if month is None:
        return _NO_DAY
    if len(year) == 4:
        return _whole(_day(int(year), month, day))
    readings = tuple(found for century in (2000, 1900) if (found := _day(century + int(year), month, day)))
    return Day(None, "ambiguous", readings) if len(readings) == 2 else _whole(readings[0] if readings else None)


def _numeric(first: int, second: int, year: int) -> Day:
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if day_first and month_first and day_first != month_first:
        return Day(None, "ambiguous", (day_first, month_first))
    order: DayOrder | None = None
    if first != second:
        order = "day_first" if day_first else "month_first"
    return _whole(day_first or month_first, order)


def _month(month: int | None, year: int) -> Day:
    first = _day(year, month, 1) if month else None
    return Day(first, whole=False) if first else _NO_DAY


def _whole(day: dt.date | None, order: DayOrder | None = None) -> Day:
    return Day(day, order=order) if day else _NO_DAY


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
