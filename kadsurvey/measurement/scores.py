"""Factor scores from the categorical model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats.posterior_scores import posterior_scores


@dataclass(frozen=True, slots=True)
class Scores(Result):
    """Factor scores in a model's metric: its sample has latent mean 0 and variance 1.

    Attributes
    ----------
    scores, se : DataFrame, respondent x construct
        Posterior modes and their standard errors; NaN where no item was answered.
    reliability : Series by construct
        Marginal reliability: 1 less the mean squared standard error.
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


def factor_scores(cfa: Cfa, items: pd.DataFrame) -> Scores:
    """Score respondents on the factors of a categorical model: the most probable factor values given the answers.

    Parameters
    ----------
    cfa : Cfa
        From any sample; its metric is kept.
    items : DataFrame, respondent x item
        Coded as in the model; missing items are skipped.

    Raises
    ------
    StatisticsError
        If the model has a Heywood case, or nobody answered anything.

    References
    ----------
    Muthén & Muthén (2017), Mplus technical appendix 11. Equal to lavaan ``lavPredict(method = "EBM")``.
    """
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
