"""A sheet to type rows into: title, questions, an example, then one locked row of codes, which readers find as header.

What stands above the header is a title to every reader, so the example is never read as a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kadsurvey.instrument.forms.sheets import (
    EXAMPLE_COLOUR,
    HEADER_COLOUR,
    QUESTION_COLOUR,
    add_list,
    fill,
    font,
    limit,
    put,
    unlock_columns,
)
from kadsurvey.language.text import Language, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

QUESTION_ROW, EXAMPLE_ROW, HEADER_ROW, FIRST_ROW = 3, 4, 5, 6
AT_LEAST_ZERO: Mapping[str, str] = {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"}

_WIDTH = 20
_CHARACTERS_A_LINE = 21
_LINE_HEIGHT = 12.5
_A4 = 9


@dataclass(frozen=True, slots=True)
class TypingColumn:
    """A column of the sheet.

    Attributes
    ----------
    name : str
        The code that stands in the header.
    question : str
        What belongs there. It must not be a text by which a reader knows the column, or the row of the questions would
        be taken for the header.
    comment : str
        Shown where the cursor rests on the code.
    entries : tuple of str or int
        What the drop-down offers; empty where anything can be typed.
    answers : str
        Name over these entries in the sheet of lists; empty for the column's own.
    example : str or int or float
    rule : mapping
        What openpyxl's DataValidation takes, for a column without a drop-down; empty for no rule.
    refusal : str
        What is said of a cell that breaks the rule.
    number_format : str
    """

    name: str
    question: str
    comment: str = ""
    entries: tuple[str | int, ...] = ()
    answers: str = ""
    example: str | int | float = ""
    rule: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    number_format: str = "General"


def write_typing_sheet(
    sheet: Worksheet, lists: Worksheet, columns: Sequence[TypingColumn], *, title: str, how: str, lang: Language
) -> None:
    """Write the rows above the first that is typed, the rules of the cells below, and protect all but those.

    Parameters
    ----------
    sheet, lists : Worksheet
        The sheet itself, and the one that holds what the drop-downs offer.
    columns : sequence of TypingColumn
    title, how : str
        What the sheet is for, and how it is filled in.
    lang : {"id", "en"}
    """
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    put(sheet, 1, 1, title).font = font(bold=True, size=14)
    put(sheet, 2, 1, how).font = font()
    for place, column in enumerate(columns, start=1):
        _write_question(sheet, place, column)
        header = put(sheet, HEADER_ROW, place, column.name)
        header.font, header.fill, header.border = font(bold=True, color="FFFFFF"), fill(HEADER_COLOUR), _border()
        if column.comment:
            header.comment = Comment(column.comment, "kadsurvey", width=320, height=120)
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.number_format = _WIDTH, column.number_format
    lines = max(sum(1 + len(part) // _CHARACTERS_A_LINE for part in column.question.split("\n")) for column in columns)
    sheet.row_dimensions[QUESTION_ROW].height = _LINE_HEIGHT * (lines + 1)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.print_title_rows, sheet.print_title_cols = f"{QUESTION_ROW}:{HEADER_ROW}", "A:A"
    _add_rules(sheet, lists, columns, lang)
    unlock_columns(sheet, len(columns), from_row=FIRST_ROW)


def _write_question(sheet: Worksheet, place: int, column: TypingColumn) -> None:
    from openpyxl.styles import Alignment

    question = put(sheet, QUESTION_ROW, place, column.question)
    question.alignment = Alignment(wrap_text=True, vertical="top")
    question.fill, question.font, question.border = fill(QUESTION_COLOUR), font(size=9), _border()
    example = sheet.cell(EXAMPLE_ROW, place)
    if isinstance(column.example, str):
        put(sheet, EXAMPLE_ROW, place, column.example)
    else:
        example.value = column.example
    example.font, example.fill = font(italic=True, color="7F7F7F", size=9), fill(EXAMPLE_COLOUR)
    example.border, example.alignment = _border(), Alignment(horizontal="left")


def _border() -> Any:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="BFBFBF")
    return Border(left=line, right=line, bottom=line)


def _add_rules(sheet: Worksheet, lists: Worksheet, columns: Sequence[TypingColumn], lang: Language) -> None:
    """Give every column its drop-down or its rule; columns with the same answers share one list."""
    title = Text("forms.entry_bad_cell").render(lang)
    not_listed = Text("forms.entry_not_listed").render(lang)
    references: dict[tuple[str | int, ...], str] = {}
    for place, column in enumerate(columns, start=1):
        if column.entries:
            if column.entries not in references:
                name = column.answers or column.name
                references[column.entries] = add_list(lists, len(references) + 1, name, column.entries)
            rule = {"type": "list", "formula1": references[column.entries]}
            limit(sheet, place, FIRST_ROW, title=title, message=not_listed, **rule)
        elif column.rule:
            limit(sheet, place, FIRST_ROW, title=title, message=column.refusal, **column.rule)
    lists.protection.enable()
