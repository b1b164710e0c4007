"""The output folder: whole files or none, and nothing of the user's replaced unasked.

A run that is killed leaves every file as it was or as it should be. Before the first file is moved into its place the
manifest lists, beside the hashes of the files as they stand, those they are about to have; a file with either is the
program's own, so that the next run knows what a killed one had replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kadsurvey.errors import OutputError

MANIFEST = "manifest.json"
_FILES, _COMING = "files", "coming"
_TEMPORARY = re.compile(r"\.[0-9a-f]{8}-(.+)")
"""A file that is not whole yet: nothing that a person or another program calls so."""
_SECONDS_LEFT_OVER = 3600.0
"""After so long without a change a temporary file is of a run that was killed, not of one at work beside this one."""


def write_files(
    directory: Path,
    writers: Mapping[str, Callable[[Path], None]],
    *,
    force: bool = False,
    about: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write several files into a folder, each under a temporary name first, and move them there when all are whole.

    Parameters
    ----------
    directory : Path
        Made if it does not exist.
    writers : mapping of file name to function
        Each function is given the temporary path to write to; a name may begin with the name of a folder and ``/``.
    force : bool
        Whether to replace files that the manifest does not list with the hash they have now.
    about : mapping, optional
        What the manifest says beside the hashes of the files.

    Returns
    -------
    list of Path
        The files, in the order given.

    Raises
    ------
    OutputError
        If a file stands there that an earlier run did not write, or the folder cannot be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise OutputError("report.folder_not_made", folder=directory.name, reason=err.strerror or "") from err
    if not force:
        refuse_foreign(directory, list(writers))
    _remove_left_over(directory, writers)
    staged: dict[str, Path] = {}
    try:
        for name, write in writers.items():
            # The suffix stays last: writers such as openpyxl look at it.
            place = directory / name
            place.parent.mkdir(exist_ok=True)
            staged[name] = place.with_name(f".{secrets.token_hex(4)}-{place.name}")
            write(staged[name])
            _to_disk(staged[name])
        hashes = {name: file_hash(path) for name, path in staged.items()}
        _write_manifest(directory, _as_they_stand(directory), coming=hashes)
        for name, path in staged.items():
            os.replace(path, directory / name)
        for folder in {path.parent for path in staged.values()}:
            _to_disk(folder)
        _write_manifest(directory, _as_they_stand(directory) | hashes, about=about)
    except OSError as err:
        raise OutputError(
            "report.file_not_written", file=err.filename and Path(err.filename).name, reason=err.strerror
        ) from err
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
    return [directory / name for name in writers]


def free_name(directory: Path, name: str) -> str:
    """Return the name under which a file can be written without replacing what a person wrote or changed.

    Examples
    --------
    >>> free_name(Path("no such folder"), "mapping.xlsx")
    'mapping.xlsx'
    """
    own = _own(directory)
    stem, suffix = Path(name).stem, Path(name).suffix
    number = 1
    while (directory / name).exists() and file_hash(directory / name) not in own(name):
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def refuse_foreign(directory: Path, names: Sequence[str]) -> None:
    """Refuse to replace what an earlier run did not write, or what was changed since.

    Raises
    ------
    OutputError
        If one of the names is such a file.
    """
    own = _own(directory)
    foreign = [name for name in names if (directory / name).exists() and file_hash(directory / name) not in own(name)]
    if foreign:
        raise OutputError("report.file_exists", files=foreign, folder=directory.name)


def _own(directory: Path) -> Callable[[str], set[str]]:
    """Return what gives the hashes under which a file is the program's own."""
    document = _document(directory)
    listed = [_hashes(document, part) for part in (_FILES, _COMING)]
    return lambda name: {hashes[name] for hashes in listed if name in hashes}


def _as_they_stand(directory: Path) -> dict[str, str]:
    """Return the hashes of the manifest; of a file that a killed run had replaced already, the one it has now."""
    document = _document(directory)
    known, coming = _hashes(document, _FILES), _hashes(document, _COMING)
    replaced = {
        name: digest
        for name, digest in coming.items()
        if (directory / name).is_file() and file_hash(directory / name) == digest
    }
    return known | replaced


def _hashes(document: Mapping[str, Any], part: str) -> dict[str, str]:
    """Return hashes by file; none where the manifest is not ours."""
    listed = document.get(part, {})
    return {str(name): str(digest) for name, digest in listed.items()} if isinstance(listed, dict) else {}


def _document(directory: Path) -> dict[str, Any]:
    try:
        found = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_manifest(
    directory: Path,
    hashes: Mapping[str, str],
    *,
    coming: Mapping[str, str] | None = None,
    about: Mapping[str, Any] | None = None,
) -> None:
    temporary = directory / f".{secrets.token_hex(4)}-{MANIFEST}"
    document = {**_document(directory), **(about or {}), _FILES: dict(sorted(hashes.items()))}
    document.pop(_COMING, None)
    if coming is not None:
        document[_COMING] = dict(sorted(coming.items()))
    try:
        temporary.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        _to_disk(temporary)
        os.replace(temporary, directory / MANIFEST)
    finally:
        temporary.unlink(missing_ok=True)
    _to_disk(directory)


def _to_disk(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk: a name must not get there before its content."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_left_over(directory: Path, names: Iterable[str]) -> None:
    """Remove the temporary files of runs that were killed, of the files that are about to be written."""
    places = {MANIFEST, *names}
    for folder in {(directory / name).parent for name in places}:
        for path in folder.glob(".????????-*"):
            found = _TEMPORARY.fullmatch(path.name)
            if found is None or path.with_name(found[1]) not in {directory / name for name in places}:
                continue
            try:
                if time.time() - path.stat().st_mtime > _SECONDS_LEFT_OVER:
                    path.unlink()
            except OSError:
                continue  # gone already, or not ours to remove; it is in nobody's way
