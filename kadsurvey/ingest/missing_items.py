"""Item columns that a file lacks: they stop the run, but for a block that was not asked at all."""

from __future__ import annotations

from collections.abc import Sequence

from kadsurvey.errors import InputFileError, nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.header import Header
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Lines, Text


def check_items(headers: Sequence[Header], instrument: Instrument) -> list[Finding]:
    """Compare the columns of every file with the items of the instrument.

    An outcome or marker construct may be left out of a file as a whole (it is asked of officials only, or not at all);
    that is a warning. Any other missing item is not.

    Raises
    ------
    InputFileError
        If a file lacks item columns; the message names every one of them in every file.
    """
    findings: list[Finding] = []
    lacking: list[Text] = []
    for header in headers:
        absent = _absent_constructs(header, instrument)
        file, sheet = header.grid.file, header.grid.sheet
        for construct in absent:
            params = {"construct": construct, "items": instrument.item_codes(construct)}
            findings.append(Finding("ingest.construct_not_asked", "warning", params, file, sheet))
        excused = {code for construct in absent for code in instrument.item_codes(construct)}
        missing = [code for code in instrument.items if code not in header.names() | excused]
        if missing:
            place = Finding("ingest.missing_items", "error", {}, file, sheet, header.cell_name(0)).place
            items = [_with_nearest(code, header, instrument) for code in missing]
            lacking.append(Text("ingest.file_lacks", {"place": {"id": place("id"), "en": place("en")}, "items": items}))
    if lacking:
        raise InputFileError("ingest.missing_items", instrument=instrument.name, files=Lines(lacking))
    return findings


def _absent_constructs(header: Header, instrument: Instrument) -> list[str]:
    names = header.names()
    return [
        name
        for name, construct in instrument.constructs.items()
        if construct.role != "predictor" and not names & set(construct.items)
    ]


def _with_nearest(code: str, header: Header, instrument: Instrument) -> Text:
    """Name a missing item, with the unknown column that comes nearest to its code or to one of its texts."""
    item = instrument.items[code]
    unknown = {cell.text: cell for cell in header.cells if cell.kind == "unknown"}
    for wording in (code, *item.aliases, *item.text.values(), *item.text_ngo.values()):
        near = nearest(wording, list(unknown))
        if near:
            params = {"item": code, "header": near, "cell": header.cell_name(unknown[near].column)}
            return Text("ingest.item_and_nearest", params)
    return Text("ingest.item_missing", {"item": code})
