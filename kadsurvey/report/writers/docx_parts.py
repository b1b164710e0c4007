"""Elements of a Word document: text, fields, bookmarks, captions that other text refers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from kadsurvey.report.writers.package import legible

Element: TypeAlias = Any
"""An lxml element, which has no types."""


def element(tag: str, /, *children: Element, **attributes: str | int) -> Element:
    """Return an element of the main namespace, its attributes of the same."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made: Any = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(children)
    return made


def text_runs(text: str, *, bold: bool = False, italic: bool = False, size: float | None = None) -> list[Element]:
    """Return a text as one run; its line ends and tabs stay what they are."""
    run = element("r", *_properties(bold=bold, italic=italic, size=size))
    for number, line in enumerate(legible(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if number:
            run.append(element("br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                run.append(element("tab"))
            if piece:
                run.append(_words(piece))
    return [run]


def italics_kept(text: str) -> list[Element]:
    """Return a text's runs; what stands between asterisks is in italics."""
    return [
        run for place, piece in enumerate(text.split("*")) if piece for run in text_runs(piece, italic=place % 2 == 1)
    ]


def field(instruction: str, shown: Sequence[Element], *, bold: bool = False) -> list[Element]:
    """Return the runs of a field; what it shows until it is updated is given."""

    def run(part: Element) -> Element:
        return element("r", *_properties(bold=bold, italic=False, size=None), part)

    code: Any = element("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        run(element("fldChar", fldCharType="begin")),
        run(code),
        run(element("fldChar", fldCharType="separate")),
        *shown,
        run(element("fldChar", fldCharType="end")),
    ]


def bookmarked(content: Sequence[Element], name: str, number: int) -> list[Element]:
    """Return elements between the two ends of a bookmark."""
    return [element("bookmarkStart", id=number, name=name), *content, element("bookmarkEnd", id=number)]


def linked(content: Sequence[Element], anchor: str) -> Element:
    """Return elements as a link to a bookmark."""
    return element("hyperlink", *content, anchor=anchor, history=1)


def caption_runs(name: str, number: str, sequence: str, *, bookmark: str, mark: int) -> list[Element]:
    """Return a caption's name, such as ``Table 7``, its number counted by the word processor."""
    before, _, after = name.partition(number)
    counted = field(f"SEQ {sequence} \\* ARABIC", text_runs(number, bold=True), bold=True)
    runs = [*(text_runs(before, bold=True) if before else []), *counted]
    return bookmarked([*runs, *(text_runs(after, bold=True) if after else [])], bookmark, mark)


def paragraph(style: str, content: Sequence[Element], *properties: Element) -> Element:
    """Return a paragraph; its properties in the order that the schema asks for."""
    return element("p", element("pPr", element("pStyle", val=style), *properties), *content)


def _properties(*, bold: bool, italic: bool, size: float | None) -> list[Element]:
    properties = [element(name) for name, on in (("b", bold), ("i", italic)) if on]
    if size is not None:
        properties.append(element("sz", val=round(2 * size)))
    return [element("rPr", *properties)] if properties else []


def _words(text: str) -> Element:
    words: Any = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return words
