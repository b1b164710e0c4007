"""What is valid in an instrument but unwise, or could not be told apart when data are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kadsurvey.findings import Finding
from kadsurvey.instrument.model import BodyField, Construct, Instrument, Item, Scale, SurveyField
from kadsurvey.instrument.wording import fold, fold_header
from kadsurvey.language.text import LANGUAGES

MIN_ITEMS = 3
MAX_REVERSED = 1
_SINGLE_ROLES = ("id", "body", "member", "group")


def check_instrument(instrument: Instrument) -> tuple[Finding, ...]:
    """List what is odd about a valid instrument.

    Parameters
    ----------
    instrument : Instrument

    Returns
    -------
    tuple of Finding
        ``error`` where an answer or a column could not be told apart; ``warning`` and ``note`` where something is
        unwise. Empty for an instrument with nothing odd.

    Examples
    --------
    >>> from kadsurvey.instrument.load import load_instrument
    >>> check_instrument(load_instrument("kad"))
    ()
    """
    return (
        *_of_constructs(instrument),
        *_of_items(instrument),
        *_of_scales(instrument),
        *_of_headers(instrument),
        *_of_fields(instrument),
        *_of_overlaps(instrument),
    )


def _of_constructs(instrument: Instrument) -> Iterator[Finding]:
    if not instrument.constructs_with(role="predictor"):
        yield Finding("instrument.no_predictor", "warning")
    for name, part in instrument.constructs.items():
        if part.kind == "reflective":
            yield from _of_reflective(name, part)


def _of_reflective(name: str, part: Construct) -> Iterator[Finding]:
    count = len(part.items)
    if count < MIN_ITEMS:
        yield Finding("instrument.few_items", "warning", {"construct": name, "count": count})
    elif count == MIN_ITEMS and part.role != "marker":
        yield Finding("instrument.fit_not_testable", "note", {"construct": name})
    turned = [code for code, item in part.items.items() if item.reverse]
    if len(turned) > MAX_REVERSED:
        params = {"construct": name, "count": len(turned), "items": turned}
        yield Finding("instrument.many_reversed", "warning", params)


def _of_items(instrument: Instrument) -> Iterator[Finding]:
    for code, item in instrument.items.items():
        absent = [lang for lang in LANGUAGES if not item.text.get(lang)]
        if absent:
            yield Finding("instrument.no_text", "warning", {"item": code, "languages": absent})


def _of_scales(instrument: Instrument) -> Iterator[Finding]:
    used = {item.scale for item in instrument.items.values()}
    for name, scale in instrument.scales.items():
        if name not in used:
            yield Finding("instrument.scale_unused", "note", {"scale": name})
        for code in scale.codes:
            absent = [lang for lang in LANGUAGES if not scale.labels.get(code, {}).get(lang)]
            if absent:
                params = {"scale": name, "code": code, "languages": absent}
                yield Finding("instrument.no_label", "warning", params)
        for text, first, second in _clashes((label, code) for label, code in _answers(scale)):
            params = {"scale": name, "text": text, "first": first, "second": second}
            yield Finding("instrument.label_ambiguous", "error", params)


def _answers(scale: Scale) -> Iterator[tuple[str, str]]:
    """Yield every text an answer may have, with the code it means; codes themselves are texts too."""
    for code in scale.codes:
        yield str(code), str(code)
    for code, wordings in scale.labels.items():
        for labels in wordings.values():
            yield from ((label, str(code)) for label in labels)
    for answer in scale.missing:
        written = [] if answer.code is None else [str(answer.code)]
        texts = [*written, *(label for labels in answer.labels.values() for label in labels)]
        yield from ((text, texts[0]) for text in texts)


def _of_headers(instrument: Instrument) -> Iterator[Finding]:
    survey = [
        *((header, code) for code, item in instrument.items.items() for header in _item_headers(code, item)),
        *_field_headers(instrument.fields),
    ]
    for headers in (survey, _field_headers(instrument.bodies)):
        for text, first, second in _clashes(headers, header=True):
            yield Finding("instrument.header_ambiguous", "error", {"text": text, "first": first, "second": second})


def _item_headers(code: str, item: Item) -> Iterable[str]:
    return (code, *item.aliases, *item.text.values(), *item.text_ngo.values())


def _field_headers(fields: Mapping[str, SurveyField] | Mapping[str, BodyField]) -> list[tuple[str, str]]:
    return [
        (header, name) for name, field in fields.items() for header in (name, *field.aliases, *field.label.values())
    ]


def _of_fields(instrument: Instrument) -> Iterator[Finding]:
    if instrument.field_with("body") is None:
        yield Finding("instrument.no_body_field", "warning")
    if instrument.field_with("group") is None:
        yield Finding("instrument.no_group_field", "note")
    if instrument.field_with("id") is None:
        yield Finding("instrument.no_id_field", "note")
    for role in _SINGLE_ROLES:
        names = [name for name, field in instrument.fields.items() if field.role == role]
        if len(names) > 1:
            yield Finding("instrument.role_twice", "warning", {"role": role, "fields": names, "first": names[0]})
    for fields in (instrument.fields, instrument.bodies):
        for name, field in fields.items():
            meanings = [(text, value) for value, texts in field.values.items() for text in (value, *texts)]
            for text, first, second in _clashes(meanings):
                params = {"field": name, "text": text, "first": first, "second": second}
                yield Finding("instrument.value_ambiguous", "error", params)
            yield from _value_labels_unread(name, field)


def _value_labels_unread(name: str, field: SurveyField | BodyField) -> Iterator[Finding]:
    """Name labels that a form shows and a reader of its answers would not know."""
    for value, words in field.labels.items():
        known = {fold(text) for text in (value, *field.values[value])}
        for label in words.values():
            if fold(label) not in known:
                params = {"field": name, "value": value, "label": label}
                yield Finding("instrument.value_label_unread", "error", params)


def _of_overlaps(instrument: Instrument) -> Iterator[Finding]:
    for overlap in instrument.overlaps:
        first, second = overlap.items
        construct = instrument.construct_of[first]
        if construct == instrument.construct_of[second]:
            params = {"first": first, "second": second, "construct": construct}
            yield Finding("instrument.overlap_within", "warning", params)


def _clashes(meanings: Iterable[tuple[str, str]], *, header: bool = False) -> Iterator[tuple[str, str, str]]:
    """Yield each text that stands for two things, with both; texts are compared as readers of data compare them."""
    stands: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for text, meaning in meanings:
        key = fold_header(text) if header else fold(text)
        first = stands.setdefault(key, meaning)
        if first != meaning and (key, meaning) not in seen:
            seen.add((key, meaning))
            yield text, first, meaning
