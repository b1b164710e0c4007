"""Which items of one construct a short form keeps: all choices, held against each other and judged elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.cfa import cfa
from kadsurvey.measurement.correlation import CorrelationKind, correlate
from kadsurvey.measurement.reliability import reliability
from kadsurvey.stats.reliability import score_covariances
from kadsurvey.stats.subsets import subset_reliabilities

Array: TypeAlias = NDArray[np.float64]
Reason: TypeAlias = Literal["not_alike", "against"]

MOST_ENUMERATED = 40
"""Items of which all choices are tried, 9,880 of three; of more, those with the largest loadings."""


@dataclass(frozen=True, slots=True)
class Covariances:
    """What the items of a construct share through it, and all that they share.

    Attributes
    ----------
    items : tuple of str
    loadings : ndarray, shape (n_items,)
    true, total : ndarray, shape (n_items, n_items)
        As `score_covariances`.
    """

    items: tuple[str, ...]
    loadings: Array
    true: Array
    total: Array

    def omega(self, chosen: Sequence[int] | None = None) -> float:
        """Return the reliability of the sum of some items, by default of all."""
        places = range(len(self.items)) if chosen is None else chosen
        inside = np.ix_(places, places)
        return float(self.true[inside].sum() / self.total[inside].sum())

    def correlation_with_all(self, chosen: Sequence[int], *, apart: bool) -> float:
        """Return the correlation of the sum of some items with the sum of all.

        ``apart``: as if both forms had been answered, so that the items in both count with what the construct brings
        about in them only.
        """
        shared = (self.true if apart else self.total)[list(chosen)].sum()
        own = self.total[np.ix_(chosen, chosen)].sum()
        return float(shared / np.sqrt(own * self.total.sum()))


def covariances(items: pd.DataFrame, correlation: CorrelationKind) -> Covariances:
    """Fit one construct's model to its items; the omegas of the items and of their parts follow from it.

    Raises
    ------
    StatisticsError
        If the model has no proper solution, or the items cannot be correlated.
    """
    names = [str(name) for name in items.columns]
    if correlation == "pearson":
        found = reliability(items, ordinal=False)
        loadings, sd = found.items["loading"].to_numpy(float), found.items["sd"].to_numpy(float)
        scale = np.outer(sd, sd)
        matrix = correlate(items, "pearson").matrix.to_numpy(float)
        return Covariances(tuple(names), loadings, np.outer(loadings, loadings) * scale, matrix * scale)
    fitted = cfa(items, {"one": names})
    if not fitted.proper:
        raise StatisticsError("measurement.improper_model", constructs=names, items=fitted.heywood or "–")
    loadings = fitted.loadings["one"].to_numpy(float)
    borders = [fitted.thresholds[name] for name in names]
    true, total = score_covariances(np.outer(loadings, loadings), borders, matrix=fitted.matrix.to_numpy(float))
    return Covariances(tuple(names), loadings, true, total)


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices of items that the rules allow, by place, and how reliable each is.

    Attributes
    ----------
    items : tuple of str
    subsets : ndarray of int, shape (n_choices, size)
        The most reliable first.
    omega : ndarray, shape (n_choices,)
    reversed : ndarray of bool, shape (n_items,)
    left_out : dict of item to reason
    lost_reversed : tuple of str
        Reversed items, none of which could be kept.
    """

    items: tuple[str, ...]
    subsets: NDArray[np.intp]
    omega: Array
    reversed: NDArray[np.bool_]
    left_out: dict[str, Reason]
    lost_reversed: tuple[str, ...]

    @property
    def proposed(self) -> tuple[int, ...]:
        """The places of the most reliable choice."""
        return tuple(int(place) for place in self.subsets[0])

    def names(self, places: Sequence[int]) -> tuple[str, ...]:
        """Return the items of some places."""
        return tuple(self.items[place] for place in places)

    def best(self, construct: str, count: int) -> list[dict[str, Any]]:
        """Return the best choices as records."""
        return [
            {
                "construct": construct,
                "rank": place + 1,
                "items": self.names(subset.tolist()),
                "omega_short": float(omega),
                "n_reversed": int(self.reversed[subset].sum()),
            }
            for place, (subset, omega) in enumerate(zip(self.subsets[:count], self.omega, strict=False))
        ]


def candidates(whole: Covariances, size: int, *, reversed_items: Collection[str], not_alike: Collection[str]) -> Choice:
    """Return the choices that keep a reversed item and leave out items that differ between groups, where that can be.

    The rules give way in this order: items that go against their construct are left out as long as enough others are
    left, then those that differ between groups; among what remains, a reversed item is kept if there is one.
    """
    n_items = len(whole.items)
    kept, left_out = np.ones(n_items, dtype=np.bool_), dict[str, Reason]()
    rules: tuple[tuple[Reason, NDArray[np.bool_]], ...] = (
        ("against", whole.loadings <= 0),
        ("not_alike", np.isin(whole.items, list(not_alike))),
    )
    for reason, against in rules:
        if (kept & against).any() and (kept & ~against).sum() >= size:
            left_out |= {whole.items[place]: reason for place in np.flatnonzero(kept & against)}
            kept &= ~against
    turned = np.isin(whole.items, list(reversed_items))
    pool = _pool(kept, turned, whole.loadings)
    subsets = np.array(list(combinations(pool.tolist(), size)), dtype=np.intp)
    if (turned & kept).any():
        subsets = subsets[turned[subsets].any(axis=1)]
    omega = subset_reliabilities(whole.true, whole.total, subsets)
    order = np.argsort(-omega, kind="stable")
    lost = () if (turned & kept).any() else tuple(whole.items[place] for place in np.flatnonzero(turned))
    return Choice(whole.items, subsets[order], omega[order], turned, left_out, lost)


def _pool(kept: NDArray[np.bool_], turned: NDArray[np.bool_], loadings: Array) -> NDArray[np.intp]:
    """Return the items to choose from: all that are kept, or of very many those with the largest loadings."""
    places = np.flatnonzero(kept)
    if len(places) <= MOST_ENUMERATED:
        return places
    largest = places[np.argsort(-loadings[places], kind="stable")]
    first = largest[:MOST_ENUMERATED]
    if turned[places].any() and not turned[first].any():
        first = np.append(first[:-1], largest[turned[largest]][0])
    return np.sort(first)


def judged(
    items: pd.DataFrame, halves: Sequence[NDArray[np.bool_]], choice: Choice, correlation: CorrelationKind
) -> pd.DataFrame:
    """Choose again in one half of the answers, among the same choices, and judge that in the other half.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Of the construct.
    halves : sequence of ndarray of bool, shape (n,)
        The rows of the first half of each split; either half chooses once.
    choice : Choice
        From all answers.
    correlation : {"polychoric", "pearson"}

    Returns
    -------
    DataFrame, two rows a split
        chosen_in, judged_in: omega of the choice in either half; long_in: of all items in the half that judges; same:
        whether the choice is the one proposed. Splits without a proper model in both halves are left out.
    """
    rows = []
    for first in halves:
        try:
            parts = [covariances(items[half], correlation) for half in (first, ~first)]
        except StatisticsError:
            continue
        omegas = [subset_reliabilities(part.true, part.total, choice.subsets) for part in parts]
        for here, there in ((0, 1), (1, 0)):
            best = int(omegas[here].argmax())
            rows.append((omegas[here][best], omegas[there][best], parts[there].omega(), best == 0))
    return pd.DataFrame(rows, columns=["chosen_in", "judged_in", "long_in", "same"])
