from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.quality.screening import Screening, screen
from tests.workbooks import write_xlsx

Read = Callable[[str], Responses]

TABLE = """
| nomor | body | T1 | T2 | T3 | M1 |
| R1    | a    | 5  | 4  | 2  | 1  |
| R2    | a    | 4  | 4  | 4  | 4  |
| R3    | b    | 8  | ?  |    |    |
| R4    | b    | 3  |    | 1  | 2  |
"""


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    agree = {"codes": (1, 2, 3, 4, 5), "missing": ({"code": 8},)}
    return Instrument.model_validate(
        {
            "format": 1,
            "name": "small",
            "version": "1",
            "scales": {"agree": agree},
            "constructs": {
                "trust": {
                    "items": {
                        "T1": {"scale": "agree"},
                        "T2": {"scale": "agree"},
                        "T3": {"scale": "agree", "reverse": True},
                    }
                },
                "marker": {"role": "marker", "items": {"M1": {"scale": "agree"}}},
            },
            "fields": {"nomor": {"role": "id"}, "body": {"role": "body"}},
        }
    )


@pytest.fixture
def read(tmp_path: Path, instrument: Instrument) -> Read:
    return lambda markdown: read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": markdown}), instrument)


def found(screening: Screening, code: str) -> list[Finding]:
    for finding in screening.findings:
        assert finding.render("id") != finding.render("en")
    return [finding for finding in screening.findings if finding.code == code]


def test_flags_look_at_the_answers_as_given(read: Read) -> None:
    screening = screen(read(TABLE))
    flags = screening.flags
    assert (1 - screening.values["missing"]).to_dict() == {"R1": 1.0, "R2": 1.0, "R3": 0.0, "R4": 0.75}
    assert flags["same_answer"].to_dict() == {"R1": False, "R2": True, "R3": False, "R4": False}
    assert flags["no_answers"].to_dict() == {"R1": False, "R2": False, "R3": True, "R4": False}


def test_item_statistics_by_hand(read: Read) -> None:
    items = screen(read(TABLE)).items
    assert items.loc[
        "T1", ["n", "missing", "missing_share", "dont_know", "mean", "sd", "minimum", "maximum"]
    ].tolist() == [3, 1, 0.25, 1, 4, 1, 3, 5]
    assert items.loc["T3", ["minimum", "maximum"]].tolist() == [2, 5]


def test_nobody_is_dropped_unless_asked(read: Read) -> None:
    responses = read(TABLE)
    screening = screen(responses)
    assert screening.clean is responses
    assert screening.ledger.empty


def test_dropped_respondents_stand_in_the_ledger(read: Read) -> None:
    responses = read(TABLE)
    screening = screen(responses, drop=["same_answer", "no_answers"])
    assert screening.ledger["reason"].to_dict() == {"R2": "same_answer", "R3": "no_answers"}
    assert screening.ledger["row"].tolist() == [3, 4]
    for frame in (screening.clean.data, screening.clean.raw, screening.clean.dont_know, screening.clean.source):
        assert frame.index.tolist() == ["R1", "R4"]
    assert len(responses.data) == 4
    assert screening.items.loc["T1", "n"] == 2


def test_an_unknown_flag_is_refused_with_the_nearest(read: Read) -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'same_answer'") as caught:
        screen(read(TABLE), drop=["same_answers"])
    assert "tanda 'same_answers'" in caught.value.render("id")


def test_respondents_without_usable_answers_are_named(read: Read) -> None:
    (finding,) = found(screen(read(TABLE)), "quality.respondents_without_answers")
    assert (finding.severity, finding.params["places"]) == ("warning", ["a.xlsx:4"])


def test_an_item_without_answers_is_an_error(read: Read) -> None:
    screening = screen(read("| body | T1 | T2 | T3 | M1 |\n| a | 5 | | 2 | 1 |\n| b | 4 | | 1 | 2 |"))
    (finding,) = found(screening, "quality.item_without_answers")
    assert (finding.severity, finding.params["item"]) == ("error", "T2")


def test_an_item_with_one_answer_is_an_error(read: Read) -> None:
    screening = screen(read("| body | T1 | T2 | T3 | M1 |\n| a | 5 | 3 | 2 | 1 |\n| b | 4 | 3 | 1 | 2 |"))
    (finding,) = found(screening, "quality.item_without_variance")
    assert (finding.severity, finding.params["item"], finding.params["n"]) == ("error", "T2", 2)


def test_a_marker_that_was_not_asked_is_no_error(read: Read) -> None:
    screening = screen(read("| body | T1 | T2 | T3 |\n| a | 5 | 3 | 2 |\n| b | 4 | 2 | 1 |"))
    assert not screening.findings


def test_one_body_only_is_a_warning(read: Read) -> None:
    screening = screen(read("| body | T1 | T2 | T3 | M1 |\n| a | 5 | 3 | 2 | 1 |\n| a | 4 | 2 | 1 | 2 |"))
    assert [finding.severity for finding in found(screening, "quality.one_body")] == ["warning"]


def test_a_screening_becomes_plain_values_without_single_answers(read: Read) -> None:
    plain = screen(read(TABLE), drop=["no_answers"]).to_dict()
    json.dumps(plain, allow_nan=False)
    assert (plain["n"], plain["n_kept"]) == (4, 3)
    assert "clean" not in plain
