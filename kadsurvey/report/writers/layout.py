"""How wide the columns of a table stand on a page, and in which type: the largest in which no word is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kadsurvey.language.text import Language, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.table import Table
from kadsurvey.report.writers.shape import spanner_runs

_NARROW, _WIDE = frozenset("iljtfrI.,;:!'|()[]/ -"), frozenset("mwMWQOGDHNU%@")
# Widths in ems, as in Times; the bold of headings needs more.
_NARROW_EM, _USUAL_EM, _CAPITAL_EM, _WIDE_EM, _BOLD = 0.32, 0.5, 0.7, 0.78, 1.08
_SLACK = 0.3
"""Ems by which the faces of other programs may be wider."""
_AIR = 1.2
"""Ems that a column gets beyond what it wants where the page has room."""
_READABLE_EMS = 14.0
"""Width at which a column of sentences reads well on several lines."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table stands on a page.

    Attributes
    ----------
    widths : tuple of float
        Points a column, with its padding.
    size : float
        Type in points.
    across : bool
        Whether it needs a page in landscape.
    """

    widths: tuple[float, ...]
    size: float
    across: bool


def fit_table(
    table: Table,
    lang: Language,
    *,
    upright: float,
    across: float,
    sizes: Sequence[float],
    padding: float,
    looseness: float = 1.0,
) -> Layout:
    """Choose page and type for a table.

    Parameters
    ----------
    table : Table
    lang : {"id", "en"}
    upright, across : float
        Points of text width of a page in portrait and in landscape.
    sizes : sequence of float
        Types to try, in points, the largest first; each first on the upright page but for the smallest.
    padding : float
        Points left and right of a cell's text together.
    looseness : float, default 1
        How much wider than Times the face is.

    Returns
    -------
    Layout
        If nothing fits: the smallest type across the page, with columns in proportion.
    """
    needs = [_needs(table, place, lang) for place in range(len(table.columns))]
    tries = [(size, upright) for size in sizes[:-1]] + [(size, across) for size in sizes]
    for size, room in tries:
        em = size * looseness
        least = [narrow * em + padding for narrow, _ in needs]
        if sum(least) <= room:
            wanted = [max(narrow, wide) * em + padding for narrow, wide in needs]
            widths = _widen_spanned(table, lang, _shared(least, wanted, room, _AIR * em), em, padding)
            if sum(widths) <= room * (1 + 1e-9):
                return Layout(tuple(widths), size, room != upright)
    scale = across / sum(least)
    return Layout(tuple(width * scale for width in least), sizes[-1], True)


def _needs(table: Table, place: int, lang: Language) -> tuple[float, float]:
    """Return the least and the wanted width of a column in ems."""
    column = table.columns[place]
    heading = render(column.label, lang)
    texts = [text_in(row, column, lang) for row in table.rows]
    whole = max(map(_ems, texts), default=0.0)
    words = max((_ems(word) for text in texts for word in text.split()), default=0.0)
    head = max((_ems(word) for word in heading.split()), default=0.0) * _BOLD
    if column.kind == "text":
        return max(words, head, min(whole, _READABLE_EMS)), max(whole, _ems(heading) * _BOLD)
    # A number is never broken: minus and digits stay on one line.
    return max(whole, head), max(whole, _ems(heading) * _BOLD)


def _shared(least: Sequence[float], wanted: Sequence[float], room: float, air: float) -> list[float]:
    """Give each column what it wants if all can have it, else what it needs and a share of what is left."""
    spare = room - sum(wanted)
    if spare >= 0:
        # A few short columns do not have to reach over the whole page.
        return [want + min(air, spare / len(wanted)) for want in wanted]
    missing = [max(want - need, 0.0) for need, want in zip(least, wanted, strict=True)]
    left = room - sum(least)
    return [need + left * lack / sum(missing) for need, lack in zip(least, missing, strict=True)]


def _widen_spanned(table: Table, lang: Language, widths: list[float], em: float, padding: float) -> list[float]:
    """Give columns below a common heading room for its longest word."""
    place = 0
    for spanner, count in spanner_runs(table.columns):
        if spanner is not None:
            word = max((_ems(word) for word in render(spanner, lang).split()), default=0.0) * _BOLD * em + padding
            have = sum(widths[place : place + count])
            if word > have:
                widths[place : place + count] = [width * word / have for width in widths[place : place + count]]
        place += count
    return widths


def _ems(text: str) -> float:
    lines = text.splitlines() or [""]
    return max(sum(map(_em, line)) for line in lines) + _SLACK


def _em(sign: str) -> float:
    if sign in _NARROW:
        return _NARROW_EM
    if sign in _WIDE:
        return _WIDE_EM
    return _CAPITAL_EM if sign.isupper() else _USUAL_EM
