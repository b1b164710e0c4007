"""From a file of cooperation bodies to their data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, InputFileError, nearest
from kadsurvey.findings import CellRead, Change, Finding
from kadsurvey.ingest.body_columns import BodyColumn, code_findings, read_column, read_own_column
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.columns import Columns, other_sheets, personal_columns, resolve_columns, unknown_columns
from kadsurvey.ingest.fields import value_key
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import Header, HeaderCell, body_index, find_header
from kadsurvey.ingest.mapping import MappingKind, MappingRow, UserMapping
from kadsurvey.ingest.member_names import members_header, split_members
from kadsurvey.ingest.naming import near_misspellings
from kadsurvey.ingest.table import Table, read_table
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.wording import fold, fold_header
from kadsurvey.results import Result, plain

KEY = "body"
YEAR = "year"


@dataclass(frozen=True, slots=True, eq=False)
class Bodies(Result):
    """The data of the bodies, typed.

    Attributes
    ----------
    data : DataFrame, index ``body``, or ``body`` and ``year`` where a body has several years
        Columns of the instrument that the file has, in its order, then the analyst's own numeric columns and codes.
    findings : tuple of Finding
        What is odd in the file.
    log : tuple of Change
        What was read as what, cell by cell.
    members : mapping of body to tuple of str
        The members that the file lists under ``member_names``.
    written : mapping of "body" and "member" to tuple of str
        The names as the file spells them, before any mapping.
    """

    data: pd.DataFrame
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The bodies, each once."""
        return list(dict.fromkeys(self.data.index.get_level_values(KEY)))

    @property
    def years(self) -> list[int]:
        """The years that the data speak of, ascending; empty where the file has no year."""
        if isinstance(self.data.index, pd.MultiIndex):
            return sorted(set(self.data.index.get_level_values(YEAR).tolist()))
        years = self.data[YEAR].dropna() if YEAR in self.data else pd.Series(dtype="float64")
        return sorted({int(year) for year in years})

    def at_year(self, year: int) -> Bodies:
        """Return the bodies of one year, indexed by body.

        Raises
        ------
        ArgumentError
            If no body has data of that year.
        """
        if year not in self.years:
            raise ArgumentError("ingest.no_such_year", year=str(year), years=[str(known) for known in self.years])
        if isinstance(self.data.index, pd.MultiIndex):
            return replace(self, data=self.data[self.data.index.get_level_values(YEAR) == year].droplevel(YEAR))
        return replace(self, data=self.data[self.data[YEAR] == year])

    def to_frame(self) -> pd.DataFrame:
        """Return the data."""
        return self.data

    def to_dict(self) -> dict[str, Any]:
        """Return data, members, findings and log as plain values."""
        return {
            "data": plain(self.data),
            "members": plain(self.members),
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


def read_bodies(path: str | Path, instrument: Instrument, *, mapping: UserMapping | None = None) -> Bodies:
    """Read the file of body data: one row a body, or a body and year.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file. Only the column that names the body is needed.
    instrument : Instrument
        Gives names, types and values of the columns.
    mapping : UserMapping, optional
        What the user says that misspelt names and doubtful cells mean.

    Returns
    -------
    Bodies
        An amount that could be two numbers (``1.250``) is missing, and a finding asks for it. A column of numbers or
        codes that the instrument does not know is kept under its own name.

    Raises
    ------
    InputFileError
        If the file cannot be read, names no body, or has no column for it.
    """
    content = read_file(path)
    key = next((name for name, part in instrument.bodies.items() if part.role == "id"), KEY)
    headers = find_header(content.grids, body_index(instrument, key), frozenset({key}))
    if not headers:
        sheets = [grid.sheet for grid in content.grids if grid.sheet]
        raise InputFileError("ingest.no_body_key", file=content.file, column=key, sheets=sheets or "-")
    header = headers[0]
    columns = resolve_columns(header, unique=frozenset({key}), left_out={})
    own, twice = _own_columns(header, columns)
    table = read_table(header, {**columns.read, **own}, frozenset({key}), row_is="body")
    if not table.rows.size:
        raise InputFileError("ingest.no_bodies", file=content.file, sheet=header.grid.sheet or "", row=header.row + 1)
    findings = [*columns.findings, *twice, *other_sheets(content.grids, headers, frozenset({key})), *table.findings]
    if not header.grid.sees_formulas:
        findings.append(Finding("ingest.formulas_unseen", "note", {}, header.grid.file))
    reader = _BodyReader(table, key, instrument, mapping, findings, [*content.log, *columns.log, *table.log])
    return reader.read(list(own), columns.unknown)


class _BodyReader:
    """Reads the table of one file and gathers what is odd about it."""

    def __init__(
        self,
        table: Table,
        key: str,
        instrument: Instrument,
        mapping: UserMapping | None,
        findings: list[Finding],
        log: list[Change],
    ) -> None:
        self._table = table
        self._key = key
        self._instrument = instrument
        self._mapping = mapping
        self._findings = findings
        self._log = log
        self._answered: set[MappingRow] = set()
        self._written: dict[str, tuple[str, ...]] = {}

    def read(self, own: list[str], unknown: tuple[HeaderCell, ...]) -> Bodies:
        """Type the columns, index the rows, and say what does not fit."""
        table, header = self._table, self._table.header
        frame = self._typed()
        listing = members_header(own)
        kept = self._keep_own([name for name in own if name != listing], frame)
        others = tuple(cell for cell in unknown if cell.text not in {*kept, listing})
        known = [name for name in self._instrument.bodies if name not in table.columns]
        self._findings += unknown_columns(header, others, known)
        names = self._names()
        frame = self._indexed(frame, names)
        members = self._members(listing, names) if listing is not None else {}
        self._findings += _missing_outcomes(frame, self._instrument, table)
        self._findings += self._unused_answers()
        return Bodies(frame, tuple(self._findings), tuple(self._log), members, self._written)

    def _typed(self) -> pd.DataFrame:
        columns: dict[str, pd.Series] = {}
        for name, part in self._instrument.bodies.items():
            if name in self._table.columns and name != self._key:
                columns[name] = self._take(read_column(self._table, name, part, self._mapping))
        return pd.DataFrame(columns, index=range(len(self._table.rows)))

    def _take(self, column: BodyColumn) -> pd.Series:
        self._findings += column.findings
        self._log += column.log
        self._answered |= column.answered
        return column.values

    def _keep_own(self, own: list[str], frame: pd.DataFrame) -> list[str]:
        """Keep the columns nobody described that hold numbers or codes; return their names."""
        header = self._table.header
        kept = []
        notes = []
        for name in own:
            personal = personal_columns(self._table, {name: self._table.columns[name]}, ())
            self._findings += personal
            if personal:
                continue
            column = read_own_column(self._table, name, self._mapping)
            if column is None:
                continue
            frame[name] = self._take(column)
            kept.append(name)
            code = "ingest.own_column_kept" if column.values.dtype.kind == "f" else "ingest.own_codes_kept"
            place = header.cell_name(self._table.columns[name])
            notes.append(Finding(code, "note", {"column": name}, header.grid.file, header.grid.sheet, place))
        self._findings += notes
        return kept

    def _names(self) -> list[str]:
        """Return the bodies' names: by the values of the respondents' body field, else in their first spelling."""
        field_name = self._instrument.field_with("body")
        known = value_key(self._instrument.fields[field_name].values) if field_name else {}
        texts = [" ".join(text.split()) for text in self._table.texts[self._key].tolist()]
        self._written["body"] = tuple(dict.fromkeys(texts))
        self._findings += code_findings(self._table, self._key, "body")
        first: dict[str, str] = {}
        names = []
        for name in self._renamed("body", texts, self._key):
            names.append(known.get(fold(name)) or first.setdefault(name_key(name), name))
        return names

    def _indexed(self, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
        """Index by body, or by body and year; a row given twice is an error and only its first is kept."""
        table, key = self._table, self._key
        year = frame[YEAR] if YEAR in frame else pd.Series(np.nan, index=frame.index)
        several = bool(pd.DataFrame({KEY: names, YEAR: year}).dropna().groupby(KEY)[YEAR].nunique().gt(1).any())
        keys = list(zip(names, year.tolist() if several else [None] * len(names), strict=True))
        first: dict[tuple[str, float | None], int] = {}
        for row, (body, at) in enumerate(keys):
            if at is not None and np.isnan(at):
                self._findings.append(Finding("ingest.year_missing", "error", {"body": body}, **table.place(row, YEAR)))
            elif (earlier := first.setdefault((body, at), row)) != row:
                params = {"body": body, "cell": table.place(earlier, key)["cell"], YEAR: f"{at or 0:g}"}
                code = "ingest.duplicate_body" if at is None else "ingest.duplicate_body_year"
                self._findings.append(Finding(code, "error", params, **table.place(row, key)))
        rows = sorted(first.values())
        kept = frame.iloc[rows]
        labels = pd.Index([names[row] for row in rows], name=KEY, dtype="str")
        if several:
            years = pd.Index(kept[YEAR].astype(int), name=YEAR)
            self._findings += self._alike(rows, names, year)
            return kept.drop(columns=YEAR).set_index(pd.MultiIndex.from_arrays([labels, years]))
        return kept.set_index(labels)

    def _alike(self, rows: list[int], names: list[str], year: pd.Series) -> list[Finding]:
        """Doubt bodies of nearly one name that never stand beside each other in a year: they may be one body."""
        rows_of: dict[str, list[int]] = {}
        for row in rows:
            rows_of.setdefault(names[row], []).append(row)
        findings = []
        for pair in near_misspellings(rows_of):
            frequent, rare = sorted(pair, key=lambda name: -len(rows_of[name]))
            if set(year.iloc[rows_of[rare]]).isdisjoint(year.iloc[rows_of[frequent]]):
                params = {"rare": rare, "count": len(rows_of[rare])}
                params |= {"frequent": frequent, "other_count": len(rows_of[frequent])}
                place = self._table.place(rows_of[rare][0], self._key)
                findings.append(Finding("ingest.bodies_spelt_alike", "warning", params, **place))
        return findings

    def _members(self, listing: str, names: list[str]) -> dict[str, tuple[str, ...]]:
        lists = [split_members(text) for text in self._table.texts[listing].tolist()]
        self._written["member"] = tuple(dict.fromkeys(name for part in lists for name in part))
        answers = self._mapping.accepted_names("member") if self._mapping else {}
        members: dict[str, dict[str, None]] = {}
        for body, part in zip(names, lists, strict=True):
            meant = (answers[name_key(name)].meant if name_key(name) in answers else name for name in part)
            members.setdefault(body, {}).update(dict.fromkeys(meant))
        self._findings += self._odd_counts(names, lists)
        return {body: tuple(part) for body, part in members.items()}

    def _odd_counts(self, names: list[str], lists: list[tuple[str, ...]]) -> list[Finding]:
        """Doubt a number of members that is not the number of names listed."""
        if "members" not in self._table.columns or "members" not in self._instrument.bodies:
            return []
        counts = read_column(self._table, "members", self._instrument.bodies["members"], self._mapping).values
        return [
            Finding(
                "ingest.members_miscounted",
                "warning",
                {"body": body, "members": int(count), "listed": len(part)},
                **self._table.place(row, "members"),
            )
            for row, (body, part, count) in enumerate(zip(names, lists, counts, strict=True))
            if part and count == count and count != len(part)
        ]

    def _renamed(self, kind: MappingKind, texts: list[str], column: str) -> list[str]:
        """Put what the user says that names mean in their place, and log each cell."""
        answers = self._mapping.accepted_names(kind) if self._mapping else {}
        names = [answers[key].meant if (key := name_key(text)) in answers else text for text in texts]
        cells = tuple(
            CellRead(self._table.place(row, column)["cell"] or "", text, name)
            for row, (text, name) in enumerate(zip(texts, names, strict=True))
            if text != name
        )
        if cells:
            grid = self._table.header.grid
            self._log.append(Change("ingest.mapping_names_read", len(cells), {}, grid.file, grid.sheet, column, cells))
        return names

    def _unused_answers(self) -> list[Finding]:
        """Name the accepted rows of the mapping file that no cell was read by."""
        mapping = self._mapping
        if mapping is None:
            return []
        rows = [row for row in mapping.rows if row.accepted and row.kind in ("cell", "code")]
        params = {"file": self._table.header.grid.file}
        known = list(self._table.columns)
        findings = []
        for row in rows:
            if row in self._answered:
                continue
            if row.column and fold_header(row.column) not in map(fold_header, known):
                near = nearest(row.column, known)
                named = {**params, "known": known if near is None else [near]}
                findings.append(mapping.finding("ingest.mapping_column_unknown", row, named, severity="error"))
            else:
                findings.append(mapping.finding("ingest.mapping_cell_unused", row, params))
        return findings


def _own_columns(header: Header, columns: Columns) -> tuple[dict[str, int], list[Finding]]:
    """Return the columns that the instrument does not know, by their headers; a header given twice is an error."""
    own: dict[str, int] = {}
    twice = []
    for cell in columns.unknown:
        first = own.setdefault(cell.text, cell.column)
        if first != cell.column:
            params = {"name": cell.text, "header": cell.text, "other": header.cell_name(first)}
            place = header.cell_name(cell.column)
            twice.append(
                Finding("ingest.duplicate_column", "error", params, header.grid.file, header.grid.sheet, place)
            )
    return own, twice


def _missing_outcomes(frame: pd.DataFrame, instrument: Instrument, table: Table) -> list[Finding]:
    findings = []
    for name, part in instrument.bodies.items():
        if part.role == "outcome" and name in frame and frame[name].isna().any():
            without = list(dict.fromkeys(frame.index.get_level_values(KEY)[frame[name].isna()]))
            params = {"column": name, "bodies": without, "count": len(without)}
            grid = table.header.grid
            findings.append(Finding("ingest.outcome_missing", "warning", params, grid.file, grid.sheet))
    return findings
