"""How far bodies can be told apart: shrunken indices with their reliability, and ranks with their uncertainty."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.stats.ranking import rank_probabilities, superiority
from kadsurvey.stats.shrinkage import LEAST_UNITS, shrink

Array: TypeAlias = NDArray[np.float64]

STANDING_COLUMNS = (
    "shrunken", "shrunken_se", "shrunken_low", "shrunken_high", "reliability",
    "rank", "rank_low", "rank_high", "top_quarter", "alike",
)  # fmt: skip
MOST_RANKED = 200
"""Bodies beyond which ranks say nothing that the indices do not, and take minutes."""
CONFIDENCE = 0.95


def standing(index: pd.Series[float], std_error: pd.Series[float]) -> pd.DataFrame:
    """Shrink the indices of bodies towards their mean, and rank the bodies.

    Parameters
    ----------
    index, std_error : Series
        By body; a body without either is not compared.

    Returns
    -------
    DataFrame
        By body: ``shrunken`` (empirical Bayes), ``shrunken_se``, ``shrunken_low``, ``shrunken_high``, ``reliability``
        (NaN below four bodies); ``rank`` by index, the highest first, ``rank_low`` and ``rank_high`` (95% of the
        probability lies between them), ``top_quarter`` (probability of being among the highest quarter, rounded up),
        ``alike`` (how many other bodies it cannot be told apart from: the chance of being above is between 2.5 and
        97.5%). Ranks rest on the shrunken indices; below four bodies, on the indices. Beyond 200 bodies there is only
        ``rank``.
    """
    frame = pd.DataFrame(np.nan, index=index.index, columns=list(STANDING_COLUMNS))
    compared = index.notna() & (std_error > 0)
    values, errors = (np.asarray(of[compared], dtype=np.float64) for of in (index, std_error))
    if len(values) < 2:
        return frame
    places = frame.index[compared]
    if len(values) >= LEAST_UNITS:
        found = shrink(values, errors**2)
        reach = stats.norm.ppf((1 + CONFIDENCE) / 2) * found.std_error
        frame.loc[places, "shrunken"] = found.value
        frame.loc[places, "shrunken_se"] = found.std_error
        frame.loc[places, "shrunken_low"], frame.loc[places, "shrunken_high"] = found.value - reach, found.value + reach
        frame.loc[places, "reliability"] = found.reliability
        ranked = _ranks(found.value, found.std_error)
    else:
        ranked = _ranks(values, errors)
    frame.loc[places, "rank"] = index[compared].rank(ascending=False, method="min")
    for name, values_of in ranked.items():
        frame.loc[places, name] = values_of
    return frame


def _ranks(values: Array, errors: Array) -> dict[str, Array]:
    n_bodies = len(values)
    if n_bodies > MOST_RANKED:
        return {}
    above = superiority(values, errors)
    tail = (1 - CONFIDENCE) / 2
    told_apart = (above < tail) | (above > 1 - tail)
    cumulative = rank_probabilities(values, errors).cumsum(axis=1)
    return {
        "rank_low": 1.0 + (cumulative < tail).sum(axis=1),
        "rank_high": 1.0 + (cumulative < 1 - tail).sum(axis=1),
        "top_quarter": cumulative[:, -(-n_bodies // 4) - 1],
        "alike": n_bodies - 1.0 - told_apart.sum(axis=1),
    }
