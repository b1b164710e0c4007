"""How little of its inputs a unit could have used: data envelopment analysis, input-oriented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.frontier_programmes import RETURNS, Array, Returns, most_slack, radial_score

ScaleSide: TypeAlias = Literal["constant", "increasing", "decreasing"]

# A score this near to one is one, and two technologies' scores this near are equal: a hundred times the solver's
# tolerance, which weights of the order of a hundred can magnify, and far below any difference that means something.
SAME_SCORE = 1e-8


@dataclass(frozen=True, slots=True)
class Dea:
    """Scores of units, and the reference units each is compared with.

    Attributes
    ----------
    score : ndarray, shape (n_units,)
        Farrell's input efficiency: the share of its inputs with which the reference units would have made the unit's
        outputs. At most 1 among its own; above 1 is possible against others; NaN where no combination of the
        reference units makes the outputs.
    efficient : ndarray of bool, shape (n_units,)
        No proportional saving is possible: the score is 1 or more.
    weights : ndarray, shape (n_units, n_reference)
        The lambdas: how much of each reference unit is in the combination a unit is compared with. Where several
        combinations leave equal slacks this is one of them.
    input_slack, output_slack : ndarray, shape (n_units, n_inputs), (n_units, n_outputs)
        What could still be saved or gained in single amounts after the proportional saving, in their own units.
    returns : {"crs", "vrs", "nirs"}
        Constant, variable or non-increasing returns to scale.
    n_units, n_reference, n_inputs, n_outputs : int
    """

    score: Array
    efficient: NDArray[np.bool_]
    weights: Array
    input_slack: Array
    output_slack: Array
    returns: Returns
    n_units: int
    n_reference: int
    n_inputs: int
    n_outputs: int

    @property
    def peers(self) -> tuple[tuple[int, ...], ...]:
        """Each unit's peers: the places of the reference units with a weight, the heaviest first."""
        ordered = np.argsort(-np.nan_to_num(self.weights), axis=1, kind="stable")
        return tuple(
            tuple(int(j) for j in order if row[j] > 0) for order, row in zip(ordered, self.weights, strict=True)
        )

    @property
    def fully_efficient(self) -> NDArray[np.bool_]:
        """Efficient without any slack, in the sense of Pareto and Koopmans."""
        slack = np.hstack([self.input_slack, self.output_slack])
        without: NDArray[np.bool_] = ~np.any(slack > 0, axis=1)
        return self.efficient & without


@dataclass(frozen=True, slots=True)
class ScaleEfficiency:
    """How much of the inefficiency is the unit's size.

    Attributes
    ----------
    crs, vrs, nirs : ndarray, shape (n_units,)
        Scores under constant, variable and non-increasing returns to scale.
    scale : ndarray, shape (n_units,)
        ``crs / vrs``: 1 at the most productive size.
    side : tuple of {"constant", "increasing", "decreasing"}
        Returns to scale where the unit is: a unit under increasing returns is too small, one under decreasing returns
        too large.
    """

    crs: Array
    vrs: Array
    nirs: Array
    scale: Array
    side: tuple[ScaleSide, ...]


def dea(
    inputs: ArrayLike,
    outputs: ArrayLike,
    *,
    returns: Returns = "vrs",
    reference: tuple[ArrayLike, ArrayLike] | None = None,
) -> Dea:
    r"""Score units by input-oriented data envelopment analysis, with peers and slacks.

    Parameters
    ----------
    inputs : array_like, shape (n_units, n_inputs)
        Amounts used, all positive, in any units of measure.
    outputs : array_like, shape (n_units, n_outputs)
        Amounts made, none negative, in any units of measure; each unit makes something.
    returns : {"crs", "vrs", "nirs"}, default "vrs"
        Returns to scale of the technology.
    reference : tuple of array_like, optional
        Inputs and outputs of the units that span the technology; by default the scored units themselves.

    Returns
    -------
    Dea

    Raises
    ------
    StatisticsError
        ``stats.amounts_not_a_table``, ``stats.lengths_differ``, ``stats.too_few_units``, ``stats.input_not_positive``,
        ``stats.output_negative``, ``stats.unit_without_output``, ``stats.output_never_made``,
        ``stats.reference_columns_differ``, ``stats.frontier_not_solved``.
    ArgumentError
        ``stats.unknown_option``.

    Notes
    -----
    Two linear programmes a unit: the smallest score, then the largest sum of slacks at that score. Every row of both
    is divided by the unit's own amount, and slacks are summed in units of the reference mean, so that neither depends
    on units of measure.

    References
    ----------
    Farrell (1957), Journal of the Royal Statistical Society A 120(3), 253-290. Charnes, Cooper & Rhodes (1978),
    European Journal of Operational Research 2(6), 429-444. Banker, Charnes & Cooper (1984), Management Science 30(9),
    1078-1092. Second step: Cooper, Seiford & Tone (2007), Data Envelopment Analysis, 2nd ed., 3.3.

    Examples
    --------
    >>> found = dea([[2, 5], [2, 4], [6, 6], [3, 2], [6, 2]], [[1], [2], [3], [1], [2]], returns="crs")
    >>> found.score.round(3).tolist()
    [0.5, 1.0, 0.833, 0.714, 1.0]
    >>> found.peers
    ((1,), (1,), (1, 4), (4, 1), (4,))
    """
    units, span = _checked(inputs, outputs, returns, reference)
    raw = _raw_scores(units, span, returns)
    score = _snapped(raw)
    found = [most_slack(float(o), x, y, *span, returns=returns) for o, x, y in zip(raw, *units, strict=True)]
    weights, input_slack, output_slack = (np.array(part) for part in zip(*found, strict=True))
    return Dea(
        score=score,
        efficient=score >= 1,
        weights=weights,
        input_slack=input_slack,
        output_slack=output_slack,
        returns=returns,
        n_units=len(score),
        n_reference=len(span[0]),
        n_inputs=span[0].shape[1],
        n_outputs=span[1].shape[1],
    )


def radial_scores(
    inputs: ArrayLike,
    outputs: ArrayLike,
    *,
    returns: Returns = "vrs",
    reference: tuple[ArrayLike, ArrayLike] | None = None,
) -> Array:
    """Return the scores of `dea` alone, shape (n_units,), in half its time. Parameters and errors as there."""
    units, span = _checked(inputs, outputs, returns, reference)
    return _snapped(_raw_scores(units, span, returns))


def scale_efficiency(inputs: ArrayLike, outputs: ArrayLike) -> ScaleEfficiency:
    """Compare the scores under constant and variable returns to scale.

    Parameters
    ----------
    inputs, outputs : array_like
        As `dea`, whose errors it shares.

    Notes
    -----
    Returns are constant where both scores are equal. Elsewhere they are decreasing if forbidding small units to be
    scaled up (non-increasing returns) leaves the variable returns' score as it is, and increasing if it does not.

    References
    ----------
    Färe, Grosskopf & Lovell (1985), The Measurement of Efficiency of Production, chapter 8. Coelli (1996), A Guide to
    DEAP Version 2.1, section 2.3.

    Examples
    --------
    >>> found = scale_efficiency([[2], [4], [3], [5], [6]], [[1], [2], [3], [4], [5]])
    >>> found.scale.round(3).tolist()
    [0.5, 0.8, 1.0, 0.889, 0.833]
    >>> found.side
    ('increasing', 'increasing', 'constant', 'decreasing', 'decreasing')
    """
    crs, vrs, nirs = (radial_scores(inputs, outputs, returns=returns) for returns in ("crs", "vrs", "nirs"))
    constant, as_variable = np.abs(vrs - crs) <= SAME_SCORE, np.abs(vrs - nirs) <= SAME_SCORE
    sides: list[ScaleSide] = [
        "constant" if same else "decreasing" if held else "increasing"
        for same, held in zip(constant, as_variable, strict=True)
    ]
    return ScaleEfficiency(crs=crs, vrs=vrs, nirs=nirs, scale=np.where(constant, 1.0, crs / vrs), side=tuple(sides))


def _raw_scores(units: tuple[Array, Array], span: tuple[Array, Array], returns: Returns) -> Array:
    """Return the scores as the solver has them; NaN is possible only against other units than the scored ones."""
    scores = np.array([radial_score(x, y, *span, returns=returns) for x, y in zip(*units, strict=True)])
    if units is span and np.isnan(scores).any():
        raise StatisticsError("stats.frontier_not_solved")
    return scores


def _snapped(scores: Array) -> Array:
    return np.where(np.abs(scores - 1.0) <= SAME_SCORE, 1.0, scores)


def _checked(
    inputs: ArrayLike, outputs: ArrayLike, returns: Returns, reference: tuple[ArrayLike, ArrayLike] | None
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    if returns not in RETURNS:
        raise ArgumentError("stats.unknown_option", given=returns, known=list(RETURNS))
    if reference is None:
        units = checked_amounts(inputs, outputs)
        return units, units
    units, span = checked_amounts(inputs, outputs, spanning=False), checked_amounts(*reference)
    for own, others in zip(units, span, strict=True):
        if own.shape[1] != others.shape[1]:
            raise StatisticsError("stats.reference_columns_differ", n_own=own.shape[1], n_reference=others.shape[1])
    return units, span


def checked_amounts(inputs: ArrayLike, outputs: ArrayLike, *, spanning: bool = True) -> tuple[Array, Array]:
    """Return inputs and outputs as two tables of numbers with a row a unit, or raise as `dea` says.

    Units that span no technology may be few, and together leave an output unmade.
    """
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(outputs, dtype=np.float64)
    for table in (x, y):
        if table.ndim != 2 or table.shape[1] == 0:
            raise StatisticsError("stats.amounts_not_a_table", shape=table.shape)
    if len(x) != len(y):
        raise StatisticsError("stats.lengths_differ", n_first=len(x), n_second=len(y))
    fewest = 2 if spanning else 1
    if len(x) < fewest:
        raise StatisticsError("stats.too_few_units", n_units=len(x), needed=fewest)
    _refuse("stats.input_not_positive", ~(np.isfinite(x) & (x > 0)))
    _refuse("stats.output_negative", ~(np.isfinite(y) & (y >= 0)))
    idle = np.flatnonzero(~np.any(y > 0, axis=1))
    if len(idle):
        raise StatisticsError("stats.unit_without_output", units=idle.tolist())
    unmade = np.flatnonzero(~np.any(y > 0, axis=0))
    if spanning and len(unmade):
        raise StatisticsError("stats.output_never_made", columns=unmade.tolist())
    return x, y


def _refuse(code: str, bad: NDArray[np.bool_]) -> None:
    """Raise if a table has bad cells, naming the units of the first column that has any."""
    columns = np.flatnonzero(bad.any(axis=0))
    if len(columns):
        raise StatisticsError(code, column=int(columns[0]), units=np.flatnonzero(bad[:, columns[0]]).tolist())
