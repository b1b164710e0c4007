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
    "kobo_labels_id.ods",
    "kobo_labels_id.xls",
    "kobo_names_groups.csv",
    "kobo_names_summary.csv",
    "kobo_labels_en_groups.csv",
    "kobo_labels_id_details.csv",
]
BY_UUID = [*KOBO, "odk_central.csv.zip", "spss.sav", "stata.dta"]
IN_ORDER = ["google_forms_id.csv", "limesurvey_codes.csv"]
BY_HAND = ["excel_by_hand.xlsx", "excel_by_hand.ods", "excel_by_hand.xls"]
PROGRAMS = {
    **dict.fromkeys(KOBO, "KoboToolbox"),
    "odk_central.csv.zip": "ODK Central",
    "google_forms_id.csv": "Google Forms",
    "limesurvey_codes.csv": "LimeSurvey",
}


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


@pytest.mark.parametrize("file", BY_UUID)
def test_files_that_name_their_respondents_hold_the_answers_given(
    file: str, kobo: Instrument, answers: pd.DataFrame
) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    read = as_given(responses).loc[answers.index]
    expected = answers[list(kobo.items)].astype(float)
    pd.testing.assert_frame_equal(read, expected, check_names=False, check_index_type=False, check_column_type=False)
    assert responses.data.loc[answers.index, "body"].tolist() == answers["body"].tolist()
    assert responses.data.loc[answers.index, "group"].tolist() == answers["group"].tolist()


@pytest.mark.parametrize("file", IN_ORDER)
def test_files_without_uuids_hold_the_answers_in_the_same_order(
    file: str, kobo: Instrument, answers: pd.DataFrame
) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    expected = answers[list(kobo.items)].astype(float).to_numpy()
    pd.testing.assert_frame_equal(
        as_given(responses).reset_index(drop=True), pd.DataFrame(expected, columns=list(kobo.items))
    )
    assert responses.data["body"].tolist() == answers["body"].tolist()
    assert responses.data["group"].tolist() == answers["group"].tolist()


@pytest.mark.parametrize(("file", "program"), PROGRAMS.items())
def test_the_program_is_recognised_and_said(file: str, program: str, kobo: Instrument) -> None:
    (change,) = logged(read_responses(FIXTURES / file, kobo), "ingest.dialect_found")
    assert change.params["program"] == program
    assert change.params["columns"]


@pytest.mark.parametrize("file", [*BY_UUID, *IN_ORDER])
def test_every_file_is_read_without_an_error(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    assert not [finding for finding in responses.findings if finding.severity == "error"]
    assert not found(responses, "ingest.unreadable_answer")


def test_the_same_respondents_in_two_exports_are_found(kobo: Instrument) -> None:
    responses = read_responses([FIXTURES / "kobo_names.xlsx", FIXTURES / "odk_central.csv.zip"], kobo)
    twice = found(responses, "ingest.duplicate_id")
    assert len(twice) == 60
    assert {(finding.severity, finding.file) for finding in twice} == {("error", "odk_central.csv.zip")}
    assert {finding.params["file"] for finding in twice} == {"kobo_names.xlsx"}


@pytest.mark.parametrize("file", KOBO)
def test_rejected_submissions_are_kept_and_counted_unless_excluded(file: str, kobo: Instrument) -> None:
    kept = read_responses(FIXTURES / file, kobo)
    assert [finding.params["count"] for finding in found(kept, "ingest.rejected_kept")] == [1]
    assert kept.excluded.empty
    left = read_responses(FIXTURES / file, kobo, exclude_rejected=True)
    assert [finding.params["count"] for finding in found(left, "ingest.rejected_excluded")] == [1]
    (rejected,) = left.excluded.index
    assert left.excluded.loc[rejected, ["file", "reason"]].tolist() == [file, "rejected"]
    assert kept.data.index.drop(rejected).tolist() == left.data.index.tolist()
    assert kept.source.loc[rejected, "row"] == left.excluded.loc[rejected, "row"]


@pytest.mark.parametrize("file", [*KOBO, "odk_central.csv.zip"])
def test_versions_of_the_form_are_told_apart(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    assert [finding.params["count"] for finding in found(responses, "ingest.form_versions")] == [2]
    (finding,) = found(responses, "ingest.items_absent_in_version")
    assert finding.params == {"version": "v1", "count": 20, "items": ["W4"]}


def test_a_label_that_changed_with_the_form_is_named(kobo: Instrument) -> None:
    (finding,) = found(read_responses(FIXTURES / "kobo_labels_id.xlsx", kobo), "ingest.label_drift")
    sentence = finding.render()
    assert finding.params["code"] == 3
    assert "'Netral' (81; form version v1), 'Ragu-ragu' (195; form version v2)" in sentence


@pytest.mark.parametrize("file", ["kobo_names.xlsx", "kobo_labels_id.xlsx", "odk_central.csv.zip"])
def test_repeated_groups_are_no_respondents(file: str, kobo: Instrument) -> None:
    (finding,) = found(read_responses(FIXTURES / file, kobo), "ingest.repeat_sheet")
    assert "mitra" in str(finding.sheet)


@pytest.mark.parametrize("file", KOBO)
def test_nothing_of_a_kobo_file_is_taken_for_an_error(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    assert {finding.severity for finding in responses.findings} == {"warning", "note"}
    assert [finding.cell for finding in found(responses, "ingest.repeated_row")] == ["A62"]
    assert not found(responses, "ingest.unreadable_answer")


@pytest.mark.parametrize("file", [*KOBO, "odk_central.csv.zip", *IN_ORDER])
def test_names_and_phone_numbers_never_arrive(file: str, kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    everything = responses.raw.to_csv() + responses.data.to_csv() + str(responses.to_dict())
    for personal in ("+62", "Responden 1", "collect:", "HYPERLINK"):
        assert personal not in everything
    if file not in IN_ORDER:
        headers = {str(change.params["header"]) for change in logged(responses, "ingest.personal_dropped")}
        assert {"deviceid", "phonenumber"} <= headers


@pytest.mark.parametrize("file", BY_HAND)
def test_a_sheet_made_by_hand_is_read_with_its_oddities_named(
    file: str, kobo: Instrument, answers: pd.DataFrame
) -> None:
    responses = read_responses(FIXTURES / file, kobo)
    assert [finding.cell for finding in found(responses, "ingest.unranked_answer")] == ["D10"]
    assert [finding.cell for finding in found(responses, "ingest.unreadable_answer")] == ["F14"]
    assert not found(responses, "ingest.column_without_header")
    assert responses.data["body"].tolist() == answers["body"].tolist()[:30]
    assert responses.data["group"].tolist() == answers["group"].tolist()[:30]
    odd = [("T1", 4), ("T3", 8)]
    if file.endswith(".xls"):
        # There a formula is not told from its value.
        assert found(responses, "ingest.formulas_unseen")
    else:
        assert [finding.cell for finding in found(responses, "ingest.formula_answer")] == ["E12"]
        odd.append(("T2", 6))
    expected = answers[list(kobo.items)].astype(float).iloc[:30].reset_index(drop=True)
    for item, row in odd:
        expected.loc[row, item] = float("nan")
    pd.testing.assert_frame_equal(as_given(responses).reset_index(drop=True), expected, check_column_type=False)


def test_answers_by_place_are_read_in_the_order_of_the_scale_and_said(kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / "limesurvey_codes.csv", kobo)
    (finding,) = found(responses, "ingest.answer_codes_in_order")
    assert (finding.params["first"], finding.params["lowest"]) == ("A1", "Sangat tidak setuju")
    (change,) = logged(responses, "ingest.answer_codes_read", "T1")
    assert change.params["pairs"] == ["A1 = 1", "A2 = 2", "A3 = 3", "A4 = 4", "A5 = 5"]
    assert responses.raw["T1"].tolist()[:3] == ["A4", "A3", "A3"]


def test_codes_by_place_mean_nothing_in_a_file_of_another_program(kobo: Instrument) -> None:
    responses = read_responses(FIXTURES / "limesurvey_codes.csv", kobo, dialect="excel")
    assert responses.items.isna().all(axis=None)
    assert found(responses, "ingest.unreadable_answer")[0].cell == "K2"


def test_values_declared_missing_are_no_answers(kobo: Instrument) -> None:
    spss = read_responses(FIXTURES / "spss.sav", kobo)
    assert sum(change.count for change in logged(spss, "ingest.no_answer_to_missing")) == 51
    stata = read_responses(FIXTURES / "stata.dta", kobo)
    (finding,) = found(stata, "ingest.labelled_code_unknown")
    assert (finding.params["code"], finding.params["label"]) == ("9", "Tidak menjawab")
