"""Tables that hypothesis draws, as files of every kind that holds a table.

``python -m tests.fuzz.tables`` draws the kept ones anew.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Value: TypeAlias = str | float | None
Table: TypeAlias = list[list[Value]]

HEADERS = ("_uuid", "lembaga", "daerah", "kelompok", "nama", "T1", "T2", "T3", "T4", "T5", "N1", "N2", "N3", "N4",
           "W1", "W2", "W3", "W4")  # fmt: skip
_KEPT = Path(__file__).with_name("tables.json")
NASTY = (
    "=1+1", "+62 811", "-", "@SUM(A1)", "'=1", "\tx", "1e400", "9" * 5000, "-0", "nan", "inf", "0x1F", "1.250", "5,0",
    "NULL", "N/A", "#REF!", "../x", "CON", "a/b\\c", "<script>&amp;</script>", "\u202eevil", "\u200b", "99/99/9999",
    "2958466", "x" * 33_000, '"', "'", ";", "Sangat setuju", "KAD Alfa", "Pejabat", "₅", "٣", "5\n", " 5 ",
)  # fmt: skip
"""What people type, paste and attack with."""

_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
_CELLS = st.one_of(
    st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]),
    st.sampled_from(NASTY),
    st.floats(allow_nan=False, allow_infinity=False),
    _TEXTS,
    st.none(),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table: a header that mostly is one of a questionnaire, and rows of anything."""
    part = draw(st.permutations(HEADERS))[: draw(st.integers(1, len(HEADERS)))]
    whole = list(HEADERS)
    wanted = draw(st.sampled_from([whole, whole, whole, [*whole, "T1", "", "x" * 300], list(part)]))
    rows = draw(st.lists(st.lists(_CELLS, min_size=len(wanted), max_size=len(wanted)), min_size=1, max_size=8))
    return [list(wanted), *rows]


def kept_tables() -> tuple[Table, ...]:
    """Return the tables that hypothesis once drew; what it draws depends on its version and on what is imported."""
    kept = json.loads(_KEPT.read_text(encoding="utf-8"))
    return tuple([[_unpacked(cell) for cell in row] for row in table] for table in kept)


def draw_tables(count: int) -> list[Table]:
    """Let hypothesis draw tables."""
    found: list[Table] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tables())
    def keep(table: Table) -> None:
        found.append(table)

    keep()
    return found


def _packed(cell: Value) -> object:
    return [cell[0], len(cell)] if isinstance(cell, str) and len(cell) > 100 and set(cell) == {cell[0]} else cell


def _unpacked(cell: object) -> Value:
    return cell[0] * cell[1] if isinstance(cell, list) else cell  # type: ignore[return-value]


def delimited(table: Table, *, delimiter: str = ",", ending: str = "\r\n", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(
        [["" if value is None else value for value in row] for row in table]
    )
    return text.getvalue().encode(encoding, errors="replace")


def file_of(table: Table, kind: str) -> bytes | None:
    """Return a table as a file of a kind; None where that kind cannot hold it."""
    writers: Mapping[str, Callable[[Table, Path], None]] = {
        "xlsx": _xlsx, "xls": _xls, "ods": _ods, "sav": _sav, "dta": _dta, "parquet": _parquet, "zip": _zip,
        "csv": lambda table, path: path.write_bytes(delimited(table)) and None,
        "tsv": lambda table, path: path.write_bytes(delimited(table, delimiter="\t", ending="\r")) and None,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        try:
            writers[kind](table, path)
        except Exception:
            # A writer of another program may raise anything where its format cannot hold the table.
            return None
        return path.read_bytes()


def _xlsx(table: Table, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Respon")
    for row in table:
        sheet.append(row)
    book.save(path)


def _xls(table: Table, path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Respon")
    for at, row in enumerate(table):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(at, column, value[:32_767] if isinstance(value, str) else value)
    book.save(str(path))


def _ods(table: Table, path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table as Sheet
    from odf.table import TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    sheet = Sheet(name="Respon")
    for row in table:
        line = TableRow()
        for value in row:
            cell = TableCell() if value is None else TableCell(valuetype="string")
            if isinstance(value, float):
                cell = TableCell(valuetype="float", value=value)
            elif value is not None:
                cell.addElement(P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


def _sav(table: Table, path: Path) -> None:
    import pyreadstat

    # SPSS knows no name that begins with an underscore.
    frame = _frame(table)
    pyreadstat.write_sav(frame.rename(columns=lambda name: name.lstrip("_")), path, compress=len(table) % 2 == 0)


def _dta(table: Table, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_dta(_frame(table), path, version=(8, 12, 13, 14, 15)[len(table) % 5])


def _parquet(table: Table, path: Path) -> None:
    _frame(table).to_parquet(path)


def _zip(table: Table, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("form.csv", delimited(table))


def _frame(table: Table) -> pd.DataFrame:
    header, *rows = table
    names = [name if isinstance(name, str) and name else f"v{at}" for at, name in enumerate(header)]
    columns: dict[str, Sequence[Value]] = {
        name: [row[at] for row in rows] for at, name in enumerate(names) if name not in names[:at]
    }
    numeric = {name: all(isinstance(cell, float | None) for cell in cells) for name, cells in columns.items()}
    return pd.DataFrame(
        {
            name: pd.Series(cells, dtype="float64")
            if numeric[name]
            else pd.Series(["" if cell is None else str(cell)[:2000] for cell in cells], dtype="object")
            for name, cells in columns.items()
        }
    )


if __name__ == "__main__":
    packed = [[[_packed(cell) for cell in row] for row in table] for table in draw_tables(24)]
    _KEPT.write_text(json.dumps(packed, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")
