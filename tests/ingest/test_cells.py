"""Cells kept once: spread to their rows again they are the cells that came."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.ingest.cells import Cell, Cells, cell_text, text_array

CELLS = st.one_of(
    st.text(max_size=3),
    st.floats(allow_nan=False),
    st.integers(-3, 3),
    st.booleans(),
    st.just(dt.date(2026, 3, 1)),
    st.none(),
)


@given(st.lists(CELLS))
def test_a_column_spreads_to_the_texts_of_its_cells(cells: list[Cell]) -> None:
    column = Cells.of(cells, typed=True)
    assert column.per_row().tolist() == [cell_text(cell) for cell in cells]
    assert column.filled().tolist() == [bool(cell_text(cell).strip()) for cell in cells]
    assert len(set(zip(column.texts, column.typed, strict=True))) <= len(column.texts)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_columns_of_a_sheet_are_those_of_its_rows(rows: list[list[Cell]]) -> None:
    read = Cells.of_rows(rows, [2, 0], typed=True)
    for cells, column in zip(read, (2, 0), strict=True):
        own = [row[column] if column < len(row) else "" for row in rows]
        assert cells.per_row().tolist() == [cell_text(cell) for cell in own]
        # Text is told from numbers; a truth value may count as either.
        typed = cells.typed[cells.places].tolist()
        assert all(
            of_text == isinstance(cell, str)
            for of_text, cell in zip(typed, own, strict=True)
            if not isinstance(cell, bool)
        )


def test_true_and_one_are_two_cells() -> None:
    for cells in (Cells.of([1, True, 0.0, False]), *Cells.of_rows([[1], [True], [0.0], [False]], [0], typed=True)):
        assert cells.per_row().tolist() == ["1", "TRUE", "0", "FALSE"]


def test_stacked_columns_keep_their_rows() -> None:
    stacked = Cells.stacked([Cells.of(["a", "b", "a"]), Cells.blank(2), Cells.of([5.0])])
    assert stacked.per_row().tolist() == ["a", "b", "a", "", "", "5"]


def test_a_label_counts_before_its_code_unless_only_the_code_is_known() -> None:
    cells = Cells.of_different(
        np.array([0, 1, 2, 3]),
        text_array(["1", "kad_a", "3", "9"]),
        labels=text_array(["Pejabat daerah", "KAD Alfa di Sleman", "", "Tidak menjawab"]),
        missing=np.array([False, False, False, True]),
    )
    places, different = cells.words(labels=True, known={"kad a", "pejabat daerah"})
    assert different[places].tolist() == ["Pejabat daerah", "kad_a", "3", ""]
    places, different = cells.words(labels=False)
    assert different[places].tolist() == ["1", "kad_a", "3", ""]
