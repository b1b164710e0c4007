"""Answers to each item by group, as bars that part at the middle of the scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kadsurvey.language.text import Label, Text, render
from kadsurvey.report.document import Figure
from kadsurvey.report.figures.drawing import Canvas, Drawing, block, words_at
from kadsurvey.report.figures.theme import GREY, INK, LOOKS, TALLEST, WIDTH, horizontal_grid, item_words, number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kadsurvey.ingest.responses import Responses
    from kadsurvey.instrument.model import Instrument, Scale

_AGAINST, _MIDDLE, _FOR = ("#8C4A00", "#E39A48"), "#DEDEDE", ("#7FB8DB", "#005A94")
_HATCHES = ("////", "//")
_SMALLEST_LABEL = 0.075
"""A share smaller than this has no room for its number."""
_MOST_CODES = 7
_ROLES = ("predictor", "outcome", "marker")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: from ``left`` on, as wide as its share; the scale's middle is at 0."""

    code: int
    left: float
    share: float


def answer_shares(responses: Responses, *, min_cell: int, by_group: bool = True) -> pd.DataFrame:
    """Return how the answers to each item are spread in each group.

    Parameters
    ----------
    responses : Responses
        Reversed items stand as they were turned round.
    min_cell : int
        Fewest answers of which shares are shown.
    by_group : bool
        False takes all respondents as one group, where the means of groups are hidden.

    Returns
    -------
    DataFrame
        A row an item and group: item, group (empty where the data name none), n (answers), dont_know (its share of
        those who answered or did not know), and a column a code of the item's scale with its share of the answers.
    """
    import pandas as pd

    from kadsurvey.indices.suppression import suppressed

    data, instrument = responses.data, responses.instrument
    group = data["group"].fillna("") if "group" in data and by_group else pd.Series("", index=data.index)
    rows: list[dict[Any, Any]] = []
    for item in instrument.items:
        codes = instrument.scale_of(item).codes
        answers = data[item].dropna()
        counts = answers.groupby(group.loc[answers.index]).size()
        hidden = suppressed(counts, min_cell)
        for name in counts.index[~hidden]:
            count = int(counts.loc[name])
            of_group = answers[group.loc[answers.index] == name]
            unknown = int(responses.dont_know.loc[group == name, item].sum())
            shares = {code: float((of_group == code).mean()) for code in codes}
            row = {"item": item, "group": name, "n": count, "dont_know": unknown / (unknown + count)}
            rows.append({**row, **shares})
    return pd.DataFrame(rows)


def segments(shares: dict[int, float], codes: tuple[int, ...]) -> Iterator[Segment]:
    """Yield the pieces of one bar, so that what speaks against stands left of 0 and what speaks for right of it."""
    middle = len(codes) / 2
    below = sum(shares[code] for place, code in enumerate(codes) if place + 1 <= middle)
    neutral = shares[codes[len(codes) // 2]] if len(codes) % 2 else 0.0
    left = -below - neutral / 2
    for code in codes:
        yield Segment(code, left, shares[code])
        left += shares[code]


def likert_figures(responses: Responses, *, min_cell: int, by_group: bool = True) -> tuple[Figure, ...]:
    """Return the answers as figures: one for each role and scale of the items, in the order of the instrument.

    Scales of more than seven codes are left out; nothing is returned where no group has answers enough.
    """
    shares = answer_shares(responses, min_cell=min_cell, by_group=by_group)
    if shares.empty:
        return ()
    instrument = responses.instrument
    role_of = {item: instrument.constructs[name].role for item, name in instrument.construct_of.items()}
    found = []
    for role in _ROLES:
        of_role = [item for item in instrument.items if role_of[item] == role and item in set(shares["item"])]
        scales = list(dict.fromkeys(instrument.items[item].scale for item in of_role))
        for scale in scales:
            items = [item for item in of_role if instrument.items[item].scale == scale]
            if len(instrument.scales[scale].codes) <= _MOST_CODES:
                key = f"likert_{role}" + (f"_{scale}" if len(scales) > 1 else "")
                found.append(_figure(key, role, shares[shares["item"].isin(items)], instrument, min_cell))
    return tuple(found)


def _figure(key: str, role: str, shares: pd.DataFrame, instrument: Instrument, min_cell: int) -> Figure:
    items = list(dict.fromkeys(shares["item"]))
    # Officials first, as everywhere; those of no known group last.
    groups = sorted(set(shares["group"]), key=lambda name: (not name, name != "official", name))
    scale = instrument.scale_of(items[0])
    favour = shares[[code for code in scale.codes if code > (scale.minimum + scale.maximum) / 2]].sum(axis=1)
    ranked = favour.groupby(shares["item"]).mean().sort_values()
    lowest, highest = str(ranked.index[0]), str(ranked.index[-1])
    alt = {
        "items": len(items),
        "highest": highest,
        "high": 100 * float(ranked.iloc[-1]),
        "lowest": lowest,
        "low": 100 * float(ranked.iloc[0]),
    }
    counts: list[Label] = [
        Text("figures.group_n", {"group": _group_label(instrument, name), "n": int(shares["n"][mask].max())})
        for name in groups
        if (mask := shares["group"] == name).any()
    ]
    notes: list[Label] = [Text("figures.likert_note"), Text("figures.n_at_most", {"groups": counts})]
    if any(instrument.items[item].reverse for item in items):
        notes.append(Text("figures.note_reversed"))
    notes.append(Text("figures.note_small_cells", {"min_cell": min_cell}))
    height = min(TALLEST, 0.95 + len(items) * (0.17 * max(len(groups), 2) + 0.03))
    return Figure(
        key=key,
        title=Text(f"figures.likert_{role}"),
        alt=Text("figures.likert_alt", alt),
        notes=tuple(notes),
        draw=Drawing(key, WIDTH, height, partial(_paint, shares, groups, instrument)),
    )


def _group_label(instrument: Instrument, group: str) -> Label:
    if not group:
        return Text("figures.everybody")
    field = instrument.fields.get("group")
    return field.labels.get(group, group) if field is not None else group


def _paint(shares: pd.DataFrame, groups: list[str], instrument: Instrument, canvas: Canvas) -> None:
    items = list(dict.fromkeys(shares["item"]))
    scale, lang = instrument.scale_of(items[0]), canvas.lang
    bars, aside = canvas.figure.subplots(1, 2, sharey=True, width_ratios=[6, 1])
    looks = _looks(scale)
    step = 0.84 / len(groups)
    largest = max(0.05, float(shares["dont_know"].max()))
    extent = [0.0, 0.0]
    for record in shares.to_dict(orient="records"):
        place = groups.index(record["group"])
        y = items.index(record["item"]) + (place - (len(groups) - 1) / 2) * step
        about = f"{record['item']}, {render(_group_label(instrument, record['group']), lang)}"
        for piece in segments({code: record[code] for code in scale.codes}, scale.codes):
            colour, hatch, ink = looks[piece.code]
            corner = (piece.left, y - step * 0.45)
            bar = block(bars, corner, piece.share, step * 0.9, facecolor=colour, hatch=hatch)
            words = render(_answer(scale, piece.code), lang)
            canvas.tell(bar, f"{about}: {words} {number(100 * piece.share, lang, digits=0)}% (n = {record['n']})")
            extent = [min(extent[0], piece.left), max(extent[1], piece.left + piece.share)]
            if piece.share >= _SMALLEST_LABEL:
                middle = piece.left + piece.share / 2
                box = {"facecolor": colour, "edgecolor": "none", "pad": 0.4} if hatch else None
                text = number(100 * piece.share, lang, digits=0)
                words_at(bars, middle, y, text, size=5.5, color=ink, ha="center", va="center_baseline", bbox=box)
        bar = block(aside, (0, y - step * 0.4), record["dont_know"], step * 0.8, facecolor="#A8A8A8")
        told = number(100 * record["dont_know"], lang, digits=0)
        canvas.tell(bar, f"{about}: {render(Text('figures.dont_know'), lang)} {told}%")
        words_at(aside, record["dont_know"] + largest * 0.04, y, told, size=5.5, va="center_baseline")
    _marks(bars, shares, items, groups, step, extent[0] - 0.03)
    bars.set_xlim(extent[0] - 0.06, extent[1] + 0.02)
    aside.set_xlim(0, largest * 1.35)
    _dress(bars, aside, items, instrument, canvas)
    _legend(canvas, groups, instrument, scale)


def _marks(axes: Axes, shares: pd.DataFrame, items: list[str], groups: list[str], step: float, x: float) -> None:
    """Say by a mark in front of each bar which group it is of."""
    for place, name in enumerate(groups if len(groups) > 1 else ()):
        colour, marker, _ = LOOKS[place % len(LOOKS)]
        there = shares.loc[shares["group"] == name, "item"]
        y = [items.index(item) + (place - (len(groups) - 1) / 2) * step for item in there]
        axes.plot([x] * len(y), y, marker, color=colour, markersize=3, linestyle="none")


def _dress(bars: Axes, aside: Axes, items: list[str], instrument: Instrument, canvas: Canvas) -> None:
    lang = canvas.lang
    labels = [
        item_words(code, instrument.items[code].text, instrument.items[code].reverse, lang, width=42) for code in items
    ]
    bars.set_yticks(range(len(items)), labels, fontsize=6)
    bars.set_ylim(len(items) - 0.45, -0.55)
    bars.axvline(0, color=INK, linewidth=0.6, zorder=0)
    bars.set_xlabel(Text("figures.percent_of_answers").render(lang), fontsize=7.5)
    ticks = [tick / 100 for tick in range(-100, 101, 25) if bars.get_xlim()[0] <= tick / 100 <= bars.get_xlim()[1]]
    bars.set_xticks(ticks, [f"{abs(100 * tick):.0f}" for tick in ticks])
    aside.set_xlabel(Text("figures.dont_know_percent").render(lang), fontsize=6.5)
    aside.set_xticks([])
    for axes in (bars, aside):
        horizontal_grid(axes)
        axes.grid(visible=False)
    aside.spines["bottom"].set_visible(False)
    constructs = [instrument.construct_of[code] for code in items]
    for place in range(1, len(items)):
        if constructs[place] != constructs[place - 1]:
            for axes in (bars, aside):
                axes.axhline(place - 0.5, color=GREY, linewidth=0.5)


def _legend(canvas: Canvas, groups: list[str], instrument: Instrument, scale: Scale) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lang = canvas.lang
    handles: list[Any] = []
    for code in scale.codes:
        colour, hatch, _ = _looks(scale)[code]
        handles.append(Patch(facecolor=colour, hatch=hatch, linewidth=0, label=render(_answer(scale, code), lang)))
    canvas.figure.legend(
        handles=handles, loc="outside upper center", ncols=min(len(handles), 5), fontsize=6.5, handlelength=1.2,
        columnspacing=1.0,
    )  # fmt: skip
    if len(groups) > 1:
        marks = []
        for place, name in enumerate(groups):
            colour, marker, _ = LOOKS[place % len(LOOKS)]
            label = render(_group_label(instrument, name), lang)
            marks.append(Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=4, label=label))
        canvas.figure.legend(handles=marks, loc="outside lower center", ncols=len(marks), fontsize=6.5)


def _answer(scale: Scale, code: int) -> Label:
    """Return the printed label of an answer, else its code."""
    synonyms = scale.labels.get(code, {})
    return {lang: texts[0] for lang, texts in synonyms.items() if texts} or str(code)


def _looks(scale: Scale) -> dict[int, tuple[str, str, str]]:
    """Return each code's colour, hatch and colour of its number: lighter to the middle, hatched where against."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    codes, half = scale.codes, len(scale.codes) // 2
    against, favour = (LinearSegmentedColormap.from_list("", list(ends)) for ends in (_AGAINST, _FOR))
    looks = {}
    for place, code in enumerate(codes):
        if place < half:
            at = place / max(half - 1, 1)
            looks[code] = (to_hex(against(at)), _HATCHES[round(at)], "white" if at < 0.5 and half > 1 else INK)
        elif len(codes) % 2 and place == half:
            looks[code] = (_MIDDLE, "", INK)
        else:
            at = (place - len(codes) + half) / max(half - 1, 1) if half > 1 else 1.0
            looks[code] = (to_hex(favour(at)), "", "white" if at > 0.5 else INK)
    return looks
