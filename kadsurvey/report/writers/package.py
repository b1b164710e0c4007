"""What the files of office programs have in common: a zip of XML, the same bytes for the same content."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold


def legible(text: str) -> str:
    """Return a text in which signs that XML cannot hold are shown as the sign for what cannot be shown.

    Examples
    --------
    >>> legible("a" + chr(7) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def write_package(content: BytesIO, path: Path) -> None:
    """Write a package with the same date in every entry, so that the same content gives the same bytes."""
    with ZipFile(content) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == _CORE:
                data = _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data)
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, data)
