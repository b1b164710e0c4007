from __future__ import annotations

import json
from pathlib import Path

import pytest

from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found, logged
from tests.workbooks import write_csv, write_ods, write_xls, write_xlsx

HEAD = "| nomor | lembaga | status | T1 | T2 | T3 | N1 |"


@pytest.fixture
def officials(tmp_path: Path) -> Path:
    return write_xlsx(
        tmp_path / "officials.xlsx", {"S": "| nomor | lembaga | T1 | T2 | T3 | N1 |\n| P1 | a | 5 | 4 | 3 | 2 |"}
    )


@pytest.fixture
def ngos(tmp_path: Path) -> Path:
    table = "| nomor | lembaga | T1 | T2 | T3 | N1 |\n| L1 | a | SS | S | N | TS |"
    return write_csv(tmp_path / "ngos.csv", table, delimiter=";")


def test_several_files_at_once_with_their_groups(officials: Path, ngos: Path, instrument: Instrument) -> None:
    responses = read_responses(officials, instrument, groups={"ngo": ngos})
    assert responses.data["group"].tolist()[1] == "ngo"
    assert responses.data["group"].isna().tolist() == [True, False]
    assert responses.source["file"].tolist() == ["officials.xlsx", "ngos.csv"]
    assert responses.data.loc["L1", ["T1", "T3"]].tolist() == [5.0, 3.0]
    (change,) = logged(responses, "ingest.group_from_file")
    assert (change.file, change.count) == ("ngos.csv", 1)


def test_a_file_of_a_group_is_read_once(officials: Path, ngos: Path, instrument: Instrument) -> None:
    responses = read_responses([officials, str(ngos)], instrument, groups={"Pejabat daerah": officials, "LSM": [ngos]})
    assert responses.data["group"].to_dict() == {"P1": "official", "L1": "ngo"}


def test_groups_alone_are_enough(officials: Path, instrument: Instrument) -> None:
    assert len(read_responses([], instrument, groups={"official": str(officials)}).data) == 1


def test_the_group_of_the_file_counts_before_its_column(tmp_path: Path, instrument: Instrument) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"S": f"{HEAD}\n| 1 | a | LSM | 5 | 4 | 3 | 2 |\n| 2 | a | ASN | 5 | 4 | 3 | 1 |"}
    )
    responses = read_responses([], instrument, groups={"official": path})
    assert responses.data["group"].tolist() == ["official", "official"]
    assert [finding.cell for finding in found(responses, "ingest.group_conflict")] == ["C2"]


def test_an_unknown_group_is_refused_with_the_nearest(officials: Path, instrument: Instrument) -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'official'") as caught:
        read_responses([], instrument, groups={"oficial": officials})
    assert "kelompok 'oficial'" in caught.value.render("id")


def test_files_that_cannot_be_told_apart_are_refused(tmp_path: Path, officials: Path, instrument: Instrument) -> None:
    with pytest.raises(ArgumentError, match=r"'officials\.xlsx' is given twice"):
        read_responses([officials, officials], instrument)
    (tmp_path / "other").mkdir()
    copy = tmp_path / "other" / "officials.xlsx"
    copy.write_bytes(officials.read_bytes())
    with pytest.raises(ArgumentError, match="both called"):
        read_responses([officials, copy], instrument)
    with pytest.raises(ArgumentError, match="as group 'official' and as group 'ngo'"):
        read_responses([], instrument, groups={"official": officials, "ngo": officials})
    with pytest.raises(ArgumentError, match="No data file"):
        read_responses([], instrument)


def test_an_unknown_dialect_is_refused(officials: Path, instrument: Instrument) -> None:
    with pytest.raises(ArgumentError, match="no dialect 'kobo2'"):
        read_responses(officials, instrument, dialect="kobo2")  # type: ignore[arg-type]


def test_the_same_answers_from_every_kind_of_file(tmp_path: Path, instrument: Instrument) -> None:
    table = f'{HEAD}\n| "007" | KAD Alfa | ASN | 5 | "4" | Setuju | 8 |\n| "008" | KAD Alfa | LSM | | 2 | TS | 1 |'
    sheets = {"Respon": table}
    files = [
        write_xlsx(tmp_path / "a.xlsx", sheets),
        write_xls(tmp_path / "a.xls", sheets),
        write_ods(tmp_path / "a.ods", sheets),
        write_csv(tmp_path / "a.csv", table),
        write_csv(tmp_path / "a.tsv", table, delimiter="\t", encoding="utf-16"),
    ]
    first, *others = (read_responses(file, instrument) for file in files)
    for other in others:
        assert other.data.equals(first.data)
        assert other.raw.equals(first.raw)
        assert other.dont_know.equals(first.dont_know)


def test_rows_without_answers_are_no_respondents(read: Read) -> None:
    responses = read(
        f"""
        {HEAD}
        | R1 | a | LSM | 5 | 4 | 3 | 2 |
        | R2 | a | LSM |   |   |   |   |
        ||
        | R3 | b | LSM | 8 | 8 | 8 | 8 |
        | | | | | | | | Catatan: data sementara |
        | Sumber: enumerator |
        """
    )
    assert responses.data.index.tolist() == ["R1", "R3"]
    (finding,) = found(responses, "ingest.rows_without_answers")
    assert (finding.severity, finding.params["rows"]) == ("note", ["3", "7"])
    assert [change.count for change in logged(responses, "ingest.rows_dropped")] == [2]
    assert [change.params["rows"] for change in logged(responses, "ingest.rows_outside_table")] == [["6"]]


@pytest.mark.parametrize("table", ["| T1 | T2 | T3 | N1 |", "| T1 | T2 | T3 | N1 | nomor |\n| | | | | R1 |"])
def test_a_file_without_respondents_is_refused(read: Read, table: str) -> None:
    with pytest.raises(
        InputFileError, match=r"'answers\.xlsx' holds no respondent: under the header in row 1"
    ) as caught:
        read(table)
    assert "tidak memuat responden" in caught.value.render("id")


def test_an_empty_file_is_refused(tmp_path: Path, instrument: Instrument) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(InputFileError, match=r"'a\.csv' is empty"):
        read_responses(tmp_path / "a.csv", instrument)


def test_responses_become_plain_values(read: Read) -> None:
    responses = read(f"{HEAD}\n| R1 | a | LSM | 5 | | 3 | ? |")
    plain = responses.to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["data"][0]["T2"] is None
    assert "raw" not in plain
    assert responses.to_frame() is responses.data
