"""Who a row is: respondent identifiers, and rows that came twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.ingest.cells import Cells, text_array
from kadsurvey.ingest.table import SHOWN, Stack

if TYPE_CHECKING:
    from numpy.typing import NDArray


def respondent_ids(
    stack: Stack, field: str | None, prefixes: Sequence[str]
) -> tuple[NDArray[np.object_], list[Finding]]:
    """Give every row its identifier, unique over all files.

    Parameters
    ----------
    stack : Stack
        The rows.
    field : str or None
        The instrument's id field.
    prefixes : sequence of str
        What stands for each table in ``prefix:row`` where a row has no identifier of its own.

    Returns
    -------
    ids : ndarray of str, shape (n,)
        A repeated identifier gets ``~2``, ``~3`` from its second row on, so that frames join by it.
    findings : list of Finding
        Identifiers given twice (error), or missing although the file has the column (warning).
    """
    given = _stripped(stack.cells(field)) if field else np.full(len(stack.rows), "", dtype=object)
    if field and (given != "").all() and pd.Index(given).is_unique:
        return given, []
    has_column = np.array([field is not None and field in table.columns for table in stack.tables])
    findings: list[Finding] = []
    ids = np.empty(len(stack.rows), dtype=object)
    first_place: dict[str, int] = {}
    copies: dict[str, int] = {}
    without = 0
    for position, (own, table, row) in enumerate(zip(given, stack.table_of, stack.rows, strict=True)):
        name = own or f"{prefixes[table]}:{row + 1}"
        if not own and field and has_column[table]:
            without += 1
            if without <= SHOWN:
                findings.append(Finding("ingest.id_missing", "warning", {"used": name}, **stack.place(position, field)))
        first = first_place.setdefault(name, position)
        if first != position and field:
            findings.append(_twice(stack, field, name, first, position))
            copies[name] = copies.get(name, 1) + 1
            name = _free_name(name, copies[name], first_place)
            first_place[name] = position
        ids[position] = name
    if without > SHOWN:
        findings.append(Finding("ingest.more_ids_missing", "warning", {"count": without - SHOWN}))
    return ids, findings


def repeated_rows(stack: Stack, field: str | None, ids: NDArray[np.object_]) -> list[Finding]:
    """Name rows that equal an earlier row in every column that is read, the identifier apart."""
    columns = [stack.cells(name) for name in stack.names() if name != field]
    involved = _alike(columns, len(stack.rows))
    if not involved.size:
        return []
    texts = [column.take(involved).per_row().tolist() for column in columns]
    rows = zip(*texts, strict=True)
    first_of: dict[tuple[str, ...], int] = {}
    findings = []
    count = 0
    for position, row in zip(involved.tolist(), rows, strict=True):
        first = first_of.setdefault(row, position)
        if first == position:
            continue
        count += 1
        if count <= SHOWN:
            other = stack.place(first, "")
            params = {"file": other["file"], "row": int(stack.rows[first]) + 1}
            place = stack.place(position, "")
            findings.append(
                Finding("ingest.repeated_row", "warning", params, **place, respondent_id=str(ids[position]))
            )
    if count > SHOWN:
        findings.append(Finding("ingest.more_repeated_rows", "warning", {"count": count - SHOWN}))
    return findings


def _alike(columns: Sequence[Cells], n: int) -> NDArray[np.intp]:
    """Return the rows that may equal another one: rows of equal texts always have an equal sum of hashes."""
    sums = np.zeros(n, dtype=np.uint64)
    for at, column in enumerate(columns):
        # Each column hashes under a key of its own, so that two answers changing places change the sum.
        hashes = pd.util.hash_array(column.texts, hash_key=f"{at:016d}", categorize=False)
        sums += hashes[column.places]
    return np.flatnonzero(pd.Series(sums).duplicated(keep=False).to_numpy())


def _stripped(cells: Cells) -> NDArray[np.object_]:
    spread: NDArray[np.object_] = text_array([text.strip() for text in cells.texts])[cells.places]
    return spread


def _twice(stack: Stack, field: str, name: str, first: int, position: int) -> Finding:
    other = stack.place(first, field)
    params = {"id": name, "file": other["file"], "cell": other["cell"]}
    return Finding("ingest.duplicate_id", "error", params, **stack.place(position, field), respondent_id=name)


def _free_name(name: str, number: int, taken: dict[str, int]) -> str:
    while f"{name}~{number}" in taken:
        number += 1
    return f"{name}~{number}"
