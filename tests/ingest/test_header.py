from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found, logged
from tests.workbooks import write_csv, write_xlsx

ANSWERS = "| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |"


@pytest.mark.parametrize(
    "header",
    [
        "T1",
        " t1 ",
        "Mitra jujur",
        "1. MITRA JUJUR:",
        "Partners are honest",
        "kepercayaan/T1",
        "kepercayaan-T1",
        "kepercayaan[T1]",
        "Bagaimana pendapat Anda? [Mitra jujur]",
        "a/b/T1",
    ],
)
def test_ways_to_head_an_item(read: Read, header: str) -> None:
    responses = read(f"| {header} | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |")
    assert responses.data["T1"].tolist() == [5.0]


def test_aliases_wording_for_ngos_and_texts_with_a_slash(read: Read) -> None:
    responses = read("| T1 | Daerah jujur | norma/Mitra curang bila/kalau bisa | N1 |\n| 5 | 4 | 3 | 2 |")
    assert responses.data[["T2", "T3"]].to_numpy().tolist() == [[4.0, 3.0]]
    (change,) = logged(responses, "ingest.headers_recognised")
    assert change.count == 2
    assert "'Daerah jujur' as T2" in change.render()


def test_the_header_may_stand_below_titles(read: Read) -> None:
    responses = read(f"| REKAPITULASI SURVEI |\n| Maret 2026 |\n||\n{ANSWERS}")
    assert responses.source["row"].tolist() == [5]
    assert [change.count for change in logged(responses, "ingest.title_rows_skipped")] == [2]


def test_the_sheet_with_the_answers_is_found(tmp_path: Path, instrument: Instrument) -> None:
    sheets = {"Petunjuk": "| Baca dahulu |", "Respon": ANSWERS, "lama": "| apa saja |"}
    responses = read_responses(write_xlsx(tmp_path / "a.xlsx", sheets, hidden=["lama"]), instrument)
    assert responses.source["sheet"].tolist() == ["Respon"]
    assert [finding.sheet for finding in found(responses, "ingest.other_sheet")] == ["Petunjuk"]
    assert [finding.sheet for finding in found(responses, "ingest.hidden_sheet")] == ["lama"]


def test_answers_on_a_second_sheet_are_a_warning(tmp_path: Path, instrument: Instrument) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Pejabat": ANSWERS, "LSM": ANSWERS})
    (finding,) = found(read_responses(path, instrument), "ingest.other_answer_sheet")
    assert (finding.severity, finding.sheet) == ("warning", "LSM")


def test_a_visible_sheet_comes_before_a_hidden_one(tmp_path: Path, instrument: Instrument) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"lama": ANSWERS, "Respon": ANSWERS}, hidden=["lama"])
    assert read_responses(path, instrument).source["sheet"].tolist() == ["Respon"]


def test_unknown_columns_are_listed_with_the_nearest_name(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 | lembagaa | layanan |\n| 5 | 4 | 3 | 2 | x | y |")
    (finding,) = found(responses, "ingest.unknown_columns")
    assert finding.severity == "warning"
    assert "'lembagaa' (E1; did you mean 'lembaga'?)" in finding.render()
    assert "'layanan' (F1)" in finding.render()


def test_unknown_columns_without_a_near_name_are_a_note(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 | xyzzy |\n| 5 | 4 | 3 | 2 | x |")
    assert [finding.severity for finding in found(responses, "ingest.unknown_columns")] == ["note"]


@pytest.mark.parametrize("second", ["T1", "Mitra jujur", "kepercayaan/T1"])
def test_two_columns_for_one_item_are_an_error_that_names_both(read: Read, second: str) -> None:
    responses = read(f"| T1 | T2 | T3 | N1 | {second} |\n| 5 | 4 | 3 | 2 | 1 |")
    (finding,) = found(responses, "ingest.duplicate_column")
    assert (finding.severity, finding.cell, finding.params["other"]) == ("error", "E1", "A1")


def test_two_columns_of_one_field_are_an_error_unless_the_wordings_are_ranked(read: Read) -> None:
    twice = read("| lembaga | Lembaga | T1 | T2 | T3 | N1 |\n| a | b | 5 | 4 | 3 | 2 |")
    assert len(found(twice, "ingest.duplicate_column")) == 1
    ranked = read("| _uuid | nomor | T1 | T2 | T3 | N1 |\n| x | R1 | 5 | 4 | 3 | 2 |")
    assert ranked.data.index.tolist() == ["R1"]
    assert not found(ranked, "ingest.duplicate_column")
    assert logged(ranked, "ingest.other_column_kept")[0].params == {"used": "nomor", "header": "_uuid"}


def test_a_header_that_fits_two_items_is_an_error(tmp_path: Path, instrument: Instrument) -> None:
    tree = instrument.model_dump()
    tree["constructs"]["norm"]["items"]["N1"]["text"] = {"id": "Mitra jujur"}
    twofold = Instrument.model_validate(tree)
    path = write_xlsx(tmp_path / "a.xlsx", {"S": "| T1 | T2 | T3 | N1 | Mitra jujur |\n| 5 | 4 | 3 | 2 | 1 |"})
    (finding,) = found(read_responses(path, twofold), "ingest.ambiguous_header")
    assert (finding.severity, finding.params["names"]) == ("error", ["T1", "N1"])


def test_missing_items_stop_the_run_and_are_all_named(tmp_path: Path, instrument: Instrument) -> None:
    one = write_xlsx(tmp_path / "one.xlsx", {"S": "| T1 | T2_mitra_jujr | N1 |\n| 5 | 4 | 2 |"})
    two = write_xlsx(tmp_path / "two.xlsx", {"S": "| T1 | T2 | T3 |\n| 5 | 4 | 2 |"})
    with pytest.raises(InputFileError) as caught:
        read_responses([one, two], instrument)
    lines = str(caught.value).splitlines()
    assert "one.xlsx, sheet 'S', cell A1: T2 (nearest column: 'T2_mitra_jujr' in B1), T3" in lines[1]
    assert lines[2].endswith("two.xlsx, sheet 'S', cell A1: N1")
    assert "lembar 'S'" in caught.value.render("id")


def test_an_item_column_without_values_is_no_missing_column(read: Read) -> None:
    assert read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | | 2 |").data["T3"].isna().all()


def test_a_marker_may_be_left_out_as_a_whole_but_not_in_part(read: Read) -> None:
    (finding,) = found(read(ANSWERS), "ingest.construct_not_asked")
    assert (finding.severity, finding.params["construct"]) == ("warning", "marker")
    with pytest.raises(InputFileError, match="M2"):
        read("| T1 | T2 | T3 | N1 | M1 |\n| 5 | 4 | 3 | 2 | 1 |")


def test_a_file_without_any_item_is_refused(read: Read) -> None:
    with pytest.raises(InputFileError, match=r"'answers\.xlsx' holds no answers to questionnaire 'small'.*T1, T2, T3"):
        read("| nama | umur |\n| Ani | 40 |")


def test_cells_in_a_column_without_a_header_are_a_warning(read: Read) -> None:
    responses = read("| T1 | T2 | | T3 | N1 |\n| 5 | 4 | 3 | 3 | 2 |")
    (finding,) = found(responses, "ingest.column_without_header")
    assert (finding.severity, finding.cell) == ("warning", "C2")


def test_a_delimited_row_longer_than_the_header_is_an_error(tmp_path: Path, instrument: Instrument) -> None:
    path = tmp_path / "a.csv"
    path.write_text("T1,T2,T3,N1\n5,4,3,2\n3,5,4,3,2\n", encoding="utf-8")
    (finding,) = found(read_responses(path, instrument), "ingest.row_too_long")
    assert (finding.severity, finding.cell) == ("error", "E3")


def test_short_rows_of_a_delimited_file_are_filled_with_blanks(tmp_path: Path, instrument: Instrument) -> None:
    path = tmp_path / "a.csv"
    path.write_text("T1,T2,T3,N1\n5,4\n3,5,4,3\n", encoding="utf-8")
    assert read_responses(path, instrument).data["N1"].isna().tolist() == [True, False]


def test_semicolons_and_a_byte_order_mark(tmp_path: Path, instrument: Instrument) -> None:
    path = write_csv(tmp_path / "a.csv", ANSWERS, delimiter=";", encoding="utf-8-sig")
    responses = read_responses(path, instrument)
    assert responses.data["T1"].tolist() == [5.0]
    assert responses.source.iloc[0].isna().to_dict() == {"file": False, "sheet": True, "row": False}


def test_columns_headed_by_the_row_above_the_codes(read: Read) -> None:
    responses = read(
        """
        | REKAPITULASI |         |         |             |    |    |       |
        | No           | Lembaga | Nama    | Kepercayaan |    |    | Norma |
        |              |         |         | T1          | T2 | T3 | N1    |
        | 1            | a       | RAHASIA | 5           | 4  | 3  | 2     |
        """
    )
    assert responses.data["body"].tolist() == ["a"]
    assert responses.source["row"].tolist() == [4]
    assert not found(responses, "ingest.column_without_header")
    assert [change.params["header"] for change in logged(responses, "ingest.personal_dropped")] == ["Nama"]
    assert "'No'" in found(responses, "ingest.unknown_columns")[0].render()


@pytest.mark.parametrize("title", ["REKAPITULASI", "Lembaga kerja sama"])
def test_a_title_above_a_column_without_a_header_is_no_header(read: Read, title: str) -> None:
    responses = read(f"| {title} | | | | |\n| | T1 | T2 | T3 | N1 |\n| x | 5 | 4 | 3 | 2 |")
    assert [finding.cell for finding in found(responses, "ingest.column_without_header")] == ["A3"]


def test_a_row_of_question_texts_under_the_codes_is_no_respondent(read: Read) -> None:
    responses = read(
        """
        | lembaga            | T1          | T2           | T3                          | N1 |
        | Lembaga kerja sama | Mitra jujur | Daerah jujur | Mitra curang bila/kalau bisa |    |
        | a                  | 5           | 4            | 3                           | 2  |
        """
    )
    assert responses.data["T1"].tolist() == [5.0]
    assert [change.params["rows"] for change in logged(responses, "ingest.further_header_rows")] == [["2"]]
    assert not found(responses, "ingest.unreadable_answer")
