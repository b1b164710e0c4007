"""Omega hierarchical: how much of a total score one general factor explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.factoring import Extraction, efa

Array: TypeAlias = NDArray[np.float64]

FEWEST_GROUP_FACTORS = 3


@dataclass(frozen=True, slots=True)
class OmegaHierarchical:
    """Share of a total score's variance that a general factor explains.

    Attributes
    ----------
    omega_h, omega_total : float
        Due to the general factor; due to all common factors.
    general : ndarray, shape (p,)
        Schmid-Leiman loadings on the general factor.
    group : ndarray, shape (p, m)
        Loadings on the group factors, general variance taken out.
    reversed : tuple of int
        Items that count with the opposite sign, because their general loading is negative.
    proper : bool
        False where a Heywood case or an optimiser that did not converge makes the numbers doubtful.
    """

    omega_h: float
    omega_total: float
    general: Array
    group: Array
    reversed: tuple[int, ...]
    proper: bool


def omega_hierarchical(
    matrix: Array, n_factors: int = 3, *, n_obs: int, method: Extraction = "minres"
) -> OmegaHierarchical:
    """Split common variance into general and group factors, by Schmid and Leiman's transformation of oblimin factors.

    Parameters
    ----------
    matrix : ndarray, shape (p, p)
        Correlations of all items.
    n_factors : int, default 3
        Group factors, at least three.
    n_obs : int
        Rows the correlations rest on.
    method : {"minres", "ml", "paf"}
        Extraction, of the factors and of the general factor from their correlations.

    Returns
    -------
    OmegaHierarchical

    Raises
    ------
    StatisticsError
        ``stats.too_few_group_factors`` below three: the correlation of two factors cannot tell a general factor's two
        loadings apart. And as `kadsurvey.stats.factoring.efa`.

    References
    ----------
    Schmid & Leiman (1957), Psychometrika 22, 53-61. Zinbarg, Revelle, Yovel & Li (2005), Psychometrika 70, 123-133.
    """
    if n_factors < FEWEST_GROUP_FACTORS:
        raise StatisticsError("stats.too_few_group_factors", n_factors=n_factors, needed=FEWEST_GROUP_FACTORS)
    first = efa(matrix, n_factors, n_obs=n_obs, method=method, rotation="oblimin")
    second = efa(first.phi, 1, n_obs=n_obs, method=method)
    on_general = second.loadings[:, 0]
    general = first.loadings @ on_general
    group = first.loadings * np.sqrt(np.maximum(1 - on_general**2, 0))
    signs = np.where(general < 0, -1.0, 1.0)
    total = float(signs @ np.asarray(matrix, dtype=np.float64) @ signs)
    return OmegaHierarchical(
        omega_h=float(np.sum(np.abs(general)) ** 2 / total),
        omega_total=1 - float(first.uniquenesses.sum()) / total,
        general=general,
        group=group,
        reversed=tuple(np.flatnonzero(signs < 0).tolist()),
        proper=first.converged and second.converged and not first.heywood and not second.heywood,
    )
