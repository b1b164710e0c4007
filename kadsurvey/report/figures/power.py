"""Power by the number of bodies, a line for each number of respondents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PURPLE,
    VERMILLION,
    WIDTH,
    horizontal_grid,
    local_ticks,
)
from kadsurvey.simulation.power import ENOUGH_POWER, Power
from kadsurvey.simulation.power_replicate import LEVEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 3.4
_MARKS = ("o", "s", "^", "D", "v", "P")
_COLOURS = (BLUE, GREEN, PURPLE, INK)
_LIMIT = 1.96


def power_figure(found: Power) -> Figure:
    """Draw the shares of studies that find the effect, and those that find one that is not there."""
    highest = found.table.sort_values("power").iloc[-1]
    params = {
        "effect": found.effect,
        "power": float(highest["power"]),
        "bodies": int(highest["bodies"]),
        "each": int(highest["respondents"]),
    }
    return Figure(
        key="power_curve",
        title=Text("power.figure", {"effect": found.effect}),
        alt=Text("power.figure_alt", params),
        notes=(Text("power.figure_note"),),
        draw=Drawing("power_curve", WIDTH, _HEIGHT, partial(_paint, found)),
    )


def _paint(found: Power, canvas: Canvas) -> None:
    axes: Axes = canvas.figure.subplots()
    horizontal_grid(axes)
    axes.axhline(ENOUGH_POWER, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.axhline(LEVEL, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
    for place, (each, own) in enumerate(found.table.groupby("respondents")):
        bodies, mark = own["bodies"].to_numpy(float), _MARKS[place % len(_MARKS)]
        colour = _COLOURS[place % len(_COLOURS)]
        words = Text("power.line", {"each": int(str(each))}).render(canvas.lang)
        axes.errorbar(
            bodies, own["power"], yerr=_LIMIT * own["power_mc"], color=colour, marker=mark, markersize=4, linewidth=1.1,
            elinewidth=0.8, label=words,
        )  # fmt: skip
        if place == 0:
            known = Text("power.line_known").render(canvas.lang)
            axes.plot(bodies, own["power_known"], color=INK, linewidth=0.9, linestyle=(0, (5, 2)), label=known)
        wrong = Text("power.line_null").render(canvas.lang) if place == 0 else None
        axes.plot(bodies, own["false_positives"], mark, color=VERMILLION, markersize=3.2, label=wrong)
    axes.set_ylim(0, 1)
    axes.set_xlabel(Text("power.bodies").render(canvas.lang))
    axes.set_ylabel(Text("power.axis").render(canvas.lang))
    local_ticks(axes.yaxis, canvas.lang, percent=True)
    axes.set_xticks(sorted({int(bodies) for bodies in found.table["bodies"]}))
    axes.legend(fontsize=7, frameon=False)
