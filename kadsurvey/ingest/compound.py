"""The compound file under an xls workbook: whether its chains of sectors end, and its sheets have a possible size.

A damaged file with a chain that leads back into itself, or with a sheet of four billion rows, would fill the memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.extent import check_extent

_HEADER_BYTES = 512
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY_BYTES = 128
_SMALL_STREAM_BYTES = 4096
_ROOT_ENTRY, _STREAM_ENTRY = 5, 2
_WORKBOOK_NAMES = frozenset({"Workbook", "Book"})
_SMALL_SECTOR_BYTES = 64
_DIMENSIONS, _BEGINNING = 0x0200, 0x0809
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
"""Records that begin with the row and column of a cell, or of the first of several."""
_SEVERAL = frozenset({0x00BD, 0x00BE})
"""Those of several cells, which end with the last column."""
_MAX_ROWS, _MAX_COLUMNS = 65536, 256


def check_compound(content: bytes, file: str) -> None:
    """Follow every chain of a compound file once, and look at the sizes that its sheets claim to have.

    Raises
    ------
    InputFileError
        If the header is cut off, a chain leads outside the file or back into itself, or a size is impossible.

    References
    ----------
    Microsoft, [MS-CFB]: Compound File Binary File Format; [MS-XLS]: Excel Binary File Format, 2.4.90 Dimensions.
    """
    try:
        _check_cells(_follow_all(content), file)
    except (struct.error, _BrokenFileError) as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason="compound file") from err


class _BrokenFileError(Exception):
    """A chain that leads outside the file or back into itself, or an impossible size."""


def _follow_all(content: bytes) -> bytes:
    """Follow the chains of all streams; return the workbook's."""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise _BrokenFileError
    size = 1 << shift
    directory, _, _, mini_table, _, table_start, n_table_sectors = struct.unpack_from("<7I", content, 48)
    sectors = list(struct.unpack_from("<109I", content, 76))
    sectors += _further_table_sectors(content, table_start, n_table_sectors, size)
    table = [entry for at in sectors if at < _LAST_SECTOR for entry in _entries(content, at, size)]
    mini = [entry for at in _chain(table, mini_table) for entry in _entries(content, at, size)]
    workbook = small_sectors = b""
    left = 2 * (len(table) + len(mini))
    for name, kind, start, length in _directory(content, _chain(table, directory), size):
        small = kind == _STREAM_ENTRY and length < _SMALL_STREAM_BYTES
        chain = list(_chain(mini if small else table, start if length else _LAST_SECTOR))
        left -= len(chain)
        if left < 0:
            raise _BrokenFileError  # streams that share their sectors, to be followed for ever
        if kind == _ROOT_ENTRY:
            # The root stands first in the directory; its stream holds the sectors of the small ones.
            small_sectors = b"".join(content[_offset(at, size) : _offset(at, size) + size] for at in chain)
        if name in _WORKBOOK_NAMES:
            held, first, step = (small_sectors, 0, _SMALL_SECTOR_BYTES) if small else (content, _offset(0, size), size)
            workbook += b"".join(held[first + at * step : first + (at + 1) * step] for at in chain)[:length]
    return workbook


def _directory(content: bytes, chain: Iterator[int], size: int) -> Iterator[tuple[str, int, int, int]]:
    """Yield name, kind, first sector and length of the root and of every stream."""
    for at in chain:
        for offset in range(_offset(at, size), _offset(at, size) + size, _ENTRY_BYTES):
            if offset + _ENTRY_BYTES > len(content):
                raise _BrokenFileError
            kind = content[offset + 66]
            if kind in (_ROOT_ENTRY, _STREAM_ENTRY):
                name = content[offset : offset + 64].decode("utf-16-le", errors="replace").partition("\0")[0]
                start, length = struct.unpack_from("<II", content, offset + 116)
                yield name, kind, start, length


def _check_cells(workbook: bytes, file: str) -> None:
    """Look at the sizes that sheets claim, and at the places of their cells: the reader makes room for all between."""
    at = n_rows = n_columns = n_filled = 0
    while at + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, at)
        if kind == _DIMENSIONS and length >= 12:
            first_row, end_row, first_column, end_column = struct.unpack_from("<IIHH", workbook, at + 4)
            rows_fit = first_row <= end_row <= _MAX_ROWS
            if not (rows_fit and first_column <= end_column <= _MAX_COLUMNS):
                raise _BrokenFileError
        elif kind == _BEGINNING:
            check_extent(n_rows, n_columns, file, "-", n_filled=n_filled)
            n_rows = n_columns = n_filled = 0
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", workbook, at + 4)
            last = struct.unpack_from("<H", workbook, at + 2 + length)[0] if kind in _SEVERAL else column
            if not column <= last < _MAX_COLUMNS:
                raise _BrokenFileError
            n_rows, n_columns = max(n_rows, row + 1), max(n_columns, last + 1)
            n_filled += last - column + 1
        at += 4 + length
    check_extent(n_rows, n_columns, file, "-", n_filled=n_filled)


def _further_table_sectors(content: bytes, start: int, count: int, size: int) -> list[int]:
    """Return the sectors of the allocation table that the header has no room for."""
    found: list[int] = []
    at = start
    seen: set[int] = set()
    while at < _LAST_SECTOR and len(seen) < count:
        if at in seen:
            raise _BrokenFileError
        seen.add(at)
        *listed, at = _entries(content, at, size)
        found += listed
    return found


def _chain(table: Sequence[int], start: int) -> Iterator[int]:
    """Yield the sectors of a chain; one longer than the table has come back into itself."""
    at = start
    for _ in range(len(table) + 1):
        if at >= _LAST_SECTOR:
            return
        if at >= len(table):
            raise _BrokenFileError
        yield at
        at = table[at]
    raise _BrokenFileError


def _entries(content: bytes, sector: int, size: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{size // 4}I", content, _offset(sector, size))


def _offset(sector: int, size: int) -> int:
    return max(_HEADER_BYTES, size) + sector * size
