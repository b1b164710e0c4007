"""From what a figure paints to its SVG and PNG: the same bytes from the same inputs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

from kadsurvey.language.text import Language
from kadsurvey.report import document
from kadsurvey.report.document import Picture
from kadsurvey.report.figures.theme import RC

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

_ID = re.compile(r' id="([^"]*)"')
_LINK = re.compile(r'(xlink:href="#|url\(#)([^")]+)')
_STYLE = re.compile(r'<defs>\s*<style type="text/css">[^<]*</style>\s*</defs>\s*')
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_TOOLTIP = "told-"
DOTS_PER_INCH = 300
_PNG = {"compress_level": 3}
"""A third quicker than the default, for files up to a quarter larger."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """An empty figure to paint on.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    lang : {"id", "en"}
    tooltips : dict of str to str
        What is told of an artist, by its gid.
    """

    figure: Figure
    lang: Language
    tooltips: dict[str, str] = field(default_factory=dict)

    def tell(self, artist: Artist, words: str) -> None:
        """Let an artist say words where a reader points at it."""
        gid = f"{_TOOLTIP}{len(self.tooltips) + 1}"
        artist.set_gid(gid)
        self.tooltips[gid] = words


def block(axes: Axes, corner: tuple[float, float], width: float, height: float, **look: Any) -> Rectangle:
    """Add a rectangle in data coordinates, without the limits that a bar would work out."""
    from matplotlib.patches import Rectangle

    rectangle = Rectangle(corner, width, height, linewidth=0, **look)
    axes.add_artist(rectangle)
    rectangle.set_in_layout(False)
    return rectangle


def dot(axes: Axes, x: float, y: float, marker: str, *, size: float, colour: str, face: str | None = None) -> Line2D:
    """Add a mark in data coordinates, without the limits and the margin that a plotted line would work out."""
    from matplotlib.lines import Line2D

    mark = Line2D([x], [y], linestyle="none", marker=marker, markersize=size, color=colour, zorder=3)
    mark.set_markerfacecolor(face or colour)
    axes.add_artist(mark)
    mark.set_in_layout(False)
    return mark


def words_at(axes: Axes, x: float, y: float, words: str, **look: Any) -> Text:
    """Write words in data coordinates that no margin is kept for."""
    text = axes.text(x, y, words, **look)
    text.set_in_layout(False)
    return text


Paint: TypeAlias = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that is painted when it is asked for.

    Attributes
    ----------
    key : str
        Stands before the ids in the SVG, so that several can stand in one page.
    width, height : float
        Inches.
    paint : callable
        Paints on an empty canvas.
    """

    key: str
    width: float
    height: float
    paint: Paint

    def __call__(self, lang: Language) -> Picture:
        """Draw it as SVG and PNG."""
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        nothing: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
        with rc_context(RC):
            canvas = self._painted(lang)
            svg, png = io.StringIO(), io.BytesIO()
            # The canvases themselves: savefig would draw each format twice.
            FigureCanvasSVG(canvas.figure).print_svg(svg, metadata=nothing)  # type: ignore[no-untyped-call]
            canvas.figure.dpi = DOTS_PER_INCH
            agg: Any = FigureCanvasAgg(canvas.figure)
            agg.print_png(png, metadata={"Software": None}, pil_kwargs=_PNG)
        return Picture(_inline(svg.getvalue(), self.key, canvas.tooltips), png.getvalue(), self.width, self.height)

    def painted(self, lang: Language) -> Canvas:
        """Return the canvas with its artists, before it becomes a picture."""
        from matplotlib import rc_context

        with rc_context(RC):
            return self._painted(lang)

    def _painted(self, lang: Language) -> Canvas:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(self.width, self.height), layout="constrained")
        FigureCanvasAgg(figure)
        canvas = Canvas(figure, lang)
        self.paint(canvas)
        # Laid out once: each format would else do it again.
        if (engine := figure.get_layout_engine()) is not None:
            engine.execute(figure)
        figure.set_layout_engine("none")
        return canvas


def under_key(figure: document.Figure, key: str) -> document.Figure:
    """Return a figure under another key, which also stands before the ids in its SVG."""
    draw = figure.draw
    return replace(figure, key=key, draw=replace(draw, key=key) if isinstance(draw, Drawing) else draw)


def _inline(svg: str, key: str, tooltips: dict[str, str]) -> str:
    """Turn a file into an element that can stand in a page beside others: ids of its own, no style for the page."""
    svg = svg[svg.index("<svg") :].strip()
    svg = _METADATA.sub("", _STYLE.sub("", svg))
    svg = svg.replace("<svg ", '<svg style="stroke-linejoin: round; stroke-linecap: butt" ', 1)
    for gid, words in tooltips.items():
        svg = svg.replace(f'<g id="{gid}">', f"<g><title>{escape(words)}</title>", 1)
    used = {target for _, target in _LINK.findall(svg)}
    svg = _ID.sub(lambda found: f' id="{key}-{found[1]}"' if found[1] in used else "", svg)
    return _LINK.sub(rf"\g<1>{key}-\g<2>", svg)
