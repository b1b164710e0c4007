"""What each program means by its columns and codes, on tables that hold one trap each."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found, logged
from tests.workbooks import write_csv, write_xlsx, write_zip

KOBO_TAIL = "_uuid | _submission_time | _validation_status | __version__"
LIME_HEAD = "id | submitdate | lastpage | startlanguage"


def limesurvey(path: Path, markdown: str, instrument: Instrument) -> Responses:
    return read_responses(write_csv(path, markdown), instrument)


@pytest.mark.parametrize(
    ("header", "program"),
    [
        (f"| T1 | T2 | T3 | N1 | {KOBO_TAIL} |", "KoboToolbox"),
        ("| SubmissionDate | T1 | T2 | T3 | N1 | KEY |", "ODK Central"),
        ("| Timestamp | T1 | T2 | T3 | N1 |", "Google Forms"),
        ("| Cap waktu | T1 | T2 | T3 | N1 |", "Google Forms"),
        (f"| {LIME_HEAD} | T1 | T2 | T3 | N1 |", "LimeSurvey"),
        ("| Response ID | Date submitted | Last page | Start language | T1 | T2 | T3 | N1 |", "LimeSurvey"),
    ],
)
def test_a_program_is_told_by_the_columns_it_adds(read: Read, header: str, program: str) -> None:
    row = "|" + "5|" * (header.count("|") - 1)
    (change,) = logged(read(f"{header}\n{row}"), "ingest.dialect_found")
    assert change.params["program"] == program


@pytest.mark.parametrize("header", ["| T1 | T2 | T3 | N1 | _uuid |", "| T1 | T2 | T3 | N1 | Timestamp |"])
def test_one_column_alone_is_no_sign_of_a_program(read: Read, header: str) -> None:
    responses = read(f"{header}\n| 5 | 4 | 3 | 2 | x |")
    assert logged(responses, "ingest.dialect_none")
    assert not logged(responses, "ingest.dialect_found")


def test_what_the_caller_says_counts_before_what_is_found(read: Read) -> None:
    responses = read(f"| T1 | T2 | T3 | N1 | {KOBO_TAIL} |\n| 5 | 4 | 3 | 2 | a | t | | v1 |", dialect="google")
    (change,) = logged(responses, "ingest.dialect_given")
    assert change.params == {"program": "Google Forms"}


def test_a_kind_of_file_cannot_be_said_of_another(read: Read) -> None:
    with pytest.raises(InputFileError, match=r"'answers\.xlsx' is no SPSS file"):
        read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |", dialect="spss")


def test_an_unknown_dialect_is_refused_with_the_nearest(read: Read) -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'limesurvey'"):
        read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |", dialect="limesurve")


# KoboToolbox


def test_an_edited_submission_is_known_by_its_root(tmp_path: Path, instrument: Instrument) -> None:
    head = "| T1 | T2 | T3 | N1 | _uuid | _submission_time | rootUuid |"
    one = write_xlsx(tmp_path / "maret.xlsx", {"S": f"{head}\n| 5 | 4 | 3 | 2 | a1 | t | uuid:a1 |"})
    two = write_xlsx(
        tmp_path / "april.xlsx", {"S": f"{head}\n| 1 | 4 | 3 | 2 | a2 | t | uuid:a1 |\n| 2 | 4 | 3 | 2 | b1 | t | |"}
    )
    responses = read_responses([one, two], instrument)
    (twice,) = found(responses, "ingest.duplicate_id")
    assert (twice.severity, twice.file, twice.params["id"]) == ("error", "april.xlsx", "a1")
    # A submission from before there was a root is known by its own identifier.
    assert responses.data.index.tolist() == ["a1", "a1~2", "b1"]
    assert logged(responses, "ingest.identity_from")[0].params == {"columns": ["rootUuid", "_uuid"]}


def test_a_number_that_the_form_asks_for_counts_before_the_program_s(read: Read) -> None:
    responses = read(f"| nomor | T1 | T2 | T3 | N1 | {KOBO_TAIL} |\n| R1 | 5 | 4 | 3 | 2 | a | t | | v1 |")
    assert responses.data.index.tolist() == ["R1"]
    assert not logged(responses, "ingest.identity_from")


def test_an_instrument_without_an_id_field_takes_the_program_s(tmp_path: Path, instrument: Instrument) -> None:
    tree = instrument.model_dump()
    del tree["fields"]["nomor"]
    path = write_xlsx(tmp_path / "a.xlsx", {"S": f"| T1 | T2 | T3 | N1 | {KOBO_TAIL} |\n| 5 | 4 | 3 | 2 | a | t | | |"})
    responses = read_responses(path, Instrument.model_validate(tree))
    assert responses.data.index.tolist() == ["a"]
    assert "respondent_id" not in responses.data


def test_options_of_a_question_of_several_choices_are_no_items(read: Read) -> None:
    responses = read(
        f"| T1 | T2 | T3 | N1 | layanan | layanan/T1 | layanan/air | {KOBO_TAIL} |\n"
        "| 5 | 4 | 3 | 2 | T1 air | 1 | 1 | a | t | | v1 |"
    )
    assert responses.data["T1"].tolist() == [5.0]
    assert not found(responses, "ingest.duplicate_column")
    (change,) = logged(responses, "ingest.options_left_out")
    assert change.params["headers"] == ["layanan/T1", "layanan/air"]


def test_a_question_text_with_a_slash_is_no_option(read: Read) -> None:
    responses = read(
        f"| T1 | T2 | Mitra curang bila | Mitra curang bila/kalau bisa | N1 | {KOBO_TAIL} |\n"
        "| 5 | 4 | x | 1 | 2 | a | t | | v1 |"
    )
    assert responses.data["T3"].tolist() == [5.0]


@pytest.mark.parametrize("state", ["validation_status_not_approved", "Not Approved", "Tidak disetujui"])
def test_what_a_reviewer_rejected(read: Read, state: str) -> None:
    table = f"""
    | T1 | T2 | T3 | N1 | {KOBO_TAIL} |
    | 5 | 4 | 3 | 2 | a | t | validation_status_approved | v1 |
    | 4 | 4 | 3 | 2 | b | t | {state} | v1 |
    | 3 | 4 | 3 | 2 | c | t | On Hold | v1 |
    """
    kept = read(table)
    assert kept.data.index.tolist() == ["a", "b", "c"]
    (finding,) = found(kept, "ingest.rejected_kept")
    assert (finding.severity, finding.params["count"]) == ("note", 1)
    left = read(table, exclude_rejected=True)
    assert left.data.index.tolist() == ["a", "c"]
    assert left.excluded.to_dict("index") == {
        "b": {"file": "answers.xlsx", "sheet": "Respon", "row": 3, "reason": "rejected"}
    }


def test_excluding_the_rejected_where_no_file_tells_them_is_said(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |", exclude_rejected=True)
    assert [finding.severity for finding in found(responses, "ingest.no_review")] == ["warning"]


def test_a_file_of_rejected_submissions_alone_leaves_nobody(tmp_path: Path, instrument: Instrument) -> None:
    head = f"| T1 | T2 | T3 | N1 | {KOBO_TAIL} |"
    one = write_xlsx(tmp_path / "one.xlsx", {"S": f"{head}\n| 5 | 4 | 3 | 2 | a | t | Not Approved | v1 |"})
    two = write_xlsx(tmp_path / "two.xlsx", {"S": f"{head}\n| 5 | 4 | 3 | 2 | b | t | | v1 |"})
    responses = read_responses([one, two], instrument, exclude_rejected=True)
    assert responses.data.index.tolist() == ["b"]
    assert responses.excluded.index.tolist() == ["a"]
    with pytest.raises(InputFileError, match="rejected every submission"):
        read_responses(one, instrument, exclude_rejected=True)


def test_answers_in_a_repeated_group_are_an_error(read: Read) -> None:
    responses = read(
        "| T1 | T2 | T3 | N1 | _index | _parent_index | _submission__uuid |\n| 5 | 4 | 3 | 2 | 1 | 1 | a |\n"
        "| 4 | 4 | 3 | 2 | 2 | 1 | a |"
    )
    assert [finding.severity for finding in found(responses, "ingest.answers_in_repeat")] == ["error"]


# ODK Central


def test_the_columns_of_odk_are_not_taken_for_the_form_s(read: Read) -> None:
    responses = read(
        "| status | g-T1 | g-T2 | g-T3 | g-N1 | KEY | SubmitterName | Status | ReviewState |\n"
        "| LSM | 5 | 4 | 3 | 2 | uuid:a | enum | x | |"
    )
    assert responses.data.index.tolist() == ["a"]
    assert responses.data["group"].tolist() == ["ngo"]
    assert not found(responses, "ingest.duplicate_column")
    assert "enum" not in str(responses.to_dict())


def test_an_odk_archive_is_read_by_its_main_table(tmp_path: Path, instrument: Instrument) -> None:
    path = write_zip(
        tmp_path / "survei.csv.zip",
        {
            "survei-mitra.csv": "| mitra-nama | PARENT_KEY | KEY |\n| x | uuid:a | uuid:a/mitra[1] |",
            "survei.csv": "| SubmissionDate | g-T1 | g-T2 | g-T3 | g-N1 | KEY | ReviewState |\n"
            "| t | 5 | 4 | 3 | 2 | uuid:a | rejected |\n| t | 4 | 4 | 3 | 9 | uuid:b | |",
        },
    )
    responses = read_responses(path, instrument)
    assert responses.data.index.tolist() == ["a", "b"]
    assert responses.source["sheet"].tolist() == ["survei.csv", "survei.csv"]
    (odd,) = found(responses, "ingest.unreadable_answer")
    assert (odd.file, odd.sheet, odd.cell) == ("survei.csv.zip", "survei.csv", "E3")
    assert [finding.sheet for finding in found(responses, "ingest.repeat_sheet")] == ["survei-mitra.csv"]
    assert read_responses(path, instrument, exclude_rejected=True).data.index.tolist() == ["b"]


def test_a_single_table_in_an_archive_is_read(tmp_path: Path, instrument: Instrument) -> None:
    table = "| Timestamp | T1 | T2 | T3 | N1 |\n| t | 5 | 4 | 3 | 2 |"
    path = write_zip(tmp_path / "Survei.csv.zip", {"Survei.csv": table, "__MACOSX/._Survei.csv": "| x |"})
    assert read_responses(path, instrument).data["T1"].tolist() == [5.0]


# Google Forms


@pytest.mark.parametrize("stamp", ["Timestamp", "Stempel waktu"])
def test_grids_of_google_forms_in_both_languages(read: Read, stamp: str) -> None:
    responses = read(
        f"| {stamp} | 1. Lembaga kerja sama: | How far do you agree? [Partners are honest] | T2 | T3 | N1 |\n"
        "| t | KAD Alfa | STRONGLY AGREE  | Setuju | Tidak setuju | Netral |"
    )
    assert responses.data[["T1", "T2", "T3", "N1"]].to_numpy().tolist() == [[5.0, 4.0, 4.0, 3.0]]
    assert responses.data["body"].tolist() == ["KAD Alfa"]


# LimeSurvey


@pytest.mark.parametrize(
    "header", ["T1", "Q1[T1]", "T1. Mitra jujur", "Q1[T1]. Pendapat [Mitra jujur]", "Pendapat Anda? [Mitra jujur]"]
)
def test_headings_of_limesurvey(tmp_path: Path, instrument: Instrument, header: str) -> None:
    responses = limesurvey(
        tmp_path / "a.csv", f"| {LIME_HEAD} | {header} | T2 | T3 | N1 |\n| 7 | t | 1 | id | 5 | 4 | 3 | 2 |", instrument
    )
    assert responses.data["T1"].to_dict() == {"7": 5.0}


PLACES = """
| A1 | A2 | A3 | A4 |
| A5 | A5 | A1 | |
"""


def with_places(cells: str) -> str:
    rows = [f"| {at} | t | 1 | id {line}" for at, line in enumerate(cells.strip().splitlines(), start=1)]
    return "\n".join([f"| {LIME_HEAD} | T1 | T2 | T3 | N1 |", *rows])


@pytest.mark.parametrize("style", ["A", "AO0"])
def test_places_that_fill_the_scale_are_read_in_order(tmp_path: Path, instrument: Instrument, style: str) -> None:
    responses = limesurvey(tmp_path / "a.csv", with_places(PLACES.replace("A", style)), instrument)
    assert responses.data[["T1", "T2", "T3", "N1"]].fillna(0).to_numpy().tolist() == [[1, 2, 3, 4], [5, 5, 5, 0]]
    assert found(responses, "ingest.answer_codes_in_order")


@pytest.mark.parametrize("cells", ["| A1 | A2 | A3 | A4 |", PLACES + "| A6 | A1 | A1 | A1 |", PLACES + "| A0 | | | |"])
def test_places_that_do_not_fill_the_scale_are_not_guessed(tmp_path: Path, instrument: Instrument, cells: str) -> None:
    responses = limesurvey(tmp_path / "a.csv", with_places(cells), instrument)
    (finding,) = found(responses, "ingest.answer_codes_unclear")
    assert (finding.severity, finding.params["points"]) == ("warning", 5)
    assert responses.items.isna().all(axis=None)


def test_a_place_that_the_questionnaire_explains_is_certain(tmp_path: Path, instrument: Instrument) -> None:
    tree = instrument.model_dump()
    tree["scales"]["agree5"]["missing"][0]["labels"]["id"] = ("Tidak tahu", "A6")
    responses = limesurvey(
        tmp_path / "a.csv", with_places(PLACES + "| A6 | A1 | A1 | A1 |"), Instrument.model_validate(tree)
    )
    assert responses.dont_know["T1"].tolist() == [False, False, True]
    assert responses.data["T2"].tolist() == [2.0, 5.0, 1.0]


def test_choices_are_yes_or_no_only_where_the_question_was_answered(tmp_path: Path, instrument: Instrument) -> None:
    tree = instrument.model_dump()
    tree["fields"]["air"] = {"role": "covariate", "type": "number"}
    responses = limesurvey(
        tmp_path / "a.csv",
        f"""
        | {LIME_HEAD} | layanan[air] | layanan[sampah] | T1 | T2 | T3 | N1 |
        | 1 | t | 1 | id | Y |   | 5 | 4 | 3 | 2 |
        | 2 | t | 1 | id |   | Y | 5 | 4 | 3 | 2 |
        | 3 | t | 1 | id |   |   | 5 | 4 | 3 | 1 |
        """,
        Instrument.model_validate(tree),
    )
    assert responses.data["air"].fillna(-1).tolist() == [1.0, 0.0, -1.0]
    assert responses.raw["air"].tolist() == ["Y", "", ""]


def test_two_surveys_may_both_count_from_one(tmp_path: Path, instrument: Instrument) -> None:
    head = f"| {LIME_HEAD} | T1 | T2 | T3 | N1 |"
    one = write_csv(tmp_path / "officials.csv", f"{head}\n| 1 | t | 1 | id | 5 | 4 | 3 | 2 |")
    two = write_csv(
        tmp_path / "ngos.csv", f"{head}\n| 1 | t | 1 | id | 1 | 4 | 3 | 2 |\n| 2 | t | 1 | id | 2 | 4 | 3 | 2 |"
    )
    responses = read_responses([one, two], instrument)
    assert responses.data.index.tolist() == ["1", "ngos:1", "2"]
    (finding,) = found(responses, "ingest.same_numbers")
    assert (finding.severity, finding.file, finding.params["count"]) == ("warning", "ngos.csv", 1)
    assert not found(responses, "ingest.duplicate_id")
