"""Where the table of a file begins, and what each of its columns is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from kadsurvey.ingest.cells import cell_text
from kadsurvey.ingest.dialects import Conventions
from kadsurvey.ingest.grid import Grid, Row
from kadsurvey.ingest.naming import MOST_SEPARATORS, fold_header, header_endings
from kadsurvey.ingest.privacy import is_personal, is_technical
from kadsurvey.instrument.model import BodyField, Instrument, Item, SurveyField

HeaderKind: TypeAlias = Literal["known", "ambiguous", "personal", "technical", "option", "unknown"]

_SEARCHED_ROWS = 50
_ROWS_ABOVE = 2
"""How far above the item codes the other headers of a header in several rows may stand."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """What a header says its column is.

    Attributes
    ----------
    column : int
        Zero-based place in the sheet.
    text : str
        The header as it stands, stripped.
    kind : {"known", "ambiguous", "personal", "technical", "option", "unknown"}
        ``known`` is an item or a field of the instrument, ``option`` one of the choices of another column's question.
    names : tuple of str
        The name in the instrument; several where the header fits several.
    rank : int
        Which wording of that name it is: 0 the name itself, then the aliases, then the texts.
    """

    column: int
    text: str
    kind: HeaderKind
    names: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """The header row that was found.

    Attributes
    ----------
    grid : Grid
        The sheet it stands in.
    row : int
        Its zero-based row.
    cells : tuple of HeaderCell
        Its cells that are not blank; of a header in several rows one cell a column.
    below : int
        Further rows of the header under that row.
    """

    grid: Grid
    row: int
    cells: tuple[HeaderCell, ...]
    below: int = 0

    @property
    def first(self) -> int:
        """The zero-based row of the first respondent."""
        return self.row + 1 + self.below

    def names(self) -> set[str]:
        """Return the names of the instrument that the header holds."""
        return {name for cell in self.cells if cell.kind == "known" for name in cell.names}

    def cell_name(self, column: int) -> str:
        """Return the place of a column's header, such as ``F1``."""
        return self.grid.header_name(self.row, column)


class NameIndex:
    """Finds the instrument's name for a header.

    Parameters
    ----------
    wordings : mapping of name to wordings
        Every text that means the name, the preferred one first.
    """

    def __init__(self, wordings: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, dict[str, int]] = {}
        self._seen: dict[str, HeaderCell] = {}
        self._folded: dict[str, dict[str, int]] = {}
        for name, texts in wordings.items():
            for rank, text in enumerate([name, *texts]):
                self._exact.setdefault(text.strip(), {}).setdefault(name, rank)
                if key := fold_header(text):
                    self._folded.setdefault(key, {}).setdefault(name, rank)

    def classify(
        self, column: int, header: str, *, endings: Callable[[str], Iterator[str]] = header_endings
    ) -> HeaderCell:
        """Say what a header's column is.

        The whole header counts before what remains of it without a group's name.
        """
        header = header.strip()
        if endings is not header_endings:
            return self._classify(column, header, endings)
        # Answers are looked at too until the header is found, and the same ones stand in row after row.
        seen = self._seen.get(header)
        if seen is None:
            seen = self._seen[header] = self._classify(column, header, endings)
        return HeaderCell(column, seen.text, seen.kind, seen.names, seen.rank)

    def _classify(self, column: int, header: str, endings: Callable[[str], Iterator[str]]) -> HeaderCell:
        for text in (header, *endings(header)):
            found = self._exact.get(text.strip()) or self._folded.get(fold_header(text))
            if found:
                kind: HeaderKind = "known" if len(found) == 1 else "ambiguous"
                return HeaderCell(column, header, kind, tuple(found), min(found.values()))
            if is_personal(text):
                return HeaderCell(column, header, "personal")
            if is_technical(text):
                return HeaderCell(column, header, "technical")
        return HeaderCell(column, header, "unknown")


def response_index(instrument: Instrument) -> NameIndex:
    """Index the items and the respondent's fields of an instrument."""
    wordings = {code: _item_wordings(item) for code, item in instrument.items.items()}
    wordings |= {name: _field_wordings(part) for name, part in instrument.fields.items()}
    return NameIndex(wordings)


def body_index(instrument: Instrument, key: str) -> NameIndex:
    """Index the columns of the body data; the key column also goes by the names of the respondents' body field."""
    wordings = {name: _field_wordings(part) for name, part in instrument.bodies.items()}
    wordings.setdefault(key, [])
    body_field = instrument.field_with("body")
    if body_field is not None:
        taken = {fold_header(text) for name, texts in wordings.items() if name != key for text in [name, *texts]}
        others = [body_field, *_field_wordings(instrument.fields[body_field])]
        wordings[key] = [*wordings[key], *(text for text in others if fold_header(text) not in taken)]
    return NameIndex(wordings)


def find_header(grids: Iterable[Grid], index: NameIndex, counted: frozenset[str]) -> list[Header]:
    """Find the likeliest header of each sheet that has one, the sheet with most of the counted names first.

    Visible sheets come before hidden ones; rows above the header (titles) and columns that match nothing do not hinder.
    A header may take several rows: a column without a code in the row of codes is headed by the row above it, and a
    row that gives the same columns a second name is no respondent.
    """
    found = []
    for grid in grids:
        rows = [_classify(row, index, grid.second_names) for row in grid.rows[:_SEARCHED_ROWS]]
        headers = [Header(grid, number, cells) for number, cells in enumerate(rows)]
        headers = [header for header in headers if header.names() & counted]
        if headers:
            best = max(headers, key=lambda header: _weight(header, counted))
            found.append(_in_several_rows(best, rows, counted))
    return sorted(found, key=lambda header: (header.grid.hidden, *(-part for part in _weight(header, counted))))


def in_dialect(header: Header, index: NameIndex, conventions: Conventions) -> Header:
    """Read a header again as the program that wrote it means it."""
    last = {cell.text: cell.column for cell in header.cells}
    return replace(
        header, cells=tuple(_by_convention(cell, header.grid, index, conventions, last) for cell in header.cells)
    )


def _by_convention(
    cell: HeaderCell, grid: Grid, index: NameIndex, conventions: Conventions, last: Mapping[str, int]
) -> HeaderCell:
    if cell.text in conventions.system and last[cell.text] == cell.column:
        return HeaderCell(cell.column, cell.text, "personal" if is_personal(cell.text) else "technical")
    whole = index.classify(cell.column, cell.text, endings=_no_endings)
    if whole.kind != "unknown":
        return whole
    if any(ending in last for ending in _questions(cell.text, conventions.options)):
        return HeaderCell(cell.column, cell.text, "option")
    read = index.classify(cell.column, cell.text, endings=conventions.endings)
    if read.kind == "unknown" and conventions.short_names:
        read = index.classify(cell.column, f"_{cell.text}", endings=_no_endings)
    if read.kind == "unknown" and grid.second_names:
        read = index.classify(cell.column, grid.second_names[cell.column])
    return replace(read, text=cell.text)


def _questions(header: str, separator: str) -> Iterator[str]:
    """Yield what may be the question of which a header names an option: ``layanan`` of ``layanan/air``."""
    rest = header
    while separator and 0 < rest.count(separator) <= MOST_SEPARATORS:
        rest = rest.rpartition(separator)[0]
        yield rest


def _no_endings(_: str) -> Iterator[str]:
    return iter(())


def _in_several_rows(header: Header, rows: Sequence[tuple[HeaderCell, ...]], counted: frozenset[str]) -> Header:
    """Join to the row of codes what heads its other columns in the rows above and below."""
    below = 0
    while header.row + below + 1 < len(rows) and _same_columns(header, rows[header.row + below + 1], counted):
        below += 1
    cells = {cell.column: cell for cell in header.cells}
    names = header.names()
    others = [*range(header.row + 1, header.row + below + 1), *range(header.row - 1, header.row - 1 - _ROWS_ABOVE, -1)]
    for number in others:
        row = rows[number] if number >= 0 else ()
        free = [cell for cell in row if cell.column not in cells]
        # A title stands alone in its row, whatever it says; a row that heads no column of the instrument is no header.
        if len(row) < 2:
            continue
        if not any(cell.kind in ("known", "personal") and not names & set(cell.names) for cell in free):
            continue
        for cell in free:
            if not names & set(cell.names):
                cells[cell.column] = cell
                names.update(cell.names if cell.kind == "known" else ())
    return replace(header, cells=tuple(cells[column] for column in sorted(cells)), below=below)


def _same_columns(header: Header, cells: Sequence[HeaderCell], counted: frozenset[str]) -> bool:
    """Tell whether a row names most of the columns as the header does, and so is a part of it."""
    named = {cell.column: cell.names for cell in header.cells if set(cell.names) & counted}
    same = sum(named.get(cell.column) == cell.names for cell in cells if cell.kind == "known")
    return 2 * same >= max(len(named), 2)


def _weight(header: Header, counted: frozenset[str]) -> tuple[int, int]:
    names = header.names()
    return len(names & counted), len(names)


def _classify(row: Row, index: NameIndex, second_names: Sequence[str]) -> tuple[HeaderCell, ...]:
    texts = [(column, cell_text(cell)) for column, cell in enumerate(row)]
    cells = [index.classify(column, text) for column, text in texts if text.strip()]
    if not second_names:
        return tuple(cells)
    second = [index.classify(cell.column, second_names[cell.column]) for cell in cells]
    return tuple(
        replace(other, text=cell.text) if cell.kind == "unknown" and other.kind == "known" else cell
        for cell, other in zip(cells, second, strict=True)
    )


def _item_wordings(item: Item) -> list[str]:
    return [*item.aliases, *item.text.values(), *item.text_ngo.values()]


def _field_wordings(part: SurveyField | BodyField) -> list[str]:
    return [*part.aliases, *part.label.values()]
