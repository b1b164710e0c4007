"""A zip archive of csv files: ODK Central's export, or the one table that Google Forms packs."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from kadsurvey.archive import MAX_FILE_BYTES, check_archive, open_archive, unpacked
from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change
from kadsurvey.ingest.delimited import read_delimited
from kadsurvey.ingest.grid import Grid

_KEY, _PARENT_KEY = "KEY", "PARENT_KEY"
_HIDDEN = ("__MACOSX/", ".")


def read_zipped(path: Path) -> tuple[tuple[Grid, ...], tuple[Change, ...]]:
    """Read the csv files of an archive that holds one, or those of an ODK export; other archives are refused.

    Raises
    ------
    InputFileError
        If the archive is damaged, protected or too large, or holds no table that is certainly meant.
    """
    with open_archive(path) as archive:
        check_archive(archive, path.name)
        names = [name for name in archive.namelist() if _is_table(name)]
        size = sum(archive.getinfo(name).file_size for name in names)
        if size > MAX_FILE_BYTES:
            raise InputFileError("ingest.file_too_large", file=path.name, megabytes=size // 1_000_000)
        tables = [_read_member(archive, name, path.name) for name in names]
    if not tables or (len(tables) > 1 and not any(_is_odk(grid) for grid, _ in tables)):
        raise InputFileError("ingest.zip_file", file=path.name)
    return tuple(grid for grid, _ in tables), tuple(change for _, log in tables for change in log)


def _is_table(name: str) -> bool:
    return name.casefold().endswith(".csv") and not name.startswith(_HIDDEN)


def _read_member(archive: zipfile.ZipFile, name: str, file: str) -> tuple[Grid, tuple[Change, ...]]:
    """Read one csv file; messages name it as they name a sheet."""
    content = b"".join(unpacked(archive, name, file, overlap=0))
    sheet = PurePosixPath(name).name
    if not content.strip():
        return Grid(file=file, sheet=sheet, rows=(), delimited=True), ()
    delimited = read_delimited(content, f"{file}/{sheet}")
    log = tuple(Change(part.code, part.count, part.params, file, sheet) for part in delimited.log)
    return Grid(file=file, sheet=sheet, rows=delimited.grid.rows, delimited=True), log


def _is_odk(grid: Grid) -> bool:
    """Tell whether a table names its rows as ODK does, and is no repeat of another."""
    header = set(grid.rows[0]) if grid.rows else set()
    return _KEY in header and _PARENT_KEY not in header
