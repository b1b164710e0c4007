"""How parts are put together: what is not there is left out, with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Block, Figure, Part, Prose
from kadsurvey.report.table import Table


def part(
    key: str, *blocks: Block | None, absent: Label | None = None, details: Iterable[Table | None] = ()
) -> Part:
    """Return a part of the blocks that there are; ``absent`` says why there are none."""
    present = tuple(block for block in blocks if block is not None)
    return Part(
        key=key,
        title=Text(f"parts.{key}"),
        blocks=present,
        absent=None if present else absent or Text("parts.nothing"),
        details=tuple(table for table in details if table is not None),
    )


def numbered(blocks: Iterable[Block | None], place: int) -> tuple[Block | None, ...]:
    """Return the blocks of one of several models: from the second on, keys and references bear its number."""
    if place == 0:
        return tuple(blocks)
    return tuple(_with_number(block, f"_{place + 1}") for block in blocks)


def _with_number(block: Block | None, suffix: str) -> Block | None:
    match block:
        case Table() | Figure():
            return replace(block, key=block.key + suffix)
        case Prose():
            return replace(block, refers=tuple(key + suffix for key in block.refers))
    return block


def by_key(tables: Iterable[Table]) -> dict[str, Table]:
    """Return tables by their keys."""
    return {table.key: table for table in tables}
