"""What a survey program says of each submission: who it is, what a reviewer decided, and on which form it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.cells import Cells, text_array
from kadsurvey.ingest.dialects import REPEATS, Conventions
from kadsurvey.ingest.header import Header
from kadsurvey.ingest.table import Table
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITY = "respondent_id"
"""Name of the column of identifiers where the questionnaire has no field for them."""

_UUID = "uuid:"


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers decided about the submissions of one file.

    Attributes
    ----------
    table : Table
        The respondents kept.
    states : bool
        Whether the file tells what reviewers decided.
    excluded : DataFrame, index ``respondent_id``
        Who was left out: ``file``, ``sheet``, ``row``, ``reason``.
    findings, log
        How many were rejected, and what became of them.
    """

    table: Table
    states: bool
    excluded: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    log: tuple[Change, ...] = ()


def identify(table: Table, conventions: Conventions, id_field: str | None) -> tuple[Table, list[Change]]:
    """Let the program's own identifier stand for the respondent, unless the form asked for a number of its own.

    Parameters
    ----------
    table : Table
    conventions : Conventions
        Its identifiers in the order in which they count: an edited submission keeps its ``rootUuid`` but not ``_uuid``.
    id_field : str or None
        The instrument's id field.
    """
    headers = {cell.text: cell.column for cell in table.header.cells}
    columns = [headers[name] for name in conventions.identity if name in headers]
    if not columns:
        return table, []
    name = id_field or IDENTITY
    if id_field in table.columns and table.columns[name] not in columns:
        return table, []
    parts = [_without_prefix(table.beside(column)) for column in columns]
    cells = parts[0] if len(parts) == 1 else _first_filled(parts)
    texts = {column: text for text, column in headers.items()}
    params = {"columns": [texts[column] for column in columns]}
    grid = table.header.grid
    identified = replace(table, columns={**table.columns, name: columns[0]}, cells={**table.cells, name: cells})
    return identified, [Change("ingest.identity_from", len(cells), params, grid.file, grid.sheet)]


def tell_numbers_apart(
    tables: Sequence[Table], numbered: Sequence[bool], prefixes: Sequence[str], id_field: str | None
) -> tuple[list[Table], list[Finding]]:
    """Put the file's name before numbers that an earlier file has too, where a program counts each survey from 1."""
    name = id_field or IDENTITY
    told: list[Table] = []
    findings = []
    seen: dict[str, str] = {}
    for table, counts, prefix in zip(tables, numbered, prefixes, strict=True):
        grid = table.header.grid
        cells = table.cells.get(name)
        if cells is None:
            told.append(table)
            continue
        twice = np.array([counts and text in seen for text in cells.texts], dtype=bool)
        rows = int(twice[cells.places].sum())
        if rows:
            texts = [f"{prefix}:{text}" if again else text for text, again in zip(cells.texts, twice, strict=True)]
            table = replace(table, cells={**table.cells, name: replace(cells, texts=text_array(texts))})
            other = next(seen[text] for text in cells.texts[twice])
            params = {"count": rows, "file": other, "prefix": prefix}
            findings.append(Finding("ingest.same_numbers", "warning", params, grid.file, grid.sheet))
        seen |= dict.fromkeys(table.cells[name].texts.tolist(), grid.file)
        told.append(table)
    return told, findings


def review(
    table: Table, conventions: Conventions, *, exclude_rejected: bool, id_field: str | None, prefix: str
) -> Review:
    """Count the submissions that a reviewer rejected, and leave them out if that is asked for."""
    grid = table.header.grid
    column = _column(table.header, conventions.review)
    if column is None:
        return Review(table, False, no_one())
    cells = table.beside(column)
    rejecting = np.array([fold(text) in conventions.rejected for text in cells.texts], dtype=bool)
    rejected = rejecting[cells.places]
    states = Counter(text.strip() for text in cells.per_row().tolist())
    listed = [
        Text("ingest.state_count", {"state": state or Text("ingest.no_state"), "count": count})
        for state, count in states.most_common()
    ]
    log = (Change("ingest.review_states", len(cells), {"states": listed}, grid.file, grid.sheet),)
    if not rejected.any():
        return Review(table, True, no_one(), (), log)
    params = {"count": int(rejected.sum())}
    if not exclude_rejected:
        return Review(
            table, True, no_one(), (Finding("ingest.rejected_kept", "note", params, grid.file, grid.sheet),), log
        )
    finding = Finding("ingest.rejected_excluded", "note", params, grid.file, grid.sheet)
    return Review(table.keep(~rejected), True, _ledger(table, rejected, id_field, prefix), (finding,), log)


def form_versions(table: Table, conventions: Conventions) -> NDArray[np.object_]:
    """Return the version of the form that each submission was made on; empty where the file does not say."""
    column = _column(table.header, conventions.version)
    if column is None:
        return text_array([""] * len(table.rows))
    return _stripped(table.beside(column)).per_row()


def is_repeat(header: Header) -> bool:
    """Tell whether a table holds the rows of a repeated group, several a submission."""
    return any(cell.text in REPEATS for cell in header.cells)


def no_one() -> pd.DataFrame:
    """Return a ledger of nobody."""
    index = pd.Index([], name="respondent_id", dtype="str")
    columns = {name: pd.Series([], index=index, dtype="str") for name in ("file", "sheet", "reason")}
    columns["row"] = pd.Series([], index=index, dtype="int64")
    return pd.DataFrame(columns)[["file", "sheet", "row", "reason"]]


def _ledger(table: Table, rejected: NDArray[np.bool_], id_field: str | None, prefix: str) -> pd.DataFrame:
    grid = table.header.grid
    rows = table.rows[rejected] + 1
    own = table.cells.get(id_field or IDENTITY)
    names = own.take(rejected).per_row().tolist() if own is not None else [""] * len(rows)
    ids = [name.strip() or f"{prefix}:{row}" for name, row in zip(names, rows.tolist(), strict=True)]
    index = pd.Index(ids, name="respondent_id", dtype="str")
    return pd.DataFrame(
        {
            "file": pd.Series(grid.file, index=index, dtype="str"),
            "sheet": pd.Series(grid.sheet, index=index, dtype="str"),
            "row": rows,
            "reason": pd.Series("rejected", index=index, dtype="str"),
        }
    )


def _column(header: Header, names: Sequence[str]) -> int | None:
    """Return the last column of the first of some headers that is there."""
    found = {cell.text: cell.column for cell in header.cells}
    return next((found[name] for name in names if name in found), None)


def _without_prefix(cells: Cells) -> Cells:
    """Leave off what ODK writes before an identifier, so that one submission has one name in every export."""
    return replace(cells, texts=text_array([text.strip().removeprefix(_UUID) for text in cells.texts]))


def _stripped(cells: Cells) -> Cells:
    return replace(cells, texts=text_array([text.strip() for text in cells.texts]))


def _first_filled(parts: Sequence[Cells]) -> Cells:
    texts = parts[0].per_row()
    for part in parts[1:]:
        texts = np.where(texts == "", part.per_row(), texts)
    return Cells.of(texts.tolist())
