"""Lesson: an eigenvalue above 1 is no factor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, items_of, sample_truth, with_construct
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.retention import Retention, retention
from kadsurvey.report.figures.scree import scree_figure
from kadsurvey.simulation.truth import LEVELS

CONSTRUCTS = ("trust", "norm", "network")
LOADING = 0.6
CORRELATION = 0.2
FEW, MANY = (10, 5), (20, 6)
"""Bodies, and respondents of each of four members, of the small study and the large one."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The same question put to a small and a large study."""

    few: Retention
    many: Retention
    n: tuple[int, int]


def run(seed: int) -> LessonPage:
    """Count the factors of eighteen items that measure three constructs, by two rules, in two sizes of study."""
    items = [_answers(seed, *size) for size in (FEW, MANY)]
    few, many = (retention(part, seed=seed) for part in items)
    found = _Found(few, many, (len(items[0]), len(items[1])))
    shown = _counts(found)
    numbers = _numbers(found)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.how_many_factors_story", numbers), Text("lesson.how_many_factors_why")),
        comparisons=(shown,),
        figures=(scree_figure(found.few, n_obs=found.n[0]),),
        seen=_seen(found, numbers),
        lookout=(Text("lesson.how_many_factors_look"),),
        questions=tuple(
            Question(
                Text(f"lesson.how_many_factors_q{place}", numbers), Text(f"lesson.how_many_factors_a{place}", numbers)
            )
            for place in (1, 2, 3)
        ),
        terms=("eigenvalue", "parallel_analysis", "map"),
        cites=("horn1965", "kaiser1960", "velicer1976"),
    )


LESSON = Lesson("how-many-factors", Text("lesson.how_many_factors_title"), 3, run)


def kaiser(found: Retention) -> int:
    """Return how many eigenvalues are above 1."""
    return int(np.sum(found.eigenvalues > 1))


def _answers(seed: int, bodies: int, respondents: int) -> pd.DataFrame:
    truth = sample_truth(bodies=bodies, members=[4, 4], respondents=[respondents, respondents])
    for name in CONSTRUCTS:
        items = {code: {"loading": LOADING} for code in truth.constructs[name].items}
        truth = with_construct(truth, name, items=items)
    levels: dict[str, float] = dict.fromkeys(LEVELS, CORRELATION)
    pairs = [
        {**entry.model_dump(), **(levels if set(entry.pair) <= set(CONSTRUCTS) else {})} for entry in truth.correlations
    ]
    truth = truth.changed(correlations=pairs)
    return drawn(truth, seed=seed).responses.items[items_of(truth, *CONSTRUCTS)]


def _counts(found: _Found) -> Comparison:
    lines = [
        Line(
            Text("lesson.how_many_factors_of", {"n": n}),
            float(len(CONSTRUCTS)),
            Estimate(float(kaiser(part))),
            Estimate(float(part.n_parallel)),
        )
        for part, n in zip((found.few, found.many), found.n, strict=True)
    ]
    return Comparison(
        key="factors",
        title=Text("lesson.how_many_factors_counts"),
        wrong=Text("lesson.above_one"),
        right=Text("lesson.by_parallel"),
        lines=tuple(lines),
        kind="integer",
        notes=(Text("lesson.how_many_factors_note", {"few": found.few.n_map, "many": found.many.n_map}),),
    )


def _numbers(found: _Found) -> dict[str, float | int]:
    return {
        "truth": len(CONSTRUCTS),
        "items": len(found.few.eigenvalues),
        "n": found.n[0],
        "n_many": found.n[1],
        "kaiser": kaiser(found.few),
        "kaiser_many": kaiser(found.many),
        "parallel": found.few.n_parallel,
        "parallel_many": found.many.n_parallel,
        "map": found.few.n_map,
        "chance": float(found.few.random[0]),
        "above": int(np.sum(found.few.random > 1)),
    }


def _seen(found: _Found, numbers: dict[str, float | int]) -> tuple[Label, ...]:
    truth, counted = len(CONSTRUCTS), kaiser(found.few)
    if counted > truth:
        first = Text("lesson.how_many_factors_too_many", numbers)
    else:
        first = Text("lesson.how_many_factors_not_too_many", numbers)
    right = found.few.n_parallel == truth
    return (first, Text("lesson.how_many_factors_hit" if right else "lesson.how_many_factors_missed", numbers))
