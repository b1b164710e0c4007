"""Which items were left without an answer, and where: no respondent is named, small bodies stand together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.theme import (
    GREY,
    INK,
    TALLEST,
    WIDTH,
    local_ticks,
    shared_start,
    short_name,
    without_start,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kadsurvey.ingest.responses import Responses

MOST_ROWS = 60
"""Respondents that are shown each in a row; more are shown as shares of their bodies."""
_SHADES = ("#F4F6F8", "#6FA8CF", "#10283C")


@dataclass(frozen=True, slots=True)
class MissingMap:
    """What is shaded.

    Attributes
    ----------
    values : ndarray, shape (n_rows, n_items)
        Of respondents 0 answered, 1 not known, 2 blank; of bodies the share without an answer, 0-1.
    rows : tuple of str
        The body of each row, and its group where rows are respondents; ``""`` is of no or of too small a body.
    counts : tuple of int
        Respondents of each row.
    items : tuple of str
    shares : bool
        Whether rows are bodies.
    pooled : int
        Bodies too small to stand alone.
    n_obs : int
    """

    values: NDArray[np.float64]
    rows: tuple[str, ...]
    counts: tuple[int, ...]
    items: tuple[str, ...]
    shares: bool
    pooled: int
    n_obs: int


def missing_map(responses: Responses, *, min_cell: int) -> MissingMap:
    """Lay out which answers are missing, by body; bodies of fewer than ``min_cell`` respondents stand together."""
    import pandas as pd

    data, items = responses.data, list(responses.instrument.items)
    body = data["body"].astype("str").where(data["body"].notna(), "") if "body" in data else None
    body = pd.Series("", index=data.index) if body is None else body
    sizes = body.value_counts()
    small = {str(name) for name in sizes.index[sizes < min_cell]} - {""}
    body = body.where(~body.isin(small), "")
    large = sizes.index[(sizes >= min_cell) & (sizes.index != "")]
    if 0 < int((body == "").sum()) < min_cell and len(large):
        # A pool of one small body would show that body: the next smallest joins it, as with every small cell.
        small.add(str(large[-1]))
        body = body.where(body != large[-1], "")
    blank = data[items].isna()
    if len(data) > MOST_ROWS:
        share = blank.groupby(body).mean()
        order = sorted(share.index, key=lambda name: (name == "", name))
        values = share.loc[order].to_numpy(float)
        rows, counts = tuple(map(str, order)), tuple(int((body == name).sum()) for name in order)
        return MissingMap(values, rows, counts, tuple(items), True, len(small), len(data))
    state = blank.to_numpy(int) * 2
    state[responses.dont_know[items].to_numpy(bool) & blank.to_numpy(bool)] = 1
    # Within a body by how much is missing, so that the order of the file is not kept.
    frame = body.to_frame("body").assign(last=body == "", missing=(state > 0).sum(axis=1), place=range(len(data)))
    rank = frame.sort_values(["last", "body", "missing", "place"])["place"].to_numpy(int)
    names = tuple(body.iloc[rank])
    return MissingMap(state[rank].astype(float), names, (1,) * len(data), tuple(items), False, len(small), len(data))


def missing_figure(responses: Responses, *, min_cell: int) -> Figure | None:
    """Draw which answers are missing: a row a respondent up to sixty, a row a body beyond; None without respondents."""
    if responses.data.empty:
        return None
    found = missing_map(responses, min_cell=min_cell)
    missing = responses.data[list(found.items)].isna()
    by_item = missing.mean()
    params = {
        "n": found.n_obs,
        "items": len(found.items),
        "share": 100 * float(missing.to_numpy().mean()),
        "item": str(by_item.idxmax()),
        "most": 100 * float(by_item.max()),
        "rows": len(found.rows),
    }
    kind = "bodies" if found.shares else "respondents"
    notes: list[Label] = [Text(f"figures.missing_note_{kind}", params)]
    start = shared_start(sorted(set(found.rows) - {""}))
    if start:
        notes.append(Text("figures.note_shared_start", {"start": start}))
    if found.pooled:
        notes.append(Text("figures.missing_pooled", {"count": found.pooled, "min_cell": min_cell}))
    each = 0.17 if found.shares else 0.09
    height = min(TALLEST, 1.0 + each * len(found.rows))
    return Figure(
        key="missing_map",
        title=Text("figures.missing"),
        alt=Text("figures.missing_alt", params),
        notes=tuple(notes),
        draw=Drawing("missing_map", WIDTH, max(height, 1.8), partial(_paint, found, responses, start)),
    )


def _paint(found: MissingMap, responses: Responses, start: str, canvas: Canvas) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    axes, lang = canvas.figure.subplots(), canvas.lang
    if not found.shares:
        _cells(axes, found)
    axes.set_xlim(0, len(found.items))
    axes.set_ylim(len(found.rows), 0)
    # Few items each have their code below; of many, every other keeps them readable.
    step = 1 if len(found.items) <= 45 else 2
    axes.set_xticks(np.arange(len(found.items))[::step] + 0.5, found.items[::step], rotation=90, fontsize=6)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _row_labels(axes, found, start, canvas)
    construct_of = responses.instrument.construct_of
    for place in range(1, len(found.items)):
        if construct_of[found.items[place]] != construct_of[found.items[place - 1]]:
            axes.axvline(place, color=INK, linewidth=0.6)
    if found.shares:
        colours = LinearSegmentedColormap.from_list("", list(_SHADES))
        top = max(0.05, float(found.values.max()))
        mesh = axes.pcolormesh(found.values, cmap=colours, vmin=0, vmax=top, edgecolors="white", linewidth=0.3)
        axes.set_ylim(len(found.rows), 0)
        bar = canvas.figure.colorbar(mesh, ax=axes, shrink=0.6, aspect=25, pad=0.01)
        bar.outline.set_visible(False)
        bar.set_label(Text("figures.share_missing").render(lang))
        bar.ax.yaxis.set_major_locator(_few_ticks())
        local_ticks(bar.ax.yaxis, lang, percent=True)
    else:
        _legend(canvas)


def _cells(axes: Axes, found: MissingMap) -> None:
    """Shade the answers that are missing; the many that are there are one ground."""
    from matplotlib.collections import PolyCollection

    axes.set_facecolor(_SHADES[0])
    for state in (1, 2):
        corners = [((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)) for y, x in np.argwhere(found.values == state)]
        axes.add_collection(PolyCollection(corners, facecolor=_SHADES[state], linewidth=0), autolim=False)


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


def _row_labels(axes: Axes, found: MissingMap, start: str, canvas: Canvas) -> None:
    """Name each body once, at the middle of its rows, with its n."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(found.rows):
        places.setdefault(name, []).append(place)
    labels = []
    for name, rows in places.items():
        shown = short_name(without_start([name], start)[0], 28) if name else Text("figures.other_bodies")
        labels.append(f"{render(shown, canvas.lang)} ({sum(found.counts[row] for row in rows)})")
        if rows[0]:
            axes.axhline(rows[0], color=GREY, linewidth=0.0 if found.shares else 0.5)
    axes.set_yticks([sum(rows) / len(rows) + 0.5 for rows in places.values()], labels, fontsize=6.5)


def _legend(canvas: Canvas) -> None:
    from matplotlib.patches import Patch

    codes = ("figures.answered", "figures.dont_know", "figures.blank")
    handles = [
        Patch(facecolor=colour, edgecolor=GREY, linewidth=0.4, label=Text(code).render(canvas.lang))
        for colour, code in zip(_SHADES, codes, strict=True)
    ]
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=3)
