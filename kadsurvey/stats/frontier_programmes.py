"""The linear programmes of data envelopment analysis: a unit's score, and the slacks at that score."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from kadsurvey.errors import StatisticsError

Array: TypeAlias = NDArray[np.float64]
Returns: TypeAlias = Literal["crs", "vrs", "nirs"]
RETURNS: tuple[Returns, ...] = get_args(Returns)

# What HiGHS is asked for; its own 1e-7 would show in the eighth digit of a score.
SOLVER_TOLERANCE = 1e-10
# The second step may use this much more than the scored inputs: as little as the solver needs, so that rounding does
# not make it infeasible. The first does but where amounts span six powers of ten.
ROOMS = (1e-12, 1e-10, 1e-8, 1e-6)
# What a reference unit brings, or a slack, below this share of the unit's own amount comes from rounding.
NEGLIGIBLE = 1e-6


def radial_score(x: Array, y: Array, inputs: Array, outputs: Array, *, returns: Returns) -> float:
    """Return the smallest share of x with which a combination of reference units makes y, NaN where none does.

    Parameters
    ----------
    x, y : ndarray, shape (n_inputs,), (n_outputs,)
        The unit's amounts, checked.
    inputs, outputs : ndarray, shape (n_reference, n_inputs), (n_reference, n_outputs)
        The reference units' amounts, checked.
    """
    used, made, wanted, weight = _own_terms(x, y, inputs, outputs, returns)
    above = np.vstack([np.column_stack([-np.ones(len(x)), used.T]), np.column_stack([np.zeros(len(y)), -made.T])])
    cost = np.zeros(1 + len(inputs))
    cost[0] = 1.0
    found = _solved(cost, above, np.append(np.zeros(len(x)), -wanted), np.append(0.0, weight), returns)
    return float("nan") if found is None else float(found[0])


def most_slack(
    score: float, x: Array, y: Array, inputs: Array, outputs: Array, *, returns: Returns
) -> tuple[Array, Array, Array]:
    """Return weights and slacks: at the given score, the combination that leaves the most slack."""
    n, m, s = len(inputs), len(x), len(y)
    if np.isnan(score):
        return np.full(n, np.nan), np.full(m, np.nan), np.full(s, np.nan)
    used, made, wanted, weight = _own_terms(x, y, inputs, outputs, returns)
    # Slacks are variables in the unit's own terms; the sum counts them in terms of the reference mean.
    own = np.append(x, np.where(wanted > 0, y, outputs.mean(axis=0)))
    value = own / np.append(inputs.mean(axis=0), outputs.mean(axis=0))
    above = np.hstack([np.vstack([used.T, -made.T]), np.eye(m + s)])
    cost, size = np.append(np.zeros(n), -value), np.append(weight, np.zeros(m + s))
    for room in ROOMS:
        found = _solved(cost, above, np.append(np.full(m, score * (1 + room)), -wanted), size, returns)
        if found is not None:
            break
    else:
        raise StatisticsError("stats.frontier_not_solved")
    brought = found[:n] * np.maximum(used.max(axis=1), made.max(axis=1))
    weights = np.where(brought > NEGLIGIBLE, found[:n] * weight, 0.0)
    slack = np.where(found[n:] > NEGLIGIBLE, found[n:], 0.0) * own
    return weights, slack[:m], slack[m:]


def _own_terms(
    x: Array, y: Array, inputs: Array, outputs: Array, returns: Returns
) -> tuple[Array, Array, Array, Array]:
    """Return one variable's inputs and outputs a row, what of each output is wanted, and the weight of one variable.

    Amounts are multiples of the unit's own, and 1 of an output is wanted, or nothing. A reference unit that uses much
    more can only enter with a small weight: a variable is so much of it as uses what the unit does.
    """
    makes = y > 0
    used, made = inputs / x, outputs / np.where(makes, y, outputs.mean(axis=0))
    most = used.max(axis=1)
    weight = 1 / (most if returns == "crs" else np.maximum(most, 1.0))
    return used * weight[:, None], made * weight[:, None], makes.astype(np.float64), weight


def _solved(cost: Array, above: Array, limit: Array, size: Array, returns: Returns) -> Array | None:
    """Solve one programme over non-negative variables, with the weights' sum as the returns to scale have it."""
    if returns == "nirs":
        above, limit = np.vstack([above, size]), np.append(limit, 1.0)
    fixed = returns == "vrs"
    found = linprog(
        cost,
        A_ub=above,
        b_ub=limit,
        A_eq=size[None, :] if fixed else None,
        b_eq=np.ones(1) if fixed else None,
        method="highs",
        options={
            "primal_feasibility_tolerance": SOLVER_TOLERANCE,
            "dual_feasibility_tolerance": SOLVER_TOLERANCE,
        },
    )
    if found.status == 2:  # infeasible
        return None
    if found.status != 0:
        raise StatisticsError("stats.frontier_not_solved")
    return np.asarray(found.x, dtype=np.float64)
