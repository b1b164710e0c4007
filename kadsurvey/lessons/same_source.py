"""Lesson: who answers about both sides ties them together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kadsurvey.indices.score import score
from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import Drawn, drawn, of_row, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import NONE, Comparison, Lesson, LessonPage, Line, Question
from kadsurvey.outcomes.regress import regress
from kadsurvey.outcomes.split_sample import split_sample

PREDICTOR, OUTCOME = "trust", "effectiveness"
MOOD = 0.5
"""Share of what is the respondent's own in trust and in effectiveness that is the mood of the day."""
BODIES, PER_BODY = 40, 9


@dataclass(frozen=True, slots=True)
class _Found:
    respondents: pd.Series
    means: pd.Series
    halves: pd.Series
    n: int


def run(seed: int) -> LessonPage:
    """Regress felt effectiveness on trust: of the same people, of the same bodies, and of different people."""
    base = sample_truth(bodies=BODIES, members=[3, 3], respondents=[PER_BODY // 3, PER_BODY // 3])
    base = with_construct(base, PREDICTOR, variance={"body": 0.05, "member": 0.0})
    truth = with_construct(base, OUTCOME, slopes={}, variance={"body": 0.1, "member": 0.0})
    found = _fitted(drawn(truth.changed(mood={PREDICTOR: MOOD, OUTCOME: MOOD}), seed=seed), seed)
    shown = _slopes(found)
    numbers = _numbers(shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.same_source_story", numbers), Text("lesson.same_source_why")),
        comparisons=(shown,),
        figures=(comparison_figure(shown),),
        seen=_seen(shown, numbers),
        lookout=(Text("lesson.same_source_look"),),
        questions=tuple(
            Question(Text(f"lesson.same_source_q{place}", numbers), Text(f"lesson.same_source_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("same_source", "level_of_analysis"),
        cites=("podsakoff2003",),
    )


LESSON = Lesson("same-source", Text("lesson.same_source_title"), 2, run)


def _fitted(study: Drawn, seed: int) -> _Found:
    indices = score(study.responses, method="mean")
    columns = {name: indices.respondents[indices.model_column(name)] for name in (PREDICTOR, OUTCOME)}
    rows = pd.DataFrame({**columns, "body": indices.respondents["body"]}).dropna()
    pooled = regress(rows, OUTCOME, [PREDICTOR], cluster="body", level="respondent", diagnosed=False)
    means = regress(rows, OUTCOME, [PREDICTOR], cluster="body", level="body", diagnosed=False)
    halves = split_sample(rows, OUTCOME, [PREDICTOR], cluster="body", seed=seed).set_index("body")
    apart = regress(halves, OUTCOME, [PREDICTOR], diagnosed=False)
    return _Found(pooled.table.iloc[1], means.table.iloc[1], apart.table.iloc[1], len(rows))


def _slopes(found: _Found) -> Comparison:
    lines = (
        Line(Text("lesson.same_source_respondents"), 0.0, of_row(found.respondents), NONE),
        Line(Text("lesson.same_source_means"), 0.0, of_row(found.means), NONE),
        Line(Text("lesson.same_source_halves"), 0.0, NONE, of_row(found.halves)),
    )
    return Comparison(
        key="slopes",
        title=Text("lesson.same_source_slopes"),
        wrong=Text("lesson.same_people"),
        right=Text("lesson.different_people"),
        lines=lines,
        notes=(Text("lesson.same_source_note", {"n": found.n, "bodies": BODIES}),),
    )


def _numbers(shown: Comparison) -> dict[str, float | int]:
    respondents, means, halves = shown.lines
    return {
        "mood": 100 * MOOD,
        "bodies": BODIES,
        "each": PER_BODY,
        "respondents": respondents.wrong.value,
        "means": means.wrong.value,
        "halves": halves.right.value,
        "low": halves.right.low,
        "high": halves.right.high,
    }


def _seen(shown: Comparison, numbers: dict[str, float | int]) -> tuple[Label, ...]:
    respondents, means, halves = shown.lines
    false = not respondents.wrong.holds(0.0)
    averaged = "lesson.same_source_means_false" if not means.wrong.holds(0.0) else "lesson.same_source_means_unsure"
    apart = "lesson.same_source_apart" if halves.right.holds(0.0) else "lesson.same_source_apart_too"
    return (
        Text("lesson.same_source_false" if false else "lesson.same_source_lucky", numbers),
        Text(averaged, numbers),
        Text(apart, numbers),
    )
