"""Which lists of choices are answer scales, and what can be told of their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kadsurvey.instrument.blanks import BLANK
from kadsurvey.instrument.model import Scale
from kadsurvey.instrument.source import Value
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Language

_WHOLE = re.compile(r"-?\d{1,9}")
_SMALL = re.compile(r"-?\d|10")
"""A number that labels a point; a year or a code of a region is none."""
_MIN_POINTS = 3
_MANY = 2
# Words that answer scales are made of, in both languages: agreement, frequency, satisfaction, quality, importance.
_SCALE_WORDS = frozenset(
    {
        "setuju", "agree", "disagree", "sering", "often", "jarang", "rarely", "seldom", "selalu", "always", "pernah",
        "never", "kadang", "sometimes", "puas", "satisfied", "dissatisfied", "baik", "good", "buruk", "poor", "penting",
        "important", "mungkin", "likely", "unlikely", "percaya", "trust", "yakin", "sure", "tinggi", "high", "rendah",
        "low", "kuat", "strong", "lemah", "weak", "sesuai", "netral", "neutral", "ragu", "undecided",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the sheet ``choices``: the name that is stored, and its label by language."""

    name: str
    labels: Mapping[Language, str]


def scale_data(choices: Sequence[Choice], *, uses: int) -> dict[str, Value] | None:
    """Return a list of choices as the data of a scale, None where it is none.

    Parameters
    ----------
    choices : sequence of Choice
        In the order of the form.
    uses : int
        How many questions offer them.

    Notes
    -----
    A list is a scale if at least three of its choices, known missing answers apart, are numbered or are known
    agreement labels, and its labels are those of a scale: two or more hold a word such as *setuju* or *often*, or all
    but the ends are numbers up to 10. Where the form gives no numbers and a label is not known, the codes are left
    blank: a rank is never guessed (*kurang setuju* is the third point of some scales and the second of others).
    """
    points = [choice for choice in choices if _missing_kind(choice) is None]
    if len(points) < _MIN_POINTS or not _reads_as_scale(points):
        return None
    if all(_WHOLE.fullmatch(choice.name) for choice in points):
        return _numbered(points, choices)
    codes = [_known_code(choice) for choice in points]
    if None not in codes and len(set(codes)) == len(codes):
        return _scale(list(zip(codes, points, strict=True)), choices)
    return _unnumbered(points, choices) if uses >= _MANY else None


def _numbered(points: Sequence[Choice], choices: Sequence[Choice]) -> dict[str, Value] | None:
    by_code = {int(choice.name): choice for choice in points}
    if len(by_code) < len(points):
        return None
    run = _longest_run(sorted(by_code))
    data = _scale([(code, by_code[code]) for code in run], choices)
    # A code away from the others, such as 99, is hardly a point; what it means is for a person to say.
    apart = [by_code[code] for code in by_code if code not in run]
    if apart:
        listed = data.setdefault("missing", [])
        assert isinstance(listed, list)  # set here, or by _scale
        listed += [_missing(choice, BLANK) for choice in apart]
    return data


def _scale(points: Sequence[tuple[int | None, Choice]], choices: Sequence[Choice]) -> dict[str, Value]:
    ordered = sorted((code, choice) for code, choice in points if code is not None) if points else []
    data: dict[str, Value] = {
        "codes": [str(code) for code, _ in ordered],
        "labels": {str(code): _labels(choice, code=code) for code, choice in ordered},
    }
    return data | _missing_part(choices)


def _unnumbered(points: Sequence[Choice], choices: Sequence[Choice]) -> dict[str, Value]:
    labels: dict[str, Value] = {f"{BLANK} {choice.name}": _labels(choice, code=None) for choice in points}
    return {"codes": BLANK, "labels": labels, **_missing_part(choices)}


def _missing_part(choices: Sequence[Choice]) -> dict[str, Value]:
    found = [(choice, kind) for choice in choices if (kind := _missing_kind(choice)) is not None]
    listed: list[Value] = [_missing(choice, kind) for choice, kind in found]
    return {"missing": listed} if listed else {}


def _missing(choice: Choice, kind: str) -> dict[str, Value]:
    code: dict[str, Value] = {"code": choice.name} if _WHOLE.fullmatch(choice.name) else {}
    return {**code, "kind": kind, "labels": _labels(choice, code=int(choice.name) if code else None)}


def _labels(choice: Choice, *, code: int | None) -> dict[str, Value]:
    """Return the label in each language; a name that is no number is an answer too, for exports hold names."""
    labels = {lang: [text] for lang, text in choice.labels.items()} or {"id": [choice.name]}
    stored = code is None or choice.name != str(code)
    if stored and all(fold(text) != fold(choice.name) for texts in labels.values() for text in texts):
        next(iter(labels.values())).append(choice.name)
    return {lang: list(texts) for lang, texts in labels.items()}


def _reads_as_scale(points: Sequence[Choice]) -> bool:
    worded = sum(any(_SCALE_WORDS & set(fold(text).split()) for text in choice.labels.values()) for choice in points)
    bare = sum(all(_SMALL.fullmatch(text) for text in choice.labels.values()) for choice in points)
    known = sum(_known_code(choice) is not None for choice in points)
    return worded >= _MANY or known >= _MIN_POINTS or bare >= len(points) - 2


def _longest_run(codes: Sequence[int]) -> list[int]:
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return max(runs, key=len)


def _missing_kind(choice: Choice) -> str | None:
    known = _known_missing()
    return next((known[fold(text)] for text in choice.labels.values() if fold(text) in known), None)


def _known_code(choice: Choice) -> int | None:
    known = _known_points()
    codes = {known[fold(text)] for text in choice.labels.values() if fold(text) in known}
    return codes.pop() if len(codes) == 1 else None


@cache
def _usual_scale() -> Scale:
    from kadsurvey.instrument.load import load_instrument

    return next(iter(load_instrument("kad").scales.values()))


@cache
def _known_points() -> dict[str, int]:
    """Return the agreement labels that mean one point on every five-point scale."""
    wordings = _usual_scale().labels.items()
    return {fold(text): code for code, words in wordings for texts in words.values() for text in texts}


@cache
def _known_missing() -> dict[str, str]:
    parts = _usual_scale().missing
    return {fold(text): part.kind for part in parts for texts in part.labels.values() for text in texts}
