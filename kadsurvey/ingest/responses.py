"""From the files of a survey to its coded responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.answer_codes import read_answer_codes
from kadsurvey.ingest.cells import Cells
from kadsurvey.ingest.coding import code_answers
from kadsurvey.ingest.collector import collector_paused
from kadsurvey.ingest.columns import other_sheets, personal_columns, resolve_columns, unknown_columns
from kadsurvey.ingest.dialects import Conventions, Dialect, check_dialect, recognise
from kadsurvey.ingest.drift import label_findings, version_findings
from kadsurvey.ingest.fields import code_fields
from kadsurvey.ingest.files import FileContent, read_file
from kadsurvey.ingest.header import Header, find_header, in_dialect, response_index
from kadsurvey.ingest.identity import repeated_rows, respondent_ids
from kadsurvey.ingest.mapping import UserMapping
from kadsurvey.ingest.missing_items import check_items
from kadsurvey.ingest.sources import FilePath, Source, in_order
from kadsurvey.ingest.submissions import (
    IDENTITY,
    form_versions,
    identify,
    is_repeat,
    no_one,
    review,
    tell_numbers_apart,
)
from kadsurvey.ingest.table import Stack, Table, read_table
from kadsurvey.instrument.model import Instrument
from kadsurvey.results import Result, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEFT_OUT = {"personal": "ingest.personal_dropped", "text": "ingest.text_left_out"}


@dataclass(frozen=True, slots=True, eq=False)
class Responses(Result):
    """The responses of a survey, coded and reversed, and what reading did to them.

    Attributes
    ----------
    data : DataFrame, index ``respondent_id``
        Every item (float, NaN missing, reversed where the instrument says so), then ``body``, ``member`` and ``group``
        where the files have them, then covariates and times under the names of the instrument.
    raw : DataFrame, index ``respondent_id``
        The cells of the same columns as text, as they came; a blank cell is the empty text.
    dont_know : DataFrame of bool, index ``respondent_id``
        Which items were answered with "I do not know".
    source : DataFrame, index ``respondent_id``
        ``file``, ``sheet`` and ``row`` (as the spreadsheet counts) of each respondent.
    log : tuple of Change
        What was read as what, dropped, made missing, merged and reversed.
    findings : tuple of Finding
        What is odd in the files.
    instrument : Instrument
        The questionnaire they were read with.
    excluded : DataFrame, index ``respondent_id``
        Who was left out on reading, as rejected by a reviewer: ``file``, ``sheet``, ``row``, ``reason``.
    """

    data: pd.DataFrame
    raw: pd.DataFrame
    dont_know: pd.DataFrame
    source: pd.DataFrame
    log: tuple[Change, ...]
    findings: tuple[Finding, ...]
    instrument: Instrument
    excluded: pd.DataFrame = field(default_factory=no_one)

    @property
    def items(self) -> pd.DataFrame:
        """The item columns of ``data``."""
        return self.data[list(self.instrument.items)]

    def to_frame(self) -> pd.DataFrame:
        """Return the coded responses."""
        return self.data

    def to_dict(self) -> dict[str, Any]:
        """Return the coded responses, their sources, findings and log as plain values; raw cells stay out."""
        return {
            "instrument": {"name": self.instrument.name, "version": self.instrument.version},
            "data": plain(self.data),
            "source": plain(self.source),
            "excluded": plain(self.excluded),
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What one file holds: its respondents, and what its program says of them."""

    header: Header
    table: Table
    conventions: Conventions
    versions: NDArray[np.object_]
    reviewed: bool
    excluded: pd.DataFrame


def read_responses(
    paths: FilePath | Sequence[FilePath],
    instrument: Instrument,
    *,
    dialect: Dialect = "auto",
    groups: Mapping[str, FilePath | Sequence[FilePath]] | None = None,
    mapping: UserMapping | None = None,
    exclude_rejected: bool = False,
) -> Responses:
    """Read one or several files of answers.

    Parameters
    ----------
    paths : str, Path or sequence of them
        xlsx, xls, ods, csv, sav, dta and parquet files, and zip archives of csv files, each with all item columns of
        the instrument.
    instrument : Instrument
        The questionnaire; its scales say what an answer means, and which items are reversed.
    dialect : {"auto", "kobo", "odk", "google", "limesurvey", "spss", "stata", "parquet", "excel"}, default "auto"
        Which program the files came from. ``auto`` tells it by the columns that a program adds of itself, file by file,
        and the log says by which. Headers are recognised by code, alias or question text, with or without the names
        of groups, in any dialect.
    groups : mapping of group to files, optional
        Files whose respondents all belong to one group (``{"official": "officials.xlsx"}``). They are read along with
        ``paths``, once if they stand there too.
    mapping : UserMapping, optional
        What the user says that misspelt bodies and members mean.
    exclude_rejected : bool, default False
        Whether submissions that a reviewer rejected (Kobo's ``_validation_status``, ODK's ``ReviewState``) are left
        out. They are listed in ``excluded``.

    Returns
    -------
    Responses
        Every row with at least one answer. Findings of severity ``error`` are for the caller to act on.

    Raises
    ------
    InputFileError
        If a file cannot be read, holds no table of this questionnaire, no respondent, or lacks item columns, or if
        nobody is left.
    ArgumentError
        If a group or a dialect does not exist, or no file is given.
    """
    check_dialect(dialect)
    sources = in_order(paths, groups or {}, instrument)
    with collector_paused():
        return _read_all(sources, instrument, dialect, exclude_rejected, mapping)


def _read_all(
    sources: Sequence[Source],
    instrument: Instrument,
    dialect: Dialect,
    exclude_rejected: bool,
    mapping: UserMapping | None,
) -> Responses:
    findings: list[Finding] = []
    log: list[Change] = []
    parts = [_read_source(source, instrument, dialect, exclude_rejected, findings, log) for source in sources]
    findings += check_items([part.header for part in parts], instrument)
    for part in parts:
        if not part.table.rows.size and part.excluded.empty:
            grid = part.header.grid
            raise InputFileError(
                "ingest.no_respondents", file=grid.file, sheet=grid.sheet or "", row=part.header.row + 1
            )
    if not any(part.table.rows.size for part in parts):
        raise InputFileError("ingest.all_rejected", count=sum(len(part.excluded) for part in parts))
    if exclude_rejected and not any(part.reviewed for part in parts):
        findings.append(Finding("ingest.no_review", "warning"))
    parts = _translated(parts, sources, instrument, findings, log)
    return _assemble(parts, sources, instrument, findings, log, mapping)


def _read_source(
    source: Source,
    instrument: Instrument,
    dialect: Dialect,
    exclude_rejected: bool,
    findings: list[Finding],
    log: list[Change],
) -> _Part:
    content = read_file(source.path)
    items = frozenset(instrument.items)
    index = response_index(instrument)
    headers = _headers(content, instrument)
    header = headers[0]
    grid = header.grid
    texts = [cell.text for cell in header.cells]
    program = recognise(content.kind, texts, dialect=dialect, file=grid.file, sheet=grid.sheet)
    conventions = program.conventions
    header = in_dialect(header, index, conventions)
    left_out = {name: _LEFT_OUT[part.role] for name, part in instrument.fields.items() if part.role in _LEFT_OUT}
    columns = resolve_columns(header, unique=items, left_out=left_out)
    missing_first = [*(items - header.names()), *(name for name in instrument.fields if name not in header.names())]
    table = read_table(header, columns.read, items)
    id_field = instrument.field_with("id")
    identified, identity_log = identify(table, conventions, id_field)
    reviewed = review(
        identified, conventions, exclude_rejected=exclude_rejected, id_field=id_field, prefix=source.prefix
    )
    findings += columns.findings
    findings += unknown_columns(header, columns.unknown, [*missing_first, *items])
    # An identifier leaves as a pseudonym only, so it may be a staff number or an address.
    told = [name for name, part in instrument.fields.items() if part.role in ("body", "member", "covariate")]
    looked_at = {cell.text: cell.column for cell in columns.unknown}
    looked_at |= {name: columns.read[name] for name in told if name in columns.read}
    findings += personal_columns(table, looked_at, told)
    findings += other_sheets(content.grids, headers, items)
    findings += [*table.findings, *reviewed.findings]
    if is_repeat(header):
        findings.append(Finding("ingest.answers_in_repeat", "error", {}, grid.file, grid.sheet))
    if not grid.sees_formulas:
        findings.append(Finding("ingest.formulas_unseen", "note", {}, grid.file))
    log += [*content.log, program.reason, *columns.log, *table.log, *identity_log, *reviewed.log]
    return _Part(
        header=header,
        table=reviewed.table,
        conventions=conventions,
        versions=form_versions(reviewed.table, conventions),
        reviewed=reviewed.states,
        excluded=reviewed.excluded,
    )


def _headers(content: FileContent, instrument: Instrument) -> list[Header]:
    """Find the headers of the sheets with answers, the likeliest first."""
    headers = find_header(content.grids, response_index(instrument), frozenset(instrument.items))
    if not headers:
        sheets = [grid.sheet for grid in content.grids if grid.sheet]
        raise InputFileError(
            "ingest.no_item_column",
            file=content.file,
            sheets=sheets or "-",
            instrument=instrument.name,
            items=list(instrument.items)[:3],
        )
    return headers


def _translated(
    parts: list[_Part],
    sources: Sequence[Source],
    instrument: Instrument,
    findings: list[Finding],
    log: list[Change],
) -> list[_Part]:
    """Read the codes that programs put in the place of answers, and tell respondents of several files apart."""
    coded = [at for at, part in enumerate(parts) if part.conventions.answer_codes]
    tables = [part.table for part in parts]
    if coded:
        read, code_findings, code_log = read_answer_codes([tables[at] for at in coded], instrument)
        for at, table in zip(coded, read, strict=True):
            tables[at] = table
        findings += code_findings
        log += code_log
    numbered = [part.conventions.numbered for part in parts]
    prefixes = [source.prefix for source in sources]
    tables, number_findings = tell_numbers_apart(tables, numbered, prefixes, instrument.field_with("id"))
    findings += number_findings
    return [replace(part, table=table) for part, table in zip(parts, tables, strict=True)]


def _assemble(
    parts: Sequence[_Part],
    sources: Sequence[Source],
    instrument: Instrument,
    findings: list[Finding],
    log: list[Change],
    mapping: UserMapping | None,
) -> Responses:
    stack = Stack.of([part.table for part in parts])
    names = stack.names()
    id_field = instrument.field_with("id") or (IDENTITY if IDENTITY in names else None)
    ids, id_findings = respondent_ids(stack, id_field, [source.prefix for source in sources])
    answers = code_answers(stack, instrument, ids)
    fields = code_fields(stack, instrument, [source.group for source in sources], ids, mapping)
    index = pd.Index(ids, name="respondent_id", dtype="str")
    columns = {name: pd.Series(values, index=index) for name, values in answers.values.items()}
    for name, values in fields.columns.items():
        columns[name] = pd.Series(values, index=index, dtype="float64" if values.dtype.kind == "f" else "str")
    order = [*instrument.items, *instrument.fields]
    versions = np.concatenate([part.versions for part in parts])
    return Responses(
        data=pd.DataFrame(columns, index=index),
        raw=pd.DataFrame({name: _as_text(stack.cells(name), index) for name in order if name in names}, index=index),
        dont_know=pd.DataFrame(answers.dont_know, index=index),
        source=_places(stack, index),
        log=(*log, *answers.log, *fields.log),
        findings=(
            *findings,
            *id_findings,
            *repeated_rows(stack, id_field, ids),
            *answers.findings,
            *label_findings(stack, instrument, versions),
            *version_findings(stack, instrument, versions),
            *fields.findings,
        ),
        instrument=instrument,
        excluded=pd.concat([part.excluded for part in parts]),
    )


def _as_text(cells: Cells, index: pd.Index[Any]) -> pd.Series[Any]:
    """Spread the different texts of a column to its rows."""
    different = pd.array(cells.texts, dtype="str")
    return pd.Series(different.take(cells.places), index=index)


def _places(stack: Stack, index: pd.Index[Any]) -> pd.DataFrame:
    """Say for each respondent where the answers stand."""
    grids = [table.header.grid for table in stack.tables]
    files = pd.array([grid.file for grid in grids], dtype="str")
    sheets = pd.array([grid.sheet for grid in grids], dtype="str")
    return pd.DataFrame(
        {"file": files.take(stack.table_of), "sheet": sheets.take(stack.table_of), "row": stack.rows + 1}, index=index
    )
