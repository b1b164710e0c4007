"""The output folder: whole files or none, and nothing of the user's replaced unasked."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kadsurvey.errors import OutputError

MANIFEST = "manifest.json"


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
    known = _manifest(directory)
    if not force:
        refuse_foreign(directory, list(writers))
    staged: dict[str, Path] = {}
    try:
        for name, write in writers.items():
            # The suffix stays last: writers such as openpyxl look at it.
            place = directory / name
            place.parent.mkdir(exist_ok=True)
            staged[name] = place.with_name(f".{secrets.token_hex(4)}-{place.name}")
            write(staged[name])
        hashes = {name: file_hash(path) for name, path in staged.items()}
        for name, path in staged.items():
            os.replace(path, directory / name)
    except OSError as err:
        raise OutputError(
            "report.file_not_written", file=err.filename and Path(err.filename).name, reason=err.strerror
        ) from err
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
    _write_manifest(directory, known | hashes, about)
    return [directory / name for name in writers]


def free_name(directory: Path, name: str) -> str:
    """Return the name under which a file can be written without replacing what a person wrote or changed.

    Examples
    --------
    >>> free_name(Path("no such folder"), "mapping.xlsx")
    'mapping.xlsx'
    """
    known = _manifest(directory)
    stem, suffix = Path(name).stem, Path(name).suffix
    number = 1
    while (directory / name).exists() and known.get(name) != file_hash(directory / name):
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
    known = _manifest(directory)
    foreign = [name for name in names if (directory / name).exists() and known.get(name) != file_hash(directory / name)]
    if foreign:
        raise OutputError("report.file_exists", files=foreign, folder=directory.name)


def _manifest(directory: Path) -> dict[str, str]:
    """Return the hashes that the manifest lists; none where it is not there or not ours."""
    listed = _document(directory).get("files", {})
    return {str(name): str(digest) for name, digest in listed.items()} if isinstance(listed, dict) else {}


def _document(directory: Path) -> dict[str, Any]:
    try:
        found = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_manifest(directory: Path, hashes: Mapping[str, str], about: Mapping[str, Any] | None) -> None:
    temporary = directory / f".{secrets.token_hex(4)}-{MANIFEST}"
    document = {**_document(directory), **(about or {}), "files": dict(sorted(hashes.items()))}
    temporary.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, directory / MANIFEST)
