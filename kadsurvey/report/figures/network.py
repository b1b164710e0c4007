"""Who works with whom in each body: organisations as marks, ties as lines as wide as they are strong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing
from kadsurvey.report.figures.network_layout import network_layout
from kadsurvey.report.figures.theme import GREY, INK, PAIR, WIDTH, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from kadsurvey.indices.roster import Network
    from kadsurvey.ingest.ties import Ties

_COLUMNS, _ROWS = 3, 4
_MOST_NAMES = 12
"""Organisations of a body up to which their names stand beside the marks."""
_GROUPS = ("official", "ngo")
_MARKS = {"official": PAIR[0][:2], "ngo": PAIR[1][:2]}
_OTHER = (GREY, "^")


@dataclass(frozen=True, slots=True)
class Tie:
    """A pair that is tied: places of both, the stronger strength, and whether both say so."""

    first: int
    second: int
    strength: float
    mutual: bool


def pairs(network: Network, relation: str, *, cut: int) -> list[Tie]:
    """Return the pairs of which either names the other with a strength of ``cut`` or more."""
    strengths = np.nan_to_num(network.strengths[relation])
    found = []
    for first in range(len(strengths)):
        for second in range(first + 1, len(strengths)):
            there, back = float(strengths[first, second]), float(strengths[second, first])
            if max(there, back) >= cut:
                found.append(Tie(first, second, max(there, back), min(there, back) >= cut))
    return found


def network_figures(ties: Ties, *, cut: int = 1) -> tuple[Figure, ...]:
    """Draw the network of each body, of all relations together; up to twelve bodies a figure.

    Parameters
    ----------
    ties : Ties
    cut : int
        Weakest strength that is drawn.
    """
    from kadsurvey.indices.roster import roster_networks

    networks = [network for network in roster_networks(ties, None, "body") if network.strengths]
    each = _COLUMNS * _ROWS
    parts = [networks[place : place + each] for place in range(0, len(networks), each)]
    return tuple(
        _figure("network" + (f"_{number}" if len(parts) > 1 else ""), part, cut)
        for number, part in enumerate(parts, start=1)
    )


def _figure(key: str, networks: list[Network], cut: int) -> Figure:
    from kadsurvey.indices.roster import ANY

    relations = [ANY if ANY in network.strengths else next(iter(network.strengths)) for network in networks]
    told: list[Label] = []
    silent = 0
    for network, relation in zip(networks, relations, strict=True):
        drawn = pairs(network, relation, cut=cut)
        counts = {"body": network.name, "nodes": len(network.nodes), "pairs": len(drawn)}
        told.append(Text("figures.network_body", {**counts, "mutual": sum(tie.mutual for tie in drawn)}))
        silent += int((~network.nodes["responded"].astype(bool)).sum())
    organisations = sum(len(network.nodes) for network in networks)
    notes: list[Label] = [Text("figures.network_note", {"cut": cut, "n": organisations, "bodies": len(networks)})]
    if silent:
        notes.append(Text("figures.network_silent", {"count": silent}))
    columns = min(_COLUMNS, len(networks))
    size = WIDTH / columns if columns > 1 else 4.6
    height = 0.45 + size * -(-len(networks) // columns)
    return Figure(
        key=key,
        title=Text("figures.network"),
        alt=Text("figures.network_alt", {"bodies": told}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, networks, relations, cut)),
    )


def _paint(networks: list[Network], relations: list[str], cut: int, canvas: Canvas) -> None:
    columns = min(_COLUMNS, len(networks))
    rows = -(-len(networks) // columns)
    panels = canvas.figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_xlim(-1.25, 1.25)
        axes.set_ylim(-1.25, 1.25)
        axes.set_aspect("equal")
        axes.axis("off")
    for axes, network, relation in zip(panels, networks, relations, strict=False):
        axes.set_title(wrapped(network.name, 28 if columns > 1 else 80), size=7.5)
        _network(axes, network, relation, cut, canvas)
    _legend(canvas, networks)


def _network(axes: Axes, network: Network, relation: str, cut: int, canvas: Canvas) -> None:
    nodes, drawn = network.nodes.reset_index(drop=True), pairs(network, relation, cut=cut)
    # Groups side by side on the first circle, so that the picture starts from what is to be seen.
    order = nodes.assign(place=range(len(nodes))).sort_values(["group", "organisation"], na_position="last")["place"]
    rank = {int(place): at for at, place in enumerate(order)}
    tied = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for tie in drawn:
        tied[rank[tie.first], rank[tie.second]] = True
    laid = network_layout(tied)
    at = [laid[rank[place]] for place in range(len(nodes))]
    names = [str(name) for name in nodes["organisation"]]
    for tie in drawn:
        ends = np.array([at[tie.first], at[tie.second]])
        line = "solid" if tie.mutual else (0, (2, 1.5))
        (drawn_line,) = axes.plot(ends[:, 0], ends[:, 1], color=GREY, linestyle=line, linewidth=0.35 + 0.4 * tie.strength,
                                  zorder=1, solid_capstyle="butt")  # fmt: skip
        told = {"first": names[tie.first], "second": names[tie.second], "strength": tie.strength}
        code = "figures.tie_mutual" if tie.mutual else "figures.tie_single"
        canvas.tell(drawn_line, Text(code, told).render(canvas.lang))
    for place, record in enumerate(nodes.to_dict(orient="records")):
        colour, marker = _MARKS.get(str(record["group"]), _OTHER)
        face = colour if record["responded"] else "white"
        (dot,) = axes.plot(*at[place], marker, color=colour, markerfacecolor=face, markersize=5, zorder=3)
        canvas.tell(dot, names[place])
    if len(nodes) <= _MOST_NAMES:
        _names(axes, names, at)


def _names(axes: Axes, names: list[str], at: list[np.ndarray]) -> None:
    for name, (x, y) in zip(names, at, strict=True):
        below = y < 0
        text = axes.text(x, y + (-0.09 if below else 0.09), wrapped(name, 16), size=5, color=INK, ha="center",
                         va="top" if below else "bottom", zorder=4)  # fmt: skip
        text.set_in_layout(False)


def _legend(canvas: Canvas, networks: list[Network]) -> None:
    from matplotlib.lines import Line2D

    lang = canvas.lang
    there = {str(group) for network in networks for group in network.nodes["group"]}
    handles: list[Line2D] = []
    for name in _GROUPS:
        if name in there:
            colour, marker = _MARKS[name]
            label = Text(f"figures.{name}").render(lang)
            handles.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=label))
    if there - set(_GROUPS):
        colour, marker = _OTHER
        label = Text("figures.other_group").render(lang)
        handles.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=label))
    for line, code in (("solid", "figures.both_say"), ((0, (2, 1.5)), "figures.one_says")):
        handles.append(Line2D([], [], color=GREY, linestyle=line, label=Text(code).render(lang)))
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=6.5)
