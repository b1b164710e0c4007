"""Coefficients with their intervals: of the model, and without measurement error beside the naive ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kadsurvey.language.text import Label, Text, render
from kadsurvey.outcomes.within_between import belongs_to
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import (
    INK,
    PAIR,
    TALLEST,
    WIDTH,
    horizontal_grid,
    local_ticks,
    number,
    wrapped,
)
from kadsurvey.report.figures.variable_words import outcome_label, term_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.outcomes.corrected import CorrectedRegression
    from kadsurvey.outcomes.regress import Regression

_NAN = float("nan")
Kind: TypeAlias = Literal["model", "naive", "corrected"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient as it is drawn: NaN limits where there is no interval.

    Attributes
    ----------
    term : str
    estimate, ci_low, ci_high : float
    kind : {"model", "naive", "corrected"}
    """

    term: str
    estimate: float
    ci_low: float
    ci_high: float
    kind: Kind = "model"


def model_estimates(regression: Regression) -> list[Estimate]:
    """Return the slopes of the predictors; controls, in units of their own, are in the table only."""
    return [
        Estimate(str(row["term"]), float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]))
        for row in regression.table.to_dict(orient="records")
        if belongs_to(str(row["term"]), regression.predictors)
    ]


def corrected_estimates(corrected: CorrectedRegression) -> list[Estimate]:
    """Return each predictor's naive slope, then the corrected one; of naive ones there is no interval."""
    found = []
    for row in corrected.table.to_dict(orient="records"):
        term, limits = str(row["term"]), (float(row["ci_low"]), float(row["ci_high"]))
        if belongs_to(term, corrected.predictors):
            found.append(Estimate(term, float(row["naive"]), _NAN, _NAN, "naive"))
            found.append(Estimate(term, float(row["estimate"]), *limits, "corrected"))
    return found


def forest_figure(
    regression: Regression,
    corrected: CorrectedRegression | None,
    instrument: Instrument,
    *,
    key: str = "forest",
) -> Figure | None:
    """Draw the slopes of the predictors with 95% intervals, and beside them the corrected ones where there are any.

    None where the model has no slope of a predictor.
    """
    panels = [model_estimates(regression)]
    if not panels[0]:
        return None
    if corrected is not None and corrected.reason is None:
        panels.append(corrected_estimates(corrected))
    outcome = outcome_label(regression.outcome, instrument)
    told: list[Label] = [_told(entry, instrument) for panel in panels for entry in panel]
    glm = "" if regression.family in ("ols", "mixed", "fixed", "difference") else "_glm"
    counts = {"n": regression.n, "bodies": regression.clusters}
    notes: list[Label] = [Text(f"figures.forest_note{glm}", {**counts, "inference": regression.inference.upper()})]
    if regression.design.descriptive:
        notes.append(Text("figures.note_descriptive", counts))
    if len(panels) > 1 and corrected is not None:
        notes.append(Text("figures.forest_corrected", {"n": corrected.n, "bodies": corrected.clusters}))
    rows = max(len({entry.term for entry in panel}) for panel in panels)
    return Figure(
        key=key,
        title=Text("figures.forest", {"outcome": outcome}),
        alt=Text("figures.forest_alt", {"outcome": outcome, "estimates": told}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, min(TALLEST, 1.3 + 0.42 * rows), partial(_paint, panels, instrument)),
    )


def _told(entry: Estimate, instrument: Instrument) -> Text:
    params: dict[str, Any] = {"term": term_label(entry.term, instrument), "value": float(entry.estimate)}
    if entry.kind != "model":
        params["term"] = Text(f"figures.term_{entry.kind}", {"term": params["term"]})
    if entry.ci_low != entry.ci_low:
        return Text("figures.estimate_bare", params)
    return Text("figures.estimate_interval", {**params, "low": float(entry.ci_low), "high": float(entry.ci_high)})


def _paint(panels: list[list[Estimate]], instrument: Instrument, canvas: Canvas) -> None:
    lang = canvas.lang
    both = canvas.figure.subplots(1, len(panels), squeeze=False)[0]
    titles = ("figures.forest_model", "figures.forest_both")
    for axes, panel, code in zip(both, panels, titles, strict=False):
        terms = list(dict.fromkeys(entry.term for entry in panel))
        pairs = len(panel) > len(terms)
        for entry in panel:
            y = terms.index(entry.term) + ((0.16 if entry.kind == "corrected" else -0.16) if pairs else 0.0)
            _estimate(axes, entry, y, instrument, canvas)
        labels = [wrapped(render(term_label(term, instrument), lang), 22) for term in terms]
        axes.set_yticks(range(len(terms)), labels)
        axes.set_ylim(len(terms) - 0.5, -0.5)
        axes.axvline(0, color=INK, linewidth=0.6)
        axes.set_xlabel(Text("figures.slope_axis").render(lang))
        if len(panels) > 1:
            axes.set_title(Text(code).render(lang))
        horizontal_grid(axes)
        axes.locator_params(axis="x", nbins=6)
        local_ticks(axes.xaxis, lang)
    if len(panels) > 1:
        _legend(canvas)


def _estimate(axes: Axes, entry: Estimate, y: float, instrument: Instrument, canvas: Canvas) -> None:
    corrected = entry.kind == "corrected"
    colour, marker, line = PAIR[corrected]
    if entry.estimate != entry.estimate:
        return
    if entry.ci_low == entry.ci_low:
        axes.plot([entry.ci_low, entry.ci_high], [y, y], color=colour, linestyle=line, linewidth=1.1)
    face = "white" if corrected else colour
    (dot,) = axes.plot(entry.estimate, y, marker, color=colour, markerfacecolor=face)
    canvas.tell(dot, _told(entry, instrument).render(canvas.lang))
    words = number(entry.estimate, canvas.lang).replace("-", "\u2212")
    above = (0, -4.5) if corrected else (0, 4)
    level = "top" if corrected else "bottom"
    axes.annotate(words, (entry.estimate, y), above, textcoords="offset points", size=6, ha="center", va=level)


def _legend(canvas: Canvas) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle=line, markerfacecolor=face,
               label=Text(code).render(canvas.lang))
        for (colour, marker, line), face, code in zip(
            PAIR, (PAIR[0][0], "white"), ("figures.naive", "figures.corrected"), strict=True
        )
    ]  # fmt: skip
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=2)
