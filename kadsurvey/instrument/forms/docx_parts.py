"""Parts of a Word document for which python-docx has no call of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    from kadsurvey.language.text import Language

_AFTER_MARGINS = ("w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark")
_AFTER_SHADE = ("w:noWrap", "w:tcMar", *_AFTER_MARGINS)
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
_LOCALES = {"id": "id-ID", "en": "en-GB"}


def set_language(document: Document, lang: Language) -> None:
    """Say which language the text is in, so that a word processor checks and hyphenates it rightly."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    properties.append(_element("w:lang", val=_LOCALES[lang]))


def add_field(runs: Sequence[Run], field: str) -> None:
    """Put a field into five runs that Word keeps up to date: ``PAGE`` or ``NUMPAGES``."""
    instruction, shown = _element("w:instrText"), _element("w:t")
    # The number is what is seen until the field is first updated.
    instruction.text, shown.text = field, "1"
    parts = (
        _element("w:fldChar", fldCharType="begin"),
        instruction,
        _element("w:fldChar", fldCharType="separate"),
        shown,
        _element("w:fldChar", fldCharType="end"),
    )
    for run, part in zip(runs, parts, strict=True):
        run._r.append(part)


def add_row(table: Table, *, height: float = 0.0) -> _Row:
    """Add a row that is not split between two pages, at least so many centimetres high."""
    from docx.shared import Cm

    rows: Any = table
    row: _Row = rows.add_row()
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    if height:
        row.height = Cm(height)
    return row


def narrow_margins(cell: _Cell, twentieths: int = 30) -> None:
    """Leave little room left and right of a cell's text, in twentieths of a point."""
    margins = _element("w:tcMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(twentieths), type="dxa"))
    _put_in(cell._tc.get_or_add_tcPr(), margins, _AFTER_MARGINS)


def repeat_row(row: _Row) -> None:
    """Repeat a row at the top of every page that its table runs over."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def shade(cell: _Cell, colour: str) -> None:
    """Give a cell a background."""
    _put_in(cell._tc.get_or_add_tcPr(), _element("w:shd", val="clear", color="auto", fill=colour), _AFTER_SHADE)


def fix_widths(table: Table, widths: list[Any]) -> None:
    """Set the widths of the columns; Word takes those of the cells, LibreOffice those of the grid."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def draw_cutting_line(paragraph: Paragraph) -> None:
    """Draw a dashed line below a paragraph."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="dashed", sz="6", space="1", color="7F7F7F"))
    _put_in(paragraph._p.get_or_add_pPr(), borders, _AFTER_BORDERS)


def _put_in(parent: Any, element: Any, successors: Sequence[str]) -> None:
    """Insert an element where the schema of Word wants it: before those that may only follow it."""
    parent.insert_element_before(element, *successors)


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
