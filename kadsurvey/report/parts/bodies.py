"""Parts 13 to 15: may answers be averaged, the index of each body, who works with whom."""

from __future__ import annotations

from dataclasses import replace

from kadsurvey.indices.network import NetworkIndices
from kadsurvey.indices.roster import ANY
from kadsurvey.language.text import Text
from kadsurvey.report.builders.agreement import agreement_tables
from kadsurvey.report.builders.indices import index_tables
from kadsurvey.report.builders.network import network_tables
from kadsurvey.report.builders.roster_beside import roster_beside_table
from kadsurvey.report.builders.standing import change_tables, standing_table
from kadsurvey.report.document import Part
from kadsurvey.report.figures.body_index import body_index_figures
from kadsurvey.report.figures.group_slopes import group_slope_figures
from kadsurvey.report.figures.network import network_figures
from kadsurvey.report.narrative import indices as words
from kadsurvey.report.narrative import network as network_words
from kadsurvey.report.parts.inputs import ReportInputs
from kadsurvey.report.parts.making import part


def body_parts(inputs: ReportInputs) -> tuple[Part, ...]:
    """Return agreement, indices and networks."""
    return _aggregation(inputs), _indices(inputs), _network(inputs)


def _aggregation(inputs: ReportInputs) -> Part:
    views, instrument = inputs.material.views, inputs.material.instrument
    if views is None or views.levels.empty:
        return part("aggregation", absent=Text("parts.no_bodies_named"))
    shown, more = agreement_tables(views, instrument)
    told = words.aggregation(views, instrument), words.groups(views, instrument, inputs.material.invariance)
    return part("aggregation", told[0], *shown, told[1], details=more)


def _indices(inputs: ReportInputs) -> Part:
    indices, instrument = inputs.material.indices, inputs.material.instrument
    if indices is None or indices.bodies.empty:
        return part("indices", absent=inputs.reasons.get("indices", Text("parts.no_bodies_named")))
    tables = index_tables(indices, instrument)
    changes = () if inputs.change is None else change_tables(inputs.change, instrument)
    return part(
        "indices",
        words.bodies(indices, instrument),
        *(table for table in tables if not table.key.startswith("members")),
        *body_index_figures(indices.bodies, instrument, min_cell=indices.min_cell),
        *group_slope_figures(indices, instrument),
        *changes,
        details=(standing_table(indices, instrument), *(t for t in tables if t.key.startswith("members"))),
    )


def _network(inputs: ReportInputs) -> Part:
    if inputs.network is None or inputs.ties is None:
        return part("network", absent=Text("parts.no_ties"))
    shown, _ = network_tables(_all_relations(inputs.network))
    whole, further = network_tables(inputs.network)
    details = (*(replace(table, key=f"{table.key}_relations") for table in whole), *further)
    beside = None if inputs.beside is None else roster_beside_table(inputs.beside, inputs.material.instrument)
    told = network_words.networks(inputs.network, inputs.beside, inputs.material.instrument)
    return part(
        "network",
        told,
        *(table for table in shown if table.rows),
        *network_figures(inputs.ties, cut=inputs.network.cut),
        beside,
        details=details,
    )


def _all_relations(found: NetworkIndices) -> NetworkIndices:
    """Return what a page has room for: all relations together, where there are several."""
    names = found.bodies.index.get_level_values("relation")
    if ANY not in names:
        return found
    return replace(found, bodies=found.bodies[names == ANY], overlap=found.overlap.iloc[:0])
