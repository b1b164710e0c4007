"""Loadings as a map: an item a row, a factor a column, the number in each cell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, block, words_at
from kadsurvey.report.figures.theme import GREY, INK, TALLEST, WIDTH, bounded, bounded_label, item_words, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.measurement.efa import Efa

_LIGHT, _DARK = "#FFFFFF", "#08407A"
_WHITE_FROM = 0.55
"""A loading from which on the cell is too dark for dark numbers."""


def loadings_figure(found: Efa, instrument: Instrument, *, cutoff: float) -> Figure:
    """Draw the loadings of an exploratory analysis.

    Parameters
    ----------
    found : Efa
    instrument : Instrument
    cutoff : float
        From this size on a loading is printed bold.
    """
    loadings = found.loadings
    size = loadings.abs()
    strong = int((size.max(axis=1) >= cutoff).sum())
    params = {
        "items": len(loadings),
        "factors": len(loadings.columns),
        "strong": strong,
        "cutoff": bounded_label(cutoff),
        "item": str(size.max(axis=1).idxmax()),
        "factor": factor_label(str(size.max().idxmax()), instrument),
        "largest": bounded_label(float(size.max().max())),
        "n": found.n_obs,
        "method": found.method,
        "rotation": found.rotation,
    }
    notes: list[Label] = [Text("figures.loadings_note", params)]
    if any(instrument.items[str(item)].reverse for item in loadings.index):
        notes.append(Text("figures.note_reversed_keyed"))
    height = min(TALLEST, 0.7 + 0.27 * len(loadings))
    return Figure(
        key="loadings_map",
        title=Text("figures.loadings"),
        alt=Text("figures.loadings_alt", params),
        notes=tuple(notes),
        draw=Drawing("loadings_map", WIDTH, height, partial(_paint, found, instrument, cutoff)),
    )


def factor_label(name: str, instrument: Instrument) -> Label:
    """Return the words for a factor: its construct's label where it is named for one, else its name."""
    construct = instrument.constructs.get(name)
    return name if construct is None else construct.label or name


def _paint(found: Efa, instrument: Instrument, cutoff: float, canvas: Canvas) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    axes, lang = canvas.figure.subplots(), canvas.lang
    shade = LinearSegmentedColormap.from_list("", [_LIGHT, _DARK])
    loadings = found.loadings
    factors = [render(factor_label(str(name), instrument), lang) for name in loadings.columns]
    for y, (item, row) in enumerate(loadings.iterrows()):
        for x, value in enumerate(row.to_numpy(float)):
            strength = min(1.0, abs(value))
            cell = block(axes, (x - 0.48, y - 0.45), 0.96, 0.9, facecolor=shade(strength * 0.9))
            canvas.tell(cell, f"{item}, {factors[x]}: {bounded(value, lang)}")
            ink = "white" if strength > _WHITE_FROM else INK if abs(value) >= 0.3 else GREY
            weight = "bold" if abs(value) >= cutoff else "normal"
            words = bounded(value, lang).replace("-", "\u2212")
            words_at(axes, x, y, words, size=7, color=ink, weight=weight, ha="center", va="center_baseline")
    _dress(axes, found, instrument, canvas)


def _dress(axes: Axes, found: Efa, instrument: Instrument, canvas: Canvas) -> None:
    lang, codes = canvas.lang, [str(item) for item in found.loadings.index]
    labels = [
        item_words(code, instrument.items[code].text, instrument.items[code].reverse, lang, width=50, lines=2)
        for code in codes
    ]
    factors = [wrapped(render(factor_label(str(name), instrument), lang), 14) for name in found.loadings.columns]
    axes.set_xlim(-0.5, len(factors) - 0.5)
    axes.set_ylim(len(codes) - 0.5, -0.5)
    axes.set_yticks(range(len(codes)), labels, fontsize=5.8)
    axes.set_xticks(range(len(factors)), factors)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    constructs = [instrument.construct_of[code] for code in codes]
    for place in range(1, len(codes)):
        if constructs[place] != constructs[place - 1]:
            axes.axhline(place - 0.5, color=GREY, linewidth=0.6)
