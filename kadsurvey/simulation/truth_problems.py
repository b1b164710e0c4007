"""Problems of a written truth as sentences: where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kadsurvey.errors import nearest
from kadsurvey.instrument.source import Place
from kadsurvey.language.text import LANGUAGES, Language, Text
from kadsurvey.simulation.truth_parts import Part

_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def problems_of(error: ValidationError, lines: Mapping[Place, int]) -> dict[Language, str]:
    """Say what the schema complains of, a line each in the order of the file, in every language."""
    complaints = sorted(error.errors(include_url=False), key=lambda entry: _line(entry["loc"], lines))
    problems = [_with_place(entry["loc"], _sentence(entry, lines), lines) for entry in complaints]
    return {lang: "\n".join(problem.render(lang) for problem in problems) for lang in LANGUAGES}


def _with_place(place: Place, sentence: Text, lines: Mapping[Place, int]) -> Text:
    keys = ".".join(str(key) for key in place if key != "[key]")
    if lines:
        return Text("simulation.problem_at_line", {"line": _line(place, lines), "keys": keys, "problem": sentence})
    return Text("simulation.problem_at_keys", {"keys": keys, "problem": sentence})


def _line(place: Place, lines: Mapping[Place, int]) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _sentence(entry: Any, lines: Mapping[Place, int]) -> Text:
    kind, value, context = entry["type"], entry["input"], entry.get("ctx", {})
    if kind.startswith("simulation."):
        return Text(kind, {key: given for key, given in context.items() if key != "code"})
    if kind == "missing":
        return Text("simulation.key_missing")
    if kind == "extra_forbidden":
        return _unknown_key(entry["loc"], lines)
    if kind in _BOUNDS:
        bound = _BOUNDS[kind]
        return Text("simulation.out_of_bounds", {"value": str(value), "sign": _SIGNS[bound], "bound": context[bound]})
    if kind in ("too_short", "too_long"):
        return Text("simulation.wrong_length", {"given": context["actual_length"]})
    return Text("simulation.not_readable", {"value": str(value)[:60]})


def _unknown_key(place: Place, lines: Mapping[Place, int]) -> Text:
    key = str(place[-1])
    siblings = {other[-1] for other in lines if other[:-1] == place[:-1]}
    likeliest = max(_all_parts(Part), key=lambda part: len(siblings & set(part.model_fields)))
    everywhere = {name for part in _all_parts(Part) for name in part.model_fields}
    near = nearest(key, list(likeliest.model_fields)) or nearest(key, sorted(everywhere))
    if near is None:
        return Text("simulation.key_unknown", {"key": key})
    return Text("simulation.key_unknown_near", {"key": key, "near": near})


def _all_parts(part: type[Part]) -> list[type[Part]]:
    return [part, *(inner for child in part.__subclasses__() for inner in _all_parts(child))]
