"""The questionnaire as data: scales, constructs with their items, fields of the respondent, fields of the body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kadsurvey.instrument.conversion import AsWhole, Whole, YesNo

Words: TypeAlias = Mapping[Literal["id", "en"], str]
"""One wording per language."""
Synonyms: TypeAlias = Mapping[Literal["id", "en"], tuple[str, ...]]
"""Several wordings per language, the one to print first."""

ConstructKind: TypeAlias = Literal["reflective", "formative"]
ConstructRole: TypeAlias = Literal["predictor", "outcome", "marker"]
FieldRole: TypeAlias = Literal["id", "body", "member", "group", "covariate", "time", "personal", "text"]
FieldType: TypeAlias = Literal["text", "number", "category", "date"]
BodyFieldRole: TypeAlias = Literal["id", "input", "output", "outcome", "covariate"]
BodyFieldType: TypeAlias = Literal[
    "money", "count", "share", "number", "code", "date", "year", "category", "flag", "text"
]

Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
InstrumentName: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]


Contradiction: TypeAlias = tuple[str, tuple[str | int, ...], dict[str, object]]
"""What does not agree: its kind, its place from the part that noticed it, and what a message names."""


class _Part(BaseModel):
    """A part of the instrument: frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class MissingAnswer(_Part):
    """An answer that counts as missing, such as *tidak tahu*: its code and its wordings.

    ``kind`` separates "I do not know" (its rate is reported by group and construct) from a code for no answer (99).
    """

    code: Whole | None = None
    labels: Synonyms = Field(default_factory=dict)
    kind: Literal["dont_know", "no_answer"] = "dont_know"


class Scale(_Part):
    """The answers an item allows.

    Attributes
    ----------
    codes : tuple of int
        Scale points in ascending order.
    labels : mapping of code to wordings
        Per code, per language: the printed label first, then other texts that mean the same answer.
    missing : tuple of MissingAnswer
        Answers that are read as missing.
    """

    codes: Annotated[tuple[Whole, ...], Field(min_length=2)]
    labels: Mapping[Whole, Synonyms] = Field(default_factory=dict)
    missing: tuple[MissingAnswer, ...] = ()

    @model_validator(mode="after")
    def _codes_are_a_scale(self) -> Self:
        _complain(self._contradictions())
        return self

    def _contradictions(self) -> Iterator[Contradiction]:
        if list(self.codes) != sorted(set(self.codes)):
            yield "codes_not_ascending", ("codes",), {}
        for code in self.labels:
            if code not in self.codes:
                yield "label_without_code", ("labels", str(code)), {"code": code, "codes": list(self.codes)}
        seen = set(self.codes)
        for position, answer in enumerate(self.missing):
            if answer.code in seen:
                yield "missing_is_code", ("missing", position, "code"), {"code": answer.code}
            if answer.code is not None:
                seen.add(answer.code)

    @property
    def minimum(self) -> int:
        """Lowest scale point."""
        return self.codes[0]

    @property
    def maximum(self) -> int:
        """Highest scale point."""
        return self.codes[-1]

    def reversed_code(self, code: float) -> float:
        """Return the mirror image of a scale point."""
        return self.minimum + self.maximum - code


class Item(_Part):
    """One question.

    Attributes
    ----------
    scale : str
        Name of its scale in the instrument.
    reverse : bool
        Whether a high answer speaks against the construct.
    text, text_ngo : mapping of language to wording
        As officials read it; as NGO members read it where that differs.
    aliases : tuple of str
        Other column headers that mean this item.
    source : str
        The idea it comes from.
    """

    scale: str
    reverse: YesNo = False
    text: Words = Field(default_factory=dict)
    text_ngo: Words = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    source: str = ""


class Construct(_Part):
    """What a set of items measures; a predictor (trust), an outcome (felt cost), or a marker of same-source bias.

    ``about`` says of whom its items speak: of the respondent's own experience, or of the body, whose respondents are
    then so many reporters of one thing.
    """

    kind: ConstructKind = "reflective"
    role: ConstructRole = "predictor"
    about: Literal["respondent", "body"] = "respondent"
    label: Words = Field(default_factory=dict)
    items: Annotated[Mapping[Name, Item], Field(min_length=1)]


class SurveyField(_Part):
    """A column about the respondent that is not an item.

    ``values`` maps the value kept to the texts that mean it (``official: [Pejabat daerah, Official]``); ``labels`` says
    which of them a form shows in each language.
    """

    role: FieldRole
    type: FieldType = "text"
    label: Words = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: Mapping[str, Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _labels_are_of_values(self) -> Self:
        _complain(_labels_without_value(self.values, self.labels))
        return self


class BodyField(_Part):
    """A column of the body data, with its type and what it may serve as."""

    type: BodyFieldType
    unit: str = ""
    role: BodyFieldRole = "covariate"
    label: Words = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: Mapping[str, Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _labels_are_of_values(self) -> Self:
        _complain(_labels_without_value(self.values, self.labels))
        return self


class Roster(_Part):
    """The who-works-with-whom question: its relations and the strength of a tie."""

    relations: Mapping[Name, Words] = Field(default_factory=dict)
    minimum: Whole = 0
    maximum: Whole = 4
    text: Words = Field(default_factory=dict)


class Overlap(_Part):
    """A predictor's item and an outcome's item that touch the same matter, and which matter."""

    items: tuple[Name, Name]
    note: Words = Field(default_factory=dict)


class Instrument(_Part):
    """A validated questionnaire.

    Attributes
    ----------
    name, version : str
        As named in results and in model.json.
    scales, constructs, fields, bodies : mappings
        By name, in the order of the file.
    sha256 : str
        Hash of the file it was read from; empty for one made in code.
    """

    format: Annotated[Literal[1], AsWhole]
    name: InstrumentName
    version: str
    title: Words = Field(default_factory=dict)
    note: Words = Field(default_factory=dict)
    scales: Annotated[Mapping[Name, Scale], Field(min_length=1)]
    constructs: Annotated[Mapping[Name, Construct], Field(min_length=1)]
    fields: Mapping[str, SurveyField] = Field(default_factory=dict)
    bodies: Mapping[Name, BodyField] = Field(default_factory=dict)
    roster: Roster | None = None
    overlaps: tuple[Overlap, ...] = ()
    sha256: str = Field(default="", exclude=True)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        _complain(self._contradictions())
        return self

    def _contradictions(self) -> Iterator[Contradiction]:
        stands: dict[str, str] = {}
        for construct, part in self.constructs.items():
            for code, item in part.items.items():
                place = ("constructs", construct, "items", code)
                if item.scale not in self.scales:
                    yield "unknown_scale", (*place, "scale"), {"scale": item.scale, "known": list(self.scales)}
                if code in stands:
                    yield "item_twice", place, {"item": code, "first": stands[code], "second": construct}
                stands.setdefault(code, construct)
        for code in stands:
            if code in self.fields:
                yield "item_is_field", ("fields", code), {"item": code}
        for position, overlap in enumerate(self.overlaps):
            for code in overlap.items:
                if code not in stands:
                    yield "unknown_item", ("overlaps", position, "items"), {"item": code, "known": list(stands)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """All items by code, in the order of the file."""
        return {code: item for part in self.constructs.values() for code, item in part.items.items()}

    @cached_property
    def construct_of(self) -> dict[str, str]:
        """Construct's name by item code."""
        return {code: name for name, part in self.constructs.items() for code in part.items}

    def item_codes(self, construct: str) -> list[str]:
        """Return the item codes of one construct."""
        return list(self.constructs[construct].items)

    def scale_of(self, item: str) -> Scale:
        """Return the scale of one item."""
        return self.scales[self.items[item].scale]

    def constructs_with(self, *, role: ConstructRole | None = None, kind: ConstructKind | None = None) -> list[str]:
        """Return the names of the constructs of one role, one kind, or both."""
        return [
            name
            for name, part in self.constructs.items()
            if (role is None or part.role == role) and (kind is None or part.kind == kind)
        ]

    def field_with(self, role: FieldRole) -> str | None:
        """Return the name of the first field of a role, None where the instrument has none."""
        return next((name for name, part in self.fields.items() if part.role == role), None)


def _labels_without_value(
    values: Mapping[str, tuple[str, ...]], labels: Mapping[str, Words]
) -> Iterator[Contradiction]:
    for value in labels:
        if value not in values:
            yield "label_without_value", ("labels", value), {"value": value, "known": list(values)}


def _complain(contradictions: Iterator[Contradiction]) -> None:
    """Raise one error that carries every contradiction, so that a reader of the file hears of all at once."""
    found = list(contradictions)
    if found:
        kinds = ", ".join(f"{kind} at {'.'.join(map(str, place))}" for kind, place, _ in found)
        raise PydanticCustomError("contradictions", "{kinds}", {"kinds": kinds, "found": found})
