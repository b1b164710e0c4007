"""Lesson: officials and NGO members answer on different scales, and one item makes the difference."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import around, drawn, items_of, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.invariance import Invariance, invariance
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.simulation.truth import Truth

CONSTRUCT, ITEM = "trust", "T2"
SHIFT = -1.2
"""What NGO members answer less to the item at the same trust, in standard deviations of the latent response."""


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    model: Invariance

    @property
    def freed(self) -> tuple[str, ...]:
        return tuple(self.model.freed)


def run(seed: int) -> LessonPage:
    """Compare two groups that trust alike, with one item that does not work alike."""
    base = sample_truth(bodies=16, members=[4, 4], respondents=[9, 9], ngo_share=0.5)
    truth = with_construct(base, CONSTRUCT, ngo_shift=0.0, items={ITEM: {"ngo_shift": SHIFT}})
    responses = drawn(truth, seed=seed).responses
    model = {CONSTRUCT: items_of(truth, CONSTRUCT)}
    found = _Found(truth, invariance(responses.items, model, responses.data["group"], reference="official"))
    shown = _means(found)
    numbers = _numbers(found, shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.two_groups_story", numbers), Text("lesson.two_groups_why")),
        comparisons=(shown,),
        tables=(_items(found),),
        figures=(comparison_figure(shown),),
        seen=_seen(found, numbers),
        lookout=(Text("lesson.two_groups_look"),),
        questions=_questions(found, numbers),
        terms=("invariance", "threshold", "group"),
        cites=("wu2016",),
    )


LESSON = Lesson("two-groups", Text("lesson.two_groups_title"), 1, run)


def _means(found: _Found) -> Comparison:
    row = found.model.means.iloc[0]
    full = around(float(row["full"]), float(row["full_se"]))
    partial = around(float(row["partial"]), float(row["partial_se"]))
    lines = (
        Line(Text("lesson.two_groups_mean_answers"), 0.0, Estimate(float(row["standard"])), Estimate()),
        Line(Text("lesson.two_groups_latent"), 0.0, full, partial),
    )
    return Comparison(
        key="difference",
        title=Text("lesson.two_groups_difference"),
        wrong=Text("lesson.all_items_alike"),
        right=Text("lesson.odd_items_freed"),
        lines=lines,
        notes=(Text("lesson.two_groups_note", {"n": int(found.model.groups.sum())}),),
    )


def _items(found: _Found) -> Table:
    items = found.truth.constructs[CONSTRUCT].items
    words = {True: Text("lesson.yes"), False: Text("lesson.no")}
    rows = tuple(
        Row(
            {
                "item": code,
                "truth": item.ngo_shift,
                "differs": words[item.ngo_shift != 0],
                "freed": words[code in found.freed],
            },
            strong=code in found.freed,
        )
        for code, item in items.items()
    )
    return Table(
        key="items",
        title=Text("lesson.two_groups_items"),
        columns=(
            Column("item", Text("lesson.what")),
            Column("truth", Text("lesson.two_groups_shift"), "number", 1),
            Column("differs", Text("lesson.two_groups_differs")),
            Column("freed", Text("lesson.two_groups_freed")),
        ),
        rows=rows,
        result="Invariance",
    )


def _numbers(found: _Found, shown: Comparison) -> dict[str, object]:
    raw, latent = shown.line(0), shown.line(1)
    return {
        "item": ITEM,
        "shift": abs(SHIFT),
        "raw": raw.wrong.value,
        "wrong": latent.wrong.value,
        "right": latent.right.value,
        "freed": list(found.freed),
        "items": len(found.truth.constructs[CONSTRUCT].items),
        "n": int(found.model.groups.sum()),
    }


def _seen(found: _Found, numbers: dict[str, object]) -> tuple[Label, ...]:
    row = found.model.means.iloc[0]
    without = "lesson.two_groups_false" if not _holds_zero(row["full"], row["full_se"]) else "lesson.two_groups_small"
    if not found.freed:
        return (Text(without, numbers), Text("lesson.two_groups_none_freed", numbers))
    exact = found.freed == (ITEM,)
    repaired = _holds_zero(row["partial"], row["partial_se"])
    return (
        Text(without, numbers),
        Text("lesson.two_groups_exact" if exact else "lesson.two_groups_others", numbers),
        Text("lesson.two_groups_repaired" if repaired else "lesson.two_groups_not_repaired", numbers),
    )


def _questions(found: _Found, numbers: dict[str, object]) -> tuple[Question, ...]:
    report = "lesson.two_groups_a3" if found.freed else "lesson.two_groups_a3_none"
    return (
        Question(Text("lesson.two_groups_q1", numbers), Text("lesson.two_groups_a1", numbers)),
        Question(Text("lesson.two_groups_q2", numbers), Text("lesson.two_groups_a2", numbers)),
        Question(Text("lesson.two_groups_q3", numbers), Text(report, numbers)),
    )


def _holds_zero(value: float, std_error: float) -> bool:
    return around(float(value), float(std_error)).holds(0.0)
