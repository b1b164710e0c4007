"""From the files of a survey to its coded responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd

from kadsurvey.errors import ArgumentError, InputFileError, nearest
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.coding import code_answers
from kadsurvey.ingest.columns import other_sheets, resolve_columns, unknown_columns
from kadsurvey.ingest.fields import code_fields, value_key
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import Header, find_header, response_index
from kadsurvey.ingest.identity import repeated_rows, respondent_ids
from kadsurvey.ingest.mapping import UserMapping
from kadsurvey.ingest.missing_items import check_items
from kadsurvey.ingest.table import Stack, Table, read_table
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.wording import fold
from kadsurvey.results import Result, plain

Dialect: TypeAlias = Literal["auto"]
FilePath: TypeAlias = str | Path

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
    """

    data: pd.DataFrame
    raw: pd.DataFrame
    dont_know: pd.DataFrame
    source: pd.DataFrame
    log: tuple[Change, ...]
    findings: tuple[Finding, ...]
    instrument: Instrument

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
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    group: str | None
    prefix: str


def read_responses(
    paths: FilePath | Sequence[FilePath],
    instrument: Instrument,
    *,
    dialect: Dialect = "auto",
    groups: Mapping[str, FilePath | Sequence[FilePath]] | None = None,
    mapping: UserMapping | None = None,
) -> Responses:
    """Read one or several files of answers.

    Parameters
    ----------
    paths : str, Path or sequence of them
        xlsx, xls, ods and csv files, each with all item columns of the instrument.
    instrument : Instrument
        The questionnaire; its scales say what an answer means, and which items are reversed.
    dialect : {"auto"}, default "auto"
        How the files came about; ``auto`` recognises headers by code, alias or question text, with or without the
        names of groups.
    groups : mapping of group to files, optional
        Files whose respondents all belong to one group (``{"official": "officials.xlsx"}``). They are read along with
        ``paths``, once if they stand there too.
    mapping : UserMapping, optional
        What the user says that misspelt bodies and members mean.

    Returns
    -------
    Responses
        Every row with at least one answer. Findings of severity ``error`` are for the caller to act on.

    Raises
    ------
    InputFileError
        If a file cannot be read, holds no table of this questionnaire, no respondent, or lacks item columns.
    ArgumentError
        If a group or a dialect does not exist, or no file is given.
    """
    if dialect not in get_args(Dialect):
        raise ArgumentError("ingest.unknown_dialect", dialect=dialect, known=list(get_args(Dialect)))
    sources = _sources(paths, groups or {}, instrument)
    findings: list[Finding] = []
    log: list[Change] = []
    headers: list[Header] = []
    tables: list[Table] = []
    for source in sources:
        header, table = _read_source(source.path, instrument, findings, log)
        headers.append(header)
        tables.append(table)
    findings += check_items(headers, instrument)
    for table in tables:
        if not table.rows.size:
            grid = table.header.grid
            raise InputFileError(
                "ingest.no_respondents", file=grid.file, sheet=grid.sheet or "", row=table.header.row + 1
            )
    return _assemble(Stack.of(tables), sources, instrument, findings, log, mapping)


def _read_source(
    path: Path, instrument: Instrument, findings: list[Finding], log: list[Change]
) -> tuple[Header, Table]:
    content = read_file(path)
    items = frozenset(instrument.items)
    headers = find_header(content.grids, response_index(instrument), items)
    if not headers:
        sheets = [grid.sheet for grid in content.grids if grid.sheet]
        raise InputFileError(
            "ingest.no_item_column",
            file=path.name,
            sheets=sheets or "-",
            instrument=instrument.name,
            items=list(instrument.items)[:3],
        )
    header = headers[0]
    left_out = {name: _LEFT_OUT[part.role] for name, part in instrument.fields.items() if part.role in _LEFT_OUT}
    columns = resolve_columns(header, unique=items, left_out=left_out)
    missing_first = [*(items - header.names()), *(name for name in instrument.fields if name not in header.names())]
    table = read_table(header, columns.read, items)
    findings += columns.findings
    findings += unknown_columns(header, columns.unknown, [*missing_first, *items])
    findings += other_sheets(content.grids, headers, items)
    findings += table.findings
    if not header.grid.sees_formulas:
        findings.append(Finding("ingest.formulas_unseen", "note", {}, header.grid.file))
    log += [*content.log, *columns.log, *table.log]
    return header, table


def _assemble(
    stack: Stack,
    sources: Sequence[_Source],
    instrument: Instrument,
    findings: list[Finding],
    log: list[Change],
    mapping: UserMapping | None,
) -> Responses:
    id_field = instrument.field_with("id")
    ids, id_findings = respondent_ids(stack, id_field, [source.prefix for source in sources])
    answers = code_answers(stack, instrument, ids)
    fields = code_fields(stack, instrument, [source.group for source in sources], ids, mapping)
    index = pd.Index(ids, name="respondent_id", dtype="str")
    data = pd.DataFrame(answers.values, index=index)
    for name, values in fields.columns.items():
        data[name] = pd.Series(values, index=index, dtype="float64" if values.dtype.kind == "f" else "str")
    order = [*instrument.items, *instrument.fields]
    present = set(stack.names())
    raw = pd.DataFrame({name: stack.texts(name) for name in order if name in present}, index=index, dtype="str")
    grids = [table.header.grid for table in stack.tables]
    source = pd.DataFrame(
        {
            "file": pd.array([grids[at].file for at in stack.table_of], dtype="str"),
            "sheet": pd.array([grids[at].sheet for at in stack.table_of], dtype="str"),
            "row": stack.rows + 1,
        },
        index=index,
    )
    found = [*findings, *id_findings, *repeated_rows(stack, id_field, ids), *answers.findings, *fields.findings]
    return Responses(
        data=data,
        raw=raw,
        dont_know=pd.DataFrame(answers.dont_know, index=index),
        source=source,
        log=(*log, *answers.log, *fields.log),
        findings=tuple(found),
        instrument=instrument,
    )


def _sources(
    paths: FilePath | Sequence[FilePath],
    groups: Mapping[str, FilePath | Sequence[FilePath]],
    instrument: Instrument,
) -> list[_Source]:
    """Put the files in order, each once, with its group and with what stands before its row numbers."""
    group_of: dict[Path, str | None] = {}
    for path in _as_paths(paths):
        if path in group_of:
            raise ArgumentError("ingest.file_twice", file=path.name)
        group_of[path] = None
    for group, files in groups.items():
        name = _group_name(group, instrument)
        for path in _as_paths(files):
            if group_of.get(path) is not None:
                raise ArgumentError("ingest.file_in_two_groups", file=path.name, first=group_of[path], second=name)
            group_of[path] = name
    if not group_of:
        raise ArgumentError("ingest.no_files")
    names = [path.name for path in group_of]
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError("ingest.same_file_name", file=name)
    stems = [path.stem for path in group_of]
    return [
        _Source(path, group, path.stem if stems.count(path.stem) == 1 else path.name)
        for path, group in group_of.items()
    ]


def _as_paths(paths: FilePath | Sequence[FilePath]) -> list[Path]:
    given = [paths] if isinstance(paths, str | Path) else paths
    return [Path(path).absolute() for path in given]


def _group_name(group: str, instrument: Instrument) -> str:
    """Return the instrument's name for a group given on the command line or in study.toml."""
    field = instrument.field_with("group")
    known = value_key(instrument.fields[field].values) if field else {}
    if not known:
        return group
    name = known.get(fold(group))
    if name is None:
        values = list(dict.fromkeys(known.values()))
        raise ArgumentError(
            "ingest.unknown_group", group=group, nearest=nearest(group, values) or values[0], known=values
        )
    return name
