"""The XML of an ods workbook: what its tables would take of the memory, and which cells hold formulas."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import ZipFile

from kadsurvey.archive import check_archive, unpacked
from kadsurvey.errors import InputFileError
from kadsurvey.ingest.extent import check_extent, check_sheet, check_text

CONTENT = "content.xml"

_PART = re.compile(
    rb"""<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])((?:[^<>"']|"[^<"]*"|'[^<']*')*+)>"""
)
_NAME = re.compile(rb"""table:name\s*=\s*["']([^"']*)["']""")
_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["']\s*(\d+)""")
_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["']\s*(\d+)""")
_MOST_DIGITS = 9
_MOST_FORMULAS = 2_000_000
_FILLED = (b"office:value", b"office:string-value", b"office:date-value", b"table:formula")


@dataclass(slots=True)
class _Table:
    """A table while it is gone through."""

    name: str
    formulas: set[tuple[int, int]] = field(default_factory=set)
    row: int = 0
    next_row: int = 0
    column: int = 0
    n_rows: int = 0
    n_columns: int = 0
    n_cells: int = 0
    characters: int = 0


def scan_opendocument(archive: ZipFile, file: str) -> dict[str, set[tuple[int, int]]]:
    """Measure every table of an ods file and name its formula cells, table by table.

    Raises
    ------
    InputFileError
        If the archive is damaged or lies about its parts, or a table would take too much memory: a repeated cell or
        row stands once in the file, and as often as it says in the memory.
    """
    check_archive(archive, file)
    if CONTENT not in archive.namelist():
        raise InputFileError("ingest.damaged_workbook", file=file, reason=CONTENT)
    content = b"".join(unpacked(archive, CONTENT, file, overlap=0))
    _check_well_formed(content, file)
    tables = list(_tables(content, file))
    check_text(sum(table.characters for table in tables), file, "-")
    formulas: dict[str, set[tuple[int, int]]] = {}
    for table in tables:
        check_sheet(table.n_rows, table.n_columns, file, table.name, n_filled=table.n_cells)
        if table.formulas:
            formulas.setdefault(table.name, set()).update(table.formulas)
    return formulas


def _tables(content: bytes, file: str) -> Iterator[_Table]:
    table = _Table("")
    parts = list(_PART.finditer(content))
    ends = [part.start() for part in parts[1:]] + [len(content)]
    for part, end in zip(parts, ends, strict=True):
        kind, attributes = part[1], part[2]
        if kind == b"table":
            yield table
            found = _NAME.search(attributes)
            table = _Table(html.unescape(found[1].decode("utf-8", errors="replace")) if found else "")
        elif kind == b"table-row":
            table.row, table.column = table.next_row, 0
            table.next_row += _repeats(_ROWS, attributes)
        else:
            _cell(table, attributes, content[part.end() : end], file)
    yield table


def _cell(table: _Table, attributes: bytes, inner: bytes, file: str) -> None:
    width, height = _repeats(_COLUMNS, attributes), table.next_row - table.row
    if any(sign in attributes for sign in _FILLED) or b"<text:" in inner:
        table.n_rows, table.n_columns = table.next_row, max(table.n_columns, table.column + width)
        table.n_cells += 1
        table.characters += (len(attributes) + len(inner)) * width * height
        # Said at once, before the places of the formulas are listed.
        check_extent(table.n_rows, table.n_columns, file, table.name)
        if b"table:formula" in attributes:
            if len(table.formulas) + width * height > _MOST_FORMULAS:
                raise InputFileError("ingest.too_many_formulas", file=file, sheet=table.name, most=_MOST_FORMULAS)
            rows = range(table.row, table.next_row)
            table.formulas.update((r, c) for r in rows for c in range(table.column, table.column + width))
    table.column += width


def _check_well_formed(content: bytes, file: str) -> None:
    """Refuse XML that breaks off: the reader of ods files would wait for its end for ever."""
    try:
        expat.ParserCreate().Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err


def _repeats(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    if found is None:
        return 1
    return int(found[1]) if len(found[1]) <= _MOST_DIGITS else 10**_MOST_DIGITS
