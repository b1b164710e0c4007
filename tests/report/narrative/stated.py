"""What a rendered sentence states: its numbers, read back with the signs of its language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from kadsurvey.language.text import LANGUAGES, Label, Language, render

_SMALLEST_P = 0.001
_ROUNDING = 1.0001
"""Half a unit of the last digit, and what binary numbers add to it."""
_CITATION = re.compile(r"\([^()]*\b(?:19|20)\d\d[a-z]?\)")
# A number has no letter or quote before it, so that items (T6) and versions are not taken for one.
_NUMBER = re.compile(r"(?<![\w'.,/])(-?)(\d[\d.,]*\d|[.,]?\d+)(%?)(?![\w/])")


def numbers(label: Label, lang: Language) -> list[tuple[float, float]]:
    """Return each number of a sentence with half a unit of its last digit; years of citations are left out."""
    text = _CITATION.sub("", render(label, lang))
    thousands, decimal = (",", ".") if lang == "en" else (".", ",")
    found = []
    for sign, digits, percent in _NUMBER.findall(text):
        plain = digits.replace(thousands, "").replace(decimal, ".")
        scale = 100 if percent else 1
        decimals = len(plain.partition(".")[2])
        found.append((float(sign + plain) / scale, 0.5 * 10**-decimals / scale))
    return found


def assert_states(label: Label, expected: Iterable[float]) -> None:
    """Assert that a sentence states exactly these numbers in both languages, each to the digits it shows."""
    wanted = [float(value) for value in expected]
    for lang in LANGUAGES:
        shown, text = numbers(label, lang), render(label, lang)
        assert len(shown) == len(wanted), (text, shown, wanted)
        for true in wanted:
            fitting = [number for number in shown if _is_shown_as(true, *number, text)]
            assert fitting, (text, true, shown)
            # The most exact first, so that a coarser number is left for another that it fits.
            shown.remove(min(fitting, key=lambda number: number[1]))


def _is_shown_as(true: float, value: float, half: float, text: str) -> bool:
    if 0 <= true < _SMALLEST_P and value == _SMALLEST_P:
        return "< " in text
    return math.isclose(value, true, abs_tol=half * _ROUNDING)
