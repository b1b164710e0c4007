"""A table of study.toml, asked for by key and type, so that nothing in it is misread or passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from kadsurvey.errors import StudyError, nearest
from kadsurvey.language.text import Text

Lines: TypeAlias = dict[tuple[str, int, str], int]
"""Line of each key, by table, number of the table among those of its name, and key; of a table by the empty key."""

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]\s]+)\s*\]\]?")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")
_TYPE_NAMES = {str: "text", int: "integer", list: "list"}


def lines_of(text: str) -> Lines:
    """Return where each key of study.toml stands; lines within a text of several lines may be taken for keys."""
    found: Lines = {}
    table, number, seen = "", 0, dict[str, int]()
    for line, content in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(content):
            table = header[1]
            number = seen.get(table, -1) + 1
            seen[table] = number
            found.setdefault((table, number, ""), line)
        elif key := _KEY.match(content):
            found.setdefault((table, number, key[1] or key[2] or key[3]), line)
    return found


class Section:
    """A table of study.toml: each key is asked for by type, and what is not known is an error."""

    def __init__(self, name: str, values: Mapping[str, Any], lines: Lines, *, number: int = 0) -> None:
        self._name = name
        self._values = values
        self._lines = lines
        self._number = number

    def only(self, *known: str) -> None:
        for key in self._values:
            if key not in known:
                near = nearest(key, list(known))
                raise self.problem("study.unknown_key", key, known=list(known) if near is None else [near])

    def get(self, key: str, kind: type[Any], *, required: bool = False) -> Any:
        value = self._values.get(key)
        if value is None and required:
            raise self.problem("study.key_missing", key)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.problem("study.wrong_type", key, wanted=_TYPE_NAMES[kind], value=str(value))
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> Any:
        value = self.get(key, str)
        if value is not None and value not in allowed:
            raise self.problem("study.not_a_choice", key, value=value, allowed=list(allowed))
        return value

    def flag(self, key: str) -> bool | None:
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.problem("study.wrong_type", key, wanted="true/false", value=str(value))
        return value

    def share(self, key: str) -> float | None:
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise self.problem("study.not_a_share", key, value=str(value))
        return float(value)

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number of a range; whole where both ends are."""
        value = self._values.get(key)
        if value is None:
            return None
        whole = isinstance(low, int) and isinstance(high, int)
        allowed = int if whole else int | float
        if isinstance(value, bool) or not isinstance(value, allowed) or not low <= value <= high:
            raise self.problem("study.not_in_range", key, low=low, high=high, value=str(value))
        return value

    def path(self, key: str, folder: Path, *, required: bool = False) -> Path | None:
        value = self.get(key, str, required=required)
        if value is not None and not value.isprintable():
            # A NUL no system takes; the others would be shown as something else than they are.
            raise StudyError("study.not_a_path", key=self._full(key))
        return None if value is None else folder / value

    def names(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list) or []
        if not all(isinstance(value, str) for value in values):
            raise self.problem("study.wrong_type", key, wanted="list", value=str(values))
        return tuple(values)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        pairs = [tuple(part.strip() for part in value.split(":")) for value in self.names(key)]
        for value, pair in zip(self.names(key), pairs, strict=True):
            if len(pair) != 2 or not all(pair):
                raise self.problem("study.not_a_pair", key, value=value)
        return tuple((pair[0], pair[1]) for pair in pairs)

    def section(self, key: str) -> Section | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.problem("study.not_a_table", key, header=f"[{key}]")
        return Section(key, value, self._lines)

    def sections(self, key: str) -> list[Section]:
        values = self._values.get(key, [])
        if not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
            raise self.problem("study.not_a_table", key, header=f"[[{key}]]")
        return [Section(key, value, self._lines, number=number) for number, value in enumerate(values)]

    def problem(self, code: str, key: str, **params: object) -> StudyError:
        """Return an error that says where in study.toml the key stands, or its table where it is missing."""
        line = self._lines.get((self._name, self._number, key), self._lines.get((self._name, self._number, "")))
        place = Text("study.file") if line is None else Text("study.file_line", {"line": line})
        return StudyError(code, key=self._full(key), place=place, **params)

    def _full(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
