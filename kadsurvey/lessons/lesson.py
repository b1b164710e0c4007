"""What a lesson is: a study drawn from a known truth, two ways to analyse it, and what students are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kadsurvey.language.text import Label
from kadsurvey.report.document import Figure
from kadsurvey.report.table import CellKind, Table
from kadsurvey.results import Result

if TYPE_CHECKING:
    import pandas as pd

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its 95% limits; NaN where a way gives none."""

    value: float = _NAN
    low: float = _NAN
    high: float = _NAN

    def holds(self, truth: float) -> bool:
        """Whether the limits enclose a value."""
        return self.low <= truth <= self.high


NONE = Estimate()
"""Where one of the two ways says nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity: what is true, what the mistaken way finds, and what the better one finds."""

    what: Label
    truth: float
    wrong: Estimate
    right: Estimate


@dataclass(frozen=True, slots=True)
class Comparison:
    """Truth and estimates side by side.

    Attributes
    ----------
    key : str
        Name of its table and figure.
    title : Label
    wrong, right : Label
        The two ways, as headings.
    lines : tuple of Line
    kind, digits
        As `kadsurvey.report.table.Column`; of every number in it.
    notes : tuple of Label
        n, where the truth comes from, what the intervals are.
    """

    key: str
    title: Label
    wrong: Label
    right: Label
    lines: tuple[Line, ...]
    kind: CellKind = "number"
    digits: int = 2
    notes: tuple[Label, ...] = ()

    def line(self, place: int) -> Line:
        """Return one of the lines."""
        return self.lines[place]


@dataclass(frozen=True, slots=True)
class Question:
    """A question for students, and its answer."""

    question: Label
    answer: Label


@dataclass(frozen=True, slots=True)
class LessonPage(Result):
    """What a lesson shows.

    Attributes
    ----------
    name : str
    seed : int
    title : Label
    story : tuple of Label
        What is shown, and why it matters to a study of cooperation bodies.
    comparisons : tuple of Comparison
    tables : tuple of Table
        Shown behind the comparisons.
    figures : tuple of Figure
    seen : tuple of Label
        What came out with this seed.
    lookout : tuple of Label
        What to look at in one's own study.
    questions : tuple of Question
    terms : tuple of str
        Keys of the glossary that the lesson rests on.
    cites : tuple of str
        Keys of the references.
    """

    name: str
    seed: int
    title: Label
    story: tuple[Label, ...]
    comparisons: tuple[Comparison, ...]
    seen: tuple[Label, ...]
    lookout: tuple[Label, ...]
    questions: tuple[Question, ...]
    terms: tuple[str, ...]
    cites: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()

    def comparison(self, key: str) -> Comparison:
        """Return the comparison of a key.

        Raises
        ------
        KeyError
            If the lesson has none.
        """
        return {entry.key: entry for entry in self.comparisons}[key]

    def to_frame(self) -> pd.DataFrame:
        """Return truth and estimates, a row a quantity, its words in English."""
        import pandas as pd

        from kadsurvey.language.text import render

        records = [
            {
                "comparison": entry.key,
                "what": render(line.what, "en"),
                "truth": line.truth,
                **_fields("wrong", line.wrong),
                **_fields("right", line.right),
            }
            for entry in self.comparisons
            for line in entry.lines
        ]
        return pd.DataFrame.from_records(records)

    def to_dict(self) -> dict[str, Any]:
        """Return name, seed, and truth and estimates as plain values; words and figures stay out."""
        from kadsurvey.results import plain

        return {"lesson": self.name, "seed": self.seed, "comparisons": plain(self.to_frame())}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson that can be run.

    Attributes
    ----------
    name : str
        What it is called on the command line.
    title : Label
    seed : int
        What it is drawn with where nothing else is asked for.
    run : callable
        From a seed to what the lesson shows.
    """

    name: str
    title: Label
    seed: int
    run: Callable[[int], LessonPage]


def _fields(way: str, estimate: Estimate) -> dict[str, float]:
    return {way: estimate.value, f"{way}_low": estimate.low, f"{way}_high": estimate.high}
