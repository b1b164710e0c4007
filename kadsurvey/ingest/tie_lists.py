"""Ties as a list: a row for each pair, with one strength or a column for each relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.columns import resolve_columns, unknown_columns
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.header import Header, NameIndex, find_header
from kadsurvey.ingest.table import Table, read_table
from kadsurvey.ingest.tie_cells import ONE_RELATION, RELATIONS, SheetName, TieCell, TieSheets, sheet_meaning

WORDINGS = {
    "from": ["dari", "asal", "organisasi asal", "pengirim", "penilai", "source", "ego", "sender"],
    "to": ["ke", "kepada", "tujuan", "organisasi tujuan", "penerima", "dinilai", "target", "alter", "receiver"],
    "relation": ["relasi", "hubungan", "jenis", "jenis hubungan", "jenis relasi", "type"],
    "strength": ["kekuatan", "nilai", "bobot", "skor", "intensitas", "frekuensi", "weight", "value", "score"],
    "body": ["lembaga", "lembaga kerja sama", "nama lembaga", "badan", "badan kerja sama", "kad"],
}
_ENDS = frozenset({"from", "to"})


def find_lists(grids: Iterable[Grid]) -> list[Header]:
    """Find the visible sheets with a column of senders and one of receivers."""
    index = NameIndex({**WORDINGS, **RELATIONS})
    headers = find_header((grid for grid in grids if not grid.hidden), index, _ENDS)
    return [header for header in headers if header.names() >= _ENDS]


def read_lists(headers: Iterable[Header], bodies: Iterable[str]) -> TieSheets:
    """Read the sheets that list ties.

    Parameters
    ----------
    headers : iterable of Header
        As `find_lists` gives them.
    bodies : iterable of str
        Bodies known from the file of organisations, by which a sheet may be named.
    """
    cells: list[TieCell] = []
    findings: list[Finding] = []
    log: list[Change] = []
    names_bodies = False
    for header in headers:
        columns = resolve_columns(header, unique=_ENDS, left_out={})
        table = read_table(header, columns.read, _ENDS, row_is="tie")
        named = sheet_meaning(header.grid.sheet, bodies)
        relations = [name for name in RELATIONS if name in columns.read] if "relation" not in columns.read else []
        findings += [*columns.findings, *table.findings]
        findings += unknown_columns(header, columns.unknown, [name for name in WORDINGS if name not in columns.read])
        log += [*columns.log, *table.log]
        if not relations and "strength" not in columns.read:
            log.append(Change("ingest.ties_without_strength", len(table.rows), {}, header.grid.file, header.grid.sheet))
        names_bodies |= "body" in columns.read or named.body is not None
        texts = {name: [" ".join(text.split()) for text in table.texts[name].tolist()] for name in table.columns}
        for row in range(len(table.rows)):
            cells += _row_cells(table, texts, row, relations, named)
    return TieSheets(tuple(cells), (), (), tuple(findings), tuple(log), names_bodies)


def _row_cells(
    table: Table, texts: Mapping[str, list[str]], row: int, relations: list[str], named: SheetName
) -> list[TieCell]:
    """Return the answers of one row: one, or one for each column that bears the name of a relation."""
    grid, at = table.header.grid, int(table.rows[row])

    def text(name: str) -> str:
        return texts[name][row] if name in texts else ""

    def cell(relation: str, value: str, column: int) -> TieCell:
        body = text("body") or named.body
        ends = (at, table.columns["from"]), (at, table.columns["to"])
        return TieCell(grid, body or None, relation, text("from"), text("to"), value, (at, column), *ends)

    if relations:
        return [cell(name, text(name), table.columns[name]) for name in relations]
    relation = text("relation") or named.relation or ONE_RELATION
    if "strength" not in table.columns:
        return [cell(relation, "1", table.columns["to"])]
    return [cell(relation, text("strength"), table.columns["strength"])]
