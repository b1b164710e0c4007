"""The terms people meet in a report: what each means and is not, its formula, its rules of thumb, its sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from kadsurvey.language.text import LANGUAGES, Language

_APART = re.compile(r"[\s_\-–]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of thumb: a value in words, and who proposed it."""

    value: Mapping[Language, str]
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary.

    Attributes
    ----------
    key : str
        Its name in code; English, the same in every language.
    name, meaning : mapping of language to words
    formula : str
        In symbols, the same in both languages; empty where there is none.
    not_ : mapping of language to words
        What it is often taken for and is not; empty where there is nothing to warn of.
    rules : tuple of Rule
        Rules of thumb, each with its source; schools differ, so there may be several.
    cite : tuple of str
        Sources.
    aliases : tuple of str
        Other names it is searched by, in either language.
    where : tuple of str
        Where a reader meets it: keys of the parts of the report, or a command that shows it.
    """

    key: str
    name: Mapping[Language, str]
    meaning: Mapping[Language, str]
    formula: str = ""
    not_: Mapping[Language, str] | None = None
    rules: tuple[Rule, ...] = ()
    cite: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return every name it goes by: key, names, aliases."""
        return (self.key, *self.name.values(), *self.aliases)


class UnknownTermError(LookupError):
    """A word the glossary does not have.

    Attributes
    ----------
    word : str
        What was asked for.
    near : tuple of str
        Keys of the nearest terms, the nearest first; empty where nothing is near.
    """

    def __init__(self, word: str, near: tuple[str, ...]) -> None:
        super().__init__(f"The glossary has no term {word!r}.")
        self.word = word
        self.near = near


def terms() -> tuple[Term, ...]:
    """Return all terms, in the order of the glossary."""
    return tuple(_glossary().values())


def term(word: str) -> Term:
    """Return the term that bears a name: its key, its name in either language, or an alias.

    Raises
    ------
    UnknownTermError
        If there is none; it names the nearest.

    Examples
    --------
    >>> term("muatan faktor").key
    'loading'
    """
    by_name = _by_name()
    found = by_name.get(folded(word))
    if found is None:
        near = get_close_matches(folded(word), list(by_name), n=5, cutoff=0.6)
        raise UnknownTermError(word, tuple(dict.fromkeys(by_name[name].key for name in near)))
    return found


def search(word: str, lang: Language) -> tuple[Term, ...]:
    """Return the terms in whose names a word stands, then those in whose meaning in one language it stands."""
    sought = folded(word)
    named = [entry for entry in terms() if any(sought in folded(name) for name in entry.names())]
    meant = [entry for entry in terms() if entry not in named and sought in folded(entry.meaning[lang])]
    return (*named, *meant)


def folded(word: str) -> str:
    """Return a word as it is compared: without case, underscores and dashes."""
    return _APART.sub(" ", word.casefold()).strip()


@cache
def _by_name() -> dict[str, Term]:
    named: dict[str, Term] = {}
    for entry in terms():
        for name in entry.names():
            named.setdefault(folded(name), entry)
    return named


@cache
def _glossary() -> dict[str, Term]:
    import yaml

    source = files("kadsurvey.language").joinpath("glossary.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = yaml.load(source, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return {key: _term(key, entry) for key, entry in entries.items()}


def _term(key: str, entry: Mapping[str, Any]) -> Term:
    return Term(
        key=key,
        name=_words(entry["name"]),
        meaning=_words(entry["meaning"]),
        formula=entry.get("formula", ""),
        not_=_words(entry["not"]) if "not" in entry else None,
        rules=tuple(Rule(_words(rule["value"]), rule["source"]) for rule in entry.get("rules", ())),
        cite=tuple(entry["cite"]),
        aliases=tuple(entry.get("aliases", ())),
        where=tuple(entry.get("where", ())),
    )


def _words(given: Mapping[str, str]) -> Mapping[Language, str]:
    return {lang: given[lang] for lang in LANGUAGES}
