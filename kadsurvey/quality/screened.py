"""What one screen found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.language.text import Text

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Screened:
    """What one screen found, respondent by respondent.

    Attributes
    ----------
    flagged : ndarray of bool, shape (n_respondents,)
    values : ndarray of float, shape (n_respondents,), or None
        What was measured; NaN where a respondent gave too little. None where there is nothing but the flag.
    not_judged : Text or None
        Why nobody could be flagged; the values may be there all the same.
    repeats : ndarray of int, shape (n_respondents,), or None
        Place of the earlier respondent whose answers were repeated, -1 where there is none.
    """

    flagged: Mask
    values: Array | None = None
    not_judged: Text | None = None
    repeats: NDArray[np.intp] | None = None


def judged(values: Array, flagged: Mask, enough: Mask) -> Screened:
    """Return a screen that judges those who gave enough answers."""
    return Screened(flagged & enough, np.where(enough, values, np.nan))


def not_judged(n_respondents: int, reason: Text, values: Array | None = None) -> Screened:
    """Return a screen that flags nobody, and why."""
    return Screened(np.zeros(n_respondents, dtype=bool), values, reason)


def too_few_items(answers: Array, needed: int) -> Screened | None:
    """Return a screen that flags nobody because the questionnaire is too short for it; None where it is not."""
    n_respondents, n_items = answers.shape
    if n_items >= needed:
        return None
    reason = Text("quality.needs_items", {"count": n_items, "needed": needed})
    return not_judged(n_respondents, reason, np.full(n_respondents, np.nan))
