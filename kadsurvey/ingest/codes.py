"""Codes such as *kode wilayah*: when two spellings are one code, and which cells have lost zeros as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kadsurvey.instrument.wording import fold

_REGION_CODE = re.compile(r"^\d{2}(?:\.\d{2}){1,2}(?:\.\d{4})?$")
_DIGITS = re.compile(r"^\d+(?:\.\d+)*$")
_CUT_SHORT = re.compile(r"^\d{2}\.\d$")
_REGION_LENGTHS = (4, 6, 10)
_CODE_HEADER = re.compile(r"\b(?:kode|code|nomor|no)\b")


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A code that may have lost zeros, as a spreadsheet drops them from numbers.

    Attributes
    ----------
    row : int
        Its place in the column.
    whole : str or None
        What it was if zeros were lost; None where the other codes do not say how many.
    like : str
        A longer code of the column.
    """

    row: int
    whole: str | None
    like: str


def name_key(text: str) -> str:
    """Bring a name or a code to the form in which two spellings of it are equal: ``33.01`` is ``3301``.

    Examples
    --------
    >>> name_key("33.01") == name_key("3301"), name_key("KAD  Alfa") == name_key("kad alfa")
    (True, True)
    """
    folded = fold(text)
    return folded.replace(".", "") if _REGION_CODE.match(folded) else folded


def without_zeros(text: str) -> str | None:
    """Return a code without the zeros that a number loses, None for a text that is no code.

    Examples
    --------
    >>> without_zeros("0071"), without_zeros("33.1"), without_zeros("33.10")
    ('71', '3310', '3310')
    """
    folded = fold(text)
    if not _DIGITS.match(folded):
        return None
    whole = f"{folded}0" if _CUT_SHORT.match(folded) else folded
    return whole.replace(".", "").lstrip("0") or "0"


def is_code_column(header: str, texts: Sequence[str], typed_text: Sequence[bool]) -> bool:
    """Tell whether a column nobody described holds codes: by its header, or by digits as text with a zero in front."""
    if _CODE_HEADER.search(fold(header)):
        return True
    return any(
        is_text and text.strip().isdecimal() and text.strip()[:1] == "0" and len(text.strip()) > 1
        for text, is_text in zip(texts, typed_text, strict=True)
    )


def short_codes(texts: Sequence[str], is_number: Sequence[bool]) -> list[ShortCode]:
    """Name the number cells of a column of codes that may have lost zeros.

    Parameters
    ----------
    texts : sequence of str
        The cells.
    is_number : sequence of bool
        Which of them the workbook holds as numbers: text keeps its zeros.

    Examples
    --------
    >>> short_codes(["0071", "57", "33.1"], [False, True, True])[0].whole
    '0057'
    """
    bare = [text.strip() for text in texts]
    digits = [text.replace(".", "") if _DIGITS.match(text) else "" for text in bare]
    longest = max(digits, key=len, default="")
    padded = {len(text) for text in digits if text.startswith("0")}
    # Running numbers are no codes of one length; without a zero in sight only region codes have a length to miss.
    expected = len(longest) if len(longest) in {*padded, *_REGION_LENGTHS} else 0
    found = []
    for row, (text, plain, number) in enumerate(zip(bare, digits, is_number, strict=True)):
        if not number or not plain:
            continue
        if _CUT_SHORT.match(text):
            found.append(ShortCode(row, f"{text}0", bare[digits.index(longest)]))
        elif "." not in text and len(plain) < expected:
            whole = plain.zfill(expected) if expected in padded or len(plain) == expected - 1 else None
            found.append(ShortCode(row, whole, bare[digits.index(longest)]))
    return found
