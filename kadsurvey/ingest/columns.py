"""From a header to the columns that are read: one column a name, and everything left out is said."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from kadsurvey.errors import nearest
from kadsurvey.findings import Change, Finding, Severity
from kadsurvey.ingest.cells import cell_text
from kadsurvey.ingest.dialects import REPEATS
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.header import Header, HeaderCell
from kadsurvey.ingest.personal_values import personal_kinds
from kadsurvey.ingest.privacy import seems_personal
from kadsurvey.ingest.table import Table
from kadsurvey.language.text import Text


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file.

    Attributes
    ----------
    read : dict of str to int
        Zero-based column by the instrument's name.
    unknown : tuple of HeaderCell
        Columns that the instrument does not know.
    findings : tuple of Finding
        Columns given twice, or that fit several names.
    log : tuple of Change
        Columns recognised by another text than their name, and columns left out.
    """

    read: dict[str, int]
    unknown: tuple[HeaderCell, ...]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]


def resolve_columns(header: Header, *, unique: frozenset[str], left_out: Mapping[str, str]) -> Columns:
    """Decide which column is read for each name.

    Parameters
    ----------
    header : Header
        The header row.
    unique : frozenset of str
        Names for which a second column is always an error (items). Another field with columns under several of its
        wordings is read from the wording that the instrument lists first.
    left_out : mapping of name to message code
        Fields that are never read (personal, free text), with the code of the log entry that says so.
    """
    file, sheet = header.grid.file, header.grid.sheet
    columns: dict[str, HeaderCell] = {}
    findings: list[Finding] = []
    log: list[Change] = []
    for cell in header.cells:
        place = header.cell_name(cell.column)
        if cell.kind == "ambiguous":
            params = {"header": cell.text, "names": list(cell.names)}
            findings.append(Finding("ingest.ambiguous_header", "error", params, file, sheet, place))
        if cell.kind != "known":
            continue
        (name,) = cell.names
        if name in left_out:
            log.append(Change(left_out[name], 1, {"header": cell.text}, file, sheet, name))
            continue
        first = columns.setdefault(name, cell)
        if first is cell:
            continue
        if name in unique or first.rank == cell.rank:
            params = {"name": name, "header": cell.text, "other": header.cell_name(first.column)}
            findings.append(Finding("ingest.duplicate_column", "error", params, file, sheet, place))
            continue
        columns[name], spare = (cell, first) if cell.rank < first.rank else (first, cell)
        log.append(
            Change("ingest.other_column_kept", 1, {"used": columns[name].text, "header": spare.text}, file, sheet, name)
        )
    log += _recognised(header, columns) + _left_out_kinds(header)
    return Columns(
        read={name: cell.column for name, cell in columns.items()},
        unknown=tuple(cell for cell in header.cells if cell.kind == "unknown" and not seems_personal(cell.text)),
        findings=tuple(findings),
        log=tuple(log),
    )


def unknown_columns(header: Header, unknown: tuple[HeaderCell, ...], known: list[str]) -> list[Finding]:
    """List the columns that the instrument does not know, each with the nearest name that it does."""
    if not unknown:
        return []
    severity: Severity = "note"
    listed: list[Text] = []
    for cell in unknown:
        params: dict[str, object] = {"header": cell.text, "cell": header.cell_name(cell.column)}
        near = nearest(cell.text, known)
        if near:
            severity = "warning"
            listed.append(Text("ingest.column_and_nearest", {**params, "nearest": near}))
        else:
            listed.append(Text("ingest.column_and_cell", params))
    params = {"count": len(unknown), "columns": listed}
    return [Finding("ingest.unknown_columns", severity, params, header.grid.file, header.grid.sheet)]


def personal_columns(table: Table, columns: Mapping[str, int], read: Container[str]) -> list[Finding]:
    """Notice what identifies persons in columns of which nobody said so; the column is named, never a cell's content.

    Parameters
    ----------
    table : Table
    columns : mapping of header to int
        Zero-based columns to look at.
    read : container of str
        Those of them that are read, for which the code differs.
    """
    header, findings = table.header, []
    for text, column in columns.items():
        cells = table.beside(column)
        for kind, count in personal_kinds(cells).items():
            params = {"column": text, "kind": Text(f"ingest.personal_{kind}"), "count": count}
            code = "ingest.personal_values_read" if text in read else "ingest.personal_values"
            place = header.cell_name(column)
            findings.append(Finding(code, "warning", params, header.grid.file, header.grid.sheet, place))
    return findings


def other_sheets(grids: tuple[Grid, ...], headers: list[Header], counted: frozenset[str]) -> list[Finding]:
    """Say which sheets of the file were not read; a warning where one holds answers too."""
    chosen = headers[0]
    with_answers = {
        header.grid.sheet
        for header in headers[1:]
        if 2 * len(header.names() & counted) >= len(chosen.names() & counted)
    }
    findings = []
    for grid in grids:
        if grid is chosen.grid or grid.is_empty():
            continue
        params = {"read": chosen.grid.sheet or ""}
        if grid.rows and REPEATS.intersection(map(cell_text, grid.rows[0])):
            findings.append(Finding("ingest.repeat_sheet", "note", params, grid.file, grid.sheet))
        elif grid.sheet in with_answers:
            findings.append(Finding("ingest.other_answer_sheet", "warning", params, grid.file, grid.sheet))
        else:
            code = "ingest.hidden_sheet" if grid.hidden else "ingest.other_sheet"
            findings.append(Finding(code, "note", params, grid.file, grid.sheet))
    return findings


def _recognised(header: Header, columns: Mapping[str, HeaderCell]) -> list[Change]:
    renamed = [(cell.text, name) for name, cell in columns.items() if cell.text != name]
    if not renamed:
        return []
    pairs = [Text("ingest.header_read_as", {"header": text, "name": name}) for text, name in renamed]
    return [Change("ingest.headers_recognised", len(renamed), {"pairs": pairs}, header.grid.file, header.grid.sheet)]


def _left_out_kinds(header: Header) -> list[Change]:
    file, sheet = header.grid.file, header.grid.sheet
    log = [
        Change("ingest.personal_dropped", 1, {"header": cell.text}, file, sheet)
        for cell in header.cells
        if cell.kind == "personal" or (cell.kind == "unknown" and seems_personal(cell.text))
    ]
    technical = [cell.text for cell in header.cells if cell.kind == "technical"]
    if technical:
        log.append(Change("ingest.technical_left_out", len(technical), {"headers": technical}, file, sheet))
    options = [cell.text for cell in header.cells if cell.kind == "option"]
    if options:
        log.append(Change("ingest.options_left_out", len(options), {"headers": options}, file, sheet))
    if header.below:
        rows = [str(header.row + 2 + place) for place in range(header.below)]
        log.append(Change("ingest.further_header_rows", header.below, {"rows": rows}, file, sheet))
    titles = sum(any(cell_text(cell).strip() for cell in row) for row in header.grid.rows[: header.row])
    if titles:
        log.append(Change("ingest.title_rows_skipped", titles, {"row": header.row + 1}, file, sheet))
    return log
