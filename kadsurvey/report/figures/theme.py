"""The one look of all figures: colours that the colour-blind tell apart, marks that grey print does, local numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kadsurvey.language.text import LANGUAGES, Label, Language, local_number, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

WIDTH = 6.3
"""Inches: the text of an A4 page between margins of 2.54 cm."""
TALLEST = 9.0
"""Inches: leaves room for the caption and notes on a page."""

BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
"""Okabe & Ito (2008), Color universal design."""
INK, GREY, PALE = "#1A1A1A", "#6E6E6E", "#D9D9D9"

Line: TypeAlias = Literal["solid", "dashed", "dotted", "dashdot"]
Look: TypeAlias = tuple[str, str, Line]
PAIR: tuple[Look, Look] = ((BLUE, "o", "solid"), (VERMILLION, "s", "dashed"))
"""Colour, marker and line of the first and the second of two things, such as officials and NGO members."""

LOOKS: tuple[Look, ...] = (*PAIR, (GREEN, "^", "dotted"), (PURPLE, "D", "dashdot"))
"""The same of several things."""

RC: Any = {
    # Verdana is as wide as DejaVu, for readers of an SVG who lack it.
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "font.size": 8.0,
    "text.color": INK,
    "text.hinting": "none",
    # A name with a dollar sign is no formula.
    "text.parse_math": False,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 8.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "grid.color": PALE,
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "hatch.color": "#FFFFFF",
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "kadsurvey",
    "figure.dpi": 100.0,
    "savefig.dpi": 300.0,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}


def local_ticks(axis: Axis, lang: Language, *, percent: bool = False) -> None:
    """Write an axis's numbers with the decimal sign of the language, as many decimals as its ticks need."""
    from matplotlib.ticker import ScalarFormatter

    class Local(ScalarFormatter):
        def set_locs(self, locs: Any) -> None:
            super().set_locs([times * place for place in locs])

        def __call__(self, x: float, pos: int | None = None) -> str:
            return local_number(super().__call__(times * x, pos), lang) + ("%" if percent else "")

    times = 100 if percent else 1
    formatter = Local(useOffset=False)
    formatter.set_scientific(False)
    axis.set_major_formatter(formatter)


def bounded(value: float, lang: Language, *, digits: int = 2) -> str:
    """Return a number that cannot exceed 1 in size, as the tables write it."""
    from kadsurvey.report.cells import cell_text
    from kadsurvey.report.table import Column

    return cell_text(float(value), Column("x", "x", "bounded", digits), lang)


def bounded_label(value: float) -> Label:
    """Return a number that cannot exceed 1, to stand in a text of either language."""
    return {lang: bounded(value, lang) for lang in LANGUAGES}


def number(value: float, lang: Language, *, digits: int = 2) -> str:
    """Return a number with the decimal sign of the language."""
    from kadsurvey.report.cells import cell_text
    from kadsurvey.report.table import Column

    return cell_text(float(value), Column("x", "x", "number", digits), lang)


def wrapped(words: str, width: int, *, lines: int = 2) -> str:
    """Break words into lines of at most ``width`` characters; what does not fit ends in an ellipsis."""
    import textwrap

    return "\n".join(textwrap.wrap(words, width, max_lines=lines, placeholder=" …")) or words


def short_name(name: str, width: int) -> str:
    """Return a name of at most ``width`` characters, shortened in the middle: names differ at their ends."""
    if len(name) <= width:
        return name
    words = name.split()
    head, tail, between = words[:1], words[-1:], words[1:-1]
    if len(words) < 2 or len(head[0]) + len(tail[0]) + 3 > width:
        start = width // 2 - 1
        return f"{name[:start].rstrip()} … {name[len(name) - (width - start - 3) :].lstrip()}"
    while between:
        longer = " ".join([*head, "…", between[-1], *tail])
        if len(longer) > width:
            break
        tail.insert(0, between.pop())
    return " ".join([*head, "…", *tail])


def item_words(code: str, text: Label, reverse: bool, lang: Language, *, width: int, lines: int = 2) -> str:
    """Return an item's code, marked R where it is reversed, and its text as far as it fits."""
    return wrapped(f"{code}{' (R)' if reverse else ''} {render(text, lang)}".strip(), width, lines=lines)


def shared_start(names: Iterable[str]) -> str:
    """Return the words that all of several names begin with; nothing where a name would be left empty."""
    words = [name.split() for name in dict.fromkeys(names)]
    if len(words) < 2:
        return ""
    first = words[0]
    count = 0
    while all(len(part) > count + 1 and part[count] == first[count] for part in words):
        count += 1
    return " ".join(first[:count])


def without_start(names: Sequence[str], start: str) -> list[str]:
    """Return names without the words they all begin with."""
    return [name.removeprefix(start).strip() for name in names]


def horizontal_grid(axes: Axes) -> None:
    """Leave the lines along which rows are read, and no frame at their left."""
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def apart(places: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Move places as little as needed to stand ``gap`` apart and between two limits, in their order."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = [places[at] for at in order]
    for _ in range(50):
        crowded = False
        for above in range(1, len(moved)):
            lacking = gap - (moved[above] - moved[above - 1])
            if lacking > gap * 1e-3:
                moved[above] += lacking / 2
                moved[above - 1] -= lacking / 2
                crowded = True
        if moved:
            moved[0], moved[-1] = max(moved[0], low), min(moved[-1], high)
        if not crowded:
            break
    found = [0.0] * len(places)
    for at, place in zip(order, moved, strict=True):
        found[at] = place
    return found
