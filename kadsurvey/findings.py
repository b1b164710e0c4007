"""What is odd about data (Finding) and what reading changed in it (Change)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from kadsurvey.language.text import Language, Text

Severity: TypeAlias = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

_RESPONDENT_PARAMS = frozenset({"id", "earlier"})
"""What a sentence calls the identifier of a respondent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd in the data, with the place where it stands.

    Attributes
    ----------
    code : str
        Key of its text in the catalogue; the text says what is wrong and what to do.
    severity : {"error", "warning", "note"}
        ``error`` stops scoring; an unreadable answer is a ``warning``.
    params : mapping
        What the text names.
    file, sheet, cell : str or None
        Where: the file's name without its folder, the sheet, a cell such as ``"F12"``.
    respondent_id : str or None
        The respondent it concerns.
    """

    code: str
    severity: Severity
    params: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    respondent_id: str | None = None

    def render(self, lang: Language = "en") -> str:
        """Return the sentence, the place first."""
        sentence = Text(self.code, self.params).render(lang)
        place = self.place(lang)
        return f"{place}: {sentence}" if place else sentence

    def place(self, lang: Language = "en") -> str:
        """Return the place in words: file, sheet, cell."""
        return _place(self.file, self.sheet, self.cell, lang)

    def under(self, names: Mapping[str, str]) -> Finding:
        """Return the same with other identifiers of respondents, such as pseudonyms, also in its sentence."""
        params = {
            key: names.get(str(value), value) if key in _RESPONDENT_PARAMS else value
            for key, value in self.params.items()
        }
        whose = self.respondent_id
        return replace(self, params=params, respondent_id=None if whose is None else names.get(whose, whose))

    def to_dict(self, lang: Language = "en") -> dict[str, object]:
        """Return the finding as plain values, with its sentence under ``message``."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "respondent_id": self.respondent_id,
            "message": Text(self.code, self.params).render(lang),
        }


@dataclass(frozen=True, slots=True)
class CellRead:
    """A cell that was not taken as it stands: its name, what is written there, and what it was read as."""

    cell: str
    written: str
    read: float | str | None


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the log: what reading changed, where, and how many cells.

    Attributes
    ----------
    code : str
        Key of its text in the catalogue.
    count : int
        Cells (or columns, rows, where the text says so) that were changed.
    params : mapping
        What the text names.
    file, sheet, column : str or None
        Where: file name, sheet, and the item or field concerned.
    cells : tuple of CellRead
        The cells one by one, where the log keeps them (body data); ``read`` is None where the cell counts as missing.
    """

    code: str
    count: int
    params: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    column: str | None = None
    cells: tuple[CellRead, ...] = ()

    def render(self, lang: Language = "en") -> str:
        """Return the sentence, without its place."""
        return Text(self.code, {"count": self.count, "column": self.column, **self.params}).render(lang)

    def place(self, lang: Language = "en") -> str:
        """Return the place in words: file and sheet."""
        return _place(self.file, self.sheet, None, lang)

    def to_dict(self, lang: Language = "en") -> dict[str, object]:
        """Return the change as plain values, with its sentence under ``message``."""
        return {
            "code": self.code,
            "count": self.count,
            "file": self.file,
            "sheet": self.sheet,
            "column": self.column,
            "cells": [{"cell": part.cell, "written": part.written, "read": part.read} for part in self.cells],
            "message": self.render(lang),
        }


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Return the gravest severity among the findings, None where there are none."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by severity, else in their order."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def _place(file: str | None, sheet: str | None, cell: str | None, lang: Language) -> str:
    parts = [file] if file else []
    if sheet:
        parts.append(Text("findings.sheet", {"sheet": sheet}).render(lang))
    if cell:
        parts.append(Text("findings.cell", {"cell": cell}).render(lang))
    return ", ".join(parts)
