"""The questionnaire on paper: a Word document of one group in one language, to print and to fill in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.instrument.forms.docx_parts import (
    add_field,
    add_row,
    draw_cutting_line,
    fix_widths,
    narrow_margins,
    repeat_row,
    set_language,
    shade,
)
from kadsurvey.instrument.forms.questionnaire import (
    Answer,
    Block,
    Questionnaire,
    in_language,
    instructions,
    value_label,
)
from kadsurvey.instrument.model import Roster, SurveyField
from kadsurvey.language.text import Language, Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_BOX = "\N{BALLOT BOX}"
_GLUE = "\N{NO-BREAK SPACE}"
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 21.0, 29.7, 1.8  # cm
_TEXT_WIDTH = _PAGE_WIDTH - 2 * _MARGIN
_NUMBER_WIDTH, _ANSWERS_WIDTH, _NARROWEST = 0.95, 9.0, 1.2
_LINE_HEIGHT, _NOTES_HEIGHT = 0.75, 2.4  # cm, enough to write by hand
_ROSTER_LINES = 8
_GREY, _DARK, _HEADER, _BAND, _GAP = "7F7F7F", "1F4E79", "DCE6F1", "F7F7F7", "EFEFEF"


def write_printable(questionnaire: Questionnaire, path: Path, *, lang: Language) -> None:
    """Write the document.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : Path
    lang : {"id", "en"}
        Language of questions, answers and instructions.
    """
    from docx import Document

    _Printer(questionnaire, lang, Document()).document().save(str(path))


@dataclass(frozen=True, slots=True)
class _Printer:
    """Puts the parts of the form one under the other."""

    asked: Questionnaire
    lang: Language
    page: Document

    def document(self) -> Document:
        self._set_page()
        self._title()
        if facts := self._facts():
            self._heading(Text("forms.respondent"))
            self._fields(facts)
        number = 0
        for place, block in enumerate(self.asked.blocks):
            self._block(block, place, number)
            number += len(block.items)
        if self.asked.instrument.roster is not None:
            self._roster(self.asked.instrument.roster)
        self._close()
        return self.page

    def _facts(self) -> list[str]:
        fields = self.asked.instrument.fields
        return [name for name in self.asked.opening(server=False) if fields[name].role != "id"]

    def _set_page(self) -> None:
        from docx.shared import Cm, Pt

        section = self.page.sections[0]
        section.page_width, section.page_height = Cm(_PAGE_WIDTH), Cm(_PAGE_HEIGHT)
        section.left_margin = section.right_margin = Cm(_MARGIN)
        section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.8)
        normal: Any = self.page.styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10)
        normal.paragraph_format.space_after = Pt(3)
        set_language(self.page, self.lang)
        properties = self.page.core_properties
        properties.title, properties.author, properties.language = self._title_text(), "kadsurvey", self.lang
        self._footer(section.footer.paragraphs[0])

    def _footer(self, line: Paragraph) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Cm

        # The style of footers has tab stops of its own, made for another page.
        line.style = self.page.styles["Normal"]
        line.paragraph_format.tab_stops.add_tab_stop(Cm(_TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        instrument = self.asked.instrument
        parts = [f"{instrument.name} {instrument.version}", in_language(self.asked.group_label(), self.lang)]
        if self.asked.seed is not None:
            parts.append(self._say("forms.shuffled", seed=str(self.asked.seed)).rstrip("."))
        before, between, _ = self._say("forms.page_of").split("#")
        left = " · ".join(part for part in parts if part)
        for text, field in ((f"{left}\t{before}", "PAGE"), (between, "NUMPAGES")):
            _run(line, text, size=8, colour=_GREY)
            add_field([_run(line, "", size=8, colour=_GREY) for _ in range(5)], field)

    def _title(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        if any(part.role == "id" for part in self.asked.instrument.fields.values()):
            line = self.page.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(line, self._office_number(), size=9, colour=_GREY)
        title = self.page.add_paragraph()
        _run(title, self._title_text(), size=16, bold=True, colour=_DARK)
        if group := in_language(self.asked.group_label(), self.lang):
            _run(self.page.add_paragraph(), self._say("forms.for_group", group=group), size=11, bold=True)
        self.page.add_paragraph(instructions(self.asked, self.lang))

    def _office_number(self) -> str:
        return self._say("forms.office_number") + " ____________"

    def _title_text(self) -> str:
        return in_language(self.asked.instrument.title, self.lang, self.asked.instrument.name)

    def _heading(self, text: Text | str) -> None:
        from docx.shared import Pt

        line = self.page.add_paragraph()
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = Pt(8)
        _run(line, text if isinstance(text, str) else text.render(self.lang), size=11, bold=True, colour=_DARK)

    def _fields(self, names: Sequence[str]) -> None:
        from docx.shared import Cm

        table = self._table(2)
        for name in names:
            field = self.asked.instrument.fields[name]
            row = add_row(table, height=_LINE_HEIGHT)
            _fill(row.cells[0], in_language(field.label, self.lang, name), size=9.5)
            shade(row.cells[0], _BAND)
            _fill(row.cells[1], self._space_for(field), size=9.5)
        fix_widths(table, [Cm(5.2), Cm(_TEXT_WIDTH - 5.2)])

    def _space_for(self, field: SurveyField) -> str:
        if field.values:
            labels = dict.fromkeys(value_label(field, value, self.lang) for value in field.values)
            return "    ".join(f"{_BOX}{_GLUE}{label.replace(' ', _GLUE)}" for label in labels)
        return "____ / ____ / ________" if field.type == "date" else ""

    def _block(self, block: Block, place: int, number: int) -> None:
        from docx.shared import Cm

        heading = in_language(block.label, self.lang) or self._say("forms.statements")
        several = len(self.asked.blocks) > 1
        self._heading(f"{chr(ord('A') + place % 26)}. {heading}" if several else heading)
        answers = self.asked.answers(block)
        table = self._table(2 + len(answers))
        self._answer_row(table, answers)
        for offset, code in enumerate(block.items, start=1):
            row = add_row(table)
            _fill(row.cells[0], str(number + offset), size=9.5, centred=True)
            _run(row.cells[0].paragraphs[0], f"\n{code}", size=6.5, colour=_GREY)
            _fill(row.cells[1], in_language(self.asked.text(code), self.lang), size=9.5)
            for cell, answer in zip(row.cells[2:], answers, strict=True):
                _fill(cell, _BOX, size=13, centred=True)
                if answer.missing:
                    shade(cell, _GAP)
        width = max(_NARROWEST, min(_ANSWERS_WIDTH / len(answers), 2.0))
        text_width = max(_TEXT_WIDTH - _NUMBER_WIDTH - width * len(answers), 4.0)
        fix_widths(table, [Cm(_NUMBER_WIDTH), Cm(text_width), *[Cm(width)] * len(answers)])

    def _answer_row(self, table: Table, answers: Sequence[Answer]) -> None:
        row = add_row(table)
        repeat_row(row)
        texts = ["", self._say("forms.statement"), *(in_language(answer.labels, self.lang) for answer in answers)]
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, size=9.5 if place == 1 else 7.5, bold=True, centred=place > 1)
            shade(cell, _HEADER)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            if place > 1:
                narrow_margins(cell)
            if place > 1 and answers[place - 2].code != text:
                _run(cell.paragraphs[0], f"\n{answers[place - 2].code}", size=7, colour=_GREY)

    def _roster(self, roster: Roster) -> None:
        from docx.shared import Cm

        relations = [in_language(words, self.lang, name) for name, words in roster.relations.items()]
        if not relations:
            return
        self._heading(Text("forms.roster"))
        line = self.page.add_paragraph(in_language(roster.text, self.lang))
        line.paragraph_format.keep_with_next = True
        table = self._table(1 + len(relations))
        row = add_row(table)
        repeat_row(row)
        for cell, text in zip(row.cells, [self._say("forms.roster_name"), *relations], strict=True):
            _fill(cell, text, size=8.5, bold=True, centred=text in relations)
            shade(cell, _HEADER)
        points = "  ".join(str(point) for point in range(roster.minimum, roster.maximum + 1))
        for number in range(1, _ROSTER_LINES + 1):
            row = add_row(table, height=_LINE_HEIGHT)
            _fill(row.cells[0], f"{number}.", size=9, colour=_GREY)
            for cell in row.cells[1:]:
                _fill(cell, points, size=9.5, centred=True)
        width = min(10.0 / len(relations), 2.7)
        fix_widths(table, [Cm(_TEXT_WIDTH - width * len(relations)), *[Cm(width)] * len(relations)])

    def _close(self) -> None:
        """Print free text, then the personal fields below a line, to be cut off and kept apart."""
        from docx.shared import Cm, Pt

        fields = self.asked.instrument.fields
        closing = self.asked.closing()
        for name in (name for name in closing if fields[name].role == "text"):
            self._heading(in_language(fields[name].label, self.lang, name))
            add_row(box := self._table(1), height=_NOTES_HEIGHT)
            fix_widths(box, [Cm(_TEXT_WIDTH)])
        thanks = self.page.add_paragraph()
        thanks.paragraph_format.space_before = Pt(8)
        _run(thanks, self._say("forms.thanks"), bold=True)
        personal = [name for name in closing if fields[name].role == "personal"]
        if not personal:
            return
        thanks.paragraph_format.keep_with_next = True
        cut = self.page.add_paragraph()
        cut.paragraph_format.keep_with_next = True
        draw_cutting_line(cut)
        note = self.page.add_paragraph()
        note.paragraph_format.keep_with_next = True
        _run(note, " ".join([self._say("forms.hint_personal"), self._office_number()]), size=9)
        self._fields(personal)

    def _table(self, columns: int) -> Table:
        from docx.enum.table import WD_TABLE_ALIGNMENT

        table: Table = self.page.add_table(rows=0, cols=columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        return table

    def _say(self, code: str, **params: object) -> str:
        return Text(code, params).render(self.lang)


def _fill(cell: _Cell, text: str, *, size: float, bold: bool = False, centred: bool = False, colour: str = "") -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    line = cell.paragraphs[0]
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1.5)
    if centred:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(line, text, size=size, bold=bold, colour=colour)


def _run(line: Paragraph, text: str, *, size: float = 10, bold: bool = False, colour: str = "") -> Run:
    from docx.shared import Pt, RGBColor

    run = line.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run
