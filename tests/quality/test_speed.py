"""How long respondents took, as survey programs write it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kadsurvey.quality.screening import screen
from kadsurvey.quality.speed import read_moment, seconds_taken
from kadsurvey.quality.thresholds import Thresholds
from tests.quality.conftest import attentive, questionnaire, respond

TIMES = {"start": {"role": "time", "type": "date"}, "end": {"role": "time", "type": "date"}}


@pytest.mark.parametrize(
    ("text", "date", "seconds", "offset"),
    [
        ("2024-05-14T09:12:30.500+07:00", dt.date(2024, 5, 14), 33150.5, 25200),  # Kobo, ODK
        ("2024-05-14T09:12:30Z", dt.date(2024, 5, 14), 33150, 0),
        ("2024-05-14 09:12:30", dt.date(2024, 5, 14), 33150, None),  # LimeSurvey; Excel through calamine
        ("2024/05/14 9:12:30 PM GMT+7", dt.date(2024, 5, 14), 76350, 25200),  # Google Forms
        ("14/05/2024 9:12:30", dt.date(2024, 5, 14), 33150, None),
        ("14/05/2024 09.12", dt.date(2024, 5, 14), 33120, None),
        ("14 Mei 2024 09:12 WIB", dt.date(2024, 5, 14), 33120, 25200),
        ("04/05/2024 12:00:00 AM", None, 0, None),  # two days are possible
    ],
)
def test_moments(text: str, date: dt.date | None, seconds: float, offset: int | None) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert (moment.date, moment.seconds, moment.offset) == (date, seconds, offset)


@pytest.mark.parametrize("text", ["", "2024-05-14", "yesterday", "25:99", "2024-05-14T09:75:00"])
def test_what_has_no_time_is_no_moment(text: str) -> None:
    assert read_moment(text) is None


def taken(start: str, end: str) -> float:
    instrument = questionnaire(**TIMES)
    found = seconds_taken(respond(instrument, attentive(instrument, 1), start=[start], end=[end]))
    assert found is not None
    return float(found[0])


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2024-05-14T09:00:00+07:00", "2024-05-14T09:10:00+07:00", 600),
        ("2024-05-14T23:59:00+07:00", "2024-05-15T00:01:00+07:00", 120),
        ("2024-05-14T09:00:00+07:00", "2024-05-14T02:10:00Z", 600),
        ("04/05/2024 09:00:00", "04/05/2024 09:05:00", 300),
        ("04/05/2024 23:59:00", "05/05/2024 00:01:00", np.nan),
        ("2024-05-14 10:00:00", "2024-05-14 09:00:00", np.nan),
        ("2024-05-14 10:00:00", "", np.nan),
    ],
)
def test_time_between_moments(start: str, end: str, seconds: float) -> None:
    assert taken(start, end) == pytest.approx(seconds, nan_ok=True)


def test_two_seconds_an_item_are_the_rule() -> None:
    instrument = questionnaire(**TIMES)
    rows = attentive(instrument, 3)
    rows[1][0] = None
    rows[2][:3] = [8, 8, 8]
    start = ["2024-05-14 09:00:00"] * 3
    end = ["2024-05-14 09:00:39", "2024-05-14 09:00:38", "2024-05-14 09:00:41"]
    screening = screen(respond(instrument, rows, start=start, end=end))
    # 20, 19 and 20 items; "don't know" was read too.
    assert screening.values["speeding"].tolist() == pytest.approx([1.95, 2.0, 2.05])
    assert screening.flags["speeding"].tolist() == [True, False, False]
    slow = screen(respond(instrument, rows, start=start, end=end), thresholds=Thresholds(speeding=1.0))
    assert not slow.flags["speeding"].any()


def test_a_duration_in_seconds_is_taken_as_it_is() -> None:
    instrument = questionnaire(interviewtime={"role": "time", "type": "number"})
    found = seconds_taken(respond(instrument, attentive(instrument, 3), interviewtime=[600.0, -1.0, np.nan]))
    assert found is not None
    np.testing.assert_array_equal(found, [600, np.nan, np.nan])


def test_two_time_fields_of_any_name_are_start_and_end() -> None:
    instrument = questionnaire(mulai={"role": "time", "type": "date"}, selesai={"role": "time", "type": "date"})
    responses = respond(
        instrument, attentive(instrument, 1), mulai=["2024-05-14 09:00:00"], selesai=["2024-05-14 09:01:00"]
    )
    assert seconds_taken(responses) == pytest.approx([60])


def test_without_times_nobody_is_too_fast() -> None:
    instrument = questionnaire(**TIMES)
    only_end = screen(respond(instrument, attentive(instrument, 2), end=["2024-05-14 09:00:00"] * 2))
    assert "no start and end" in only_end.not_judged["speeding"].render()
    unreadable = screen(respond(instrument, attentive(instrument, 2), start=["Tuesday"] * 2, end=["Tuesday"] * 2))
    assert "could be read" in unreadable.not_judged["speeding"].render()
    assert not unreadable.flags["speeding"].any()
