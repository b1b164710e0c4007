"""The traps of workbooks: each of these comes out of a plain reader changed or as nothing, in silence."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from kadsurvey.ingest.files import read_file
from tests.workbooks import write_ods, write_xls, write_xlsx


@pytest.mark.parametrize(("write", "ending"), [(write_xlsx, "xlsx"), (write_xls, "xls"), (write_ods, "ods")])
def test_text_that_looks_like_something_else_stays_text(tmp_path: Path, write: object, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}", {"S": '| id | id | |\n| "00123" | NA | x |'})  # type: ignore[operator]
    (grid,) = read_file(path).grids
    assert list(grid.rows[0][:2]) == ["id", "id"]
    assert list(grid.rows[1]) == ["00123", "NA", "x"]


def test_cells_stay_in_their_place_when_the_table_begins_further_down(tmp_path: Path) -> None:
    (grid,) = read_file(write_xlsx(tmp_path / "a.xlsx", {"S": "||\n||\n| | T1 |\n| | 5 |"})).grids
    assert grid.rows[2][1] == "T1"
    assert grid.rows[3][1] == 5.0


@pytest.mark.parametrize(("write", "ending"), [(write_xlsx, "xlsx"), (write_ods, "ods")])
def test_formulas_are_named(tmp_path: Path, write: object, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}", {"First": "| a |\n| 1 |", "R & D": "| T1 | T2 |\n| 5 | =1+2 |"})  # type: ignore[operator]
    first, second = read_file(path).grids
    assert first.formulas == frozenset()
    assert second.formulas == {(1, 1)}


def test_error_values_are_seen(tmp_path: Path) -> None:
    (grid,) = read_file(write_xlsx(tmp_path / "a.xlsx", {"S": "| T1 | T2 |\n| #N/A | #DIV/0! |"})).grids
    assert list(grid.rows[1]) == ["#N/A", "#DIV/0!"]


def test_xls_says_that_it_cannot_see_formulas(tmp_path: Path) -> None:
    assert not read_file(write_xls(tmp_path / "a.xls", {"S": "| T1 |\n| 5 |"})).grids[0].sees_formulas


def test_hidden_sheets_are_marked(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"S": "| T1 |\n| 5 |", "lama": "| T1 |\n| 4 |"}, hidden=["lama"])
    assert [grid.hidden for grid in read_file(path).grids] == [False, True]


def test_formulas_are_named_where_the_worksheet_s_names_carry_a_prefix(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", {"S": "| T1 | T2 |\n| 5 | =1+2 |"})
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name.startswith("xl/worksheets/"):
                content = re.sub(r"<(/?)(\w)", r"<\1x:\2", content).replace("xmlns=", "xmlns:x=")
            target.writestr(name, content)
    (grid,) = read_file(tmp_path / "a.xlsx").grids
    assert grid.formulas == {(1, 1)}
