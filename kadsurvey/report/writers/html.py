"""A report as one page: no other file, no network, for wide and narrow screens, the dark, paper and screen readers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path

from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.document import Block, Document, Figure, Part, Pictures, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Table
from kadsurvey.report.writers.captions import absence, block_names, joined, part_heading
from kadsurvey.report.writers.html_svg import inline_svg
from kadsurvey.report.writers.html_table import notes_html, table_html

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_-]")
_ITALICS = re.compile(r"\*([^*]+)\*")
_REFERENCES = "references"


def write_html(document: Document, path: Path, *, lang: Language, pictures: Pictures) -> None:
    """Write a report as one page.

    Parameters
    ----------
    document : Document
    path : Path
    lang : {"id", "en"}
    pictures : mapping of str to Picture
        The figures as drawn in this language.

    Raises
    ------
    KeyError
        If a figure has no picture, or a paragraph refers to what is not in the document.
    """
    path.write_text("".join(_page(document, lang, pictures)), encoding="utf-8", newline="\n")


def _page(document: Document, lang: Language, pictures: Pictures) -> Iterator[str]:
    skip, hint = _text("report.skip_to_text", lang), _text("report.sort_hint", lang)
    yield f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n'
    yield from _head(render(document.title, lang))
    yield f'</head>\n<body>\n<a class="skip" href="#text">{skip}</a>\n'
    yield from _contents(document, lang)
    yield '<main id="text" tabindex="-1">\n<header>\n'
    yield f"<h1>{escape(render(document.title, lang))}</h1>\n"
    yield from (f"<p>{escape(render(line, lang))}</p>\n" for line in document.lines)
    yield f'<p class="hint" hidden>{hint}</p>\n</header>\n'
    names = block_names(document, lang)
    anchors = {key: _anchor(kind, key) for key, (kind, _) in document.numbers().items()}
    for number, part in enumerate(document.parts, start=1):
        yield from _part(part, part_heading(part, number, lang), names, anchors, lang, pictures)
    yield from _references(document, lang)
    yield f"</main>\n{_status(lang)}<script>{_resource('page.js')}</script>\n</body>\n</html>\n"


def _head(title: str) -> Iterator[str]:
    digest = b64encode(sha256(_resource("page.js").encode()).digest()).decode()
    # Even if words of the data became markup, the page could neither run nor fetch anything.
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield '<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n'
    yield f"<style>{_resource('page.css')}</style>\n"


def _contents(document: Document, lang: Language) -> Iterator[str]:
    words, references = _text("report.contents", lang), _text("report.references", lang)
    names = block_names(document, lang)
    yield f'<nav aria-label="{words}">\n<details open>\n<summary>{words}</summary>\n<ol>\n'
    for number, part in enumerate(document.parts, start=1):
        missing = ' class="missing"' if part.absent is not None else ""
        heading = escape(part_heading(part, number, lang))
        yield f'<li{missing}><a href="#{_anchor("part", part.key)}">{heading}</a>'
        inner = [
            f'<li><a href="#{_anchor("table" if isinstance(block, Table) else "figure", block.key)}">'
            f"{escape(names[block.key])}. {escape(render(block.title, lang))}</a></li>\n"
            for block in part.blocks
            if isinstance(block, Table | Figure)
        ]
        yield f"\n<ul>\n{''.join(inner)}</ul>\n</li>\n" if inner else "</li>\n"
    if document.references:
        yield f'<li><a href="#{_REFERENCES}">{references}</a></li>\n'
    yield "</ol>\n</details>\n</nav>\n"


def _part(
    part: Part,
    heading: str,
    names: Mapping[str, str],
    anchors: Mapping[str, str],
    lang: Language,
    pictures: Pictures,
) -> Iterator[str]:
    name = _anchor("part", part.key)
    yield f'<section id="{name}" aria-labelledby="{name}-title">\n<h2 id="{name}-title">{escape(heading)}</h2>\n'
    if part.absent is not None:
        yield f'<p class="absent">{escape(absence(part.absent, lang))}</p>\n'
    for block in part.blocks:
        yield _block(block, names, anchors, lang, pictures)
    yield "</section>\n"


def _block(
    block: Block, names: Mapping[str, str], anchors: Mapping[str, str], lang: Language, pictures: Pictures
) -> str:
    match block:
        case Table():
            return table_html(block, name=anchors[block.key], number=names[block.key], lang=lang)
        case Figure():
            drawn = pictures[block.key]
            return _figure(block, drawn.svg, drawn.width, anchors[block.key], names[block.key], lang)
        case Prose():
            links = ", ".join(f'<a href="#{anchors[key]}">{escape(names[key])}</a>' for key in block.refers)
            return f"<p>{escape(joined(block.sentences, lang))}{f' ({links})' if links else ''}</p>\n"


def _figure(figure: Figure, svg: str, width: float, name: str, number: str, lang: Language) -> str:
    drawing = inline_svg(svg, name=f"{name}-drawing", label=render(figure.alt, lang))
    return (
        f'<figure id="{name}">\n'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}-title">\n'
        f'<div class="drawing" style="--width:{width:g}in">{drawing}</div>\n</div>\n'
        f'<figcaption><p id="{name}-title"><span class="number">{escape(number)}</span> '
        f'<span class="title">{escape(render(figure.title, lang))}</span></p>\n'
        f"{notes_html(figure.notes, name=f'{name}-notes', lang=lang)}</figcaption>\n</figure>\n"
    )


def _references(document: Document, lang: Language) -> Iterator[str]:
    if not document.references:
        return
    heading = _text("report.references", lang)
    yield f'<section id="{_REFERENCES}" aria-labelledby="{_REFERENCES}-title">\n'
    yield f'<h2 id="{_REFERENCES}-title">{heading}</h2>\n<ul class="references">\n'
    for reference in document.references:
        # The asterisks of a reference are its italics.
        line = _ITALICS.sub(r"<em>\1</em>", escape(apa_text(reference, lang)))
        yield f'<li id="{_anchor("reference", reference.key)}">{line}</li>\n'
    yield "</ul>\n</section>\n"


def _status(lang: Language) -> str:
    """Return the line that tells a screen reader how a table was sorted; the script fills its gaps."""
    gaps = {"table": "{table}", "column": "{column}"}
    said = "".join(
        f' data-{order}="{escape(Text(f"report.sorted_{order}", gaps).render(lang))}"'
        for order in ("ascending", "descending", "none")
    )
    return f'<p id="status" class="unseen" role="status"{said}></p>\n'


def _text(code: str, lang: Language) -> str:
    return escape(Text(code).render(lang))


def _anchor(kind: str, key: str) -> str:
    return f"{kind}-{_NOT_IN_ID.sub('-', key)}"


@cache
def _resource(name: str) -> str:
    return files("kadsurvey.report.writers").joinpath(name).read_text(encoding="utf-8")
