"""The slopes of a model under every other choice, from the smallest to the largest, and which choice each is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, dot
from kadsurvey.report.figures.theme import BLUE, INK, VERMILLION, WIDTH, local_ticks, wrapped
from kadsurvey.report.figures.variable_words import outcome_label, term_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument
    from kadsurvey.outcomes.regress import Regression
    from kadsurvey.outcomes.robustness import Robustness

_DIMENSIONS = ("main", "scoring", "inference", "controls", "bodies")
_COLUMNS, _MOST_TERMS = 3, 6
_MAIN = "D"


def ordered_variants(robustness: Robustness) -> pd.DataFrame:
    """Return the variants of each slope by size, the model as printed among them, with their ``place`` from 0."""
    frame = robustness.variants.sort_values(["term", "estimate"], kind="stable")
    return frame.assign(place=frame.groupby("term", sort=False).cumcount()).reset_index(drop=True)


def robustness_figure(
    robustness: Robustness, regression: Regression, instrument: Instrument, *, key: str = "robustness_curve"
) -> Figure | None:
    """Draw the curve of the slopes; None where the model was fitted in no other way."""
    frame = ordered_variants(robustness)
    if frame.empty or (frame["dimension"] == "main").all():
        return None
    terms = list(dict.fromkeys(robustness.variants["term"].astype(str)))
    shown = terms[:_MOST_TERMS]
    outcome = outcome_label(regression.outcome, instrument)
    told: list[Label] = [_summary(frame[frame["term"] == term], term, instrument) for term in shown]
    variants = int(frame.groupby("term").size().max()) - 1
    counts = {"variants": variants, "n": regression.n, "bodies": regression.clusters}
    notes: list[Label] = [Text("figures.robustness_note", counts)]
    if not robustness.failed.empty:
        notes.append(Text("figures.robustness_failed", {"variants": robustness.failed["variant"].tolist()}))
    if len(terms) > len(shown):
        notes.append(Text("figures.partial_more", {"count": len(terms) - len(shown), "shown": len(shown)}))
    height = 3.2 * -(-len(shown) // _COLUMNS)
    return Figure(
        key=key,
        title=Text("figures.robustness", {"outcome": outcome}),
        alt=Text("figures.robustness_alt", {"outcome": outcome, "variants": variants, "slopes": told}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, frame, shown, instrument)),
    )


def _summary(part: pd.DataFrame, term: str, instrument: Instrument) -> Text:
    main, rest = part[part["dimension"] == "main"], part[part["dimension"] != "main"]
    params: dict[str, Any] = {
        "term": term_label(term, instrument),
        "main": float(main["estimate"].iloc[0]),
        "low": float(rest["estimate"].min()),
        "high": float(rest["estimate"].max()),
        "same": int(rest["same_sign"].sum()),
        "variants": len(rest),
    }
    return Text("figures.robustness_summary", params)


def _paint(frame: pd.DataFrame, terms: list[str], instrument: Instrument, canvas: Canvas) -> None:
    lang = canvas.lang
    used = [name for name in _DIMENSIONS if (frame["dimension"] == name).any()]
    columns = min(_COLUMNS, len(terms))
    blocks = -(-len(terms) // columns)
    grid = canvas.figure.subplots(2 * blocks, columns, squeeze=False, sharex=False, height_ratios=[2.2, 1] * blocks)
    for place in range(blocks * columns):
        above, below = grid[2 * (place // columns)][place % columns], grid[2 * (place // columns) + 1][place % columns]
        if place >= len(terms):
            above.axis("off")
            below.axis("off")
            continue
        part = frame[frame["term"] == terms[place]]
        above.set_title(wrapped(render(term_label(terms[place], instrument), lang), 18))
        _curve(above, part, canvas)
        _choices(below, part, used)
        first = place % columns == 0
        labels = [Text(f"figures.choice_{name}").render(lang) for name in used] if first else []
        below.set_yticks(range(len(used)), labels or [""] * len(used), fontsize=6.5)
        if first:
            above.set_ylabel(Text("figures.slope_axis").render(lang))
        below.set_xlabel(Text("figures.variants_by_size").render(lang), fontsize=7)


def _curve(axes: Axes, part: pd.DataFrame, canvas: Canvas) -> None:
    axes.axhline(0, color=INK, linewidth=0.6)
    for main, colour, width in ((False, "#9FC3DC", 0.8), (True, VERMILLION, 1.4)):
        drawn = part[((part["dimension"] == "main") == main) & part["ci_low"].notna()]
        low, high = (drawn[name].to_numpy(float) for name in ("ci_low", "ci_high"))
        axes.vlines(drawn["place"].to_numpy(float), low, high, color=colour, linewidth=width)
    for record in part.to_dict(orient="records"):
        main = record["dimension"] == "main"
        colour, marker, size = (VERMILLION, _MAIN, 4.5) if main else (BLUE, "o", 2.2)
        mark = dot(axes, record["place"], record["estimate"], marker, size=size, colour=colour)
        canvas.tell(mark, _told(record).render(canvas.lang))
    axes.set_xlim(-1, len(part))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    local_ticks(axes.yaxis, canvas.lang)


def _told(record: dict[Any, Any]) -> Text:
    params: dict[str, Any] = {
        "choice": Text(f"figures.choice_{record['dimension']}"),
        "variant": str(record["variant"]),
        "value": float(record["estimate"]),
    }
    if record["ci_low"] != record["ci_low"]:
        return Text("figures.variant_bare", params)
    limits = {"low": float(record["ci_low"]), "high": float(record["ci_high"])}
    return Text("figures.variant_interval", {**params, **limits})


def _choices(axes: Axes, part: pd.DataFrame, used: list[str]) -> None:
    for row, dimension in enumerate(used):
        places = part.loc[part["dimension"] == dimension, "place"].to_numpy(float)
        marker, colour, size = (_MAIN, VERMILLION, 3.5) if dimension == "main" else ("|", BLUE, 4.5)
        axes.plot(places, [row] * len(places), marker, color=colour, markersize=size, linestyle="none")
    axes.set_xlim(-1, len(part))
    axes.set_ylim(len(used) - 0.4, -0.6)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")
    for spine in axes.spines.values():
        spine.set_visible(False)
