"""Groups that are waves of the same people: who answered in which, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError

FEWEST_MATCHED = 50
"""People in both of two waves, below whom the correlations between these are hardly more than noise."""


@dataclass(frozen=True, slots=True)
class Matched:
    """People and the waves they answered in.

    Attributes
    ----------
    person : Series, index of the answers
        Who gave each row; a row without a name is a person by itself.
    n_matched : int
        People in more than one wave.
    fewest : int
        People in both of the two waves that share fewest.
    """

    person: pd.Series[str]
    n_matched: int
    fewest: int

    @property
    def enough(self) -> bool:
        """Whether each two waves share enough people."""
        return self.fewest >= FEWEST_MATCHED

    def beside(self, answers: pd.DataFrame, wave: pd.Series[str], order: Sequence[str]) -> NDArray[np.float64]:
        """Return a row a person: the answers of the first wave, of the second, ...; NaN in a wave that was missed."""
        parts = [answers[wave == name].set_axis(self.person[wave == name], axis=0) for name in order]
        return pd.concat(parts, axis=1, keys=list(order)).to_numpy(float)


def matched(wave: pd.Series[str], person: pd.Series[str], order: Sequence[str]) -> Matched:
    """Find the people who answered in more than one wave.

    Parameters
    ----------
    wave : Series
        The wave of each row, one of ``order``.
    person : Series
        The name of whoever gave each row, joined by index; missing is a person by itself.
    order : sequence of str

    Raises
    ------
    ArgumentError
        If a person stands twice in one wave.
    """
    known = person.reindex(wave.index)
    # a space cannot begin a name: codes are stripped when they are read
    alone = pd.Series([f" {place}" for place in range(len(wave))], wave.index)
    who = known.astype("str").where(known.notna(), alone)
    twice = pd.DataFrame({"wave": wave, "person": who}).duplicated()
    if twice.any():
        raise ArgumentError("measurement.person_twice", count=int(twice.sum()), wave=str(wave[twice].iloc[0]))
    seen = pd.crosstab(who, wave).reindex(columns=list(order), fill_value=0).to_numpy() > 0
    shared = seen.T.astype(int) @ seen.astype(int)
    fewest = int(shared[~np.eye(len(order), dtype=bool)].min())
    return Matched(who, int((seen.sum(axis=1) > 1).sum()), fewest)
