"""The codes that LimeSurvey gives to answers by their place in the list: ``A1``, ``AO01``, and ``Y`` for a choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.cells import Cells, text_array
from kadsurvey.ingest.fields import value_key
from kadsurvey.ingest.table import Table
from kadsurvey.instrument.model import Instrument, Scale
from kadsurvey.instrument.wording import fold

_PLACE = re.compile(r"^AO?0?(\d{1,2})$")
_YES, _NO = ("yes", "ya", "1"), ("no", "tidak", "0")


def read_answer_codes(
    tables: Sequence[Table], instrument: Instrument
) -> tuple[list[Table], list[Finding], list[Change]]:
    """Read answers coded by their place, where that is certain, and choices ticked as ``Y``.

    Places are certain where all tables together hold each of ``A1`` to ``Ak`` on a scale of k points and no other:
    with ``A6`` on five points one of them is no scale point, and nothing says which. That the list runs from the
    lowest point to the highest no file says; a finding asks to look.

    Parameters
    ----------
    tables : sequence of Table
        Of files that LimeSurvey wrote.
    """
    findings: list[Finding] = []
    log: list[Change] = []
    read = [_with_choices(table, instrument) for table in tables]
    for name, scale in instrument.scales.items():
        items = [code for code, item in instrument.items.items() if item.scale == name]
        places = _places(read, items, scale)
        if not places:
            continue
        wanted = set(range(1, len(scale.codes) + 1))
        grid = read[0].header.grid
        if set(places.values()) != wanted:
            params = {"scale": name, "codes": sorted(places), "points": len(scale.codes)}
            findings.append(Finding("ingest.answer_codes_unclear", "warning", params, grid.file, grid.sheet))
            continue
        meaning = {text: str(scale.codes[place - 1]) for text, place in places.items()}
        read = [_translated(table, items, meaning, log) for table in read]
        params = {
            "scale": name,
            "first": min(places, key=lambda text: places[text]),
            "last": max(places, key=lambda text: places[text]),
            "lowest": _wording(scale, scale.minimum),
            "highest": _wording(scale, scale.maximum),
        }
        findings.append(Finding("ingest.answer_codes_in_order", "note", params, grid.file, grid.sheet))
    return read, findings, log


def _places(tables: Sequence[Table], items: Sequence[str], scale: Scale) -> dict[str, int]:
    """Return the codes by place that answers to some items have, but for those that the questionnaire explains."""
    explained = {fold(label) for synonyms in scale.labels.values() for labels in synonyms.values() for label in labels}
    explained |= {fold(label) for part in scale.missing for labels in part.labels.values() for label in labels}
    places: dict[str, int] = {}
    for table in tables:
        for item in items:
            if item not in table.cells:
                continue
            for text in map(str.strip, table.cells[item].texts):
                found = _PLACE.match(text)
                if found and fold(text) not in explained:
                    places[text] = int(found[1])
    return places


def _translated(table: Table, items: Sequence[str], meaning: dict[str, str], log: list[Change]) -> Table:
    cells = dict(table.cells)
    grid = table.header.grid
    for item in items:
        if item in cells:
            cells[item], count = _read_as(cells[item], meaning)
            if count:
                params = {"pairs": [f"{text} = {code}" for text, code in sorted(meaning.items())]}
                log.append(Change("ingest.answer_codes_read", count, params, grid.file, grid.sheet, item))
    return replace(table, cells=cells)


def _with_choices(table: Table, instrument: Instrument) -> Table:
    """Read ``Y`` and ``N`` of a field as the yes and no that the field knows, 1 and 0 where it is a number."""
    cells = dict(table.cells)
    for name, part in instrument.fields.items():
        if name not in cells:
            continue
        known = {"1": "1", "0": "0"} if part.type == "number" else value_key(part.values)
        if "y" in known or not known:
            continue
        meaning = {
            letter: next(word for word in words if word in known)
            for letter, words in (("Y", _YES), ("N", _NO))
            if any(word in known for word in words)
        }
        cells[name], _ = _read_as(cells[name], meaning)
        if "N" in meaning:
            cells[name] = _not_chosen(table, name, cells[name], meaning["N"])
    return replace(table, cells=cells)


def _not_chosen(table: Table, name: str, cells: Cells, no: str) -> Cells:
    """Read a blank option as not chosen where another option of the same question was; else nobody answered."""
    headers = {cell.column: cell.text for cell in table.header.cells}
    own = headers.get(table.columns[name], "").partition("[")
    siblings = [
        column
        for column, text in headers.items()
        if own[1] and column != table.columns[name] and text.startswith(f"{own[0]}[")
    ]
    if not siblings:
        return cells
    chosen = np.any([table.beside(column).per_row() == "Y" for column in siblings], axis=0)
    places = np.where(chosen & ~cells.filled(), len(cells.texts), cells.places)
    return Cells.of_different(
        places,
        text_array([*cells.texts, ""]),
        typed=np.append(cells.typed, False),
        read_as=text_array([*cells.read_as, no]),
        labels=text_array([*cells.labels, ""]),
        missing=np.append(cells.missing, False),
    )


def _read_as(cells: Cells, meaning: dict[str, str]) -> tuple[Cells, int]:
    """Read some texts as others; return how many rows that concerns."""
    read = text_array([meaning.get(text.strip(), text) for text in cells.read_as])
    return replace(cells, read_as=read), int(np.sum((read != cells.read_as)[cells.places]))


def _wording(scale: Scale, code: int) -> str:
    labels = [label for synonyms in scale.labels.get(code, {}).values() for label in synonyms]
    return labels[0] if labels else str(code)
