"""One survey as every source delivers it: each file must read to the answers that were given."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged

FIXTURES = Path(__file__).parents[1] / "reference" / "fixtures"
KOBO = [
    "kobo_names.xlsx",
    "kobo_labels_id.xlsx",
    "kobo_names_groups.csv",
    "kobo_labels_en_groups.csv",
    "kobo_labels_id_details.csv",
]


@pytest.fixture(scope="module")
def kobo() -> Instrument:
    return load_instrument(Path(__file__).with_name("kobo.yaml"))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "answers.csv", index_col="_uuid")


def as_given(responses: Responses) -> pd.DataFrame:
    """Undo the reversal."""
    items = responses.items.copy()
    for name, item in responses.instrument.items.items():
        if item.reverse:
            items[name] = 6 - items[name]
    return items


@pytest.mark.parametrize("file", KOBO)
def test_kobo_files_hold_the_answers_given(file: str, kobo: Instrument, answers: pd.DataFrame) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    read = as_given(responses).loc[answers.index]
    expected = answers[list(kobo.items)].astype(float)
    pd.testing.assert_frame_equal(read, expected, check_names=False, check_index_type=False, check_column_type=False)
    assert responses.data.loc[answers.index, "body"].tolist() == answers["body"].tolist()
    assert responses.data.loc[answers.index, "group"].tolist() == answers["group"].tolist()


@pytest.mark.parametrize("file", KOBO)
def test_nothing_of_a_kobo_file_is_taken_for_an_error(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    assert {finding.severity for finding in responses.findings} == {"warning", "note"}
    assert [finding.cell for finding in found(responses, "ingest.repeated_row")] == ["A62"]
    assert not found(responses, "ingest.unreadable_answer")


@pytest.mark.parametrize("file", KOBO)
def test_names_and_phone_numbers_never_arrive(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    everything = responses.raw.to_csv() + responses.data.to_csv() + str(responses.to_dict())
    for personal in ("+62", "Responden 1", "collect:", "HYPERLINK"):
        assert personal not in everything
    headers = {str(change.params["header"]) for change in logged(responses, "ingest.personal_dropped")}
    assert {"deviceid", "phonenumber", "_submitted_by"} <= headers


def test_google_forms_hold_the_answers_in_the_same_order(kobo: Instrument, answers: pd.DataFrame) -> None:
    responses = read_responses(FIXTURES / "google_forms_id.csv", kobo)
    expected = answers[list(kobo.items)].astype(float).to_numpy()
    pd.testing.assert_frame_equal(
        as_given(responses).reset_index(drop=True), pd.DataFrame(expected, columns=list(kobo.items))
    )


def test_a_sheet_made_by_hand_is_read_with_its_oddities_named(kobo: Instrument, answers: pd.DataFrame) -> None:
    responses = read_responses(FIXTURES / "excel_by_hand.xlsx", kobo)
    assert [finding.cell for finding in found(responses, "ingest.unranked_answer")] == ["D10"]
    assert [finding.cell for finding in found(responses, "ingest.formula_answer")] == ["E12"]
    assert [finding.cell for finding in found(responses, "ingest.unreadable_answer")] == ["F14"]
    assert len(found(responses, "ingest.column_without_header")) == 3
    read = as_given(responses)
    assert len(read) == 30
    odd = [("T1", 4), ("T2", 6), ("T3", 8)]
    expected = answers[list(kobo.items)].astype(float).iloc[:30].reset_index(drop=True)
    for item, row in odd:
        expected.loc[row, item] = float("nan")
    pd.testing.assert_frame_equal(read.reset_index(drop=True), expected, check_column_type=False)


def test_codes_of_another_program_are_all_named_not_guessed(kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / "limesurvey_codes.csv", kobo)
    assert responses.items.isna().all(axis=None)
    assert found(responses, "ingest.unreadable_answer")[0].cell == "K2"
