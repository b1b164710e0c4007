"""The results of a study to a Document: the parts in their order, and the works they cite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Document, Part, Prose
from kadsurvey.report.parts.bodies import body_parts
from kadsurvey.report.parts.closing import closing_parts
from kadsurvey.report.parts.inputs import ReportInputs
from kadsurvey.report.parts.measures import measure_parts
from kadsurvey.report.parts.outcomes import outcome_parts
from kadsurvey.report.parts.people import people_parts
from kadsurvey.report.references import cited


def report_document(inputs: ReportInputs) -> Document:
    """Put the parts in the order in which a reader of the field expects them."""
    results = (*people_parts(inputs), *measure_parts(inputs), *body_parts(inputs), *outcome_parts(inputs))
    parts = (*results, *closing_parts(inputs, results))
    keys = [key for part in parts for block in part.blocks if isinstance(block, Prose) for key in block.cites]
    document = Document(
        title=inputs.facts.title or Text("parts.title", {"instrument": inputs.material.instrument.name}),
        lines=tuple(_lines(inputs)),
        parts=parts,
        references=cited(keys),
    )
    known = document.numbers()
    return replace(document, parts=tuple(_known_only(part, known) for part in parts))


def _known_only(part: Part, known: dict[str, tuple[str, int]]) -> Part:
    """Leave out references to tables that this report does not have."""
    blocks = tuple(
        replace(block, refers=tuple(key for key in block.refers if key in known)) if isinstance(block, Prose) else block
        for block in part.blocks
    )
    return replace(part, blocks=blocks)


def _lines(inputs: ReportInputs) -> Iterator[Label]:
    facts, instrument = inputs.facts, inputs.material.instrument
    if facts.note:
        yield facts.note
    if facts.author:
        yield facts.author
    params = {"instrument": instrument.name, "version": instrument.version}
    yield Text("parts.made", {**params, "date": inputs.reproduction.made.isoformat()})
