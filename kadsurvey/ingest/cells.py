"""A column of cells, each different cell kept once: what is done to a million answers is done to a handful."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from kadsurvey.instrument.wording import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cell: TypeAlias = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


@dataclass(frozen=True, slots=True)
class Cells:
    """A column, as the place of each row's cell among the different ones.

    Attributes
    ----------
    places : ndarray of int, shape (n,)
        Which of the different cells a row holds.
    texts : ndarray of str objects, shape (k,)
        The different cells as text, as they came.
    typed : ndarray of bool, shape (k,)
        Whether the cell held text, in a file that tells numbers from text.
    read_as : ndarray of str objects, shape (k,)
        What is read in the place of the text: the text itself, unless a program's own code was translated.
    labels : ndarray of str objects, shape (k,)
        What the file itself says the value means; empty where it says nothing.
    missing : ndarray of bool, shape (k,)
        Values that the file itself declares missing.
    """

    places: NDArray[np.integer[Any]]
    texts: NDArray[np.object_]
    typed: NDArray[np.bool_]
    read_as: NDArray[np.object_]
    labels: NDArray[np.object_]
    missing: NDArray[np.bool_]

    @classmethod
    def of(cls, cells: Sequence[Cell], *, typed: bool = False) -> Cells:
        """Gather the different cells of a column; ``typed`` where the file tells numbers from text."""
        places, different = different_cells(cells)
        is_text = np.array([typed and isinstance(cell, str) for cell in different], dtype=bool)
        return cls.of_different(places, text_array(list(map(cell_text, different))), typed=is_text)

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Cell]], columns: Sequence[int], *, typed: bool) -> list[Cells]:
        """Gather some columns of a sheet in one walk along its rows, as they lie in memory; short rows end in blanks.

        Parameters
        ----------
        rows : sequence of rows
        columns : sequence of int
            Zero-based.
        typed : bool
            Whether the file tells numbers from text.
        """
        if not columns:
            return []
        seen = _numbers()
        try:
            places = _walk(rows, columns, seen)
        except IndexError:
            width = max(columns) + 1
            rows = [[*row, *[""] * (width - len(row))] for row in rows]
            seen = _numbers()
            places = _walk(rows, columns, seen)
        if (1 in seen or 0 in seen) and bool in set(map(type, chain.from_iterable(rows))):
            # True equals 1, and the two would become one cell.
            rows = [[cell_text(cell) if cell is True or cell is False else cell for cell in row] for row in rows]
            seen = _numbers()
            places = _walk(rows, columns, seen)
        texts = text_array(list(map(cell_text, seen)))
        is_text = np.array([typed and isinstance(cell, str) for cell in seen], dtype=bool)
        read = []
        for column in places:
            own, different = pd.factorize(column)
            read.append(cls.of_different(own.astype(np.int32), texts[different], typed=is_text[different]))
        return read

    @classmethod
    def of_different(
        cls,
        places: NDArray[np.integer[Any]],
        texts: NDArray[np.object_],
        *,
        typed: NDArray[np.bool_] | None = None,
        read_as: NDArray[np.object_] | None = None,
        labels: NDArray[np.object_] | None = None,
        missing: NDArray[np.bool_] | None = None,
    ) -> Cells:
        """Make a column of its different cells; what is not given says nothing about them."""
        none = np.zeros(len(texts), dtype=bool)
        return cls(
            places=places,
            texts=texts,
            typed=none if typed is None else typed,
            read_as=texts if read_as is None else read_as,
            labels=text_array([""] * len(texts)) if labels is None else labels,
            missing=none if missing is None else missing,
        )

    @classmethod
    def blank(cls, n: int) -> Cells:
        """Return a column of blank cells."""
        return cls.of_different(np.zeros(n, dtype=np.int8), text_array([""]))

    @classmethod
    def stacked(cls, parts: Sequence[Cells]) -> Cells:
        """Put columns one under the other."""
        if len(parts) == 1:
            return parts[0]
        starts = np.cumsum([0, *(len(part.texts) for part in parts)])
        return cls(
            places=np.concatenate([part.places + start for part, start in zip(parts, starts[:-1], strict=True)]),
            texts=np.concatenate([part.texts for part in parts]),
            typed=np.concatenate([part.typed for part in parts]),
            read_as=np.concatenate([part.read_as for part in parts]),
            labels=np.concatenate([part.labels for part in parts]),
            missing=np.concatenate([part.missing for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.places)

    def per_row(self) -> NDArray[np.object_]:
        """Return the text of every row."""
        spread: NDArray[np.object_] = self.texts[self.places]
        return spread

    def filled(self) -> NDArray[np.bool_]:
        """Return which rows hold something."""
        holds = np.array([bool(text) and not text.isspace() for text in self.texts], dtype=bool)
        spread: NDArray[np.bool_] = holds[self.places]
        return spread

    def take(self, rows: NDArray[Any]) -> Cells:
        """Return the cells of some rows, by number or mask."""
        return Cells(self.places[rows], self.texts, self.typed, self.read_as, self.labels, self.missing)

    def words(self, *, labels: bool, known: Container[str] = ()) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
        """Return which text each row reads as, and the different texts.

        Parameters
        ----------
        labels : bool
            Whether what the file says a value means is read instead of the value.
        known : container of str
            Folded texts that mean something; a value among them is read where its label is not.
        """
        chosen = self.read_as.copy()
        if labels:
            for at in np.flatnonzero(self.labels != "").tolist():
                if fold(self.labels[at]) in known or fold(self.read_as[at]) not in known:
                    chosen[at] = self.labels[at]
        chosen[self.missing] = ""
        merged, different = pd.factorize(chosen)
        return merged[self.places], different


def _numbers() -> dict[Cell, int]:
    """Return a dictionary that gives each new cell the next number."""
    return defaultdict(count().__next__)


def _walk(rows: Sequence[Sequence[Cell]], columns: Sequence[int], seen: dict[Cell, int]) -> NDArray[np.int32]:
    """Return the numbers of the cells, shape (n_columns, n_rows)."""
    picked = map(itemgetter(*columns), rows)
    cells = picked if len(columns) == 1 else chain.from_iterable(picked)
    numbers = np.fromiter(map(seen.__getitem__, cells), dtype=np.int32, count=len(rows) * len(columns))
    return np.ascontiguousarray(numbers.reshape(len(rows), len(columns)).T)


def different_cells(cells: Sequence[Cell]) -> tuple[NDArray[np.intp], list[Cell]]:
    """Return the place of each cell among the different ones, and these, in the order of their first appearance."""
    if bool in set(map(type, cells)):
        # True equals 1, and the two would become one cell.
        cells = [cell_text(cell) if cell is True or cell is False else cell for cell in cells]
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    places, different = pd.factorize(column, use_na_sentinel=False)
    return places, different.tolist()


def text_array(texts: Sequence[str]) -> NDArray[np.object_]:
    """Return texts as an array of objects, of one dimension whatever they are."""
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


def cell_text(cell: Cell) -> str:
    """Return a cell as text: 5.0 is ``5``, a date is ISO, an empty cell is the empty text."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float() if cell != cell:
            return ""
        case dt.datetime() | dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)
