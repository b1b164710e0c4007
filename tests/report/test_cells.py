import math

import pytest

from kadsurvey.report.cells import NOT_AVAILABLE, cell_text, text_in
from kadsurvey.report.table import Column, Row


@pytest.mark.parametrize(
    ("value", "kind", "digits", "english", "indonesian"),
    [
        (0.4567, "number", 2, "0.46", "0,46"),
        (-0.004, "number", 2, "0.00", "0,00"),
        (0.4567, "bounded", 2, ".46", ",46"),
        (-0.4567, "bounded", 2, "-.46", "-,46"),
        (1.0, "bounded", 2, "1.00", "1,00"),
        (1234567, "integer", 0, "1,234,567", "1.234.567"),
        (2019.0, "year", 0, "2019", "2019"),
        (0.125, "share", 1, "12.5%", "12,5%"),
        (0.0004, "p_value", 3, "< .001", "< ,001"),
        (0.0421, "p_value", 3, ".042", ",042"),
        ("Kartamantul", "text", 2, "Kartamantul", "Kartamantul"),
        (None, "number", 2, NOT_AVAILABLE, NOT_AVAILABLE),
        (math.nan, "number", 2, NOT_AVAILABLE, NOT_AVAILABLE),
    ],
)
def test_a_value_looks_as_its_language_writes_it(value, kind, digits, english, indonesian):
    column = Column("x", "x", kind, digits)
    assert cell_text(value, column, "en") == english
    assert cell_text(value, column, "id") == indonesian


def test_a_row_of_its_own_kind_shows_its_numbers_so():
    column = Column("x", "x", "number", 2)
    row = Row({"x": 0.4567}, kind="std_error")
    assert text_in(row, column, "en") == "(0.46)"
    assert text_in(row, column, "id") == "(0,46)"
    assert text_in(Row({"x": "intercept"}, kind="integer"), Column("x", "x"), "en") == "intercept"
