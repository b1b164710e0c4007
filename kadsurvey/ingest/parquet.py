"""Parquet files, column by column: only the columns that are asked for leave the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kadsurvey._optional import require
from kadsurvey.archive import said
from kadsurvey.errors import InputFileError
from kadsurvey.ingest.cells import Cells, cell_text, text_array
from kadsurvey.ingest.extent import check_extent
from kadsurvey.ingest.grid import Grid


class _ParquetColumns:
    """The columns of a parquet file, read one at a time."""

    def __init__(self, path: Path) -> None:
        self._arrow = require("pyarrow", extra="parquet")
        self._path = path
        try:
            self._file = self._opened(path)
            self.names: Sequence[str] = self._file.schema_arrow.names
            self.n_rows: int = self._file.metadata.num_rows
        except Exception as err:
            # Arrow raises whatever its parts do; whatever it is, the file is none that it can read.
            raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err
        if self.n_rows < 0:
            raise InputFileError("ingest.damaged_workbook", file=path.name, reason=str(self.n_rows))
        check_extent(self.n_rows, len(self.names), path.name, "-")

    def _opened(self, path: Path) -> Any:
        """Open the file so that a text that many cells share is read once."""
        kinds = self._arrow.types
        parquet = require("pyarrow.parquet", extra="parquet")
        schema = parquet.read_schema(path)
        shared = [field.name for field in schema if kinds.is_string(field.type) or kinds.is_binary(field.type)]
        return parquet.ParquetFile(path, read_dictionary=shared)

    def cells(self, column: int) -> Cells:
        """Read one column; its different values are found by arrow, and only they become text."""
        name = self.names[column]
        kind = self._file.schema_arrow.field(column).type
        if self._arrow.types.is_nested(kind):
            raise InputFileError("ingest.nested_column", file=self._path.name, column=name, type=str(kind))
        try:
            array = self._file.read(columns=[name]).column(0)
            if not self._arrow.types.is_dictionary(kind):
                array = array.dictionary_encode()
            array = array.unify_dictionaries().combine_chunks()
            found = Cells.blank(0) if not len(array) else _cells(array)
        except Exception as err:
            # Arrow raises whatever its parts do; whatever it is, the file is none that it can read.
            raise InputFileError("ingest.damaged_workbook", file=self._path.name, reason=said(err, self._path)) from err
        if len(array) != self.n_rows:
            reason = f"{name}: {len(array)} / {self.n_rows}"
            raise InputFileError("ingest.damaged_workbook", file=self._path.name, reason=reason)
        return found


def read_parquet(path: Path) -> Grid:
    """Open a parquet file.

    Raises
    ------
    MissingPackageError
        If pyarrow is not installed.
    InputFileError
        If the file is damaged.
    """
    columns = _ParquetColumns(path)
    return Grid(file=path.name, sheet=None, rows=(columns.names,), columnar=columns)


def _cells(array: Any) -> Cells:
    """Turn values and their places into cells, with a blank for null."""
    different = [
        cell.decode(errors="replace") if isinstance(cell, bytes) else cell for cell in array.dictionary.to_pylist()
    ]
    places = array.indices.cast("int32").fill_null(len(different)).to_numpy(zero_copy_only=False)
    texts = text_array([*(cell_text(cell) for cell in different), ""])
    typed = np.array([*(isinstance(cell, str) for cell in different), False], dtype=bool)
    return Cells.of_different(places, texts, typed=typed)
