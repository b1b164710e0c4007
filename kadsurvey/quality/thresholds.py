"""The values beyond which a screen flags a respondent; they are settings, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from kadsurvey.results import plain

Flag: TypeAlias = Literal[
    "no_answers", "missing", "out_of_range", "same_answer", "straightlining", "low_variability", "outlying",
    "contradiction", "even_odd", "synonyms", "antonyms", "person_total", "speeding", "duplicate", "near_duplicate",
]  # fmt: skip
Threshold: TypeAlias = Literal[
    "missing", "straightlining", "low_variability", "outlying", "contradiction", "even_odd", "synonyms", "antonyms",
    "person_total", "speeding", "near_duplicate", "pair_correlation", "fewest_pairs", "fewest_siblings",
    "fewest_scales", "fewest_items",
]  # fmt: skip

_SIMULATED = "kadsurvey simulation"

_SOURCES: dict[tuple[str, float], str] = {
    ("missing", 0.5): "Cohen et al. 1999",
    ("straightlining", 0.5): "Curran 2016",
    ("low_variability", 0.15): _SIMULATED,
    ("outlying", 0.001): "Tabachnick & Fidell 2019",
    ("contradiction", 0.5): _SIMULATED,
    ("even_odd", 0.3): "Jackson 1976; Johnson 2005",
    ("synonyms", 0.0): "Curran 2016",
    ("antonyms", -0.03): "Johnson 2005",
    ("person_total", -0.7): _SIMULATED,
    ("speeding", 2.0): "Huang et al. 2012",
    ("near_duplicate", 0.85): "Kuriakose & Robbins 2016",
    ("pair_correlation", 0.6): "Meade & Craig 2012",
    ("fewest_pairs", 30): "Johnson 2005",
    ("fewest_siblings", 10): _SIMULATED,
    ("fewest_scales", 10): _SIMULATED,
    ("fewest_items", 15): _SIMULATED,
}

RANGES: dict[Threshold, tuple[float, float]] = {
    "missing": (0.0, 1.0),
    "straightlining": (0.0, 1.0),
    "low_variability": (0.0, 1.0),
    "outlying": (0.0, 1.0),
    "contradiction": (0.0, 1.0),
    "even_odd": (-1.0, 1.0),
    "synonyms": (-1.0, 1.0),
    "antonyms": (-1.0, 1.0),
    "person_total": (-1.0, 1.0),
    "speeding": (0.0, 3600.0),
    "near_duplicate": (0.5, 1.0),
    "pair_correlation": (0.1, 1.0),
    "fewest_pairs": (3, 1000),
    "fewest_siblings": (1, 1000),
    "fewest_scales": (2, 1000),
    "fewest_items": (5, 1000),
}
"""Smallest and largest value that each setting takes."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A value for each screen, and what a screen needs before it flags anybody.

    Attributes
    ----------
    missing : float
        Share of the items without a usable answer: flagged above it.
    straightlining : float
        Longest run of one answer, as a share of the answers: flagged from it on.
    low_variability : float
        Standard deviation of the answers, as a share of the scale's range: flagged below it.
    outlying : float
        p of the Mahalanobis distance: flagged below it.
    contradiction : float
        Share of the pairs of an item and its reversed sibling that were both agreed to: flagged from it on.
    even_odd, synonyms, person_total : float
        Correlation within the respondent's answers: flagged below it.
    antonyms : float
        The same: flagged above it.
    speeding : float
        Seconds per item: flagged below it.
    near_duplicate : float
        Share of answers equal to an earlier respondent's: flagged from it on.
    pair_correlation : float
        Correlation over respondents that makes two items synonyms (its negative: antonyms).
    fewest_pairs : int
        Pairs of items answered before synonyms or antonyms are judged.
    fewest_siblings : int
        Pairs of an item and a reversed one of its construct answered before contradictions are judged.
    fewest_scales : int
        Constructs answered before their halves are correlated.
    fewest_items : int
        Items that both have answered before two respondents are compared.
    """

    missing: float = 0.5
    straightlining: float = 0.5
    low_variability: float = 0.15
    outlying: float = 0.001
    contradiction: float = 0.5
    even_odd: float = 0.3
    synonyms: float = 0.0
    antonyms: float = -0.03
    person_total: float = -0.7
    speeding: float = 2.0
    near_duplicate: float = 0.85
    pair_correlation: float = 0.6
    fewest_pairs: int = 30
    fewest_siblings: int = 10
    fewest_scales: int = 10
    fewest_items: int = 15

    def source(self, name: Threshold) -> str | None:
        """Return who proposed the value in use; None where it is a setting of the study's own."""
        return _SOURCES.get((name, getattr(self, name)))

    def to_dict(self) -> Mapping[str, Any]:
        """Return each setting's value and source as plain values."""
        return {name: plain({"value": getattr(self, name), "source": self.source(name)}) for name in THRESHOLDS}


THRESHOLDS: tuple[Threshold, ...] = tuple(entry.name for entry in fields(Thresholds))  # type: ignore[misc]
