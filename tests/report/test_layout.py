"""Which page and type a table gets: what must not be broken is not."""

from __future__ import annotations

import pytest

from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.layout import fit_table

UPRIGHT, ACROSS, SIZES = 450.0, 700.0, (10.0, 9.0, 8.0, 7.0)


def fitted(columns, value=1.2345):
    shown = tuple(Column(f"c{n}", f"heading{n}", "number", 3) for n in range(columns))
    table = Table("t", "t", shown, (Row({column.key: value for column in shown}),))
    return fit_table(table, "en", upright=UPRIGHT, across=ACROSS, sizes=SIZES, padding=9.0)


def test_a_table_stands_upright_in_smaller_type_before_it_lies_across():
    found = [fitted(columns) for columns in (3, 8, 9, 11, 14, 60)]
    assert found == sorted(found, key=lambda layout: (layout.across, -layout.size))
    assert (found[0].size, found[0].across) == (10.0, False)
    assert (found[-1].size, found[-1].across) == (7.0, True)


@pytest.mark.parametrize("columns", [1, 5, 9, 12, 15, 20, 60])
def test_no_table_is_wider_than_its_page(columns):
    layout = fitted(columns)
    assert sum(layout.widths) <= (ACROSS if layout.across else UPRIGHT) + 1e-6
    assert len(layout.widths) == columns
    assert min(layout.widths) > 0


def test_sentences_share_what_numbers_leave():
    columns = (Column("a", "a"), Column("n", "n", "integer"), Column("b", "b"))
    rows = (Row({"a": "many words " * 30, "n": 1234567, "b": "words " * 10}),)
    layout = fit_table(
        Table("t", "t", columns, rows), "en", upright=UPRIGHT, across=ACROSS, sizes=SIZES, padding=9.0
    )  # fmt: skip
    assert not layout.across
    assert sum(layout.widths) == pytest.approx(UPRIGHT)
    assert layout.widths[0] > layout.widths[2] > layout.widths[1] > 9 * 0.5 * 10


def test_a_table_without_rows_or_words_has_columns():
    layout = fit_table(
        Table("t", "t", (Column("a", ""),), ()), "en", upright=UPRIGHT, across=ACROSS, sizes=SIZES, padding=9.0
    )  # fmt: skip
    assert layout.widths[0] > 0
