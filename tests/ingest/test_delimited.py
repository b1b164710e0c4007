from __future__ import annotations

import csv
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.delimited import read_delimited

TABLE = [["T1", "T2", "catatan"], ["5", "4", "baik; sekali, ya"], ["3", "", 'kata "setuju"']]


def as_text(rows: list[list[str]], delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    def cell(text: str) -> str:
        quoted = quoting == csv.QUOTE_ALL or any(sign in text for sign in ',;\t|"\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(delimiter.join(cell(text) for text in row) + "\r\n" for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimiter_and_encoding_are_found(delimiter: str, encoding: str, quoting: int) -> None:
    read = read_delimited(as_text(TABLE, delimiter, quoting).encode(encoding), "a.csv")
    assert read.grid.rows == TABLE
    assert read.grid.sheet is None


def test_windows_letters_are_read() -> None:
    read = read_delimited("nama;isi\r\nJos\u00e9;\u201cya\u201d\r\n".encode("cp1252"), "a.csv")
    assert read.grid.rows[1] == ["Jos\u00e9", "\u201cya\u201d"]
    assert read.log[0].params["encoding"] == "cp1252"


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    assert read_delimited(b"T1;lama\r\n5;3,5\r\n4;2,5\r\n", "a.csv").grid.rows[1] == ["5", "3,5"]


def test_a_line_that_announces_the_delimiter_counts_as_a_row() -> None:
    rows = read_delimited(b"sep=;\r\nT1;T2\r\n5;4\r\n", "a.csv").grid.rows
    assert rows == [[], ["T1", "T2"], ["5", "4"]]


def test_title_rows_do_not_hide_the_delimiter() -> None:
    assert read_delimited(b"Rekap, Maret\r\n\r\nT1;T2\r\n5;4\r\n3;2\r\n1;2\r\n", "a.csv").grid.rows[2] == ["T1", "T2"]


def test_an_answer_over_two_lines_stays_one_cell() -> None:
    assert read_delimited(b'T1,isi\r\n5,"dua\r\nbaris"\r\n', "a.csv").grid.rows[1] == ["5", "dua\r\nbaris"]


def test_an_open_quotation_mark_is_named_with_its_line() -> None:
    with pytest.raises(InputFileError, match=r"'a\.csv', line 2: a quotation mark opened") as caught:
        read_delimited(b'T1,isi\r\n5,"buka\r\n4,baik\r\n', "a.csv")
    assert "tanda kutip" in caught.value.render("id")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputFileError, match="neither a spreadsheet nor a text file"):
        read_delimited(b"T1,T2\r\n5,\x00\x00\r\n", "a.csv")


def test_an_unknown_encoding_is_named_with_its_line() -> None:
    with pytest.raises(InputFileError, match=r"'a\.csv', line 2"):
        read_delimited(b"T1,T2\r\n\x81\x8d,4\r\n", "a.csv")


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n\ufeff"), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_any_quoted_table_comes_back(rows: list[list[str]], delimiter: str) -> None:
    table = [["T1", "T2", "T3"], *rows]
    assert read_delimited(as_text(table, delimiter, csv.QUOTE_ALL).encode(), "a.csv").grid.rows == table


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(InputFileError):
        read_delimited(content, "a.csv")
