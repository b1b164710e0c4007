"""A damaged file ends in a message: never in a traceback, a wait without end, or a full memory."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.compound import check_compound
from kadsurvey.ingest.files import read_file
from tests.workbooks import write_ods, write_xls, write_xlsx

SHEET = '| T1 | T2 | x |\n| 5 | =1+1 | abc |\n| "00" | #N/A | 3 |'
PLAIN_SHEET = "| T1 | T2 |\n| 5 | abc |"
TRIALS = 60


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Change, take out or put in a few bytes."""
    changed = bytearray(content)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(changed))
        kind = rng.choice(["change", "take out", "put in"])
        if kind == "change":
            changed[at] = rng.randrange(256)
        elif kind == "take out":
            del changed[at : at + rng.randrange(1, 40)]
        else:
            changed[at:at] = rng.randbytes(rng.randrange(1, 10))
    return bytes(changed)


def damaged_inside(content: bytes, rng: random.Random) -> bytes:
    """Damage one part of a zip file, so that the zip file itself stays whole."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        hit = rng.choice([name for name in source.namelist() if source.read(name)])
        for name in source.namelist():
            part = source.read(name)
            copy.writestr(name, damaged(part, rng) if name == hit else part)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_damaged_workbooks_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "xls":
        write_xls(path, {"S": PLAIN_SHEET})
    else:
        (write_xlsx if kind == "xlsx" else write_ods)(path, {"S": SHEET})
    whole, rng = path.read_bytes(), random.Random(20260301)
    for trial in range(TRIALS):
        inside = kind != "xls" and trial % 2
        path.write_bytes(damaged_inside(whole, rng) if inside else damaged(whole, rng))
        with suppress(InputFileError):
            read_file(path)


def test_a_cut_off_workbook_is_refused(tmp_path: Path) -> None:
    for kind, write in (("xlsx", write_xlsx), ("ods", write_ods), ("xls", write_xls)):
        path = write(tmp_path / f"a.{kind}", {"S": PLAIN_SHEET})
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(InputFileError, match="damaged"):
            read_file(path)


@pytest.fixture
def xls(tmp_path: Path) -> bytearray:
    return bytearray(write_xls(tmp_path / "a.xls", {"S": PLAIN_SHEET}).read_bytes())


def test_a_whole_compound_file_passes(xls: bytearray) -> None:
    check_compound(bytes(xls), "a.xls")


def test_a_chain_of_sectors_that_leads_back_is_refused(xls: bytearray) -> None:
    (table_sector,) = struct.unpack_from("<I", xls, 76)
    struct.pack_into("<I", xls, 512 + table_sector * 512 + 4, 0)
    with pytest.raises(InputFileError, match="damaged"):
        check_compound(bytes(xls), "a.xls")


def test_a_sheet_of_impossible_size_is_refused(xls: bytearray) -> None:
    at = bytes(xls).index(struct.pack("<HH", 0x0200, 14))
    struct.pack_into("<II", xls, at + 4, 0, 0xFFFFFFF0)
    with pytest.raises(InputFileError, match="damaged"):
        check_compound(bytes(xls), "a.xls")
