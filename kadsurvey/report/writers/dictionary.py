"""What every column of every table of a report means, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kadsurvey.language.text import Text
from kadsurvey.report.document import Document
from kadsurvey.report.table import Column, Row, Table


def dictionary_table(document: Document, names: Mapping[str, str]) -> Table:
    """Return a row for each column of each table, those that only the workbook holds too.

    Parameters
    ----------
    document : Document
    names : mapping of str to str
        What each table is called in the text, such as ``Table 7``, by key.
    """
    heads = ("number", "table", "key", "heading", "kind", "digits", "notes")
    columns = tuple(
        Column(head, Text(f"report.dictionary_{head}"), "integer" if head == "digits" else "text") for head in heads
    )
    return Table("dictionary", Text("report.dictionary"), columns, tuple(map(Row, _records(document, names))))


def _records(document: Document, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for part in document.parts:
        shown = [block for block in part.blocks if isinstance(block, Table)]
        for table in (*shown, *part.details):
            for column in table.columns:
                yield _record(table, column, names.get(table.key))


def _record(table: Table, column: Column, number: str | None) -> dict[str, Any]:
    heading: object = column.label
    if column.spanner is not None:
        heading = Text("report.dictionary_under", {"spanner": column.spanner, "label": column.label})
    return {
        "number": number,
        "table": table.title,
        "key": column.key,
        "heading": heading,
        "kind": Text(f"report.kind_{column.kind}"),
        "digits": column.digits if column.kind not in ("text", "integer", "p_value") else None,
        "notes": table.notes or None,
    }
