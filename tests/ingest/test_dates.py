from __future__ import annotations

import datetime as dt

import pytest

from kadsurvey.ingest.dates import read_day


@pytest.mark.parametrize(
    "text",
    [
        "2020-12-31",
        "2020-12-31T08:00:00",
        "31/12/2020",
        "12/31/2020",
        "31-12-2020",
        "31.12.2020",
        "31 Desember 2020",
        "31 Des 2020",
        "31 December 2020",
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert read_day(text) == dt.date(2020, 12, 31)


def test_equal_day_and_month_are_no_doubt() -> None:
    assert read_day("04/04/2020") == dt.date(2020, 4, 4)


def test_day_and_month_that_may_be_swapped_are_doubted() -> None:
    assert read_day("03/04/2020") == "ambiguous"


@pytest.mark.parametrize("text", ["2020", "31/13/2020", "2020-02-30", "31 Foo 2020", "besok", "31/12/20"])
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) == "unreadable"
