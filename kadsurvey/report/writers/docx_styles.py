"""The styles of a report in Word: plain Times by default, a template's where it has them."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.errors import OutputError

if TYPE_CHECKING:
    from docx.document import Document

FACE = "Times New Roman"
TABLE_TEXT, TABLE_NOTE, REFERENCE = "Table Text", "Table Note", "Reference Entry"
_BODY_SIZE, _TABLE_SIZE, _NOTE_SIZE = 12.0, 10.0, 9.0
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 21.0, 29.7, 2.54  # cm
_HEADINGS = {"Title": 16.0, "Subtitle": 12.0, "Heading 1": 14.0, "Heading 2": 12.0, "TOC Heading": 14.0}


def open_template(template: Path | None) -> Document:
    """Return an empty document with a template's styles, page and footers, or with the usual ones.

    Raises
    ------
    OutputError
        If the template is no Word document.
    """
    from docx import Document

    if template is None:
        page = Document()
        _set_page(page)
        _set_faces(page)
    else:
        page = _read(template)
    _add_missing(page)
    return page


def table_size(page: Document) -> float:
    """Return the type of the tables in points."""
    style: Any = page.styles[TABLE_TEXT]
    return float(style.font.size.pt) if style.font.size is not None else _TABLE_SIZE


def _read(template: Path) -> Document:
    from docx import Document

    from kadsurvey.archive import check_archive, check_parts, open_archive

    try:
        with open_archive(template) as archive:
            check_archive(archive, template.name)
            check_parts(archive, template.name)
        with template.open("rb") as stream:
            page = Document(stream)
        _empty(page)
        _try(page)
    except Exception as err:
        # python-docx and lxml raise whatever they meet; whatever it is, the template is no document they can read.
        raise OutputError("report.template_not_read", file=template.name) from err
    return page


def _try(page: Document) -> None:
    """Do once what every report does with a template, so that one that lacks a part fails here."""
    section: Any = page.sections[0]
    _ = section.page_width - section.left_margin - section.right_margin
    _ = section.page_height - section.top_margin - section.bottom_margin
    _ = next(line.text for line in section.footer.paragraphs)
    page.core_properties.title = page.styles["Normal"].name or ""
    _add_missing(page)
    for name in (*_HEADINGS, "Caption", TABLE_TEXT):
        page.add_paragraph("", style=name if name in page.styles else None)
    page.add_table(1, 1)
    with warnings.catch_warnings():
        # Two parts of one name would make two of the report.
        warnings.simplefilter("error")
        page.save(BytesIO())
    _empty(page)


def _empty(page: Document) -> None:
    """Take out a template's text; the last section keeps its page."""
    body: Any = page.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)


def _set_page(page: Document) -> None:
    from docx.shared import Cm

    section = page.sections[0]
    section.page_width, section.page_height = Cm(_PAGE_WIDTH), Cm(_PAGE_HEIGHT)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)


def _set_faces(page: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    normal: Any = page.styles["Normal"]
    _set_face(normal, _BODY_SIZE)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    for name, size in _HEADINGS.items():
        style: Any = page.styles[name]
        _set_face(style, size, bold=name != "Subtitle")
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt(0 if name in ("Title", "Subtitle") else 18)
        style.paragraph_format.space_after = Pt(6)
    title: Any = page.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for borders in title.element.xpath("./w:pPr/w:pBdr"):
        borders.getparent().remove(borders)
    caption: Any = page.styles["Caption"]
    # The number is bold and the title in italics, each by its run.
    _set_face(caption, _BODY_SIZE, bold=False)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(12), Pt(4)
    caption.paragraph_format.keep_with_next = True


def _set_face(style: Any, size: float, *, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    properties = style.element.get_or_add_rPr()
    for old in properties.xpath("./w:rFonts | ./w:color | ./w:spacing | ./w:kern | ./w:caps"):
        properties.remove(old)
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FACE)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)


def _add_missing(page: Document) -> None:
    from docx.shared import Cm, Pt

    names = {style.name for style in page.styles}
    for name in ("Title", "Subtitle", "Heading 1", "Caption", "TOC Heading", "toc 1", "Footer"):
        if name not in names:
            _add(page, name, builtin=True)
    for name, size in ((TABLE_TEXT, _TABLE_SIZE), (TABLE_NOTE, _NOTE_SIZE), (REFERENCE, None)):
        if name in names:
            continue
        style = _add(page, name)
        shape = style.paragraph_format
        if size is not None:
            style.font.size = Pt(size)
            shape.space_before, shape.space_after, shape.line_spacing = Pt(1), Pt(1), 1.0
        else:
            shape.left_indent, shape.first_line_indent = Cm(1.27), Cm(-1.27)


def _add(page: Document, name: str, *, builtin: bool = False) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    style: Any = page.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin)
    style.base_style = page.styles["Normal"]
    if name == "Heading 1":
        from kadsurvey.report.writers.docx_parts import element

        style.element.get_or_add_pPr().append(element("outlineLvl", val=0))
    return style
