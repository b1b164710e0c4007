"""How closely hidden cells can be bounded from published sums: linear programming over all tables that agree."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

_DETERMINED = 1e-9
"""A direction shorter than this is rounding: the sums leave no freedom along it."""


def feasible_widths(
    published: Array, targets: Array, values: Array, *, enough: float, lower: float = 0.0, upper: float = 100.0
) -> Array:
    r"""Return how far apart the least and the greatest value are that each target can have.

    An attacker knows ``published @ values`` and that every value lies between ``lower`` and ``upper``; among all values
    that agree with it, each row of ``targets`` has a smallest and a largest sum.

    Parameters
    ----------
    published : ndarray, shape (n_sums, n_cells)
        Coefficients of the sums that are known.
    targets : ndarray, shape (n_targets, n_cells)
        Coefficients of what is to stay unknown.
    values : ndarray, shape (n_cells,)
        The true values.
    enough : float
        A target shown to be this uncertain is not looked at more closely: its width is then a lower bound, which costs
        no linear programme.
    lower, upper : float
        Limits of every value; a value outside them is its own limit.

    Returns
    -------
    ndarray, shape (n_targets,)
        Zero where the sums determine the target.

    Notes
    -----
    The lower bound goes along one direction that leaves the sums as they are, scaled so that cells near a limit move
    little (Dikin's ellipsoid). What it does not settle is decided by linear programming (HiGHS).

    References
    ----------
    Fischetti & Salazar-Gonzalez (2001), Management Science 47(7), 1008-1027. Hundepool et al. (2012), Statistical
    Disclosure Control, ch. 4. Dikin (1967), Soviet Mathematics Doklady 8, 674-675.

    Examples
    --------
    >>> import numpy as np
    >>> total = np.array([[1.0, 1.0]])
    >>> feasible_widths(total, np.eye(2), np.array([20.0, 30.0]), enough=100.0)
    array([50., 50.])
    """
    below, above = np.minimum(values, lower) - values, np.maximum(values, upper) - values
    found = _along_one_direction(published, targets, below, above)
    for place in np.flatnonzero((found < enough) & ~_determined(published, targets)):
        found[place] = _by_programme(published, targets[place], below, above)
    return found


def stay_uncertain(
    published: Array, targets: Array, values: Array, *, by: float, lower: float = 0.0, upper: float = 100.0
) -> bool:
    """Tell whether every target keeps an interval of at least ``by``; the arguments as of `feasible_widths`."""
    if not len(targets):
        return True
    if _determined(published, targets).any():
        return False
    below, above = np.minimum(values, lower) - values, np.maximum(values, upper) - values
    narrow = targets[_along_one_direction(published, targets, below, above) < by]
    return all(_by_programme(published, target, below, above) >= by for target in narrow)


def _determined(published: Array, targets: Array) -> NDArray[np.bool_]:
    """Tell which targets are sums of what is published."""
    rest = targets - (targets @ (rows := _basis(published)).T) @ rows
    return np.asarray(np.abs(rest).max(axis=1, initial=0.0) < _DETERMINED)


def _basis(rows: Array) -> Array:
    """Return orthonormal rows that span the same sums."""
    if not len(rows):
        return rows
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(basis[sizes > sizes.max(initial=0.0) * max(rows.shape) * np.finfo(float).eps])


def _along_one_direction(published: Array, targets: Array, below: Array, above: Array) -> Array:
    room = np.minimum(-below, above)
    rows = _basis(published * room)
    wanted = targets * room
    directions = (wanted - (wanted @ rows.T) @ rows) * room
    gained = (directions * targets).sum(axis=1)
    largest = np.abs(directions).max(axis=1, initial=0.0)
    free = (largest > _DETERMINED) & (gained > _DETERMINED)
    widths = np.zeros(len(targets))
    if free.any():
        steps = directions[free] / largest[free, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(steps > _DETERMINED, above / steps, np.where(steps < -_DETERMINED, below / steps, np.inf))
            down = np.where(steps > _DETERMINED, -below / steps, np.where(steps < -_DETERMINED, -above / steps, np.inf))
        widths[free] = (up.min(axis=1) + down.min(axis=1)) * gained[free] / largest[free]
    return widths


def _by_programme(published: Array, target: Array, below: Array, above: Array) -> float:
    from scipy.optimize import linprog

    limits = list(zip(below.tolist(), above.tolist(), strict=True))
    known = (published, np.zeros(len(published))) if len(published) else (None, None)
    ends = [linprog(sign * target, A_eq=known[0], b_eq=known[1], bounds=limits, method="highs") for sign in (1.0, -1.0)]
    # No change at all agrees with every sum, so a programme that stops short has found at least that.
    return sum(-float(end.fun) for end in ends if end.status == 0 and end.fun is not None)
