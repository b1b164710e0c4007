"""Whether a respondent ticked one column all the way down, or nearly; looked for in the answers as ticked."""

from __future__ import annotations

import numpy as np

from kadsurvey.quality.answers import Answers
from kadsurvey.quality.screened import Array, Screened, judged, too_few_items
from kadsurvey.quality.thresholds import Thresholds
from kadsurvey.stats import careless

_APART = 1000.0
"""Added scale by scale, so that a 3 of one scale is not the 3 of another."""


def same_answer(answers: Answers, thresholds: Thresholds) -> Screened:  # noqa: ARG001
    """Flag respondents all of whose answers are one and the same."""
    low = np.where(answers.answered, answers.given, np.inf).min(axis=1)
    high = np.where(answers.answered, answers.given, -np.inf).max(axis=1)
    return Screened((answers.answered.sum(axis=1) > 1) & (low == high))


def straightlining(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents whose longest run of one answer is a large share of their answers; gaps do not end a run."""
    if (few := too_few_items(answers.coded, thresholds.fewest_items)) is not None:
        return few
    n_answered = answers.answered.sum(axis=1)
    longest = careless.longstring(_told_apart(answers), gaps="skip").longest
    share = longest / np.maximum(n_answered, 1)
    return judged(share, share >= thresholds.straightlining, n_answered >= thresholds.fewest_items)


def low_variability(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents whose answers hardly differ (intra-individual response variability)."""
    if (few := too_few_items(answers.coded, thresholds.fewest_items)) is not None:
        return few
    spread = careless.irv(answers.positions)
    enough = answers.answered.sum(axis=1) >= thresholds.fewest_items
    return judged(spread, spread < thresholds.low_variability, enough)


def _told_apart(answers: Answers) -> Array:
    names = list(answers.instrument.scales)
    number = np.array([names.index(answers.instrument.items[item].scale) for item in answers.items], dtype=float)
    return answers.given + _APART * number
