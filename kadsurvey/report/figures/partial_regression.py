"""What a term adds to a model of bodies: the outcome against the term, both less what the other terms explain."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Text, render
from kadsurvey.outcomes.within_between import belongs_to
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, dot
from kadsurvey.report.figures.point_names import name_points, named_points
from kadsurvey.report.figures.theme import (
    BLUE,
    GREY,
    VERMILLION,
    WIDTH,
    local_ticks,
    shared_start,
    short_name,
    without_start,
)
from kadsurvey.report.figures.variable_words import outcome_label, term_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.outcomes.regress import Regression

_COLUMNS, _MOST_TERMS = 2, 6
_PANEL = 2.7
_LONGEST = 20


def partial_figure(
    regression: Regression, instrument: Instrument, *, unnamed: Collection[str] = (), key: str = "partial"
) -> Figure | None:
    """Draw the partial regression of each predictor, bodies named.

    Parameters
    ----------
    regression : Regression
    instrument : Instrument
    unnamed : collection of str
        Bodies whose indices are too small a cell to be told: their points bear no name.
    key : str

    Returns
    -------
    Figure or None
        None for models of respondents, and for families other than least squares, whose slopes are no slopes of
        residuals.
    """
    points = regression.diagnostics.partial
    if points.empty:
        return None
    terms = [str(term) for term in points["term"].unique() if belongs_to(str(term), regression.predictors)]
    if not terms:
        return None
    shown = terms[:_MOST_TERMS]
    slopes = regression.table.set_index("term")["estimate"]
    points = named_points(points[points["term"].isin(shown)], unnamed)
    start = shared_start(sorted(set(points["body"]) - {""}))
    outcome = outcome_label(regression.outcome, instrument)
    told: list[Label] = [
        Text("figures.slope_of", {"term": term_label(name, instrument), "slope": float(slopes[name])}) for name in shown
    ]
    notes: list[Label] = [Text("figures.partial_note", {"n": regression.n, "bodies": regression.clusters})]
    if start:
        notes.append(Text("figures.note_shared_start", {"start": start}))
    if (points["body"] == "").any():
        notes.append(Text("figures.note_unnamed"))
    if len(terms) > len(shown):
        notes.append(Text("figures.partial_more", {"count": len(terms) - len(shown), "shown": len(shown)}))
    height = _PANEL * -(-len(shown) // _COLUMNS)
    paint = partial(_paint, points, shown, slopes, regression.outcome, instrument, start)
    return Figure(
        key=key,
        title=Text("figures.partial", {"outcome": outcome}),
        alt=Text("figures.partial_alt", {"outcome": outcome, "n": regression.n, "slopes": told}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, paint),
    )


def _paint(
    points: pd.DataFrame,
    terms: list[str],
    slopes: pd.Series[float],
    outcome: str,
    instrument: Instrument,
    start: str,
    canvas: Canvas,
) -> None:
    lang, columns = canvas.lang, min(_COLUMNS, len(terms))
    rows = -(-len(terms) // columns)
    panels = canvas.figure.subplots(rows, columns, squeeze=False).ravel()
    others = Text("figures.less_other_terms")
    for axes in panels[len(terms) :]:
        axes.axis("off")
    for axes, term in zip(panels, terms, strict=False):
        part = points[points["term"] == term]
        x, y = part["x"].to_numpy(float), part["y"].to_numpy(float)
        for pair, low, high in ((axes.set_xlim, x.min(), x.max()), (axes.set_ylim, y.min(), y.max())):
            margin = 0.12 * (high - low) or 1.0
            pair(low - margin, high + margin)
        axes.axhline(0, color=GREY, linewidth=0.4)
        axes.axvline(0, color=GREY, linewidth=0.4)
        ends = [float(x.min()), float(x.max())]
        (line,) = axes.plot(ends, [float(slopes[term]) * end for end in ends], color=VERMILLION)
        words = render(term_label(term, instrument), lang)
        canvas.tell(line, Text("figures.slope_of", {"term": words, "slope": float(slopes[term])}).render(lang))
        _points(axes, part, canvas)
        axes.set_xlabel(f"{words} | {others.render(lang)}")
        axes.set_ylabel(f"{render(outcome_label(outcome, instrument), lang)} | {others.render(lang)}")
        axes.locator_params(axis="x", nbins=5)
        local_ticks(axes.xaxis, lang)
        local_ticks(axes.yaxis, lang)
    size = (WIDTH / columns - 0.75, _PANEL - 0.6)
    for axes, term in zip(panels, terms, strict=False):
        part = points[points["term"] == term]
        where = list(zip(part["x"].astype(float), part["y"].astype(float), strict=True))
        names = [short_name(name, _LONGEST) for name in without_start(list(part["body"]), start)]
        name_points(axes, where, names, size=5.5, inches=size)


def _points(axes: Axes, part: pd.DataFrame, canvas: Canvas) -> None:
    for body, x, y in zip(part["body"], part["x"], part["y"], strict=True):
        mark = dot(axes, float(x), float(y), "o", size=3.2, colour=BLUE)
        if body:
            told = {"body": body, "x": float(x), "y": float(y)}
            canvas.tell(mark, Text("figures.point_told", told).render(canvas.lang))
