"""The rules of thumb that results are held against; schools differ, so they are settings, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from kadsurvey.results import plain

Cutoff: TypeAlias = Literal[
    "alpha", "omega", "loading", "composite_reliability", "ave", "htmt", "kmo", "msa", "r_level", "cfi", "tli", "rmsea",
    "srmr",
]  # fmt: skip

_AT_MOST = frozenset({"htmt", "rmsea", "srmr"})

_SOURCES: dict[tuple[str, float], str] = {
    ("alpha", 0.60): "Hair et al. 2019",
    ("alpha", 0.70): "Nunnally & Bernstein 1994",
    ("alpha", 0.80): "Nunnally & Bernstein 1994",
    ("omega", 0.60): "Hair et al. 2019",
    ("omega", 0.70): "Nunnally & Bernstein 1994",
    ("omega", 0.80): "Nunnally & Bernstein 1994",
    ("loading", 0.50): "Hair et al. 2019",
    ("loading", 0.70): "Hair et al. 2019",
    ("composite_reliability", 0.70): "Hair et al. 2019",
    ("ave", 0.50): "Fornell & Larcker 1981",
    ("htmt", 0.85): "Henseler, Ringle & Sarstedt 2015",
    ("htmt", 0.90): "Henseler, Ringle & Sarstedt 2015",
    ("kmo", 0.50): "Kaiser 1974",
    ("kmo", 0.60): "Kaiser 1974",
    ("msa", 0.50): "Kaiser 1974",
    ("r_level", 0.05): "Azwar 2012",
    ("r_level", 0.01): "Azwar 2012",
    ("cfi", 0.95): "Hu & Bentler 1999",
    ("tli", 0.95): "Hu & Bentler 1999",
    ("rmsea", 0.06): "Hu & Bentler 1999",
    ("rmsea", 0.05): "Browne & Cudeck 1992",
    ("srmr", 0.08): "Hu & Bentler 1999",
}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """A value for each rule; those of fit were derived under ML and normal data.

    Attributes
    ----------
    alpha, omega, loading, composite_reliability, ave, kmo, msa, cfi, tli : float
        At least this.
    htmt, rmsea, srmr : float
        Below this, or at most.
    r_level : float
        Level of r tabel, two-sided.
    """

    alpha: float = 0.70
    omega: float = 0.70
    loading: float = 0.50
    composite_reliability: float = 0.70
    ave: float = 0.50
    htmt: float = 0.85
    kmo: float = 0.50
    msa: float = 0.50
    r_level: float = 0.05
    cfi: float = 0.95
    tli: float = 0.95
    rmsea: float = 0.06
    srmr: float = 0.08

    def source(self, name: Cutoff) -> str | None:
        """Return who proposed the value in use; None where it is a setting of the study's own."""
        return _SOURCES.get((name, getattr(self, name)))

    def met(self, name: Cutoff, value: float) -> bool | None:
        """Whether a value meets its rule; None where there is no value."""
        if value != value:
            return None
        limit = getattr(self, name)
        return bool(value <= limit if name in _AT_MOST else value >= limit)

    def to_dict(self) -> Mapping[str, Any]:
        """Return each rule's value and source as plain values."""
        names: list[Cutoff] = [field.name for field in fields(self)]  # type: ignore[misc]
        return {name: plain({"value": getattr(self, name), "source": self.source(name)}) for name in names}


CUTOFFS: tuple[str, ...] = tuple(field.name for field in fields(Cutoffs))
