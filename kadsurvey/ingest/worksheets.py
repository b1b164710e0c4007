"""The XML of an xlsx workbook: what its sheets would take of the memory, and whether they hold formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from kadsurvey.archive import check_archive, open_archive, unpacked
from kadsurvey.ingest.extent import MAX_TEXT, check_sheet, check_text
from kadsurvey.ingest.grid import column_number

_MAX_KEPT_BYTES = 256_000_000
"""Of all worksheets together."""
_OPENING = 4096
"""Bytes in which a worksheet's first tag ends."""
_SHEET = re.compile(rb"<(?:\w+:)?sheetData\b")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_PLAIN_REFERENCE = re.compile(rb'\br="([A-Za-z]*)(\d+)"')
_BEYOND = re.compile(rb'r="[A-Za-z]{0,2}+(?:[A-Za-z]|\d{6})')
_WIDE = re.compile(rb'r="[D-Zd-z][A-Za-z]\d')
_LONG = re.compile(rb'r="[A-Za-z]{0,2}+\d{5}')
"""A cell beyond column ZZ or row 99,999; beyond column CZ; beyond row 9,999. Without the first, and without both of the
others, a sheet has no more than ``SPARSE_CELLS``."""
_ODD = re.compile(rb"""\br(?:\s+=|=\s*'|=\s+")""")
_ODD_SIGNS = (b"'", b"\t", b"\n", b"\r", b" =", b"= ")
"""Ways to write a reference that no program takes, and what is quick to look for before."""
_MOST_LETTERS, _MOST_DIGITS = 5, 9
"""Longer references lead out of any sheet; their number is not needed."""
_SPECIAL = ((b"<f", re.compile(rb"<f[\s/>]")), (b't="e"', re.compile(rb'\bt="e"')))
"""Signs of a formula or an error value, each after the bytes that are quick to look for."""
_PREFIXED = re.compile(rb'xmlns:\w+="http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/spreadsheetml')
_PREFIXED_SPECIAL = ((b":f", re.compile(rb":f[\s/>]")),)
"""The same where the worksheet's own names carry a prefix."""
_IS_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w{1,20}:)?v[^<>]*>\s*(\d{1,9})""")


@dataclass(slots=True)
class _Sheet:
    """A worksheet as its bytes tell of it."""

    name: str
    is_beyond: bool = False
    is_wide: bool = False
    is_long: bool = False
    n_filled: int = 0
    kept: list[bytes] | None = None

    @property
    def is_far(self) -> bool:
        """Whether its cells may lie so far apart that each has to be looked at."""
        return self.is_beyond or (self.is_wide and self.is_long)

    def look_at(self, chunk: bytes) -> None:
        odd = _is_odd(chunk)
        self.is_beyond = self.is_beyond or odd or _BEYOND.search(chunk) is not None
        self.is_wide = self.is_wide or _WIDE.search(chunk) is not None
        self.is_long = self.is_long or _LONG.search(chunk) is not None
        # Opening and closing tags of <v> and <is>, with any prefix.
        self.n_filled += (chunk.count(b"v>") + chunk.count(b"is>")) // 2
        if self.kept is not None:
            self.kept.append(chunk)


class Worksheets:
    """The worksheets of an xlsx file, unpacked once where they are not too large to keep.

    A part is a worksheet by what it holds, for a workbook may call it anything.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: list[_Sheet] = []
        self._strings: str | None = None
        self._longest_string = 0

    def measure(self) -> None:
        """Refuse a file that lies about its parts, or whose cells lie too far apart or hold too much text.

        Raises
        ------
        InputFileError
            If it does.
        """
        file = self._path.name
        with open_archive(self._path) as archive:
            check_archive(archive, file)
            budget = _MAX_KEPT_BYTES
            for part in archive.infolist():
                budget -= self._look_at(archive, part.filename, budget)
            for sheet in self._sheets:
                if sheet.is_far:
                    _measure(archive, sheet, file)
            filled = sum(sheet.n_filled for sheet in self._sheets)
            if self._strings is not None and self._longest_string * filled > MAX_TEXT:
                check_text(self._text(archive, self._strings), file, "-")

    def hold_special_cells(self) -> bool:
        """Tell whether any worksheet seems to hold a formula or an error value; nothing is kept after that."""
        sheets, self._sheets = self._sheets, []
        with open_archive(self._path) as archive:
            for sheet in sheets:
                kept = unpacked(archive, sheet.name, self._path.name) if sheet.kept is None else sheet.kept
                if _holds_special_cells(kept):
                    return True
        return False

    def _look_at(self, archive: ZipFile, name: str, budget: int) -> int:
        """Look through a part once; return how many bytes of it are kept."""
        sheet: _Sheet | None = None
        keep = archive.getinfo(name).file_size <= budget
        used = 0
        for chunk in unpacked(archive, name, self._path.name):
            if sheet is None and _SHEET.search(chunk):
                sheet = _Sheet(name, kept=[] if keep else None)
                self._sheets.append(sheet)
            if sheet is not None:
                sheet.look_at(chunk)
                used += 0 if sheet.kept is None else len(chunk)
            elif self._strings == name or _STRINGS.search(chunk, 0, _OPENING):
                self._strings = name
                self._longest_string = max(self._longest_string, *map(len, chunk.split(b"</si>")))
        return used

    def _text(self, archive: ZipFile, strings: str) -> int:
        """Return the characters that all cells hold of the shared texts."""
        file = self._path.name
        content = b"".join(unpacked(archive, strings, file, overlap=0))
        lengths = [len(part) for part in re.split(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", content)]
        total = 0
        for sheet in self._sheets:
            for chunk in unpacked(archive, sheet.name, file):
                found = [int(at) for at in _SHARED.findall(chunk)]
                total += sum(lengths[at] for at in found if at < len(lengths))
                # A cell written in some other way is counted as if it held the longest text.
                total += self._longest_string * max(0, len(_IS_SHARED.findall(chunk)) - len(found))
        return total


def _is_odd(chunk: bytes) -> bool:
    return any(sign in chunk for sign in _ODD_SIGNS) and _ODD.search(chunk) is not None


def _holds_special_cells(chunks: Iterable[bytes]) -> bool:
    signs: Sequence[tuple[bytes, re.Pattern[bytes]]] = _SPECIAL
    for chunk in chunks:
        if _PREFIXED.search(chunk, 0, _OPENING):
            signs = _SPECIAL + _PREFIXED_SPECIAL
        if any(sign in chunk and pattern.search(chunk) for sign, pattern in signs):
            return True
    return False


def _measure(archive: ZipFile, sheet: _Sheet, file: str) -> None:
    """Refuse a worksheet whose cells lie too far apart, by the reference of every cell."""
    n_rows, columns = 0, {b""}
    for chunk in unpacked(archive, sheet.name, file):
        found = (_REFERENCE if _is_odd(chunk) else _PLAIN_REFERENCE).findall(chunk)
        if found:
            chunk_columns, chunk_rows = zip(*found, strict=True)
            columns.update(chunk_columns)
            n_rows = max(n_rows, *(int(row[-_MOST_DIGITS:]) if len(row) <= _MOST_DIGITS else 10**_MOST_DIGITS
                                   for row in set(chunk_rows)))  # fmt: skip
    letters = [column.upper()[:_MOST_LETTERS].decode() for column in columns]
    n_columns = max(1, *(column_number(column) + 1 for column in letters))
    check_sheet(n_rows, n_columns, file, sheet.name.rpartition("/")[2], n_filled=sheet.n_filled)
