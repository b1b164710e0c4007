import openpyxl
import pytest

from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.xlsx import write_xlsx

TABLE = Table(
    key="a_table",
    title={"en": "A table", "id": "Sebuah tabel"},
    columns=(
        Column("name", {"en": "name", "id": "nama"}),
        Column("low", "low", "number", 2, "95% CI"),
        Column("high", "high", "number", 2, "95% CI"),
        Column("p", "p", "p_value"),
    ),
    rows=(
        Row({"name": "trust", "low": 0.1234567, "high": 0.5, "p": 0.0004}, group="slopes"),
        Row({"name": "=HYPERLINK(1)", "low": None, "high": float("nan"), "p": 0.5}, group="slopes", strong=True),
    ),
    notes=("@a note",),
)


def cells(path):
    sheet = openpyxl.load_workbook(path)["a_table"]
    return sheet, {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "t.xlsx"
    write_xlsx([TABLE], path, lang="id")
    return cells(path)


def test_numbers_are_stored_whole_with_a_format(written):
    _, found = written
    assert found["B6"].value == 0.1234567
    assert found["B6"].number_format == "0.00"


def test_text_is_never_a_formula(written):
    _, found = written
    assert found["A7"].value == "=HYPERLINK(1)"
    assert {cell.data_type for cell in found.values()} == {"s", "n"}


def test_heading_spanner_group_and_note_stand_in_their_places(written):
    sheet, found = written
    assert found["A1"].value == "Sebuah tabel"
    assert found["B3"].value == "95% CI"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["B3:C3"]
    assert found["A4"].value == "nama"
    assert found["A5"].value == "slopes"
    assert found["A9"].value == "@a note"
    assert sheet.freeze_panes == "A5"


def test_missing_values_are_empty_cells(written):
    _, found = written
    assert "B7" not in found
    assert "C7" not in found
