"""The zip file under a workbook: whether it is safe to unpack, and what its XML says before any cell is built."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.grid import column_number

MAX_FILE_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 4_000_000_000
MAX_RATIO = 400
SMALL_UNPACKED_BYTES = 50_000_000
MAX_CELLS = 70_200_000
"""A full sheet of 1,048,576 rows may have 66 columns; two cells in far corners would otherwise fill the memory."""

DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)
"""What Python raises on a zip file that is broken, or packed in a way it does not know."""

_CHUNK = 1 << 22
_OVERLAP = 512
_MAX_KEPT_BYTES = 256_000_000
_OPENING = 4096
"""Bytes in which a worksheet's first tag ends."""
_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_FAR = re.compile(rb'r="[A-Z]{0,2}+(?:[A-Z]|\d{6})')
_NEAR_CELLS = 702 * 99_999
"""Area of a sheet without a reference to a column of three letters or a row of six digits."""
_SPECIAL = ((b"<f", re.compile(rb"<f[ />]")), (b't="e"', re.compile(rb'\bt="e"')))
"""Signs of a formula or an error value, each after the bytes that are quick to look for."""
_PREFIXED = re.compile(rb'xmlns:\w+="http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/spreadsheetml')
_PREFIXED_SPECIAL = ((b":f", re.compile(rb":f[ />]")),)
"""The same where the worksheet's own names carry a prefix."""
_ODS_PART = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)([ /][^>]*)?>")
_ODS_NAME = re.compile(rb'table:name="([^"]*)"')
_ODS_COLUMNS = re.compile(rb'number-columns-repeated="(\d+)"')
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the zip file that an xlsx or ods workbook is."""
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as err:
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=str(err)) from err


def check_archive(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse a workbook that unpacks to far more than any survey needs."""
    packed = sum(part.compress_size for part in archive.infolist())
    unpacked = sum(part.file_size for part in archive.infolist())
    inflated = unpacked > SMALL_UNPACKED_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if unpacked > MAX_UNPACKED_BYTES or inflated:
        raise InputFileError("ingest.unpacks_too_large", file=file, megabytes=unpacked // 1_000_000)


def check_extent(n_rows: int, n_columns: int, file: str, sheet: str) -> None:
    """Refuse a sheet whose first and last cells lie so far apart that its area cannot be held."""
    if n_rows * n_columns > MAX_CELLS:
        raise InputFileError("ingest.sheet_too_large", file=file, sheet=sheet, rows=n_rows, columns=n_columns)


class Worksheets:
    """The XML of an xlsx file's worksheets, unpacked once where it is not too large to keep."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, list[bytes]] = {}

    def measure(self) -> None:
        """Refuse a file with a worksheet whose cells lie too far apart."""
        with open_archive(self._path) as archive:
            check_archive(archive, self._path.name)
            for name in _worksheets(archive):
                far = _NEAR_CELLS > MAX_CELLS
                keep = archive.getinfo(name).file_size <= _MAX_KEPT_BYTES
                for chunk in _chunks(archive, name, self._path.name):
                    far = far or _FAR.search(chunk) is not None
                    if keep:
                        self._kept.setdefault(name, []).append(chunk)
                if far:
                    _measure(archive, name, self._path.name)

    def hold_special_cells(self) -> bool:
        """Tell whether any worksheet seems to hold a formula or an error value; nothing is kept after that."""
        with open_archive(self._path) as archive:
            for name in _worksheets(archive):
                kept = self._kept.pop(name, None)
                if _holds_special_cells(_chunks(archive, name, self._path.name) if kept is None else kept):
                    return True
        return False


def _holds_special_cells(chunks: Iterable[bytes]) -> bool:
    signs: Sequence[tuple[bytes, re.Pattern[bytes]]] = _SPECIAL
    for chunk in chunks:
        if _PREFIXED.search(chunk, 0, _OPENING):
            signs = _SPECIAL + _PREFIXED_SPECIAL
        if any(sign in chunk and pattern.search(chunk) for sign, pattern in signs):
            return True
    return False


def _worksheets(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]


def _measure(archive: zipfile.ZipFile, name: str, file: str) -> None:
    """Refuse a worksheet whose cells lie too far apart, by the reference of every cell."""
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    for chunk in _chunks(archive, name, file):
        found = _REFERENCE.findall(chunk)
        if found:
            chunk_columns, chunk_rows = zip(*found, strict=True)
            columns.update(chunk_columns)
            rows.add(max(set(chunk_rows), key=int))
    n_columns = max((column_number(letters.decode()) + 1 for letters in columns), default=0)
    n_rows = max(map(int, rows), default=0)
    check_extent(n_rows, n_columns, file, name.rpartition("/")[2])


def scan_opendocument(archive: zipfile.ZipFile, file: str) -> dict[str, set[tuple[int, int]]]:
    """Measure every table of an ods file and name its formula cells, table by table."""
    formulas: dict[str, set[tuple[int, int]]] = {}
    name, row, next_row, column = "", 0, 0, 0
    content = b"".join(_chunks(archive, "content.xml", file, overlap=0))
    _check_well_formed(content, file)
    for part in _ODS_PART.finditer(content):
        kind, attributes = part[1], part[2] or b""
        if kind == b"table":
            found = _ODS_NAME.search(attributes)
            name, next_row = (_unescape(found[1]) if found else ""), 0
        elif kind == b"table-row":
            row, column = next_row, 0
            next_row += _repeats(_ODS_ROWS, attributes)
        else:
            width = _repeats(_ODS_COLUMNS, attributes)
            if b"office:value" in attributes or b"table:formula" in attributes:
                check_extent(next_row, column + width, file, name)
            if b"table:formula" in attributes:
                places = {(r, c) for r in range(row, next_row) for c in range(column, column + width)}
                formulas.setdefault(name, set()).update(places)
            column += width
    return formulas


def _check_well_formed(content: bytes, file: str) -> None:
    """Refuse XML that breaks off: the reader of ods files would wait for its end for ever."""
    try:
        expat.ParserCreate().Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err


def _chunks(archive: zipfile.ZipFile, name: str, file: str, overlap: int = _OVERLAP) -> Iterator[bytes]:
    """Unpack a part piece by piece; pieces overlap so that no tag is cut in two."""
    try:
        with archive.open(name) as part:
            tail = b""
            while block := part.read(_CHUNK):
                yield tail + block
                tail = block[-overlap:] if overlap else b""
    except DAMAGE as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err


def _repeats(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


def _unescape(name: bytes) -> str:
    import html

    return html.unescape(name.decode("utf-8", errors="replace"))
