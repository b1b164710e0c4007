"""A report as Markdown: tables as GitHub reads them, figures as files beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from kadsurvey.language.text import Label, Language, Text, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.document import Block, Document, Figure, Pictures, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Row, Table
from kadsurvey.report.writers.captions import absence, block_names, joined, note_lead, part_heading
from kadsurvey.report.writers.shape import group_runs

# A backslash before a letter is no escape; an underscore within a word, and "<" before a number, are no markup.
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\s*)([#>+=-]|\d+(?=[.)]))")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


def write_markdown(
    document: Document, path: Path, *, lang: Language, pictures: Pictures, figures: str = "figures", suffix: str = ""
) -> None:
    """Write a report as one Markdown file.

    Parameters
    ----------
    document : Document
    path : Path
    lang : {"id", "en"}
    pictures : mapping of str to Picture
        The figures as drawn; a figure without one is an error.
    figures : str
        Folder of the figures' files, as seen from this file.
    suffix : str
        What stands between a figure's key and ``.png`` in the name of its file.

    Raises
    ------
    KeyError
        If a figure has no picture, or a paragraph refers to what is not in the document.
    """
    names = block_names(document, lang)
    # Only figures that were drawn have a file to point to.
    files = {key: quote(f"{figures}/{key}{suffix}.png") for key in pictures}
    lines = [f"# {_text(document.title, lang)}"]
    lines += [_paragraph(render(line, lang)) for line in document.lines]
    lines.append(_contents(document, lang))
    for number, part in enumerate(document.parts, start=1):
        lines.append(f"## {_escaped(part_heading(part, number, lang))}")
        if part.absent is not None:
            lines.append(f"*{_escaped(absence(part.absent, lang))}*")
        for block in part.blocks:
            lines += _block(block, names, lang, files)
    if document.references:
        lines.append(f"## {Text('report.references').render(lang)}")
        # The asterisks of a reference are its italics.
        lines += [_italics_kept(apa_text(reference, lang)) for reference in document.references]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _contents(document: Document, lang: Language) -> str:
    headings = [part_heading(part, number, lang) for number, part in enumerate(document.parts, start=1)]
    if document.references:
        headings.append(Text("report.references").render(lang))
    return "\n".join(f"- [{_escaped(heading)}](#{quote(_anchor(heading))})" for heading in headings)


def _anchor(heading: str) -> str:
    """Return the name that GitHub gives a heading."""
    return _NOT_IN_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def _block(block: Block, names: Mapping[str, str], lang: Language, files: Mapping[str, str]) -> Iterator[str]:
    match block:
        case Prose():
            yield _prose(block, names, lang)
        case Table():
            yield _caption(names[block.key], block.title, lang)
            yield _table(block, lang)
            yield from _notes(block.notes, lang)
        case Figure():
            yield f"![{_text(block.alt, lang)}]({files[block.key]})"
            yield _caption(names[block.key], block.title, lang)
            yield from _notes(block.notes, lang)


def _prose(prose: Prose, names: Mapping[str, str], lang: Language) -> str:
    paragraph = _paragraph(joined(prose.sentences, lang))
    if prose.refers:
        paragraph += f" ({', '.join(names[key] for key in prose.refers)})"
    return paragraph


def _caption(name: str, title: Label, lang: Language) -> str:
    return f"**{name}.** *{_text(title, lang)}*"


def _notes(notes: Sequence[Label], lang: Language) -> Iterator[str]:
    lead = f"*{note_lead(lang)}* "
    for note in notes:
        yield lead + _paragraph(render(note, lang))
        lead = ""


def _table(table: Table, lang: Language) -> str:
    heads = []
    for column in table.columns:
        label = _text(column.label, lang)
        heads.append(f"{_text(column.spanner, lang)}: {label}" if column.spanner is not None else label)
    lines = [_line(heads), _line([":---" if column.kind == "text" else "---:" for column in table.columns])]
    for group, rows in group_runs(table.rows):
        if group is not None:
            lines.append(_line([f"**{_text(group, lang)}**", *[""] * (len(table.columns) - 1)]))
        lines += [_line(_cells(row, table, lang)) for row in rows]
    return "\n".join(lines)


def _cells(row: Row, table: Table, lang: Language) -> list[str]:
    texts = ((column.key, _escaped(text_in(row, column, lang))) for column in table.columns)
    return [f"**{text}**" if text and (row.strong or key in row.marked) else text for key, text in texts]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(label: Label, lang: Language) -> str:
    return _escaped(render(label, lang))


def _paragraph(text: str) -> str:
    """Return a text of which no first letter makes a heading, a quotation or a list."""
    escaped = _escaped(text)
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    sign = start[2]
    return f"{sign}\\{escaped[start.end() :]}" if sign.isdigit() else f"\\{escaped.lstrip()}"


def _escaped(text: str) -> str:
    """Return a text on one line, of which nothing is taken for markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _italics_kept(text: str) -> str:
    return "*".join(_MARKUP.sub(r"\\\g<0>", piece) for piece in text.split("*"))
