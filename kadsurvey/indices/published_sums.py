"""What the tables of one construct publish, as sums over cells of body, member and group with known weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Cells: TypeAlias = Mapping[str, NDArray[Any]]
"""Columns of `cell_table` as arrays: of hundreds of bodies, frames of a few rows each take seconds."""

GROUPS = ("official", "ngo")
"""The two groups whose means stand beside each other, body by body."""
FEWEST = 3
"""Of two respondents each could work out the other's answer: the minimum frequency rule (Hundepool et al. 2012)."""
_UNIT = ["body", "member", "group"]


def cell_table(
    respondents: pd.DataFrame, column: str, groups: Iterable[str], weights: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Return the cells of one construct, a row a body, member and group.

    Parameters
    ----------
    respondents : DataFrame
        body, perhaps member and group, and the column.
    column : str
        The values, 0-100.
    groups : iterable of str
        Those that enter the body's index (`kadsurvey.indices.body_index.BodyIndex.groups`).
    weights : Series, optional

    Returns
    -------
    DataFrame
        body, member and group (empty where not known), ``place`` (a number for body and member), n, ``weight``,
        ``mean``, ``in_group`` (its part of its group's index in the body, zero where the group does not enter) and
        ``in_index`` (of the body's index, zero where the body has none).
    """
    scored = respondents[respondents[column].notna() & respondents["body"].notna()]
    frame = pd.DataFrame({"body": scored["body"].astype(str), "value": scored[column]})
    for unit in ("member", "group"):
        frame[unit] = scored[unit].astype(object).fillna("") if unit in scored else ""
    frame["weight"] = 1.0 if weights is None else weights.loc[scored.index]
    frame["weighted"] = frame["weight"] * frame["value"]
    cells = frame.groupby(_UNIT, observed=True).agg(
        n=("value", "size"), weight=("weight", "sum"), weighted=("weighted", "sum")
    )
    cells = cells.reset_index()
    cells["mean"] = cells.pop("weighted") / cells["weight"]
    cells["place"] = cells.groupby(["body", "member"]).ngroup()
    names = list(groups)
    enters = cells["group"].isin(names)
    sizes = cells.groupby(["body", "group"], observed=True)["n"].transform("size")
    cells["in_group"] = np.where(enters, 1 / sizes, 0.0)
    counts = cells[enters].groupby("group")["n"].sum()
    mix = cells["group"].map(counts / counts.sum()).fillna(0.0)
    there = cells["group"].where(enters).groupby(cells["body"]).transform("nunique") == len(names)
    cells["in_index"] = cells["in_group"] * mix.astype(float) * there
    return cells


def arrays_of(cells: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return the columns of `cell_table` as arrays."""
    return {str(name): cells[name].to_numpy() for name in cells.columns}


def together(parts: Sequence[Cells]) -> dict[str, NDArray[Any]]:
    """Return the cells of several bodies, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def members_of(cells: Cells) -> list[str]:
    """Return the named members, in the order in which they stand."""
    return [name for name in dict.fromkeys(cells["member"].tolist()) if name]


def member_sums(cells: Cells) -> dict[str, Array]:
    """Return the mean of each named member of one body."""
    return {name: _mean(cells, cells["member"] == name) for name in members_of(cells)}


def mean_sum(cells: Cells) -> Array:
    """Return the unadjusted mean of a body."""
    return _mean(cells, np.ones(len(cells["n"]), dtype=bool))


def index_sum(cells: Cells) -> Array:
    """Return the index of a body."""
    return np.asarray(cells["in_index"], dtype=np.float64)


def group_sums(cells: Cells) -> Iterator[Array]:
    """Yield the means of both groups of a body."""
    for group in GROUPS:
        yield _mean(cells, cells["group"] == group)


def sums_across(cells: Cells, *, means: bool, indices: bool) -> Array:
    """Return the part that cells have in the means of groups and of all respondents, and in their indices.

    Parameters
    ----------
    cells : mapping of column to ndarray
    means, indices : bool
        Which of them are published.
    """
    weight = np.asarray(cells["weight"], dtype=np.float64)
    groups = [name for name in dict.fromkeys(cells["group"].tolist()) if name]
    # The statistics of the items give the mean of all respondents in any case.
    rows: list[Array] = [weight]
    if means:
        rows.append(difference_sum(cells))
        rows += [np.where(cells["group"] == name, weight, 0.0) for name in groups]
    if indices:
        rows.append(index_sum(cells))
        rows += [np.where(cells["group"] == name, cells["in_group"], 0.0) for name in groups]
    return np.array(rows).reshape(len(rows), len(weight))


def small_sums(cells: Cells, min_cell: int) -> Array:
    """Return the means of one body that are to stay unknown.

    Of members, groups and the body those of fewer than ``min_cell`` respondents; of a group within a member, which no
    table prints, those of fewer than `FEWEST`.
    """
    n = cells["n"]
    # What is a cell and a member too counts as a member, for which more respondents are asked.
    units = [(np.arange(len(n)), min(FEWEST, min_cell))]
    units += [(pd.factorize(cells[unit])[0], min_cell) for unit in _UNIT]
    owns = {(codes == code).tobytes(): (codes == code, most) for codes, most in units for code in np.unique(codes)}
    rows = [_mean(cells, own) for own, most in owns.values() if n[own].sum() < most]
    return np.array(rows).reshape(len(rows), len(n))


def _mean(cells: Cells, own: NDArray[np.bool_]) -> Array:
    weight = np.where(own, cells["weight"], 0.0)
    whole = weight.sum()
    return np.asarray(weight / whole if whole else weight, dtype=np.float64)


def difference_sum(cells: Cells) -> Array:
    """Return officials less NGOs within members that hold both; where none does, between whole members."""
    # Who is of no named member is not compared where others are.
    compared = cells["member"] != ""
    compared = compared if compared.any() else np.ones(len(compared), dtype=bool)
    first, second = ((cells["group"] == group) & compared for group in GROUPS)
    n = np.asarray(cells["n"], dtype=np.float64)
    members = pd.factorize(cells["place"])[0]
    of_first, of_second = (np.bincount(members, np.where(own, n, 0.0))[members] for own in (first, second))
    both = of_first * of_second / np.maximum(of_first + of_second, 1.0)
    # Each member's sum, spread over its cells of one group.
    row = np.where(first, both * n / np.maximum(of_first, 1.0), 0.0)
    row -= np.where(second, both * n / np.maximum(of_second, 1.0), 0.0)
    if not row.any():
        within = np.asarray(cells["in_group"], dtype=np.float64)
        row = np.where(first, within, np.where(second, -within, 0.0))
    return np.asarray(row, dtype=np.float64)
