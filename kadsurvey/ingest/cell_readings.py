"""One cell of the body data: what it means under the type of its column, and what is in doubt about it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from kadsurvey.findings import Severity
from kadsurvey.ingest.amounts import Amount, AmountUnit, Notation, read_amount
from kadsurvey.ingest.dates import DayOrder, read_day, read_year
from kadsurvey.ingest.fields import value_hint
from kadsurvey.instrument.model import BodyFieldType
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Text

Evidence: TypeAlias = Notation | DayOrder
CellKind: TypeAlias = Literal["number", "text"]

_YES = frozenset({"1", "ya", "y", "yes", "true", "benar", "ada", "wajib"})
_NO = frozenset({"0", "tidak", "t", "no", "n", "false", "salah", "tidak ada", "tidak wajib"})
_FOREIGN_UNITS: dict[str, tuple[AmountUnit, ...]] = {
    "money": ("percent",),
    "count": ("percent", "currency"),
    "share": ("currency",),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell was read as.

    Attributes
    ----------
    value : float, date, str or None
        None where it counts as missing.
    code : str or None
        The finding to give, if any.
    severity : {"error", "warning", "note"}
    readings : tuple of Text
        What an ambiguous cell could mean.
    evidence : {"id", "en", "day_first", "month_first"} or None
        The way of writing that the cell shows.
    hint : Text or None
        What to write instead.
    """

    value: Any
    code: str | None = None
    severity: Severity = "warning"
    readings: tuple[Text, ...] = ()
    evidence: Evidence | None = None
    hint: Text | None = None


ReadCell: TypeAlias = Callable[[str, CellKind], Reading]
"""Reads a cell's text; the kind says whether the workbook holds a number there."""


def number_reader(typ: BodyFieldType) -> ReadCell:
    """Return the reader of amounts, counts, shares, numbers or years."""
    foreign = _FOREIGN_UNITS.get(typ, ())

    def read(text: str, kind: CellKind) -> Reading:
        if kind == "number" and (number := _plain_number(text)) is not None:
            return Reading(number)
        amount = read_year(text) if typ == "year" else read_amount(text, money=typ == "money")
        if amount.unit in foreign:
            return Reading(None, "ingest.amount_of_other_kind", hint=Text(f"ingest.hint_type_{typ}"))
        return _reading_of(amount)

    return read


def read_flag(text: str, _: CellKind) -> Reading:
    """Read yes or no as 1 or 0."""
    folded = fold(text)
    if folded in _YES:
        return Reading(1.0)
    return Reading(0.0) if folded in _NO else Reading(None, "ingest.unreadable_flag")


def read_date(text: str, _: CellKind) -> Reading:
    """Read a day; the first of a month stands for the month, with a note."""
    day = read_day(text)
    if day.value is not None:
        if day.whole:
            return Reading(day.value, evidence=day.order)
        return Reading(day.value, "ingest.month_without_day", "note")
    if day.doubt == "ambiguous":
        return Reading(None, "ingest.ambiguous_date", readings=tuple(map(_day_text, day.readings)))
    return Reading(None, "ingest.unreadable_date")


def category_reader(known: Mapping[str, str]) -> ReadCell:
    """Return the reader of categories, given the value for every folded text that means it."""

    def read(text: str, _: CellKind) -> Reading:
        value = known.get(fold(text))
        return Reading(value) if value else Reading(None, "ingest.unknown_value", hint=value_hint(text, known))

    return read


def either(readings: Sequence[Text]) -> Text | str:
    """Join what a cell could mean: this or that."""
    joined: Text | str = readings[0] if readings else ""
    for reading in readings[1:]:
        joined = Text("ingest.either", {"first": joined, "second": reading})
    return joined


def evidence_hint(code: str, evidence: Mapping[Evidence, int]) -> Text:
    """Say what the other cells of the column show; they suggest, they do not decide."""
    if code == "ingest.ambiguous_date":
        counts = {"day_first": evidence.get("day_first", 0), "month_first": evidence.get("month_first", 0)}
        return Text("ingest.hint_day_order", counts) if any(counts.values()) else Text("ingest.hint_no_day_order")
    counts = {"indonesian": evidence.get("id", 0), "english": evidence.get("en", 0)}
    return Text("ingest.hint_notation", counts) if any(counts.values()) else Text("ingest.hint_no_notation")


def shown(value: object) -> float | str | None:
    """Return a value as the log keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value  # type: ignore[return-value]


def is_plain(text: str) -> bool:
    """Tell whether a text is a number as programs write it."""
    return _plain_number(text) is not None


def _reading_of(amount: Amount) -> Reading:
    if amount.doubt == "ambiguous":
        return Reading(None, "ingest.ambiguous_amount", readings=tuple(map(_number_text, amount.readings)))
    if amount.value is None:
        return Reading(None, "ingest.unreadable_amount")
    return Reading(amount.value, evidence=amount.notation)


def _plain_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number_text(value: float) -> Text:
    return Text("ingest.one_reading", {"value": value})


def _day_text(day: dt.date) -> Text:
    return Text("ingest.one_day", {"day": day.isoformat()})
