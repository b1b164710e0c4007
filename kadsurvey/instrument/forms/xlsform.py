"""An instrument as the rows of an XLSForm: the sheets survey, choices and settings, in every language it has.

Beside the columns that KoboToolbox and ODK know, a row of an item names its construct and whether it is reversed, and
the sheet ``kadsurvey`` holds what no form can (roles, aliases, body data), so that a form leads back to its instrument.
Servers take no notice of either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kadsurvey.errors import ArgumentError
from kadsurvey.instrument.forms.questionnaire import (
    Questionnaire,
    in_language,
    instructions,
    languages_of,
    offered,
    server_time,
    value_label,
)
from kadsurvey.instrument.model import SurveyField, Words
from kadsurvey.instrument.wording import fold_header
from kadsurvey.instrument.yaml_text import instrument_data, yaml_text
from kadsurvey.language.text import Language, Text

LANGUAGE_NAMES: Mapping[Language, str] = {"id": "Bahasa Indonesia (id)", "en": "English (en)"}
CONSTRUCT, REVERSE = "kadsurvey_construct", "kadsurvey_reverse"
SPOKEN = ("label", "hint", "required_message", "constraint_message")
"""Columns of which there is one a language."""

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ON_ONE_SCREEN = 10
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a sheet.

    Attributes
    ----------
    cells : mapping of column to text
        Cells that are not blank; a spoken column is named with its language, as in ``label:id``.
    number : int
        The row as the spreadsheet counts; 0 where it was never in one.
    """

    cells: Mapping[str, str]
    number: int = 0

    def get(self, column: str) -> str:
        """Return a cell, empty where it is blank."""
        return self.cells.get(column, "")

    def words(self, column: str) -> dict[Language, str]:
        """Return a spoken column in the languages in which it is filled."""
        return {lang: text for lang in LANGUAGE_NAMES if (text := self.get(f"{column}:{lang}"))}


@dataclass(frozen=True, slots=True)
class XlsForm:
    """The sheets of an XLSForm.

    Attributes
    ----------
    survey, choices : tuple of FormRow
    settings : FormRow
    embedded : str
        YAML of the instrument that the form was made from; empty for a form made elsewhere.
    """

    survey: tuple[FormRow, ...]
    choices: tuple[FormRow, ...]
    settings: FormRow
    embedded: str = ""


def xlsform(questionnaire: Questionnaire, *, lang: Language = "id") -> XlsForm:
    """Lay out a questionnaire as an XLSForm.

    Parameters
    ----------
    questionnaire : Questionnaire
        Where it is of one group, the form fills the group's column in by itself.
    lang : {"id", "en"}
        The language that the form opens in, and of its title.

    Raises
    ------
    ArgumentError
        If a field has no name that can be a column of a form.
    """
    return _Builder(questionnaire, lang).form()


class _Builder:
    """Puts the rows together; names that the instrument does not fix are chosen so that none stands twice."""

    def __init__(self, questionnaire: Questionnaire, lang: Language) -> None:
        self._asked = questionnaire
        self._instrument = questionnaire.instrument
        self._languages = languages_of(self._instrument)
        self._default = lang if lang in self._languages else self._languages[0]
        self._columns = {name: _column_name(name, part) for name, part in self._instrument.fields.items()}
        self._taken = {*self._instrument.items, *self._columns.values()}
        self._lists = set(self._instrument.scales)
        self._choices: list[FormRow] = []

    def form(self) -> XlsForm:
        self._offer_scales()
        facts = self._fields(self._asked.opening(server=True))
        survey = [
            *self._metadata(),
            self._row("note", self._free_name("instructions"), label=self._instructions()),
            *self._grouped("respondent", self._text("forms.respondent"), facts),
            *(row for block in self._blocks() for row in block),
            *self._roster(),
            *self._grouped("closing", self._text("forms.closing"), self._fields(self._asked.closing())),
        ]
        return XlsForm(
            tuple(survey), tuple(self._choices), self._settings(), yaml_text(instrument_data(self._instrument))
        )

    def _instructions(self) -> Words:
        return {lang: instructions(self._asked, lang) for lang in self._languages}

    def _settings(self) -> FormRow:
        name = self._instrument.name
        title = in_language(self._instrument.title, self._default, name)
        if self._asked.group is not None:
            title = f"{title} ({in_language(self._asked.group_label(), self._default)})"
        return FormRow(
            {
                "form_title": title,
                "form_id": name if self._asked.group is None else f"{name}_{self._asked.group}",
                "version": self._instrument.version,
                "default_language": LANGUAGE_NAMES[self._default],
            }
        )

    def _metadata(self) -> Iterator[FormRow]:
        for name, part in self._instrument.fields.items():
            kind = server_time(name, part)
            if kind is not None:
                yield FormRow({"type": kind, "name": self._columns[name]})
        group = self._instrument.field_with("group")
        if self._asked.group is not None and group is not None:
            yield FormRow({"type": "calculate", "name": self._columns[group], "calculation": f"'{self._asked.group}'"})

    def _fields(self, names: list[str]) -> list[FormRow]:
        return [self._field(name, self._instrument.fields[name]) for name in names]

    def _field(self, name: str, part: SurveyField) -> FormRow:
        label = {lang: in_language(part.label, lang, name) for lang in self._languages}
        extra: dict[str, str] = {}
        if part.role in ("body", "member", "group", "id"):
            extra |= {"required": "yes", **self._spoken("required_message", self._text("forms.required_field"))}
        if part.role == "body" and not part.values:
            extra |= self._spoken("hint", self._text("forms.hint_body"))
        if part.role == "personal":
            extra |= self._spoken("hint", self._text("forms.hint_personal"))
        if part.type == "number" and not part.values:
            extra |= {"constraint": ". >= 0", **self._spoken("constraint_message", self._text("forms.not_negative"))}
        return self._row(self._field_type(name, part), self._columns[name], label=label, **extra)

    def _field_type(self, name: str, part: SurveyField) -> str:
        if part.values:
            values = [
                (value, {lang: value_label(part, value, lang) for lang in self._languages}) for value in part.values
            ]
            list_name = self._columns[name] if self._columns[name] not in self._lists else f"{self._columns[name]}_list"
            self._lists.add(list_name)
            self._choices += [self._choice(list_name, value, labels) for value, labels in values]
            return f"select_one {list_name}"
        match part.type:
            case "number":
                return "decimal"
            case "date":
                return "date"
        return "text"

    def _blocks(self) -> Iterator[list[FormRow]]:
        for block in self._asked.blocks:
            label = block.label or self._text("forms.statements")
            gap = self._asked.gap(block)
            rows = []
            for code in block.items:
                extra = {CONSTRUCT: self._instrument.construct_of[code]}
                extra[REVERSE] = "yes" if self._instrument.items[code].reverse else "no"
                if gap is not None:
                    # Only who may say "I do not know" can be asked to leave no item out.
                    message = {
                        lang: Text("forms.required_item", {"label": in_language(gap.labels, lang)}).render(lang)
                        for lang in self._languages
                    }
                    extra |= {"required": "yes", **self._spoken("required_message", message)}
                rows.append(self._row(f"select_one {block.scale}", code, label=self._asked.text(code), **extra))
            yield self._grouped(block.name, label, rows)

    def _offer_scales(self) -> None:
        for name, scale in self._instrument.scales.items():
            self._choices += [self._choice(name, answer.code, answer.labels) for answer in offered(scale)]

    def _roster(self) -> list[FormRow]:
        roster = self._instrument.roster
        if roster is None or not roster.relations:
            return []
        low, high = roster.minimum, roster.maximum
        message = {lang: Text("forms.between", {"low": low, "high": high}).render(lang) for lang in self._languages}
        rows = [self._row("text", self._free_name("roster_name"), label=self._text("forms.roster_name"))]
        for relation, words in roster.relations.items():
            limits = {"constraint": f". >= {low} and . <= {high}", **self._spoken("constraint_message", message)}
            rows.append(self._row("integer", self._free_name(f"roster_{relation}"), label=words, **limits))
        label = roster.text or self._text("forms.roster")
        return self._grouped("roster", label, rows, kind="repeat")

    def _grouped(self, name: str, label: Words, rows: list[FormRow], *, kind: str = "group") -> list[FormRow]:
        if not rows:
            return []
        # A long list on one screen is hard to fill in on a telephone.
        extra = {"appearance": "field-list"} if kind == "group" and len(rows) <= _ON_ONE_SCREEN else {}
        first = self._row(f"begin_{kind}", self._free_name(name), label=label, **extra)
        return [first, *rows, FormRow({"type": f"end_{kind}"})]

    def _row(self, kind: str, name: str, *, label: Words, **extra: str) -> FormRow:
        return FormRow({"type": kind, "name": name, **self._spoken("label", label, name), **extra})

    def _choice(self, list_name: str, value: str, labels: Words) -> FormRow:
        # A name holds no blank; readers of answers take an underscore for one.
        name = _SPACES.sub("_", value)
        return FormRow({"list_name": list_name, "name": name, **self._spoken("label", labels, value)})

    def _spoken(self, column: str, words: Words, fallback: str = "") -> dict[str, str]:
        return {f"{column}:{lang}": in_language(words, lang, fallback) for lang in self._languages}

    def _text(self, code: str) -> Words:
        return {lang: Text(code).render(lang) for lang in self._languages}

    def _free_name(self, name: str) -> str:
        free, number = name, 2
        while free in self._taken:
            free, number = f"{name}_{number}", number + 1
        self._taken.add(free)
        return free


def _column_name(name: str, part: SurveyField) -> str:
    """Return the first name of a field that can be a column of a form and that its readers know."""
    known = {fold_header(text) for text in (name, *part.aliases, *part.label.values())}
    for text in (name, *part.aliases):
        column = _SPACES.sub("_", text.strip())
        if _XML_NAME.fullmatch(column) and fold_header(column) in known:
            return column
    raise ArgumentError("forms.no_column_name", field=name)
