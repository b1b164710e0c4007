"""Rows of csv, tsv and txt files: encoding and delimiter are found out from the content."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change
from kadsurvey.ingest.extent import MAX_CELLS
from kadsurvey.ingest.grid import Grid

Encoding: TypeAlias = Literal["utf-8", "utf-16", "cp1252"]

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 200
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITER_NAMES = {"\t": "tab"}
_SAMPLE_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited file as read.

    Attributes
    ----------
    grid : Grid
        Its cells, all of them text.
    log : tuple of Change
        The encoding and the delimiter that were found.
    """

    grid: Grid
    log: tuple[Change, ...]


def read_delimited(content: bytes, file: str) -> Delimited:
    """Read the content of a delimited text file.

    Parameters
    ----------
    content : bytes
        The whole file.
    file : str
        Its name, for messages.

    Raises
    ------
    InputFileError
        If the bytes are no text in a known encoding, or a quotation mark is left open.
    """
    text, encoding = _decode(content, file)
    body, announced = _announced_delimiter(text)
    delimiter = announced or _find_delimiter(body)
    rows = _parse(body, delimiter, file)
    # The line "sep=;" is a row of the file as a spreadsheet program counts rows.
    rows = [[], *rows] if announced else rows
    found = Change(
        "ingest.delimited_as",
        len(rows),
        {"encoding": encoding, "delimiter": _DELIMITER_NAMES.get(delimiter, delimiter)},
        file=file,
    )
    return Delimited(Grid(file=file, sheet=None, rows=rows, delimited=True), (found,))


def _decode(content: bytes, file: str) -> tuple[str, Encoding]:
    if content.startswith(_UTF16_MARKS):
        return _utf16(content, file), "utf-16"
    if b"\x00" in content:
        raise InputFileError("ingest.not_a_table", file=file)
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        _refuse_mixed(content, file)
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as err:
        raise InputFileError("ingest.unknown_encoding", file=file, line=_line(content, err.start)) from err


def _utf16(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as err:
        before = content[: err.start].decode("utf-16", errors="replace")
        raise InputFileError("ingest.unknown_encoding", file=file, line=before.count("\n") + 1) from err
    if "\x00" in text:
        raise InputFileError("ingest.not_a_table", file=file)
    return text


def _refuse_mixed(content: bytes, file: str) -> None:
    """Refuse a file of which some lines are UTF-8 and others Windows-1252, as when two files were joined.

    Read as Windows-1252 every letter of the UTF-8 lines outside English would silently become two others.
    """
    utf8 = other = 0
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", content), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            utf8 = utf8 or number
        except UnicodeDecodeError:
            other = other or number
        if utf8 and other:
            raise InputFileError("ingest.mixed_encodings", file=file, line=utf8, other=other)


def _line(content: bytes, place: int) -> int:
    return len(re.findall(rb"\r\n|\r|\n", content[:place])) + 1


def _announced_delimiter(text: str) -> tuple[str, str | None]:
    """Take off the line ``sep=;`` by which a file tells a spreadsheet program its delimiter."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r\"' ")
    if len(first) == 5 and first.casefold().startswith("sep="):
        return rest, first[-1]
    return text, None


def _find_delimiter(text: str) -> str:
    """Choose the delimiter that cuts most of the first records into the same number of cells, more than one."""
    start = text[:_SAMPLE_CHARACTERS]
    best, best_score = _DELIMITERS[0], (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            sample = list(islice(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), _SAMPLE_RECORDS))
        except csv.Error:
            continue
        widths = Counter(len(record) for record in sample if record)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        if width > 1:
            best, best_score = max((best, best_score), (delimiter, (count / widths.total(), width)), key=lambda t: t[1])
    return best


def _parse(text: str, delimiter: str, file: str) -> list[list[str]]:
    # Strict, for a quotation mark left open would otherwise swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    begins = 1
    n_cells = 0
    try:
        for row in reader:
            rows.append(row)
            begins = reader.line_num + 1
            n_cells += len(row)
            if n_cells > MAX_CELLS:
                raise InputFileError("ingest.sheet_too_large", file=file, sheet="-", rows=len(rows), columns=len(row))
    except csv.Error as err:
        if "field limit" in str(err):
            limit = csv.field_size_limit()
            raise InputFileError("ingest.cell_too_long", file=file, line=begins, limit=limit) from err
        raise InputFileError("ingest.broken_quotes", file=file, line=begins, reason=str(err)) from err
    return rows
