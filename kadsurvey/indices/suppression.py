"""Cells too small to show, and the cell that must go with a single one of them."""

from __future__ import annotations

import pandas as pd


def suppressed(counts: pd.Series[int], min_cell: int) -> pd.Series[bool]:
    """Return which cells are not to be shown.

    A cell below ``min_cell`` respondents is hidden. Where just one of a margin's cells is hidden its value could be
    worked out from the margin and the other cells, so the next smallest is hidden too. Cells of nobody hold nothing to
    hide.

    Parameters
    ----------
    counts : Series
        Respondents a cell, indexed by cell; where the index has levels, the first level is the margin (the members of a
        body), else all cells have one margin.
    """
    if isinstance(counts.index, pd.MultiIndex):
        hidden = counts.groupby(level=0, group_keys=False).apply(lambda cells: _of_one_margin(cells, min_cell))
        return hidden.reindex(counts.index).astype(bool)
    return _of_one_margin(counts, min_cell)


def _of_one_margin(counts: pd.Series[int], min_cell: int) -> pd.Series[bool]:
    held = counts[counts > 0].sort_values(kind="stable")
    hidden = held.index[held < min_cell]
    if len(hidden) == 1 and len(held) > 1:
        hidden = held.index[:2]
    return pd.Series(counts.index.isin(hidden), index=counts.index)
