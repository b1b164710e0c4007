"""What each finding means and how to fix it: the catalogue behind ``kadsurvey explain --findings``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from kadsurvey.language.text import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """An entry of the catalogue of findings.

    Attributes
    ----------
    code : str
        As findings bear it, the station first.
    severities : tuple of str
        How grave it is: ``error``, ``warning``, ``note``; several where it depends on what was found.
    meaning, fix : mapping of language to words
        What it says about the data, and what to do; in general terms, without the names in the data.
    """

    code: str
    severities: tuple[str, ...]
    meaning: Mapping[Language, str]
    fix: Mapping[Language, str]


class UnknownFindingError(LookupError):
    """A code that no finding bears.

    Attributes
    ----------
    code : str
        What was asked for.
    near : tuple of str
        The nearest codes, the nearest first.
    """

    def __init__(self, code: str, near: tuple[str, ...]) -> None:
        super().__init__(f"No finding has the code {code!r}.")
        self.code = code
        self.near = near


def finding_entries() -> tuple[FindingEntry, ...]:
    """Return all entries, in the order of the catalogue: as data pass the stations."""
    return tuple(_catalogue().values())


def finding_entry(code: str) -> FindingEntry:
    """Return the entry of a code, with its station or, where that is enough, without.

    Raises
    ------
    UnknownFindingError
        If there is none; it names the nearest.

    Examples
    --------
    >>> finding_entry("duplicate_id").code
    'ingest.duplicate_id'
    """
    known = _catalogue()
    asked = code.strip().casefold()
    if asked in known:
        return known[asked]
    short = [entry for name, entry in known.items() if name.partition(".")[2] == asked]
    if len(short) == 1:
        return short[0]
    names = {name.partition(".")[2]: name for name in known} | {name: name for name in known}
    near = [entry.code for entry in short] or [
        names[found] for found in get_close_matches(asked, list(names), n=5, cutoff=0.5)
    ]
    raise UnknownFindingError(code, tuple(dict.fromkeys(near)))


@cache
def _catalogue() -> dict[str, FindingEntry]:
    from importlib.resources import files

    import yaml

    source = files("kadsurvey.language").joinpath("findings.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, dict[str, Any]] = yaml.load(source, Loader=loader)
    return {code: _entry(code, entry) for code, entry in entries.items()}


def _entry(code: str, entry: Mapping[str, Any]) -> FindingEntry:
    severity = entry["severity"]
    return FindingEntry(
        code=code,
        severities=(severity,) if isinstance(severity, str) else tuple(severity),
        meaning={lang: entry["meaning"][lang] for lang in LANGUAGES},
        fix={lang: entry["fix"][lang] for lang in LANGUAGES},
    )
