"""Parts 1 to 4: flow of respondents, respondents, profile of the bodies, missing answers."""

from __future__ import annotations

from kadsurvey.language.text import Text
from kadsurvey.report.builders.findings import log_table
from kadsurvey.report.builders.respondents import body_profile_table, flow_table, missing_table, respondents_table
from kadsurvey.report.builders.screening import ledger_table, screens_table
from kadsurvey.report.builders.validation_items import dont_know_table
from kadsurvey.report.document import Part
from kadsurvey.report.figures.missing_map import missing_figure
from kadsurvey.report.narrative import survey
from kadsurvey.report.parts.inputs import ReportInputs
from kadsurvey.report.parts.making import part


def people_parts(inputs: ReportInputs) -> tuple[Part, ...]:
    """Return who answered about which bodies, and what was left open."""
    material, screening = inputs.material, inputs.material.screening
    flow = part(
        "flow",
        survey.sample(screening),
        flow_table(inputs.returned, screening, sent=inputs.facts.sent),
        screens_table(screening),
        details=(
            ledger_table(screening, inputs.names) if len(screening.ledger) else None,
            log_table(inputs.log) if inputs.log else None,
        ),
    )
    respondents = part("respondents", respondents_table(screening.clean, min_cell=inputs.min_cell))
    validation = material.validation
    missing = part(
        "missing",
        None if validation is None else survey.missing_answers(validation, material.instrument),
        missing_table(screening.clean),
        None if validation is None else dont_know_table(validation, material.instrument),
        missing_figure(screening.clean, min_cell=inputs.min_cell),
    )
    return flow, respondents, _profile(inputs), missing


def _profile(inputs: ReportInputs) -> Part:
    if inputs.bodies is None:
        return part("profile", absent=Text("parts.no_bodies"))
    data, instrument = inputs.bodies.data, inputs.material.instrument
    columns = [str(name) for name in data.columns if data[name].notna().any()]
    # Names are long, and every row has its key already.
    facts = [name for name in columns if name in instrument.bodies and name != "name"]
    shown = [name for name in facts if instrument.bodies[name].role != "outcome"][:_MOST_COLUMNS]
    return part(
        "profile",
        body_profile_table(data, instrument, shown),
        details=(body_profile_table(data, instrument, columns, key="body_data"),),
    )


_MOST_COLUMNS = 7
"""Columns of the printed profile, as many as a page is wide; the workbook has all."""
