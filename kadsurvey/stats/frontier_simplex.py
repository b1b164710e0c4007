"""Many small frontiers at once: scores against reference units whose inputs change from draw to draw.

A programme has only as many rows as there are inputs and outputs, so one simplex step of thousands of them is a few
array operations. HiGHS, called for each, takes a hundred times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.frontier_programmes import Array, Returns, radial_score

Places = NDArray[np.intp]

# Programmes solved together: few enough that their arrays stay in the processor's cache.
BLOCK = 2048
# A variable enters if its reduced cost is below minus this; no unit's weight is far above one in the terms used here,
# so the score is then within about this of the least.
GAIN = 1e-11
# A pivot must be larger than this, and ratios closer than TIE are equal.
PIVOT, TIE = 1e-10, 1e-12
# The largest violation of a row by rounding, in terms of the unit's own amounts.
VIOLATION = 1e-9
# Steps by the steepest reduced cost; then by Bland's rule, which cannot cycle; then HiGHS takes over.
STEEPEST, MOST_STEPS = 60, 400
# Stands for the score among the variables; reference units are 0 to n - 1, slacks follow by their row.
SCORE = -1


def stretched_scores(inputs: Array, outputs: Array, stretch: Array, *, returns: Returns) -> Array:
    r"""Score every unit against reference units that use a multiple of their own inputs.

    Parameters
    ----------
    inputs, outputs : ndarray, shape (n_units, n_inputs), (n_units, n_outputs)
        The units' amounts, checked by `kadsurvey.stats.frontier.checked_amounts`.
    stretch : ndarray, shape (n_draws, n_units)
        What each reference unit's inputs are multiplied by, one row a draw; positive.
    returns : {"crs", "vrs", "nirs"}

    Returns
    -------
    ndarray, shape (n_draws, n_units)
        The least \(\theta\) with which \(\theta x_o \ge \sum_j \lambda_j s_j x_j\) and
        \(y_o \le \sum_j \lambda_j y_j\).

    Notes
    -----
    The unit compared with its own stretched self is where each programme starts: all inputs bind at once there, so no
    first phase is needed. Revised simplex with explicit inverses, which are made anew from the last basis before its
    optimality is checked once more. What is not solved so, HiGHS solves.
    """
    x, y = inputs / inputs.mean(axis=0), outputs / outputs.mean(axis=0)
    if returns == "crs":
        # Size is free there: with units of equal size no weight is large.
        size = y.mean(axis=1, keepdims=True)
        x, y = x / size, y / size
    together = max(1, BLOCK // len(x))
    parts = []
    for first in range(0, len(stretch), together):
        part = stretch[first : first + together]
        scores, solved = _Block.of(x, y, part, returns).solve()
        for draw, unit in np.argwhere(~solved):
            scores[draw, unit] = radial_score(x[unit], y[unit], x * part[draw][:, None], y, returns=returns)
        parts.append(scores)
    return np.vstack(parts)


@dataclass(slots=True)
class _Block:
    """Programmes that are solved together, one a draw and unit.

    Rows are the inputs, the outputs and, but for constant returns, the sum of the weights. ``columns`` holds the
    reference units of each draw; ``own`` takes a programme's rows to multiples of the unit's own amounts. The score
    stays the first basic variable throughout, as it cannot fall to zero.
    """

    columns: Array
    own: Array
    limit: Array
    draw: Places
    basis: Places
    inverse: Array
    value: Array
    n_inputs: int
    n_amounts: int
    loose: bool

    @classmethod
    def of(cls, x: Array, y: Array, stretch: Array, returns: Returns) -> _Block:
        (draws, n), m, k = stretch.shape, x.shape[1], x.shape[1] + y.shape[1]
        rows = k + (returns != "crs")
        makes = y > 0
        columns, own, limit = np.ones((draws, rows, n)), np.ones((n, rows)), np.ones((n, rows))
        columns[:, :m] = -(stretch[:, :, None] * x).transpose(0, 2, 1)
        columns[:, m:k] = y.T
        own[:, :m], own[:, m:k] = 1 / x, 1 / np.where(makes, y, 1.0)
        limit[:, :m], limit[:, m:k] = 0.0, makes
        return cls(
            columns=columns,
            own=np.tile(own, (draws, 1)),
            limit=np.tile(limit, (draws, 1)),
            draw=np.repeat(np.arange(draws), n),
            basis=np.tile(_own_basis(makes, m, tied=returns != "crs"), (draws, 1)),
            inverse=np.empty(0),
            value=np.empty(0),
            n_inputs=m,
            n_amounts=k,
            loose=returns == "nirs",
        )

    def solve(self) -> tuple[Array, NDArray[np.bool_]]:
        """Return the scores and which of them are proved, both of shape (n_draws, n_units)."""
        for _ in range(2):
            self._invert()
            left = self._step_until_optimal()
        solved = self.value.min(axis=1) >= -VIOLATION
        solved[left] = False
        shape = (len(self.columns), self.columns.shape[2])
        return self.value[:, 0].reshape(shape), solved.reshape(shape)

    def _invert(self) -> None:
        """Make the inverses and the basic variables' values from the bases alone."""
        every = np.arange(len(self.basis))
        matrix = np.stack([self._column(every, variable) for variable in self.basis.T], axis=2)
        self.inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
        self.value = np.einsum("kij,kj->ki", self.inverse, self.limit)

    def _step_until_optimal(self) -> Places:
        """Step all programmes, and return those that are not optimal at the end."""
        active = np.arange(len(self.basis))
        for step in range(MOST_STEPS):
            cost = self._reduced_cost(active)
            entering = cost.argmin(axis=1) if step < STEEPEST else (cost < -GAIN).argmax(axis=1)
            gains = cost[np.arange(len(active)), entering] < -GAIN
            active, entering = active[gains], entering[gains]
            if not len(active):
                break
            self._pivot(active, entering, bland=step >= STEEPEST)
        return active

    def _reduced_cost(self, active: Places) -> Array:
        """Return what one unit of each variable outside the basis would add to the score."""
        n, k = self.columns.shape[2], self.n_amounts
        price = self.inverse[active, 0]
        cost = np.empty((len(active), n + k + self.loose))
        cost[:, :n] = -np.einsum("kr,krn->kn", price * self.own[active], self.columns[self.draw[active]])
        cost[:, n : n + k] = price[:, :k]
        if self.loose:
            cost[:, -1] = -price[:, -1]
        return cost

    def _pivot(self, active: Places, entering: Places, *, bland: bool) -> None:
        """Let one variable of each programme enter its basis, in place of the first that falls to zero."""
        along = np.einsum("kij,kj->ki", self.inverse[active], self._column(active, entering))
        value, every = self.value[active], np.arange(len(active))
        falls = along > PIVOT
        falls[:, 0] = False
        ratio = np.where(falls, np.maximum(value, 0.0) / np.where(falls, along, 1.0), np.inf)
        first = ratio <= ratio.min(axis=1, keepdims=True) + TIE
        first &= falls
        # Of those that fall together the largest pivot is the most exact; Bland's rule takes the first variable.
        choice = np.where(first, -self.basis[active] if bland else along, -np.inf)
        leaving = choice.argmax(axis=1)
        row = self.inverse[active, leaving] / along[every, leaving][:, None]
        length = value[every, leaving] / along[every, leaving]
        inverse = self.inverse[active] - along[:, :, None] * row[:, None, :]
        inverse[every, leaving] = row
        value = value - along * length[:, None]
        value[every, leaving] = length
        self.inverse[active], self.value[active] = inverse, value
        self.basis[active, leaving] = entering

    def _column(self, problem: Places, variable: Places) -> Array:
        """Return a variable's column in each programme, in terms of the unit's own amounts."""
        n = self.columns.shape[2]
        column = np.zeros((len(problem), self.own.shape[1]))
        column[variable == SCORE, : self.n_inputs] = 1.0
        weight = np.flatnonzero((variable >= 0) & (variable < n))
        held = problem[weight]
        column[weight] = self.columns[self.draw[held], :, variable[weight]] * self.own[held]
        slack = np.flatnonzero(variable >= n)
        row = variable[slack] - n
        column[slack, row] = np.where(row < self.n_amounts, -1.0, 1.0)
        return column


def _own_basis(makes: NDArray[np.bool_], n_inputs: int, *, tied: bool) -> Places:
    """Return the basis in which each unit is compared with itself: score, own weight, and slacks that are zero.

    One input has no slack in it. Neither has one output that the unit makes, where no sum of the weights binds.
    """
    n, n_outputs = makes.shape
    bases = []
    for unit in range(n):
        binding = {n} if tied else {n, n + n_inputs + int(makes[unit].argmax())}
        slacks = [variable for variable in range(n, n + n_inputs + n_outputs) if variable not in binding]
        bases.append([SCORE, unit, *slacks])
    return np.array(bases, dtype=np.intp)
