"""Longer pages of ``kadsurvey explain``, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kadsurvey.language.glossary import folded
from kadsurvey.language.text import Language


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: Mapping[Language, str]
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes
    ----------
    key : str
        Its name in code; English.
    name : mapping of language to words
    sections : tuple of Section
    cite : tuple of str
    aliases : tuple of str
        Other names it is found by, in either language.
    """

    key: str
    name: Mapping[Language, str]
    sections: tuple[Section, ...]
    cite: tuple[str, ...]
    aliases: tuple[str, ...] = ()


def page(word: str) -> Page | None:
    """Return the page of a name: its key, its name in either language, or an alias; None where there is none.

    Examples
    --------
    >>> page("privasi").key
    'privacy'
    """
    return next(
        (
            found
            for found in pages()
            if folded(word) in {folded(name) for name in (found.key, *found.name.values(), *found.aliases)}
        ),
        None,
    )


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages."""
    import yaml

    content = yaml.safe_load(files("kadsurvey.language").joinpath("pages.yaml").read_text(encoding="utf-8"))
    return tuple(
        Page(
            key=key,
            name=entry["name"],
            sections=tuple(Section(part["title"], part["text"]) for part in entry["sections"]),
            cite=tuple(entry["cite"]),
            aliases=tuple(entry["aliases"]),
        )
        for key, entry in content.items()
    )
