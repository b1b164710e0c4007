"""SPSS and Stata files: codes with the labels that the file gives them, and the values it declares missing."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kadsurvey.archive import said
from kadsurvey.cores import DiedError, apart
from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change
from kadsurvey.ingest.cells import Cell, Cells, cell_text, different_cells, text_array
from kadsurvey.ingest.extent import check_extent, check_text
from kadsurvey.ingest.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PACKED = b"$FL3"
_MOST_PACKED = 1032
"""Bytes that deflate can make of one."""
_RELEASE_ENDS = 100
_LONG_TEXT = (13, 9)
"""Bytes of a long text before its length, without the mark: variable, case, type; in release 117 the second."""
_MOST_SHARED = 20
"""How much larger the long texts of all cells may be than the file."""
_ENCODINGS = (None, "WINDOWS-1252")
"""What the file says of itself first; files of old versions say nothing, or what is not true."""


@dataclass(frozen=True, slots=True)
class _Missing:
    """Values of a variable that the file declares missing: ranges (SPSS), or letters in a numeric variable (Stata)."""

    ranges: Sequence[Mapping[str, Any]]
    letters: bool

    def covers(self, cell: Cell) -> bool:
        if isinstance(cell, str):
            return self.letters or any(cell.strip() == str(part["lo"]).strip() for part in self.ranges)
        if not isinstance(cell, int | float):
            return False
        return any(
            part["lo"] <= cell <= part["hi"]
            for part in self.ranges
            if not isinstance(part["lo"], str) and not isinstance(part["hi"], str)
        )


class _Variables:
    """The variables of a file, each turned into cells when it is asked for."""

    def __init__(self, columns: Mapping[str, Sequence[Cell]], meta: Any, kind: Literal["sav", "dta"]) -> None:
        self.names: Sequence[str] = list(meta.column_names)
        self.n_rows: int = len(next(iter(columns.values()), ()))
        self._columns = columns
        self._labels: Mapping[str, Mapping[Any, str]] = meta.variable_value_labels
        self._missing = {
            name: _Missing(
                ranges=(meta.missing_ranges or {}).get(name, ()),
                letters=kind == "dta" and meta.readstat_variable_types.get(name) != "string",
            )
            for name in self.names
        }

    def cells(self, column: int) -> Cells:
        """Return one variable, with its labels and missing values."""
        name = self.names[column]
        places, different = different_cells(self._columns[name])
        labels = self._labels.get(name, {})
        missing = self._missing[name]
        return Cells.of_different(
            places,
            text_array([f".{cell}" if _is_letter(cell, missing) else cell_text(cell).rstrip() for cell in different]),
            typed=_mask([isinstance(cell, str) for cell in different]),
            labels=text_array([_label(cell, labels) for cell in different]),
            missing=_mask([missing.covers(cell) for cell in different]),
        )


def read_statfile(path: Path, kind: Literal["sav", "dta"]) -> tuple[Grid, tuple[Change, ...]]:
    """Read an SPSS or Stata file.

    Raises
    ------
    InputFileError
        If the file is damaged or too large.
    """
    for encoding in _ENCODINGS:
        try:
            # Damaged files bring the compiled reader down.
            columns, meta = apart(_read, path, kind, encoding)
        except DiedError as err:
            raise InputFileError("ingest.damaged_workbook", file=path.name, reason=kind) from err
        except UnicodeError as err:
            if encoding == _ENCODINGS[-1]:
                raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err
            continue
        break
    variables = _Variables(columns, meta, kind)
    labels = meta.column_names_to_labels
    grid = Grid(
        file=path.name,
        sheet=None,
        rows=(variables.names,),
        columnar=variables,
        second_names=[labels.get(name) or "" for name in variables.names],
    )
    used = encoding or meta.file_encoding or "UTF-8"
    return grid, (Change("ingest.statfile_as", variables.n_rows, {"encoding": used}, path.name),)


def _read(path: Path, kind: Literal["sav", "dta"], encoding: str | None) -> tuple[Mapping[str, Sequence[Cell]], Any]:
    import pyreadstat

    read = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    try:
        _, meta = read(path, metadataonly=True, encoding=encoding)
        _check_size(path, kind, meta)
        columns, meta = read(path, user_missing=True, output_format="dict", encoding=encoding)
    except pyreadstat.ReadstatError as err:
        if "byte sequence" in str(err):
            raise UnicodeError(str(err)) from err
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err
    except (UnicodeError, InputFileError):
        raise
    except Exception as err:
        # pyreadstat raises whatever its parts do; whatever it is, the file is none that it can read.
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err
    return columns, meta


def _check_size(path: Path, kind: Literal["sav", "dta"], meta: Any) -> None:
    """Refuse a file whose header tells of more cases than it can hold: the reader takes it at its word.

    A cell takes at least one byte; zsav is packed.
    """
    n_rows, n_columns = max(meta.number_rows or 0, 0), len(meta.column_names)
    check_extent(n_rows, n_columns, path.name, "-")
    with path.open("rb") as stream:
        packed = stream.read(len(_PACKED)) == _PACKED
    size = path.stat().st_size
    if n_rows * n_columns > size * (_MOST_PACKED if packed else 1):
        reason = f"{n_rows} x {n_columns} > {size}"
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=reason)
    if kind == "dta":
        _check_long_texts(path, meta, n_rows, size)


def _check_long_texts(path: Path, meta: Any, n_rows: int, size: int) -> None:
    """Refuse long texts of Stata, of which each stands in the file once, where very many cells share them."""
    n_texts = sum(kind == "string" for kind in meta.readstat_variable_types.values())
    content = path.read_bytes()
    section = content[content.rfind(b"<strls>") :]
    width = _LONG_TEXT[content[:_RELEASE_ENDS].count(b"<release>117")]
    places = (found.start() + 3 for found in re.finditer(b"GSO", section))
    longest = max((int.from_bytes(section[at + width : at + width + 4], sys.byteorder) for at in places), default=0)
    characters = n_rows * n_texts * min(longest, len(section))
    if characters > _MOST_SHARED * size:
        check_text(characters, path.name, "-")


def _is_letter(cell: Cell, missing: _Missing) -> bool:
    return isinstance(cell, str) and missing.letters


def _label(cell: Cell, labels: Mapping[Any, str]) -> str:
    return labels.get(cell, "").strip() if isinstance(cell, str | int | float) else ""


def _mask(values: Sequence[bool]) -> NDArray[Any]:
    import numpy as np

    return np.array(values, dtype=bool)
