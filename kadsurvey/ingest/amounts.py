"""Numbers as people write them: ``1.250.000,00``, ``12,5 juta``, ``85%``; what could be two numbers stays in doubt."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Doubt: TypeAlias = Literal["ambiguous", "unreadable"]
Notation: TypeAlias = Literal["id", "en"]
AmountUnit: TypeAlias = Literal["currency", "percent"]

_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
_MINUS = str.maketrans("\u2212\u2010\u2011\u2012\u2013\u2014", "------")
_CURRENCY_BEFORE = re.compile(r"^(?:rp|idr)\s*\.?\s*", re.IGNORECASE)
_CURRENCY_BEHIND = re.compile(r"\s*(?:rupiah|idr)$", re.IGNORECASE)
_FILLER = re.compile(r"\s*[.,]\s*[-=]+$")
"""The dash for no cents: ``1.250.000,-``."""
_NUMBER = re.compile(r"^(?P<digits>\d[\d.,\s]*?)\s*(?P<unit>[^\W\d_]+\.?|%)?$")
_POWERS: dict[str, tuple[int, ...]] = {
    "": (0,),
    "%": (-2,),
    "persen": (-2,),
    "ribu": (3,),
    "rb": (3,),
    "thousand": (3,),
    "juta": (6,),
    "jt": (6,),
    "million": (6,),
    "miliar": (9,),
    "milyar": (9,),
    "billion": (9,),
    "triliun": (12,),
    "trilyun": (12,),
    "trillion": (12,),
    "t": (12,),
    # Miliar in Indonesian, million in English.
    "m": (9, 6),
}
_GROUPED = {sign: re.compile(rf"^[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+$") for sign in "., "}
_NOTATION_OF_GROUPS: dict[str, Notation] = {".": "id", ",": "en"}
_NOTATION_OF_DECIMALS: dict[str, Notation] = {",": "id", ".": "en"}

_Digits: TypeAlias = tuple[str, Notation | None]
"""Digits with a decimal point, and the notation in which the text has this meaning; None where it has it in both."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number read from text.

    Attributes
    ----------
    value : float or None
        The number; None where there is a doubt.
    doubt : {"ambiguous", "unreadable"} or None
        ``ambiguous`` for a text that means one number in Indonesian and another in English, such as ``1.250``.
    readings : tuple of float
        What an ambiguous text could mean.
    notation : {"id", "en"} or None
        The notation that the separators show: ``1.250.000`` and ``12,5`` are Indonesian, ``12.5`` is English; None
        where they show none.
    unit : {"currency", "percent"} or None
        The sign beside the digits, if any.
    """

    value: float | None
    doubt: Doubt | None = None
    readings: tuple[float, ...] = ()
    notation: Notation | None = None
    unit: AmountUnit | None = None


UNREADABLE = Amount(None, "unreadable")
LONGEST = 500
"""Characters of a number or a day with all that may stand around it; the search in longer texts takes for ever."""


def read_amount(text: str, *, money: bool = False) -> Amount:
    """Read a number from text where the text can mean only one.

    Parameters
    ----------
    text : str
        Digits with separators; a currency sign, a multiple (*juta*, *miliar*) or a percent sign may stand beside them.
        Parentheses mean a negative number.
    money : bool, default False
        Whether the number is known to be an amount of money, so that parentheses are those of accounts.

    Returns
    -------
    Amount
        A share of 85% is 0.85. ``M`` is *miliar* where the separators are Indonesian (``1,25 M``); else it is
        ambiguous, for in English it is a million. ``Rp1.250`` is 1250 and, in accounts, ``(500.000)`` minus 500000:
        neither rupiah nor accounts have thousandths. ``1.250`` alone may be counted in *miliar* and stays in doubt.

    Examples
    --------
    >>> read_amount("Rp1.250.000,00").value
    1250000.0
    >>> read_amount("1.250").readings
    (1250.0, 1.25)
    """
    if len(text) > LONGEST:
        return UNREADABLE
    bare, negative, currency, parentheses = _without_signs(text)
    found = _NUMBER.match(bare) if bare is not None else None
    powers = _POWERS.get((found["unit"] or "").casefold().rstrip(".")) if found else None
    if found is None or powers is None:
        return UNREADABLE
    percent = powers == (-2,)
    if percent and currency:
        return UNREADABLE
    digits = _meanings(found["digits"])
    if (currency or (money and parentheses)) and powers == (0,) and len(digits) > 1 and "." in found["digits"]:
        digits = [meaning for meaning in digits if meaning[1] == "id"]
    values = {
        float(f"{'-' if negative else ''}{number}e{power}"): notation
        for number, notation in digits
        for power in (powers[:1] if notation == "id" else powers)
    }
    if not values or not all(map(math.isfinite, values)):
        return UNREADABLE
    unit: AmountUnit | None = "percent" if percent else "currency" if currency else None
    if len(values) > 1:
        return Amount(None, "ambiguous", tuple(values), unit=unit)
    ((value, notation),) = values.items()
    return Amount(value, notation=notation, unit=unit)


def _without_signs(text: str) -> tuple[str | None, bool, bool, bool]:
    """Strip signs in whichever order; tell whether it is negative, has a currency, and stood in parentheses."""
    bare = _INVISIBLE.sub("", text).translate(_MINUS).strip()
    signs = 0
    negative = currency = parentheses = False
    while True:
        if found := _CURRENCY_BEFORE.match(bare) or _CURRENCY_BEHIND.search(bare):
            currency = True
            bare = (bare[: found.start()] + bare[found.end() :]).strip()
        elif found := _FILLER.search(bare):
            bare = bare[: found.start()]
        elif bare.startswith(("-", "+")):
            negative = bare.startswith("-")
            signs += 1
            bare = bare[1:].strip()
        elif bare.startswith("(") and bare.endswith(")"):
            negative = parentheses = True
            signs += 1
            bare = bare[1:-1].strip()
        else:
            return (bare if signs <= 1 else None), negative, currency, parentheses


def _meanings(digits: str) -> list[_Digits]:
    """Return what digits with separators can mean, the Indonesian meaning first."""
    digits = re.sub(r"\s", " ", digits)
    separators = sorted({sign for sign in "., " if sign in digits}, key=digits.rindex)
    if not separators:
        return [(digits, None)]
    if len(separators) == 1:
        (sign,) = separators
        meanings = [_grouped(digits, sign), _decimal(digits, sign) if sign != " " else None]
    elif len(separators) == 2 and separators[1] != " ":
        groups, decimal = separators
        whole, _, decimals = digits.partition(decimal)
        valid = _GROUPED[groups].match(whole) and decimals.isdigit()
        meanings = [(f"{whole.replace(groups, '')}.{decimals}", _NOTATION_OF_DECIMALS[decimal])] if valid else []
    else:
        meanings = []
    return sorted((part for part in meanings if part is not None), key=lambda part: part[1] != "id")


def _grouped(digits: str, sign: str) -> _Digits | None:
    valid = _GROUPED[sign].match(digits)
    return (digits.replace(sign, ""), _NOTATION_OF_GROUPS.get(sign)) if valid else None


def _decimal(digits: str, sign: str) -> _Digits | None:
    whole, _, decimals = digits.partition(sign)
    return (f"{whole}.{decimals}", _NOTATION_OF_DECIMALS[sign]) if decimals.isdigit() else None
