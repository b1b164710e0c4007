"""What the schema has against a file: each problem with its line, the nearest right word, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from kadsurvey.errors import nearest
from kadsurvey.instrument.source import Place, Source
from kadsurvey.language.text import Text

_MAX_SHOWN = 60


def problems_of(error: ValidationError, source: Source, model: type[BaseModel]) -> list[Text]:
    """Turn every complaint of the schema into a text with file and line, in the order of the lines."""
    found = [
        (source.line_of(place), problem)
        for entry in error.errors(include_url=False)
        for place, problem in _unfold(dict(entry), model)
    ]
    found.sort(key=lambda pair: pair[0])
    return [
        Text("instrument.at_line", {"file": source.file, "line": line, "problem": problem}) for line, problem in found
    ]


def unknown_key(key: str, known: list[str]) -> Text:
    """Name a key that does not exist, with the nearest that does."""
    near = nearest(key, known)
    if near:
        return Text("instrument.unknown_key_near", {"key": key, "nearest": near})
    return Text("instrument.unknown_key", {"key": key, "known": known})


def _unfold(entry: Mapping[str, Any], model: type[BaseModel]) -> Iterator[tuple[Place, Text]]:
    place: Place = entry["loc"]
    context: Mapping[str, Any] = entry.get("ctx", {})
    if entry["type"] == "contradictions":
        for kind, inner, params in context["found"]:
            yield (*place, *inner), _contradiction(kind, params)
    elif place and place[-1] == "[key]":
        yield place[:-1], _key_problem(entry, str(place[-2]))
    elif entry["type"] == "extra_forbidden":
        yield place, unknown_key(str(place[-1]), _known_keys(model, place[:-1]))
    else:
        yield place, _value_problem(entry, place, context)


def _value_problem(entry: Mapping[str, Any], place: Place, context: Mapping[str, Any]) -> Text:
    name = _name(place)
    value = str(entry["input"])[:_MAX_SHOWN]
    match entry["type"]:
        case "missing" if isinstance(place[-1], int):
            return Text("instrument.too_few", {"key": name, "least": place[-1] + 1})
        case "missing":
            return Text("instrument.missing_key", {"key": name})
        case "literal_error":
            return _choice_problem(name, value, str(context["expected"]))
        case "not_whole" | "int_type" | "int_parsing":
            return Text("instrument.not_whole", {"key": name, "value": value})
        case "not_yes_no" | "bool_type" | "bool_parsing":
            return Text("instrument.not_yes_no", {"key": name, "value": value})
        case "string_pattern_mismatch":
            return Text("instrument.bad_name", {"value": value})
        case "string_type":
            return Text("instrument.not_text", {"key": name})
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return Text("instrument.not_mapping", {"key": name})
        case "tuple_type" | "list_type":
            return Text("instrument.not_list", {"key": name})
        case "too_short":
            return Text("instrument.too_few", {"key": name, "least": context["min_length"]})
        case "too_long":
            return Text("instrument.too_many", {"key": name, "most": context["max_length"]})
    return Text("instrument.other_problem", {"key": name, "message": entry["msg"]})


def _choice_problem(key: str, value: str, expected: str) -> Text:
    known = _quoted(expected)
    near = nearest(value, known)
    if near:
        return Text("instrument.not_a_choice_near", {"key": key, "value": value, "nearest": near, "known": known})
    return Text("instrument.not_a_choice", {"key": key, "value": value, "known": known})


def _key_problem(entry: Mapping[str, Any], key: str) -> Text:
    match entry["type"]:
        case "literal_error":
            return Text("instrument.unknown_language", {"key": key})
        case "not_whole":
            return Text("instrument.label_not_code", {"key": key})
    return Text("instrument.bad_name", {"value": key})


def _contradiction(kind: str, params: Mapping[str, Any]) -> Text:
    match kind:
        case "codes_not_ascending":
            return Text("instrument.codes_not_ascending")
        case "label_without_code":
            return Text("instrument.label_without_code", params)
        case "label_without_value":
            return Text("instrument.label_without_value", params)
        case "missing_is_code":
            return Text("instrument.missing_is_code", params)
        case "unknown_scale":
            return Text("instrument.unknown_scale", params)
        case "item_twice":
            return Text("instrument.item_twice", params)
        case "item_is_field":
            return Text("instrument.item_is_field", params)
    return Text("instrument.unknown_item", params)


def _quoted(expected: str) -> list[str]:
    """Take the words out of pydantic's ``"'id', 'body' or 'member'"``."""
    return [word.strip(" '") for part in expected.split(" or ") for word in part.split(",")]


def _name(place: Place) -> str:
    return next((str(part) for part in reversed(place) if isinstance(part, str)), "")


def _known_keys(model: type[BaseModel], place: Place) -> list[str]:
    """Return the keys that the part of the schema at a place allows."""
    part: Any = model
    for step in place:
        part = _inner(part, step)
    if not (isinstance(part, type) and issubclass(part, BaseModel)):
        return []
    return [key for key, field in part.model_fields.items() if not field.exclude]


def _inner(part: Any, step: str | int) -> Any:
    if isinstance(part, type) and issubclass(part, BaseModel):
        field = part.model_fields.get(str(step))
        return _bare(field.annotation) if field else None
    arguments = get_args(part)
    if not arguments:
        return None
    return _bare(arguments[1] if isinstance(step, str) and len(arguments) > 1 else arguments[0])


def _bare(annotation: Any) -> Any:
    """Strip Annotated and Optional from an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return next((_bare(choice) for choice in get_args(annotation) if choice is not type(None)), None)
    return annotation
