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
        ("85 persen", 0.85),
        ("Rp\u00a01.250.000", 1250000.0),
        ("1\u202f250\u202f000", 1250000.0),
        ("\ufeff1250", 1250.0),
        ("Rp1.250.000,00", 1250000.0),
        ("1.250.000.000,-", 1.25e9),
        ("Rp. 1.250.000.-", 1250000.0),
        ("1.250.000,=", 1250000.0),
        ("IDR 1,250,000.00", 1250000.0),
        ("1.250.000 rupiah", 1250000.0),
        ("2 juta", 2e6),
        ("2jt", 2e6),
        ("500 rb", 5e5),
        ("5 juta rupiah", 5e6),
        ("1,5 miliar", 1.5e9),
        ("1,5 milyar", 1.5e9),
        ("Rp 1,2 triliun", 1.2e12),
        ("2,3 T", 2.3e12),
        ("1.5 billion", 1.5e9),
        ("1,25 M", 1.25e9),
        ("Rp1,25 M", 1.25e9),
        ("1.250,5 M", 1.2505e12),
        ("(5)", -5.0),
        ("(1.500.000)", -1500000.0),
        ("(Rp500.000)", -500000.0),
        ("Rp(500.000)", -500000.0),
        ("-Rp5.000.000", -5e6),
        ("Rp -5.000.000", -5e6),
        ("\u22125", -5.0),
    ],
)
def test_texts_that_mean_one_number(text: str, value: float) -> None:
    assert read_amount(text).value == value


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.250", {1250.0, 1.25}),
        ("1,250", {1250.0, 1.25}),
        ("12.500", {12500.0, 12.5}),
        ("Rp 1,250", {1250.0, 1.25}),
        ("(500.000)", {-500000.0, -500.0}),
        ("12.500%", {125.0, 0.125}),
        ("1.250 ribu", {1250000.0, 1250.0}),
        ("Rp1.250 miliar", {1.25e12, 1.25e9}),
        # A decimal comma shows that miliar is meant; whole numbers and decimal points do not.
        ("5 M", {5e9, 5e6}),
        ("Rp5 M", {5e9, 5e6}),
        ("1.25 M", {1.25e9, 1.25e6}),
        ("1.250 M", {1.25e12, 1.25e9, 1.25e6}),
    ],
)
def test_texts_that_could_be_two_numbers_name_them(text: str, readings: set[float]) -> None:
    amount = read_amount(text)
    assert (amount.value, amount.doubt) == (None, "ambiguous")
    assert set(amount.readings) == readings


def test_parentheses_of_accounts_hold_no_thousandths() -> None:
    assert read_amount("(500.000)", money=True).value == -500000.0
    assert read_amount("500.000", money=True).doubt == "ambiguous"


@pytest.mark.parametrize(
    ("text", "notation", "unit"),
    [
        ("1.250.000", "id", None),
        ("Rp12,5", "id", "currency"),
        ("1,250,000.5", "en", None),
        ("12.5%", "en", "percent"),
        ("1250", None, None),
        ("1 250 000", None, None),
    ],
)
def test_what_the_separators_and_signs_show(text: str, notation: str | None, unit: str | None) -> None:
    amount = read_amount(text)
    assert (amount.notation, amount.unit) == (notation, unit)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "abc", "1.25.000", "5.", "100 km", "1.250,5,0", "sekitar 5", "3-4", "nan", "inf", "(5", "5)", "()"),
        *("-(5)", "--5", "5-", "Rp -", "USD 5", "Rp 5%", "1 miliar 250 juta", "0.125.000", "5e3", "1 25", "5\u00b2"),
    ],
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
    assert (len(amount.readings) > 1) == (amount.doubt == "ambiguous")
