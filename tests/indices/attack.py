"""Someone who has every table of a study tries to work out the means that are hidden in them.

The sums are set up here anew from what the tables say they are, with the values as published to their last digit; the
attacker knows how many answered in every cell of body, member and group, and that every answer lies in 0-100.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from kadsurvey.indices.score import Indices
from kadsurvey.report.figures.group_slopes import group_means

GROUPS = ("official", "ngo")
# Equations hold to rounding of floating point; HiGHS keeps constraints to 1e-7.
EXACT = 1e-6


class Attack:
    """The cells of one construct, and the equations that the tables give for them."""

    def __init__(self, indices: Indices, views_groups: pd.DataFrame, construct: str) -> None:
        column = f"{construct}_100"
        people = indices.respondents.dropna(subset=[column, "body"])
        self.people = pd.DataFrame({name: people[name].astype(object) for name in ("body", "member", "group")})
        self.people["value"] = people[column]
        self.cells = self.people.fillna("").groupby(["body", "member", "group"])["value"].agg(["size", "mean"])
        self.keys = self.cells.index.to_frame(index=False)
        self.n = self.cells["size"].to_numpy(float)
        self.true = self.cells["mean"].to_numpy(float)
        self.equations: list[tuple[np.ndarray, float]] = []
        self._construct, self._indices = construct, indices
        self._mix = indices.mixes.loc[construct].dropna() if len(indices.mixes) else pd.Series(dtype=float)
        for row, value in self._published(views_groups):
            if np.isfinite(value):
                assert abs(row @ self.true - value) < 1e-6, "the attacker misunderstands a table"
                self.equations.append((row, float(value)))

    def mean_of(self, **unit: str) -> np.ndarray:
        """Return the weights with which cells enter the plain mean of a unit."""
        own = np.logical_and.reduce([self.keys[name] == value for name, value in unit.items()] or [self.n > 0])
        weights = np.where(own, self.n, 0.0)
        return weights / weights.sum()

    def group_index(self, body: str, group: str) -> np.ndarray:
        """Return the weights in the index of a group in a body: members count equally."""
        own = ((self.keys["body"] == body) & (self.keys["group"] == group)).to_numpy(float)
        return own / own.sum() if own.sum() else own

    def body_index(self, body: str) -> np.ndarray:
        if self._mix.empty:
            own = (self.keys["body"] == body).to_numpy(float)
            return own / own.sum()
        return sum(share * self.group_index(body, group) for group, share in self._mix.items())

    def within(self, bodies: list[str]) -> np.ndarray | None:
        """Return the weights in the difference of groups within members, None where no member holds both."""
        row, total = np.zeros(len(self.n)), 0.0
        for _, part in self.keys[self.keys["body"].isin(bodies) & self.keys["group"].isin(GROUPS)].groupby(
            ["body", "member"]
        ):
            if len(part) == 2 and part["member"].iloc[0]:
                sign = np.where(part["group"] == GROUPS[0], 1.0, -1.0)
                weight = np.prod(self.n[part.index]) / self.n[part.index].sum()
                row[part.index] += sign * weight
                total += weight
        return row / total if total else None

    def _published(self, views_groups: pd.DataFrame) -> Iterator[tuple[np.ndarray, float]]:
        indices, construct = self._indices, self._construct
        own = {name: getattr(indices, name) for name in ("members", "bodies", "groups", "overall")}
        own = {name: frame[frame["construct"] == construct] for name, frame in own.items()}
        for (body, member), row in own["members"].iterrows():
            yield self.mean_of(body=body, member=member), row["mean"]
        for body, row in own["bodies"].iterrows():
            yield self.mean_of(body=body), row["mean"]
            yield self.body_index(body), row["index"]
        yield from self._across(own["groups"], own["overall"])
        for row in views_groups[views_groups["construct"] == construct].to_dict(orient="records"):
            unit = {} if pd.isna(row["body"]) else {"body": row["body"]}
            for group in GROUPS:
                if np.isfinite(row[f"mean_{group}"]):
                    yield self.mean_of(**unit, group=group), row[f"mean_{group}"]
            bodies = [unit["body"]] if unit else self.keys["body"].unique().tolist()
            if row["permuted"] == "members":
                yield self.within(bodies), row["difference"]
        drawn = group_means(indices)
        for row in drawn[drawn["construct"] == construct].to_dict(orient="records"):
            for group in GROUPS:
                yield self.mean_of(body=row["body"], group=group), row[group]

    def _across(self, groups: pd.DataFrame, overall: pd.DataFrame) -> Iterator[tuple[np.ndarray, float]]:
        bodies = self.keys["body"].unique().tolist()
        whole = [self.body_index(body) for body in bodies if self._has_index(body)]
        # The statistics of the items give the mean of all respondents where all answered every item.
        if self.n.sum() >= self._indices.min_cell:
            yield self.mean_of(), float(self.mean_of() @ self.true)
        for _, row in overall.iterrows():
            yield self.mean_of(), row["mean"]
            if whole:
                yield np.mean(whole, axis=0), row["index"]
        for group, row in groups.iterrows():
            yield self.mean_of(group=group), row["mean"]
            if group in self._mix:
                held = [part for body in bodies if (part := self.group_index(body, group)).any()]
                yield np.mean(held, axis=0), row["index"]

    def _has_index(self, body: str) -> bool:
        return all(self.group_index(body, group).any() for group in self._mix.index)

    def small(self, min_cell: int) -> Iterator[np.ndarray]:
        """Yield the means that are not to be known: of units of the tables with fewer respondents."""
        named = self.keys[self.keys["member"] != ""]
        units = [{"body": body} for body in self.keys["body"].unique()]
        units += [
            {"body": body, "member": member} for body, member in named[["body", "member"]].drop_duplicates().values
        ]
        known = self.keys[self.keys["group"] != ""]
        units += [{"body": body, "group": group} for body, group in known[["body", "group"]].drop_duplicates().values]
        for unit in units:
            row = self.mean_of(**unit)
            if self.n[row > 0].sum() < min_cell:
                yield row

    def width(self, row: np.ndarray) -> float:
        """Return how far apart the least and greatest value of a mean are over all tables that agree with it all."""
        rows = np.array([equation for equation, _ in self.equations]).reshape(len(self.equations), len(self.n))
        values = np.array([value for _, value in self.equations])
        both = {"A_ub": np.vstack([rows, -rows]), "b_ub": np.concatenate([values + EXACT, EXACT - values])}
        limits = [(min(0.0, value), max(100.0, value)) for value in self.true]
        ends = [linprog(sign * row, bounds=limits, method="highs", **both) for sign in (1, -1)]
        assert all(end.status == 0 for end in ends)
        return float(-ends[1].fun - ends[0].fun)

    def widths(self, min_cell: int) -> list[float]:
        """Return how closely each small mean can be told."""
        return [self.width(row) for row in self.small(min_cell)]
