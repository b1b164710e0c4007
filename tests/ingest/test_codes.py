from __future__ import annotations

import pytest

from kadsurvey.ingest.codes import is_code_column, name_key, short_codes, without_zeros


@pytest.mark.parametrize(
    "pair", [("33.01", "3301"), ("33.01.02", "330102"), ("33.01.02.2001", "3301022001"), ("KAD  Alfa", "kad_alfa")]
)
def test_two_spellings_of_one_code_or_name(pair: tuple[str, str]) -> None:
    assert name_key(pair[0]) == name_key(pair[1])


@pytest.mark.parametrize("pair", [("33.1", "331"), ("1.250", "1250"), ("0071", "71"), ("3301", "3310")])
def test_codes_that_are_not_the_same(pair: tuple[str, str]) -> None:
    assert name_key(pair[0]) != name_key(pair[1])


def test_what_a_number_keeps_of_a_code() -> None:
    codes = ["0071", "71", "33.1", "33.10", "10", "0", "KAD 1"]
    assert [without_zeros(code) for code in codes] == ["71", "71", "3310", "3310", "10", "0", None]


@pytest.mark.parametrize(
    ("texts", "numbers", "expected"),
    [
        # A code beside others that kept their zeros as text.
        (["0071", "57"], [False, True], [(1, "0057")]),
        # The zero at the end of 33.10.
        (["33.01", "33.1"], [True, True], [(1, "33.10")]),
        # One digit less than a region code of four.
        (["3301", "101"], [True, True], [(1, "0101")]),
        # A province among regions, or zeros lost: nobody can tell how many.
        (["3301", "34"], [True, True], [(1, None)]),
        # Running numbers, and text, have lost nothing.
        (["1", "2", "10"], [True, True, True], []),
        (["0071", "57"], [False, False], []),
        (["0071", "", "abc"], [False, True, True], []),
    ],
)
def test_numbers_that_may_have_lost_zeros(
    texts: list[str], numbers: list[bool], expected: list[tuple[int, str | None]]
) -> None:
    assert [(short.row, short.whole) for short in short_codes(texts, numbers)] == expected


def test_columns_of_codes_that_nobody_described() -> None:
    assert is_code_column("Kode wilayah", ["3301"], [False])
    assert is_code_column("x", ["12", "0071"], [True, True])
    assert not is_code_column("x", ["12", "0"], [True, True])
    assert not is_code_column("x", ["0071"], [False])
