"""Factor scores from a model of ordinal or continuous items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError
from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats.posterior_scores import posterior_scores
from kadsurvey.stats.scores import bartlett_scores, regression_scores

LinearMethod: TypeAlias = Literal["regression", "bartlett"]


@dataclass(frozen=True, slots=True)
class Scores(Result):
    """Factor scores in a model's metric: its sample has latent mean 0 and variance 1.

    Attributes
    ----------
    scores, se : DataFrame, respondent x construct
        Posterior modes and their standard errors, or linear scores; NaN where no item was answered.
    reliability : Series by construct
        Marginal reliability, 1 less the mean squared standard error; of linear scores the squared correlation of score
        and factor where everything is answered.
    merged : mapping of item to int
        Answers in categories that the model's sample did not use, taken as the nearest category it used.
    """

    scores: pd.DataFrame
    se: pd.DataFrame
    reliability: pd.Series[float]
    merged: Mapping[str, int]

    def to_frame(self) -> pd.DataFrame:
        """Return the scores."""
        return self.scores


def factor_scores(cfa: Cfa, items: pd.DataFrame, *, method: LinearMethod | None = None) -> Scores:
    """Score respondents on the factors of a model.

    Of ordinal items: the most probable factor values given the answers. Of continuous ones: predicted by regression, or
    Bartlett's, which are unbiased given the factor and vary more than it does.

    Parameters
    ----------
    cfa : Cfa
        From any sample; its metric is kept.
    items : DataFrame, respondent x item
        Coded as in the model; missing items are skipped.
    method : {"regression", "bartlett"}, optional
        Of continuous items only; regression by default.

    Raises
    ------
    ArgumentError
        If a method is asked of ordinal items.
    StatisticsError
        If the model has a Heywood case, or nobody answered anything.

    References
    ----------
    Muthén & Muthén (2017), Mplus technical appendix 11. Equal to lavaan ``lavPredict(method = "EBM")``. Thurstone
    (1935); Bartlett (1937): equal to ``lavPredict(method = "regression" or "Bartlett")``.
    """
    if not cfa.thresholds:
        return linear_scores(items, cfa.loadings, cfa.phi, cfa.units, method=method or "regression")
    if method is not None:
        raise ArgumentError("measurement.linear_scores_of_ordinal", method=method)
    return score_items(items, cfa.loadings, cfa.phi, cfa.thresholds, cfa.categories)


def score_items(
    items: pd.DataFrame,
    loadings: pd.DataFrame,
    phi: pd.DataFrame,
    thresholds: Mapping[str, NDArray[np.float64]],
    categories: Mapping[str, NDArray[np.float64]],
) -> Scores:
    """Score respondents from the parts of a model; `factor_scores` says how."""
    names = [str(name) for name in loadings.index]
    answers, merged = _in_categories(items[names], categories)
    with item_names_in_errors(names):
        found = posterior_scores(
            answers,
            categories=[categories[name] for name in names],
            thresholds=[thresholds[name] for name in names],
            loadings=loadings.to_numpy(float),
            phi=phi.to_numpy(float),
        )
    constructs = list(loadings.columns)
    return Scores(
        scores=pd.DataFrame(found.scores, items.index, constructs),
        se=pd.DataFrame(found.se, items.index, constructs),
        reliability=pd.Series(found.reliability, constructs),
        merged=merged,
    )


def linear_scores(
    items: pd.DataFrame,
    loadings: pd.DataFrame,
    phi: pd.DataFrame,
    units: pd.DataFrame,
    *,
    method: LinearMethod = "regression",
) -> Scores:
    """Score respondents from the parts of a model of continuous items; `factor_scores` says how."""
    names, constructs = [str(name) for name in loadings.index], list(loadings.columns)
    L, between = loadings.to_numpy(float), phi.to_numpy(float)
    standardised = ((items[names] - units["intercept"]) / units["sd"]).to_numpy(float)
    common = L @ between @ L.T
    unique = 1 - common.diagonal()
    with item_names_in_errors(names):
        if method == "bartlett":
            found = bartlett_scores(standardised, loadings=L, uniquenesses=unique)
        else:
            np.fill_diagonal(common, 1.0)
            found = regression_scores(standardised, loadings=L, phi=between, matrix=common)
    return Scores(
        scores=pd.DataFrame(found.scores, items.index, constructs),
        se=pd.DataFrame(found.se, items.index, constructs),
        reliability=pd.Series(found.determinacy, constructs),
        merged={},
    )


def _in_categories(
    items: pd.DataFrame, categories: Mapping[str, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], dict[str, int]]:
    """Move answers in categories without a threshold to the nearest one that has; the lower where two are as near."""
    answers = items.to_numpy(float).copy()
    merged: dict[str, int] = {}
    for place, name in enumerate(items.columns):
        column, known = answers[:, place], categories[str(name)]
        strange = np.isfinite(column) & ~np.isin(column, known)
        if strange.any():
            nearest = np.abs(column[strange][:, None] - known).argmin(axis=1)
            answers[strange, place] = known[nearest]
            merged[str(name)] = int(strange.sum())
    return answers, merged
