"""Days as people write them; a day that could be two days stays in doubt."""

from __future__ import annotations

import datetime as dt
import re

from kadsurvey.ingest.amounts import Doubt

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_NUMERIC = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_WORDED = re.compile(r"^(\d{1,2})[ \-]([^\W\d_]+)\.?[ \-](\d{4})$")
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
            ("agustus", "august", "agu", "agt", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nopember", "nov", "nop"),
            ("desember", "december", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}


def read_day(text: str) -> dt.date | Doubt:
    """Read a day: ISO, ``31/12/2020``, or with the month in words; ``03/04/2020`` is ambiguous.

    Examples
    --------
    >>> read_day("12 Maret 2020")
    datetime.date(2020, 3, 12)
    >>> read_day("03/04/2020")
    'ambiguous'
    """
    text = text.strip()
    if found := _ISO.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDED.match(text):
        month = _MONTHS.get(found[2].casefold())
        return _day(int(found[3]), month, int(found[1])) if month else "unreadable"
    if found := _NUMERIC.match(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first <= 12 and second <= 12 and first != second:
            return "ambiguous"
        return _day(year, second, first) if first > 12 or first == second else _day(year, first, second)
    return "unreadable"


def _day(year: int, month: int, day: int) -> dt.date | Doubt:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return "unreadable"
