"""Prices over the years: a file of a price index a year, by which money of several years becomes comparable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.amounts import read_amount
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import NameIndex, find_header
from kadsurvey.ingest.table import Table, read_table

_WORDINGS = {
    "year": ["tahun"],
    "index": ["indeks", "deflator", "ihk", "cpi", "indeks harga", "indeks harga konsumen", "price index"],
}
_COLUMNS = frozenset(_WORDINGS)


@dataclass(frozen=True, slots=True)
class Deflator:
    """A price index a year.

    Attributes
    ----------
    index : mapping of year to float
        Level of prices, all positive, on any base.
    base : int
        The year in whose prices amounts are given: the last one.
    """

    index: Mapping[int, float]
    base: int

    def factor(self, year: int) -> float | None:
        """Return what an amount of a year is multiplied by to be in prices of the base; None for an unknown year."""
        return self.index[self.base] / self.index[year] if year in self.index else None


def read_deflator(path: str | Path) -> Deflator:
    """Read a file with a column of years and one of the price index (*indeks harga*).

    Raises
    ------
    InputFileError
        If a column is missing, a cell is not a year or a positive number, or a year stands twice.
    """
    content = read_file(path)
    index = NameIndex(_WORDINGS)
    headers = [header for header in find_header(content.grids, index, _COLUMNS) if header.names() >= _COLUMNS]
    if not headers:
        raise InputFileError("ingest.no_deflator", file=content.file)
    header = headers[0]
    columns = {name: cell.column for cell in header.cells for name in cell.names}
    table = read_table(header, {name: columns[name] for name in _WORDINGS}, _COLUMNS, row_is="body")
    levels: dict[int, float] = {}
    for row in range(len(table.rows)):
        year = _cell(table, row, "year", whole=True)
        if year in levels:
            raise InputFileError("ingest.deflator_year_twice", year=int(year), **table.place(row, "year"))
        levels[int(year)] = _cell(table, row, "index", whole=False)
    if not levels:
        raise InputFileError("ingest.no_deflator", file=content.file)
    return Deflator(levels, max(levels))


def _cell(table: Table, row: int, name: str, *, whole: bool) -> float:
    text = table.texts[name][row].strip()
    value = read_amount(text).value
    if value is None or value <= 0 or (whole and (value % 1 or not 1900 <= value <= 2100)):
        code = "ingest.deflator_year" if whole else "ingest.deflator_index"
        raise InputFileError(code, value=text, **table.place(row, name))
    return value
