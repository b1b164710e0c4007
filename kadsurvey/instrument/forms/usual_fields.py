"""Fields of the respondent by their usual names: those of the bundled questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import FieldRole, SurveyField
from kadsurvey.instrument.wording import fold, fold_header

_SERVER_IDS = ("rootUuid", "meta/rootUuid", "_uuid", "KEY")


@dataclass(frozen=True, slots=True)
class UsualField:
    """What a name usually stands for.

    Attributes
    ----------
    role : str
    meanings : mapping of folded text to value
        Values of a group by the texts that mean them; empty for other roles.
    """

    role: FieldRole
    meanings: Mapping[str, str]


def usual_field(wordings: Iterable[str], choices: Sequence[str] = ()) -> UsualField | None:
    """Return what a question with this name or one of these labels usually is.

    A group is recognised only if one of its choices is a usual group: *Status* may be the marital status.
    """
    index = _index()
    found = next((index[fold_header(text)] for text in wordings if fold_header(text) in index), None)
    if found is None or found.role != "group":
        return None if found is None else UsualField(found.role, {})
    meanings = {fold(text): value for value, texts in found.values.items() for text in (value, *texts)}
    return UsualField("group", meanings) if any(fold(text) in meanings for text in choices) else None


def server_id() -> tuple[str, list[str]]:
    """Return the name of the field that identifies a submission, and how KoboToolbox and ODK call it."""
    fields = load_instrument("kad").fields
    name = next(name for name, part in fields.items() if part.role == "id")
    return name, [alias for alias in fields[name].aliases if alias in _SERVER_IDS]


@cache
def _index() -> dict[str, SurveyField]:
    index: dict[str, SurveyField] = {}
    for name, part in load_instrument("kad").fields.items():
        for text in (name, *part.aliases, *part.label.values()):
            index.setdefault(fold_header(text), part)
    return index
