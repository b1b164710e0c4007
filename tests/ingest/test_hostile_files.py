"""Text files, SPSS, Stata and parquet files that are broken or lie: each is read as it stands, or refused."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from kadsurvey.errors import InputFileError, KadsurveyError
from kadsurvey.ingest.amounts import read_amount
from kadsurvey.ingest.dates import read_day
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.privacy import pseudonym_key
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import LANGUAGES

ROWS = 50
FIXTURES = Path(__file__).parents[1] / "reference" / "fixtures"


def refusal(path: Path) -> KadsurveyError:
    with pytest.raises(InputFileError) as caught:
        read_file(path)
    for lang in LANGUAGES:
        assert str(path.parent) not in caught.value.render(lang)
    return caught.value


def csv(folder: Path, content: bytes) -> Path:
    (folder / "a.csv").write_bytes(content)
    return folder / "a.csv"


@pytest.mark.parametrize("content", [b"T1,T2\n5,\x004\n", "T1,T2\n5,\x004\n".encode("utf-16")])
def test_a_csv_file_with_nul_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(csv(tmp_path, content)).code == "ingest.not_a_table"


def test_half_a_letter_of_utf16_is_refused(tmp_path: Path) -> None:
    error = refusal(csv(tmp_path, "T1\n5\n".encode("utf-16") + b"\x00"))
    assert (error.code, error.params["line"]) == ("ingest.unknown_encoding", 3)


@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\n"])
def test_lines_of_two_encodings_are_named(tmp_path: Path, ending: bytes) -> None:
    lines = [b"T1,nama", b"5,Jos", "4,José".encode(), b"3,X", "2,Désa".encode("cp1252")]
    error = refusal(csv(tmp_path, ending.join(lines)))
    assert (error.code, error.params["line"], error.params["other"]) == ("ingest.mixed_encodings", 3, 5)


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_lines_may_end_in_any_way(tmp_path: Path, ending: str) -> None:
    (grid,) = read_file(csv(tmp_path, ending.join(["T1,T2", "5,4", '3,"a, b"', ""]).encode())).grids
    assert [list(row) for row in grid.rows if row] == [["T1", "T2"], ["5", "4"], ["3", "a, b"]]


def test_a_cell_without_end_is_named_with_its_line(tmp_path: Path) -> None:
    error = refusal(csv(tmp_path, b"T1,T2\n5,4\n3," + b"x" * 200_000 + b"\n"))
    assert (error.code, error.params["line"]) == ("ingest.cell_too_long", 3)


def test_a_line_of_very_many_cells_is_read(tmp_path: Path) -> None:
    (grid,) = read_file(csv(tmp_path, b",".join([b"T1"] * 200_000))).grids
    assert len(grid.rows[0]) == 200_000


@pytest.mark.parametrize("text", ["9" * 400, "1e400", "9" * 5000, f"{'9' * 300}.{'9' * 300} juta"])
def test_a_number_beyond_all_numbers_is_unreadable(text: str) -> None:
    assert read_amount(text).value is None or read_amount(text).value < float("inf")
    assert read_amount("9" * 400).doubt == "unreadable"


@pytest.mark.parametrize("text", ["99/99/9999", "2024-13-45", "31/02/2024", "99999", "0000-01-01", "1" * 5000])
def test_a_day_out_of_range_is_unreadable(text: str) -> None:
    assert read_day(text).doubt == "unreadable"


def test_a_field_s_odd_value_in_a_row_without_answers_is_nobody_s(tmp_path: Path) -> None:
    instrument = load_instrument(Path(__file__).with_name("kobo.yaml"))
    header = ["lembaga", "kelompok", *instrument.items]
    rows = [header, ["kad_a", "official", *["4"] * len(instrument.items)], ["nowhere", "nobody", *[""] * 13]]
    path = csv(tmp_path, "\n".join(",".join(row) for row in rows).encode())
    assert not [finding for finding in read_responses([path], instrument).findings if "nobody" in str(finding.params)]


def sav(folder: Path) -> Path:
    pyreadstat.write_sav(pd.DataFrame({"T1": [float(n % 5) for n in range(ROWS)]}), folder / "a.sav")
    return folder / "a.sav"


def dta(folder: Path, **options: object) -> Path:
    pyreadstat.write_dta(pd.DataFrame({"T1": [float(n % 5) for n in range(ROWS)]}), folder / "a.dta", **options)
    return folder / "a.dta"


def parquet(folder: Path) -> Path:
    pd.DataFrame({"T1": [float(n % 5) for n in range(ROWS)]}).to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


@pytest.mark.parametrize("write", [sav, dta, parquet], ids=["sav", "dta", "parquet"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_refused(tmp_path: Path, write, share: float) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refusal(path).code == "ingest.damaged_workbook"


@pytest.mark.parametrize("told", [10_000, 2_000_000])
def test_an_spss_file_that_tells_of_more_cases_than_it_can_hold_is_refused(tmp_path: Path, told: int) -> None:
    path = sav(tmp_path)
    content = bytearray(path.read_bytes())
    assert struct.unpack_from("<i", content, 80) == (ROWS,)
    struct.pack_into("<i", content, 80, told)
    path.write_bytes(bytes(content))
    assert refusal(path).code in ("ingest.damaged_workbook", "ingest.sheet_too_large")


@pytest.mark.parametrize("told", [10_000, 2_000_000, 2**31 - 1])
def test_a_stata_file_that_tells_of_more_cases_than_it_can_hold_is_refused(tmp_path: Path, told: int) -> None:
    path = dta(tmp_path, version=10)
    content = bytearray(path.read_bytes())
    assert struct.unpack_from("<i", content, 6) == (ROWS,)
    struct.pack_into("<i", content, 6, told)
    path.write_bytes(bytes(content))
    assert refusal(path).code in ("ingest.damaged_workbook", "ingest.sheet_too_large")


def test_a_long_text_of_stata_that_very_many_cells_share_is_refused(tmp_path: Path) -> None:
    one_text = "x" * 60_000
    pd.DataFrame({"T1": [one_text] * 20_000}).to_stata(
        tmp_path / "a.dta", version=118, convert_strl=["T1"], write_index=False
    )
    assert (tmp_path / "a.dta").stat().st_size < 1_000_000
    assert refusal(tmp_path / "a.dta").code == "ingest.too_much_text"


def test_a_file_that_brings_the_reader_down_is_refused(tmp_path: Path) -> None:
    content = bytearray((FIXTURES / "spss.sav").read_bytes())
    # A number becomes a text of 512 letters, without the records that such a text needs.
    record, width = struct.unpack_from("<ii", content, 552)
    assert (record, width) == (2, 0)
    struct.pack_into("<i", content, 556, 512)
    (tmp_path / "a.sav").write_bytes(bytes(content))
    assert refusal(tmp_path / "a.sav").code == "ingest.damaged_workbook"


def test_a_few_long_texts_of_stata_are_read(tmp_path: Path) -> None:
    texts = ["x" * 5000, "y" * 5000] * 50
    pd.DataFrame({"T1": texts}).to_stata(tmp_path / "a.dta", version=118, convert_strl=["T1"], write_index=False)
    (grid,) = read_file(tmp_path / "a.dta").grids
    assert grid.cells([0], 1)[0].per_row().tolist() == texts


def test_a_parquet_file_of_a_thousand_million_rows_is_refused(tmp_path: Path) -> None:
    nothing = pa.nulls(10_000_000, pa.int8())
    pq.write_table(pa.table({f"T{n}": nothing for n in range(10)}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 300_000
    assert refusal(tmp_path / "a.parquet").code == "ingest.sheet_too_large"


def test_a_text_of_parquet_that_many_cells_share_is_kept_once(tmp_path: Path) -> None:
    # 3 GB if each cell had its own.
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 30_000, pa.int32()), ["x" * 100_000])
    pq.write_table(pa.table({"T1": column}), tmp_path / "a.parquet", store_schema=False)
    assert (tmp_path / "a.parquet").stat().st_size < 500_000
    (grid,) = read_file(tmp_path / "a.parquet").grids
    cells = grid.cells([0], 1)[0]
    assert (len(cells.places), len(cells.texts[0])) == (30_000, 100_000)


@pytest.mark.parametrize("name", ["a\0b.csv", "a\0b.sav"])
def test_a_name_that_no_system_has_is_no_file(name: str) -> None:
    with pytest.raises(InputFileError, match="no file"):
        read_file(name)


@pytest.mark.parametrize(
    "text", [" " * 100_000, "-" * 100_000, "a/" * 50_000, "1" + " " * 100_000 + "x", "." * 100_000, "(" * 100_000,
             "a" * 100_000, "9." * 50_000, ", " * 50_000, "[" * 100_000, "a-" * 50_000],
)  # fmt: skip
def test_a_long_text_is_gone_through_once(tmp_path: Path, text: str) -> None:
    # Each of these took longer than anybody waits when the search began anew at every character.
    assert read_amount(text).doubt == "unreadable"
    assert read_day(text).doubt == "unreadable"
    instrument = load_instrument(Path(__file__).with_name("kobo.yaml"))
    items = list(instrument.items)
    header = ["lembaga", f'"x{text}"', f'"{text}T9"', *items]
    rows = [f'"KAD{text}{at}","x","{text}x",{",".join("4" * len(items))}' for at in range(3)]
    path = csv(tmp_path, "\n".join([",".join(header), *rows]).encode())
    assert len(read_responses([path], instrument).data) == 3


@pytest.mark.parametrize("content", ["", "00" * 31, "00" * 33, "zz" * 32, "\x00"])
def test_a_key_that_is_not_whole_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(InputFileError) as caught:
        pseudonym_key(path)
    assert caught.value.code == "ingest.key_unreadable"
    assert path.read_text(encoding="ascii") == content


def test_a_key_that_another_run_has_made_meanwhile_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        target.write_text("ab" * 32, encoding="ascii")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert pseudonym_key(tmp_path / "key") == bytes.fromhex("ab" * 32)
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
