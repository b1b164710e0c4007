"""Means of an index by member, body, group and over all, with what is too small left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.indices.body_index import CONFIDENCE, BodyIndex, Members, body_index
from kadsurvey.indices.protection import Protection, protect
from kadsurvey.indices.published_sums import cell_table
from kadsurvey.indices.standing import STANDING_COLUMNS, standing
from kadsurvey.indices.suppression import suppressed

MEMBER_COLUMNS = ("construct", "n", "mean", "std_error", "ci_low", "ci_high", "mean_z", "suppressed")
BODY_COLUMNS = (
    "construct", "n", "index", "std_error", "df", "ci_low", "ci_high", "mean", "mean_z", "suppressed",
    *STANDING_COLUMNS,
)  # fmt: skip
GROUP_COLUMNS = (
    "construct", "n", "n_bodies", "index", "std_error", "ci_low", "ci_high", "mean", "mean_z", "suppressed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summaries:
    """The indices of every level above the respondent, a row a construct and unit.

    Attributes
    ----------
    members, bodies, groups, overall : DataFrame
        As `kadsurvey.indices.score.Indices`.
    mixes : DataFrame, construct x group
        The mix of the groups in a body's index; NaN for a group that is not in it.
    left_out : mapping of construct to tuple of str
        Groups that answered in too few bodies to enter the mix.
    protection : mapping of construct to Protection
        What is hidden, so that no mean of fewer than ``min_cell`` respondents can be computed from the others; empty
        where the data name no bodies.
    """

    members: pd.DataFrame
    bodies: pd.DataFrame
    groups: pd.DataFrame
    overall: pd.DataFrame
    mixes: pd.DataFrame
    left_out: Mapping[str, tuple[str, ...]]
    protection: Mapping[str, Protection]


def summaries(
    respondents: pd.DataFrame,
    constructs: Sequence[str],
    *,
    min_cell: int,
    members: Members = "census",
    weights: pd.Series[float] | None = None,
) -> Summaries:
    """Return the indices of members, bodies, groups and all bodies.

    Parameters
    ----------
    respondents : DataFrame
        Indexed by respondent_id, perhaps with body, member and group, with ``<construct>_100`` and ``<construct>_z``.
    constructs : sequence of str
    min_cell : int
        Fewest respondents of which a mean is shown; below it every number of the row but n is NaN.
    members : {"census", "sample"}
        As `body_index`.
    weights : Series, optional
        Of the respondents.
    """
    parts: dict[str, list[pd.DataFrame]] = {"members": [], "bodies": [], "groups": [], "overall": []}
    mixes, left_out, protection = {}, {}, {}
    for construct in constructs:
        column = f"{construct}_100"
        found, hidden = None, Protection()
        if "body" in respondents:
            found = body_index(respondents, column, members=members, weights=weights)
            hidden = protect(cell_table(respondents, column, found.groups.columns, weights), min_cell=min_cell)
            protection[construct] = hidden
            mixes[construct] = found.mix
            if found.left_out:
                left_out[construct] = found.left_out
            parts["bodies"].append(_bodies(respondents, construct, found, hidden, weights))
        if {"body", "member"} <= set(respondents.columns):
            parts["members"].append(_members(respondents, construct, hidden, weights))
        if "group" in respondents:
            parts["groups"].append(_groups(respondents, construct, found, (min_cell, hidden), weights))
        parts["overall"].append(_overall(respondents, construct, found, (min_cell, hidden), weights))
    columns = {"members": MEMBER_COLUMNS, "bodies": BODY_COLUMNS, "groups": GROUP_COLUMNS, "overall": GROUP_COLUMNS}
    return Summaries(
        **{
            name: pd.concat(frames)[list(columns[name])] if frames else pd.DataFrame(columns=list(columns[name]))
            for name, frames in parts.items()
        },
        mixes=pd.DataFrame(mixes).T.rename_axis("construct"),
        left_out=left_out,
        protection=protection,
    )


def _plain(
    respondents: pd.DataFrame, by: str | list[str], construct: str, weights: pd.Series[float] | None
) -> pd.DataFrame:
    """Return n, mean and mean_z by unit."""
    scored = respondents.dropna(subset=[f"{construct}_100"])
    weight = pd.Series(1.0, scored.index) if weights is None else weights.loc[scored.index]
    of_index = _weighted(scored, f"{construct}_100", by, weight)
    part = pd.DataFrame({"n": scored.groupby(by, sort=True, observed=True).size(), "mean": of_index})
    part["mean_z"] = _weighted(scored, f"{construct}_z", by, weight) if f"{construct}_z" in scored else np.nan
    part.insert(0, "construct", construct)
    return part


def _weighted(scored: pd.DataFrame, column: str, by: str | list[str], weight: pd.Series[float]) -> pd.Series[float]:
    keys = [scored[name] for name in ([by] if isinstance(by, str) else by)]
    known = weight.where(scored[column].notna())
    sums = (scored[column] * known).groupby(keys, sort=True, observed=True).sum(min_count=1)
    return sums / known.groupby(keys, sort=True, observed=True).sum()


def _hide(part: pd.DataFrame, hidden: Sequence[bool] | pd.Series[bool], *, means: object = False) -> pd.DataFrame:
    """Return the part with nothing but counts in the hidden rows, and no unadjusted mean in those of ``means``."""
    part["suppressed"] = hidden
    hidden = part["suppressed"].astype(bool)
    part.loc[pd.Series(means, part.index), ["mean", "mean_z"]] = np.nan
    shown = part.columns.difference(["construct", "n", "n_bodies", "suppressed"])
    part.loc[hidden, shown] = np.nan
    return part


def _members(
    respondents: pd.DataFrame, construct: str, hidden: Protection, weights: pd.Series[float] | None
) -> pd.DataFrame:
    """Return the members' means, whose respondents are taken as drawn independently of each other."""
    part = _plain(respondents, ["body", "member"], construct, weights)
    scored = respondents.dropna(subset=[f"{construct}_100"])
    keys = [scored["body"], scored["member"]]
    weight = pd.Series(1.0, scored.index) if weights is None else weights.loc[scored.index]
    values = scored[f"{construct}_100"]
    whole = weight.groupby(keys, observed=True).transform("sum")
    apart = values - (values * weight).groupby(keys, observed=True).transform("sum") / whole
    squares = ((weight / whole * apart) ** 2).groupby(keys, observed=True).sum()
    part["std_error"] = np.sqrt(squares * part["n"] / (part["n"] - 1).where(part["n"] > 1))
    small = [(str(body), str(member)) in hidden.members for body, member in part.index]
    return _hide(_with_interval(part, part["mean"], part["n"] - 1), small)


def _with_interval(part: pd.DataFrame, centre: pd.Series[float], df: pd.Series[int]) -> pd.DataFrame:
    reach = part["std_error"] * stats.t.ppf((1 + CONFIDENCE) / 2, df.clip(lower=1))
    part["ci_low"], part["ci_high"] = centre - reach, centre + reach
    return part


def _bodies(
    respondents: pd.DataFrame, construct: str, found: BodyIndex, hidden: Protection, weights: pd.Series[float] | None
) -> pd.DataFrame:
    part = _plain(respondents, "body", construct, weights).join(found.bodies)
    names = part.index.astype(str)
    part = _hide(part, names.isin(hidden.bodies).tolist(), means=names.isin(hidden.means))
    return part.join(standing(part["index"], part["std_error"]))


def _groups(
    respondents: pd.DataFrame,
    construct: str,
    found: BodyIndex | None,
    rules: tuple[int, Protection],
    weights: pd.Series[float] | None,
) -> pd.DataFrame:
    """Return each group's mean over bodies, which weigh equally; bodies are what was drawn."""
    part = _plain(respondents, "group", construct, weights)
    per_body = pd.DataFrame(index=part.index[:0]) if found is None else found.groups
    return _hide_across(_over_bodies(part, per_body.reindex(columns=part.index)), *rules)


def _overall(
    respondents: pd.DataFrame,
    construct: str,
    found: BodyIndex | None,
    rules: tuple[int, Protection],
    weights: pd.Series[float] | None,
) -> pd.DataFrame:
    """Return the mean of all bodies, as of one group."""
    part = _plain(respondents.assign(all=""), "all", construct, weights)
    per_body = pd.DataFrame(index=part.index[:0]) if found is None else found.bodies["index"].to_frame("")
    return _hide_across(_over_bodies(part, per_body.reindex(columns=part.index)), *rules)


def _hide_across(part: pd.DataFrame, min_cell: int, hidden: Protection) -> pd.DataFrame:
    return _hide(part, suppressed(part["n"], min_cell) | hidden.indices_across, means=hidden.means_across)


def _over_bodies(part: pd.DataFrame, per_body: pd.DataFrame) -> pd.DataFrame:
    part["n_bodies"] = per_body.notna().sum()
    part["index"] = per_body.mean()
    part["std_error"] = per_body.std() / np.sqrt(part["n_bodies"].where(part["n_bodies"] > 1))
    return _with_interval(part, part["index"], part["n_bodies"] - 1)
