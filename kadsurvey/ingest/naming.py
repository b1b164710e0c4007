"""Spellings in the field: headers under a group's name, and names that are probably misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kadsurvey.instrument import wording
from kadsurvey.instrument.wording import fold

_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*$")
_MIN_LETTERS, _MOST_LETTERS = 4, 60
MOST_SEPARATORS = 40
"""Groups in groups, and slashes in a question's text; a header with more of them is neither."""


def fold_header(text: str) -> str:
    """Fold a column header; an underscore in front stays, for ``_status`` is Kobo's column, ``Status`` the form's."""
    return ("_" if text.lstrip().startswith("_") else "") + wording.fold_header(text)


def header_endings(header: str) -> Iterator[str]:
    """Yield what may remain of a header without its group: ``kepercayaan/T1``, ``kepercayaan-T1``, ``grp[T1]``.

    The longest ending comes first, for a question's text may itself contain the separator.
    """
    bracketed = _BRACKETED.search(header)
    if bracketed:
        yield bracketed[1]
    for separator in ("/", "-"):
        rest = header
        if rest.count(separator) > MOST_SEPARATORS:
            continue
        while separator in rest:
            rest = rest.partition(separator)[2]
            yield rest


def near_misspellings(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pair the names that differ by one letter of one longer word, or only by spaces.

    Two such names share what is left after one letter is struck out, which keeps the search linear in the names.
    Digits are never struck out: ``Daerah 1`` and ``Daerah 2`` are two regions.
    """
    first_with: dict[str, str] = {}
    pairs: dict[tuple[str, str], None] = {}
    for name in dict.fromkeys(names):
        for key in dict.fromkeys(_strike_outs(fold(name))):
            other = first_with.setdefault(key, name)
            if other != name:
                pairs[other, name] = None
    return list(pairs)


def _strike_outs(folded: str) -> Iterator[str]:
    yield from (folded, folded.replace(" ", ""))
    words = folded.split(" ")
    for place, word in enumerate(words):
        if not _MIN_LETTERS <= len(word) <= _MOST_LETTERS or not word.isalpha():
            continue
        for letter in range(len(word)):
            yield " ".join([*words[:place], word[:letter] + word[letter + 1 :], *words[place + 1 :]])
