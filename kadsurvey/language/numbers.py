"""How numbers look in text, with English signs: digits, the zero that APA style drops, small p values."""

from __future__ import annotations

import math

NOT_AVAILABLE = "–"
SMALLEST_P = 0.001


def fixed(value: float, digits: int) -> str:
    """Return a number with so many decimals; what rounds to zero has no sign.

    Examples
    --------
    >>> fixed(-0.001, 2)
    '0.00'
    """
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def bounded(value: float, digits: int) -> str:
    """Return a number that cannot exceed 1 in size, without the zero before the sign, as APA style has it.

    Examples
    --------
    >>> bounded(-0.415, 2), bounded(1, 2)
    ('-.41', '1.00')
    """
    text = fixed(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def p_value(value: float) -> str:
    """Return a p value to three digits, a smaller one as ``< .001``."""
    return f"< {bounded(SMALLEST_P, 3)}" if value < SMALLEST_P else bounded(value, 3)


def special(value: float, spec: str) -> str | None:
    """Format by a specification that Python does not have, None where it is none of these.

    ``p`` is a p value with its sign, to stand behind the letter: ``= .023`` or ``< .001``. ``b2`` is a number that
    cannot exceed 1, to two decimals. What is not finite is a dash.
    """
    if spec != "p" and not (spec[:1] == "b" and spec[1:].isdigit()):
        return None
    if not math.isfinite(value):
        return NOT_AVAILABLE
    if spec == "p":
        shown = p_value(value)
        return shown if shown.startswith("<") else f"= {shown}"
    return bounded(value, int(spec[1:]))
