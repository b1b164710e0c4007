from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kadsurvey import archive
from kadsurvey.errors import InputFileError
from kadsurvey.ingest import extent
from kadsurvey.ingest.files import read_file
from tests.workbooks import write_ods, write_xls, write_xlsx

SHEET = "| T1 | T2 |\n| 5 | Setuju |"


def refusal(path: Path) -> str:
    with pytest.raises(InputFileError) as caught:
        read_file(path)
    english, indonesian = str(caught.value), caught.value.render("id")
    assert english != indonesian
    assert str(path.parent) not in english
    return english


def zipped(path: Path, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive_file:
        for name, text in parts.items():
            archive_file.writestr(name.replace("__", "/"), text)
    return path


@pytest.mark.parametrize(("write", "ending"), [(write_xlsx, "xlsx"), (write_xls, "xls"), (write_ods, "ods")])
@pytest.mark.parametrize("misleading", [False, True])
def test_the_content_decides_not_the_ending(tmp_path: Path, write: object, ending: str, misleading: bool) -> None:
    path = tmp_path / ("a.csv" if misleading else f"a.{ending}")
    write(path, {"Respon": SHEET})  # type: ignore[operator]
    (grid,) = read_file(path).grids
    assert [list(row) for row in grid.rows] == [["T1", "T2"], [5.0, "Setuju"]]
    assert (grid.file, grid.sheet) == (path.name, "Respon")


def test_a_csv_named_xlsx_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"T1;T2\r\n5;4\r\n")
    assert read_file(path).grids[0].sheet is None


def test_no_such_file(tmp_path: Path) -> None:
    assert "There is no file 'a.xlsx'" in refusal(tmp_path / "a.xlsx")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "'data' is a folder" in refusal(tmp_path / "data")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\r\n,,\r\n", b"\xff\xfe"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "'a.csv' is empty" in refusal(path)


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert "'a.xlsx' is empty" in refusal(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": "||", "Sheet2": "||"}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 ...", "kind PDF"),
        (b"\x89PNG\r\n\x1a\n....", "kind PNG"),
        (b"$FL2@(#) SPSS DATA FILE", "damaged"),
        (b"<stata_dta><header>", "damaged"),
        (b"PAR1 cut off", "damaged"),
        (b"<html><table><tr><td>T1</td></tr></table></html>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x01\x02\x00\x03binary", "neither a spreadsheet nor a text file"),
    ],
)
def test_files_that_are_no_spreadsheet(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert said in refusal(path)


def test_macros_are_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsm", {"Respon": SHEET})
    assert "macros" in refusal(tmp_path / "a.xlsm")
    renamed = zipped(tmp_path / "b.xlsx", xl__workbook="", **{"xl__vbaProject.bin": "x"})
    assert "macros" in refusal(renamed)


def test_other_archives_are_refused(tmp_path: Path) -> None:
    assert "zip archive" in refusal(zipped(tmp_path / "a.zip", **{"one.csv": "T1,T2", "two.csv": "T1,T2"}))
    assert "zip archive" in refusal(zipped(tmp_path / "b.zip", **{"survey.txt": "T1,T2"}))
    assert "Word" in refusal(zipped(tmp_path / "a.docx", **{"word__document.xml": "<x/>"}))


def test_a_lock_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "~$officials.xlsx"
    path.write_bytes(b"\x05user")
    assert "name 'officials.xlsx'" in refusal(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Respon": SHEET})
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "no survey needs" in refusal(path)


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_two_cells_far_apart_do_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    monkeypatch.setattr(extent, "MAX_CELLS", 20)
    path = write(tmp_path / "far", {"Respon": "| T1 |\n||\n||\n||\n| | | | | | | x |"})  # type: ignore[operator]
    assert "span 5 rows and 7 columns" in refusal(path)


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "Z99999"])
def test_one_stray_cell_alone_is_no_reason_to_refuse(tmp_path: Path, cell: str) -> None:
    book = openpyxl.Workbook()
    book.active[cell] = "x"
    book.save(tmp_path / "a.xlsx")
    assert not read_file(tmp_path / "a.xlsx").grids[0].is_empty()


def test_a_stray_cell_in_the_far_corner_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "T1", "x"
    book.save(tmp_path / "a.xlsx")
    assert "span 1048576 rows and 16384 columns" in refusal(tmp_path / "a.xlsx")


def test_a_damaged_sheet_is_said(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", {"Respon": SHEET}).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    assert "damaged" in refusal(tmp_path / "a.xlsx")
