"""How parts are put together: what is not there is left out, with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Block, Figure, Part, Prose
from kadsurvey.report.figures.drawing import under_key
from kadsurvey.report.narrative.words import term_words, variable_words
from kadsurvey.report.table import Row, Table

_TERM_COLUMNS = ("term", "predictor", "variable")


def part(key: str, *blocks: Block | None, absent: Label | None = None, details: Iterable[Table | None] = ()) -> Part:
    """Return a part of the blocks that there are; ``absent`` says why there are none."""
    present = tuple(block for block in blocks if block is not None)
    return Part(
        key=key,
        title=Text(f"parts.{key}"),
        blocks=present,
        absent=None if present else absent or Text("parts.nothing"),
        details=tuple(table for table in details if table is not None),
    )


def of_model(blocks: Iterable[Block | None], place: int, name: str | None) -> tuple[Block | None, ...]:
    """Return the blocks of one of several models: their titles name it, and from the second on keys bear its number.

    ``name`` is None where there is one model only.
    """
    suffix = f"_{place + 1}" if place else ""
    return tuple(blocks) if name is None else tuple(_named(block, suffix, name) for block in blocks)


def _named(block: Block | None, suffix: str, name: str) -> Block | None:
    match block:
        case Table() | Figure():
            title = Text("parts.of_model", {"title": block.title, "model": name})
            titled = replace(block, title=title)
            key = block.key + suffix
            return under_key(titled, key) if isinstance(titled, Figure) else replace(titled, key=key)
        case Prose():
            return replace(block, refers=tuple(key + suffix for key in block.refers))
    return block


def in_words(table: Table, instrument: Instrument) -> Table:
    """Return a table of a model with the words for its outcome and terms, which a command names as they are typed."""
    return replace(
        table,
        title=_title_in_words(table.title, instrument),
        rows=tuple(_row_in_words(row, instrument) for row in table.rows),
    )


def _title_in_words(title: Label, instrument: Instrument) -> Label:
    if not isinstance(title, Text) or "outcome" not in title.params:
        return title
    return Text(title.code, {**title.params, "outcome": variable_words(instrument, str(title.params["outcome"]))})


def _row_in_words(row: Row, instrument: Instrument) -> Row:
    named = {
        key: term_words(instrument, value)
        for key in _TERM_COLUMNS
        if isinstance(value := row.values.get(key), str) and value
    }
    group = term_words(instrument, row.group) if isinstance(row.group, str) else row.group
    return replace(row, values={**row.values, **named}, group=group)


def by_key(tables: Iterable[Table]) -> dict[str, Table]:
    """Return tables by their keys."""
    return {table.key: table for table in tables}
