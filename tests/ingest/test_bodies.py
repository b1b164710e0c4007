from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.bodies import Bodies, join_findings, read_bodies
from kadsurvey.ingest.responses import read_responses
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
    bodies = read('| body | cost |\n| a | "1.250" |\n| b | 1,25 M |\n| c | banyak |\n| d | 7 |')
    assert bodies.data["cost"].isna().tolist() == [True, True, True, False]
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_amount")] == ["B2", "B3"]
    assert [finding.cell for finding in found(bodies, "ingest.unreadable_amount")] == ["B4"]


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


def test_bodies_on_one_side_only_are_named(tmp_path: Path, instrument: Instrument, read: ReadBodies) -> None:
    table = """
    | lembaga  | T1 | T2 | T3 | N1 |
    | KAD Alfa | 5  | 4  | 3  | 2  |
    | KAD Cita | 4  | 4  | 3  | 2  |
    | Xyz      | 4  | 4  | 3  | 1  |
    """
    responses = read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": table}), instrument)
    findings = join_findings(responses, read("| body | cost |\n| KAD Alfa | 1 |\n| Kad Citaa | 2 |\n| KAD Dwi | 3 |"))
    (near,) = found(findings, "ingest.body_spelt_otherwise")
    assert (near.severity, near.params["body"], near.params["nearest"]) == ("warning", "KAD Cita", "Kad Citaa")
    assert [finding.params["body"] for finding in found(findings, "ingest.body_without_data")] == ["Xyz"]
    (unasked,) = found(findings, "ingest.bodies_without_answers")
    assert unasked.params["bodies"] == ["Kad Citaa", "KAD Dwi"]
