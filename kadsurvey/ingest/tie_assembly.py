"""From single answers to ties between the organisations of a body, and what does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import nan
from typing import Any

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.near_names import nearest_names
from kadsurvey.ingest.table import SHOWN
from kadsurvey.ingest.tie_cells import (
    Place,
    TieCell,
    TieSheets,
    is_blank,
    read_strength,
    relation_name,
    strength_finding,
)
from kadsurvey.ingest.tie_nodes import Organisation, Roster
from kadsurvey.language.text import Text

ALL = "all"
"""The body of all ties where nothing names a body."""
TIE_COLUMNS = ("body", "relation", "sender", "receiver", "strength")
NODE_COLUMNS = ("body", "organisation", "group", "member", "level", "responded")

_Key = tuple[str, str]


@dataclass(slots=True)
class _Unknown:
    """A name that is not in the roster: where it stands first, and how often."""

    name: str
    body: str | None
    place: dict[str, str | None]
    count: int = 0


@dataclass(slots=True)
class TieAssembly:
    """Puts the answers of one file together.

    Attributes
    ----------
    roster : Roster
        The organisations that the user lists; none where it is empty.
    sheets : TieSheets
        The answers.
    nodes : dict of (key of body, key of organisation) to (body, Organisation)
    edges : list of tuples
        Values of `TIE_COLUMNS`.
    asked : dict with keys (body, relation)
        The relations that were asked about in each body, also where nobody has one.
    findings : list of Finding
    """

    roster: Roster
    sheets: TieSheets
    nodes: dict[_Key, tuple[str, Organisation]] = field(default_factory=dict)
    edges: list[tuple[Any, ...]] = field(default_factory=list)
    asked: dict[tuple[str, str], None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _answered: set[_Key] = field(default_factory=set)
    _spelt: dict[tuple[str, str], str] = field(default_factory=dict)
    _first: dict[tuple[str, str, str, str], tuple[float, TieCell]] = field(default_factory=dict)
    _unknown: dict[_Key, _Unknown] = field(default_factory=dict)
    _blank: int = 0
    _of_organisation: dict[str, set[str]] = field(default_factory=dict)
    _bodies: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        """Place every answer, list the organisations, and name what does not fit."""
        self._list_roster()
        for cell in self.sheets.named:
            if (body := self._body(cell, quiet=True)) is not None:
                self._node(body, cell.sender, cell, cell.sender_at)
                self._relation(body, cell)
        for cell in self.sheets.responded:
            if (body := self._body(cell, quiet=True)) is not None:
                self._answered.add((_key(body), _key(cell.sender)))
        for cell in self.sheets.cells:
            self._add(cell)
        self.findings += self._unknown_findings()

    def node_rows(self) -> list[tuple[Any, ...]]:
        """Return the values of `NODE_COLUMNS`; an organisation answered where the roster says so, or its answers do."""
        return [
            (body, part.name, part.group, part.member, part.level, bool(part.responded) or key in self._answered)
            for key, (body, part) in self.nodes.items()
        ]

    def log(self) -> list[Change]:
        """Say how many answers were empty."""
        if not self._blank:
            return []
        grid = self.sheets.cells[0].grid
        return [Change("ingest.ties_missing", self._blank, {}, grid.file)]

    def _list_roster(self) -> None:
        """List the organisations whose body is known before any tie is read."""
        self._bodies = dict(self.roster.bodies)
        for (body_key, key), part in self.roster.organisations.items():
            self._of_organisation.setdefault(key, set()).add(body_key)
            if part.body is not None:
                self.nodes[body_key, key] = (self._spelling("body", part.body), part)
            elif not self.sheets.names_bodies and not self._bodies:
                self.nodes[_key(ALL), key] = (ALL, part)

    def _add(self, cell: TieCell) -> None:
        """Place one answer."""
        if not cell.sender or not cell.receiver:
            if not is_blank(cell.text) and read_strength(cell.text) != 0:
                self.findings.append(Finding("ingest.tie_without_end", "warning", {}, **cell.place()))
            return
        body = self._body(cell)
        if body is None:
            return
        ends = [self._node(body, cell.sender, cell, cell.sender_at)]
        ends.append(self._node(body, cell.receiver, cell, cell.receiver_at))
        sender, receiver = _key(cell.sender), _key(cell.receiver)
        # Who names an organisation outside the roster has answered all the same.
        if ends[0] is not None and not is_blank(cell.text):
            self._answered.add((_key(body), sender))
        if None in ends:
            return
        relation = self._relation(body, cell)
        strength = self._strength(cell)
        if sender == receiver:
            if strength != 0:
                self.findings.append(Finding("ingest.tie_to_itself", "warning", {"name": cell.sender}, **cell.place()))
            return
        if self._is_first((_key(body), relation, sender, receiver), strength, cell) and strength != 0:
            self.edges.append((self._spelling("body", body), relation, ends[0], ends[1], strength))

    def _relation(self, body: str, cell: TieCell) -> str:
        """Return the relation of an answer, and note that this body was asked about it."""
        relation = relation_name(cell.relation) or self._spelling("relation", cell.relation)
        self.asked.setdefault((self._spelling("body", body), relation))
        return relation

    def _strength(self, cell: TieCell) -> float:
        """Return the strength, NaN where there is none or it cannot be read."""
        if is_blank(cell.text):
            self._blank += 1
            return nan
        value = read_strength(cell.text)
        if value is None:
            self.findings.append(strength_finding(cell))
            return nan
        return value

    def _is_first(self, key: tuple[str, str, str, str], strength: float, cell: TieCell) -> bool:
        """Keep the first answer on a pair; name a second one, an error where the two differ."""
        if key not in self._first:
            self._first[key] = (strength, cell)
            return True
        value, first = self._first[key]
        params = {"sender": cell.sender, "receiver": cell.receiver, "relation": key[1], "other": first.place()["cell"]}
        same = value == strength or (value != value and strength != strength)
        if same:
            self.findings.append(Finding("ingest.tie_twice", "warning", params, **cell.place()))
        else:
            params |= {"sheet": first.grid.sheet or first.grid.file}
            self.findings.append(Finding("ingest.tie_contradicted", "error", params, **cell.place()))
        return False

    def _body(self, cell: TieCell, *, quiet: bool = False) -> str | None:
        """Return the body of an answer, None where it is in doubt; that is said unless ``quiet``."""
        known = self._bodies
        if cell.body is not None:
            if not known or _key(cell.body) in known:
                return self._spelling("body", cell.body)
            self._note_unknown(cell.body, None, cell, cell.at, quiet=quiet)
            return None
        if not known:
            if not self.sheets.names_bodies:
                return ALL
            if not quiet:
                self.findings.append(Finding("ingest.tie_without_body", "warning", {}, **cell.place()))
            return None
        return self._body_by_roster(cell, quiet=quiet)

    def _body_by_roster(self, cell: TieCell, *, quiet: bool) -> str | None:
        """Find the body in whose roster both organisations stand."""
        of_ends = self._bodies_of(cell.sender), self._bodies_of(cell.receiver)
        for name, at, bodies in zip(
            (cell.sender, cell.receiver), (cell.sender_at, cell.receiver_at), of_ends, strict=True
        ):
            if not bodies:
                self._note_unknown(name, "", cell, at, quiet=quiet)
        if len(of_ends[0]) == 1 and not is_blank(cell.text):
            self._answered.add((next(iter(of_ends[0])), _key(cell.sender)))
        if not all(of_ends):
            return None
        common = of_ends[0] & of_ends[1]
        if len(common) == 1:
            return self._bodies[next(iter(common))]
        if not quiet and read_strength(cell.text) != 0:
            params = {"sender": cell.sender, "receiver": cell.receiver}
            if common:
                self.findings.append(Finding("ingest.tie_body_unclear", "error", params, **cell.place()))
            else:
                self.findings.append(Finding("ingest.tie_between_bodies", "warning", params, **cell.place()))
        return None

    def _bodies_of(self, name: str) -> set[str]:
        """Return the bodies that an organisation may belong to; one listed without a body may belong to any."""
        bodies = self._of_organisation.get(_key(name), set())
        return set(self._bodies) if "" in bodies else bodies

    def _node(self, body: str, name: str, cell: TieCell, at: Place) -> str | None:
        """Return an organisation's name as it is spelt first; None, and noted, where the roster does not have it."""
        key = (_key(body), _key(name))
        if key not in self.nodes:
            listed = self.roster.organisations.get(key) or self.roster.organisations.get(("", key[1]))
            if listed is None and self.roster.organisations:
                self._note_unknown(name, body, cell, at)
                return None
            self.nodes[key] = (self._spelling("body", body), listed or Organisation(name, body))
        return self.nodes[key][1].name

    def _note_unknown(self, name: str, body: str | None, cell: TieCell, at: Place, *, quiet: bool = False) -> None:
        if not quiet:
            unknown = self._unknown.setdefault((body or "", _key(name)), _Unknown(name, body, cell.place(at)))
            unknown.count += 1

    def _unknown_findings(self) -> list[Finding]:
        findings = []
        for at, unknown in enumerate(self._unknown.values()):
            is_body = unknown.body is None
            code = "ingest.tie_unknown_body" if is_body else "ingest.tie_unknown_organisation"
            known = list(self._bodies.values()) if is_body else self._names_near(unknown.body)
            # Looking for the nearest name takes time, and only the first findings are shown.
            near = nearest_names(unknown.name, known) if at < SHOWN else []
            hint: object = Text("ingest.tie_nearest", {"names": near}) if near else ""
            params = {"name": unknown.name, "count": unknown.count, "hint": hint}
            findings.append(Finding(code, "warning", params, **unknown.place))
        return findings

    def _names_near(self, body: str | None) -> list[str]:
        """Return the organisations that a name in a body may be meant to be."""
        keys = {_key(body), ""} if body else None
        return [part.name for (key, _), part in self.roster.organisations.items() if keys is None or key in keys]

    def _spelling(self, kind: str, text: str) -> str:
        """Return a name in the spelling in which it came first."""
        return self._spelt.setdefault((kind, _key(text)), text)


@lru_cache(maxsize=65_536)
def _key(text: str) -> str:
    return name_key(text)
