"""The rules by which a step of invariance holds, and what the steps together allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["holds", "small", "broken", "untested"]
Verdict: TypeAlias = Literal["comparable", "partial", "approximate", "not_comparable", "not_established"]

SMALLEST_GROUP = 150
"""Below this the tests find too little for their silence to count."""

FEWEST_ROWS = 50
"""Below this a group is left out: its correlations are hardly more than noise."""

LEVEL = 0.05
"""Of the difference tests, and of the items after Holm."""

FEWEST_ALIKE = 2
"""Items of a construct that must work alike for the means of groups to rest on more than one of them."""

_LARGE = 300
_BALANCED = 1.5
"""Largest group over smallest, up to which groups count as equal."""


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """How far fit may change from one step to the next.

    Attributes
    ----------
    cfi : float
        The fall of the scaled CFI allowed.
    rmsea : float
        The rise of the scaled RMSEA allowed.
    balanced : bool
        Whether there are more than 300 rows in groups about equal in size, which the wider limits are for.

    References
    ----------
    Chen (2007), Structural Equation Modeling 14, 464-504; derived under maximum likelihood and normal data.
    """

    cfi: float
    rmsea: float
    balanced: bool

    def exceeded(self, cfi_change: float, rmsea_change: float) -> bool:
        """Whether a change is beyond either limit."""
        return cfi_change < -self.cfi or rmsea_change > self.rmsea


def change_limits(sizes: Sequence[int]) -> ChangeLimits:
    """Return the limits for groups of these sizes."""
    balanced = sum(sizes) > _LARGE and max(sizes) <= _BALANCED * min(sizes)
    return ChangeLimits(0.010, 0.015, True) if balanced else ChangeLimits(0.005, 0.010, False)


def outcome_of(p_value: float, *, exceeded: bool) -> Outcome:
    """Return whether a step holds: a difference found but within the limits is small; NaN is no test."""
    if p_value != p_value:
        return "untested"
    if p_value >= LEVEL:
        return "holds"
    return "broken" if exceeded else "small"


def may_free(n_items: int, n_freed: int) -> bool:
    """Whether one more item of a construct may differ: less than half of its items, and two stay alike."""
    return 2 * (n_freed + 1) < n_items and n_items - n_freed - 1 >= FEWEST_ALIKE
