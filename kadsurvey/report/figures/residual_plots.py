"""The residuals of a linear model: against what was fitted, and against those of a normal distribution."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, dot
from kadsurvey.report.figures.point_names import name_points, named_points
from kadsurvey.report.figures.theme import BLUE, VERMILLION, WIDTH, local_ticks, shared_start, short_name, without_start
from kadsurvey.report.figures.variable_words import outcome_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.outcomes.regress import Regression

FEW = 15
"""Rows below which a plot of residuals shows next to nothing of their distribution."""
_NAMED, _LONGEST = 3, 20
_MOST_TOLD = 60


def residual_figure(
    regression: Regression, instrument: Instrument, *, unnamed: Collection[str] = (), key: str = "residuals"
) -> Figure | None:
    """Draw the residuals of a model; None for families other than least squares.

    Bodies are named but for the ``unnamed``, whose indices are too small a cell to be told; respondents never are.
    """
    frame = regression.diagnostics.residuals
    if frame.empty:
        return None
    if "body" in frame:
        frame = named_points(frame, unnamed)
    outcome = outcome_label(regression.outcome, instrument)
    ends = {"low": float(frame["residual"].min()), "high": float(frame["residual"].max())}
    alt = Text("figures.residual_alt", {"outcome": outcome, "n": len(frame), **ends})
    if "body" in frame and frame["standardised"].notna().any():
        farthest = frame.iloc[int(frame["standardised"].abs().fillna(-1).to_numpy().argmax())]
        at = {"body": str(farthest["body"]), "value": float(farthest["standardised"])}
        alt = Text("figures.residual_alt_body", {**alt.params, **at}) if at["body"] else alt
    notes: list[Label] = [Text("figures.residual_note", {"n": len(frame), "bodies": regression.clusters})]
    if len(frame) < FEW:
        notes.append(Text("figures.residual_few", {"n": len(frame), "few": FEW}))
    start = shared_start(sorted(set(frame["body"]) - {""})) if "body" in frame else ""
    if "body" in frame and (frame["body"] == "").any():
        notes.append(Text("figures.note_unnamed"))
    if start:
        notes.append(Text("figures.note_shared_start", {"start": start}))
    return Figure(
        key=key,
        title=Text("figures.residuals", {"outcome": outcome}),
        alt=alt,
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, 2.9, partial(_paint, frame, start)),
    )


def _paint(frame: pd.DataFrame, start: str, canvas: Canvas) -> None:
    lang = canvas.lang
    fitted, quantile = canvas.figure.subplots(1, 2)
    _scatter(fitted, frame, "fitted", "residual", start, canvas)
    fitted.axhline(0, color=VERMILLION, linewidth=0.8, zorder=1)
    fitted.set_xlabel(Text("figures.fitted").render(lang))
    fitted.set_ylabel(Text("figures.residual").render(lang))
    known = frame.dropna(subset=["standardised"])
    _scatter(quantile, known, "normal_quantile", "standardised", start, canvas)
    if not known.empty:
        ends = [float(known["normal_quantile"].min()), float(known["normal_quantile"].max())]
        quantile.plot(ends, ends, color=VERMILLION, linewidth=0.8, zorder=1)
    quantile.set_xlabel(Text("figures.normal_quantile").render(lang))
    quantile.set_ylabel(Text("figures.standardised").render(lang))
    for axes in (fitted, quantile):
        local_ticks(axes.xaxis, lang)
        local_ticks(axes.yaxis, lang)
        axes.grid(color="#EDEDED")


def _scatter(axes: Axes, frame: pd.DataFrame, x: str, y: str, start: str, canvas: Canvas) -> None:
    """Plot points; bodies say their names, the farthest in writing, and respondents say nothing."""
    if frame.empty:
        return
    for limits, name in ((axes.set_xlim, x), (axes.set_ylim, y)):
        low, high = float(frame[name].min()), float(frame[name].max())
        margin = 0.1 * (high - low) or 1.0
        limits(low - margin, high + margin)
    if "body" not in frame or len(frame) > _MOST_TOLD:
        axes.plot(frame[x], frame[y], "o", color=BLUE, markersize=2, alpha=0.45, markeredgewidth=0)
        return
    for body, across, up in zip(frame["body"], frame[x], frame[y], strict=True):
        mark = dot(axes, float(across), float(up), "o", size=3.2, colour=BLUE)
        if body:
            told = {"body": body, "x": float(across), "y": float(up)}
            canvas.tell(mark, Text("figures.point_told", told).render(canvas.lang))
    far = frame.reindex(frame[y].abs().sort_values(ascending=False).index[:_NAMED])
    names = without_start([str(body) for body in far["body"]], start)
    where = list(zip(far[x].astype(float), far[y].astype(float), strict=True))
    name_points(axes, where, [short_name(name, _LONGEST) for name in names], size=5.5, inches=(WIDTH / 2 - 0.7, 2.3))
