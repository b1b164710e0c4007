"""Who works with whom in each body: organisations as marks, ties as lines as wide as they are strong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, dot
from kadsurvey.report.figures.network_layout import network_layout
from kadsurvey.report.figures.point_names import name_points
from kadsurvey.report.figures.theme import GREY, LOOKS, WIDTH, Look, short_name, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from kadsurvey.indices.roster import Network
    from kadsurvey.ingest.ties import Ties

_COLUMNS, _ROWS = 3, 4
_MOST_NAMED = 2
"""Bodies up to which the organisations' names stand beside the marks; of more, there is no room for them."""
_OF_SURVEY = ("official", "ngo")
_UNKNOWN: Look = (GREY, "x", "solid")
_LINES: dict[bool, Any] = {True: "solid", False: (0, (2, 1.5))}


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


def group_looks(networks: list[Network]) -> dict[str, Look]:
    """Return how each group is marked: officials and NGO members as everywhere, others by the marks that are left."""
    named = {str(group) for network in networks for group in network.nodes["group"].dropna()}
    looks = {name: LOOKS[place] for place, name in enumerate(_OF_SURVEY) if name in named}
    free = [look for look in reversed(LOOKS) if look not in looks.values()]
    others = sorted(named - set(_OF_SURVEY))
    return looks | {name: free[-1 - place % len(free)] for place, name in enumerate(others)}


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
    height = 0.45 + _panel(columns) * -(-len(networks) // columns)
    return Figure(
        key=key,
        title=Text("figures.network"),
        alt=Text("figures.network_alt", {"bodies": told}),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, networks, relations, cut)),
    )


def _panel(columns: int) -> float:
    """Return how wide and high a network is drawn, in inches."""
    return WIDTH / columns if columns > 1 else 4.6


def _paint(networks: list[Network], relations: list[str], cut: int, canvas: Canvas) -> None:
    columns = min(_COLUMNS, len(networks))
    rows = -(-len(networks) // columns)
    panels = canvas.figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_xlim(-1.25, 1.25)
        axes.set_ylim(-1.25, 1.25)
        axes.set_aspect("equal")
        axes.axis("off")
    looks = group_looks(networks)
    for axes, network, relation in zip(panels, networks, relations, strict=False):
        axes.set_title(wrapped(network.name, 28 if columns > 1 else 80), size=7.5)
        inches = (_panel(columns) * 0.9,) * 2 if len(networks) <= _MOST_NAMED else None
        _network(axes, network, pairs(network, relation, cut=cut), looks, inches, canvas)
    _legend(canvas, networks, looks)


def _network(
    axes: Axes,
    network: Network,
    drawn: list[Tie],
    looks: dict[str, Look],
    inches: tuple[float, float] | None,
    canvas: Canvas,
) -> None:
    nodes = network.nodes.reset_index(drop=True)
    # Groups side by side on the first circle, so that the picture starts from what is to be seen.
    order = nodes.assign(place=range(len(nodes))).sort_values(["group", "organisation"], na_position="last")["place"]
    rank = {int(place): at for at, place in enumerate(order)}
    tied = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for tie in drawn:
        tied[rank[tie.first], rank[tie.second]] = True
    laid = network_layout(tied)
    at = [laid[rank[place]] for place in range(len(nodes))]
    names = [str(name) for name in nodes["organisation"]]
    _ties(axes, drawn, at)
    tied_to = np.bincount([end for tie in drawn for end in (tie.first, tie.second)], minlength=len(nodes))
    for place, record in enumerate(nodes.to_dict(orient="records")):
        colour, marker, _ = looks.get(str(record["group"]), _UNKNOWN)
        face = colour if record["responded"] else "white"
        mark = dot(axes, float(at[place][0]), float(at[place][1]), marker, size=5, colour=colour, face=face)
        told = {"organisation": names[place], "count": int(tied_to[place])}
        canvas.tell(mark, Text("figures.node_told", told).render(canvas.lang))
    if inches is not None:
        name_points(
            axes, [(float(x), float(y)) for x, y in at], [short_name(name, 30) for name in names], size=6, inches=inches
        )


def _ties(axes: Axes, drawn: list[Tie], at: list[NDArray[np.float64]]) -> None:
    from matplotlib.collections import LineCollection

    for mutual, line in _LINES.items():
        ties = [tie for tie in drawn if tie.mutual == mutual]
        ends = [np.array([at[tie.first], at[tie.second]]) for tie in ties]
        widths = [_width(tie.strength) for tie in ties]
        axes.add_collection(LineCollection(ends, linewidths=widths, linestyles=[line], colors=GREY, zorder=1))


def _width(strength: float) -> float:
    return 0.35 + 0.4 * strength


def _legend(canvas: Canvas, networks: list[Network], looks: dict[str, Look]) -> None:
    from matplotlib.lines import Line2D

    lang = canvas.lang
    handles: list[Line2D] = []
    for name, (colour, marker, _) in looks.items():
        label = Text(f"figures.{name}").render(lang) if name in _OF_SURVEY else name
        handles.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=label))
    if any(network.nodes["group"].isna().any() for network in networks):
        label, (colour, marker, _) = Text("figures.group_unknown").render(lang), _UNKNOWN
        handles.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=label))
    for mutual, code in ((True, "figures.both_say"), (False, "figures.one_says")):
        handles.append(Line2D([], [], color=GREY, linestyle=_LINES[mutual], label=Text(code).render(lang)))
    canvas.figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=6.5)
