"""From a file of cooperation bodies to their data, and how it joins the respondents' answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.errors import InputFileError, nearest
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.body_columns import read_column, read_own_column
from kadsurvey.ingest.columns import Columns, other_sheets, resolve_columns, unknown_columns
from kadsurvey.ingest.fields import value_key
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import Header, HeaderCell, body_index, find_header
from kadsurvey.ingest.responses import Responses
from kadsurvey.ingest.table import Table, read_table
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.wording import fold
from kadsurvey.results import Result, plain

KEY = "body"
YEAR = "year"


@dataclass(frozen=True, slots=True, eq=False)
class Bodies(Result):
    """The data of the bodies, typed.

    Attributes
    ----------
    data : DataFrame, index ``body``, or ``body`` and ``year`` where a body has several years
        Columns of the instrument that the file has, in its order, then the analyst's own numeric columns.
    findings : tuple of Finding
        What is odd in the file.
    log : tuple of Change
        What was read as what.
    """

    data: pd.DataFrame
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the data."""
        return self.data

    def to_dict(self) -> dict[str, Any]:
        """Return data, findings and log as plain values."""
        return {
            "data": plain(self.data),
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


def read_bodies(path: str | Path, instrument: Instrument) -> Bodies:
    """Read the file of body data: one row a body, or a body and year.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file. Only the column that names the body is needed.
    instrument : Instrument
        Gives names, types and values of the columns.

    Returns
    -------
    Bodies
        An amount that could be two numbers (``1.250``) is missing, and a finding asks for it. A numeric column that the
        instrument does not know is kept under its own name.

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
    log = [*content.log, *columns.log, *table.log]
    frame = _typed(table, instrument, key, findings, log)
    _keep_own(table, header, columns.unknown, list(own), instrument, frame, findings)
    frame = _indexed(frame, table, key, instrument, findings)
    findings += _missing_outcomes(frame, instrument, table)
    return Bodies(frame, tuple(findings), tuple(log))


def join_findings(responses: Responses, bodies: Bodies) -> tuple[Finding, ...]:
    """Name bodies with answers but no body data (a warning), and with body data but no answers (a note)."""
    if "body" not in responses.data:
        return ()
    asked = list(dict.fromkeys(responses.data["body"].dropna()))
    listed = list(dict.fromkeys(bodies.data.index.get_level_values(KEY)))
    findings = []
    for body in asked:
        if body not in listed:
            near = nearest(body, [name for name in listed if name not in asked])
            code = "ingest.body_without_data" if near is None else "ingest.body_spelt_otherwise"
            count = int((responses.data["body"] == body).sum())
            findings.append(Finding(code, "warning", {"body": body, "nearest": near or "", "count": count}))
    unasked = [body for body in listed if body not in asked]
    if unasked:
        findings.append(Finding("ingest.bodies_without_answers", "note", {"bodies": unasked, "count": len(unasked)}))
    return tuple(findings)


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


def _typed(table: Table, instrument: Instrument, key: str, findings: list[Finding], log: list[Change]) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for name, part in instrument.bodies.items():
        if name in table.columns and name != key:
            column = read_column(table, name, part)
            columns[name] = column.values
            findings += column.findings
            log += column.log
    return pd.DataFrame(columns, index=range(len(table.rows)))


def _keep_own(
    table: Table,
    header: Header,
    unknown: tuple[HeaderCell, ...],
    own: list[str],
    instrument: Instrument,
    frame: pd.DataFrame,
    findings: list[Finding],
) -> None:
    """Keep unknown columns that are numeric, and list the others."""
    kept: dict[str, Finding] = {}
    file, sheet = header.grid.file, header.grid.sheet
    for name in own:
        column = read_own_column(table, name)
        if column is not None:
            frame[name] = column.values
            findings += column.findings
            place = header.cell_name(table.columns[name])
            kept[name] = Finding("ingest.own_column_kept", "note", {"column": name}, file, sheet, place)
    findings += kept.values()
    others = tuple(cell for cell in unknown if cell.text not in kept)
    findings += unknown_columns(header, others, [name for name in instrument.bodies if name not in table.columns])


def _indexed(
    frame: pd.DataFrame, table: Table, key: str, instrument: Instrument, findings: list[Finding]
) -> pd.DataFrame:
    """Index by body, or by body and year; a row given twice is an error and only its first is kept."""
    names = _body_names(table, key, instrument)
    year = frame[YEAR] if YEAR in frame else pd.Series(np.nan, index=frame.index)
    several = bool(pd.DataFrame({KEY: names, YEAR: year}).dropna().groupby(KEY)[YEAR].nunique().gt(1).any())
    keys = list(zip(names, year.tolist() if several else [None] * len(names), strict=True))
    first: dict[tuple[str, float | None], int] = {}
    for row, (body, at) in enumerate(keys):
        if at is not None and np.isnan(at):
            findings.append(Finding("ingest.year_missing", "error", {"body": body}, **table.place(row, YEAR)))
        elif (earlier := first.setdefault((body, at), row)) != row:
            params = {"body": body, "cell": table.place(earlier, key)["cell"]}
            code = "ingest.duplicate_body" if at is None else "ingest.duplicate_body_year"
            findings.append(Finding(code, "error", {**params, YEAR: f"{at or 0:g}"}, **table.place(row, key)))
    rows = sorted(first.values())
    kept = frame.iloc[rows]
    labels = pd.Index([names[row] for row in rows], name=KEY, dtype="str")
    if several:
        years = pd.Index(kept[YEAR].astype(int), name=YEAR)
        return kept.drop(columns=YEAR).set_index(pd.MultiIndex.from_arrays([labels, years]))
    return kept.set_index(labels)


def _body_names(table: Table, key: str, instrument: Instrument) -> list[str]:
    """Return the bodies' names: by the values of the respondents' body field, else in their first spelling."""
    field = instrument.field_with("body")
    known = value_key(instrument.fields[field].values) if field else {}
    first: dict[str, str] = {}
    names = []
    for text in table.texts[key].tolist():
        bare = " ".join(text.split())
        names.append(known.get(fold(bare)) or first.setdefault(fold(bare), bare))
    return names


def _missing_outcomes(frame: pd.DataFrame, instrument: Instrument, table: Table) -> list[Finding]:
    findings = []
    for name, part in instrument.bodies.items():
        if part.role == "outcome" and name in frame and frame[name].isna().any():
            without = list(dict.fromkeys(frame.index.get_level_values(KEY)[frame[name].isna()]))
            params = {"column": name, "bodies": without, "count": len(without)}
            grid = table.header.grid
            findings.append(Finding("ingest.outcome_missing", "warning", params, grid.file, grid.sheet))
    return findings
