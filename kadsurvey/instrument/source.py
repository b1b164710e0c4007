"""YAML as its author wrote it: every value a string, every part with its line.

PyYAML's own loaders read ``no`` and ``on`` as booleans and ``0071`` as 57, and keep the last of two equal keys. Here
nothing is guessed; anchors, aliases, tags and second documents are refused, for a questionnaire needs none and they
are how a small file becomes a large one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml

from kadsurvey.errors import InputFileError

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
Place: TypeAlias = tuple[str | int, ...]
"""Where a part stands: keys and list positions from the top."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What an escape such as \\a can bring into a text, and no form, document or workbook can hold."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as text.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    data : dict
        Mappings, lists and strings; nothing else.
    lines : mapping of Place to int
        Line, from 1, on which each key and each list entry stands.
    sha256 : str
        Hash of the file's bytes.
    """

    file: str
    data: dict[str, Value]
    lines: Mapping[Place, int]
    sha256: str

    def line_of(self, place: Place) -> int:
        """Return the line of a part, or of the nearest part around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_source(path: Path) -> Source:
    """Read a YAML file whose top is a mapping.

    Raises
    ------
    InputFileError
        If there is no such file, it is a folder, it cannot be opened, is larger than ``MAX_BYTES``, is not text in
        UTF-8, not YAML, empty, has a key twice, or holds what a questionnaire needs not (anchors, tags, documents).
    """
    return parse_source(_bytes_of(path), path.name)


def parse_source(content: bytes, file: str) -> Source:
    """Parse the bytes of a YAML file; errors as of `read_source`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError("instrument.not_text_file", file=file) from None
    if "\x00" in text:
        raise InputFileError("instrument.not_text_file", file=file)
    data, lines = _Builder(file).build(text)
    return Source(file, data, lines, hashlib.sha256(content).hexdigest())


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise InputFileError("instrument.is_folder", file=path.name)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, ValueError):
        # A ValueError is for a name that no system can have, such as one with a NUL in it.
        raise InputFileError("instrument.file_not_found", file=path.name) from None
    except OSError as err:
        raise InputFileError("instrument.file_not_opened", file=path.name, reason=err.strerror or str(err)) from None
    if len(content) > MAX_BYTES:
        raise InputFileError("instrument.file_too_large", file=path.name, limit=MAX_BYTES // 1000)
    return content


class _Builder:
    """Builds the data from the parser's events, so that no node is ever shared and each line is known."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: dict[Place, int] = {}
        self._events: Iterator[Any] = iter(())

    def build(self, text: str) -> tuple[dict[str, Value], dict[Place, int]]:
        """Return the mapping at the top and the line of every part."""
        try:
            self._events = yaml.parse(text, Loader=_LOADER)
            data = self._document()
        except yaml.MarkedYAMLError as err:
            self._refuse_syntax(err, text)
        except yaml.YAMLError:
            raise InputFileError("instrument.not_text_file", file=self._file) from None
        return data, self._lines

    def _document(self) -> dict[str, Value]:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent) or _is_blank(event):
            raise InputFileError("instrument.file_empty", file=self._file)
        data = self._value(event, ())
        if not isinstance(data, dict):
            self._refuse("instrument.top_not_mapping", event)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse("instrument.second_document", after)
        return data

    def _value(self, event: Any, place: Place) -> Value:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse("instrument.yaml_anchor", event)
        if event.tag is not None:
            self._refuse("instrument.yaml_tag", event, tag=event.tag)
        if len(place) > MAX_DEPTH:
            self._refuse("instrument.too_deep", event, depth=MAX_DEPTH)
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(place)
            case yaml.SequenceStartEvent():
                return self._sequence(place)
        return self._text(event)

    def _text(self, event: Any) -> str:
        text = str(event.value)
        if _CONTROL.search(text):
            self._refuse("instrument.control_character", event)
        return text

    def _mapping(self, place: Place) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._value(event, place) if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) else None
            if not isinstance(key, str):
                self._refuse("instrument.key_not_text", event)
            inner = (*place, key)
            if key in entries:
                self._refuse("instrument.key_twice", event, key=key, first=self._lines[inner])
            self._lines[inner] = event.start_mark.line + 1
            entries[key] = self._value(self._next(), inner)
        return entries

    def _sequence(self, place: Place) -> list[Value]:
        entries: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            inner = (*place, len(entries))
            self._lines[inner] = event.start_mark.line + 1
            entries.append(self._value(event, inner))
        return entries

    def _next(self) -> Any:
        return next(self._events)

    def _refuse(self, code: str, event: Any, **params: object) -> NoReturn:
        raise InputFileError(code, file=self._file, line=event.start_mark.line + 1, **params)

    def _refuse_syntax(self, err: yaml.MarkedYAMLError, text: str) -> NoReturn:
        mark = err.problem_mark or err.context_mark
        number = mark.line if mark else 0
        line = dict(enumerate(text.splitlines())).get(number, "")
        indent = line[: len(line) - len(line.lstrip())]
        place: dict[str, object] = {"file": self._file, "line": number + 1}
        if "nesting" in (err.problem or ""):  # a limit of its own, of PyYAML since 6.0.4
            raise InputFileError("instrument.too_deep", **place, depth=MAX_DEPTH) from None
        if "\t" in indent:
            raise InputFileError("instrument.tab", **place) from None
        raise InputFileError(
            "instrument.not_yaml", **place, problem=err.problem or "", text=line.strip()[:60]
        ) from None


def _is_blank(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value
