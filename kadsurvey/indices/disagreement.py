"""Whether officials and NGOs of a body see the same cooperation, tested by permuting who is which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.indices.protection import Protection
from kadsurvey.indices.published_sums import GROUPS
from kadsurvey.indices.suppression import suppressed
from kadsurvey.stats.multiple import holm
from kadsurvey.stats.two_sample import MeanDifference, difference_within

DISAGREEMENT_COLUMNS = (
    "construct", "body", "n_official", "n_ngo", "mean_official", "mean_ngo", "difference", "p_value", "p_holm",
    "permuted", "enumerated", "suppressed",
)  # fmt: skip
_HIDDEN = {"mean_official": np.nan, "mean_ngo": np.nan, "difference": np.nan, "suppressed": True}
LEVEL = 0.05
"""Family-wise level over the bodies of one construct."""


def disagreement(
    respondents: pd.DataFrame,
    constructs: Sequence[str],
    *,
    min_cell: int,
    protection: Mapping[str, Protection] | None = None,
    draws: int = 9999,
    seed: int,
) -> pd.DataFrame:
    """Compare officials with NGOs in every body, and over all bodies.

    Groups are permuted within members where members of the body hold both, so that neither differences between bodies
    nor between members are taken for one between groups. Where each member is of one group, whole members are
    exchanged; where members are not known, respondents of the body.

    Parameters
    ----------
    respondents : DataFrame
        Indexed by respondent_id: body, group, perhaps member, and ``<construct>_100``.
    constructs : sequence of str
    min_cell : int
        Fewest respondents a group of which a mean is shown and tested.
    protection : mapping of construct to Protection, optional
        What else is hidden, because tables beside this one would give a small group away.
    draws : int, default 9999
        Random permutations where they are more than can be enumerated.
    seed : int

    Returns
    -------
    DataFrame
        A row a construct and body, the last of each construct over all bodies (``body`` missing): n and mean index of
        each group; ``difference`` officials minus NGOs (within members where these were permuted; NaN where it would
        give a small group away), ``p_value``, ``p_holm`` over the bodies of the construct, ``permuted`` ("members",
        "whole_members", "body" or missing where nothing was tested), ``enumerated``, ``suppressed`` (means and
        difference are NaN). Empty where data do not name body and group.

    Notes
    -----
    Exact where respondents of a member, or members of a body, may be exchanged between the groups. With three members
    a group no p value is below .1: so few cannot show a disagreement.
    """
    if not {"body", "group"} <= set(respondents.columns):
        return pd.DataFrame(columns=list(DISAGREEMENT_COLUMNS))
    rows: list[dict[str, Any]] = []
    for construct in constructs:
        scored = respondents.dropna(subset=[f"{construct}_100", "body", "group"])
        scored = scored[scored["group"].isin(GROUPS)]
        hidden = (protection or {}).get(construct, Protection())
        own = list(_rows(scored, construct, hidden, min_cell=min_cell, draws=draws, seed=seed))
        adjusted = holm([row["p_value"] for row in own])
        rows += [{**row, "p_holm": float(p)} for row, p in zip(own, adjusted, strict=True)]
        if own:
            whole = {**_row(scored, construct, None, min_cell=min_cell, draws=draws, seed=seed), "p_holm": np.nan}
            rows.append({**whole, **_HIDDEN} if hidden.means_across else whole)
    return pd.DataFrame(rows, columns=list(DISAGREEMENT_COLUMNS))


def disagreeing(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the bodies whose groups disagree beyond chance."""
    return frame[frame["body"].notna() & (frame["p_holm"] < LEVEL)]


def _rows(scored: pd.DataFrame, construct: str, told: Protection, **rules: int) -> Iterator[dict[str, Any]]:
    counts = pd.crosstab(scored["body"], scored["group"]).reindex(columns=list(GROUPS), fill_value=0)
    # With one group hidden the other would give it away through the body's mean.
    hidden = suppressed(counts[GROUPS[0]], rules["min_cell"]) | suppressed(counts[GROUPS[1]], rules["min_cell"])
    for place, (body, part) in enumerate(scored.groupby("body", sort=True, observed=True)):
        row = _row(part, construct, body, **{**rules, "seed": rules["seed"] + place + 1})
        if hidden[body] or str(body) in told.groups:
            row |= _HIDDEN if min(row["n_official"], row["n_ngo"]) else {}
        elif str(body) in told.differences:
            row["difference"] = np.nan
        yield row


def _row(part: pd.DataFrame, construct: str, body: object, *, min_cell: int, draws: int, seed: int) -> dict[str, Any]:
    of_group = [part.loc[part["group"] == group, f"{construct}_100"] for group in GROUPS]
    enough = min(len(own) for own in of_group) >= min_cell
    permuted, test = _test(part, construct, draws=draws, seed=seed) if enough else (None, None)
    return {
        "construct": construct,
        "body": body,
        "n_official": len(of_group[0]),
        "n_ngo": len(of_group[1]),
        "mean_official": float(of_group[0].mean()) if enough else np.nan,
        "mean_ngo": float(of_group[1].mean()) if enough else np.nan,
        "difference": np.nan if test is None else test.difference,
        "p_value": np.nan if test is None else test.p_value,
        "permuted": permuted,
        "enumerated": test is not None and test.enumerated,
        "suppressed": not enough and min(len(own) for own in of_group) > 0,
    }


def _test(part: pd.DataFrame, construct: str, *, draws: int, seed: int) -> tuple[str | None, MeanDifference | None]:
    permuted = "body"
    if "member" in part and bool(part["member"].notna().any()):
        named = part.dropna(subset=["member"])
        members = named.groupby(["body", "member"], observed=True)
        strata = members.ngroup().to_numpy()
        if _hold_both(named, strata):
            return "members", _within(named, construct, strata, draws=draws, seed=seed)
        # Respondents of one member are alike, so that members, each of one group, are what may be exchanged.
        permuted = "whole_members"
        part = members.agg({"group": "first", f"{construct}_100": "mean"}).reset_index()
    strata = part.groupby("body", observed=True).ngroup().to_numpy()
    if _hold_both(part, strata):
        return permuted, _within(part, construct, strata, draws=draws, seed=seed)
    return None, None


def _hold_both(part: pd.DataFrame, strata: Any) -> bool:
    """Whether any stratum holds officials and NGOs."""
    official = part["group"] == GROUPS[0]
    return bool(official.groupby(strata).mean().between(0, 1, inclusive="neither").any())


def _within(part: pd.DataFrame, construct: str, strata: Any, *, draws: int, seed: int) -> MeanDifference:
    values, first = part[f"{construct}_100"].to_numpy(float), (part["group"] == GROUPS[0]).to_numpy()
    return difference_within(values, first, strata, draws=draws, seed=seed)
