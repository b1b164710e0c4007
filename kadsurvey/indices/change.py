"""The change of the bodies' indices between two waves, with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.indices.body_index import CONFIDENCE, Members, body_index, cells_of, share_of
from kadsurvey.indices.protection import Protection
from kadsurvey.indices.suppression import suppressed
from kadsurvey.results import Result

SCALES = ("100", "z")
CHANGE_COLUMNS = (
    "construct", "scale", "body", "n_before", "n_after", "n_both", "before", "after", "change", "std_error", "df",
    "ci_low", "ci_high", "suppressed",
)  # fmt: skip
_CELL = ["body", "group", "member"]


@dataclass(frozen=True, slots=True)
class Change(Result):
    """How the indices of bodies changed.

    Attributes
    ----------
    bodies : DataFrame
        A row a construct, scale ("100", or "z" where one model scored both waves) and body, the last over all bodies
        (``body`` missing): respondents of each wave and of both, the index in each wave in one mix of groups,
        ``change`` with std_error, df, ci_low, ci_high; ``suppressed`` (every number but n is NaN).
    members_are : {"census", "sample"}
    min_cell : int
    """

    bodies: pd.DataFrame
    members_are: Members
    min_cell: int

    def to_frame(self) -> pd.DataFrame:
        """Return the changes."""
        return self.bodies


def change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    constructs: Sequence[str],
    *,
    one_model: bool,
    members: Members = "census",
    min_cell: int = 5,
    hidden: Mapping[str, Protection] | None = None,
) -> Change:
    """Compare two waves of a survey.

    Parameters
    ----------
    before, after : DataFrame
        The respondents' indices of each wave (`Indices.respondents`), indexed by respondent; who has one name in both
        is one person.
    constructs : sequence of str
        Those of them that both waves have are compared.
    one_model : bool
        Whether one model scored both: only then are z scores of one scale.
    members : {"census", "sample"}
        As `kadsurvey.indices.body_index.body_index`. The same members are asked again, so that what differs between
        members does not make the change less certain where they are a census; where they were drawn for each wave anew,
        it does.
    min_cell : int
        Fewest respondents in either wave of which a change is shown.
    hidden : mapping of construct to Protection, optional
        What the tables of the later wave hide: their bodies are hidden here too.

    Notes
    -----
    The variance of a change is that of both waves, less twice their covariance through those who answered in both: the
    correlation of their answers within cells of body, group and member is pooled over all of them. Degrees of freedom
    are Welch's.
    """
    rows: list[dict[str, Any]] = []
    for construct in constructs:
        for scale in SCALES if one_model else SCALES[:1]:
            column = f"{construct}_{scale}"
            if all(column in wave and wave[column].notna().any() for wave in (before, after)):
                found = _of_bodies(before, after, column, members)
                found["suppressed"] = suppressed(found[["n_before", "n_after"]].min(axis=1), min_cell)
                told = (hidden or {}).get(construct, Protection())
                found["suppressed"] |= found.index.astype(str).isin(told.bodies)
                rows += [{"construct": construct, "scale": scale, **row} for row in _rows(found)]
    return Change(pd.DataFrame(rows, columns=list(CHANGE_COLUMNS)), members, min_cell)


def _of_bodies(before: pd.DataFrame, after: pd.DataFrame, column: str, members: Members) -> pd.DataFrame:
    """Return a row a body that both waves have."""
    waves = [wave[wave[column].notna() & wave["body"].notna()] for wave in (before, after)]
    cells = [cells_of(wave, column)[0] for wave in waves]
    counts = pd.concat(cells).groupby("group", observed=True)["n"].sum()
    mix = counts / counts.sum()
    first, second = (body_index(wave, column, members=members, mix=mix).bodies for wave in waves)
    both = waves[0].index.intersection(waves[1].index)
    frame = first.add_suffix("_before").join(second.add_suffix("_after"), how="inner")
    variances = [frame[f"std_error_{wave}"] ** 2 for wave in ("before", "after")]
    of_both = variances[0] + variances[1]
    within = np.sqrt(frame["within_before"] * frame["within_after"])
    shared = within * _shared(waves, cells, column, mix).reindex(frame.index).fillna(0.0)
    in_both = waves[1].loc[both, "body"].value_counts()
    found = pd.DataFrame(
        {
            "n_before": waves[0]["body"].value_counts().reindex(frame.index),
            "n_after": waves[1]["body"].value_counts().reindex(frame.index),
            "n_both": in_both.reindex(frame.index).fillna(0).astype(int),
            "before": frame["index_before"],
            "after": frame["index_after"],
            "change": frame["index_after"] - frame["index_before"],
            "std_error": np.sqrt((of_both - 2 * shared).clip(lower=0.0)),
            "df": of_both**2 / (variances[0] ** 2 / frame["df_before"] + variances[1] ** 2 / frame["df_after"]),
        }
    )
    return _with_interval(found)


def _with_interval(found: pd.DataFrame) -> pd.DataFrame:
    reach = found["std_error"] * stats.t.ppf((1 + CONFIDENCE) / 2, found["df"])
    return found.assign(ci_low=found["change"] - reach, ci_high=found["change"] + reach)


def _shared(
    waves: Sequence[pd.DataFrame], cells: Sequence[pd.DataFrame], column: str, mix: pd.Series[float]
) -> pd.Series[float]:
    """Return the covariance of each body's indices through those who answered twice, as share of a respondent's."""
    people = []
    for wave, own in zip(waves, cells, strict=True):
        keys = pd.DataFrame({"body": wave["body"]})
        keys["group"] = wave["group"] if "group" in wave and wave["group"].notna().any() else ""
        keys["member"] = wave["member"].astype(object).fillna("") if "member" in wave else ""
        known = own.assign(share=share_of(own, mix))[[*_CELL, "n", "mean", "share"]]
        joined = keys.assign(value=wave[column]).reset_index(names="person").merge(known, on=_CELL)
        joined["apart"] = joined["value"] - joined["mean"]
        people.append(joined)
    twice = people[0].merge(people[1], on=["person", *_CELL], suffixes=("_before", "_after"))
    if twice.empty:
        return pd.Series(dtype=float)
    size = twice.groupby(_CELL, observed=True)["person"].transform("size")
    n_before, n_after = twice["n_before"], twice["n_after"]
    # Residuals from cell means hold only these shares of a pair's covariance and of its variances.
    kept = 1 - 1 / n_before - 1 / n_after + size / (n_before * n_after)
    of_before, of_after = (1 - 1 / n_before).sum(), (1 - 1 / n_after).sum()
    if min(kept.sum(), of_before, of_after) <= 0:
        return pd.Series(dtype=float)
    together = (twice["apart_before"] * twice["apart_after"]).sum() / kept.sum()
    variances = (twice["apart_before"] ** 2).sum() / of_before, (twice["apart_after"] ** 2).sum() / of_after
    if min(variances) <= 0:
        return pd.Series(dtype=float)
    correlation = float(np.clip(together / np.sqrt(variances[0] * variances[1]), -1, 1))
    weight = twice["share_before"] * twice["share_after"] / (n_before * n_after)
    return correlation * weight.groupby(twice["body"], observed=True).sum()


def _rows(found: pd.DataFrame) -> Iterator[dict[str, Any]]:
    shown = found.columns.difference(["n_before", "n_after", "n_both", "suppressed"])
    changes = found["change"].dropna()
    hidden = found.copy()
    hidden.loc[found["suppressed"], shown] = np.nan
    for body, row in zip(hidden.index, hidden.to_dict(orient="records"), strict=True):
        yield {"body": body, **{str(name): value for name, value in row.items()}}
    counts = {name: int(found[name].sum()) for name in ("n_before", "n_after", "n_both")}
    several = len(changes) > 1
    whole = pd.DataFrame(
        {
            "before": [found["before"].where(found["change"].notna()).mean()],
            "after": [found["after"].where(found["change"].notna()).mean()],
            "change": [changes.mean()],
            "std_error": [changes.std() / np.sqrt(len(changes)) if several else np.nan],
            "df": [len(changes) - 1.0 if several else np.nan],
        }
    )
    over_all = {str(name): value for name, value in _with_interval(whole).iloc[0].items()}
    yield {"body": None, **counts, **over_all, "suppressed": False}
