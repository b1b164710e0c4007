"""Cells too small to show, and the cells that must go with them."""

from __future__ import annotations

import pandas as pd

PROTECTION = 10.0
"""A hidden mean of 0-100 stays uncertain by at least so many points, whatever is computed from what is shown.

The sliding protection level of Fischetti & Salazar-Gonzalez (2001), Management Science 47(7), 1008-1027; its size is
the p of the p% rule (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4), of the width of the scale.
"""


def suppressed(counts: pd.Series[int], min_cell: int) -> pd.Series[bool]:
    """Return which cells are not to be shown.

    A cell below ``min_cell`` respondents is hidden. What the hidden cells of a margin hold together can be worked out
    from the margin and the other cells; so one cell is never hidden alone, and hidden cells hold ``min_cell``
    respondents together: else the next smallest is hidden too. Cells of nobody hold nothing to hide.

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
    few = int((held < min_cell).sum())
    if few:
        while few < len(held) and (few == 1 or held.iloc[:few].sum() < min_cell):
            few += 1
    return pd.Series(counts.index.isin(held.index[:few]), index=counts.index)
