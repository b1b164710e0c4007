"""A table of study.toml, asked for by key and type, so that nothing in it is misread or passed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kadsurvey.errors import StudyError, nearest

_TYPE_NAMES = {str: "text", int: "integer", list: "list"}


class Section:
    """A table of study.toml: each key is asked for by type, and what is not known is an error."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self._name = name
        self._values = values

    def only(self, *known: str) -> None:
        for key in self._values:
            if key not in known:
                near = nearest(key, list(known))
                raise StudyError(
                    "study.unknown_key", key=self._full(key), known=list(known) if near is None else [near]
                )

    def get(self, key: str, kind: type[Any], *, required: bool = False) -> Any:
        value = self._values.get(key)
        if value is None and required:
            raise StudyError("study.key_missing", key=self._full(key))
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise StudyError("study.wrong_type", key=self._full(key), wanted=_TYPE_NAMES[kind], value=str(value))
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> Any:
        value = self.get(key, str)
        if value is not None and value not in allowed:
            raise StudyError("study.not_a_choice", key=self._full(key), value=value, allowed=list(allowed))
        return value

    def flag(self, key: str) -> bool | None:
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise StudyError("study.wrong_type", key=self._full(key), wanted="true/false", value=str(value))
        return value

    def share(self, key: str) -> float | None:
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise StudyError("study.not_a_share", key=self._full(key), value=str(value))
        return float(value)

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number of a range; whole where both ends are."""
        value = self._values.get(key)
        if value is None:
            return None
        whole = isinstance(low, int) and isinstance(high, int)
        allowed = int if whole else int | float
        if isinstance(value, bool) or not isinstance(value, allowed) or not low <= value <= high:
            params = {"key": self._full(key), "low": low, "high": high, "value": str(value)}
            raise StudyError("study.not_in_range", **params)
        return value

    def path(self, key: str, folder: Path, *, required: bool = False) -> Path | None:
        value = self.get(key, str, required=required)
        return None if value is None else folder / value

    def names(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list) or []
        if not all(isinstance(value, str) for value in values):
            raise StudyError("study.wrong_type", key=self._full(key), wanted="list", value=str(values))
        return tuple(values)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        pairs = [tuple(part.strip() for part in value.split(":")) for value in self.names(key)]
        for value, pair in zip(self.names(key), pairs, strict=True):
            if len(pair) != 2 or not all(pair):
                raise StudyError("study.not_a_pair", key=self._full(key), value=value)
        return tuple((pair[0], pair[1]) for pair in pairs)

    def section(self, key: str) -> Section | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise StudyError("study.not_a_table", key=key, header=f"[{key}]")
        return Section(key, value)

    def sections(self, key: str) -> list[Section]:
        values = self._values.get(key, [])
        if not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
            raise StudyError("study.not_a_table", key=key, header=f"[[{key}]]")
        return [Section(key, value) for value in values]

    def _full(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
