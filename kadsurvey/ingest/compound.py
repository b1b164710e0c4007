"""The compound file under an xls workbook: whether its chains of sectors come to an end.

A reader that follows a chain which leads back into itself fills the memory; a damaged file can do that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from kadsurvey.errors import InputFileError

_HEADER_BYTES = 512
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY_BYTES = 128
_SMALL_STREAM_BYTES = 4096
_ROOT_ENTRY, _STREAM_ENTRY = 5, 2


def check_compound(content: bytes, file: str) -> None:
    """Follow every chain of a compound file once.

    Raises
    ------
    InputFileError
        If the header is cut off, or a chain leads outside the file or back into itself.

    References
    ----------
    Microsoft, [MS-CFB]: Compound File Binary File Format.
    """
    try:
        _follow_all(content)
    except (struct.error, _BrokenChainError) as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason="compound file") from err


class _BrokenChainError(Exception):
    """A chain that leads outside the file or back into itself."""


def _follow_all(content: bytes) -> None:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise _BrokenChainError
    size = 1 << shift
    directory, _, _, mini_table, _, table_start, n_table_sectors = struct.unpack_from("<7I", content, 48)
    sectors = list(struct.unpack_from("<109I", content, 76))
    sectors += _further_table_sectors(content, table_start, n_table_sectors, size)
    table = [entry for at in sectors if at < _LAST_SECTOR for entry in _entries(content, at, size)]
    mini = [entry for at in _chain(table, mini_table) for entry in _entries(content, at, size)]
    for at in _chain(table, directory):
        for offset in range(_offset(at, size), _offset(at, size) + size, _ENTRY_BYTES):
            if offset + _ENTRY_BYTES > len(content):
                raise _BrokenChainError
            kind = content[offset + 66]
            if kind not in (_ROOT_ENTRY, _STREAM_ENTRY):
                continue
            start, length = struct.unpack_from("<II", content, offset + 116)
            small = kind == _STREAM_ENTRY and length < _SMALL_STREAM_BYTES
            for _ in _chain(mini if small else table, start if length else _LAST_SECTOR):
                pass


def _further_table_sectors(content: bytes, start: int, count: int, size: int) -> list[int]:
    """Return the sectors of the allocation table that the header has no room for."""
    found: list[int] = []
    at = start
    seen: set[int] = set()
    while at < _LAST_SECTOR and len(seen) < count:
        if at in seen:
            raise _BrokenChainError
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
            raise _BrokenChainError
        yield at
        at = table[at]
    raise _BrokenChainError


def _entries(content: bytes, sector: int, size: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{size // 4}I", content, _offset(sector, size))


def _offset(sector: int, size: int) -> int:
    return max(_HEADER_BYTES, size) + sector * size
