"""The apostrophe before a text that a spreadsheet would run as a formula, and the way back.

A text is guarded if it begins with ``= + - @``, a tab or the end of a line, be it behind apostrophes of its own: one
apostrophe is put before it. Reading takes one off where one stands before such a text. Every text comes back as it was.
"""

from __future__ import annotations

import re

_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""The last four are the wide signs of East Asian keyboards, which some programs take for the others."""
_GUARDED = re.compile(r"'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def guarded(text: str) -> str:
    """Return a text as it is safe in a csv file.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Bantul")
    ("'=1+1", 'Bantul')
    """
    return f"'{text}" if _AS_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return a text as it was before `guarded`.

    Examples
    --------
    >>> unguarded(guarded("'=1+1"))
    "'=1+1"
    """
    return _GUARDED.sub("", text, count=1) if _GUARDED.match(text) else text
