"""Where the table of a file begins, and what each of its columns is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kadsurvey.ingest.grid import Grid, Row, cell_name, cell_text
from kadsurvey.ingest.naming import fold_header, header_endings
from kadsurvey.ingest.privacy import is_personal, is_technical
from kadsurvey.instrument.model import BodyField, Instrument, Item, SurveyField

HeaderKind: TypeAlias = Literal["known", "ambiguous", "personal", "technical", "unknown"]

_SEARCHED_ROWS = 50


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """What a header says its column is.

    Attributes
    ----------
    column : int
        Zero-based place in the sheet.
    text : str
        The header as it stands, stripped.
    kind : {"known", "ambiguous", "personal", "technical", "unknown"}
        ``known`` is an item or a field of the instrument.
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
        Its cells that are not blank.
    """

    grid: Grid
    row: int
    cells: tuple[HeaderCell, ...]

    def names(self) -> set[str]:
        """Return the names of the instrument that the header holds."""
        return {name for cell in self.cells if cell.kind == "known" for name in cell.names}

    def cell_name(self, column: int) -> str:
        """Return the place of a column's header, such as ``F1``."""
        return cell_name(self.row, column)


class NameIndex:
    """Finds the instrument's name for a header.

    Parameters
    ----------
    wordings : mapping of name to wordings
        Every text that means the name, the preferred one first.
    """

    def __init__(self, wordings: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, dict[str, int]] = {}
        self._folded: dict[str, dict[str, int]] = {}
        for name, texts in wordings.items():
            for rank, text in enumerate([name, *texts]):
                self._exact.setdefault(text.strip(), {}).setdefault(name, rank)
                if key := fold_header(text):
                    self._folded.setdefault(key, {}).setdefault(name, rank)

    def classify(self, column: int, header: str) -> HeaderCell:
        """Say what a header's column is.

        The whole header counts before what remains of it without a group's name.
        """
        header = header.strip()
        for text in (header, *header_endings(header)):
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
    """Find the likeliest header row of each sheet that has one, the sheet with most of the counted names first.

    Visible sheets come before hidden ones; rows above the header (titles) and columns that match nothing do not hinder.
    """
    found = []
    for grid in grids:
        rows = [_classify(row, index) for row in grid.rows[:_SEARCHED_ROWS]]
        headers = [Header(grid, number, cells) for number, cells in enumerate(rows)]
        headers = [header for header in headers if header.names() & counted]
        if headers:
            found.append(max(headers, key=lambda header: _weight(header, counted)))
    return sorted(found, key=lambda header: (header.grid.hidden, *(-part for part in _weight(header, counted))))


def _weight(header: Header, counted: frozenset[str]) -> tuple[int, int]:
    names = header.names()
    return len(names & counted), len(names)


def _classify(row: Row, index: NameIndex) -> tuple[HeaderCell, ...]:
    texts = ((column, cell_text(cell)) for column, cell in enumerate(row))
    return tuple(index.classify(column, text) for column, text in texts if text.strip())


def _item_wordings(item: Item) -> list[str]:
    return [*item.aliases, *item.text.values(), *item.text_ngo.values()]


def _field_wordings(part: SurveyField | BodyField) -> list[str]:
    return [*part.aliases, *part.label.values()]
