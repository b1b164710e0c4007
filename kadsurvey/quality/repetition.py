"""Whether a respondent's answers are those of an earlier respondent."""

from __future__ import annotations

from kadsurvey.errors import StatisticsError
from kadsurvey.language.text import Text
from kadsurvey.quality.answers import Answers
from kadsurvey.quality.screened import Screened, not_judged, too_few_items
from kadsurvey.quality.thresholds import Thresholds
from kadsurvey.stats.near_duplicates import exact_repeats, near_repeats


def duplicate(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who repeat an earlier one in every answer and every gap; the first of them is not flagged."""
    if (few := too_few_items(answers.coded, thresholds.fewest_items)) is not None:
        return few
    found = exact_repeats(answers.given, fewest=thresholds.fewest_items)
    return Screened(found.of >= 0, repeats=found.of)


def near_duplicate(answers: Answers, thresholds: Thresholds) -> Screened:
    """Flag respondents who repeat an earlier one in nearly every answer, and not in all."""
    if (few := too_few_items(answers.coded, thresholds.fewest_items)) is not None:
        return few
    try:
        found = near_repeats(answers.given, least=thresholds.near_duplicate, fewest=thresholds.fewest_items)
    except StatisticsError as err:
        return not_judged(len(answers.given), Text(err.code, err.params))
    return Screened((found.of >= 0) & (found.share < 1), found.share, repeats=found.of)
