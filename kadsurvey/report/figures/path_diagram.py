"""The factor model as a path diagram: constructs as ellipses, items as boxes, estimates on the arrows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import BLUE, GREY, INK, TALLEST, WIDTH, bounded, bounded_label, item_words, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.measurement.cfa import Cfa

_ROW = 0.28
_FACTOR_X, _BOX_X, _BOX_END, _ARC_X = 0.30, 0.52, 0.93, 0.20
"""Of the width: centre of the ellipses, sides of the boxes, where the arcs of the correlations leave."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A loading: from a construct's place to its item's, both in rows from the top."""

    construct: str
    item: str
    start: float
    end: float
    estimate: float
    std_error: float


@dataclass(frozen=True, slots=True)
class Arc:
    """A correlation of two constructs, at the rows of both."""

    first: str
    second: str
    start: float
    end: float
    estimate: float
    std_error: float


def paths(found: Cfa) -> tuple[list[Arrow], list[Arc]]:
    """Place constructs and items: items in their order with a gap between constructs, a construct amid its items."""
    arrows, rows = found.estimates.query("op == '=~' and lhs in @found.phi.index"), dict[str, float]()
    place, centre = 0.0, dict[str, float]()
    for construct in found.phi.index:
        items = arrows.loc[arrows["lhs"] == construct, "rhs"]
        for item in items:
            rows[str(item)] = place
            place += 1
        centre[str(construct)] = sum(rows[str(item)] for item in items) / len(items)
        place += 0.6
    loadings = [
        Arrow(row["lhs"], row["rhs"], centre[row["lhs"]], rows[row["rhs"]], row["std_all"], row["std_error"])
        for row in arrows.to_dict(orient="records")
    ]
    between = found.estimates.query("op == '~~' and lhs in @found.phi.index")
    arcs = [
        Arc(row["lhs"], row["rhs"], centre[row["lhs"]], centre[row["rhs"]], row["std_all"], row["std_error"])
        for row in between.to_dict(orient="records")
    ]
    return loadings, arcs


def path_figure(found: Cfa, instrument: Instrument) -> Figure:
    """Draw a confirmatory factor model with its standardised estimates."""
    arrows, arcs = paths(found)
    lowest, highest = min(arrows, key=lambda arrow: arrow.estimate), max(arrows, key=lambda arrow: arrow.estimate)
    params = {
        "constructs": [instrument.constructs[str(name)].label or str(name) for name in found.phi.index],
        "items": len(arrows),
        "lowest": lowest.item,
        "low": bounded_label(lowest.estimate),
        "highest": highest.item,
        "high": bounded_label(highest.estimate),
        "estimator": found.estimator,
        "n": found.n_obs,
    }
    correlations = [_pair(arc, instrument) for arc in arcs]
    alt = Text("figures.path_alt", {**params, "correlations": correlations or Text("figures.no_correlations")})
    notes: list[Label] = [Text("figures.path_note", params)]
    if any(instrument.items[arrow.item].reverse for arrow in arrows):
        notes.append(Text("figures.note_reversed_keyed"))
    if not found.proper:
        notes.append(Text("figures.note_improper"))
    key = "path_" + "_".join(map(str, found.phi.index))
    height = min(TALLEST, _ROW * (max(arrow.end for arrow in arrows) + 1.2))
    return Figure(
        key=key,
        title=Text("figures.path", {"constructs": params["constructs"]}),
        alt=alt,
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, found, instrument)),
    )


def _pair(arc: Arc, instrument: Instrument) -> Text:
    names = {name: instrument.constructs[name].label or name for name in (arc.first, arc.second)}
    params = {"first": names[arc.first], "second": names[arc.second], "value": bounded_label(arc.estimate)}
    return Text("figures.correlation_of", params)


def _paint(found: Cfa, instrument: Instrument, canvas: Canvas) -> None:
    # Everything stands where it is put, on the whole of the figure.
    canvas.figure.set_layout_engine("none")
    axes = canvas.figure.add_axes((0, 0, 1, 1))
    arrows, arcs = paths(found)
    axes.set_xlim(0, 1)
    axes.set_ylim(max(arrow.end for arrow in arrows) + 0.6, -0.6)
    axes.axis("off")
    _factors(axes, arrows, instrument, canvas)
    for arrow in arrows:
        _loading(axes, arrow, instrument, canvas)
    for arc in arcs:
        _correlation(axes, arc, instrument, canvas)


def _factors(axes: Axes, arrows: list[Arrow], instrument: Instrument, canvas: Canvas) -> None:
    from matplotlib.patches import Ellipse

    for construct, row in {arrow.construct: arrow.start for arrow in arrows}.items():
        ellipse = Ellipse((_FACTOR_X, row), 0.19, 2.1, facecolor="#EAF2F8", edgecolor=BLUE, linewidth=1.1, zorder=3)
        axes.add_patch(ellipse)
        words = wrapped(render(instrument.constructs[construct].label or construct, canvas.lang), 13)
        axes.text(_FACTOR_X, row, words, size=7.5, weight="bold", ha="center", va="center", zorder=4)


def _loading(axes: Axes, arrow: Arrow, instrument: Instrument, canvas: Canvas) -> None:
    from matplotlib.patches import FancyArrowPatch, Rectangle

    lang, item = canvas.lang, instrument.items[arrow.item]
    box = Rectangle(
        (_BOX_X, arrow.end - 0.4), _BOX_END - _BOX_X, 0.8, facecolor="white", edgecolor=INK, linewidth=0.7, zorder=3
    )
    axes.add_patch(box)
    words = item_words(arrow.item, item.text, item.reverse, lang, width=56, lines=2)
    axes.text(_BOX_X + 0.008, arrow.end, words, size=5.2, va="center", linespacing=1.05, zorder=4)
    start, end = (_FACTOR_X + 0.05, arrow.start), (_BOX_X, arrow.end)
    line = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=6, color=GREY, linewidth=0.8, shrinkA=0,
                           shrinkB=0, zorder=1)  # fmt: skip
    axes.add_patch(line)
    value, error = bounded(arrow.estimate, lang), bounded(arrow.std_error, lang)
    at = 0.72
    x, y = start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1])
    label = axes.text(x, y, value, size=6.2, ha="center", va="center", zorder=2, bbox=_plate())
    told = Text("figures.loading_told", {"item": arrow.item, "value": value, "error": error}).render(lang)
    canvas.tell(label, told)
    left = bounded(1 - arrow.estimate**2, lang)
    axes.text(_BOX_END + 0.03, arrow.end, left, size=6, color=GREY, va="center_baseline")
    rest = FancyArrowPatch(
        (_BOX_END + 0.028, arrow.end), (_BOX_END, arrow.end), arrowstyle="-|>", mutation_scale=4, color=GREY,
        linewidth=0.6, shrinkA=0, shrinkB=0,
    )  # fmt: skip
    axes.add_patch(rest)


def _correlation(axes: Axes, arc: Arc, instrument: Instrument, canvas: Canvas) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    top, bottom = sorted((arc.start, arc.end))
    rows = axes.get_ylim()[0]
    # Longer arcs bend farther out, so that their numbers stand apart.
    reach = 0.02 + 0.19 * (bottom - top) / rows * 2
    out = _ARC_X + 0.02 - min(reach, 0.24)
    curve = Path(
        [(_ARC_X + 0.025, top), (out, top + 0.1), (out, bottom - 0.1), (_ARC_X + 0.025, bottom)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    axes.add_patch(
        FancyArrowPatch(path=curve, arrowstyle="<|-|>", mutation_scale=6, color=INK, fill=False, linewidth=0.8)
    )
    x = _ARC_X + 0.025 - 0.75 * (_ARC_X + 0.025 - out)
    value = bounded(arc.estimate, canvas.lang)
    label = axes.text(x, (top + bottom) / 2, value, size=6.5, ha="center", va="center", bbox=_plate())
    error = bounded(arc.std_error, canvas.lang)
    told = Text("figures.correlation_told", {"pair": _pair(arc, instrument), "error": error})
    canvas.tell(label, told.render(canvas.lang))


def _plate() -> dict[str, object]:
    return {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
