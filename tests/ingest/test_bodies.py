from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.ingest.bodies import Bodies, read_bodies
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged
from tests.workbooks import write_csv, write_xlsx

ReadBodies = Callable[[str], Bodies]


@pytest.fixture
def read(tmp_path: Path, instrument: Instrument) -> ReadBodies:
    def read_table(markdown: str) -> Bodies:
        return read_bodies(write_xlsx(tmp_path / "bodies.xlsx", {"Lembaga": markdown}), instrument)

    return read_table


def test_columns_have_the_types_of_the_instrument(read: ReadBodies) -> None:
    bodies = read(
        """
        | body | tahun | kode wilayah | cost        | coverage | disputes | mandatory | signed        | secretariat |
        | a    | 2024  | "0071"       | Rp1.250.000 | 85%      | 2        | ya        | 12 Maret 2020 | Bersama     |
        | b    | 2024  | 3471         | 900000      | 0,4      | 0        | no        | 2021-05-06    | tidak ada   |
        """
    )
    data = bodies.data
    assert data.index.tolist() == ["a", "b"]
    assert data.index.name == "body"
    assert data["region_code"].tolist() == ["0071", "3471"]
    np.testing.assert_array_equal(
        data[["year", "cost", "coverage", "disputes", "mandatory"]].to_numpy()[0], [2024, 1.25e6, 0.85, 2, 1]
    )
    np.testing.assert_array_equal(
        data[["year", "cost", "coverage", "disputes", "mandatory"]].to_numpy()[1], [2024, 9e5, 0.4, 0, 0]
    )
    assert data["signed"].tolist() == [pd.Timestamp(2020, 3, 12), pd.Timestamp(2021, 5, 6)]
    assert data["secretariat"].tolist() == ["joint", "none"]
    assert [change.count for change in logged(bodies, "ingest.text_amounts_read", "cost")] == [1]
    assert not bodies.findings


def test_an_ambiguous_amount_is_asked_about_and_missing(read: ReadBodies) -> None:
    bodies = read('| body | cost |\n| a | "1.250" |\n| b | 5 M |\n| c | banyak |\n| d | 7 |\n| e | "1,25 M" |')
    assert bodies.data["cost"].isna().tolist() == [True, True, True, False, False]
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_amount")] == ["B2", "B3"]
    assert [finding.cell for finding in found(bodies, "ingest.unreadable_amount")] == ["B4"]


def test_what_the_others_show_is_said_and_decides_nothing(read: ReadBodies) -> None:
    bodies = read('| body | cost |\n| a | "1.250" |\n| b | "1.250.000" |\n| c | "2,5" |\n| d | "1,000.5" |\n| e | 7 |')
    (finding,) = found(bodies, "ingest.ambiguous_amount")
    assert "could be 1250 or 1.25;" in finding.render("en")
    assert "dapat berarti 1250 atau 1,25;" in finding.render("id")
    assert "2 are written the Indonesian way (1.250.000,5) and 1 the English way" in finding.render("en")
    assert np.isnan(bodies.data.loc["a", "cost"])
    (alone,) = found(read('| body | cost |\n| a | "1.250" |\n| b | 7 |'), "ingest.ambiguous_amount")
    assert "No other cell of this column shows" in alone.render("en")


def test_numbers_of_a_workbook_are_taken_as_they_are(read: ReadBodies) -> None:
    # As text, 12.375 could be twelve thousand; a number cell holds no separator.
    bodies = read("| body | cost | own |\n| a | 12.375 | 1.125 |\n| b | 0.0000001 | 1e22 |")
    assert bodies.data["cost"].tolist() == [12.375, 1e-7]
    assert bodies.data["own"].tolist() == [1.125, 1e22]
    assert not logged(bodies, "ingest.text_amounts_read")


def test_every_cell_that_was_no_plain_number_is_in_the_log(read: ReadBodies) -> None:
    bodies = read(
        """
        | body | cost        | coverage | signed       | mandatory | secretariat |
        | a    | Rp1.250.000 | 85%      | 3 Maret 2026 | ya        | Bersama     |
        | b    | 1250000     | 0.85     | 46084        | 1         | joint       |
        | c    | "1.250"     | "7"      | 03/04/2026   | mungkin   | lain        |
        """
    )
    read_as = {
        (part.cell, part.written, part.read)
        for code in ("ingest.text_amounts_read", "ingest.values_read")
        for change in logged(bodies, code)
        for part in change.cells
    }
    assert read_as == {
        ("B2", "Rp1.250.000", 1250000.0),
        ("C2", "85%", 0.85),
        ("C4", "7", 7.0),
        ("D2", "3 Maret 2026", "2026-03-03"),
        ("D3", "46084", "2026-03-03"),
        ("E2", "ya", 1.0),
        ("F2", "Bersama", "joint"),
    }
    missing = [part.cell for change in logged(bodies, "ingest.cells_to_missing") for part in change.cells]
    assert sorted(missing) == ["B4", "D4", "E4", "F4"]
    assert all(change.count == len(change.cells) for change in logged(bodies, "ingest.cells_to_missing"))


def test_amounts_of_another_kind_than_the_column(read: ReadBodies) -> None:
    bodies = read("| body | cost | coverage | disputes |\n| a | 85% | Rp5 | 5% |")
    assert [finding.cell for finding in found(bodies, "ingest.amount_of_other_kind")] == ["B2", "C2", "D2"]
    assert bodies.data[["cost", "coverage", "disputes"]].isna().all(axis=None)


def test_amounts_in_parentheses_are_negative(read: ReadBodies) -> None:
    bodies = read("| body | cost | saving |\n| a | (500.000) | (1.305) |")
    assert bodies.data.loc["a", "cost"] == -500000.0
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_amount")] == ["C2"]


def test_a_month_without_a_day_is_said(read: ReadBodies) -> None:
    bodies = read("| body | signed |\n| a | Maret 2026 |")
    assert bodies.data["signed"].tolist() == [pd.Timestamp(2026, 3, 1)]
    assert [finding.severity for finding in found(bodies, "ingest.month_without_day")] == ["note"]


def test_codes_keep_their_zeros_or_say_that_they_were_lost(read: ReadBodies) -> None:
    bodies = read('| body | region_code |\n| a | "0071" |\n| b | 57 |\n| c | "33.01" |\n| d | "3301" |\n| e | 33.1 |')
    assert bodies.data["region_code"].tolist() == ["0071", "57", "33.01", "33.01", "33.1"]
    assert [(finding.cell, finding.params["whole"]) for finding in found(bodies, "ingest.code_lost_zeros")] == [
        ("B3", "0057"),
        ("B6", "33.10"),
    ]
    (spelt,) = logged(bodies, "ingest.values_read", "region_code")
    assert [(part.cell, part.written, part.read) for part in spelt.cells] == [("B5", "3301", "33.01")]


def test_a_short_code_that_may_be_whole_is_a_note(read: ReadBodies) -> None:
    (finding,) = found(read("| body | region_code |\n| a | 3301 |\n| b | 34 |"), "ingest.short_code")
    assert (finding.severity, finding.cell) == ("note", "B3")


def test_own_columns_of_codes_stay_codes(read: ReadBodies) -> None:
    bodies = read('| body | kode kemendagri | x |\n| a | 33.01 | "007" |\n| b | 33.02 | "12" |')
    assert bodies.data["kode kemendagri"].tolist() == ["33.01", "33.02"]
    assert bodies.data["x"].tolist() == ["007", "12"]
    assert len(found(bodies, "ingest.own_codes_kept")) == 2


def test_an_own_column_with_a_doubt_is_kept_and_asked_about(read: ReadBodies) -> None:
    bodies = read('| body | x |\n| a | 5 |\n| b | "1.250" |')
    assert bodies.data["x"].isna().tolist() == [False, True]
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_amount")] == ["B3"]


def test_values_that_are_implausible_are_kept_and_doubted(read: ReadBodies) -> None:
    bodies = read("| body | cost | coverage | disputes | year |\n| a | -5 | 85 | 1.5 | 20 |")
    for code in ("ingest.negative_amount", "ingest.share_outside", "ingest.no_count", "ingest.no_year"):
        assert [finding.severity for finding in found(bodies, code)] == ["warning"]
    assert bodies.data.loc["a", "coverage"] == 85


def test_dates_flags_and_categories_that_do_not_fit(read: ReadBodies) -> None:
    bodies = read(
        """
        | body | signed     | mandatory | secretariat |
        | a    | 03/04/2020 | mungkin   | lain        |
        | b    | besok      | ya        | Bersamaa    |
        """
    )
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_date")] == ["B2"]
    assert [finding.cell for finding in found(bodies, "ingest.unreadable_date")] == ["B3"]
    assert [finding.cell for finding in found(bodies, "ingest.unreadable_flag")] == ["C2"]
    assert [finding.cell for finding in found(bodies, "ingest.unknown_value")] == ["D2", "D3"]
    assert "Did you mean 'joint'?" in found(bodies, "ingest.unknown_value")[1].render()
    assert bodies.data["secretariat"].isna().all()


def test_own_numeric_columns_are_kept_and_text_ones_listed(read: ReadBodies) -> None:
    bodies = read(
        "| body | log_population | komentar | No HP |\n| a | 13.6 | baik | 8120000 |\n| b | 12,5 | | 8120001 |"
    )
    assert bodies.data["log_population"].tolist() == [13.6, 12.5]
    assert [finding.severity for finding in found(bodies, "ingest.own_column_kept")] == ["note"]
    assert "'komentar' (C1)" in found(bodies, "ingest.unknown_columns")[0].render()
    assert list(bodies.data) == ["log_population"]
    assert logged(bodies, "ingest.personal_dropped")[0].params == {"header": "No HP"}


def test_two_own_columns_of_one_name_are_an_error(read: ReadBodies) -> None:
    bodies = read("| body | x | x |\n| a | 1 | 2 |")
    assert [finding.cell for finding in found(bodies, "ingest.duplicate_column")] == ["C1"]


def test_formulas_in_amounts(read: ReadBodies) -> None:
    bodies = read("| body | cost |\n| a | =1+1 |\n| b | 7 |")
    (finding,) = found(bodies, "ingest.uncalculated_formula")
    assert (finding.severity, finding.cell) == ("warning", "B2")


def test_a_body_given_twice_is_an_error_that_names_both(read: ReadBodies) -> None:
    bodies = read("| body | cost |\n| a | 1 |\n| A | 2 |")
    (finding,) = found(bodies, "ingest.duplicate_body")
    assert (finding.severity, finding.cell, finding.params["cell"]) == ("error", "A3", "A2")
    assert bodies.data["cost"].to_dict() == {"a": 1.0}


def test_several_years_a_body_make_an_index_of_both(read: ReadBodies) -> None:
    bodies = read(
        "| body | year | cost |\n| a | 2023 | 1 |\n| a | 2024 | 2 |\n| b | 2024 | 3 |\n| b | 2024 | 4 |\n| b | | 5 |"
    )
    assert bodies.data.index.tolist() == [("a", 2023), ("a", 2024), ("b", 2024)]
    assert bodies.data.index.names == ["body", "year"]
    assert [finding.params["year"] for finding in found(bodies, "ingest.duplicate_body_year")] == ["2024"]
    assert [finding.cell for finding in found(bodies, "ingest.year_missing")] == ["B6"]


def test_outcomes_missing_for_some_bodies_are_named(read: ReadBodies) -> None:
    (finding,) = found(read("| body | saving |\n| a | 0.1 |\n| b | |\n| c | |"), "ingest.outcome_missing")
    assert finding.params == {"column": "saving", "bodies": ["b", "c"], "count": 2}


def test_rows_without_a_body_are_a_warning(read: ReadBodies) -> None:
    bodies = read("| body | cost |\n| a | 1 |\n| | 2 |\n||\n| | | Sumber: Bappeda |")
    assert len(bodies.data) == 1
    (finding,) = found(bodies, "ingest.rows_without_body")
    assert (finding.severity, finding.params["rows"]) == ("warning", ["3"])


def test_the_key_column_also_goes_by_the_names_of_the_respondents_field(read: ReadBodies) -> None:
    assert read("| Data lembaga |\n| Lembaga kerja sama | cost |\n| a | 1 |").data.index.tolist() == ["a"]


def test_a_file_without_the_key_is_refused(read: ReadBodies) -> None:
    with pytest.raises(InputFileError, match="has no column that names the cooperation body") as caught:
        read("| biaya |\n| 1 |")
    assert "kolom nama lembaga" in caught.value.render("id")


def test_a_file_with_the_header_alone_is_refused(read: ReadBodies) -> None:
    with pytest.raises(InputFileError, match="names no cooperation body"):
        read("| body | cost |")


def test_delimited_amounts_are_read_as_text(tmp_path: Path, instrument: Instrument) -> None:
    path = write_csv(tmp_path / "bodies.csv", '| body | cost |\n| a | "1.250.000,00" |\n| b | 900 |', delimiter=";")
    bodies = read_bodies(path, instrument)
    assert bodies.data["cost"].tolist() == [1250000.0, 900.0]
    assert [change.count for change in logged(bodies, "ingest.text_amounts_read", "cost")] == [1]
    json.dumps(bodies.to_dict(), allow_nan=False)


def test_members_are_listed_and_counted(read: ReadBodies) -> None:
    bodies = read(
        "| body | member_names |\n| a | Yogyakarta; Sleman; Bantul |\n| b | Kab. Sumbawa, Prov. NTB |\n| c | |"
    )
    assert bodies.members == {
        "a": ("Yogyakarta", "Sleman", "Bantul"),
        "b": ("Kab. Sumbawa", "Prov. NTB"),
        "c": (),
    }
    assert not found(bodies, "ingest.unknown_columns")


def test_years_and_the_bodies_of_one(read: ReadBodies) -> None:
    bodies = read("| body | year | cost |\n| a | 2023 | 1 |\n| a | TA 2024 | 2 |\n| b | 2024 | 3 |")
    assert bodies.years == [2023, 2024]
    assert bodies.at_year(2024).data["cost"].to_dict() == {"a": 2.0, "b": 3.0}
    assert bodies.at_year(2023).names == ["a"]
    with pytest.raises(ArgumentError, match="no year 2020; they hold 2023, 2024"):
        bodies.at_year(2020)
    single = read("| body | year | cost |\n| a | 2023 | 1 |\n| b | 2024 | 2 |")
    assert single.at_year(2024).data["cost"].to_dict() == {"b": 2.0}
    assert read("| body | cost |\n| a | 1 |").years == []


def test_bodies_that_take_turns_under_two_spellings_are_asked_about(read: ReadBodies) -> None:
    table = "| body | year |\n| Kartamantul | 2022 |\n| Kartamantul | 2023 |\n| Kartamantl | {} |"
    (finding,) = found(read(table.format(2024)), "ingest.bodies_spelt_alike")
    assert (finding.cell, finding.params["rare"], finding.params["frequent"]) == ("A4", "Kartamantl", "Kartamantul")
    # Beside each other in a year they are two bodies.
    assert not found(read(table.format(2023)), "ingest.bodies_spelt_alike")
