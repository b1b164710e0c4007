"""The index of a body: members weigh equally, officials and NGOs in one mix, with an interval that respects both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.shrinkage import moderated_variances

Members: TypeAlias = Literal["census", "sample"]

LEAST_SHARE_OF_BODIES = 0.5
"""A group that answered in fewer of the bodies does not enter the mix."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class BodyIndex:
    """One construct's index of every body.

    Attributes
    ----------
    bodies : DataFrame
        Indexed by body: ``index`` (NaN where the body lacks a group of the mix), ``std_error``, ``df``, ``ci_low``,
        ``ci_high``, ``within`` (variance of respondents within cells, as used).
    groups : DataFrame, body x group
        Index of each group in each body, members weighing equally.
    mix : Series
        Weight of each group, summing to one; empty where groups are not known.
    left_out : tuple of str
        Groups that answered in too few bodies to enter the mix.
    """

    bodies: pd.DataFrame
    groups: pd.DataFrame
    mix: pd.Series[float]
    left_out: tuple[str, ...]


def body_index(
    respondents: pd.DataFrame,
    column: str,
    *,
    members: Members = "census",
    weights: pd.Series[float] | None = None,
    mix: pd.Series[float] | None = None,
) -> BodyIndex:
    r"""Compute one construct's index of every body.

    Respondents of one member and group are a cell. A body's index is :math:`\sum_g w_g \sum_m \bar y_{gm} / M_g`: the
    means of the cells, each of the :math:`M_g` members of a group counting once, in the mix :math:`w` that all bodies
    share, the groups' share of all respondents.

    Parameters
    ----------
    respondents : DataFrame
        Indexed by respondent_id: body, perhaps group and member, and the column.
    column : str
        The values.
    members : {"census", "sample"}
        Whether the members that answered are all of the body's, so that only respondents within them were drawn; or
        were themselves drawn from more.
    weights : Series, optional
        Weight of each respondent within the cell, above zero.
    mix : Series, optional
        Weight of each group, as that of another wave; by default the groups' share of these respondents.

    Notes
    -----
    Sampling error comes from the variance within cells. Members a census: each body's variance is moderated by that of
    the others (`moderated_variances`), because a body of eight respondents hardly knows its own. Members a sample:
    variances within and between members are pooled over bodies, by the analysis of variance of unweighted cell means,
    with Satterthwaite's degrees of freedom. Intervals are Student's.
    """
    scored = respondents[respondents[column].notna() & respondents["body"].notna()]
    cells, left_out = cells_of(scored, column, weights)
    if mix is None:
        mix = cells.groupby("group", observed=True)["n"].sum() / cells["n"].sum()
    in_group = cells.groupby(["body", "group"], observed=True)["mean"]
    groups = in_group.mean().reset_index().pivot_table("mean", "body", "group", observed=True)
    groups = groups.reindex(columns=mix.index)
    index = (groups * mix).sum(axis=1, skipna=False)
    cells["share"] = share_of(cells, mix)
    drawn = (_census(cells) if members == "census" else _sample(cells)).reindex(index.index)
    error, df = drawn["variance"] ** 0.5, drawn["df"]
    reach = error * stats.t.ppf((1 + CONFIDENCE) / 2, df)
    frame = pd.DataFrame(
        {
            "index": index,
            "std_error": error.where(index.notna()),
            "df": df.where(index.notna()),
            "ci_low": index - reach,
            "ci_high": index + reach,
            "within": drawn["within"],
        }
    )
    known = "group" in respondents and respondents["group"].notna().any()
    return BodyIndex(frame, groups, mix if known else mix.iloc[:0], left_out)


def cells_of(
    scored: pd.DataFrame, column: str, weights: pd.Series[float] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a row a body, group and member: n, effective n, mean, sum of squares; and the groups left out."""
    frame = pd.DataFrame({"body": scored["body"], "value": scored[column]})
    left_out: tuple[str, ...] = ()
    frame["group"] = scored["group"] if "group" in scored and scored["group"].notna().any() else ""
    # Those of no named member count as one member more.
    frame["member"] = scored["member"].astype(object).fillna("") if "member" in scored else ""
    frame["weight"] = 1.0 if weights is None else weights.loc[scored.index]
    frame = frame.dropna(subset=["group"])
    bodies_of = frame.groupby("group", observed=True)["body"].nunique()
    rare = bodies_of[bodies_of < LEAST_SHARE_OF_BODIES * frame["body"].nunique()].index
    if 0 < len(rare) < len(bodies_of):
        left_out = tuple(rare.astype(str))
        frame = frame[~frame["group"].isin(rare)]
    keys = ["body", "group", "member"]
    frame["weighted"], frame["squared"] = frame["weight"] * frame["value"], frame["weight"] ** 2
    by_cell = frame.groupby(keys, observed=True)
    sums = by_cell[["weight", "weighted", "squared"]].sum()
    cells = pd.DataFrame({"n": by_cell.size(), "mean": sums["weighted"] / sums["weight"]})
    cells["n_effective"] = sums["weight"] ** 2 / sums["squared"]
    cells["squares"] = by_cell["value"].var(ddof=0) * cells["n"]
    return cells.reset_index(), left_out


def share_of(cells: pd.DataFrame, mix: pd.Series[float]) -> pd.Series[float]:
    """Return what each cell's mean is multiplied with in its body's index."""
    sizes = cells.groupby(["body", "group"], observed=True)["mean"].transform("size")
    return cells["group"].map(mix).astype(float).fillna(0.0) / sizes


def _census(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the sampling variance of each body's index, its degrees of freedom, and the variance within cells."""
    by_body = cells.groupby("body", observed=True)
    df = by_body["n"].sum() - by_body.size()
    own = by_body["squares"].sum() / df.where(df > 0)
    try:
        within, steadied = moderated_variances(own.to_numpy(float), df.to_numpy(float))
    except StatisticsError:
        within = steadied = np.full(len(df), np.nan)
    return pd.DataFrame({"variance": _drawn(cells) * within, "df": steadied, "within": within}, df.index)


def _drawn(cells: pd.DataFrame) -> pd.Series[float]:
    """Return what the variance within cells is multiplied with."""
    return (cells["share"] ** 2 / cells["n_effective"]).groupby(cells["body"]).sum()


def _sample(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the same where members are drawn too."""
    df_within = int(cells["n"].sum() - len(cells))
    groups = cells.groupby(["body", "group"], observed=True)
    apart = cells["mean"] - groups["mean"].transform("mean")
    # A member with officials and NGOs is one member: it is counted once in what is known of members.
    df_between = int(cells.groupby("body", observed=True)["member"].nunique().sub(1).sum())
    kept = 1 - 1 / groups["mean"].transform("size")
    places, drawn = float(kept.sum()), _drawn(cells)
    if df_within <= 0 or df_between <= 0:
        return pd.DataFrame(np.nan, index=drawn.index, columns=["variance", "df", "within"])
    within = float(cells["squares"].sum()) / df_within
    between = float((apart**2).sum()) / places
    of_member = cells.groupby(["body", "member"], observed=True)["share"].sum() ** 2
    weight = of_member.groupby(level="body").sum()
    # Mean squares of cell means hold the variance between members and, as ``part``, that within cells.
    part = float((kept / cells["n_effective"]).sum()) / places
    parts = weight * between, (drawn - weight * part) * within
    variance = parts[0] + parts[1]
    df = variance**2 / (parts[0] ** 2 / df_between + parts[1] ** 2 / df_within)
    least = drawn * within
    # Where members differ by no more than their respondents explain, only these were drawn.
    df = df.clip(min(df_between, df_within), df_within).where(variance > least, df_within)
    return pd.DataFrame({"variance": variance.clip(lower=least), "df": df, "within": within})
