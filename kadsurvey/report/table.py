"""The one table model: what a result shows, in no language and no format yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from kadsurvey.language.text import Label

CellKind: TypeAlias = Literal["text", "integer", "year", "number", "bounded", "share", "p_value", "std_error"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Table.

    Attributes
    ----------
    key : str
        Name of its values in each row; English, the same in every language.
    label : Label
        Heading.
    kind : {"text", "integer", "year", "number", "bounded", "share", "p_value", "std_error"}
        ``year`` has no sign between thousands; ``bounded`` cannot exceed 1 in size (a correlation, a reliability);
        ``share`` is 0 to 1, shown in percent; ``std_error`` stands in brackets.
    digits : int
        Decimals shown; the value itself is never rounded here.
    spanner : Label or None
        Heading above several columns.
    heat : tuple of float or None
        Values of the two ends of a colour scale, where a writer has colours.
    """

    key: str
    label: Label
    kind: CellKind = "text"
    digits: int = 2
    spanner: Label | None = None
    heat: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row: values by column key, under an optional group heading.

    ``strong`` rows stand out, and so do the columns that ``marked`` names by their keys. The numbers of a row with a
    ``kind`` are of that kind instead of their column's: standard errors below their estimates, the n of a model.
    """

    values: Mapping[str, Any]
    group: Label | None = None
    strong: bool = False
    marked: frozenset[str] = frozenset()
    kind: CellKind | None = None

    def shown_in(self, column: Column) -> Column:
        """Return the column as this row's value is shown in it."""
        if self.kind is None or column.kind == "text":
            return column
        return replace(column, kind=self.kind)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a writer can render.

    Attributes
    ----------
    key : str
        Name of the sheet or anchor.
    title : Label
    columns : tuple of Column
    rows : tuple of Row
    notes : tuple of Label
        What the reader must know: estimator, kind of standard error, n, rules.
    result : str
        The kind of result it came from.
    """

    key: str
    title: Label
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Label, ...] = ()
    result: str = ""


def rows_of(records: Iterable[Mapping[str, Any]], *, group: str | None = None) -> tuple[Row, ...]:
    """Turn records into rows; ``group`` names the record's key whose value heads a group of rows."""
    return tuple(Row(record, group=record[group] if group else None) for record in records)
