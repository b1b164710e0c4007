"""A table for LaTeX: booktabs in a longtable, which runs over pages with its headings, its notes in its last row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.layout import Layout
from kadsurvey.report.writers.shape import group_runs, spanner_runs
from kadsurvey.report.writers.tex_text import tex_text

PADDING = 7.0
"""Points left and right of a cell's text together."""

_MOST_STAYING = 12
"""Rows up to which a table is not split between two pages."""


def tex_table(table: Table, layout: Layout, lang: Language, *, label: str) -> Iterator[str]:
    """Yield the lines of a table, in a page of its own in landscape where the layout asks for it."""
    if layout.across:
        yield r"\begin{landscape}"
    leading = layout.size * 1.2
    yield r"\begingroup"
    yield rf"\fontsize{{{layout.size:g}}}{{{leading:g}}}\selectfont"
    yield r"\setlength{\LTcapwidth}{\linewidth}"
    yield rf"\setlength{{\tabcolsep}}{{{PADDING / 2:g}pt}}\setlength{{\LTleft}}{{0pt}}\setlength{{\LTright}}{{\fill}}"
    widths = [width - PADDING for width in layout.widths]
    sides = "".join(_column(column, width) for column, width in zip(table.columns, widths, strict=True))
    yield rf"\begin{{longtable}}{{{sides}}}"
    yield rf"\caption{{{tex_text(render(table.title, lang))}}}\label{{{label}}}\\"
    head = list(_head(table, widths, lang))
    yield from (r"\toprule", *head, r"\midrule", r"\endfirsthead")
    yield from (r"\toprule", *head, r"\midrule", r"\endhead")
    yield from (r"\bottomrule", r"\endfoot", r"\bottomrule", r"\endlastfoot")
    yield from _rows(table, lang)
    yield r"\end{longtable}"
    yield r"\nopagebreak"
    yield from notes_lines(table.notes, lang)
    yield r"\endgroup"
    if layout.across:
        yield r"\end{landscape}"


def notes_lines(notes: Sequence[object], lang: Language) -> Iterator[str]:
    """Yield the paragraphs below a table or figure."""
    if not notes:
        return
    yield r"\begin{kadnotes}"
    lead = rf"\emph{{{tex_text(Text('report.note_lead').render(lang))}}} "
    for note in notes:
        yield rf"{lead}{tex_text(render(note, lang))}\par"
        lead = ""
    yield r"\end{kadnotes}"


def _column(column: Column, width: float) -> str:
    side = "raggedright" if column.kind == "text" else "raggedleft"
    return rf">{{\{side}\arraybackslash}}p{{{width:.2f}pt}}"


def _head(table: Table, widths: Sequence[float], lang: Language) -> Iterator[str]:
    if any(column.spanner is not None for column in table.columns):
        cells, rules, place = [], [], 1
        for spanner, count in spanner_runs(table.columns):
            if spanner is None:
                cells += [""] * count
            else:
                width = sum(widths[place - 1 : place - 1 + count]) + PADDING * (count - 1)
                words = tex_text(render(spanner, lang))
                cells.append(
                    rf"\multicolumn{{{count}}}{{>{{\centering\arraybackslash}}p{{{width:.2f}pt}}}}{{{words}}}"
                )  # fmt: skip
                rules.append(rf"\cmidrule(lr){{{place}-{place + count - 1}}}")
            place += count
        yield f"{' & '.join(cells)} \\\\"
        yield "".join(rules)
    yield f"{' & '.join(tex_text(render(column.label, lang)) for column in table.columns)} \\\\"


def _rows(table: Table, lang: Language) -> Iterator[str]:
    left = len(table.rows)
    end = r"\\*" if left <= _MOST_STAYING else r"\\"
    for group, rows in group_runs(table.rows):
        if group is not None:
            yield rf"\multicolumn{{{len(table.columns)}}}{{l}}{{\emph{{{tex_text(render(group, lang))}}}}} \\*"
        for row in rows:
            left -= 1
            cells = (_cell(row, column, lang) for column in table.columns)
            yield f"{' & '.join(cells)} {end if left else chr(92) * 2}"


def _cell(row: Row, column: Column, lang: Language) -> str:
    text = tex_text(text_in(row, column, lang))
    return rf"\textbf{{{text}}}" if text and (row.strong or column.key in row.marked) else text
