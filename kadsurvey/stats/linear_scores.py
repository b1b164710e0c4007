"""Factor scores that are linear in the items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearScores:
    """Scores of one factor.

    Attributes
    ----------
    scores : ndarray, shape (n_obs,)
        In standard deviations of the factor; NaN where no item is answered.
    std_error : ndarray, shape (n_obs,)
        Standard deviation of the factor given the answered items.
    """

    scores: Array
    std_error: Array


def regression_scores(items: Array, loadings: Array, matrix: Array) -> LinearScores:
    """Regress a factor on the items that are answered.

    Parameters
    ----------
    items : ndarray, shape (n_obs, n_items)
        Standardised in the reference sample, NaN missing.
    loadings : ndarray, shape (n_items,)
        Of the one factor, which has variance 1.
    matrix : ndarray, shape (n_items, n_items)
        Correlations of the items, positive definite.

    References
    ----------
    Thurstone (1935), The vectors of mind. University of Chicago Press. Equal to psych ``factor.scores(method="Thurstone")``
    where nothing is missing.
    """
    scores = np.full(len(items), np.nan)
    std_error = np.full(len(items), np.nan)
    patterns, pattern_of = np.unique(np.isfinite(items), axis=0, return_inverse=True)
    for number, answered in enumerate(patterns):
        if not answered.any():
            continue
        rows = pattern_of.ravel() == number
        weights = np.linalg.solve(matrix[np.ix_(answered, answered)], loadings[answered])
        scores[rows] = items[np.ix_(rows, answered)] @ weights
        std_error[rows] = np.sqrt(max(1 - float(weights @ loadings[answered]), 0.0))
    return LinearScores(scores, std_error)
