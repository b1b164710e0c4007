"""A Table as HTML: headings that name their cells, groups of rows, the values to sort by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from kadsurvey.language.text import Label, Language, render
from kadsurvey.report.cells import is_missing, text_in
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.captions import note_lead
from kadsurvey.report.writers.shape import group_runs, spanner_runs

_SHORT = 30
"""Rows up to which a table is not divided between two printed pages, unless long texts make them high."""
_DENSE = 8
"""Columns from which on a table stands closer."""
_BRIEF, _LONG = 15, 36
"""Letters up to which the texts of a column stay on one line, and from which on they need a width of their own."""


def table_html(table: Table, *, name: str, number: str, lang: Language) -> str:
    """Return a table with its caption and its notes.

    Parameters
    ----------
    table : Table
    name : str
        Its id in the page.
    number : str
        What it is called, such as ``Table 7``.
    lang : {"id", "en"}
    """
    notes = notes_html(table.notes, name=f"{name}-notes", lang=lang)
    classes = {column.key: _column_class(column, table.rows, lang) for column in table.columns}
    described = f' aria-describedby="{name}-notes"' if notes else ""
    # Where estimates, errors and n stand in one column, no order of its values would mean anything.
    order = ' data-order="fixed"' if any(row.kind is not None for row in table.rows) else ""
    short = len(table.rows) <= _SHORT and "long" not in classes.values()
    dense = len(table.columns) >= _DENSE
    return "".join(
        [
            f'<div{_classes("table", "short" if short else "", "dense" if dense else "")} id="{name}">\n',
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}-title">\n',
            f"<table{described}{order}>\n",
            f'<caption><span id="{name}-title"><span class="number">{escape(number)}</span> ',
            f'<span class="title">{escape(render(table.title, lang))}</span></span></caption>\n',
            *_head(table.columns, classes, lang),
            *_bodies(table, classes, lang),
            f"</table>\n</div>\n{notes}</div>\n",
        ]
    )


def notes_html(notes: Sequence[Label], *, name: str, lang: Language) -> str:
    """Return what stands below a table or figure, or nothing where there is no note."""
    if not notes:
        return ""
    lead = f"<em>{escape(note_lead(lang))}</em> "
    paragraphs = [f"<p>{lead * (place == 0)}{escape(render(note, lang))}</p>\n" for place, note in enumerate(notes)]
    return f'<div class="notes" id="{name}">\n{"".join(paragraphs)}</div>\n'


def _head(columns: Sequence[Column], classes: Mapping[str, str], lang: Language) -> Iterator[str]:
    yield "<thead>\n"
    spanned = any(column.spanner is not None for column in columns)
    below = iter(columns)
    first: list[str] = []
    second: list[str] = []
    for spanner, width in spanner_runs(columns):
        if spanner is None:
            rows = ' rowspan="2"' if spanned else ""
            first += [_heading(next(below), classes, lang, rows) for _ in range(width)]
        else:
            first.append(f'<th scope="colgroup" colspan="{width}"><span>{escape(render(spanner, lang))}</span></th>')
            second += [_heading(next(below), classes, lang) for _ in range(width)]
    yield f"<tr>{''.join(first)}</tr>\n"
    if second:
        yield f"<tr>{''.join(second)}</tr>\n"
    yield "</thead>\n"


def _heading(column: Column, classes: Mapping[str, str], lang: Language, rows: str = "") -> str:
    words = render(column.label, lang)
    below = classes[column.key]
    kind = _classes("" if below == "brief" else below, "brief" if len(words) <= _BRIEF else "")
    # A heading without words names nothing.
    return f'<th scope="col"{rows}{kind}>{escape(words)}</th>' if words.strip() else f"<td{rows}{kind}></td>"


def _bodies(table: Table, classes: Mapping[str, str], lang: Language) -> Iterator[str]:
    for group, rows in group_runs(table.rows):
        yield "<tbody>\n"
        if group is not None:
            heading = (
                f'<th scope="rowgroup" colspan="{len(table.columns)}"><span>{escape(render(group, lang))}</span></th>'
            )
            yield f'<tr class="group">{heading}</tr>\n'
        for row in rows:
            kind = _classes("strong" if row.strong else "", "below" if _belongs_above(row) else "")
            cells = (
                _cell(row, column, classes[column.key], lang, first=place == 0)
                for place, column in enumerate(table.columns)
            )
            yield f"<tr{kind}>{''.join(cells)}</tr>\n"
        yield "</tbody>\n"


def _cell(row: Row, column: Column, kind: str, lang: Language, *, first: bool) -> str:
    value = row.values.get(column.key)
    shown = row.shown_in(column)
    words = text_in(row, column, lang)
    number = None if is_missing(value) else _number(value)
    # A standard error or an n below its estimate has no place on the scale of the estimates.
    tint, style = _tint(number if row.kind is None else None, column)
    bracketed = "bracketed" if shown.kind == "std_error" and number is not None else ""
    classes = _classes(kind, bracketed, tint)
    sorted_by = f' data-value="{number!r}"' if number is not None else ' data-value=""' if is_missing(value) else ""
    inside = escape(words)
    if column.key in row.marked:
        inside = f"<mark>{inside}</mark>"
    tag, scope = ("th", ' scope="row"') if first and not is_missing(value) and words.strip() else ("td", "")
    return f"<{tag}{scope}{classes}{sorted_by}{style}>{inside}</{tag}>"


def _belongs_above(row: Row) -> bool:
    """Whether a row says more of the one above it: its standard errors, its intervals."""
    return row.kind is not None and row.group is None


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A plain number, whichever library it came from.
    return int(value) if isinstance(value, int) else float(value)


def _tint(number: int | float | None, column: Column) -> tuple[str, str]:
    """Return the class and the style of a cell's place on the colour scale of its column."""
    if column.heat is None or number is None:
        return "", ""
    low, high = column.heat
    place = min(1.0, max(-1.0, (2 * number - low - high) / (high - low)))
    side = "high" if place >= 0 else "low"
    return side, f' style="--heat:{abs(place):.2f}"'


def _column_class(column: Column, rows: Sequence[Row], lang: Language) -> str:
    if column.kind != "text":
        return "n"
    longest = max((len(text_in(row, column, lang)) for row in rows), default=0)
    return "brief" if longest <= _BRIEF else "long" if longest > _LONG else "words"


def _classes(*names: str) -> str:
    given = " ".join(name for name in names if name)
    return f' class="{given}"' if given else ""
