"""The questions of an XLSForm with the groups they stand in; what is no question is left out and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kadsurvey.instrument.forms.xlsform import FormRow
from kadsurvey.language.text import Language

_ONE_OF = re.compile(r"select[_ ]one\s+(\S+)(?:\s+or[_ ]other)?", re.IGNORECASE)
_SCORE_LIST = "kobo--score-choices"
_SERVER_TYPES = frozenset(
    {
        "today", "deviceid", "phonenumber", "simserial", "subscriberid", "username", "email", "audit",
        "start-geopoint", "background-audio", "text audit", "xml-external", "csv-external", "note",
    }
)  # fmt: skip
"""Rows that ask nothing; whatever the server puts under them is left out of every reading as personal or technical."""
_ANSWERED = frozenset(
    {"text", "string", "integer", "int", "decimal", "range", "date", "datetime", "time", "start", "end"}
)
_YES = frozenset({"yes", "true", "1"})


@dataclass(frozen=True, slots=True)
class Question:
    """A row that asks something that becomes one column.

    Attributes
    ----------
    name : str
    kind : str
        ``select_one``, ``calculate``, or the form's own type in small letters.
    choices : str
        Its list of choices; empty for other kinds.
    label : mapping of language to text
    groups : tuple of str
        Names of the groups around it, the outermost first.
    group_label : mapping of language to text
        Label of the innermost group.
    row : FormRow
    """

    name: str
    kind: str
    choices: str
    label: Mapping[Language, str]
    groups: tuple[str, ...]
    group_label: Mapping[Language, str]
    row: FormRow


@dataclass(frozen=True, slots=True)
class SurveyRows:
    """What the sheet ``survey`` holds: the questions, and the name and type of every row that is not read."""

    questions: tuple[Question, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    label: Mapping[Language, str]
    kind: str
    scores: str = ""


def survey_rows(rows: Iterable[FormRow]) -> SurveyRows:
    """Walk through the rows, group by group; a repeat is left out as a whole."""
    questions: list[Question] = []
    left_out: list[tuple[str, str]] = []
    sections: list[_Section] = []
    for row in rows:
        kind = " ".join(row.get("type").split())
        verb, _, section = kind.casefold().replace(" ", "_", 1).partition("_")
        name = row.get("name")
        if not kind or row.get("disabled").casefold() in _YES:
            continue
        if verb == "end" and section:
            sections = sections[:-1]
        elif verb == "begin":
            if section not in ("group", "score") and not _inside_other(sections):
                left_out.append((name, section))
            sections.append(_Section(name, row.words("label"), section, row.get(_SCORE_LIST)))
        elif not _inside_other(sections):
            question = _question(row, kind, sections)
            if question is not None:
                questions.append(question)
            elif kind.casefold() not in _SERVER_TYPES and row.get("appearance") != "label":
                left_out.append((name, kind.split()[0].casefold()))
    return SurveyRows(tuple(questions), tuple(left_out))


def _question(row: FormRow, kind: str, sections: list[_Section]) -> Question | None:
    one_of = _ONE_OF.fullmatch(kind)
    choices = one_of[1] if one_of else ""
    if kind == "score__row" and sections:
        choices = sections[-1].scores
    bare = "select_one" if choices else kind.casefold()
    # A row with this appearance only shows the choices above a table of questions.
    if not row.get("name") or row.get("appearance") == "label":
        return None
    if not choices and bare not in _ANSWERED and not (bare == "calculate" and row.get("calculation")):
        return None
    named = [section for section in sections if section.name]
    return Question(
        name=row.get("name"),
        kind=bare,
        choices=choices,
        label=row.words("label"),
        groups=tuple(section.name for section in named),
        group_label=named[-1].label if named else {},
        row=row,
    )


def _inside_other(sections: list[_Section]) -> bool:
    """Tell whether a row stands in a repeat, or in a table that becomes several columns."""
    return any(section.kind not in ("group", "score") for section in sections)
