"""From the rows of an XLSForm to the data of an instrument; what a form cannot tell is left blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kadsurvey.findings import Finding
from kadsurvey.instrument.blanks import BLANK
from kadsurvey.instrument.forms.likert import Choice, scale_data
from kadsurvey.instrument.forms.questionnaire import META, NGO
from kadsurvey.instrument.forms.survey_rows import Question, survey_rows
from kadsurvey.instrument.forms.usual_fields import server_id, usual_field
from kadsurvey.instrument.forms.xlsform import CONSTRUCT, REVERSE, FormRow, XlsForm
from kadsurvey.instrument.forms.xlsform_file import language_of
from kadsurvey.instrument.source import Value
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Language, Text

_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_]")
_NOT_IN_INSTRUMENT_NAME = re.compile(r"[^A-Za-z0-9_-]")
_CONSTANT = re.compile(r"""['"]([^'"]+)['"]""")
_NUMBERS = frozenset({"integer", "int", "decimal", "range"})
_DATES = frozenset({"date", "datetime", "time", *META})
_REVERSED = {"yes": "yes", "true": "yes", "ya": "yes", "no": "no", "false": "no", "tidak": "no"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a form says about its instrument.

    Attributes
    ----------
    data : dict
        Data of the instrument with blanks, as its YAML file holds them.
    group : str or None
        The group that the form fills in by itself.
    findings : tuple of Finding
        Notes on what was recognised, assumed and left out.
    """

    data: dict[str, Value]
    group: str | None
    findings: tuple[Finding, ...]


def recognise(form: XlsForm, *, file: str, ngo_items: frozenset[str] = frozenset()) -> Recognised:
    """Read scales, items and fields out of the rows of a form.

    Parameters
    ----------
    form : XlsForm
    file : str
        Name of the form's file, for the findings; the instrument is named after it where the form has no id.
    ngo_items : frozenset of str
        Items with a wording of their own for NGO members: in a form of that group their label is ``text_ngo``.
    """
    return _Recogniser(form, file, ngo_items).recognise()


class _Recogniser:
    """Holds what is gathered on the way."""

    def __init__(self, form: XlsForm, file: str, ngo_items: frozenset[str]) -> None:
        self._file = file
        self._ngo_items = ngo_items
        self._settings = form.settings
        self._language, self._language_known = _plain_language(form)
        rows = survey_rows(self._spoken(row) for row in form.survey)
        self._questions, self._left_out = rows.questions, list(rows.left_out)
        self._lists: dict[str, list[Choice]] = {}
        for row in map(self._spoken, form.choices):
            if row.get("list_name") and row.get("name"):
                self._lists.setdefault(row.get("list_name"), []).append(Choice(row.get("name"), row.words("label")))
        self._other_languages = _other_languages(form)
        self._plain = any("label" in row.cells for row in form.survey)
        self._fields_known: list[Text] = []
        self._renamed: list[Text] = []

    def recognise(self) -> Recognised:
        scales = self._scales()
        items = [question for question in self._questions if question.choices in scales]
        group = self._constant_group()
        fields = self._fields([question for question in self._questions if question.choices not in scales])
        constructs = self._constructs(items, {name: name_of(name) for name in scales}, group)
        data: dict[str, Value] = {
            "format": "1",
            "name": self._name(),
            "version": self._settings.get("version") or BLANK,
            "title": {self._language: title} if (title := self._settings.get("form_title")) else {},
            "scales": {name_of(name): part for name, part in scales.items()},
            "constructs": constructs,
            "fields": fields,
        }
        return Recognised(
            {key: part for key, part in data.items() if part}, group, tuple(self._findings(scales, items))
        )

    def _spoken(self, row: FormRow) -> FormRow:
        """Put a column without a language under the language of the form."""
        cells = dict(row.cells)
        plain = cells.pop("label", "")
        if plain:
            cells.setdefault(f"label:{self._language}", plain)
        return FormRow(cells, row.number)

    def _scales(self) -> dict[str, dict[str, Value]]:
        uses = Counter(question.choices for question in self._questions if question.choices)
        read = {name: scale_data(self._lists.get(name, ()), uses=count) for name, count in uses.items()}
        return {name: part for name, part in read.items() if part is not None}

    def _constructs(self, items: list[Question], scale_names: Mapping[str, str], group: str | None) -> dict[str, Value]:
        constructs: dict[str, dict[str, Value]] = {}
        members: dict[str, dict[str, Value]] = {}
        codes = self._codes(items)
        for question, code in zip(items, codes, strict=True):
            name = self._construct_of(question)
            part = constructs.setdefault(name, {"kind": BLANK, "role": BLANK})
            if question.groups and name_of(question.groups[-1]) == name and question.group_label:
                part.setdefault("label", _words(question.group_label))
            item: dict[str, Value] = {
                "scale": scale_names[question.choices],
                "reverse": _REVERSED.get(question.row.get(REVERSE).casefold(), BLANK),
            }
            if question.label:
                key = "text_ngo" if group == NGO and code in self._ngo_items else "text"
                item[key] = _words(question.label)
            if code != question.name:
                item["aliases"] = self._aliases(question, code)
            members.setdefault(name, {})[code] = item
        return {name: {**part, "items": members[name]} for name, part in constructs.items()}

    def _construct_of(self, question: Question) -> str:
        stated = question.row.get(CONSTRUCT)
        if stated and not stated.startswith(BLANK):
            return name_of(stated)
        return name_of(question.groups[-1]) if question.groups else BLANK

    def _codes(self, items: list[Question]) -> list[str]:
        """Give every item a code of its own; one that had to be changed keeps its name as an alias."""
        codes: list[str] = []
        for question in items:
            code = name_of(question.name)
            if code in codes and question.groups:
                code = name_of(f"{question.groups[-1]}_{question.name}")
            number = 2
            while code in codes:
                code, number = f"{name_of(question.name)}_{number}", number + 1
            if code != question.name:
                place = {"name": question.name, "row": question.row.number, "code": code}
                self._renamed.append(Text("forms.renamed_item", place))
            codes.append(code)
        return codes

    def _aliases(self, question: Question, code: str) -> list[Value]:
        """Return how exports call an item of another code: by its name, or by its path where that stands twice."""
        if code.startswith(name_of(question.name)) or not question.groups:
            return [question.name]
        return [f"{question.groups[-1]}{sign}{question.name}" for sign in ("/", "-")]

    def _fields(self, questions: list[Question]) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        roles = set()
        for question in questions:
            part = self._field(question)
            if part is None or question.name in fields:
                self._left_out.append((question.name, question.kind))
                continue
            fields[question.name] = part
            roles.add(part["role"])
        if "id" not in roles:
            name, aliases = server_id()
            fields = {name: {"role": "id", "aliases": list(aliases)}, **fields}
        return fields

    def _field(self, question: Question) -> dict[str, Value] | None:
        choices = self._lists.get(question.choices, [])
        texts = [text for choice in choices for text in (choice.name, *choice.labels.values())]
        if question.kind == "calculate":
            constant = _CONSTANT.fullmatch(question.row.get("calculation"))
            texts = [constant[1]] if constant else []
        usual = usual_field((question.name, *question.label.values()), texts)
        if question.kind == "calculate" and (usual is None or usual.role != "group"):
            return None
        role = "time" if question.kind in META else usual.role if usual else BLANK
        if usual is not None:
            self._fields_known.append(Text("forms.field_read_as", {"field": question.name, "role": role}))
        part: dict[str, Value] = {"role": role}
        if kind := _field_type(question):
            part["type"] = kind
        if question.label:
            part["label"] = _words(question.label)
        meanings = usual.meanings if usual else {}
        if question.kind == "calculate":
            choices = [Choice(text, {}) for text in meanings]
        values, labels = _values(choices, meanings)
        return part | ({"values": values} if values else {}) | ({"labels": labels} if labels else {})

    def _constant_group(self) -> str | None:
        for question in self._questions:
            if question.kind == "calculate" and (constant := _CONSTANT.fullmatch(question.row.get("calculation"))):
                usual = usual_field((question.name,), [constant[1]])
                if usual is not None and usual.role == "group":
                    return usual.meanings.get(fold(constant[1]))
        return None

    def _name(self) -> str:
        given = self._settings.get("form_id") or self._file.rpartition(".")[0]
        name = _NOT_IN_INSTRUMENT_NAME.sub("_", given)
        return name if name[:1].isalpha() or name.startswith("_") else f"_{name}"

    def _findings(self, scales: Mapping[str, Mapping[str, Value]], items: list[Question]) -> Iterator[Finding]:
        uses = Counter(question.choices for question in items)
        for name, part in scales.items():
            params: dict[str, object] = {"scale": name, "answers": _shown(part), "count": uses[name]}
            yield self._note("forms.scale_recognised", params, "choices")
        if self._fields_known:
            yield self._note("forms.fields_recognised", {"fields": self._fields_known})
        if self._renamed:
            yield self._note("forms.renamed_items", {"items": self._renamed})
        if self._left_out:
            listed = [
                Text("forms.question_and_type", {"name": name or "–", "type": kind}) for name, kind in self._left_out
            ]
            yield self._note("forms.left_out", {"count": len(listed), "questions": listed})
        if self._other_languages:
            yield self._note("forms.other_languages", {"languages": self._other_languages})
        if self._plain and not self._language_known:
            yield self._note("forms.language_assumed", {"language": self._language})

    def _note(self, code: str, params: Mapping[str, object], sheet: str = "survey") -> Finding:
        return Finding(code, "note", params, file=self._file, sheet=sheet)


def name_of(text: str) -> str:
    """Return a text as a name of the instrument: letters, digits and underscores."""
    name = _NOT_IN_NAME.sub("_", text)
    return f"_{name}" if name[:1].isdigit() else name


def _field_type(question: Question) -> str:
    if question.choices or question.kind == "calculate":
        return "category"
    if question.kind in _NUMBERS:
        return "number"
    return "date" if question.kind in _DATES else ""


def _values(choices: list[Choice], meanings: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return the values of a field with the texts that mean them, and the labels by language.

    A choice that means one of the usual groups becomes that group; any other keeps its name.
    """
    values: dict[str, list[Value]] = {}
    labels: dict[str, Value] = {}
    for choice in choices:
        texts = [choice.name, *choice.labels.values()]
        value = next((meanings[fold(text)] for text in texts if fold(text) in meanings), choice.name)
        known = values.setdefault(value, [])
        known += [text for text in dict.fromkeys(texts) if text != value and text not in known]
        if choice.labels:
            labels.setdefault(value, _words(choice.labels))
    return {value: list(texts) for value, texts in values.items()}, labels


def _words(words: Mapping[Language, str]) -> dict[str, Value]:
    return {str(lang): text for lang, text in words.items()}


def _shown(scale: Mapping[str, Value]) -> list[Text]:
    """Return the points of a scale as ``1 = Sangat tidak setuju``."""
    labels = scale["labels"]
    shown = []
    for code, words in labels.items() if isinstance(labels, dict) else ():
        texts = next(iter(words.values())) if isinstance(words, dict) else code
        shown.append(
            Text("forms.code_and_label", {"code": code, "label": texts[0] if isinstance(texts, list) else texts})
        )
    return shown


def _plain_language(form: XlsForm) -> tuple[Language, bool]:
    """Return the language of labels without one, and whether the form states it."""
    stated = language_of(form.settings.get("default_language"))
    if stated:
        return stated, True
    words = Counter(word for row in form.choices for word in fold(row.get("label")).split())
    return ("en" if words["agree"] > words["setuju"] else "id"), False


def _other_languages(form: XlsForm) -> list[str]:
    columns = {column for row in form.survey for column in row.cells if column.startswith("label:")}
    return sorted(column.partition(":")[2] for column in columns if column not in ("label:id", "label:en"))
