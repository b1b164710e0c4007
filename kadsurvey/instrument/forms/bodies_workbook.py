"""The empty workbook of the body data: a row a body, the columns of the instrument with what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kadsurvey.instrument.forms.questionnaire import in_language, value_label
from kadsurvey.instrument.forms.typing_sheet import FIRST_ROW, TypingColumn, write_typing_sheet
from kadsurvey.instrument.model import BodyField, BodyFieldType, Instrument
from kadsurvey.language.text import Language, Text

_KEY = "body"
_RULES: Mapping[BodyFieldType, Mapping[str, str]] = {
    "count": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
    "share": {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "1"},
    "year": {"type": "whole", "operator": "between", "formula1": "1900", "formula2": "2100"},
}
_EXAMPLES: Mapping[BodyFieldType, str | int | float] = {
    "money": "Rp1.250.000.000",
    "count": 3,
    "share": 0.85,
    "number": 12,
    "date": "2019-03-21",
    "year": 2020,
}
# Text, so that a code keeps its leading zeros; a date as every spreadsheet program reads it.
_FORMATS: Mapping[BodyFieldType, str] = {"code": "@", "date": "yyyy-mm-dd"}


def write_bodies_workbook(instrument: Instrument, path: Path, *, lang: Language) -> None:
    """Write the workbook, which `read_bodies` reads once it has rows."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = Text("forms.bodies_sheet").render(lang)
    fields = instrument.bodies or {_KEY: BodyField(type="code", role="id")}
    write_typing_sheet(
        sheet,
        book.create_sheet(Text("forms.lists_sheet").render(lang)),
        [_column(name, part, lang) for name, part in fields.items()],
        title=Text("forms.bodies_title").render(lang),
        how=Text("forms.bodies_how", {"row": FIRST_ROW}).render(lang),
        lang=lang,
    )
    book.save(path)


def _column(name: str, part: BodyField, lang: Language) -> TypingColumn:
    key = part.role == "id"
    what = Text("forms.body_key" if key else f"forms.body_{part.type}").render(lang)
    unit = f" ({part.unit})" if part.unit else ""
    entries = tuple(dict.fromkeys(value_label(part, value, lang) for value in part.values))
    if part.type == "flag":
        entries = (Text("forms.yes").render(lang), Text("forms.no").render(lang))
    example = Text("forms.example_body").render(lang) if key else _EXAMPLES.get(part.type, "")
    return TypingColumn(
        name=name,
        # What it may hold stands with the label: a label alone is a header too.
        question=f"{in_language(part.label, lang, name)}\n{what}{unit}",
        comment="\n".join(dict.fromkeys(text for text in part.label.values() if text)),
        entries=entries,
        example=entries[0] if entries else example,
        rule=_RULES.get(part.type, {}),
        refusal=what,
        number_format=_FORMATS.get(part.type, "General"),
    )
