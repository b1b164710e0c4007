"""A report as a Word document: its own tables, counted captions, cross-references, headings to navigate by."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.instrument.forms.docx_parts import set_language
from kadsurvey.language.text import Label, Language, Text, render
from kadsurvey.report.document import Document, Figure, Part, Pictures, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Table
from kadsurvey.report.writers.captions import block_names, joined, part_heading
from kadsurvey.report.writers.docx_parts import (
    Element,
    bookmarked,
    caption_runs,
    element,
    field,
    italics_kept,
    linked,
    paragraph,
    text_runs,
)
from kadsurvey.report.writers.docx_styles import REFERENCE, TABLE_NOTE, TABLE_TEXT, open_template, table_size
from kadsurvey.report.writers.docx_table import PADDING, table_element
from kadsurvey.report.writers.layout import fit_table
from kadsurvey.report.writers.package import legible, write_package

if TYPE_CHECKING:
    from docx.document import Document as Page

_SMALLEST = 7.0
_FIGURE_SHARE = 0.8  # of a page's height
_REFERENCES = "references"


def write_docx(
    document: Document, path: Path, *, lang: Language, pictures: Pictures, template: Path | None = None
) -> None:
    """Write a report as a Word document.

    Parameters
    ----------
    document : Document
    path : Path
    lang : {"id", "en"}
    pictures : mapping of str to Picture
        The figures as drawn in this language.
    template : Path, optional
        Word document whose page, footers and styles are taken, its text is not. Styles that it lacks are added.

    Raises
    ------
    OutputError
        If the template is no Word document.
    KeyError
        If a figure has no picture, or a paragraph refers to what is not in the document.
    """
    page = open_template(template)
    _Writer(document, page, lang, pictures).write()
    content = BytesIO()
    page.save(content)
    write_package(content, path)


class _Writer:
    """Puts the parts of a report one under the other."""

    def __init__(self, document: Document, page: Page, lang: Language, pictures: Pictures) -> None:
        from docx.shared import Emu

        self._document, self._page, self._lang, self._pictures = document, page, lang, pictures
        self._names, self._numbers = block_names(document, lang), document.numbers()
        self._size = table_size(page)
        self._marks = 0
        section: Any = page.sections[0]
        margins = section.left_margin + section.right_margin
        short, long = sorted((section.page_width, section.page_height))
        self._upright, self._across = Emu(short - margins).pt, Emu(long - margins).pt
        self._highest = _FIGURE_SHARE * Emu(long - section.top_margin - section.bottom_margin).pt
        self._lies = False

    def write(self) -> None:
        title = render(self._document.title, self._lang)
        self._describe(title)
        self._footer()
        self._add("Title", text_runs(title))
        for line in self._document.lines:
            self._add("Subtitle", text_runs(render(line, self._lang)))
        self._contents()
        for number, part in enumerate(self._document.parts, start=1):
            self._part(part, number)
        self._turn(across=False)
        if self._document.references:
            self._heading(self._say("report.references"), _REFERENCES)
            for reference in self._document.references:
                self._add(REFERENCE, italics_kept(apa_text(reference, self._lang)))

    def _describe(self, title: str) -> None:
        normal: Any = self._page.styles["Normal"].element
        for old in normal.xpath("./w:rPr/w:lang"):
            old.getparent().remove(old)
        set_language(self._page, self._lang)
        properties = self._page.core_properties
        # 255 letters are the most that the properties of a document take.
        properties.title, properties.author, properties.language = legible(title)[:255], "kadsurvey", self._lang
        properties.last_modified_by = properties.comments = properties.keywords = properties.subject = ""
        properties.revision = 1

    def _footer(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        footer: Any = self._page.sections[0].footer
        if any(line.text.strip() or line._p.xpath(".//w:instrText | .//w:fldSimple") for line in footer.paragraphs):
            return  # a template's own
        line = footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line._p.extend(field("PAGE", text_runs("1")))

    def _contents(self) -> None:
        self._add("TOC Heading", text_runs(self._say("report.contents")))
        headings = [
            (part_heading(part, number, self._lang), _part_mark(number))
            for number, part in enumerate(self._document.parts, start=1)
        ]
        if self._document.references:
            headings.append((self._say("report.references"), _REFERENCES))
        # One field over all lines: it begins in the first and ends in the last.
        lines = [[linked(text_runs(heading), mark)] for heading, mark in headings]
        if not lines:
            return
        *begin, end = field(r'TOC \o "1-1" \n \h \z', [])
        lines[0][:0], lines[-1][len(lines[-1]) :] = begin, [end]
        for line in lines:
            self._add("toc 1", line)

    def _part(self, part: Part, number: int) -> None:
        self._turn(across=False)
        self._heading(part_heading(part, number, self._lang), _part_mark(number))
        if part.absent is not None:
            self._add("Normal", text_runs(self._say("report.part_absent", reason=part.absent), italic=True))
        for block in part.blocks:
            match block:
                case Table():
                    self._table(block)
                case Figure():
                    self._figure(block)
                case Prose():
                    self._prose(block)

    def _heading(self, text: str, mark: str) -> None:
        self._add("Heading 1", self._bookmarked(text_runs(text), mark))

    def _prose(self, prose: Prose) -> None:
        self._turn(across=False)
        runs = text_runs(joined(prose.sentences, self._lang))
        for place, key in enumerate(prose.refers):
            runs += text_runs(", " if place else " (")
            runs += field(f"REF {self._mark_of(key)} \\h", text_runs(self._names[key]))
        self._add("Normal", [*runs, *(text_runs(")") if prose.refers else [])])

    def _table(self, table: Table) -> None:
        sizes = [self._size - step for step in range(max(1, round(self._size - _SMALLEST) + 1))]
        layout = fit_table(
            table, self._lang, upright=self._upright, across=self._across, sizes=sizes, padding=PADDING
        )  # fmt: skip
        self._turn(across=layout.across)
        self._caption(table.key, table.title)
        size = layout.size if layout.size != self._size else None
        style = self._style(TABLE_TEXT)
        made = table_element(table, layout, self._lang, style=style, size=size, last_keeps=bool(table.notes))
        self._body(made)
        self._notes(table.notes)
        if not table.notes:
            # Word wants a paragraph between a table and the end of a text.
            self._add(TABLE_NOTE, [])

    def _figure(self, figure: Figure) -> None:
        from docx.shared import Inches

        picture = self._pictures[figure.key]
        self._turn(across=False)
        self._caption(figure.key, figure.title)
        line: Any = self._page.add_paragraph()
        line.paragraph_format.keep_with_next, line.paragraph_format.line_spacing = bool(figure.notes), 1.0
        # A figure as high as the page would leave its caption and notes on others.
        scale = min(1.0, self._upright / Inches(picture.width).pt, self._highest / Inches(picture.height).pt)
        shape: Any = line.add_run().add_picture(BytesIO(picture.png), width=Inches(picture.width * scale))
        properties = shape._inline.docPr
        properties.set("name", self._names[figure.key])
        properties.set("title", legible(render(figure.title, self._lang)))
        properties.set("descr", legible(render(figure.alt, self._lang)))
        self._notes(figure.notes)

    def _caption(self, key: str, title: Label) -> None:
        kind, number = self._numbers[key]
        name = self._names[key]
        self._marks += 1
        # The word of the caption names its sequence, as Word does it, so that lists of tables can be made.
        sequence = name.replace(str(number), "").strip() or kind
        runs = caption_runs(name, str(number), sequence, bookmark=self._mark_of(key), mark=self._marks)
        runs += [element("r", element("br")), *text_runs(render(title, self._lang), italic=True)]
        # Tables and figures stand below their part in the navigation pane.
        self._add("Caption", runs, element("keepNext"), element("outlineLvl", val=1))

    def _notes(self, notes: Sequence[Label]) -> None:
        for place, note in enumerate(notes):
            lead = text_runs(f"{self._say('report.note_lead')} ", italic=True) if place == 0 else []
            keep = [element("keepNext")] if place < len(notes) - 1 else []
            last = [element("spacing", after=240)] if place == len(notes) - 1 else []
            self._add(TABLE_NOTE, [*lead, *text_runs(render(note, self._lang))], *keep, *last)

    def _turn(self, *, across: bool) -> None:
        """Begin a section whose pages stand upright or lie across, if these do not already."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if across == self._lies:
            return
        section = self._page.add_section(WD_SECTION.NEW_PAGE)
        short, long = sorted((section.page_width or 0, section.page_height or 0))
        section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if across else (short, long)
        self._lies = across

    def _mark_of(self, key: str) -> str:
        kind, number = self._numbers[key]
        return f"{kind}_{number}"

    def _bookmarked(self, runs: Sequence[Element], name: str) -> list[Element]:
        self._marks += 1
        return bookmarked(runs, name, self._marks)

    def _add(self, style: str, content: Sequence[Element], *properties: Element) -> None:
        self._body(paragraph(self._style(style), content, *properties))

    def _body(self, made: Element) -> None:
        body: Any = self._page.element.body
        body.insert_element_before(made, "w:sectPr")

    def _style(self, name: str) -> str:
        return str(self._page.styles[name].style_id)

    def _say(self, code: str, **params: object) -> str:
        return Text(code, params).render(self._lang)


def _part_mark(number: int) -> str:
    return f"part_{number}"
