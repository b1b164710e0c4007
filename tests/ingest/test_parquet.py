"""Parquet files give what the same table gives as csv."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import InputFileError, MissingPackageError
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged

ITEMS = ["T1", "T2", "T3", "N1"]


@pytest.fixture
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.choice([1.0, 2, 3, 4, 5, 7, 8, 99, np.nan], (200, 4)), columns=ITEMS)
    frame.insert(0, "nomor", [f"{number:04d}" for number in range(200)])
    frame["lembaga"] = rng.choice(["KAD Alfa", "KAD Bravo", "kad alfa", None], 200)
    frame["status"] = rng.choice(["ASN", "LSM"], 200)
    frame["lama"] = rng.integers(0, 30, 200)
    frame["nama_lengkap"] = "RAHASIA"
    return frame


def test_a_parquet_file_gives_what_its_csv_gives(tmp_path: Path, instrument: Instrument, answers: pd.DataFrame) -> None:
    answers.to_parquet(tmp_path / "a.parquet")
    answers.to_csv(tmp_path / "a.csv", index=False)
    parquet = read_responses(tmp_path / "a.parquet", instrument)
    csv = read_responses(tmp_path / "a.csv", instrument)
    pd.testing.assert_frame_equal(parquet.data, csv.data)
    pd.testing.assert_frame_equal(parquet.dont_know, csv.dont_know)
    # In csv a column of numbers with a gap is written with decimals.
    raw = csv.raw.replace(r"\.0$", "", regex=True)
    pd.testing.assert_frame_equal(parquet.raw, raw)
    assert [part.params for part in found(parquet, "ingest.unreadable_answer")] == [
        {**part.params, "value": str(part.params["value"]).removesuffix(".0")}
        for part in found(csv, "ingest.unreadable_answer")
    ]
    assert "RAHASIA" not in str(parquet.to_dict()) + parquet.raw.to_csv()
    assert logged(parquet, "ingest.dialect_of_kind")


@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "str", "category"])
def test_codes_of_any_type(tmp_path: Path, instrument: Instrument, dtype: str) -> None:
    frame = pd.DataFrame({item: [5, 4, 1] for item in ITEMS}).astype(dtype)
    frame.to_parquet(tmp_path / "a.parquet")
    assert read_responses(tmp_path / "a.parquet", instrument).data["T1"].tolist() == [5.0, 4.0, 1.0]


def test_true_is_no_code(tmp_path: Path, instrument: Instrument) -> None:
    pd.DataFrame({"T1": [True, False], "T2": [1, 2], "T3": [1, 2], "N1": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    responses = read_responses(tmp_path / "a.parquet", instrument)
    assert [finding.cell for finding in found(responses, "ingest.unreadable_answer")] == ["T1:1", "T1:2"]


def test_a_column_of_lists_is_refused_by_name(tmp_path: Path, instrument: Instrument) -> None:
    pd.DataFrame({"T1": [[1], [2]], "T2": [1, 2], "T3": [1, 2], "N1": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputFileError, match="column 'T1' holds lists"):
        read_responses(tmp_path / "a.parquet", instrument)


def test_an_export_kept_as_parquet_is_still_that_program_s(tmp_path: Path, instrument: Instrument) -> None:
    frame = pd.DataFrame({item: [5, 4] for item in ITEMS})
    frame["_uuid"], frame["_submission_time"] = ["a", "b"], dt.datetime(2026, 3, 1)
    frame.to_parquet(tmp_path / "a.parquet")
    responses = read_responses(tmp_path / "a.parquet", instrument)
    assert responses.data.index.tolist() == ["a", "b"]
    assert logged(responses, "ingest.dialect_found")[0].params["program"] == "KoboToolbox"


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, instrument: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    pd.DataFrame({item: [5] for item in ITEMS}).to_parquet(tmp_path / "a.parquet")

    def missing(module: str) -> None:
        raise ImportError(module)

    monkeypatch.setattr("kadsurvey._optional.import_module", missing)
    with pytest.raises(MissingPackageError, match=r'pyarrow.*pip install "kadsurvey\[parquet\]"') as caught:
        read_responses(tmp_path / "a.parquet", instrument)
    assert "belum terpasang" in caught.value.render("id")
