"""Correlations of items, as ordinal answers or as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import correlation as _stats

CorrelationKind: TypeAlias = Literal["polychoric", "pearson"]

MOST_ORDINAL_CATEGORIES = 7
"""Scales with more points are correlated as numbers (METHODS: Pearson only for scales of 8 or more points)."""


@dataclass(frozen=True, slots=True)
class Correlation(Result):
    """A correlation matrix of items and what it was computed from.

    Attributes
    ----------
    matrix : DataFrame, item x item
        Positive definite; smoothed where ``smoothed`` says so.
    thresholds : dict of item to ndarray
        In standard deviations of the latent response; empty for Pearson.
    n : DataFrame, item x item
        Rows that answered both items.
    acov : ndarray or None
        Asymptotic covariance of thresholds, item by item, then correlations (0, 1), (0, 2), ..., (1, 2), ...
    kind : {"polychoric", "pearson"}
    n_rows : int
    smoothed : bool
    empty_categories : tuple of (item, code)
        Categories nobody chose: they have no threshold.
    at_bound : tuple of (item, item)
        Pairs whose correlation stopped at -.999 or .999.
    """

    matrix: pd.DataFrame
    thresholds: dict[str, NDArray[np.float64]]
    n: pd.DataFrame
    acov: NDArray[np.float64] | None
    kind: CorrelationKind
    n_rows: int
    smoothed: bool
    empty_categories: tuple[tuple[str, float], ...]
    at_bound: tuple[tuple[str, str], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix."""
        return self.matrix


def polychoric(items: pd.DataFrame, *, acov: bool = False) -> Correlation:
    """Estimate polychoric correlations of all pairs of items, two-step.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Integer codes, NaN missing.
    acov : bool
        Compute the asymptotic covariance too.

    Raises
    ------
    StatisticsError
        If an item has no answers or one answer only, or two items were never answered together.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460. Equal to lavaan ``lavCor(ordered=, missing="pairwise")``.
    """
    names = [str(name) for name in items.columns]
    with item_names_in_errors(names):
        found = _stats.polychoric(items.to_numpy(float), acov=acov)
    return Correlation(
        matrix=pd.DataFrame(found.matrix, names, names),
        thresholds=dict(zip(names, found.thresholds, strict=True)),
        n=pd.DataFrame(found.n_obs, names, names),
        acov=found.acov,
        kind="polychoric",
        n_rows=found.n_rows,
        smoothed=found.smoothed,
        empty_categories=tuple((names[item], code) for item, code in found.empty_categories),
        at_bound=tuple((names[first], names[second]) for first, second in found.at_bound),
    )


def pearson(items: pd.DataFrame) -> Correlation:
    """Compute product-moment correlations of all pairs of items over the rows each pair shares.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Numbers, NaN missing.

    Raises
    ------
    StatisticsError
        If an item is constant, or two items were never answered together.
    """
    names = [str(name) for name in items.columns]
    with item_names_in_errors(names):
        found = _stats.pearson(items.to_numpy(float))
    return Correlation(
        matrix=pd.DataFrame(found.matrix, names, names),
        thresholds={},
        n=pd.DataFrame(found.n_obs, names, names),
        acov=None,
        kind="pearson",
        n_rows=found.n_rows,
        smoothed=found.smoothed,
        empty_categories=(),
        at_bound=(),
    )


def correlate(items: pd.DataFrame, kind: CorrelationKind) -> Correlation:
    """Compute correlations of the kind asked for."""
    return polychoric(items) if kind == "polychoric" else pearson(items)
