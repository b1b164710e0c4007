"""The questionnaire as one group of respondents is asked it: which questions, in whose words, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.instrument.model import BodyField, Instrument, Scale, SurveyField, Words
from kadsurvey.language.text import LANGUAGES, Language, Text

NGO = "ngo"
"""The group that reads ``text_ngo`` where an item has one."""

META = ("start", "end")
"""Times that a server takes by itself; in an XLSForm they are types of rows that ask nothing."""

_SERVER_IDS = frozenset({"_uuid", "rootUuid", "meta/rootUuid", "KEY", "instanceID", "meta/instanceID"})
_GROUPS = ("official", NGO)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that a form offers.

    Attributes
    ----------
    code : str
        What is stored: the scale point, the code of a missing answer, or its label where it has no code.
    labels : mapping of language to label
        What the respondent sees; at least one language.
    missing : bool
        Whether it is read as missing, such as *tidak tahu*.
    """

    code: str
    labels: Words
    missing: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Items that stand together and share one scale.

    Attributes
    ----------
    name : str
        The construct, or ``items`` where the order is shuffled; numbered where a construct has several scales.
    label : mapping of language to heading
        Empty where the order is shuffled, and over marker items.
    scale : str
    items : tuple of str
    """

    name: str
    label: Words
    scale: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """An instrument as one group is asked it.

    Attributes
    ----------
    instrument : Instrument
    group : str or None
        None where the form itself asks for the group.
    seed : int or None
        What the order of the items was drawn with; None for the order of the instrument.
    blocks : tuple of Block
        The items in the order in which they are asked.
    """

    instrument: Instrument
    group: str | None
    seed: int | None
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, instrument: Instrument, *, group: str | None = None, seed: int | None = None) -> Questionnaire:
        """Put the questions of an instrument in order.

        Parameters
        ----------
        instrument : Instrument
        group : str, optional
            Whose wording; None asks for the group and shows the officials' wording.
        seed : int, optional
            Shuffles the items that share a scale, over all constructs; None keeps the instrument's order.

        Raises
        ------
        ArgumentError
            If the instrument has no such group.
        """
        known = groups_of(instrument)
        if group is not None and group not in known:
            near = nearest(group, list(known))
            raise ArgumentError("forms.unknown_group", group=group, known=[near] if near else list(known) or "–")
        blocks = _in_order(instrument) if seed is None else _shuffled(instrument, seed)
        return cls(instrument, group, seed, tuple(blocks))

    @property
    def items(self) -> tuple[str, ...]:
        """Item codes in the order in which they are asked."""
        return tuple(code for block in self.blocks for code in block.items)

    def text(self, code: str) -> Words:
        """Return the wording of an item for this group; its code where it has none."""
        item = self.instrument.items[code]
        own = {**item.text, **item.text_ngo} if self.group == NGO else dict(item.text)
        return {lang: text for lang, text in own.items() if text} or {"id": code, "en": code}

    def facts(self) -> list[str]:
        """Return the fields asked before the items: body, member, group where it is asked, then covariates."""
        first = [name for role in ("body", "member", "group") if (name := self.instrument.field_with(role))]
        covariates = [name for name, part in self.instrument.fields.items() if part.role == "covariate"]
        return [name for name in [*first, *covariates] if self.group is None or not self._is_group(name)]

    def answers(self, block: Block) -> tuple[Answer, ...]:
        """Return what the form offers to the items of a block."""
        return offered(self.instrument.scales[block.scale])

    def gap(self, block: Block) -> Answer | None:
        """Return the answer of those who cannot judge; None where the scale has none."""
        return next((answer for answer in self.answers(block) if answer.missing), None)

    def opening(self, *, server: bool) -> list[str]:
        """Return the fields to ask first: the respondent's number, the facts, then times.

        A ``server`` (KoboToolbox, ODK) gives the number and the times by itself.
        """
        fields = self.instrument.fields
        numbers = [name for name, part in fields.items() if part.role == "id"]
        times = [name for name, part in fields.items() if part.role == "time" and server_time(name, part) is None]
        return [name for name in numbers if not (server and _given_by_server(fields[name]))] + self.facts() + times

    def closing(self) -> list[str]:
        """Return the fields asked after the items: free text, then what is personal."""
        fields = self.instrument.fields
        return [name for role in ("text", "personal") for name, part in fields.items() if part.role == role]

    def group_label(self) -> Words:
        """Return the name of the group that is asked; empty where the form itself asks for it."""
        if self.group is None:
            return {}
        name = self.instrument.field_with("group")
        if name is None:
            return dict.fromkeys(LANGUAGES, self.group)
        field = self.instrument.fields[name]
        return {lang: value_label(field, self.group, lang) for lang in LANGUAGES}

    def _is_group(self, name: str) -> bool:
        return self.instrument.fields[name].role == "group"


def groups_of(instrument: Instrument) -> tuple[str, ...]:
    """Return the groups that an instrument knows: the values of its group field, else those that wordings are for."""
    name = instrument.field_with("group")
    named = tuple(instrument.fields[name].values) if name else ()
    return named or (_GROUPS if _has_two_wordings(instrument) else ())


def separate_groups(instrument: Instrument) -> tuple[str | None, ...]:
    """Return the groups that need a form of their own; one None where all read the same words."""
    return groups_of(instrument) if _has_two_wordings(instrument) else (None,)


def languages_of(instrument: Instrument) -> tuple[Language, ...]:
    """Return the languages in which some item has a text; Indonesian where none has."""
    spoken = {lang for item in instrument.items.values() for lang, text in item.text.items() if text}
    return tuple(lang for lang in LANGUAGES if lang in spoken) or LANGUAGES[:1]


def offered(scale: Scale) -> tuple[Answer, ...]:
    """Return what a form offers on a scale: its points, then "I do not know".

    Codes for "no answer" are for the office: who may skip an item need not tick that it was skipped.
    """
    points = [Answer(str(code), _first_labels(scale.labels.get(code, {}), str(code)), False) for code in scale.codes]
    return (*points, *(answer for answer in missing_answers(scale, offered=True)))


def missing_answers(scale: Scale, *, offered: bool) -> Iterator[Answer]:
    """Yield the labelled missing answers that a form offers to the respondent, or those that only the office uses."""
    for part in scale.missing:
        printed = next((labels[0] for labels in part.labels.values() if labels), None)
        if printed is not None and (part.kind == "dont_know") == offered:
            code = printed if part.code is None else str(part.code)
            yield Answer(code, _first_labels(part.labels, printed), True)


def value_label(field: SurveyField | BodyField, value: str, lang: Language) -> str:
    """Return the text that a form shows for a value of a field."""
    words = field.labels.get(value, {})
    return words.get(lang) or next(iter(words.values()), None) or next(iter(field.values.get(value, ())), value)


def in_language(words: Words, lang: Language, fallback: str = "") -> str:
    """Return a wording in a language, else in the other, else the fallback."""
    return words.get(lang) or next((text for text in words.values() if text), fallback)


def instructions(questionnaire: Questionnaire, lang: Language) -> str:
    """Return what respondents are told first, with what to choose where they cannot judge."""
    parts = [Text("forms.instructions").render(lang)]
    gaps = [gap for block in questionnaire.blocks if (gap := questionnaire.gap(block)) is not None]
    if gaps:
        label = in_language(gaps[0].labels, lang)
        parts.append(Text("forms.instructions_unknown", {"label": label}).render(lang))
    parts.append(Text("forms.instructions_privacy").render(lang))
    return " ".join(parts)


def server_time(name: str, field: SurveyField) -> str | None:
    """Return which time of a submission a field is, ``start`` or ``end``; None for any other field."""
    if field.role != "time":
        return None
    return next((kind for kind in META if kind in (name, *field.aliases)), None)


def _given_by_server(field: SurveyField) -> bool:
    return bool(_SERVER_IDS & set(field.aliases))


def _has_two_wordings(instrument: Instrument) -> bool:
    return any(item.text_ngo for item in instrument.items.values())


def _in_order(instrument: Instrument) -> Iterator[Block]:
    for construct, part in instrument.constructs.items():
        runs = groupby(part.items, key=lambda code: instrument.items[code].scale)
        for place, (scale, codes) in enumerate(runs, start=1):
            name = construct if place == 1 else f"{construct}_{place}"
            label = {lang: text for lang, text in part.label.items() if text} or dict.fromkeys(LANGUAGES, construct)
            # A heading would tell respondents that these items stand apart.
            yield Block(name, {} if part.role == "marker" else label, scale, tuple(codes))


def _shuffled(instrument: Instrument, seed: int) -> Iterator[Block]:
    """Shuffle the items scale by scale, so that every item still stands under its own answers."""
    import numpy as np

    rng = np.random.default_rng(seed)
    by_scale: dict[str, list[str]] = {}
    for code, item in instrument.items.items():
        by_scale.setdefault(item.scale, []).append(code)
    for place, (scale, codes) in enumerate(by_scale.items(), start=1):
        name = "items" if place == 1 else f"items_{place}"
        yield Block(name, {}, scale, tuple(codes[at] for at in rng.permutation(len(codes)).tolist()))


def _first_labels(labels: Mapping[Language, tuple[str, ...]], fallback: str) -> Words:
    first = {lang: texts[0] for lang, texts in labels.items() if texts}
    return first or dict.fromkeys(LANGUAGES, fallback)
