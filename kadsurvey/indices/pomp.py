"""POMP: a respondent's answers as percent of the maximum possible."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kadsurvey.instrument.model import Instrument

LEAST_SHARE_ANSWERED = 0.5
"""A construct is scored where at least this share of its items is answered."""


def pomp(data: pd.DataFrame, instrument: Instrument, construct: str) -> pd.Series[float]:
    """Return the mean percent of the maximum possible over the answered items, NaN below half of them.

    Parameters
    ----------
    data : DataFrame
        Coded and reversed answers, a column an item.

    References
    ----------
    Cohen, Cohen, Aiken & West (1999), Multivariate Behavioral Research 34(3), 315-346.
    """
    codes = instrument.item_codes(construct)
    scales = [instrument.scale_of(code) for code in codes]
    lowest = np.array([scale.minimum for scale in scales], float)
    highest = np.array([scale.maximum for scale in scales], float)
    percent = 100 * (data[codes] - lowest) / (highest - lowest)
    mean: pd.Series[float] = percent.mean(axis=1)
    return mean.where(enough_answered(data, instrument, construct))


def answered(data: pd.DataFrame, instrument: Instrument, construct: str) -> pd.Series[int]:
    """Return how many of a construct's items each respondent answered."""
    return data[instrument.item_codes(construct)].notna().sum(axis=1)


def enough_answered(data: pd.DataFrame, instrument: Instrument, construct: str) -> pd.Series[bool]:
    """Whether each respondent answered at least half of a construct's items."""
    least = LEAST_SHARE_ANSWERED * len(instrument.item_codes(construct))
    return pd.Series(answered(data, instrument, construct).to_numpy() >= least, data.index)
