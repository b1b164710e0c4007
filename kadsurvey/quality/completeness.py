"""Whether a respondent answered, and with answers of the scale."""

from __future__ import annotations

import numpy as np

from kadsurvey.ingest.coding import AnswerKey, Kind
from kadsurvey.quality.answers import Answers
from kadsurvey.quality.screened import Screened
from kadsurvey.quality.thresholds import Thresholds


def no_answers(answers: Answers, thresholds: Thresholds) -> Screened:  # noqa: ARG001
    """Flag respondents without a single usable answer."""
    return Screened(answers.answered.sum(axis=1) == 0)


def missing(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who left out too many of the items that anybody was asked; *tidak tahu* is no usable answer."""
    share = 1 - answers.answered.mean(axis=1)
    return Screened(share > thresholds.missing, share)


def out_of_range(answers: Answers, thresholds: Thresholds) -> Screened:  # noqa: ARG001
    """Flag respondents with cells that hold neither a point of the item's scale nor one of its missing answers."""
    responses, instrument = answers.responses, answers.instrument
    keys = {name: AnswerKey(scale) for name, scale in instrument.scales.items()}
    count = np.zeros(len(responses.data))
    for name, item in instrument.items.items():
        if name not in responses.raw:
            continue
        unread = np.flatnonzero(responses.data[name].isna() & ~responses.dont_know[name])
        texts = responses.raw[name].iloc[unread].to_numpy(dtype=object)
        key = keys[item.scale]
        odd = {text: key.read(str(text))[0] is Kind.UNREADABLE for text in set(texts.tolist())}
        count[unread] += np.array([odd[text] for text in texts.tolist()], dtype=float)
    return Screened(count > 0, count)
