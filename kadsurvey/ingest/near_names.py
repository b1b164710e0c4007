"""Names that are probably one: misspelt by a letter or two, abbreviated, or with a word such as *KAD* more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast

from kadsurvey.ingest.codes import without_zeros
from kadsurvey.instrument.wording import fold

Rank: TypeAlias = Literal["kabupaten", "kota", "provinsi"]

_WORD_ENDS = re.compile(r"[\s.,()/]+")
_DIGITS = re.compile(r"\d+")
_RANKS = {
    "kab": "kabupaten",
    "kabupaten": "kabupaten",
    "pemkab": "kabupaten",
    "regency": "kabupaten",
    "kota": "kota",
    "kotamadya": "kota",
    "kodya": "kota",
    "pemkot": "kota",
    "city": "kota",
    "prov": "provinsi",
    "provinsi": "provinsi",
    "propinsi": "provinsi",
    "pemprov": "provinsi",
    "province": "provinsi",
}
_GENERIC = frozenset(
    {"pemerintah", "pemda", "kad", "kerja", "sama", "kerjasama", "antar", "daerah", "antardaerah"}
    | {"sekretariat", "bersama", "sekber", "badan", "lembaga", "forum"}
)
_MIN_LETTERS = 4
_LONGEST = 300
_LONG = 8
"""From this length on two letters may differ, below it one."""


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that a name is probably meant to be, none where nothing is near.

    Names with different digits, and a *kabupaten* and a *kota* of one name, are never near; a name without either
    word is near to both, and then both are returned.

    Examples
    --------
    >>> nearest_names("Barlingmascakep", ["Barlingmascakeb", "Kartamantul"])
    ['Barlingmascakeb']
    >>> nearest_names("Semarang", ["Kota Semarang", "Kabupaten Semarang"])
    ['Kota Semarang', 'Kabupaten Semarang']
    """
    distances: dict[str, int] = {}
    for other in known:
        distance = _distance(_form(name), _form(other))
        if distance is not None:
            distances[other] = distance
    smallest = min(distances.values(), default=0)
    return [other for other, distance in distances.items() if distance == smallest]


def rank_of(name: str) -> Rank | None:
    """Return what kind of region a name says it is, None where it does not say.

    Examples
    --------
    >>> rank_of("Kab. Semarang"), rank_of("Kota Semarang"), rank_of("Semarang")
    ('kabupaten', 'kota', None)
    """
    ranks = _form(name).ranks
    return cast(Rank, next(iter(ranks))) if len(ranks) == 1 else None


@dataclass(frozen=True, slots=True)
class _Form:
    """A name taken apart: its rank (*kabupaten*, *kota*, *provinsi*), its other words, its digits and letters."""

    code: str | None
    ranks: frozenset[str]
    words: tuple[str, ...]
    joined: str
    digits: tuple[str, ...]
    letters: int


@lru_cache(maxsize=65_536)
def _form(name: str) -> _Form:
    words = [_RANKS.get(word, word) for word in _WORD_ENDS.split(fold(name)) if word]
    ranks = frozenset(words) & frozenset(_RANKS.values())
    named = tuple(word for word in words if word not in ranks and word not in _GENERIC) or tuple(words)
    joined = "".join(named)
    letters = sum(1 << (ord(letter) % 61) for letter in set(joined))
    return _Form(without_zeros(name), ranks, named, joined, tuple(_DIGITS.findall(joined)), letters)


def _distance(name: _Form, other: _Form) -> int | None:
    """Return by how many letters two names differ, None where they are different names."""
    if name.code is not None or other.code is not None:
        return 0 if name.code == other.code else None
    if name.digits != other.digits or (name.ranks and other.ranks and name.ranks != other.ranks):
        return None
    if name.joined == other.joined:
        return 0
    if len(name.joined) > _LONGEST:
        return None  # no name, and the search in it takes for ever
    # One letter wrong adds at most one letter and takes away at most one.
    if (name.letters ^ other.letters).bit_count() > 4 or abs(len(name.joined) - len(other.joined)) > 2:
        return None
    rest, other_rest = _words_without(name, other), _words_without(other, name)
    shorter = min(len(rest), len(other_rest))
    if shorter < _MIN_LETTERS:
        return None
    distance = _edits(rest, other_rest)
    return distance if distance <= (2 if shorter >= _LONG else 1) else None


def _words_without(name: _Form, other: _Form) -> str:
    """Join the words that the other name lacks: what two names share says nothing about a misspelling."""
    spare = Counter(other.words)
    kept = []
    for word in name.words:
        if spare[word]:
            spare[word] -= 1
        else:
            kept.append(word)
    return "".join(kept)


def _edits(first: str, second: str) -> int:
    """Count letters put in, left out, replaced, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        previous, row = row, [i]
        for j, other in enumerate(second, start=1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = previous
    return row[-1]
