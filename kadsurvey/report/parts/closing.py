"""The source's claims, the limits, how to make the report again, the methods paragraph and the checklist."""

from __future__ import annotations

from collections.abc import Sequence

from kadsurvey.language.text import Text
from kadsurvey.report.builders.findings import findings_table
from kadsurvey.report.document import Part
from kadsurvey.report.narrative.checklist import checklist
from kadsurvey.report.narrative.claims import claims
from kadsurvey.report.narrative.limits import limits
from kadsurvey.report.narrative.methods import methods
from kadsurvey.report.parts.inputs import ReportInputs, Reproduction
from kadsurvey.report.parts.making import part
from kadsurvey.report.table import Column, Row, Table

_HASH_SHOWN = 16


def closing_parts(inputs: ReportInputs, before: Sequence[Part]) -> tuple[Part, ...]:
    """Return what follows the results; the checklist says where in ``before`` and in these each thing is found."""
    material = inputs.material
    spoken = claims(material.analyses, material.instrument, goals=material.goals, reasons=inputs.reasons)
    parts = (
        part("claims", *spoken),
        part("limits", *limits(material)),
        part("methods", *methods(material)),
        part(
            "reproduction",
            reproduction_table(inputs.reproduction),
            details=(findings_table(inputs.findings),) if inputs.findings else (),
        ),
    )
    return (*parts, part("checklist", checklist([*before, *parts])))


def reproduction_table(found: Reproduction) -> Table:
    """Lay out versions, seed, command and the hashes of the files."""
    rows = [
        Row({"what": Text("parts.command"), "value": found.command}),
        Row({"what": Text("parts.seed"), "value": str(found.seed)}),
        *(
            Row({"what": name, "value": version}, group=Text("parts.versions"))
            for name, version in found.versions.items()
        ),
        *(
            Row({"what": name, "value": f"{digest[:_HASH_SHOWN]}…"}, group=Text("parts.hashes"))
            for name, digest in found.inputs.items()
        ),
    ]
    return Table(
        key="reproduction",
        title=Text("parts.reproduction_table"),
        columns=(Column("what", Text("tables.what")), Column("value", Text("tables.value"))),
        rows=tuple(rows),
        notes=(Text("parts.note_reproduction"),),
    )
