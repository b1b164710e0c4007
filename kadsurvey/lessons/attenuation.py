"""Lesson: a score is not the factor, and the slope on it is too flat."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kadsurvey.indices.score import score
from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, of_row, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.outcomes.corrected import CorrectedRegression, corrected_regression
from kadsurvey.simulation.truth import Truth

OUTCOME, PREDICTORS = "effectiveness", ("trust", "norm")
SLOPES = {"trust": 0.5, "norm": 0.0}
LOADING = 0.55
"""Of the items of trust: a scale that many studies would still call usable."""


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    table: pd.DataFrame
    fitted: CorrectedRegression


def run(seed: int) -> LessonPage:
    """Regress felt effectiveness on trust and norms, with and without the measurement error in the scores."""
    base = sample_truth(bodies=30, members=[4, 4], respondents=[6, 6])
    items = {code: {"loading": LOADING} for code in base.constructs["trust"].items}
    truth = with_construct(with_construct(base, "trust", items=items), OUTCOME, slopes=SLOPES)
    study = drawn(truth, seed=seed)
    indices = score(study.responses, method="mean")
    fitted = corrected_regression(indices, study.bodies, OUTCOME, PREDICTORS, level="respondent")
    found = _Found(truth, fitted.table.set_index("term"), fitted)
    shown = _slopes(found)
    numbers = _numbers(found, shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.attenuation_story", numbers), Text("lesson.attenuation_why")),
        comparisons=(shown,),
        figures=(comparison_figure(shown),),
        seen=_seen(shown, numbers),
        lookout=(Text("lesson.attenuation_look"),),
        questions=tuple(
            Question(Text(f"lesson.attenuation_q{place}", numbers), Text(f"lesson.attenuation_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("factor_score", "corrected_slope", "standard_error"),
        cites=("croon2002", "skrondal2001"),
    )


LESSON = Lesson("attenuation", Text("lesson.attenuation_title"), 1, run)


def _slopes(found: _Found) -> Comparison:
    lines = tuple(
        Line(
            Text(f"lesson.attenuation_slope_{name}"),
            found.truth.felt_outcomes[OUTCOME].slopes[name],
            Estimate(float(found.table["naive"].loc[name])),
            of_row(found.table.loc[[name]].iloc[0]),
        )
        for name in PREDICTORS
    )
    return Comparison(
        key="slopes",
        title=Text("lesson.attenuation_slopes"),
        wrong=Text("lesson.on_scores"),
        right=Text("lesson.on_factors"),
        lines=lines,
        notes=(Text("lesson.attenuation_note", {"n": found.fitted.n, "bodies": found.fitted.clusters}),),
    )


def _numbers(found: _Found, shown: Comparison) -> dict[str, float | int]:
    trust, norm = shown.lines
    reliability = float(found.table["reliability"].loc["trust"])
    return {
        "truth": trust.truth,
        "naive": trust.wrong.value,
        "right": trust.right.value,
        "low": trust.right.low,
        "high": trust.right.high,
        "norm": norm.wrong.value,
        "norm_right": norm.right.value,
        "reliability": reliability,
        "alone": reliability * trust.truth,
        "loading": LOADING,
    }


def _seen(shown: Comparison, numbers: dict[str, float | int]) -> tuple[Label, ...]:
    nearer = [abs(line.right.value - line.truth) < abs(line.wrong.value - line.truth) for line in shown.lines]
    return (
        Text("lesson.attenuation_nearer" if nearer[0] else "lesson.attenuation_farther", numbers),
        Text("lesson.attenuation_norm_nearer" if nearer[1] else "lesson.attenuation_norm_farther", numbers),
    )
