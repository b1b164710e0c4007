"""The workbook to type answers in: a row a respondent, drop-downs with the labels of the scales, a codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kadsurvey.instrument.forms.codebook import codebook
from kadsurvey.instrument.forms.questionnaire import (
    Questionnaire,
    in_language,
    missing_answers,
    offered,
    value_label,
)
from kadsurvey.instrument.forms.sheets import LINE_HEIGHT, add_table, put
from kadsurvey.instrument.forms.typing_sheet import (
    AT_LEAST_ZERO,
    FIRST_ROW,
    HEADER_ROW,
    TypingColumn,
    write_typing_sheet,
)
from kadsurvey.language.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from openpyxl import Workbook

_GUIDE_LINES = 4
_EXAMPLE_ANSWERS = (3, 2, 3, 4, 1, 5)
"""Places of the answers in the example, over and over: different points, and now and then *tidak tahu*."""


def write_entry_workbook(questionnaire: Questionnaire, path: Path, *, lang: Language, name: str = "") -> None:
    """Write the workbook.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its order of items is that of the columns.
    path : Path
    lang : {"id", "en"}
        Language of the questions and of the labels in the drop-downs; the other stands in comments and codebook.
    name : str, optional
        The file's name as its guide says it; empty for that of ``path``.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = Text("forms.entry_sheet").render(lang)
    _write_guide(book, sheet.title, name or path.name, questionnaire, lang)
    _write_codebook(book, questionnaire, lang)
    title = in_language(questionnaire.instrument.title, lang, questionnaire.instrument.name)
    if group := in_language(questionnaire.group_label(), lang):
        title = f"{title} ({group})"
    write_typing_sheet(
        sheet,
        book.create_sheet(Text("forms.lists_sheet").render(lang)),
        entry_columns(questionnaire, lang=lang),
        title=title,
        how=Text("forms.entry_how", {"row": FIRST_ROW, "codes": _codes(questionnaire)}).render(lang),
        lang=lang,
    )
    book.save(path)


def entry_columns(questionnaire: Questionnaire, *, lang: Language) -> list[TypingColumn]:
    """Return the columns: the facts, then the items in their order, then free text; nothing personal."""
    fields = questionnaire.instrument.fields
    opening = questionnaire.opening(server=False)
    group = questionnaire.instrument.field_with("group")
    if group is not None and group not in opening:
        # On paper the group is known from the form; in a row it must be said.
        opening = [*opening, group]
    texts = [name for name in questionnaire.closing() if fields[name].role == "text"]
    items = [
        _item_column(questionnaire, code, number, lang) for number, code in enumerate(questionnaire.items, start=1)
    ]
    return [
        *(_field_column(questionnaire, name, lang) for name in opening),
        *items,
        *(_field_column(questionnaire, name, lang) for name in texts),
    ]


def _item_column(questionnaire: Questionnaire, code: str, number: int, lang: Language) -> TypingColumn:
    instrument = questionnaire.instrument
    item, scale = instrument.items[code], instrument.scale_of(code)
    shown = offered(scale)
    answers = [*shown, *missing_answers(scale, offered=False)]
    labels = dict.fromkeys(in_language(answer.labels, lang) for answer in answers)
    codes = [int(answer.code) for answer in answers if answer.code.lstrip("-").isdigit()]
    example = shown[_EXAMPLE_ANSWERS[number % len(_EXAMPLE_ANSWERS)] % len(shown)]
    wordings = [words.get(other) for words in (item.text, item.text_ngo) for other in LANGUAGES]
    return TypingColumn(
        name=code,
        # The number on paper goes first: the text alone is a header too.
        question=f"No. {number}\n{in_language(questionnaire.text(code), lang)}",
        comment="\n".join(text for text in wordings if text),
        answers=item.scale,
        entries=(*labels, *(code for code in codes if str(code) not in labels)),
        example=in_language(example.labels, lang),
    )


def _field_column(questionnaire: Questionnaire, name: str, lang: Language) -> TypingColumn:
    part = questionnaire.instrument.fields[name]
    values = list(part.values)
    if part.role == "group" and questionnaire.group is not None:
        values = [value for value in values if value == questionnaire.group]
    labels = tuple(dict.fromkeys(value_label(part, value, lang) for value in values))
    number = part.type == "number" and not values
    examples = {role: Text(f"forms.example_{role}").render(lang) for role in ("id", "body", "member")}
    return TypingColumn(
        name=name,
        question=in_language(part.label, lang, name),
        comment="\n".join(dict.fromkeys(text for text in part.label.values() if text)),
        entries=labels,
        example=labels[0] if labels else examples.get(part.role, 5 if number else ""),
        rule=AT_LEAST_ZERO if number else {},
        refusal=Text("forms.entry_not_number").render(lang),
    )


def _codes(questionnaire: Questionnaire) -> str:
    """Return the codes of the first scale as ``1-5, 8``."""
    scale = questionnaire.instrument.scales[questionnaire.blocks[0].scale]
    gaps = [answer.code for answer in offered(scale) if answer.missing and answer.code.lstrip("-").isdigit()]
    return ", ".join([f"{scale.minimum}-{scale.maximum}", *gaps])


def _write_guide(book: Workbook, entry: str, file: str, questionnaire: Questionnaire, lang: Language) -> None:
    from openpyxl.styles import Alignment

    sheet = book.create_sheet(Text("forms.guide_sheet").render(lang))
    sheet.column_dimensions["A"].width = 110
    places = {"sheet": entry, "row": FIRST_ROW, "header": HEADER_ROW, "file": file}
    lines = [Text(f"forms.guide_{number}", places).render(lang) for number in range(1, _GUIDE_LINES + 1)]
    if questionnaire.seed is not None:
        lines.append(Text("forms.shuffled", {"seed": str(questionnaire.seed)}).render(lang))
    for row, line in enumerate(lines, start=1):
        put(sheet, row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 2 * LINE_HEIGHT


def _write_codebook(book: Workbook, questionnaire: Questionnaire, lang: Language) -> None:
    sheet = book.create_sheet(Text("forms.codebook_sheet").render(lang))
    row = 1
    for section in codebook(questionnaire.instrument, lang=lang):
        if section.key in ("items", "scales", "fields"):
            row = 1 + add_table(
                sheet, row, title=section.title, note=section.note, header=section.header, rows=section.rows
            )
