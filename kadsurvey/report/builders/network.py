"""Network indices to Tables: the shape of each network, who answered, what its ties connect, its organisations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kadsurvey.indices.network import NetworkIndices
from kadsurvey.indices.roster import ANY
from kadsurvey.ingest.tie_assembly import ALL
from kadsurvey.ingest.tie_cells import ONE_RELATION, RELATIONS
from kadsurvey.language.text import Label, Text
from kadsurvey.report.table import Column, Row, Table, rows_of

_NAMED_RELATIONS = (*RELATIONS, ANY, ONE_RELATION)
_UNITS = {
    "body": Text("tables.body"),
    "group": Text("tables.group"),
    "member": Text("tables.member"),
    "level": Text("tables.government_level"),
}
_LEVELS = ("region", "province", "centre")


def network_tables(found: NetworkIndices) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Return the tables to show, in their order, and those that only the workbook holds."""
    shown = [_shape(found), _answers(found)]
    if found.bodies[["ei_index", "bonding", "linking"]].notna().any(axis=None):
        shown.append(_connected(found))
    if not found.overlap.empty:
        shown.append(_overlap(found))
    return tuple(shown), (_centralisation(found), _confirmed(found), _organisations(found))


def _shape(found: NetworkIndices) -> Table:
    return _of_bodies(
        found,
        "networks",
        [
            Column("n_nodes", "n", "integer"),
            Column("n_ties", Text("tables.ties"), "integer"),
            Column("density", Text("tables.density"), "bounded", 3),
            Column("reciprocity", Text("tables.reciprocity"), "bounded", 3),
            Column("transitivity", Text("tables.transitivity"), "bounded", 3),
            Column("components", Text("tables.components"), "integer"),
            Column("isolates", Text("tables.isolates"), "integer"),
        ],
        [
            Text("tables.note_network_cut", {"cut": found.cut}),
            Text("tables.note_network_definitions"),
            Text(f"tables.note_symmetrise_{found.symmetrise}"),
        ],
    )


def _answers(found: NetworkIndices) -> Table:
    return _of_bodies(
        found,
        "network_answers",
        [
            Column("n_responded", Text("tables.answered"), "integer"),
            Column("response_rate", Text("tables.response_rate"), "share", 0),
            Column("density_low", Text("tables.density_lowest"), "bounded", 3),
            Column("density_high", Text("tables.density_highest"), "bounded", 3),
            Column("mean_strength", Text("tables.mean_strength"), "number", 2),
            Column("confirmed_share", Text("tables.confirmed_share"), "share", 0),
        ],
        [Text("tables.note_network_bounds"), Text("tables.note_network_confirmed")],
    )


def _centralisation(found: NetworkIndices) -> Table:
    return _of_bodies(
        found,
        "network_centralisation",
        [
            Column("centralisation_in", Text("tables.degree_in"), "bounded", 3),
            Column("centralisation_out", Text("tables.degree_out"), "bounded", 3),
            Column("centralisation_betweenness", Text("tables.betweenness"), "bounded", 3),
            Column("strong_components", Text("tables.strong_components"), "integer"),
            Column("largest_component", Text("tables.largest_component"), "share", 0),
        ],
        [Text("tables.note_network_centralisation")],
    )


def _confirmed(found: NetworkIndices) -> Table:
    return _of_bodies(
        found,
        "network_confirmed",
        [
            Column("confirmed", Text("tables.confirmed"), "integer"),
            Column("unconfirmed", Text("tables.unconfirmed"), "integer"),
            Column("confirmed_share", Text("tables.confirmed_share"), "share", 0),
            Column("unverified", Text("tables.unverified"), "integer"),
        ],
        [Text("tables.note_network_confirmed")],
    )


def _connected(found: NetworkIndices) -> Table:
    columns = [
        Column("bonding", Text("tables.bonding"), "share", 0),
        Column("bridging", Text("tables.bridging"), "share", 0),
        Column("linking", Text("tables.linking"), "share", 0),
        Column("ei_index", "E-I", "bounded", 3),
        Column("ei_expected", Text("tables.ei_expected"), "bounded", 3),
        Column("ei_p_value", "p", "p_value", 3),
        Column("assortativity", Text("tables.assortativity"), "bounded", 3),
    ]
    kept = [column for column in columns if found.bodies[column.key].notna().any()]
    params = {"draws": found.draws, "seed": found.seed}
    return _of_bodies(
        found, "network_reach", kept, [Text("tables.note_network_reach"), Text("tables.note_network_ei", params)]
    )


def _of_bodies(found: NetworkIndices, key: str, columns: list[Column], notes: list[Label]) -> Table:
    """Lay out measures of the networks, a row each and relation."""
    unit = str(found.bodies.index.names[0])
    frame = found.bodies.reset_index()
    several = len(frame["relation"].unique()) > 1
    relation = (Column("relation", Text("tables.relation")),) if several else ()
    rows = [
        Row({**record, unit: _unit_name(record[unit]), "relation": _relation(record["relation"])})
        for record in _records(frame)
    ]
    return Table(
        key=key,
        title=Text(f"tables.{key}"),
        columns=(Column(unit, _UNITS[unit]), *relation, *columns),
        rows=tuple(rows),
        notes=tuple(notes),
        result="NetworkIndices",
    )


def _overlap(found: NetworkIndices) -> Table:
    unit = str(found.overlap.columns[0])
    records = [
        {
            **record,
            unit: _unit_name(record[unit]),
            "first": _relation(record["first"]),
            "second": _relation(record["second"]),
        }
        for record in _records(found.overlap)
    ]
    return Table(
        key="network_overlap",
        title=Text("tables.network_overlap"),
        columns=(
            Column(unit, _UNITS[unit]),
            Column("first", Text("tables.relation")),
            Column("second", Text("tables.other_relation")),
            Column("correlation", "r", "bounded", 3),
            Column("p_value", "p", "p_value", 3),
        ),
        rows=rows_of(records),
        notes=(Text("tables.note_network_overlap", {"draws": found.draws, "seed": found.seed}),),
        result="NetworkIndices",
    )


def _organisations(found: NetworkIndices) -> Table:
    unit = str(found.bodies.index.names[0])
    words = {name: Text(f"tables.level_{name}") for name in _LEVELS}
    records = [
        {
            **record,
            unit: _unit_name(record[unit]),
            "relation": _relation(record["relation"]),
            "level": words.get(str(record.get("level"))),
        }
        for record in _records(found.nodes)
    ]
    degree, strength, closeness = (Text(f"tables.{name}") for name in ("degree", "strength", "closeness"))
    labels = [
        Column(name, label)
        for name, label in (("group", Text("tables.group")), ("member", Text("tables.member")))
        if name in found.nodes and name != unit and found.nodes[name].notna().any()
    ]
    if "level" in found.nodes and unit != "level" and found.nodes["level"].notna().any():
        labels.append(Column("level", Text("tables.government_level")))
    return Table(
        key="network_organisations",
        title=Text("tables.network_organisations"),
        columns=(
            Column(unit, _UNITS[unit]),
            Column("relation", Text("tables.relation")),
            Column("organisation", Text("tables.organisation")),
            *labels,
            Column("in_degree", Text("tables.degree_in"), "integer", 0, degree),
            Column("out_degree", Text("tables.degree_out"), "integer", 0, degree),
            Column("in_strength", Text("tables.degree_in"), "integer", 0, strength),
            Column("out_strength", Text("tables.degree_out"), "integer", 0, strength),
            Column("betweenness", Text("tables.betweenness"), "number", 2),
            Column("closeness_in", Text("tables.degree_in"), "bounded", 3, closeness),
            Column("closeness_out", Text("tables.degree_out"), "bounded", 3, closeness),
            Column("harmonic_in", Text("tables.degree_in"), "bounded", 3, Text("tables.harmonic")),
            Column("harmonic_out", Text("tables.degree_out"), "bounded", 3, Text("tables.harmonic")),
            Column("eigenvector", Text("tables.eigenvector"), "bounded", 3),
            Column("clustering", Text("tables.clustering"), "bounded", 3),
            Column("constraint", Text("tables.constraint"), "number", 3),
            Column("effective_size", Text("tables.effective_size"), "number", 2),
        ),
        rows=rows_of(records),
        notes=(Text("tables.note_network_organisations"), Text(f"tables.note_symmetrise_{found.symmetrise}")),
        result="NetworkIndices",
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict(orient="records")  # type: ignore[assignment]
    return records


def _relation(name: str) -> Label:
    return Text(f"tables.relation_{name}") if name in _NAMED_RELATIONS else name


def _unit_name(name: str) -> Label:
    if name == ALL:
        return Text("tables.all_organisations")
    return Text(f"tables.level_{name}") if name in _LEVELS else name
