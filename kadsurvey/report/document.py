"""The one document model: the parts of a report in their order, in no language and no format yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from kadsurvey.language.text import Label, Language
from kadsurvey.report.table import Table

if TYPE_CHECKING:
    from kadsurvey.report.references import Reference


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as it was drawn in one language.

    Attributes
    ----------
    svg : str
        One ``<svg>`` element, without the XML declaration; marks with a value carry it in a ``<title>``.
    png : bytes
        300 dots an inch.
    width, height : float
        Inches.
    """

    svg: str
    png: bytes
    width: float
    height: float


class Draw(Protocol):
    """What draws a figure in a language."""

    def __call__(self, lang: Language) -> Picture:
        """Draw it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a writer can place.

    Attributes
    ----------
    key : str
        Name of its files and anchor.
    title : Label
    alt : Label
        What it shows, for who cannot see it: the numbers that matter.
    notes : tuple of Label
        n, what the marks mean, rules.
    draw : Draw
    """

    key: str
    title: Label
    alt: Label
    notes: tuple[Label, ...]
    draw: Draw


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph: sentences in their order, and the tables and figures it speaks of.

    Attributes
    ----------
    sentences : tuple of Label
    refers : tuple of str
        Keys of the tables and figures that a writer names after the paragraph, each with a link.
    cites : tuple of str
        Keys of the references it rests on.
    """

    sentences: tuple[Label, ...]
    refers: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


Block: TypeAlias = Table | Figure | Prose


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report.

    Attributes
    ----------
    key : str
        Name of its sheet and anchor.
    title : Label
    blocks : tuple of Table, Figure and Prose
        In their order.
    absent : Label or None
        Why there is nothing here: what was not given. A part has blocks or this.
    details : tuple of Table
        Tables that only the workbook holds.
    """

    key: str
    title: Label
    blocks: tuple[Block, ...] = ()
    absent: Label | None = None
    details: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes
    ----------
    title : Label
    lines : tuple of Label
        Below the title: what was studied, when and with what; that data are invented, where they are.
    parts : tuple of Part
        Numbered from 1 in their order.
    references : tuple of Reference
        What the text cites, by author.
    """

    title: Label
    lines: tuple[Label, ...]
    parts: tuple[Part, ...]
    references: tuple[Reference, ...] = ()

    def tables(self) -> Iterator[Table]:
        """Yield the tables that every format shows, in their order."""
        yield from (block for part in self.parts for block in part.blocks if isinstance(block, Table))

    def figures(self) -> Iterator[Figure]:
        """Yield the figures, in their order."""
        yield from (block for part in self.parts for block in part.blocks if isinstance(block, Figure))

    def numbers(self) -> dict[str, tuple[str, int]]:
        """Return of each table's and figure's key what it is, ``table`` or ``figure``, and its number."""
        tables = {table.key: ("table", number) for number, table in enumerate(self.tables(), start=1)}
        figures = {figure.key: ("figure", number) for number, figure in enumerate(self.figures(), start=1)}
        return tables | figures


Pictures: TypeAlias = Mapping[str, Picture]
"""The figures of a document by key, as drawn in one language."""

Progress: TypeAlias = Callable[[Label, int, int], None]
"""Told before each step: its name, how many are done, how many there are."""
