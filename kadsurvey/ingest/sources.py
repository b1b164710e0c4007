"""Which files are read, in which order, and as which group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.ingest.fields import value_key
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.wording import fold

FilePath: TypeAlias = str | Path


@dataclass(frozen=True, slots=True)
class Source:
    """One file of answers.

    Attributes
    ----------
    path : Path
    group : str or None
        The group that all its respondents belong to, if it is one group's.
    prefix : str
        What stands before a row's number where a row has no identifier of its own.
    """

    path: Path
    group: str | None
    prefix: str


def in_order(
    paths: FilePath | Sequence[FilePath],
    groups: Mapping[str, FilePath | Sequence[FilePath]],
    instrument: Instrument,
) -> list[Source]:
    """Put the files in order, each once, with its group and with what stands before its row numbers."""
    group_of: dict[Path, str | None] = {}
    for path in _as_paths(paths):
        if path in group_of:
            raise ArgumentError("ingest.file_twice", file=path.name)
        group_of[path] = None
    for group, files in groups.items():
        name = _group_name(group, instrument)
        for path in _as_paths(files):
            if group_of.get(path) is not None:
                raise ArgumentError("ingest.file_in_two_groups", file=path.name, first=group_of[path], second=name)
            group_of[path] = name
    if not group_of:
        raise ArgumentError("ingest.no_files")
    names = [path.name for path in group_of]
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError("ingest.same_file_name", file=name)
    stems = [path.stem for path in group_of]
    return [
        Source(path, group, path.stem if stems.count(path.stem) == 1 else path.name) for path, group in group_of.items()
    ]


def _as_paths(paths: FilePath | Sequence[FilePath]) -> list[Path]:
    given = [paths] if isinstance(paths, str | Path) else paths
    return [Path(path).absolute() for path in given]


def _group_name(group: str, instrument: Instrument) -> str:
    """Return the instrument's name for a group given on the command line or in study.toml."""
    field = instrument.field_with("group")
    known = value_key(instrument.fields[field].values) if field else {}
    if not known:
        return group
    name = known.get(fold(group))
    if name is None:
        values = list(dict.fromkeys(known.values()))
        raise ArgumentError(
            "ingest.unknown_group", group=group, nearest=nearest(group, values) or values[0], known=values
        )
    return name
