"""The mapping file: what the user says that misspelt names, codes and doubtful cells mean.

One row a question. ``kind`` is ``body``, ``member``, ``code`` (such as *kode wilayah*) or ``cell`` (any other cell of
the body data); ``as_written`` is what stands in the files, ``meant`` what it means. A row counts only where ``accept``
says yes (*ya*); no (*tidak*) means that it is right as it stands; a row without an answer changes nothing. ``column``
names the column of the body data for ``code`` and ``cell``, and ``cell`` (``C5``) restricts a row to one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from kadsurvey.errors import InputFileError
from kadsurvey.findings import Finding, Severity
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import NameIndex, find_header
from kadsurvey.ingest.table import read_table
from kadsurvey.instrument.wording import fold, fold_header
from kadsurvey.language.text import Lines, Text

MappingKind: TypeAlias = Literal["body", "member", "code", "cell"]

MAPPING_COLUMNS = ("kind", "column", "cell", "as_written", "meant", "accept", "count", "question")
"""The columns of the file, in their order; ``count`` and ``question`` are for the reader only."""

_NEEDED = ("kind", "as_written", "meant", "accept")
_HEADERS = {
    "kind": ("jenis",),
    "column": ("kolom",),
    "cell": ("sel",),
    "as_written": ("tertulis", "as written"),
    "meant": ("maksudnya", "maksud"),
    "accept": ("terima", "accepted"),
}
_KINDS: dict[str, MappingKind] = {
    "body": "body",
    "lembaga": "body",
    "member": "member",
    "anggota": "member",
    "daerah": "member",
    "code": "code",
    "kode": "code",
    "kode wilayah": "code",
    "cell": "cell",
    "sel": "cell",
    "amount": "cell",
    "jumlah": "cell",
}
_YES = frozenset({"ya", "y", "yes", "x", "v", "ok", "setuju", "terima", "true", "benar", "1", "\u2713", "\u2714"})
_NO = frozenset({"tidak", "t", "no", "n", "bukan", "tolak", "false", "salah", "0"})
_CELL = re.compile(r"^[A-Z]{1,3}[1-9]\d*$")


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of the mapping file.

    Attributes
    ----------
    kind : {"body", "member", "code", "cell"}
    written, meant : str
        What stands in the data, and what it means.
    accepted : bool or None
        None where the user has not answered.
    column, cell : str
        Where it holds; empty where it holds everywhere.
    row : int
        Its row in the mapping file, as the spreadsheet counts.
    is_number : bool
        Whether ``meant`` is a number in a workbook, so that its digits need no reading.
    count, question : str
        How often it was met, and what was asked, as the file says.
    """

    kind: MappingKind
    written: str
    meant: str
    accepted: bool | None
    column: str = ""
    cell: str = ""
    row: int = 0
    is_number: bool = False
    count: str = ""
    question: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two rows speak of the same thing."""
        if self.kind in ("body", "member"):
            return self.kind, name_key(self.written), "", ""
        return self.kind, self.written, fold_header(self.column), self.cell


@dataclass(frozen=True, slots=True)
class UserMapping:
    """A mapping file as the user left it.

    Attributes
    ----------
    file, sheet : str
        Its name, without its folder, and the sheet.
    rows : tuple of MappingRow
    """

    file: str
    sheet: str | None
    rows: tuple[MappingRow, ...]

    def accepted_names(self, kind: MappingKind) -> dict[str, MappingRow]:
        """Return the accepted rows for names, by the folded name as written."""
        return {name_key(row.written): row for row in self.rows if row.kind == kind and row.accepted}

    @property
    def unanswered(self) -> tuple[MappingRow, ...]:
        """The rows that say neither yes nor no."""
        return tuple(row for row in self.rows if row.accepted is None)

    def declined(self) -> frozenset[tuple[str, str, str, str]]:
        """Return the keys of the rows whose name is right as it stands."""
        return frozenset(row.key for row in self.rows if row.accepted is False)

    def cells_of(self, column: str, *, code: bool) -> dict[tuple[str, str], MappingRow]:
        """Return the accepted rows for the cells of a column, by the text and the cell (empty: all cells)."""
        kind = "code" if code else "cell"
        return {
            (row.written, row.cell): row
            for row in self.rows
            if row.accepted and row.kind == kind and fold_header(row.column) in ("", fold_header(column))
        }

    def finding(
        self,
        code: str,
        row: MappingRow,
        params: Mapping[str, object] | None = None,
        *,
        severity: Severity = "warning",
    ) -> Finding:
        """Return a finding about one row of the file."""
        named = {"written": row.written, "meant": row.meant, "row": row.row, "column": row.column, **(params or {})}
        return Finding(code, severity, named, self.file, self.sheet)


def read_mapping(path: str | Path) -> UserMapping:
    """Read a mapping file.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file with the columns ``kind, as_written, meant, accept`` and, for cells, ``column``.

    Raises
    ------
    InputFileError
        If the file cannot be read, lacks a column, or rows of it are wrong: each is named.
    """
    content = read_file(path)
    index = NameIndex({name: _HEADERS.get(name, ()) for name in MAPPING_COLUMNS})
    headers = find_header(content.grids, index, frozenset(_NEEDED))
    missing = [name for name in _NEEDED if not headers or name not in headers[0].names()]
    if missing:
        raise InputFileError("ingest.mapping_columns", file=content.file, missing=missing, needed=list(_NEEDED))
    header = headers[0]
    columns = {cell.names[0]: cell.column for cell in header.cells if cell.kind == "known"}
    table = read_table(header, columns, frozenset(_NEEDED))
    problems: list[Text] = []
    texts = {name: [" ".join(text.split()) for text in table.texts[name].tolist()] for name in columns}
    is_number = (~table.typed_text["meant"] & (not header.grid.delimited)).tolist()
    rows = []
    for place, number in enumerate((table.rows + 1).tolist()):
        cells = {name: column[place] for name, column in texts.items()}
        if (row := _row(cells, number, problems, is_number=is_number[place])) is not None:
            rows.append(row)
    problems += _contradictions(rows)
    if problems:
        raise InputFileError(
            "ingest.mapping_problems", file=content.file, count=len(problems), problems=Lines(problems)
        )
    return UserMapping(content.file, header.grid.sheet, tuple(rows))


def _row(texts: Mapping[str, str], number: int, problems: list[Text], *, is_number: bool) -> MappingRow | None:
    kind = _KINDS.get(fold(texts["kind"]))
    accept = fold(texts["accept"]) or texts["accept"].casefold()
    accepted = True if accept in _YES else False if accept in _NO else None
    column, cell = texts.get("column", ""), texts.get("cell", "").upper()
    before = len(problems)
    if kind is None:
        known = list(get_args(MappingKind))
        problems.append(Text("ingest.mapping_kind", {"row": number, "kind": texts["kind"], "known": known}))
    if not texts["as_written"]:
        problems.append(Text("ingest.mapping_not_written", {"row": number}))
    if accept and accepted is None:
        problems.append(Text("ingest.mapping_accept", {"row": number, "value": texts["accept"]}))
    if accepted and not texts["meant"]:
        problems.append(Text("ingest.mapping_not_meant", {"row": number, "written": texts["as_written"]}))
    if kind == "cell" and not column:
        problems.append(Text("ingest.mapping_no_column", {"row": number, "written": texts["as_written"]}))
    if cell and not _CELL.match(cell):
        problems.append(Text("ingest.mapping_cell", {"row": number, "value": cell}))
    if kind is None or len(problems) > before:
        return None
    return MappingRow(
        kind=kind,
        written=texts["as_written"],
        meant=texts["meant"],
        accepted=accepted,
        column=column,
        cell=cell,
        row=number,
        is_number=is_number,
        count=texts.get("count", ""),
        question=texts.get("question", ""),
    )


def _contradictions(rows: list[MappingRow]) -> Iterator[Text]:
    """Yield what two rows say about one name, and names that are mapped on and on."""
    first: dict[tuple[str, str, str, str], MappingRow] = {}
    for row in rows:
        earlier = first.setdefault(row.key, row)
        if earlier is not row:
            yield Text("ingest.mapping_twice", {"row": row.row, "written": row.written, "first": earlier.row})
    mapped = {row.key: row for row in rows if row.accepted and row.kind in ("body", "member")}
    for row in mapped.values():
        onward = mapped.get((row.kind, name_key(row.meant), "", ""))
        if onward is not None and onward is not row and name_key(onward.meant) != name_key(onward.written):
            params = {"row": row.row, "meant": row.meant, "other": onward.row, "end": onward.meant}
            yield Text("ingest.mapping_chain", params)
