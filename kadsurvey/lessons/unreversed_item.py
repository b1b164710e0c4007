"""Lesson: one item of the scale is worded the other way round, and nobody turned it."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, items_of, loadings, sample_truth
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.reliability import Reliability, reliability
from kadsurvey.simulation.truth import Truth
from kadsurvey.stats.reliability import alpha_of_matrix

ITEM = "T6"
CONSTRUCT = "trust"


@dataclass(frozen=True, slots=True)
class _Found:
    wrong: Reliability
    right: Reliability
    truth: Truth


def run(seed: int) -> LessonPage:
    """Read the same answers twice, with and without turning the reversed item round."""
    truth = sample_truth(bodies=12, members=[4, 4], respondents=[5, 5])
    codes = items_of(truth, CONSTRUCT)
    wrong = drawn(truth, seed=seed, instrument=_unaware(truth.instrument)).responses
    right = drawn(truth, seed=seed).responses
    found = _Found(reliability(wrong.items[codes]), reliability(right.items[codes]), truth)
    shown = _loadings(found, codes)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.unreversed_item_story"), Text("lesson.unreversed_item_why")),
        comparisons=(_alphas(found), shown),
        figures=(comparison_figure(shown),),
        seen=_seen(found),
        lookout=(Text("lesson.unreversed_item_look"),),
        questions=_questions(found),
        terms=("reversed_item", "alpha", "ordinal_alpha", "loading"),
        cites=("cronbach1951",),
    )


LESSON = Lesson("unreversed-item", Text("lesson.unreversed_item_title"), 1, run)


def _unaware(instrument: Instrument) -> Instrument:
    """Return the questionnaire of who does not know that the item is reversed."""
    construct = instrument.constructs[CONSTRUCT]
    item = construct.items[ITEM].model_copy(update={"reverse": False})
    own = construct.model_copy(update={"items": {**construct.items, ITEM: item}})
    parts = {name: getattr(instrument, name) for name in type(instrument).model_fields}
    return Instrument(**{**parts, "constructs": {**instrument.constructs, CONSTRUCT: own}})


def _alphas(found: _Found) -> Comparison:
    own = loadings(found.truth, CONSTRUCT)
    matrix = own[:, None] * own
    matrix[range(len(own)), range(len(own))] = 1
    rest = [float(entry.items["item_rest"].loc[ITEM]) for entry in (found.wrong, found.right)]
    nan = float("nan")
    lines = (
        Line(
            Text("lesson.ordinal_alpha_of", {"count": len(own)}),
            alpha_of_matrix(matrix).alpha,
            Estimate(found.wrong.alpha_ordinal),
            Estimate(found.right.alpha_ordinal),
        ),
        Line(
            Text("lesson.alpha_of", {"count": len(own)}),
            nan,
            Estimate(found.wrong.alpha, *found.wrong.alpha_ci),
            Estimate(found.right.alpha, *found.right.alpha_ci),
        ),
        Line(Text("lesson.item_rest_of", {"item": ITEM}), nan, Estimate(rest[0]), Estimate(rest[1])),
    )
    n = {"n": found.right.n_obs}
    return Comparison(
        key="reliability",
        title=Text("lesson.unreversed_item_alphas"),
        wrong=Text("lesson.not_turned", {"item": ITEM}),
        right=Text("lesson.turned", {"item": ITEM}),
        lines=lines,
        kind="bounded",
        notes=(Text("lesson.note_n", n), Text("lesson.note_no_truth")),
    )


def _loadings(found: _Found, codes: list[str]) -> Comparison:
    lines = tuple(
        Line(
            code,
            float(true),
            Estimate(float(found.wrong.items["loading"].loc[code])),
            Estimate(float(found.right.items["loading"].loc[code])),
        )
        for code, true in zip(codes, loadings(found.truth, CONSTRUCT), strict=True)
    )
    return Comparison(
        key="loadings",
        title=Text("lesson.unreversed_item_loadings"),
        wrong=Text("lesson.not_turned", {"item": ITEM}),
        right=Text("lesson.turned", {"item": ITEM}),
        lines=lines,
        kind="bounded",
        notes=(Text("lesson.note_one_factor"),),
    )


def _seen(found: _Found) -> tuple[Label, ...]:
    numbers = {
        "item": ITEM,
        "wrong": found.wrong.alpha,
        "right": found.right.alpha,
        "loading": float(found.wrong.items["loading"].loc[ITEM]),
        "dropped": float(found.wrong.items["alpha_if_dropped"].loc[ITEM]),
    }
    fell = found.wrong.alpha < found.right.alpha
    return (
        Text("lesson.unreversed_item_fell" if fell else "lesson.unreversed_item_stood", numbers),
        Text("lesson.unreversed_item_same_answers", numbers),
    )


def _questions(found: _Found) -> tuple[Question, ...]:
    numbers = {
        "item": ITEM,
        "loading": float(found.wrong.items["loading"].loc[ITEM]),
        "dropped": float(found.wrong.items["alpha_if_dropped"].loc[ITEM]),
        "right": found.right.alpha,
    }
    return (
        Question(Text("lesson.unreversed_item_q1", numbers), Text("lesson.unreversed_item_a1", numbers)),
        Question(Text("lesson.unreversed_item_q2", numbers), Text("lesson.unreversed_item_a2", numbers)),
        Question(Text("lesson.unreversed_item_q3", numbers), Text("lesson.unreversed_item_a3", numbers)),
    )
