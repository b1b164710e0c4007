"""The zip file under a workbook or document: whether it is safe to unpack, held against what is really packed in it."""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kadsurvey.errors import InputFileError

MAX_FILE_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 4_000_000_000
MAX_RATIO = 400
SMALL_UNPACKED_BYTES = 50_000_000
MAX_PARTS = 10_000

DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)
"""What Python raises on a zip file that is broken, or packed in a way it does not know."""

OVERLAP = 512
"""Bytes that a piece of a part repeats from the one before, so that no tag is cut in two."""
_CHUNK = 1 << 22
_XML = (".xml", ".rels", ".vml")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
"""Beginnings of XML in UTF-16, in which no office program writes, and in which nothing is found."""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the zip file that a workbook is."""
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as err:
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err


def check_archive(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse an archive that says that it unpacks to far more than any survey needs, or has a part twice.

    Of two parts of one name one program reads the first and another the second.

    Raises
    ------
    InputFileError
        If it does.
    """
    parts = archive.infolist()
    names = {part.filename.replace("\\", "/").casefold() for part in parts}
    if len(names) < len(parts) or len(parts) > MAX_PARTS:
        raise InputFileError("ingest.parts_twice", file=file)
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    inflated = unpacked > SMALL_UNPACKED_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if unpacked > MAX_UNPACKED_BYTES or inflated:
        raise InputFileError("ingest.unpacks_too_large", file=file, megabytes=unpacked // 1_000_000)


def check_parts(archive: zipfile.ZipFile, file: str) -> None:
    """Unpack every part once, in pieces that are not kept, and refuse what lies about its size or declares entities.

    Raises
    ------
    InputFileError
        If a part does.
    """
    for part in archive.infolist():
        for _ in unpacked(archive, part.filename, file):
            pass


def unpacked(archive: zipfile.ZipFile, name: str, file: str, *, overlap: int = OVERLAP) -> Iterator[bytes]:
    """Unpack a part piece by piece, each with the last ``overlap`` bytes of the one before.

    Raises
    ------
    InputFileError
        If the part is damaged, holds more than its entry says, or is XML that declares a document type: entities are
        how a small file becomes a large one, or reads another file.
    """
    told = archive.getinfo(name)
    # One byte more than was told, so that what is packed beyond it is met, and its checksum fails.
    asked = copy.copy(told)
    asked.file_size = told.file_size + 1
    is_xml = name.casefold().endswith(_XML)
    try:
        with archive.open(asked) as part:
            tail, size = b"", 0
            while block := part.read(_CHUNK):
                if size == 0 and is_xml and block.startswith(_OTHER_ENCODINGS):
                    raise InputFileError("ingest.damaged_workbook", file=file, reason=f"{name}: UTF-16")
                size += len(block)
                piece = tail + block
                if is_xml and _DECLARATION.search(piece):
                    raise InputFileError("ingest.declares_entities", file=file, part=name)
                yield piece
                tail = block[-overlap:] if overlap else b""
    except DAMAGE as err:
        code = "ingest.password" if told.flag_bits & 1 else "ingest.damaged_workbook"
        raise InputFileError(code, file=file, reason=str(err)) from err
    if size != told.file_size:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=f"{name}: {size} / {told.file_size}")


def said(err: BaseException, path: Path) -> str:
    """Return what an error says, without the folder of the file."""
    return (err.strerror or "") if isinstance(err, OSError) else str(err).replace(str(path), path.name)
