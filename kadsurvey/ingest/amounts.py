"""Numbers as people write them: ``1.250.000,00``, ``12,5 juta``, ``85%``; what could be two numbers stays in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Doubt: TypeAlias = Literal["ambiguous", "unreadable"]

_CURRENCY = re.compile(r"^(?:rp|idr)\s*\.?\s*|\s*,-$|\s*(?:idr|rupiah)$", re.IGNORECASE)
_RUPIAH = re.compile(r"^\s*(?:rp|idr)\b|^\s*rp\s*\.?\s*\d", re.IGNORECASE)
_MULTIPLES = {
    "ribu": 1e3,
    "rb": 1e3,
    "juta": 1e6,
    "jt": 1e6,
    "miliar": 1e9,
    "milyar": 1e9,
    "triliun": 1e12,
    "trilyun": 1e12,
}
_PARTS = re.compile(r"^(?P<sign>[-+]?)\s*(?P<digits>\d[\d.,\s]*?)\s*(?P<unit>[^\W\d_]+|%)?$")
_GROUPED = {
    ".": re.compile(r"^\d{1,3}(?:\.\d{3})+$"),
    ",": re.compile(r"^\d{1,3}(?:,\d{3})+$"),
    " ": re.compile(r"^\d{1,3}(?: \d{3})+$"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number read from text.

    Attributes
    ----------
    value : float or None
        The number; None where there is a doubt.
    doubt : {"ambiguous", "unreadable"} or None
        ``ambiguous`` for a text that means one number in Indonesian and another in English, such as ``1.250``.
    """

    value: float | None
    doubt: Doubt | None = None


UNREADABLE = Amount(None, "unreadable")
AMBIGUOUS = Amount(None, "ambiguous")


def read_amount(text: str) -> Amount:
    """Read a number from text where the text can mean only one.

    Parameters
    ----------
    text : str
        Digits with separators; a currency sign, a multiple (*juta*, *miliar*) or a percent sign may stand beside them.

    Returns
    -------
    Amount
        A share of 85% is 0.85. ``M`` alone is ambiguous: *miliar* in Indonesian, million in English.

    Examples
    --------
    >>> read_amount("Rp1.250.000,00").value
    1250000.0
    >>> read_amount("1.250").doubt
    'ambiguous'
    """
    rupiah = _RUPIAH.match(text) is not None
    bare = _CURRENCY.sub("", _CURRENCY.sub("", text.replace("\u00a0", " ").strip()))
    found = _PARTS.match(bare)
    if not found:
        return UNREADABLE
    number = _read_digits(found["digits"].strip(), dot_groups=rupiah)
    if number.value is None:
        return number
    unit = (found["unit"] or "").casefold()
    if unit == "m":
        return AMBIGUOUS
    factor = 0.01 if unit == "%" else _MULTIPLES.get(unit, 1.0 if not unit else None)
    if factor is None:
        return UNREADABLE
    value = number.value / 100 if unit == "%" else number.value * factor
    return Amount(-value if found["sign"] == "-" else value)


def _read_digits(digits: str, *, dot_groups: bool) -> Amount:
    """Tell the decimal sign from the sign between thousands."""
    separators = {sign for sign in ".," if sign in digits}
    if " " in digits:
        whole, sign, decimals = _split_last(digits, separators)
        grouped = _GROUPED[" "].match(whole) and len(separators) <= 1 and (decimals.isdigit() or not sign)
        return Amount(float(f"{whole.replace(' ', '')}.{decimals or 0}")) if grouped else UNREADABLE
    if not separators:
        return Amount(float(digits))
    if len(separators) == 2:
        decimal = max(separators, key=digits.rindex)
        (thousands,) = separators - {decimal}
        whole, _, decimals = digits.partition(decimal)
        valid = _GROUPED[thousands].match(whole) and decimals.isdigit()
        return Amount(float(f"{whole.replace(thousands, '')}.{decimals}")) if valid else UNREADABLE
    (sign,) = separators
    if digits.count(sign) > 1:
        return Amount(float(digits.replace(sign, ""))) if _GROUPED[sign].match(digits) else UNREADABLE
    whole, _, decimals = digits.partition(sign)
    if not decimals.isdigit():
        return UNREADABLE
    if len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return Amount(float(whole + decimals)) if dot_groups and sign == "." else AMBIGUOUS
    return Amount(float(f"{whole}.{decimals}"))


def _split_last(digits: str, separators: set[str]) -> tuple[str, str, str]:
    sign = next(iter(separators), "")
    return digits.partition(sign) if sign else (digits, "", "")
