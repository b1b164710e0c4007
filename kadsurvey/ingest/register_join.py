"""A study held against the register: which of its bodies and members stand there, by name or by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import KEY, Bodies
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.near_names import nearest_names
from kadsurvey.ingest.region_codes import read_region_code
from kadsurvey.ingest.register import Register
from kadsurvey.ingest.responses import Responses
from kadsurvey.ingest.table import SHOWN
from kadsurvey.results import Result

JoinedBy: TypeAlias = Literal["key", "name", "code", "near"]

_FULL_NAME = "name"
_BODY_COLUMNS = ["register", "joined_by", "near", "n_both", "n_study", "n_register"]
_MEMBER_COLUMNS = ["body", "member", "register_member", "code", "joined_by"]


@dataclass(frozen=True, slots=True, eq=False)
class RegisterJoin(Result):
    """What a study and the register have in common.

    Attributes
    ----------
    bodies : DataFrame, index ``body`` (as the study spells it)
        ``register``: the body there, missing where there is none; ``joined_by``: ``key`` or ``name``; ``near``: bodies
        of the register that are spelt nearly like one that is not there; ``n_both, n_study, n_register``: members
        known to both, and to one of them only, missing where one of them lists none.
    members : DataFrame, columns ``body``, ``member``, ``register_member``, ``code``, ``joined_by``
        Members of the joined bodies as the study and as the register spell them; ``joined_by``: ``name``, ``code``, or
        ``near`` for a pair that is proposed and not joined; missing where only one of them knows the member.
    facts : DataFrame, index ``body`` (as the study spells it)
        The register's data of the joined bodies.
    findings : tuple of Finding
        Who stands on one side only, and whose names nearly agree.
    """

    bodies: pd.DataFrame
    members: pd.DataFrame
    facts: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the bodies of the study."""
        return self.bodies


def join_register(
    register: Register, *, bodies: Bodies | None = None, responses: Responses | None = None
) -> RegisterJoin:
    """Look the bodies of a study up in the register.

    A body is the register's where its key or its full name (column ``name``) is the same but for case, spaces, dashes
    and the dots of a code; a member, where its name is, or where it is the member's *kode wilayah*. A name that is
    nearly the same is proposed, and never joined.

    Parameters
    ----------
    register : Register
    bodies : Bodies, optional
        Body data of the study.
    responses : Responses, optional
        Its answers, which name bodies and members too. One of the two must be given.

    Raises
    ------
    ArgumentError
        If neither is given.
    """
    if bodies is None and responses is None:
        raise ArgumentError("ingest.nothing_to_join")
    study = _Study(bodies, responses)
    joined = _joined_bodies(register, study)
    joiner = _Joiner(register, study, joined)
    return joiner.join()


class _Study:
    """The bodies of a study with their full names and members, from its body data and its answers."""

    def __init__(self, bodies: Bodies | None, responses: Responses | None) -> None:
        found: dict[str, str] = {}
        members: dict[str, dict[str, str]] = {}
        for body, names in _listed(bodies, responses):
            spelt = found.setdefault(name_key(body), body)
            for name in names:
                members.setdefault(spelt, {}).setdefault(name_key(name), name)
        self.names = list(found.values())
        self.members = {body: list(names.values()) for body, names in members.items()}
        self.full = {found[name_key(body)]: name for body, name in _full_names(bodies).items()}


class _Joiner:
    """Compares the members of the joined bodies and gathers what is to be said."""

    def __init__(self, register: Register, study: _Study, joined: Mapping[str, tuple[str, JoinedBy]]) -> None:
        self._register = register
        self._study = study
        self._joined = joined
        self._findings: list[Finding] = []
        self._members: list[tuple[str, str | None, str | None, str | None, str | None]] = []
        self._of_body = dict(list(register.members.groupby(KEY, sort=False)))

    def join(self) -> RegisterJoin:
        """Compare bodies, then members."""
        near = self._near_bodies()
        rows = []
        for body in self._study.names:
            there, by = self._joined.get(body, (None, None))
            counts = (None, None, None) if there is None else self._compare(body, there)
            rows.append((there, by, "; ".join(near.get(body, ())) or None, *counts))
        self._one_sided(near)
        index = pd.Index(self._study.names, name=KEY, dtype="str")
        frame = pd.DataFrame(rows, columns=_BODY_COLUMNS, index=index)
        frame = frame.astype({"register": "str", "joined_by": "str", "near": "str"})
        frame = frame.astype(dict.fromkeys(_BODY_COLUMNS[3:], "float64"))
        members = pd.DataFrame(self._members, columns=_MEMBER_COLUMNS, dtype="str")
        matched = frame["register"].dropna()
        facts = self._register.data.loc[matched.to_list()].set_axis(matched.index)
        return RegisterJoin(frame, members, facts, tuple(self._findings))

    def _near_bodies(self) -> dict[str, list[str]]:
        """Propose what a body that is not in the register may be called there."""
        taken = {there for there, _ in self._joined.values()}
        spelt = _spelt(self._register, taken)
        found: dict[str, list[str]] = {}
        for body in self._study.names:
            if body in self._joined:
                continue
            names = (body, self._study.full.get(body, body))
            near = list(dict.fromkeys(spelt[other] for name in names for other in nearest_names(name, spelt)))
            if len(near) == 1:
                params: dict[str, object] = {"body": body, "nearest": near[0]}
                self._findings.append(Finding("ingest.register_body_near", "warning", params))
            elif near:
                params = {"body": body, "names": near}
                self._findings.append(Finding("ingest.register_body_like_several", "warning", params))
            found[body] = near
        return found

    def _one_sided(self, near: Mapping[str, list[str]]) -> None:
        absent = [body for body, names in near.items() if not names]
        if absent:
            params = {"bodies": absent, "count": len(absent)}
            self._findings.append(Finding("ingest.register_lacks_bodies", "note", params))
        taken = {there for there, _ in self._joined.values()} | {name for names in near.values() for name in names}
        others = [body for body in self._register.names if body not in taken]
        if others:
            params = {"bodies": [*others[:SHOWN], *(["..."] if len(others) > SHOWN else [])], "count": len(others)}
            self._findings.append(Finding("ingest.register_bodies_elsewhere", "note", params))

    def _compare(self, body: str, there: str) -> tuple[int | None, int | None, int | None]:
        """Count the members that both know, the study only, the register only; None where one lists none."""
        known = self._study.members.get(body, [])
        listed = self._of_body.get(there)
        if not known or listed is None:
            return None, None, None
        left = dict(enumerate(_pairs(listed)))
        alone = []
        for member in known:
            row, by = _same_member(member, left)
            if row is None:
                alone.append(member)
            else:
                self._members.append((body, member, *left.pop(row), by))
        both = len(known) - len(alone)
        lacking = [member for member in alone if not self._propose(body, member, left)]
        self._members += [(body, None, *pair, None) for pair in left.values()]
        if lacking:
            params: dict[str, object] = {"body": body, "members": lacking, "count": len(lacking)}
            self._findings.append(Finding("ingest.register_lacks_members", "note", params))
        if left:
            params = {"body": body, "members": [name or code for name, code in left.values()], "count": len(left)}
            self._findings.append(Finding("ingest.study_lacks_members", "note", params))
        return both, len(alone), len(listed) - both

    def _propose(self, body: str, member: str, left: dict[int, tuple[str | None, str | None]]) -> bool:
        """Name what a member may be called in the register; tell whether there is anything."""
        rows = {name: row for row, (name, _) in left.items() if name is not None}
        near = nearest_names(member, rows)
        if len(near) == 1:
            self._members.append((body, member, *left.pop(rows[near[0]]), "near"))
            params: dict[str, object] = {"body": body, "member": member, "nearest": near[0]}
            self._findings.append(Finding("ingest.register_member_near", "warning", params))
            return True
        self._members.append((body, member, None, None, None))
        if near:
            params = {"body": body, "member": member, "names": near}
            self._findings.append(Finding("ingest.register_member_like_several", "warning", params))
        return bool(near)


def _joined_bodies(register: Register, study: _Study) -> dict[str, tuple[str, JoinedBy]]:
    """Join by key first, then by full name, where it stands for one body only and its place is not taken."""
    keys = {name_key(body): body for body in register.names}
    joined: dict[str, tuple[str, JoinedBy]] = {
        body: (keys[name_key(body)], "key") for body in study.names if name_key(body) in keys
    }
    full = _by_full_name(register)
    taken = {there for there, _ in joined.values()}
    for body in study.names:
        if body in joined:
            continue
        for name in dict.fromkeys((body, study.full.get(body, body))):
            there = keys.get(name_key(name)) or full.get(name_key(name))
            if there is not None and there not in taken:
                joined[body] = there, "name"
                taken.add(there)
                break
    return joined


def _by_full_name(register: Register) -> dict[str, str]:
    if _FULL_NAME not in register.data:
        return {}
    names = register.data[_FULL_NAME].dropna()
    shared = Counter(name_key(name) for name in names)
    return {name_key(name): str(body) for body, name in names.items() if shared[name_key(name)] == 1}


def _spelt(register: Register, taken: set[str]) -> dict[str, str]:
    """Return the bodies of the register that are not taken, by key and by full name."""
    spelt = {body: body for body in register.names if body not in taken}
    if _FULL_NAME in register.data:
        for body, name in register.data[_FULL_NAME].dropna().items():
            if str(body) not in taken:
                spelt.setdefault(name, str(body))
    return spelt


def _listed(bodies: Bodies | None, responses: Responses | None) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield each body with members of it that the study names."""
    if bodies is not None:
        for body in bodies.names:
            yield body, bodies.members.get(body, ())
    if responses is None or "body" not in responses.data:
        return
    if "member" not in responses.data:
        yield from ((body, ()) for body in responses.data["body"].dropna().unique())
        return
    pairs = responses.data[["body", "member"]].dropna(subset=["body"]).drop_duplicates()
    for body, member in pairs.itertuples(index=False, name=None):
        yield body, (member,) if isinstance(member, str) else ()


def _full_names(bodies: Bodies | None) -> dict[str, str]:
    if bodies is None or _FULL_NAME not in bodies.data:
        return {}
    names = bodies.data[_FULL_NAME].dropna()
    pairs = zip(names.index.get_level_values(KEY), names, strict=True)
    return {str(body): name for body, name in pairs if isinstance(name, str)}


def _pairs(listed: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    """Return name and code of each member."""
    columns = (listed[name].astype(object).where(listed[name].notna(), None) for name in ("member", "code"))
    return list(zip(*columns, strict=True))


def _same_member(
    member: str, left: Mapping[int, tuple[str | None, str | None]]
) -> tuple[int | None, Literal["name", "code"] | None]:
    """Find the register's member of the same name, else of the code that the study names it by."""
    key, code = name_key(member), read_region_code(member).code
    for row, (name, _) in left.items():
        if name is not None and name_key(name) == key:
            return row, "name"
    for row, (_, known) in left.items():
        if code is not None and known == code:
            return row, "code"
    return None, None
