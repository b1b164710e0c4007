"""The shape of a table on a page: runs of columns below one heading, runs of rows below one group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kadsurvey.language.text import Label
from kadsurvey.report.table import Column, Row


def spanner_runs(columns: Sequence[Column]) -> list[tuple[Label | None, int]]:
    """Return the headings above the columns, each with how many neighbouring columns stand below it.

    Examples
    --------
    >>> spanner_runs([Column("b", "b"), Column("low", "low", spanner="CI"), Column("high", "high", spanner="CI")])
    [(None, 1), ('CI', 2)]
    """
    return [(spanner, len(list(run))) for spanner, run in groupby(columns, key=lambda column: column.spanner)]


def group_runs(rows: Sequence[Row]) -> list[tuple[Label | None, list[Row]]]:
    """Return the groups of rows, each with its rows; rows without a group stand together under None.

    Examples
    --------
    >>> [(group, len(rows)) for group, rows in group_runs([Row({}, "a"), Row({}, "a"), Row({})])]
    [('a', 2), (None, 1)]
    """
    return [(group, list(run)) for group, run in groupby(rows, key=lambda row: row.group)]
