"""Texts by code: the catalogue under ``messages/``, one file a station, and how a text is rendered.

The part of a code before its first dot names the file, so that a command reads only the texts of its stations.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias, get_args

from kadsurvey.language.numbers import special

Language: TypeAlias = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_SWAP_SIGNS = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that has not been put into a language yet.

    Attributes
    ----------
    code : str
        Its key in the catalogue, such as ``"ingest.unknown_column"``.
    params : mapping
        What stands in the braces of the catalogue's text. A value may itself be a Text, a mapping of languages to
        words, or a list of such; numbers take the decimal sign of the language, and beside Python's formats those of
        `kadsurvey.language.numbers.special`.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, lang: Language = "en") -> str:
        """Put the text into one language."""
        try:
            pattern = _catalogue(self.code.partition(".")[0])[self.code][lang]
        except (KeyError, FileNotFoundError):
            raise LookupError(f"The catalogue has no text {self.code!r} in {lang!r}.") from None
        return _Formatter(lang).vformat(pattern, (), self.params)


class Renderable(Protocol):
    """What can be put into a language: a Text, a Finding."""

    def render(self, lang: Language) -> str:
        """Put it into one language."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Several texts, each on a line of its own."""

    items: Sequence[Renderable]

    def render(self, lang: Language = "en") -> str:
        """Put the lines into one language."""
        return "".join(f"\n  {item.render(lang)}" for item in self.items)


Label: TypeAlias = str | Text | Mapping[Language, str]
"""Words for a person: as they are, by code, or given in each language (as an instrument does)."""


def render(label: object, lang: Language) -> str:
    """Put a label, or any value that stands in a text, into one language."""
    match label:
        case str():
            return label
        case Text() | Lines():
            return label.render(lang)
        case Mapping():
            return str(label.get(lang) or next(iter(label.values()), ""))
        case bool() | None:
            return str(label)
        case float():
            return local_number(f"{label:g}", lang)
        case Sequence() | set() | frozenset():
            items: Iterable[Any] = sorted(label) if isinstance(label, set | frozenset) else label
            return ", ".join(render(item, lang) for item in items)
    return str(label)


def local_number(digits: str, lang: Language) -> str:
    """Give an English-formatted number the signs of the language: ``1,250.5`` is ``1.250,5`` in Indonesian."""
    return digits.translate(_SWAP_SIGNS) if lang == "id" else digits


class _Formatter(string.Formatter):
    def __init__(self, lang: Language) -> None:
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec and isinstance(value, int | float):
            own = special(value, format_spec)
            return local_number(format(value, format_spec) if own is None else own, self._lang)
        return render(value, self._lang)


@cache
def _catalogue(station: str) -> dict[str, dict[str, str]]:
    from importlib.resources import files

    import yaml

    source = files("kadsurvey.language").joinpath("messages", f"{station}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    catalogue: dict[str, dict[str, str]] = yaml.load(source.read_text(encoding="utf-8"), Loader=loader)
    return catalogue
