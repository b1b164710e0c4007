"""A table as Word's own: lines as in APA style, headings that every page repeats, rows that no page splits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kadsurvey.language.text import Label, Language, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.docx_parts import Element, element, paragraph, text_runs
from kadsurvey.report.writers.layout import Layout
from kadsurvey.report.writers.package import legible
from kadsurvey.report.writers.shape import group_runs, spanner_runs

PADDING = 9.0
"""Points left and right of a cell's text together."""

_TWENTIETHS = 20  # of a point, in which Word measures
_THICK, _THIN = 8, 4  # eighths of a point
_MARK = "E7E6E6"
_UNSPLIT_ROWS = 14
"""Rows up to which a table stands on one page."""


def table_element(
    table: Table, layout: Layout, lang: Language, *, style: str, size: float | None, last_keeps: bool
) -> Element:
    """Return a table.

    Parameters
    ----------
    table : Table
    layout : Layout
        Widths of the columns.
    lang : {"id", "en"}
    style : str
        Id of the style of the paragraphs in the cells.
    size : float or None
        Type in points where it is not the style's.
    last_keeps : bool
        Whether the last row stays with the paragraph after it, the notes.
    """
    widths = [round(width * _TWENTIETHS) for width in layout.widths]
    return element(
        "tbl",
        _properties(render(table.title, lang), sum(widths)),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        *_Body(table, widths, lang, style, size, last_keeps).rows(),
    )


def _properties(title: str, width: int) -> Element:
    margin = round(PADDING / 2 * _TWENTIETHS)
    return element(
        "tblPr",
        element("tblW", w=width, type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", element("left", w=margin, type="dxa"), element("right", w=margin, type="dxa")),
        # Said by screen readers.
        element("tblCaption", val=legible(title)),
    )


class _Body:
    """The rows of one table."""

    def __init__(
        self, table: Table, widths: Sequence[int], lang: Language, style: str, size: float | None, last_keeps: bool
    ) -> None:
        self._table, self._widths, self._lang = table, widths, lang
        self._style, self._size, self._last_keeps = style, size, last_keeps

    def rows(self) -> Iterator[Element]:
        columns = self._table.columns
        spanned = any(column.spanner is not None for column in columns)
        if spanned:
            yield self._row(self._spanners(), head=True)
        labels = [
            self._cell([place], render(column.label, self._lang), column, top=not spanned, bottom=True, head=True)
            for place, column in enumerate(columns)
        ]
        yield self._row(labels, head=True)
        keep = len(self._table.rows) <= _UNSPLIT_ROWS
        left = len(self._table.rows)
        for group, rows in group_runs(self._table.rows):
            if group is not None:
                yield self._row([self._group(group)])
            for row in rows:
                left -= 1
                yield self._row(self._cells(row, last=left == 0, keep=keep if left else self._last_keeps))

    def _spanners(self) -> Iterator[Element]:
        place = 0
        for spanner, count in spanner_runs(self._table.columns):
            places = range(place, place + count)
            if spanner is None:
                yield from (self._cell([one], "", None, top=True, head=True) for one in places)
            else:
                yield self._cell(places, render(spanner, self._lang), None, top=True, head=True, ruled=True)
            place += count

    def _group(self, group: Label) -> Element:
        places = range(len(self._widths))
        return self._cell(places, render(group, self._lang), None, italic=True, keep=True, left=True)

    def _cells(self, row: Row, *, last: bool, keep: bool) -> Iterator[Element]:
        for place, column in enumerate(self._table.columns):
            marked = column.key in row.marked
            text = text_in(row, column, self._lang)
            yield self._cell(
                [place], text, column, bottom=last, bold=row.strong or marked, marked=marked, keep=keep
            )  # fmt: skip

    def _cell(
        self,
        places: Sequence[int],
        text: str,
        column: Column | None,
        *,
        top: bool = False,
        bottom: bool = False,
        head: bool = False,
        ruled: bool = False,
        left: bool = False,
        bold: bool = False,
        italic: bool = False,
        marked: bool = False,
        keep: bool = False,
    ) -> Element:
        properties = [element("tcW", w=sum(self._widths[place] for place in places), type="dxa")]
        if len(places) > 1:
            properties.append(element("gridSpan", val=len(places)))
        lines = []
        if top:
            lines.append(element("top", val="single", sz=_THICK, space=0, color="auto"))
        if bottom:
            lines.append(element("bottom", val="single", sz=_THIN if head else _THICK, space=0, color="auto"))
        if lines:
            properties.append(element("tcBorders", *lines))
        if marked:
            properties.append(element("shd", val="clear", color="auto", fill=_MARK))
        if head:
            properties.append(element("vAlign", val="bottom"))
        side = "left" if left or (column is not None and column.kind == "text") else "right"
        shape = [element("keepNext")] if keep or head else []
        if ruled:
            # A line of the paragraph ends before the cell does, so that neighbouring headings stay apart.
            shape.append(element("pBdr", element("bottom", val="single", sz=_THIN, space=1, color="auto")))
        shape.append(element("jc", val="center" if ruled else side))
        runs = text_runs(text, bold=bold, italic=italic, size=self._size) if text else []
        return element("tc", element("tcPr", *properties), paragraph(self._style, runs, *shape))

    @staticmethod
    def _row(cells: Iterator[Element] | Sequence[Element], *, head: bool = False) -> Element:
        properties = [element("cantSplit"), *([element("tblHeader")] if head else [])]
        return element("tr", element("trPr", *properties), *cells)
