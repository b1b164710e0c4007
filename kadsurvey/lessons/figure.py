"""A comparison as a figure: what is true as a bar across, both estimates as marks with their intervals."""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Language, Text, render
from kadsurvey.lessons.lesson import Comparison, Estimate
from kadsurvey.report.cells import cell_text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import INK, PAIR, TALLEST, WIDTH, horizontal_grid, local_ticks, wrapped
from kadsurvey.report.table import Column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_APART = 0.15
_TRUTH_HALF = 0.32


def comparison_figure(comparison: Comparison) -> Figure:
    """Draw truth and estimates of a comparison, a row a quantity."""
    key = f"{comparison.key}_drawn"
    told: list[Label] = [_told(comparison, line.what, line.truth, line.wrong, line.right) for line in comparison.lines]
    height = min(TALLEST, 1.2 + 0.5 * len(comparison.lines))
    return Figure(
        key=key,
        title=comparison.title,
        alt=Text("lesson.figure_alt", {"title": comparison.title, "lines": told}),
        notes=(Text("lesson.figure_note"),),
        draw=Drawing(key, WIDTH, height, partial(_paint, comparison)),
    )


def _told(comparison: Comparison, what: Label, truth: float, wrong: Estimate, right: Estimate) -> Text:
    column = Column("x", "x", comparison.kind, comparison.digits)
    words = {
        name: {"en": cell_text(value, column, "en"), "id": cell_text(value, column, "id")}
        for name, value in (("truth", truth), ("wrong", wrong.value), ("right", right.value))
    }
    ways = {"wrong_way": comparison.wrong, "right_way": comparison.right}
    return Text("lesson.figure_told", {"what": what, **words, **ways})


def _paint(comparison: Comparison, canvas: Canvas) -> None:
    axes, lang = canvas.figure.subplots(), canvas.lang
    for place, line in enumerate(comparison.lines):
        if isfinite(line.truth):
            axes.plot([line.truth] * 2, [place - _TRUTH_HALF, place + _TRUTH_HALF], color=INK, linewidth=2.2)
        for estimate, side, look in ((line.wrong, -_APART, PAIR[1]), (line.right, _APART, PAIR[0])):
            _mark(axes, canvas, comparison, estimate, place + side, look)
    labels = [wrapped(render(line.what, lang), 34, lines=3) for line in comparison.lines]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    horizontal_grid(axes)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=7, integer=comparison.kind == "integer")
    local_ticks(axes.xaxis, lang, percent=comparison.kind == "share")
    _legend(canvas, comparison)


def _mark(
    axes: Axes, canvas: Canvas, comparison: Comparison, estimate: Estimate, y: float, look: tuple[str, str, str]
) -> None:
    if not isfinite(estimate.value):
        return
    colour, marker, line = look
    if isfinite(estimate.low):
        axes.plot([estimate.low, estimate.high], [y, y], color=colour, linestyle=line, linewidth=1.1)
    (dot,) = axes.plot(estimate.value, y, marker, color=colour)
    canvas.tell(dot, _number(comparison, estimate.value, canvas.lang))


def _number(comparison: Comparison, value: float, lang: Language) -> str:
    return cell_text(value, Column("x", "x", comparison.kind, comparison.digits), lang)


def _legend(canvas: Canvas, comparison: Comparison) -> None:
    from matplotlib.lines import Line2D

    lang = canvas.lang
    handles = [Line2D([], [], color=INK, linewidth=2.2, label=Text("lesson.truth").render(lang))]
    for words, (colour, marker, line) in ((comparison.wrong, PAIR[1]), (comparison.right, PAIR[0])):
        handles.append(Line2D([], [], color=colour, marker=marker, linestyle=line, label=render(words, lang)))
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=3)
