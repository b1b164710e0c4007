"""Officials against NGO members: a line a body, from the mean of the one group to that of the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import (
    GREY,
    PAIR,
    WIDTH,
    Look,
    apart,
    local_ticks,
    shared_start,
    short_name,
    without_start,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.indices.score import Indices
    from kadsurvey.instrument.model import Instrument

GROUPS = ("official", "ngo")
_PANELS = 3
_NAMED = 3
"""Bodies named on each side of the line of no difference; all are in the tooltips."""


def group_means(indices: Indices) -> pd.DataFrame:
    """Return both groups' mean index (0-100) in each body, a row a body and construct.

    A body stands for a construct only where both groups have respondents enough; where one of the two cells is too
    small the other would give it away.

    Returns
    -------
    DataFrame
        construct, body, official, ngo, n_official, n_ngo, difference (official less ngo).
    """
    import pandas as pd

    from kadsurvey.indices.protection import Protection
    from kadsurvey.indices.suppression import suppressed

    columns = ["construct", "body", *GROUPS, *(f"n_{name}" for name in GROUPS), "difference"]
    people, parts = indices.respondents, []
    if not {"body", "group"} <= set(people):
        return pd.DataFrame(columns=columns)
    for construct in indices.constructs:
        scored = people[people["group"].isin(GROUPS)].dropna(subset=[f"{construct}_100", "body"])
        cells = scored.groupby(["body", "group"])[f"{construct}_100"].agg(["mean", "size"])
        if cells.empty:
            continue
        of_body = cells.index.get_level_values("body").astype(str)
        told = indices.protection.get(construct, Protection()).groups
        shown = cells[~suppressed(cells["size"], indices.min_cell) & ~of_body.isin(told)]
        by_group = shown.reset_index("group")
        each = [by_group[by_group["group"] == name][["mean", "size"]] for name in GROUPS]
        named = [part.set_axis([name, f"n_{name}"], axis=1) for part, name in zip(each, GROUPS, strict=True)]
        wide = pd.concat(named, axis=1, join="inner")
        wide = wide.assign(construct=construct, difference=wide["official"] - wide["ngo"])
        parts.append(wide.rename_axis("body").reset_index())
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def group_slope_figures(indices: Indices, instrument: Instrument) -> tuple[Figure, ...]:
    """Draw both groups' means per body: predictors in one figure, outcomes in another.

    Nothing is returned where no body has both groups in numbers that can be shown.
    """
    means, found = group_means(indices), []
    for role in ("predictor", "outcome"):
        asked = [name for name in indices.constructs if instrument.constructs[name].role == role]
        asked = [name for name in asked if (means["construct"] == name).any()]
        for place in range(0, len(asked), _PANELS):
            constructs = asked[place : place + _PANELS]
            key = f"groups_{role}" + (f"_{place // _PANELS + 1}" if len(asked) > _PANELS else "")
            part = means[means["construct"].isin(constructs)]
            found.append(_figure(key, role, part, constructs, indices, instrument))
    return tuple(found)


def _figure(
    key: str, role: str, means: pd.DataFrame, constructs: list[str], indices: Indices, instrument: Instrument
) -> Figure:
    people = indices.respondents
    shown = int(means["body"].nunique())
    hidden = int(people["body"].nunique()) - int(means.groupby("construct").size().min())
    start = shared_start(means["body"].unique())
    sentences = [_summary(means[means["construct"] == name], name, instrument) for name in constructs]
    counts = {name: int(means.groupby("body")[f"n_{name}"].max().sum()) for name in GROUPS}
    notes: list[Label] = [Text("figures.slope_note", {"named": _NAMED, "bodies": shown, **counts})]
    if start:
        notes.append(Text("figures.note_shared_start", {"start": start}))
    if hidden:
        notes.append(Text("figures.slope_hidden", {"count": hidden, "min_cell": indices.min_cell}))
    return Figure(
        key=key,
        title=Text(f"figures.slope_{role}"),
        alt=Text("figures.slope_alt", {"bodies": shown, "constructs": sentences}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, 3.9, partial(_paint, means, constructs, instrument, start)),
    )


def _summary(part: pd.DataFrame, construct: str, instrument: Instrument) -> Text:
    widest = part.iloc[int(part["difference"].abs().to_numpy().argmax())]
    params = {
        "construct": instrument.constructs[construct].label or construct,
        "higher": int((part["difference"] > 0).sum()),
        "bodies": len(part),
        "body": str(widest["body"]),
        "official": float(widest["official"]),
        "ngo": float(widest["ngo"]),
    }
    return Text("figures.slope_summary", params)


def _paint(means: pd.DataFrame, constructs: list[str], instrument: Instrument, start: str, canvas: Canvas) -> None:
    lang = canvas.lang
    panels = canvas.figure.subplots(1, len(constructs), sharey=True, squeeze=False)[0]
    for axes, construct in zip(panels, constructs, strict=True):
        part = means[means["construct"] == construct]
        axes.set_title(wrapped(render(instrument.constructs[construct].label or construct, lang), 24))
        for record in part.to_dict(orient="records"):
            _line(axes, record, canvas)
        axes.set_xlim(-0.25, 2.1)
        axes.set_xticks([0, 1], [Text(f"figures.{name}").render(lang) for name in GROUPS])
        for x in (0, 1):
            axes.axvline(x, color=GREY, linewidth=0.5, zorder=0)
        axes.tick_params(axis="x", length=0)
        axes.spines["bottom"].set_visible(False)
        axes.grid(axis="y")
        local_ticks(axes.yaxis, lang)
    values = means[list(GROUPS)].to_numpy(float)
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * max(high - low, 1.0)
    panels[0].set_ylim(low - margin, high + margin)
    panels[0].set_ylabel(Text("figures.index_axis").render(lang))
    for axes, construct in zip(panels, constructs, strict=True):
        _names(axes, means[means["construct"] == construct], start)
    _legend(canvas)


def _look(difference: float) -> Look:
    return PAIR[0] if difference >= 0 else PAIR[1]


def _line(axes: Axes, record: dict[Any, Any], canvas: Canvas) -> None:
    colour, marker, line = _look(record["difference"])
    drawn, = axes.plot([0, 1], [record["official"], record["ngo"]], marker, color=colour, linestyle=line,
                       linewidth=0.9, markersize=3)  # fmt: skip
    values = {name: float(record[name]) for name in GROUPS}
    counts = {f"n_{name}": int(record[f"n_{name}"]) for name in GROUPS}
    canvas.tell(drawn, Text("figures.slope_told", {"body": record["body"], **values, **counts}).render(canvas.lang))


def _names(axes: Axes, part: pd.DataFrame, start: str) -> None:
    """Name the bodies whose groups differ most, at the right, so that no two names touch."""
    ordered = part.sort_values("difference", kind="stable")
    against, favour = ordered[ordered["difference"] < 0].head(_NAMED), ordered[ordered["difference"] > 0].tail(_NAMED)
    named = [*favour.to_dict(orient="records"), *against.to_dict(orient="records")]
    low, high = axes.get_ylim()
    heights = apart([record["ngo"] for record in named], gap=(high - low) * 0.036, low=low, high=high)
    for record, y in zip(named, heights, strict=True):
        name = short_name(without_start([str(record["body"])], start)[0], 18)
        axes.plot([1.03, 1.13], [record["ngo"], y], color=GREY, linewidth=0.4)
        text = axes.text(1.15, y, name, size=6, va="center_baseline", color=_look(record["difference"])[0])
        text.set_in_layout(False)


def _legend(canvas: Canvas) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle=line, markersize=4, label=Text(code).render(canvas.lang))
        for (colour, marker, line), code in zip(PAIR, ("figures.official_higher", "figures.ngo_higher"), strict=True)
    ]
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=2)
