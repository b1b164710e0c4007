"""Lesson: who ticks the same answer everywhere makes everything correlate."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, items_of, sample_truth, standardised, true_correlation
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import NONE, Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.cfa import Cfa, cfa
from kadsurvey.quality.screening import Screening, screen
from kadsurvey.simulation.simulate import SimulatedStudy
from kadsurvey.simulation.truth import Truth

STRAIGHT = 0.15
FLAG = "straightlining"
FIRST, UNRELATED, REVERSED = "trust", "marker", "T6"


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    study: SimulatedStudy
    screened: Screening
    all: Cfa
    kept: Cfa


def run(seed: int) -> LessonPage:
    """Estimate the same model with everybody, and without those whom a screen flags."""
    truth = sample_truth(bodies=16, members=[4, 4], respondents=[8, 8]).changed(careless={"straight": STRAIGHT})
    study = drawn(truth, seed=seed)
    screened = screen(study.responses, drop=[FLAG])
    model = {name: items_of(truth, name) for name in (FIRST, UNRELATED)}
    codes = items_of(truth, *model)
    fits = [cfa(rows.items[codes], model) for rows in (study.responses, screened.clean)]
    found = _Found(truth, study.study, screened, *fits)
    compared, caught = _estimates(found), _caught(found)
    numbers = _numbers(found, compared)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.straight_lines_story", numbers), Text("lesson.straight_lines_why")),
        comparisons=(compared, caught),
        figures=(comparison_figure(compared),),
        seen=_seen(compared, numbers),
        lookout=(Text("lesson.straight_lines_look"),),
        questions=tuple(
            Question(Text(f"lesson.straight_lines_q{place}", numbers), Text(f"lesson.straight_lines_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("screening", "reversed_item"),
        cites=("johnson2005", "meade2012"),
    )


LESSON = Lesson("straight-lines", Text("lesson.straight_lines_title"), 1, run)


def _estimates(found: _Found) -> Comparison:
    def line(what: Label, truth: float, lhs: str, op: str, rhs: str) -> Line:
        return Line(what, truth, standardised(found.all, lhs, op, rhs), standardised(found.kept, lhs, op, rhs))

    own = found.truth.constructs[FIRST].items
    lines = (
        line(
            Text("lesson.straight_lines_unrelated"),
            true_correlation(found.truth, FIRST, UNRELATED),
            FIRST,
            "~~",
            UNRELATED,
        ),
        line(Text("lesson.straight_lines_reversed", {"item": REVERSED}), own[REVERSED].loading, FIRST, "=~", REVERSED),
        line(Text("lesson.loading_of", {"item": "T1"}), own["T1"].loading, FIRST, "=~", "T1"),
    )
    n = {"all": len(found.screened.flags), "kept": len(found.screened.clean.data)}
    return Comparison(
        key="estimates",
        title=Text("lesson.straight_lines_estimates"),
        wrong=Text("lesson.everybody"),
        right=Text("lesson.without_flagged"),
        lines=lines,
        kind="bounded",
        notes=(Text("lesson.straight_lines_note", n),),
    )


def _caught(found: _Found) -> Comparison:
    straight = (found.study.careless == "straight").reindex(found.screened.flags.index)
    flagged = found.screened.flags[FLAG]
    lines = (
        Line(Text("lesson.straight_lines_share"), float(straight.mean()), NONE, Estimate(float(flagged.mean()))),
        Line(Text("lesson.straight_lines_caught"), 1.0, NONE, Estimate(float(flagged[straight].mean()))),
        Line(Text("lesson.straight_lines_innocent"), 0.0, NONE, Estimate(float(flagged[~straight].mean()))),
    )
    return Comparison(
        key="caught",
        title=Text("lesson.straight_lines_screen"),
        wrong=Text("lesson.everybody"),
        right=Text("lesson.by_screen"),
        lines=lines,
        kind="share",
        digits=1,
        notes=(Text("lesson.straight_lines_rule", {"limit": 100 * found.screened.thresholds.straightlining}),),
    )


def _numbers(found: _Found, compared: Comparison) -> dict[str, float | int | str]:
    unrelated, turned = compared.line(0), compared.line(1)
    straight = found.study.careless == "straight"
    return {
        "straight": int(straight.sum()),
        "n": len(straight),
        "percent": 100 * STRAIGHT,
        "wrong_r": unrelated.wrong.value,
        "right_r": unrelated.right.value,
        "wrong_loading": turned.wrong.value,
        "right_loading": turned.right.value,
        "true_loading": turned.truth,
        "item": REVERSED,
    }


def _seen(compared: Comparison, numbers: dict[str, float | int | str]) -> tuple[Label, ...]:
    nearer = all(abs(line.right.value - line.truth) < abs(line.wrong.value - line.truth) for line in compared.lines[:2])
    return (
        Text("lesson.straight_lines_moved", numbers),
        Text("lesson.straight_lines_nearer" if nearer else "lesson.straight_lines_not_nearer", numbers),
    )
