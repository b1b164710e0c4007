from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.ingest.amounts import read_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("-3", -3.0),
        ("0.83", 0.83),
        ("0,83", 0.83),
        ("0.125", 0.125),
        ("12.5", 12.5),
        ("1250.750", 1250.75),
        ("1.250.000", 1250000.0),
        ("1,250,000", 1250000.0),
        ("1.250.000,00", 1250000.0),
        ("1,250,000.00", 1250000.0),
        ("1 250 000,5", 1250000.5),
        ("Rp1.250.000", 1250000.0),
        ("Rp. 1.250.000,-", 1250000.0),
        ("Rp 1.250", 1250.0),
        ("IDR 500", 500.0),
        ("1,25 miliar", 1250000000.0),
        ("12,5 juta", 12500000.0),
        ("Rp 3 triliun", 3e12),
        ("85%", 0.85),
        ("12,5 %", 0.125),
    ],
)
def test_texts_that_mean_one_number(text: str, value: float) -> None:
    assert read_amount(text).value == value


@pytest.mark.parametrize("text", ["1.250", "1,250", "12.500", "1,25 M", "Rp1,25 M"])
def test_texts_that_could_be_two_numbers(text: str) -> None:
    assert read_amount(text).doubt == "ambiguous"


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "1.25.000", "5.", "100 km", "1.250,5,0", "sekitar 5", "3-4", "(5)", "nan", "inf"]
)
def test_texts_that_are_no_number(text: str) -> None:
    assert read_amount(text).doubt == "unreadable"


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_full_indonesian_and_english_notation_agree(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    indonesian = english.translate(str.maketrans(".,", ",."))
    assert read_amount(english).value == read_amount(indonesian).value == float(f"{whole}.{cents:02d}")


@given(st.text(max_size=12))
def test_any_text_is_read_or_doubted(text: str) -> None:
    amount = read_amount(text)
    assert (amount.value is None) == (amount.doubt is not None)
