"""One column of the body data at a time: text to the type that the instrument gives it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.amounts import read_amount
from kadsurvey.ingest.dates import read_day
from kadsurvey.ingest.fields import value_hint, value_key
from kadsurvey.ingest.table import Table
from kadsurvey.instrument.model import BodyField
from kadsurvey.instrument.wording import fold

_YES = frozenset({"1", "ya", "y", "yes", "true", "benar", "ada", "wajib"})
_NO = frozenset({"0", "tidak", "t", "no", "n", "false", "salah", "tidak ada", "tidak wajib"})


@dataclass(frozen=True, slots=True)
class BodyColumn:
    """A typed column.

    Attributes
    ----------
    values : Series, shape (n_rows,)
        Float for amounts, shares, counts, years and flags (1, 0); datetime for dates; str for text, codes, categories.
    findings, log
        Cells that were not read, and texts that were read as numbers.
    """

    values: pd.Series
    findings: list[Finding] = field(default_factory=list)
    log: list[Change] = field(default_factory=list)


def read_column(table: Table, name: str, part: BodyField) -> BodyColumn:
    """Read a column of the instrument.

    Parameters
    ----------
    table : Table
        The body data.
    name : str
        The column.
    part : BodyField
        Its type. A code keeps its leading zeros.
    """
    match part.type:
        case "money" | "count" | "share" | "number" | "year":
            column = _convert(table, name, _number, dtype="float64")
            column.findings.extend(_implausible(table, name, part, column.values))
        case "flag":
            column = _convert(table, name, _flag, dtype="float64")
        case "date":
            column = _convert(table, name, _date, dtype="datetime64[us]")
        case "category" if part.values:
            column = _categories(table, name, part.values)
        case _:
            texts = [" ".join(text.split()) or None for text in table.texts[name].tolist()]
            column = BodyColumn(pd.Series(texts, dtype="str"))
    column.findings.extend(_formula_findings(table, name))
    return column


def read_own_column(table: Table, name: str) -> BodyColumn | None:
    """Read a column that the instrument does not know, where every filled cell of it is a number; else None."""
    texts = [text.strip() for text in table.texts[name].tolist()]
    amounts = [read_amount(text).value for text in texts if text]
    if not amounts or None in amounts:
        return None
    column = _convert(table, name, _number, dtype="float64")
    column.findings.extend(_formula_findings(table, name))
    return column


_Converted = tuple[Any, str | None]


def _convert(table: Table, name: str, read: Callable[[str], _Converted], *, dtype: str) -> BodyColumn:
    """Convert cell by cell; ``read`` returns the value, or None with the code of the finding."""
    values: list[Any] = []
    findings: list[Finding] = []
    converted = 0
    typed_text = table.typed_text[name]
    for row, text in enumerate(table.texts[name].tolist()):
        bare = text.strip()
        value, code = read(bare) if bare else (None, None)
        values.append(value)
        if code is not None:
            params = {"column": name, "value": bare}
            findings.append(Finding(code, "warning", params, **table.place(row, name)))
        elif value is not None and (typed_text[row] or not _is_plain(bare)):
            converted += 1
    log = []
    if converted:
        grid = table.header.grid
        log.append(Change("ingest.text_amounts_read", converted, {}, grid.file, grid.sheet, name))
    return BodyColumn(pd.Series(values, dtype=dtype), findings, log)


def _number(text: str) -> _Converted:
    amount = read_amount(text)
    if amount.value is None:
        return None, "ingest.ambiguous_amount" if amount.doubt == "ambiguous" else "ingest.unreadable_amount"
    return amount.value, None


def _flag(text: str) -> _Converted:
    folded = fold(text)
    if folded in _YES:
        return 1.0, None
    return (0.0, None) if folded in _NO else (None, "ingest.unreadable_flag")


def _date(text: str) -> _Converted:
    day = read_day(text)
    if isinstance(day, dt.date):
        return pd.Timestamp(day), None
    return None, "ingest.ambiguous_date" if day == "ambiguous" else "ingest.unreadable_date"


def _categories(table: Table, name: str, values: Mapping[str, Sequence[str]]) -> BodyColumn:
    known = value_key(values)
    findings: list[Finding] = []
    read: list[str | None] = []
    changed = 0
    for row, text in enumerate(table.texts[name].tolist()):
        bare = text.strip()
        value = known.get(fold(bare)) if bare else None
        read.append(value)
        changed += value is not None and value != bare
        if bare and value is None:
            params = {"field": name, "value": bare, "hint": value_hint(bare, known), "count": 1}
            findings.append(Finding("ingest.unknown_value", "warning", params, **table.place(row, name)))
    grid = table.header.grid
    log = [Change("ingest.values_read", changed, {}, grid.file, grid.sheet, name)] if changed else []
    return BodyColumn(pd.Series(read, dtype="str"), findings, log)


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
        first = next(row for row in rows if row not in empty)
        findings.append(Finding("ingest.formula_amounts", "note", params, **table.place(first, name)))
    return findings


def _is_plain(text: str) -> bool:
    """Tell whether a text is a number as programs write it."""
    try:
        float(text)
    except ValueError:
        return False
    return True
