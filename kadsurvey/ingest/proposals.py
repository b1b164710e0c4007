"""What the mapping file asks: misspelt names with the name they are probably meant to be, cells with their readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kadsurvey.findings import Finding
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.mapping import MappingKind, MappingRow, UserMapping
from kadsurvey.language.text import Label, Text

_ASKED_CELLS = frozenset(
    (
        "ingest.ambiguous_amount",
        "ingest.unreadable_amount",
        "ingest.amount_of_other_kind",
        "ingest.ambiguous_date",
        "ingest.unreadable_date",
        "ingest.unreadable_flag",
        "ingest.unknown_value",
    )
)
_SHOWN_CELLS = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row of the mapping file: one that the user has, or one that is proposed.

    Attributes
    ----------
    row : MappingRow
        ``accepted`` is None for what is proposed; ``meant`` is empty where nothing is probable.
    question : Label
        What is asked, in words; empty for a row of the user's.
    """

    row: MappingRow
    question: Label = ""


def propose(findings: Iterable[Finding], mapping: UserMapping | None = None) -> tuple[Proposal, ...]:
    """Turn the findings that ask into rows for the user to answer.

    Parameters
    ----------
    findings : iterable of Finding
        Of the survey, of the body data, and of their join.
    mapping : UserMapping, optional
        What it has a row for, answered or not, is not asked again.

    Returns
    -------
    tuple of Proposal
        One for each name and each text of a column. A name that is near to a misspelling is proposed as what that is
        meant to be, so that no row leads to another.
    """
    found = list(findings)
    rows = {proposal.row.key: proposal for proposal in _names(found)}
    rows = {key: _followed(proposal, rows) for key, proposal in rows.items()}
    for proposal in [*_codes(found), *_cells(found)]:
        rows.setdefault(proposal.row.key, proposal)
    known = {row.key for row in mapping.rows} if mapping else set()
    return tuple(proposal for key, proposal in rows.items() if key not in known)


def asking(proposals: Sequence[Proposal], mapping: UserMapping | None, *, file: str | None) -> tuple[Finding, ...]:
    """Name the mapping file that asks, and the rows of the one given that still wait for an answer.

    Parameters
    ----------
    proposals : sequence of Proposal
    mapping : UserMapping or None
        The one given.
    file : str or None
        The one that was written, if any.
    """
    findings = []
    if proposals and file is not None:
        findings.append(Finding("ingest.mapping_proposed", "warning", {"file": file, "count": len(proposals)}))
    if mapping is not None and (rows := mapping.unanswered):
        params = {"file": mapping.file, "count": len(rows), "rows": [str(row.row) for row in rows]}
        findings.append(Finding("ingest.mapping_unanswered", "note", params))
    return tuple(findings)


def _names(findings: Sequence[Finding]) -> Iterable[Proposal]:
    """Yield the names in doubt; what the body data suggest comes last and counts."""
    for finding in findings:
        params = finding.params
        if finding.code in ("ingest.near_misspelling", "ingest.bodies_spelt_alike"):
            kind: MappingKind = "member" if params.get("kind") == "member" else "body"
            yield _name(kind, str(params["rare"]), [str(params["frequent"])], params["count"])
    for finding in findings:
        code = finding.code.removeprefix("ingest.")
        kind = "member" if code.startswith("member") else "body"
        if code.endswith("_spelt_otherwise"):
            yield _rarer(kind, finding)
        elif code.endswith("_spelt_like_several"):
            near = finding.params["names"]
            names = list(map(str, near)) if isinstance(near, list) else []
            yield _name(kind, str(finding.params[kind]), names, finding.params["count"])


def _rarer(kind: MappingKind, finding: Finding) -> Proposal:
    """Propose the spelling that stands in fewer cells as the wrong one; the survey's where both stand in as many."""
    params = finding.params
    names = str(params[kind]), str(params["nearest"])
    counts = int(str(params["count"])), int(str(params["other_count"]))
    written, meant = names if counts[0] <= counts[1] else names[::-1]
    return _name(kind, written, [meant], min(counts))


def _name(kind: MappingKind, written: str, near: list[str], count: object) -> Proposal:
    if len(near) == 1:
        question = Text("ingest.ask_name", {"written": written, "meant": near[0]})
        return Proposal(MappingRow(kind, written, near[0], None, count=str(count)), question)
    question = Text("ingest.ask_which_name", {"written": written, "names": near})
    return Proposal(MappingRow(kind, written, "", None, count=str(count)), question)


def _followed(proposal: Proposal, rows: dict[tuple[str, str, str, str], Proposal]) -> Proposal:
    """Lead a proposal on to the name that its meaning is itself proposed to be."""
    row = proposal.row
    seen = {name_key(row.written)}
    meant = row.meant
    while meant and name_key(meant) not in seen:
        seen.add(name_key(meant))
        onward = rows.get((row.kind, name_key(meant), "", ""))
        if onward is None or not onward.row.meant:
            break
        meant = onward.row.meant
    return proposal if meant == row.meant else _name(row.kind, row.written, [meant], row.count)


def _codes(findings: Sequence[Finding]) -> Iterable[Proposal]:
    for finding in findings:
        if finding.code == "ingest.code_lost_zeros":
            params = {name: str(finding.params[name]) for name in ("kind", "column", "value", "whole")}
            question = Text("ingest.ask_code", {"value": params["value"], "whole": params["whole"]})
            kind: MappingKind = "body" if params["kind"] == "body" else "code"
            column = params["column"] if kind == "code" else ""
            yield Proposal(MappingRow(kind, params["value"], params["whole"], None, column, count="1"), question)


def _cells(findings: Sequence[Finding]) -> Iterable[Proposal]:
    """Yield one question for each text of a column, with the cells where it stands."""
    asked: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.code in _ASKED_CELLS and "column" in finding.params:
            written = " ".join(str(finding.params["value"]).split())
            asked.setdefault((str(finding.params["column"]), written), []).append(finding)
    for (column, written), cells in asked.items():
        places = [finding.cell or "" for finding in cells]
        shown: list[object] = [*places[:_SHOWN_CELLS], *(["..."] if len(places) > _SHOWN_CELLS else [])]
        readings = cells[0].params.get("readings")
        params = {"written": written, "column": column, "cells": shown, "readings": readings}
        question = Text("ingest.ask_reading" if readings else "ingest.ask_cell", params)
        yield Proposal(MappingRow("cell", written, "", None, column, count=str(len(cells))), question)
