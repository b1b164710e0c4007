"""Eigenvalues of the answers beside those of chance: how many factors stand out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import GREY, PAIR, WIDTH, local_ticks, number

if TYPE_CHECKING:
    from kadsurvey.measurement.retention import Retention


def scree_figure(found: Retention, *, n_obs: int) -> Figure:
    """Draw the eigenvalues in their order, with the line of parallel analysis.

    Parameters
    ----------
    found : Retention
    n_obs : int
        Respondents that the correlations rest on.
    """
    first = float(found.eigenvalues[0])
    counts = {"items": len(found.eigenvalues), "n": n_obs, "parallel": found.n_parallel, "map": found.n_map}
    return Figure(
        key="scree",
        title=Text("figures.scree"),
        alt=Text("figures.scree_alt", {**counts, "first": first, "random": float(found.random[0])}),
        notes=(Text("figures.scree_note", {**counts, "seed": found.seed}),),
        draw=Drawing("scree", WIDTH, 3.0, partial(_paint, found)),
    )


def _paint(found: Retention, canvas: Canvas) -> None:
    axes, lang = canvas.figure.subplots(), canvas.lang
    components = range(1, len(found.eigenvalues) + 1)
    series = ((found.eigenvalues, "figures.eigenvalue"), (found.random, "figures.by_chance"))
    for (values, code), (colour, marker, line) in zip(series, PAIR, strict=True):
        name = Text(code).render(lang)
        # The marks of the legend; those on the line are drawn one by one, each with its words.
        axes.plot(components, values, marker, color=colour, linestyle=line, label=name, markevery=[])
        for component, value in zip(components, values, strict=True):
            (dot,) = axes.plot(component, value, marker, color=colour)
            canvas.tell(dot, f"{component}: {name} {number(value, lang)}")
    if found.n_parallel:
        axes.axvline(found.n_parallel + 0.5, color=GREY, linewidth=0.8, linestyle="dotted")
        words = Text("figures.above_chance", {"count": found.n_parallel}).render(lang)
        axes.text(found.n_parallel + 0.6, float(max(found.eigenvalues)), words, size=7, va="top")
    axes.set_xlabel(Text("figures.component").render(lang))
    axes.set_ylabel(Text("figures.eigenvalue").render(lang))
    axes.set_xticks([component for component in components if len(components) <= 20 or component % 5 in (0, 1)])
    axes.set_ylim(bottom=min(0.0, float(min(found.eigenvalues))))
    local_ticks(axes.yaxis, lang)
    axes.legend(loc="upper right")
