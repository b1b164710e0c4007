"""Names beside points, where they cover neither each other nor a point."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LETTER = 0.57
"""Width of an average letter of DejaVu Sans, in heights of the font."""
_DOTS_PER_INCH = 72


def name_points(
    axes: Axes, points: Sequence[tuple[float, float]], names: Sequence[str], *, size: float, inches: tuple[float, float]
) -> list[str]:
    """Write the names of points beside them, the points farthest from the middle first.

    Parameters
    ----------
    axes : Axes
        With its limits set.
    points : sequence of (x, y)
    names : sequence of str
        Empty where there is nothing to write.
    size : float
        Of the font, in points.
    inches : (float, float)
        About how large the axes are drawn.

    Returns
    -------
    list of str
        The names that were written; others found no free place.
    """
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    scale = (inches[0] * _DOTS_PER_INCH / (right - left), inches[1] * _DOTS_PER_INCH / (top - bottom))
    at = [((x - left) * scale[0], (y - bottom) * scale[1]) for x, y in points]
    centre = ((right - left) * scale[0] / 2, (top - bottom) * scale[1] / 2)
    taken = [(x - 2.5, y - 2.5, x + 2.5, y + 2.5) for x, y in at]
    order = sorted(
        (k for k in range(len(at)) if names[k]), key=lambda k: -abs(at[k][0] - centre[0]) - abs(at[k][1] - centre[1])
    )
    written = []
    for k in order:
        wide, x, y = len(names[k]) * size * _LETTER, *at[k]
        others = [box for place, box in enumerate(taken) if place != k]
        for align, level, dx, dy in _SIDES:
            x0 = {"left": x + dx, "right": x + dx - wide, "center": x - wide / 2}[align]
            y0 = {"center_baseline": y - size / 2, "bottom": y + dy, "top": y + dy - size}[level]
            box = (x0, y0, x0 + wide, y0 + size)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= 2 * centre[0] and box[3] <= 2 * centre[1]
            if inside and not any(_overlap(box, other) for other in others):
                where = (left + (x + dx) / scale[0], bottom + (y + dy) / scale[1])
                text = axes.text(*where, names[k], size=size, ha=align, va=level, zorder=4)
                text.set_in_layout(False)
                taken.append(box)
                written.append(names[k])
                break
    return written


def named_points(points: pd.DataFrame, unnamed: Collection[str]) -> pd.DataFrame:
    """Return points with the names of their bodies as text, empty for those that are not to be named."""
    names = points["body"].astype(str)
    return points.assign(body=names.where(~names.isin(list(unnamed)), ""))


_SIDES = (
    ("left", "center_baseline", 3.5, 0.0),
    ("right", "center_baseline", -3.5, 0.0),
    ("center", "bottom", 0.0, 2.5),
    ("center", "top", 0.0, -2.5),
    ("left", "bottom", 1.5, 1.5),
    ("right", "bottom", -1.5, 1.5),
    ("left", "top", 1.5, -1.5),
    ("right", "top", -1.5, -1.5),
)
"""Where a name may stand beside its point: its alignment, and the way from the point."""


def _overlap(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
