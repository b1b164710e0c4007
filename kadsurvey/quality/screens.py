"""The screens, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable

from kadsurvey.quality.answers import Answers
from kadsurvey.quality.completeness import missing, no_answers, out_of_range
from kadsurvey.quality.consistency import antonyms, contradiction, even_odd, outlying, person_total, synonyms
from kadsurvey.quality.monotony import low_variability, same_answer, straightlining
from kadsurvey.quality.repetition import duplicate, near_duplicate
from kadsurvey.quality.screened import Screened
from kadsurvey.quality.speed import speeding
from kadsurvey.quality.thresholds import Flag, Thresholds

SCREENS: dict[Flag, Callable[[Answers, Thresholds], Screened]] = {
    "no_answers": no_answers,
    "missing": missing,
    "out_of_range": out_of_range,
    "same_answer": same_answer,
    "straightlining": straightlining,
    "low_variability": low_variability,
    "outlying": outlying,
    "contradiction": contradiction,
    "even_odd": even_odd,
    "synonyms": synonyms,
    "antonyms": antonyms,
    "person_total": person_total,
    "speeding": speeding,
    "duplicate": duplicate,
    "near_duplicate": near_duplicate,
}
