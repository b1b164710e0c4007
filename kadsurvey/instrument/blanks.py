"""The blanks of an instrument: what a form could not tell and a person must fill in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from kadsurvey.findings import Finding
from kadsurvey.instrument.model import BodyFieldType, ConstructKind, ConstructRole, FieldRole, FieldType
from kadsurvey.instrument.source import Place, Source, Value
from kadsurvey.language.text import Text

BLANK = "???"
"""Stands in the file for what is not known; as a key it may be followed by a hint (``??? sts``)."""


def blanks_of(source: Source) -> tuple[Finding, ...]:
    """List the blanks of a file, an error each, with the line and what to fill in.

    Examples
    --------
    >>> from kadsurvey._resources import bundled
    >>> from kadsurvey.instrument.source import read_source
    >>> blanks_of(read_source(bundled("instruments") / "kad.yaml"))
    ()
    """
    return tuple(
        Finding(
            "instrument.blank",
            "error",
            {"line": source.line_of(place), "what": _what(place)},
            file=source.file,
        )
        for place in _blank_places(source.data, ())
    )


def choices_at(place: Place) -> tuple[str, ...]:
    """Return what may stand at a place of the file; empty where that is free."""
    match place:
        case ("constructs", _, "kind"):
            return get_args(ConstructKind)
        case ("constructs", _, "role"):
            return get_args(ConstructRole)
        case ("constructs", _, "items", _, "reverse"):
            return ("yes", "no")
        case ("fields", _, "role"):
            return get_args(FieldRole)
        case ("fields", _, "type"):
            return get_args(FieldType)
        case ("bodies", _, "type"):
            return get_args(BodyFieldType)
        case ("scales", _, "missing", _, "kind"):
            return ("dont_know", "no_answer")
    return ()


def _blank_places(value: Value, place: Place) -> Iterator[Place]:
    match value:
        case str():
            if value.startswith(BLANK):
                yield place
        case dict():
            for key, part in value.items():
                if key.startswith(BLANK):
                    yield (*place, key)
                yield from _blank_places(part, (*place, key))
        case list():
            for at, part in enumerate(value):
                yield from _blank_places(part, (*place, at))


def _what(place: Place) -> Text:
    known = list(choices_at(place))
    match place:
        case ("constructs", str(key)) if key.startswith(BLANK):
            return Text("instrument.blank_construct")
        case ("constructs", construct, "kind"):
            return Text("instrument.blank_kind", {"construct": construct})
        case ("constructs", construct, "role"):
            return Text("instrument.blank_role", {"construct": construct})
        case ("constructs", _, "items", item, "reverse"):
            return Text("instrument.blank_reverse", {"item": item})
        case ("fields", field, "role"):
            return Text("instrument.blank_field_role", {"field": field, "known": known})
        case ("scales", scale, "codes", *_):
            return Text("instrument.blank_codes", {"scale": scale})
        case ("scales", scale, "labels", str(key)):
            return Text("instrument.blank_code", {"scale": scale, "label": key.removeprefix(BLANK).strip()})
        case ("scales", scale, "missing", _, "kind"):
            return Text("instrument.blank_missing", {"scale": scale})
        case _ if known:
            return Text("instrument.blank_choice", {"key": str(place[-1]), "known": known})
    return Text("instrument.blank_other", {"key": next(str(step) for step in reversed(place) if isinstance(step, str))})
