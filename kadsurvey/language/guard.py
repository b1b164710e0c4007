"""Text of a file that must not act: as a formula in a spreadsheet, or as a command to a terminal.

A text is guarded if it begins with ``= + - @``, a tab or the end of a line, be it behind apostrophes of its own: one
apostrophe is put before it. Reading takes one off where one stands before such a text. Every text comes back as it was.
"""

from __future__ import annotations

import re

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, changes colours, clears a screen or turns the direction of writing round."""
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


def visible(text: str) -> str:
    """Return a text for a terminal, in which what would command it is shown as the sign for what cannot be shown.

    Examples
    --------
    >>> visible(chr(27) + "[2J") == chr(0xFFFD) + "[2J"
    True
    """
    return _COMMANDS.sub("\N{REPLACEMENT CHARACTER}", text)
