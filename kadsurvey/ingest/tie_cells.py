"""One answer of a roster with the place where it stands, and what the names of relations and sheets mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.table import SHOWN
from kadsurvey.instrument.wording import fold

Place: TypeAlias = tuple[int, int]

RELATIONS: Mapping[str, Sequence[str]] = {
    "contact": ["kontak", "komunikasi", "hubungan kerja", "bertemu", "contacts"],
    "information": ["informasi", "tukar informasi", "pertukaran informasi", "info"],
    "resources": ["sumber daya", "sumberdaya", "berbagi sumber daya", "resource"],
    "trust": ["kepercayaan", "percaya", "saling percaya"],
}
ONE_RELATION = "tie"
"""Name of the relation where nothing in the file names it."""
WEAKEST, STRONGEST = 0, 4

_BLANKS = frozenset({"", "-", "–", "—", "x", "na", "n/a", "."})
_WHOLE = re.compile(r"^[+-]?\d+(?:[.,]0+)?$")
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")
_PARTS = re.compile(r"\s+[-–—]\s+|\s*[_:|]\s*")
_KNOWN = {fold(text): name for name, texts in RELATIONS.items() for text in [name, *texts]}


@dataclass(frozen=True, slots=True)
class TieCell:
    """One answer: how strongly the sender says to be tied to the receiver.

    Attributes
    ----------
    grid : Grid
        The sheet.
    body : str or None
        The cooperation body, as written; None where the row and its sheet name none.
    relation, sender, receiver : str
        As written, without spaces at the edges.
    text : str
        The cell as text; empty where it is blank.
    at, sender_at, receiver_at : (row, column)
        Zero-based places of the answer and of the two names.
    """

    grid: Grid
    body: str | None
    relation: str
    sender: str
    receiver: str
    text: str
    at: Place
    sender_at: Place
    receiver_at: Place

    def place(self, at: Place | None = None) -> dict[str, str | None]:
        """Return file, sheet and cell, as a Finding takes them; of the answer where no other place is given."""
        row, column = at or self.at
        return {"file": self.grid.file, "sheet": self.grid.sheet, "cell": self.grid.cell_name(row, column)}


@dataclass(frozen=True, slots=True)
class TieSheets:
    """The answers of all sheets of one file.

    Attributes
    ----------
    cells : tuple of TieCell
        Answers, and cells without an answer (with an empty text). A matrix leaves its zeros out.
    responded, named : tuple of TieCell
        Of matrices: a cell for each organisation that filled its row, and for each that stands on an edge.
    findings : tuple of Finding
    log : tuple of Change
    names_bodies : bool
        Whether a column or the names of the sheets say which body a tie belongs to.
    """

    cells: tuple[TieCell, ...]
    responded: tuple[TieCell, ...]
    named: tuple[TieCell, ...]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]
    names_bodies: bool


@dataclass(frozen=True, slots=True)
class SheetName:
    """What the name of a sheet says of the ties in it."""

    relation: str | None
    body: str | None


def relation_name(text: str) -> str | None:
    """Return the relation that a text means, None for one that is not known.

    Examples
    --------
    >>> relation_name("Tukar Informasi"), relation_name("dana")
    ('information', None)
    """
    return _KNOWN.get(fold(text))


def sheet_meaning(sheet: str | None, bodies: Iterable[str]) -> SheetName:
    """Read a sheet's name: a relation, a body, or both (``Kartamantul - kontak``).

    Parameters
    ----------
    sheet : str or None
    bodies : iterable of str
        Bodies that are known from elsewhere.
    """
    if sheet is None:
        return SheetName(None, None)
    known = {name_key(body) for body in bodies}
    if (relation := relation_name(sheet)) is not None:
        return SheetName(relation, None)
    if name_key(sheet) in known:
        return SheetName(None, sheet.strip())
    parts = [part for part in _PARTS.split(" ".join(sheet.split())) if part]
    for place, part in enumerate(parts):
        if len(parts) > 1 and (relation := relation_name(part)) is not None:
            return SheetName(relation, " ".join(parts[:place] + parts[place + 1 :]))
    return SheetName(None, None)


@lru_cache(maxsize=4096)
def is_blank(text: str) -> bool:
    """Tell whether a cell holds no answer: empty, or a dash or cross as on a diagonal."""
    return fold(text) in _BLANKS


@lru_cache(maxsize=4096)
def read_strength(text: str) -> float | None:
    """Return a strength of 0 to 4, None for any other text."""
    bare = text.strip()
    if not _WHOLE.match(bare):
        return None
    value = float(bare.replace(",", "."))
    return value if WEAKEST <= value <= STRONGEST else None


def strength_finding(cell: TieCell) -> Finding:
    """Say that an answer is no strength."""
    params = {"sender": cell.sender, "receiver": cell.receiver, "value": cell.text.strip()}
    is_number = _NUMBER.match(cell.text.strip())
    code = "ingest.tie_out_of_range" if is_number else "ingest.tie_unreadable"
    return Finding(code, "warning", params, **cell.place())


def listed(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the first findings of each kind and sheet, and count the rest in one of its own."""
    kept: list[Finding] = []
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    first_left_out: dict[tuple[str, str | None, str | None], Finding] = {}
    for finding in findings:
        kind = (finding.code, finding.file, finding.sheet)
        seen[kind] += 1
        if seen[kind] <= SHOWN:
            kept.append(finding)
        else:
            first_left_out.setdefault(kind, finding)
    for kind, finding in first_left_out.items():
        params = {"count": seen[kind] - SHOWN, "shown": SHOWN}
        place = (finding.file, finding.sheet, finding.cell)
        kept.append(Finding("ingest.more_of_the_ties", finding.severity, params, *place))
    return kept
