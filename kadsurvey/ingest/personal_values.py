"""Cells that hold what identifies a person, in a column of which nobody said so: noticed by form, never quoted."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import numpy as np

from kadsurvey.ingest.cells import Cells
from kadsurvey.language.text import Text

PersonalKind: TypeAlias = Literal["email", "phone", "nik", "nip", "coordinates"]

MOST_QUOTED = 60
"""Characters of a cell that a finding quotes: enough to find a typing error, too few for a story."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,-])(?:\+?62[\s.-]?|0)8[1-9]\d(?:[\s.-]?\d){6,9}(?![\d.,]\d)")
# Province, regency and district; day of birth (40 more for women), month, year; number.
_NIK = re.compile(r"(?<!\d)[1-9]\d[0-7]\d[0-7]\d(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{6}(?!\d)")
# Date of birth; year and month of appointment; sex; number.
_NIP = re.compile(
    r"(?<!\d)19\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?(?:19|20)\d\d(?:0[1-9]|1[0-2]|21)\s?[12]\s?\d{3}(?!\d)"
)
_LARGE = re.compile(r"\d(?:\.\d+)?e\+?1[5-7]", re.IGNORECASE)
_PAIR = re.compile(r"(-?\d{1,2}\.\d{3,})\s*[,;\s]\s*(\d{2,3}\.\d{3,})")
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5
"""Indonesia."""


def personal_kind(text: str) -> PersonalKind | None:
    """Tell what a text holds that identifies a person, by its form.

    Examples
    --------
    >>> personal_kind("hubungi 0812-3456-7890")
    'phone'
    >>> personal_kind("12 juta")
    """
    if "@" in text and _EMAIL.search(text):
        return "email"
    if sum(character.isdigit() for character in text) < 8:
        return None
    if _LARGE.fullmatch(text):
        # A spreadsheet keeps 15 digits of a number, and some write the rest as a power of ten.
        text = str(int(float(text)))
    forms: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (("nip", _NIP), ("nik", _NIK), ("phone", _PHONE))
    found = next((kind for kind, form in forms if form.search(text)), None)
    if found is None and any(_in_indonesia(*pair.groups()) for pair in _PAIR.finditer(text)):
        return "coordinates"
    return found


def personal_kinds(cells: Cells) -> dict[PersonalKind, int]:
    """Count the cells of a column that hold each kind."""
    counts: dict[PersonalKind, int] = {}
    for text, count in zip(cells.texts, np.bincount(cells.places, minlength=len(cells.texts)).tolist(), strict=True):
        if count and (kind := personal_kind(str(text))) is not None:
            counts[kind] = counts.get(kind, 0) + count
    return counts


def quoted(text: str) -> str | Text:
    """Return what a finding may quote of a cell: its beginning, and nothing where it identifies a person."""
    if personal_kind(text) is not None:
        return Text("ingest.not_quoted")
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED].rstrip()}…"


def _in_indonesia(latitude: str, longitude: str) -> bool:
    return _SOUTH <= float(latitude) <= _NORTH and _WEST <= float(longitude) <= _EAST
