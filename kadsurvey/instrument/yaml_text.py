"""An instrument as the text of a YAML file that reads back to the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kadsurvey.instrument.blanks import BLANK, choices_at
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.source import Place, Value

_PLAIN = re.compile(r"[^\W\d_][\w./()'+-]*(?: [\w./()'+-]+)*|-?\d+|\?\?\?(?: [\w./()+-]+)*")
_SPECIAL = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
_KEPT_PLAIN = {"yes", "no"}
_WIDEST = 100


def instrument_data(instrument: Instrument) -> dict[str, Value]:
    """Return what the file of an instrument holds: mappings, lists and texts; defaults are left out."""
    data: dict[str, Value] = _as_text(instrument.model_dump(exclude_defaults=True))
    return data


def yaml_text(data: Mapping[str, Value], *, comments: Sequence[str] = ()) -> str:
    """Write the data of an instrument as YAML, a blank with what it may be filled with.

    Parameters
    ----------
    data : mapping
        As `kadsurvey.instrument.source.read_source` gives it.
    comments : sequence of str
        Lines to stand on top.
    """
    lines = [f"# {line}" for line in comments]
    for key, value in data.items():
        if isinstance(value, dict | list) and value:
            lines.append("")
        lines += _entry(key, value, (key,), 0)
    return "\n".join(lines).lstrip("\n") + "\n"


def _entry(key: str, value: Value, place: Place, depth: int) -> Iterator[str]:
    pad = "  " * depth
    head = f"{pad}{_scalar(key)}:"
    match value:
        case str():
            hint = f"  # {' | '.join(choices_at(place))}" if value == BLANK and choices_at(place) else ""
            yield f"{head} {_scalar(value)}{hint}"
        case dict() if value:
            yield head
            for inner, part in value.items():
                yield from _entry(inner, part, (*place, inner), depth + 1)
        case list() if any(isinstance(part, dict) for part in value) or len(head + _inline(value)) > _WIDEST:
            yield head
            for at, part in enumerate(value):
                yield from _list_entry(part, (*place, at), depth + 1)
        case _:
            yield f"{head} {_inline(value)}"


def _list_entry(value: Value, place: Place, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if not isinstance(value, dict) or not value:
        yield f"{pad}- {_inline(value)}"
        return
    mark = "- "
    for key, part in value.items():
        first, *rest = _entry(key, part, (*place, key), depth + 1)
        yield f"{pad}{mark}{first.lstrip()}"
        yield from rest
        mark = "  "


def _inline(value: Value) -> str:
    """Return a value on one line."""
    match value:
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case dict():
            return f"{{{', '.join(f'{_scalar(key, inline=True)}: {_inline(part)}' for key, part in value.items())}}}"
    return _scalar(value, inline=True)


def _scalar(text: str, *, inline: bool = False) -> str:
    """Return a text as YAML: plain where it can only be read in one way, else in double quotes.

    A question mark cannot begin a plain text within brackets.
    """
    plain = _PLAIN.fullmatch(text) and (text.casefold() not in _SPECIAL or text in _KEPT_PLAIN)
    if inline and text.startswith("?"):
        plain = False
    # JSON's quoted texts are YAML's, but for the characters that YAML does not print.
    return text if plain else _escaped(json.dumps(text, ensure_ascii=False))


def _escaped(quoted: str) -> str:
    return "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
        for char in quoted
    )


def _as_text(value: Any) -> Any:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return {str(key): _as_text(part) for key, part in value.items()}
        case list() | tuple():
            return [_as_text(part) for part in value]
    return str(value)
