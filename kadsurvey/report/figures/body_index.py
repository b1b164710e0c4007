"""The index of each body as a dot and its interval, a panel a construct."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import (
    GREY,
    PAIR,
    TALLEST,
    WIDTH,
    horizontal_grid,
    local_ticks,
    shared_start,
    short_name,
    without_start,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.instrument.model import Instrument

_PANELS = 3
_SERIES = (
    ("index", "ci_low", "ci_high", "figures.own_index"),
    ("shrunken", "shrunken_low", "shrunken_high", "figures.shrunken"),
)


def body_points(bodies: pd.DataFrame, constructs: list[str]) -> pd.DataFrame:
    """Return what is drawn: the rows of these constructs that are not hidden, bodies from the highest to the lowest.

    The order is that of the mean of a body's indices over the constructs, so that all panels share it.
    """
    shown = bodies[bodies["construct"].isin(constructs) & ~bodies["suppressed"].astype(bool)]
    shown = shown[shown["index"].notna()].rename_axis("body").reset_index()
    order = shown.groupby("body")["index"].mean().sort_values(ascending=False, kind="stable")
    place = {body: number for number, body in enumerate(order.index)}
    return shown.assign(place=shown["body"].map(place)).sort_values(["construct", "place"], ignore_index=True)


def body_index_figures(bodies: pd.DataFrame, instrument: Instrument, *, min_cell: int) -> tuple[Figure, ...]:
    """Draw the indices of the bodies: predictors in one figure, outcomes in another.

    Parameters
    ----------
    bodies : DataFrame by body
        As `Indices.bodies`; where it has ``shrunken``, ``shrunken_low`` and ``shrunken_high``, these stand beside.
    instrument : Instrument
    min_cell : int
        Fewest respondents of which a mean was shown.

    Returns
    -------
    tuple of Figure
        Without those of which no body can be shown.
    """
    found = []
    for role in ("predictor", "outcome"):
        asked = [str(name) for name in bodies["construct"].unique() if instrument.constructs[str(name)].role == role]
        points = body_points(bodies, asked)
        for place in range(0, len(asked), _PANELS):
            constructs = [name for name in asked[place : place + _PANELS] if (points["construct"] == name).any()]
            if constructs:
                part = points[points["construct"].isin(constructs)]
                key = f"bodies_{role}" + (f"_{place // _PANELS + 1}" if len(asked) > _PANELS else "")
                hidden = int(
                    bodies.loc[bodies["construct"].isin(constructs), "suppressed"].groupby(level=0).any().sum()
                )
                found.append(_figure(key, role, part, constructs, instrument, hidden, min_cell))
    return tuple(found)


def _figure(
    key: str,
    role: str,
    points: pd.DataFrame,
    constructs: list[str],
    instrument: Instrument,
    hidden: int,
    min_cell: int,
) -> Figure:
    start = shared_start(points["body"].unique())
    names = points.groupby("place")["body"].first()
    both = "shrunken" in points and bool(points["shrunken"].notna().any())
    sentences = []
    for name in constructs:
        part = points[points["construct"] == name]
        means = part["index"].to_numpy(float)
        low, high = part.iloc[int(means.argmin())], part.iloc[int(means.argmax())]
        ends = {"low_body": str(low["body"]), "low": float(low["index"])}
        ends |= {"high_body": str(high["body"]), "high": float(high["index"])}
        sentences.append(Text("figures.body_ends", {"construct": instrument.constructs[name].label or name, **ends}))
    notes: list[Label] = [
        Text("figures.body_note", {"bodies": len(names), "n": int(points.groupby("body")["n"].max().sum())})
    ]
    if both:
        notes.append(Text("figures.body_note_shrunken"))
    if start:
        notes.append(Text("figures.note_shared_start", {"start": start}))
    if hidden:
        notes.append(Text("figures.note_hidden_bodies", {"count": hidden, "min_cell": min_cell}))
    height = min(TALLEST, 0.8 + len(names) * (0.24 if both else 0.19))
    return Figure(
        key=key,
        title=Text(f"figures.body_{role}"),
        alt=Text("figures.body_alt", {"bodies": len(names), "ends": sentences}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, points, constructs, instrument, start, both)),
    )


def _paint(
    points: pd.DataFrame, constructs: list[str], instrument: Instrument, start: str, both: bool, canvas: Canvas
) -> None:
    panels = canvas.figure.subplots(1, len(constructs), sharey=True, squeeze=False)[0]
    names = points.groupby("place")["body"].first()
    for axes, construct in zip(panels, constructs, strict=True):
        part = points[points["construct"] == construct]
        axes.set_title(wrapped(render(instrument.constructs[construct].label or construct, canvas.lang), 24))
        axes.axvline(float(part["index"].mean()), color=GREY, linewidth=0.8, linestyle="dotted")
        for series in range(2 if both else 1):
            for record in part.to_dict(orient="records"):
                _point(axes, record, series, both, canvas)
        axes.set_xlabel(Text("figures.index_axis").render(canvas.lang))
        local_ticks(axes.xaxis, canvas.lang)
        horizontal_grid(axes)
    labels = [short_name(name, 30) for name in without_start([str(name) for name in names], start)]
    panels[0].set_yticks(list(names.index), labels, fontsize=7)
    panels[0].set_ylim(max(names.index) + 0.7, min(names.index) - 0.7)
    if both:
        _legend(canvas)


def _point(axes: Axes, record: dict[Any, Any], series: int, both: bool, canvas: Canvas) -> None:
    value, low, high, code = _SERIES[series]
    colour, marker, line = PAIR[series]
    if record[value] != record[value]:
        return
    y = record["place"] + ((series - 0.5) * 0.4 if both else 0)
    if record[low] == record[low]:
        axes.plot([record[low], record[high]], [y, y], color=colour, linestyle=line, linewidth=0.9)
    face = colour if series == 0 else "white"
    (dot,) = axes.plot(record[value], y, marker, color=colour, markerfacecolor=face, markersize=3.6)
    lang = canvas.lang
    shown = {"value": float(record[value]), "low": float(record[low]), "high": float(record[high])}
    told = {"body": record["body"], "what": Text(code), "n": int(record["n"]), **shown}
    canvas.tell(dot, Text("figures.body_told", told).render(lang))


def _legend(canvas: Canvas) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle=line, markersize=4, linewidth=0.9,
               markerfacecolor=colour if place == 0 else "white", label=Text(code).render(canvas.lang))
        for place, ((colour, marker, line), (*_, code)) in enumerate(zip(PAIR, _SERIES, strict=True))
    ]  # fmt: skip
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=2)
