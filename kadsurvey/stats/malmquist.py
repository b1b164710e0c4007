"""Change of productivity between two periods: the Malmquist index and its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.frontier import checked_amounts, radial_scores
from kadsurvey.stats.frontier_programmes import Array, Returns

Amounts = tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True, slots=True)
class CrossScores:
    """Scores of the units of two periods against the frontiers of both.

    Attributes
    ----------
    before, after : ndarray, shape (n_units,)
        Each period's units against their own frontier.
    before_by_after, after_by_before : ndarray, shape (n_units,)
        The first period's units against the frontier of the second, and the other way round. Above 1 is possible; NaN
        where that frontier does not reach the unit's outputs, which can happen under variable returns.
    """

    before: Array
    after: Array
    before_by_after: Array
    after_by_before: Array

    @property
    def technical_change(self) -> Array:
        """How far the frontier moved, seen from both periods' amounts (geometric mean)."""
        return np.sqrt((self.after_by_before / self.after) * (self.before / self.before_by_after))


@dataclass(frozen=True, slots=True)
class Malmquist:
    """The Malmquist index of each unit; above 1 is progress in all its parts.

    Attributes
    ----------
    total : ndarray, shape (n_units,)
        Change of total factor productivity: ``efficiency_change * technical_change``.
    efficiency_change : ndarray, shape (n_units,)
        Whether the unit came nearer to the frontier: ``pure_change * scale_change``.
    technical_change : ndarray, shape (n_units,)
        Whether the frontier moved, under constant returns.
    pure_change, scale_change : ndarray, shape (n_units,)
        Change of the score under variable returns; change of scale efficiency.
    pure_technical_change : ndarray, shape (n_units,)
        Whether the frontier under variable returns moved (Ray & Desli 1997); NaN where ``unreached``.
    unreached : ndarray of bool, shape (n_units,)
        The other period's frontier under variable returns does not reach the unit's outputs. All but
        ``pure_technical_change`` is given all the same.
    crs, vrs : CrossScores
        What the index is made of.
    n_units : int
    """

    total: Array
    efficiency_change: Array
    technical_change: Array
    pure_change: Array
    scale_change: Array
    pure_technical_change: Array
    unreached: NDArray[np.bool_]
    crs: CrossScores
    vrs: CrossScores
    n_units: int


def malmquist(before: Amounts, after: Amounts) -> Malmquist:
    """Compute the input-oriented Malmquist index of units seen in two periods.

    Parameters
    ----------
    before, after : tuple of array_like, shape (n_units, n_inputs) and (n_units, n_outputs)
        Inputs and outputs of the same units in the same order, in each period; amounts of money at the prices of one
        year.

    Raises
    ------
    StatisticsError
        As `kadsurvey.stats.frontier.dea`, for each period; ``stats.lengths_differ`` where the periods hold different
        numbers of units.

    Notes
    -----
    The index rests on constant returns, without which it would not measure productivity; there an output-oriented one
    is the same. Pure and scale change divide its efficiency change by scores under variable returns, input-oriented.

    References
    ----------
    Färe, Grosskopf, Norris & Zhang (1994), American Economic Review 84(1), 66-83. Ray & Desli (1997), American
    Economic Review 87(5), 1033-1039.

    Examples
    --------
    >>> first = ([[2], [4], [3], [5], [6]], [[1], [2], [3], [4], [5]])
    >>> second = ([[2], [4], [3], [5], [5]], [[1], [3], [4], [3], [5]])
    >>> malmquist(first, second).total.round(3).tolist()
    [1.0, 1.5, 1.333, 0.75, 1.2]
    """
    first, second = checked_amounts(*before), checked_amounts(*after)
    if len(first[0]) != len(second[0]):
        raise StatisticsError("stats.lengths_differ", n_first=len(first[0]), n_second=len(second[0]))
    crs, vrs = _cross_scores(first, second, "crs"), _cross_scores(first, second, "vrs")
    efficiency, pure = crs.after / crs.before, vrs.after / vrs.before
    return Malmquist(
        total=efficiency * crs.technical_change,
        efficiency_change=efficiency,
        technical_change=crs.technical_change,
        pure_change=pure,
        scale_change=efficiency / pure,
        pure_technical_change=vrs.technical_change,
        unreached=np.isnan(vrs.technical_change),
        crs=crs,
        vrs=vrs,
        n_units=len(efficiency),
    )


def _cross_scores(before: tuple[Array, Array], after: tuple[Array, Array], returns: Returns) -> CrossScores:
    return CrossScores(
        before=radial_scores(*before, returns=returns),
        after=radial_scores(*after, returns=returns),
        before_by_after=radial_scores(*before, returns=returns, reference=after),
        after_by_before=radial_scores(*after, returns=returns, reference=before),
    )
