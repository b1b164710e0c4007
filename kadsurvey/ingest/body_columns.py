"""One column of the body data at a time: text to the type that the instrument gives it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kadsurvey.findings import CellRead, Change, Finding
from kadsurvey.ingest.cell_readings import (
    CellKind,
    Evidence,
    ReadCell,
    Reading,
    category_reader,
    either,
    evidence_hint,
    is_plain,
    number_reader,
    read_date,
    read_flag,
    shown,
)
from kadsurvey.ingest.codes import is_code_column, name_key, short_codes
from kadsurvey.ingest.fields import value_key
from kadsurvey.ingest.mapping import MappingKind, MappingRow, UserMapping
from kadsurvey.ingest.table import Table
from kadsurvey.instrument.model import BodyField

if TYPE_CHECKING:
    from numpy.typing import NDArray

_READ = "ingest.text_amounts_read"
_SPELT = "ingest.values_read"
_MISSING = "ingest.cells_to_missing"
_MAPPED = "ingest.mapping_cells_read"


@dataclass(frozen=True, slots=True)
class BodyColumn:
    """A typed column.

    Attributes
    ----------
    values : Series, shape (n_rows,)
        Float for amounts, shares, counts, years and flags (1, 0); datetime for dates; str for text, codes, categories.
    findings, log
        Cells that were not read, and every cell that was no plain number with what it was read as.
    answered : set of MappingRow
        Rows of the mapping file that a cell was read by.
    """

    values: pd.Series
    findings: list[Finding] = field(default_factory=list)
    log: list[Change] = field(default_factory=list)
    answered: set[MappingRow] = field(default_factory=set)


def read_column(table: Table, name: str, part: BodyField, mapping: UserMapping | None = None) -> BodyColumn:
    """Read a column of the instrument.

    Parameters
    ----------
    table : Table
        The body data.
    name : str
        The column.
    part : BodyField
        Its type. A code keeps its leading zeros.
    mapping : UserMapping, optional
        What the user says that doubtful cells mean.
    """
    match part.type:
        case "money" | "count" | "share" | "number" | "year":
            column = _convert(table, name, number_reader(part.type), mapping, dtype="float64")
            column.findings.extend(_implausible(table, name, part, column.values))
        case "flag":
            column = _convert(table, name, read_flag, mapping, dtype="float64")
        case "date":
            column = _convert(table, name, read_date, mapping, dtype="datetime64[us]")
        case "category" if part.values:
            column = _convert(table, name, category_reader(value_key(part.values)), mapping, dtype="str")
        case "code":
            column = _codes(table, name, mapping)
        case _:
            texts = [" ".join(text.split()) or None for text in table.texts[name].tolist()]
            column = BodyColumn(pd.Series(texts, dtype="str"))
    column.findings.extend(_formula_findings(table, name))
    return column


def read_own_column(table: Table, name: str, mapping: UserMapping | None = None) -> BodyColumn | None:
    """Read a column that the instrument does not know, where all its filled cells are numbers, or codes; else None."""
    texts = table.texts[name].tolist()
    filled = [text for text in texts if text.strip()]
    if not filled:
        return None
    if is_code_column(name, texts, (~_is_number(table, name)).tolist()):
        if not all(text.strip().replace(".", "").isdecimal() for text in filled):
            return None
        column = _codes(table, name, mapping)
    else:
        column = _convert(table, name, number_reader("number"), mapping, dtype="float64")
        if any(finding.code != "ingest.ambiguous_amount" for finding in column.findings):
            return None
    column.findings.extend(_formula_findings(table, name))
    return column


def code_findings(table: Table, name: str, kind: MappingKind = "code") -> list[Finding]:
    """Doubt the codes of a column that may have lost zeros as numbers; ``kind`` says what the codes name."""
    findings = []
    texts = table.texts[name].tolist()
    for short in short_codes(texts, _is_number(table, name).tolist()):
        value = texts[short.row].strip()
        place = table.place(short.row, name)
        params: dict[str, object] = {"kind": kind, "column": name, "value": value, "like": short.like}
        if short.whole is None:
            findings.append(Finding("ingest.short_code", "note", params, **place))
        else:
            findings.append(Finding("ingest.code_lost_zeros", "warning", {**params, "whole": short.whole}, **place))
    return findings


def _convert(table: Table, name: str, read: ReadCell, mapping: UserMapping | None, *, dtype: str) -> BodyColumn:
    """Read cell by cell, by the user's answer where there is one."""
    numbers, typed = _is_number(table, name), table.typed_text[name].tolist()
    kinds: list[CellKind] = ["number" if number else "text" for number in numbers.tolist()]
    answers = _Answers(table, name, read, mapping)
    values: list[Any] = []
    doubts: list[tuple[int, str, Reading]] = []
    cells: dict[str, list[CellRead]] = {}
    evidence: Counter[Evidence] = Counter()
    known: dict[tuple[str, CellKind], Reading] = {}
    for row, (text, kind) in enumerate(zip(table.texts[name].tolist(), kinds, strict=True)):
        bare = text.strip()
        if not bare:
            values.append(None)
            continue
        answer = answers.of(row, bare)
        reading = answer or known.get((bare, kind)) or known.setdefault((bare, kind), read(bare, kind))
        values.append(reading.value)
        if reading.evidence is not None:
            evidence[reading.evidence] += 1
        if reading.code is not None:
            doubts.append((row, bare, reading))
        code = _MAPPED if answer else _log_code(bare, reading, dtype, typed=typed[row])
        if code is not None:
            cells.setdefault(code, []).append(CellRead(_cell(table, name, row), bare, shown(reading.value)))
    grid = table.header.grid
    log = [Change(code, len(read_), {}, grid.file, grid.sheet, name, tuple(read_)) for code, read_ in cells.items()]
    findings = [_finding(table, name, doubt, evidence) for doubt in doubts] + answers.findings
    return BodyColumn(pd.Series(values, dtype=dtype), findings, log, answers.used)


class _Answers:
    """The user's answers for the cells of one column, read once each."""

    def __init__(self, table: Table, name: str, read: ReadCell, mapping: UserMapping | None, *, code: bool = False):
        self._table = table
        self._name = name
        self._rows: dict[tuple[str, str], tuple[MappingRow, Reading]] = {}
        self.findings: list[Finding] = []
        self.used: set[MappingRow] = set()
        for key, row in (mapping.cells_of(name, code=code) if mapping else {}).items():
            reading = read(row.meant, "number" if row.is_number else "text")
            if reading.value is None and mapping:
                self.used.add(row)
                self.findings.append(
                    mapping.finding("ingest.mapping_meant_unreadable", row, {"column": name}, severity="error")
                )
            else:
                self._rows[key] = row, Reading(reading.value)

    def of(self, row: int, text: str) -> Reading | None:
        """Return what the user says that a cell means."""
        if not self._rows:
            return None
        written = " ".join(text.split())
        found = self._rows.get((written, _cell(self._table, self._name, row))) or self._rows.get((written, ""))
        if found is None:
            return None
        self.used.add(found[0])
        return found[1]


def _codes(table: Table, name: str, mapping: UserMapping | None) -> BodyColumn:
    """Keep codes as text, two spellings of one code (``33.01``, ``3301``) as the first of them."""
    answers = _Answers(table, name, lambda text, _: Reading(text), mapping, code=True)
    first: dict[str, str] = {}
    values: list[str | None] = []
    cells: dict[str, list[CellRead]] = {}
    answered: set[int] = set()
    for row, text in enumerate(table.texts[name].tolist()):
        bare = " ".join(text.split())
        if not bare:
            values.append(None)
            continue
        answer = answers.of(row, bare)
        code = answer.value if answer else bare
        values.append(first.setdefault(name_key(code), code))
        if answer:
            answered.add(row)
        if values[-1] != bare:
            log_code = _MAPPED if answer else _SPELT
            cells.setdefault(log_code, []).append(CellRead(_cell(table, name, row), bare, values[-1]))
    grid = table.header.grid
    log = [Change(code, len(read), {}, grid.file, grid.sheet, name, tuple(read)) for code, read in cells.items()]
    at = {_cell(table, name, row) for row in answered}
    findings = [finding for finding in code_findings(table, name) if finding.cell not in at]
    return BodyColumn(pd.Series(values, dtype="str"), [*findings, *answers.findings], log, answers.used)


def _finding(table: Table, name: str, doubt: tuple[int, str, Reading], evidence: Mapping[Evidence, int]) -> Finding:
    row, text, reading = doubt
    code = reading.code or ""
    params: dict[str, object] = {"column": name, "field": name, "value": text, "count": 1}
    if reading.readings:
        params |= {"readings": either(reading.readings), "hint": evidence_hint(code, evidence)}
    if reading.hint is not None:
        params["hint"] = reading.hint
    return Finding(code, reading.severity, params, **table.place(row, name))


def _log_code(text: str, reading: Reading, dtype: str, *, typed: bool) -> str | None:
    """Return under which entry of the log a cell stands; None for a plain number, a real date, a value as it stands."""
    if reading.value is None:
        return _MISSING
    if dtype == "str":
        return _SPELT if reading.value != text else None
    if not typed and (is_plain(text) if dtype == "float64" else _is_date_cell(text, reading.value)):
        return None
    return _READ


def _is_date_cell(text: str, value: dt.date) -> bool:
    return text == value.isoformat() or text == f"{value.isoformat()}T00:00:00"


def _is_number(table: Table, name: str) -> NDArray[np.bool_]:
    """Mark the cells that a workbook does not hold as text."""
    if table.header.grid.delimited:
        return np.zeros(len(table.rows), dtype=bool)
    return ~table.typed_text[name]


def _cell(table: Table, name: str, row: int) -> str:
    return table.place(row, name)["cell"] or ""


def _implausible(table: Table, name: str, part: BodyField, values: pd.Series) -> list[Finding]:
    """Doubt shares outside 0 to 1, negative amounts and counts, and counts that are no whole number."""
    numbers = values.to_numpy()
    if part.type == "share":
        odd, code = (numbers < 0) | (numbers > 1), "ingest.share_outside"
    elif part.type == "count":
        odd, code = (numbers < 0) | (numbers % 1 > 0), "ingest.no_count"
    elif part.type == "money":
        odd, code = numbers < 0, "ingest.negative_amount"
    elif part.type == "year":
        odd, code = (numbers < 1900) | (numbers > 2100) | (numbers % 1 > 0), "ingest.no_year"
    else:
        return []
    return [
        Finding(code, "warning", {"column": name, "value": float(numbers[row])}, **table.place(row, name))
        for row in np.flatnonzero(odd).tolist()
    ]


def _formula_findings(table: Table, name: str) -> list[Finding]:
    """Tell formulas that have a saved value (a note) from those that were never calculated (a warning)."""
    formulas = table.formulas.get(name)
    if formulas is None:
        return []
    rows = np.flatnonzero(formulas).tolist()
    empty = [row for row in rows if not table.texts[name][row].strip()]
    findings = [
        Finding("ingest.uncalculated_formula", "warning", {"column": name}, **table.place(row, name)) for row in empty
    ]
    if len(rows) > len(empty):
        params = {"column": name, "count": len(rows) - len(empty)}
        without = set(empty)
        first = next(row for row in rows if row not in without)
        findings.append(Finding("ingest.formula_amounts", "note", params, **table.place(first, name)))
    return findings
