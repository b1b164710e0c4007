"""A file of any known kind as grids; the kind is told from the content, not from the name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from kadsurvey.archive import DAMAGE, MAX_FILE_BYTES, check_archive, open_archive
from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change
from kadsurvey.ingest.delimited import read_delimited
from kadsurvey.ingest.dialects import FileKind
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.parquet import read_parquet
from kadsurvey.ingest.statfile import read_statfile
from kadsurvey.ingest.workbook import read_workbook
from kadsurvey.ingest.zipped import read_zipped

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = b"macroEnabled"
_MOST_OF_A_LIST = 1_000_000
_SPSS = (b"$FL2", b"$FL3")
_STATA_XML = b"<stata_dta>"
_STATA_RELEASES = frozenset(range(104, 116))
"""First byte of a dta file up to Stata 12; the second tells the order of bytes."""
_PARQUET = b"PAR1"
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file holds.

    Attributes
    ----------
    file : str
        The file's name, without its folder.
    grids : tuple of Grid
        Its sheets; one for a delimited file.
    kind : FileKind
        How it is kept.
    log : tuple of Change
        What was found out about its encoding.
    """

    file: str
    grids: tuple[Grid, ...]
    kind: FileKind
    log: tuple[Change, ...] = ()


def read_file(path: str | Path) -> FileContent:
    """Read a spreadsheet, a delimited file or the file of a statistics program into grids of raw cells.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls or ods workbook, a csv, tsv or txt file, one of those in a zip archive, or a sav, zsav, dta or
        parquet file.

    Raises
    ------
    InputFileError
        If there is no such file, it is empty, too large, damaged, protected, or of another kind.
    """
    path = Path(path)
    kind = _kind(path)
    match kind:
        case "xlsx" | "ods" | "xls":
            content = FileContent(path.name, tuple(read_workbook(path, kind)), kind)
        case "sav" | "dta":
            grid, log = read_statfile(path, kind)
            content = FileContent(path.name, (grid,), kind, log)
        case "parquet":
            content = FileContent(path.name, (read_parquet(path),), kind)
        case "zip":
            grids, log = read_zipped(path)
            content = FileContent(path.name, grids, kind, log)
        case "text":
            delimited = read_delimited(path.read_bytes(), path.name)
            content = FileContent(path.name, (delimited.grid,), kind, delimited.log)
    if all(grid.is_empty() for grid in content.grids):
        raise InputFileError("ingest.empty_file", file=path.name)
    return content


def _kind(path: Path) -> FileKind:
    start = _first_bytes(path)
    if path.suffix.casefold() in {".xlsm", ".xltm"}:
        raise InputFileError("ingest.macros", file=path.name)
    if start.startswith(_ZIP):
        return _zip_kind(path)
    if start.startswith(_OLE):
        if _ENCRYPTED in path.read_bytes():
            raise InputFileError("ingest.password", file=path.name)
        return "xls"
    if start.startswith(_SPSS):
        return "sav"
    if start.startswith(_STATA_XML) or (start[0] in _STATA_RELEASES and start[1:3] in (b"\x01\x01", b"\x02\x01")):
        return "dta"
    if start.startswith(_PARQUET):
        return "parquet"
    for mark, name in _OTHER_KINDS:
        if start.startswith(mark):
            raise InputFileError("ingest.other_kind", file=path.name, kind=name)
    opening = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise InputFileError("ingest.html_table", file=path.name)
    return "text"


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(512)
        size = path.stat().st_size
    except FileNotFoundError as err:
        raise InputFileError("ingest.no_such_file", file=path.name) from err
    except ValueError as err:
        # A name that no system can have, such as one with a NUL in it.
        raise InputFileError("ingest.no_such_file", file=path.name) from err
    except IsADirectoryError as err:
        raise InputFileError("ingest.is_folder", file=path.name) from err
    except OSError as err:
        raise InputFileError("ingest.cannot_open", file=path.name, reason=err.strerror or "") from err
    if path.name.startswith("~$"):
        raise InputFileError("ingest.lock_file", file=path.name, other=path.name[2:])
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise InputFileError("ingest.empty_file", file=path.name)
    if size > MAX_FILE_BYTES:
        raise InputFileError("ingest.file_too_large", file=path.name, megabytes=size // 1_000_000)
    return start


def _zip_kind(path: Path) -> FileKind:
    with open_archive(path) as archive:
        check_archive(archive, path.name)
        names = set(archive.namelist())
        types = _opening(archive, "[Content_Types].xml", path.name) if "[Content_Types].xml" in names else b""
        mimetype = _opening(archive, "mimetype", path.name) if "mimetype" in names else b""
    if _MACROS in types or any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise InputFileError("ingest.macros", file=path.name)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise InputFileError("ingest.other_kind", file=path.name, kind="Word/PowerPoint")
    if "xl/workbook.bin" in names:
        raise InputFileError("ingest.other_kind", file=path.name, kind="xlsb")
    return "zip"


def _opening(archive: ZipFile, name: str, file: str) -> bytes:
    """Unpack the beginning of a part, which is all of it unless it is no such part."""
    try:
        with archive.open(name) as part:
            return part.read(_MOST_OF_A_LIST)
    except DAMAGE as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err
