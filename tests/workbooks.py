"""Files for tests, written from Markdown tables so that the reader of a test sees the sheet.

A cell that reads as a number becomes a number, ``"5"`` in quotes the text 5, ``=1+1`` a formula (never calculated),
``#N/A`` an error value; an empty cell stays empty. A line of dashes is left out.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Value = str | float | None


def rows_of(markdown: str) -> list[list[Value]]:
    """Read the rows of a Markdown table; a line ``||`` is an empty row."""
    lines = [line.strip() for line in markdown.strip().splitlines()]
    rows = [line.removeprefix("|").removesuffix("|").split("|") for line in lines]
    return [[_value(cell) for cell in row] for row in rows if not all(cell.strip().startswith("---") for cell in row)]


def write_xlsx(path: Path, sheets: Mapping[str, str], *, hidden: Sequence[str] = ()) -> Path:
    """Write an xlsx workbook with one sheet a table."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, markdown in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row, values in enumerate(rows_of(markdown), start=1):
            for column, value in enumerate(values, start=1):
                if value is not None:
                    sheet.cell(row, column, value)
    workbook.save(path)
    return path


def write_xls(path: Path, sheets: Mapping[str, str]) -> Path:
    """Write an xls workbook."""
    workbook = xlwt.Workbook()
    for name, markdown in sheets.items():
        sheet = workbook.add_sheet(name)
        for row, values in enumerate(rows_of(markdown)):
            for column, value in enumerate(values):
                if value is not None:
                    sheet.write(row, column, value)
    workbook.save(str(path))
    return path


def write_ods(path: Path, sheets: Mapping[str, str]) -> Path:
    """Write an ods workbook; a formula has the value 3, as one that was calculated."""
    document = OpenDocumentSpreadsheet()
    for name, markdown in sheets.items():
        table = Table(name=name)
        for values in rows_of(markdown):
            row = TableRow()
            for value in values:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def write_csv(
    path: Path, markdown: str, *, delimiter: str = ",", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL
) -> Path:
    """Write a delimited file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerows([["" if value is None else _plain(value) for value in row] for row in rows_of(markdown)])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_zip(path: Path, tables: Mapping[str, str]) -> Path:
    """Write a zip archive with one csv file a table."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, markdown in tables.items():
            archive.writestr(name, write_csv(path.with_suffix(".member"), markdown).read_bytes())
    return path


def write_sav(path: Path, markdown: str, **options: Any) -> Path:
    """Write an SPSS file; ``options`` are those of pyreadstat."""
    pyreadstat.write_sav(frame_of(markdown), path, **options)
    return path


def frame_of(markdown: str) -> pd.DataFrame:
    """Read a Markdown table as a frame: a column of numbers is numeric, an empty cell missing."""
    header, *rows = rows_of(markdown)
    return pd.DataFrame({str(name): [row[at] for row in rows] for at, name in enumerate(header)})


def _value(cell: str) -> Value:
    bare = cell.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return bare[1:-1]
    if not bare:
        return None
    try:
        return float(bare)
    except ValueError:
        return bare


def _plain(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, float) else value


def _ods_cell(value: Value) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, float):
        return TableCell(valuetype="float", value=value)
    if value.startswith("="):
        return TableCell(valuetype="float", value=3, formula=f"of:{value}")
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell
