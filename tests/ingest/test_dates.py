from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.ingest.dates import read_day, read_year


@pytest.mark.parametrize(
    "text",
    [
        "2020-12-31",
        "2020/12/31",
        "2020-12-31T08:00:00",
        "31/12/2020",
        "12/31/2020",
        "31-12-2020",
        "31.12.2020",
        "31 Desember 2020",
        "31  Des. 2020",
        "31-Des-2020",
        "31 December 2020",
        "Kamis, 31 Desember 2020",
        "Tgl. 31 Desember 2020",
        "tanggal 31 Desember 2020 pukul 08.00 WIB",
        # The day count of a spreadsheet, with and without a time.
        "44196",
        "44196.5",
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert read_day(text).value == dt.date(2020, 12, 31)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)))
def test_the_day_count_of_spreadsheets(day: dt.date) -> None:
    assert read_day(str((day - dt.date(1899, 12, 30)).days)).value == day


def test_equal_day_and_month_are_no_doubt() -> None:
    assert read_day("04/04/2020").value == dt.date(2020, 4, 4)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2020", [dt.date(2020, 4, 3), dt.date(2020, 3, 4)]),
        ("3-Mar-26", [dt.date(2026, 3, 3), dt.date(1926, 3, 3)]),
    ],
)
def test_days_that_may_be_two_name_them(text: str, readings: list[dt.date]) -> None:
    day = read_day(text)
    assert (day.value, day.doubt, list(day.readings)) == (None, "ambiguous", readings)


@pytest.mark.parametrize("text", ["Maret 2026", "Mar. 2026", "March 2026", "03/2026", "3-2026"])
def test_a_month_is_its_first_day_and_says_so(text: str) -> None:
    day = read_day(text)
    assert (day.value, day.whole) == (dt.date(2026, 3, 1), False)


def test_the_order_that_a_day_shows() -> None:
    assert [read_day(text).order for text in ("31/12/2020", "12/31/2020", "04/04/2020", "2020-12-31")] == [
        "day_first",
        "month_first",
        None,
        None,
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", "2020", "31/13/2020", "0/1/2020", "2020-02-30", "30/02/2020", "31 Foo 2020", "besok", "31/12/20"),
        *("13/2020", "99999", "12345", "31-Feb-20", "Foo 2020"),
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text).doubt == "unreadable"


@given(st.text(max_size=14))
def test_any_text_is_a_day_or_doubted(text: str) -> None:
    day = read_day(text)
    assert (day.value is None) == (day.doubt is not None)


@pytest.mark.parametrize(
    "text", ["2024", "2024.0", "TA 2024", "T.A. 2024", "Tahun Anggaran 2024", "th. 2024", "Tahun 2024"]
)
def test_ways_to_write_a_year(text: str) -> None:
    assert read_year(text).value == 2024


@pytest.mark.parametrize(
    ("text", "doubt"), [("2.024", "ambiguous"), ("2023/2024", "unreadable"), ("Rp2024", "unreadable")]
)
def test_what_is_no_year(text: str, doubt: str) -> None:
    assert read_year(text).doubt == doubt
