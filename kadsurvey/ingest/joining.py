"""The body data joined to the survey: bodies and members by name or code, and whoever stands on one side only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

import pandas as pd

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.bodies import KEY, Bodies
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.near_names import nearest_names
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text

_FULL_NAME = "name"


def join_bodies(bodies: Bodies, responses: Responses) -> Bodies:
    """Give bodies and members of the body data the spelling of the survey.

    A body is the survey's where its key, or else its full name (column ``name``), is the same but for case, spaces,
    dashes and the dots of a code. A misspelt name is not: the mapping file is asked for it.
    """
    body_names = _names(responses, "body")
    if not body_names:
        return bodies
    spelt = {name_key(name): name for name in body_names}
    renamed = {name: spelt[name_key(name)] for name in bodies.names if name_key(name) in spelt}
    renamed |= _by_full_name(bodies, spelt, renamed)
    changed = {name: new for name, new in renamed.items() if new != name}
    members = {name_key(name): name for name in _names(responses, "member")}
    listed = {
        renamed.get(body, body): tuple(members.get(name_key(name), name) for name in names)
        for body, names in bodies.members.items()
    }
    if not changed:
        return replace(bodies, members=listed)
    pairs = [Text("ingest.header_read_as", {"header": name, "name": new}) for name, new in changed.items()]
    log = (*bodies.log, Change("ingest.bodies_joined", len(changed), {"pairs": pairs}))
    return replace(bodies, data=_relabelled(bodies.data, changed), members=listed, log=log)


def join_findings(responses: Responses, bodies: Bodies) -> tuple[Finding, ...]:
    """Name bodies and members with answers but no body data (a warning), and the other way round (a note).

    Names are held against those of the body data only, whose own names are never taken for each other.
    """
    return (*_body_findings(responses, bodies), *_member_findings(responses, bodies))


def without_true_pairs(findings: Iterable[Finding], bodies: Bodies) -> tuple[Finding, ...]:
    """Drop the doubts about two nearly equal names where the body data list both: they are two bodies, or members."""
    listed = {
        "body": {name_key(name) for name in bodies.names},
        "member": {name_key(name) for names in bodies.members.values() for name in names},
    }

    def both_listed(finding: Finding) -> bool:
        if finding.code != "ingest.near_misspelling":
            return False
        pair = {name_key(str(finding.params[name])) for name in ("rare", "frequent")}
        return pair <= listed[str(finding.params["kind"])]

    return tuple(finding for finding in findings if not both_listed(finding))


def _body_findings(responses: Responses, bodies: Bodies) -> list[Finding]:
    asked, listed = _names(responses, "body"), bodies.names
    if not asked:
        return []
    counts = Counter(responses.data["body"].dropna())
    rows = Counter(bodies.data.index.get_level_values(KEY))
    findings = []
    for body in asked:
        if body not in rows:
            near = nearest_names(body, listed)
            others = {
                "count": counts[body],
                "other_count": max((counts[name] + rows[name] for name in near), default=0),
            }
            without = Finding("ingest.body_without_data", "warning", {"body": body, **others})
            findings.append(_spelling("body", body, near, others) if near else without)
    unasked = [body for body in listed if body not in asked]
    if unasked:
        findings.append(Finding("ingest.bodies_without_answers", "note", {"bodies": unasked, "count": len(unasked)}))
    return findings


def _spelling(kind: Literal["body", "member"], name: str, near: list[str], params: Mapping[str, object]) -> Finding:
    named, of_body = {kind: name, **params}, kind == "body"
    if len(near) == 1:
        code = "ingest.body_spelt_otherwise" if of_body else "ingest.member_spelt_otherwise"
        return Finding(code, "warning", {**named, "nearest": near[0]})
    code = "ingest.body_spelt_like_several" if of_body else "ingest.member_spelt_like_several"
    return Finding(code, "warning", {**named, "names": near})


def _member_findings(responses: Responses, bodies: Bodies) -> list[Finding]:
    """Doubt members that are spelt nearly like one listed for their body, and name those that nobody answered for.

    A member that is like none of the list says nothing: organisations are members of the survey, too.
    """
    if not bodies.members or not {"body", "member"} <= set(responses.data):
        return []
    pairs = Counter(responses.data[["body", "member"]].dropna().itertuples(index=False, name=None))
    asked: dict[str, set[str]] = {}
    findings = []
    for (body, member), count in pairs.items():
        listed = bodies.members.get(body, ())
        asked.setdefault(body, set()).add(name_key(member))
        if name_key(member) not in map(name_key, listed) and (near := nearest_names(member, listed)):
            others = {"count": count, "other_count": 1 + max(pairs[body, name] for name in near)}
            findings.append(_spelling("member", member, near, {"body": body, **others}))
            asked[body] |= {name_key(name) for name in near}
    for body, listed in bodies.members.items():
        missing = [name for name in listed if name_key(name) not in asked.get(body, set())]
        if body in asked and missing:
            params = {"body": body, "members": missing, "count": len(missing)}
            findings.append(Finding("ingest.members_without_answers", "note", params))
    return findings


def _by_full_name(bodies: Bodies, spelt: Mapping[str, str], renamed: Mapping[str, str]) -> dict[str, str]:
    """Match bodies by their full name, where it stands for one body only and its place is not taken."""
    if _FULL_NAME not in bodies.data or not isinstance(bodies.data[_FULL_NAME].dtype, pd.StringDtype):
        return {}
    taken = set(renamed.values())
    full = bodies.data[_FULL_NAME].dropna()
    keys = {str(body): name_key(name) for body, name in zip(full.index.get_level_values(KEY), full, strict=True)}
    shared = Counter(keys.values())
    return {
        body: spelt[key]
        for body, key in keys.items()
        if body not in renamed and shared[key] == 1 and key in spelt and spelt[key] not in taken
    }


def _relabelled(data: pd.DataFrame, changed: Mapping[str, str]) -> pd.DataFrame:
    if isinstance(data.index, pd.MultiIndex):
        return data.rename(index=changed, level=KEY)
    labels = [changed.get(name, name) for name in data.index]
    return data.set_axis(pd.Index(labels, name=KEY, dtype="str"))


def _names(responses: Responses, column: str) -> list[str]:
    return list(dict.fromkeys(responses.data[column].dropna())) if column in responses.data else []
