"""Workbooks that are the same bytes whenever and wherever they are written."""

from __future__ import annotations

import datetime as dt
import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

WRITTEN = dt.datetime(2025, 1, 1)
"""The date every synthetic workbook carries."""

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def save(workbook: Workbook, path: Path, *, title: str) -> None:
    """Write a workbook with a fixed date.

    The parts are stored in canonical XML and without compression: serialisers and zlib builds differ between machines.
    """
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.title = title
    workbook.properties.creator = "kadsurvey"
    workbook.properties.created = workbook.properties.modified = WRITTEN
    packed = io.BytesIO()
    # Workbook.save() would put the present time into the properties.
    ExcelWriter(workbook, zipfile.ZipFile(packed, "w")).save()
    path.write_bytes(_repacked(packed))


def _repacked(packed: io.BytesIO) -> bytes:
    fixed = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=_content_types_first):
            part = zipfile.ZipInfo(name, date_time=WRITTEN.timetuple()[:6])
            part.create_system = 3
            target.writestr(part, _canonical(source.read(name)))
    return fixed.getvalue()


def _content_types_first(name: str) -> tuple[bool, str]:
    return name != "[Content_Types].xml", name


def _canonical(xml: bytes) -> bytes:
    return _DECLARATION + ET.canonicalize(xml.decode("utf-8")).encode("utf-8")
