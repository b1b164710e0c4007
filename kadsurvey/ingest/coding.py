"""From cells to scale points: codes, labels and missing answers by the instrument, and reversal, here and only here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from kadsurvey.errors import nearest
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.cells import Cells
from kadsurvey.ingest.personal_values import quoted
from kadsurvey.ingest.table import SHOWN, Stack
from kadsurvey.instrument.model import Instrument, MissingAnswer, Scale
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER = re.compile(r"^[+-]?\d{1,9}(?:[.,]0+)?$")
_UNRANKED = frozenset(
    {"ks", "kurang setuju", "cs", "cukup setuju", "as", "agak setuju", "ats", "agak tidak setuju", "slightly agree"}
    | {"slightly disagree", "somewhat agree", "somewhat disagree"}
)
"""*Kurang setuju* is the third point of some forms and the second of others, and so with the other half-tones."""


class Kind(IntEnum):
    """How a cell was read."""

    BLANK = 0
    CODE = 1
    LABEL = 2
    DONT_KNOW = 3
    NO_ANSWER = 4
    UNREADABLE = 5
    FORMULA = 6


_LOGGED = {
    Kind.LABEL: "ingest.labels_coded",
    Kind.DONT_KNOW: "ingest.dont_know_to_missing",
    Kind.NO_ANSWER: "ingest.no_answer_to_missing",
    Kind.UNREADABLE: "ingest.unreadable_to_missing",
    Kind.FORMULA: "ingest.formulas_to_missing",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The coded items.

    Attributes
    ----------
    values : dict of item to ndarray of float, shape (n,)
        Scale points after reversal; NaN is missing.
    dont_know : dict of item to ndarray of bool, shape (n,)
        Where the answer was "I do not know".
    findings : tuple of Finding
        Cells that fit no answer, and formulas.
    log : tuple of Change
        What was coded, made missing and reversed, by file and item.
    """

    values: dict[str, NDArray[np.float64]]
    dont_know: dict[str, NDArray[np.bool_]]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]


class AnswerKey:
    """Reads the cells of one scale."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._codes: dict[int, Kind] = dict.fromkeys(scale.codes, Kind.CODE)
        self._codes |= {part.code: _missing_kind(part) for part in scale.missing if part.code is not None}
        self._labels: dict[str, tuple[Kind, float]] = {}
        self.printed: list[str] = []
        for code, synonyms in scale.labels.items():
            for label in (label for labels in synonyms.values() for label in labels):
                self._add_label(label, Kind.LABEL, float(code))
        for part in scale.missing:
            for label in (label for labels in part.labels.values() for label in labels):
                self._add_label(label, _missing_kind(part), np.nan)

    @property
    def points(self) -> int:
        """Number of scale points."""
        return len(self._scale.codes)

    def read(self, text: str) -> tuple[Kind, float]:
        """Return how a cell reads, and its scale point before reversal."""
        bare = text.strip()
        if not bare:
            return Kind.BLANK, np.nan
        if _NUMBER.match(bare):
            code = int(re.split(r"[.,]", bare)[0])
            kind = self._codes.get(code, Kind.UNREADABLE)
            return kind, float(code) if kind is Kind.CODE else np.nan
        # As it stands first: a label such as "-" is nothing once punctuation is folded away.
        return self._labels.get(bare.casefold()) or self._labels.get(fold(bare)) or (Kind.UNREADABLE, np.nan)

    def read_different(self, cells: Cells) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """Return how each of the different cells of a column reads, and its scale point before reversal."""
        readings = [self.read(text) for text in cells.read_as]
        for at in np.flatnonzero(cells.missing).tolist():
            # The file says that it is missing; which kind of missing, the questionnaire may know.
            said = (readings[at][0], self.read(cells.labels[at])[0])
            readings[at] = (Kind.DONT_KNOW if Kind.DONT_KNOW in said else Kind.NO_ANSWER), np.nan
        for at in np.flatnonzero((cells.labels != "") & ~cells.missing).tolist():
            labelled = self.read(cells.labels[at])[0]
            if readings[at][0] is Kind.UNREADABLE and labelled in (Kind.DONT_KNOW, Kind.NO_ANSWER):
                readings[at] = labelled, np.nan
        kinds = np.array([kind for kind, _ in readings], dtype=np.int8)
        return kinds, np.array([code for _, code in readings], dtype=float)

    def hint(self, text: str) -> Text:
        """Return what the scale offers instead of a cell that could not be read."""
        near = None if _NUMBER.match(text.strip()) else nearest(text.strip(), self.printed)
        if near:
            return Text("ingest.hint_nearest", {"label": near})
        return Text("ingest.hint_codes", {"codes": [str(code) for code in self._scale.codes]})

    def _add_label(self, label: str, kind: Kind, code: float) -> None:
        self.printed.append(label)
        self._labels.setdefault(label.strip().casefold(), (kind, code))
        if folded := fold(label):
            self._labels.setdefault(folded, (kind, code))


def code_answers(stack: Stack, instrument: Instrument, ids: NDArray[np.object_]) -> Answers:
    """Code every item of the instrument.

    Parameters
    ----------
    stack : Stack
        The respondents' cells.
    instrument : Instrument
        Its scales say what a cell means.
    ids : ndarray of str, shape (n,)
        Respondent identifiers, for the findings.
    """
    keys = {name: AnswerKey(scale) for name, scale in instrument.scales.items()}
    values: dict[str, NDArray[np.float64]] = {}
    dont_know: dict[str, NDArray[np.bool_]] = {}
    findings: list[Finding] = []
    log: list[Change] = []
    for name, item in instrument.items.items():
        scale = instrument.scales[item.scale]
        cells = stack.cells(name)
        kind_of, code_of = keys[item.scale].read_different(cells)
        kinds, codes = kind_of[cells.places], code_of[cells.places]
        formulas = stack.formulas(name)
        kinds[formulas], codes[formulas] = Kind.FORMULA, np.nan
        findings += _unreadable(stack, name, item.scale, keys, kinds, ids)
        log += _coding_log(stack, name, kinds, cells)
        if item.reverse:
            codes = scale.minimum + scale.maximum - codes
            log += _log(stack, "ingest.reversed", name, ~np.isnan(codes))
        values[name] = codes
        dont_know[name] = kinds == Kind.DONT_KNOW
    return Answers(values, dont_know, tuple(findings), tuple(log))


def _unreadable(
    stack: Stack,
    name: str,
    scale: str,
    keys: Mapping[str, AnswerKey],
    kinds: NDArray[np.int8],
    ids: NDArray[np.object_],
) -> Iterator[Finding]:
    """Name the cells that could not be read, the first of each value one by one."""
    for position in np.flatnonzero(kinds == Kind.FORMULA).tolist():
        place = stack.place(position, name)
        yield Finding("ingest.formula_answer", "error", {"item": name}, **place, respondent_id=str(ids[position]))
    unreadable = np.flatnonzero(kinds == Kind.UNREADABLE).tolist()
    if not unreadable:
        return
    cells = stack.cells(name)
    seen: dict[str, int] = {}
    for position in unreadable:
        at = int(cells.places[position])
        if cells.labels[at]:
            # Named once for the whole file by the audit of its value labels.
            continue
        text = str(cells.texts[at]).strip()
        seen[text] = seen.get(text, 0) + 1
        if seen[text] > SHOWN:
            continue
        code = "ingest.unranked_answer" if fold(text) in _UNRANKED else "ingest.unreadable_answer"
        params = {"item": name, "value": quoted(text), "hint": _hint(text, scale, keys), "points": keys[scale].points}
        place = stack.place(position, name)
        yield Finding(code, "warning", params, **place, respondent_id=str(ids[position]))
    for text, count in seen.items():
        if count > SHOWN:
            params = {"item": name, "value": quoted(text), "count": count - SHOWN}
            yield Finding("ingest.more_unreadable_answers", "warning", params)


def _hint(text: str, scale: str, keys: Mapping[str, AnswerKey]) -> Text:
    """Return where an answer may belong: on another scale of the questionnaire, or near a label of its own."""
    for other, key in keys.items():
        if other != scale and key.read(text)[0] is Kind.LABEL:
            return Text("ingest.hint_other_scale", {"scale": other})
    return keys[scale].hint(text)


def _coding_log(stack: Stack, name: str, kinds: NDArray[np.int8], cells: Cells) -> Iterator[Change]:
    if cells.typed.any():
        typed = cells.typed[cells.places]
        yield from _log(stack, "ingest.text_numbers_read", name, (kinds == Kind.CODE) & typed)
    for kind, code in _LOGGED.items():
        yield from _log(stack, code, name, kinds == kind)


def _log(stack: Stack, code: str, name: str, mask: NDArray[np.bool_]) -> Iterator[Change]:
    for grid, count in stack.count_by_table(mask):
        yield Change(code, count, {}, grid.file, grid.sheet, name)


def _missing_kind(part: MissingAnswer) -> Kind:
    return Kind.DONT_KNOW if part.kind == "dont_know" else Kind.NO_ANSWER
