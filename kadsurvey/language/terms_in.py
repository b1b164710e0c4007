"""Which terms of the glossary a text speaks of."""

from __future__ import annotations

import re
from functools import cache

from kadsurvey.language.glossary import Term, term, terms
from kadsurvey.language.text import Language

_TOO_WIDE = frozenset(
    [
        *("df", "degrees of freedom", "derajat bebas", "sample", "sampel", "level", "bootstrap", "wild", "screen"),
        *("linking", "question", "pertanyaan"),
    ]
)
"""Aliases by which a term may be looked up, and which mean something else in many a text."""


def terms_in(text: str, lang: Language) -> tuple[Term, ...]:
    """Return the terms whose names or aliases stand in a text as whole words, in their order, each once.

    Where names overlap the longest counts: a *factor score* is no *factor*. Abbreviations in capitals (MAP, AVE) are
    words of their own only in capitals; an English name may have a plural s.

    Examples
    --------
    >>> [entry.key for entry in terms_in("Factor scores: ordinal alpha and AVE, on the map", "en")]
    ['factor_score', 'ordinal_alpha', 'ave']
    """
    found = (_term_of(match, lang) for match in _pattern(lang).finditer(text))
    return tuple({entry.key: entry for entry in found if entry is not None}.values())


def _term_of(match: re.Match[str], lang: Language) -> Term | None:
    word = match[1]
    capitals = [name for name in _names(lang)[word.casefold()] if name.isupper()]
    if capitals and word not in capitals and not _plain(word, lang):
        return None
    return term(word)


def _plain(word: str, lang: Language) -> bool:
    """Whether a word is also a name that is not written in capitals."""
    return any(not name.isupper() for name in _names(lang)[word.casefold()])


@cache
def _names(lang: Language) -> dict[str, tuple[str, ...]]:
    """Return the names of all terms as they are written, by their small letters."""
    named: dict[str, tuple[str, ...]] = {}
    for entry in terms():
        for name in {entry.name[lang], *entry.aliases} - _TOO_WIDE:
            named[name.casefold()] = (*named.get(name.casefold(), ()), name)
    return named


@cache
def _pattern(lang: Language) -> re.Pattern[str]:
    names = sorted(_names(lang), key=len, reverse=True)
    plural = "s?" if lang == "en" else ""
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))}){plural}(?![\w-])", re.IGNORECASE)
