"""Whether a respondent's answers agree with each other, and with what answers usually look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.language.text import Text
from kadsurvey.quality.answers import Answers
from kadsurvey.quality.screened import Screened, judged, not_judged, too_few_items
from kadsurvey.quality.thresholds import Thresholds
from kadsurvey.stats import careless
from kadsurvey.stats.mahalanobis import mahalanobis

_MIDDLE = 0.5
"""An answer above the middle of its scale agrees."""

_FEWEST_ANSWERS = 3
"""Answers of which a distance or a correlation can be computed at all."""


def outlying(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag combinations of answers that are rare: Mahalanobis distance over the items a respondent answered."""
    items = answers.coded[:, answers.varying]
    try:
        p_value = mahalanobis(items).p_value
    except StatisticsError:
        # Fewer rows than items, items that repeat each other, or pairs that nobody answered.
        return not_judged(len(items), Text("quality.needs_covariance", {"items": items.shape[1], "n": len(items)}))
    return judged(p_value, p_value < thresholds.outlying, np.isfinite(items).sum(axis=1) >= _FEWEST_ANSWERS)


def contradiction(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who agree with items and with their reversed siblings of the same construct."""
    n = len(answers.coded)
    agreed = answers.positions > _MIDDLE
    both, pairs = np.zeros(n), np.zeros(n)
    possible = 0
    for columns in answers.constructs.values():
        turned = answers.reversed[columns]
        direct, reverse = columns[~turned], columns[turned]
        possible += len(direct) * len(reverse)
        both += agreed[:, direct].sum(axis=1) * agreed[:, reverse].sum(axis=1)
        pairs += answers.answered[:, direct].sum(axis=1) * answers.answered[:, reverse].sum(axis=1)
    share = np.where(pairs > 0, both / np.maximum(pairs, 1), np.nan)
    if possible < thresholds.fewest_siblings:
        params = {"pairs": possible, "needed": thresholds.fewest_siblings}
        return not_judged(n, Text("quality.needs_reversed", params), share)
    return judged(share, share >= thresholds.contradiction, pairs >= thresholds.fewest_siblings)


def even_odd(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents whose answers to the even items of the constructs do not go with those to the odd ones."""
    scales = [columns for columns in answers.constructs.values() if len(columns) > 1]
    values = np.full(len(answers.coded), np.nan)
    if len(scales) > 1:
        values, n_scales = careless.even_odd(answers.coded, scales)
        if len(scales) >= thresholds.fewest_scales:
            return judged(values, values < thresholds.even_odd, n_scales >= thresholds.fewest_scales)
    params = {"scales": len(scales), "needed": thresholds.fewest_scales}
    return not_judged(len(values), Text("quality.needs_scales", params), values)


def synonyms(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who answer pairs of items oppositely that others answer alike."""
    return _pairs(answers, thresholds, "synonyms")


def antonyms(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who answer pairs of items alike that others answer oppositely."""
    return _pairs(answers, thresholds, "antonyms")


def person_total(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who agree most where others agree least."""
    if (few := too_few_items(answers.coded, thresholds.fewest_items)) is not None:
        return few
    r = careless.person_total(answers.coded)
    enough = answers.answered.sum(axis=1) >= thresholds.fewest_items
    return judged(r, r < thresholds.person_total, enough)


def _pairs(answers: Answers, thresholds: Thresholds, kind: careless.PairKind) -> Screened:
    items = answers.given[:, answers.varying]
    pairs = _item_pairs(items, thresholds, kind)
    values = np.full(len(items), np.nan)
    if len(pairs):
        values, n_pairs = careless.pair_consistency(items, pairs)
        if len(pairs) >= thresholds.fewest_pairs:
            beyond = values < thresholds.synonyms if kind == "synonyms" else values > thresholds.antonyms
            return judged(values, beyond, n_pairs >= thresholds.fewest_pairs)
    r = thresholds.pair_correlation if kind == "synonyms" else -thresholds.pair_correlation
    params = {"pairs": len(pairs), "needed": thresholds.fewest_pairs, "r": r}
    return not_judged(len(values), Text("quality.needs_pairs", params), values)


def _item_pairs(items: NDArray[np.float64], thresholds: Thresholds, kind: careless.PairKind) -> NDArray[np.intp]:
    try:
        return careless.item_pairs(items, least=thresholds.pair_correlation, kind=kind)
    except StatisticsError:
        # Items that share no rows, or fewer than two: there are no pairs to speak of.
        return np.empty((0, 2), dtype=np.intp)
