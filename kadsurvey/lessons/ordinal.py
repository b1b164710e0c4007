"""Lesson: the answers have an order, but no equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import Drawn, around, drawn, items_of, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.correlation import Correlation, pearson, polychoric
from kadsurvey.simulation.truth import Truth

CONSTRUCT = "trust"
HIGH, LOW = (0.02, 0.05, 0.13, 0.30, 0.50), (0.50, 0.30, 0.13, 0.05, 0.02)
"""Shares of the answers to items that nearly all agree to, and to items that nearly all deny."""
EASY, HARD = ("T1", "T2", "T3"), ("T4", "T5", "T6")
STEPS_OF = "T1"


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    study: Drawn
    numbers: Correlation
    ordinal: Correlation


def run(seed: int) -> LessonPage:
    """Correlate the same answers as numbers and as ordered categories."""
    base = sample_truth(bodies=20, members=[4, 4], respondents=[6, 6])
    shares = {code: {"shares": HIGH} for code in EASY} | {code: {"shares": LOW} for code in HARD}
    truth = with_construct(base, CONSTRUCT, items=shares)
    study = drawn(truth, seed=seed)
    items = study.responses.items[items_of(truth, CONSTRUCT)]
    found = _Found(truth, study, pearson(items), polychoric(items, acov=True))
    compared = _correlations(found)
    numbers = _numbers(found, compared)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.ordinal_story"), Text("lesson.ordinal_why")),
        comparisons=(compared, _steps(found)),
        figures=(comparison_figure(compared),),
        seen=_seen(numbers),
        lookout=(Text("lesson.ordinal_look"),),
        questions=tuple(
            Question(Text(f"lesson.ordinal_q{place}", numbers), Text(f"lesson.ordinal_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("scale", "polychoric", "threshold"),
        cites=("olsson1979",),
    )


LESSON = Lesson("ordinal", Text("lesson.ordinal_title"), 1, run)


def _correlations(found: _Found) -> Comparison:
    kinds = {"easy": list(combinations(EASY, 2)), "hard": list(combinations(HARD, 2)), "mixed": _mixed()}
    lines = tuple(
        Line(
            Text(f"lesson.ordinal_pairs_{kind}", {"pairs": len(pairs)}),
            float(np.mean([_true(found.truth, *pair) for pair in pairs])),
            Estimate(float(np.mean([found.numbers.matrix.loc[pair] for pair in pairs]))),
            _mean_of(found.ordinal, pairs),
        )
        for kind, pairs in kinds.items()
    )
    return Comparison(
        key="correlations",
        title=Text("lesson.ordinal_correlations"),
        wrong=Text("lesson.as_numbers"),
        right=Text("lesson.as_categories"),
        lines=lines,
        kind="bounded",
        notes=(Text("lesson.note_n", {"n": found.ordinal.n_rows}), Text("lesson.ordinal_note")),
    )


def _mixed() -> list[tuple[str, str]]:
    return [(first, second) for first in EASY for second in HARD]


def _true(truth: Truth, first: str, second: str) -> float:
    items = truth.constructs[CONSTRUCT].items
    return items[first].loading * items[second].loading


def _mean_of(found: Correlation, pairs: list[tuple[str, str]]) -> Estimate:
    """Return the mean of several polychoric correlations, its error from their joint covariance."""
    names = list(found.matrix)
    every = list(combinations(names, 2))
    weights = np.array([1 / len(pairs) if pair in pairs else 0.0 for pair in every])
    value = float(np.mean([found.matrix.loc[pair] for pair in pairs]))
    if found.acov is None:
        return Estimate(value)
    return around(value, float(np.sqrt(weights @ found.acov[-len(every) :, -len(every) :] @ weights)))


def _steps(found: _Found) -> Comparison:
    """Return how far each answer reaches, between the first border and the last."""
    true = stats.norm.ppf(np.cumsum(HIGH)[:-1])
    estimated = found.ordinal.thresholds[STEPS_OF]
    equal = np.full(len(true) - 1, 1 / (len(true) - 1))
    lines = tuple(
        Line(Text("lesson.ordinal_step", {"code": place + 2}), wanted, Estimate(even), Estimate(got))
        for place, (wanted, even, got) in enumerate(zip(_parts(true), equal.tolist(), _parts(estimated), strict=True))
    )
    return Comparison(
        key="steps",
        title=Text("lesson.ordinal_steps", {"item": STEPS_OF}),
        wrong=Text("lesson.as_numbers"),
        right=Text("lesson.as_categories"),
        lines=lines,
        kind="share",
        digits=0,
        notes=(Text("lesson.ordinal_note_steps", {"item": STEPS_OF}),),
    )


def _parts(borders: NDArray[np.float64]) -> list[float]:
    steps = np.diff(borders)
    parts: list[float] = (steps / steps.sum()).tolist()
    return parts


def _numbers(found: _Found, compared: Comparison) -> dict[str, float | str]:
    mixed = compared.line(2)
    return {
        "truth": mixed.truth,
        "wrong": mixed.wrong.value,
        "right": mixed.right.value,
        "lost": 100 * (1 - mixed.wrong.value / mixed.truth),
        "top": 100 * float((found.study.responses.items[STEPS_OF] == 5).mean()),
        "item": STEPS_OF,
    }


def _seen(numbers: dict[str, float | str]) -> tuple[Label, ...]:
    truth, wrong, right = (float(numbers[name]) for name in ("truth", "wrong", "right"))
    nearer = abs(right - truth) < abs(wrong - truth)
    return (Text("lesson.ordinal_nearer" if nearer else "lesson.ordinal_farther", numbers),)
