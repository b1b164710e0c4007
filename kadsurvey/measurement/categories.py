"""Categories that one group never used, which no threshold can be estimated for: merged by one rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MergedCategory:
    """An answer that counts as another.

    Attributes
    ----------
    item : str
    category, into : float
        The code merged, and the code it counts as.
    groups : tuple of str
        Who never used it.
    """

    item: str
    category: float
    into: float
    groups: tuple[str, ...]


def merge_unused(items: pd.DataFrame, group: pd.Series[str]) -> tuple[pd.DataFrame, tuple[MergedCategory, ...]]:
    """Merge the categories that a group never used, so that all groups have the same ones.

    Such a category joins its neighbour nearer to the middle of the categories in use; the middle one itself joins the
    neighbour with fewer answers, the lower one of two alike. The outermost go first, until all groups use all.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Integer codes, NaN missing.
    group : Series of str, the same index
        Nothing missing.

    Returns
    -------
    items : DataFrame
        A copy; a merged answer has the code it counts as.
    merged : tuple of MergedCategory
    """
    found, merged = items.copy(), list[MergedCategory]()
    names, member = np.unique(group.to_numpy(str), return_inverse=True)
    for item in items.columns:
        answers = items[item].to_numpy(np.float64, copy=True)
        while (step := _next_merge(answers, member, len(names))) is not None:
            code, into, unused = step
            merged.append(MergedCategory(str(item), code, into, tuple(names[unused].tolist())))
            answers[answers == code] = into
        found[item] = answers
    return found, tuple(merged)


def _next_merge(
    answers: Array, member: NDArray[np.intp], n_groups: int
) -> tuple[float, float, NDArray[np.bool_]] | None:
    """Return a category to merge, the one it joins, and which groups never used it; None where all used all."""
    given = np.isfinite(answers)
    codes, place_of = np.unique(answers[given], return_inverse=True)
    counts = np.zeros((n_groups, len(codes)))
    np.add.at(counts, (member[given], place_of), 1)
    unused = np.flatnonzero((counts == 0).any(axis=0))
    if not unused.size or len(codes) < 2:
        return None
    middle = (len(codes) - 1) / 2
    place = int(unused[np.argmax(np.abs(unused - middle))])
    if place == middle:
        totals = counts.sum(axis=0)
        toward = -1 if totals[place - 1] <= totals[place + 1] else 1
    else:
        toward = 1 if place < middle else -1
    return float(codes[place]), float(codes[place + toward]), counts[:, place] == 0
