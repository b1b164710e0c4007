from __future__ import annotations

import datetime as dt

import pytest

from kadsurvey.ingest.cells import Cell, cell_text
from kadsurvey.ingest.grid import cell_name, column_letters, column_number


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_named_as_in_a_spreadsheet(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert column_number(letters) == column


def test_a_cell_is_named_by_letters_and_row() -> None:
    assert cell_name(11, 5) == "F12"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5.0, "5"),
        (5, "5"),
        (4.5, "4.5"),
        ("00123", "00123"),
        (" x ", " x "),
        (None, ""),
        (True, "TRUE"),
        (dt.date(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 8, 30), "2026-03-01T08:30:00"),
        (dt.timedelta(hours=1), "1:00:00"),
    ],
)
def test_a_cell_as_text(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text
