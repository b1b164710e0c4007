"""The roster as two workbooks: who names whom how strongly, and the organisations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.ties import Ties
from kadsurvey.simulation.layouts.deterministic import save
from kadsurvey.simulation.layouts.respondents import SYNTHETIC_TITLE
from kadsurvey.simulation.simulate import SimulatedStudy

_NODES = ("organisation", "body", "group", "member", "level", "responded")


def write_ties(study: SimulatedStudy, path: Path) -> None:
    """Write the ties as a list: a row a pair, a column of strengths a relation.

    Pairs without a tie are left out, but an organisation that answered and names nobody has a row of zeros: without
    one it would count as one that did not answer.

    Raises
    ------
    ArgumentError
        If the study has no ties.
    """
    ties = _ties_of(study)
    strengths: dict[tuple[str, str, str], dict[str, int]] = {}
    for body, relation, sender, receiver, strength in ties.edges.itertuples(index=False, name=None):
        strengths.setdefault((body, sender, receiver), {})[relation] = int(strength)
    rows: list[list[Any]] = [["from", "to", "body", *ties.relations]]
    for body in ties.bodies:
        part = ties.nodes[ties.nodes["body"] == body]
        names = part["organisation"].tolist()
        for sender in part.loc[part["responded"], "organisation"]:
            others = [name for name in names if name != sender]
            told = [name for name in others if (body, sender, name) in strengths] or others[:1]
            for name in told:
                given = strengths.get((body, sender, name), {})
                rows.append([sender, name, body, *(given.get(relation, 0) for relation in ties.relations)])
    _write(rows, path, sheet="Relasi SINTETIS")


def write_nodes(study: SimulatedStudy, path: Path) -> None:
    """Write the organisations of every body, a row each.

    Raises
    ------
    ArgumentError
        If the study has no ties.
    """
    nodes = _ties_of(study).nodes
    told = nodes.assign(responded=nodes["responded"].map({True: "yes", False: "no"}))
    _write([list(_NODES), *told[list(_NODES)].values.tolist()], path, sheet="Organisasi SINTETIS")


def _ties_of(study: SimulatedStudy) -> Ties:
    if study.ties is None:
        raise ArgumentError("simulation.no_ties", name=study.truth.name)
    return study.ties


def _write(rows: list[list[Any]], path: Path, *, sheet: str) -> None:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    written = workbook.create_sheet(sheet)
    for row in rows:
        written.append(row)
    save(workbook, path, title=SYNTHETIC_TITLE)
