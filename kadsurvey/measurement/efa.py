"""Exploratory factor analysis of items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import factoring as _stats
from kadsurvey.stats.factoring import Extraction, Rotation


@dataclass(frozen=True, slots=True)
class Efa(Result):
    """Extracted and rotated factors.

    Attributes
    ----------
    loadings : DataFrame, item x factor
        Pattern coefficients; the order and sign of the factors follow the rule of ``kadsurvey.stats.factoring``.
    phi : DataFrame, factor x factor
        Factor correlations.
    uniquenesses : Series by item
    variance : DataFrame by factor
        ``ss`` (in items) and ``share`` of all items' variance, factor correlations considered.
    fit : mapping
        objective, chisq, df, p_value, rmsea with its 90% limits, tli, bic, rmsr.
    heywood : tuple of str
        Items whose uniqueness is at its bound: the solution is improper.
    converged : bool
    method, rotation : str
    n_obs : int
    """

    loadings: pd.DataFrame
    phi: pd.DataFrame
    uniquenesses: pd.Series[float]
    variance: pd.DataFrame
    fit: Mapping[str, float]
    heywood: tuple[str, ...]
    converged: bool
    method: Extraction
    rotation: Rotation
    n_obs: int

    def to_frame(self) -> pd.DataFrame:
        """Return the loadings with the uniquenesses beside them."""
        return self.loadings.assign(uniqueness=self.uniquenesses)


def efa(
    matrix: pd.DataFrame,
    n_factors: int,
    *,
    n_obs: int,
    method: Extraction = "minres",
    rotation: Rotation = "oblimin",
) -> Efa:
    """Extract factors from a correlation matrix and rotate them.

    Parameters
    ----------
    matrix : DataFrame, item x item
        Correlations, positive definite.
    n_factors : int
    n_obs : int
        Rows the correlations rest on; used by the fit only.
    method : {"minres", "ml", "paf"}
    rotation : {"oblimin", "promax", "varimax", "none"}

    Raises
    ------
    StatisticsError
        If the matrix is not positive definite, or has too few items for the factors.

    References
    ----------
    Harman & Jones (1966), Psychometrika 31, 351-368. Jennrich (2002), Psychometrika 67, 7-19.
    """
    items = [str(name) for name in matrix.columns]
    with item_names_in_errors(items):
        found = _stats.efa(matrix.to_numpy(float), n_factors, n_obs=n_obs, method=method, rotation=rotation)
    factors = [f"F{place}" for place in range(1, n_factors + 1)]
    return Efa(
        loadings=pd.DataFrame(found.loadings, items, factors),
        phi=pd.DataFrame(found.phi, factors, factors),
        uniquenesses=pd.Series(found.uniquenesses, items),
        variance=pd.DataFrame({"ss": found.variance, "share": found.variance_share}, factors),
        fit=asdict(found.fit),
        heywood=tuple(items[place] for place in found.heywood),
        converged=found.converged,
        method=found.method,
        rotation=found.rotation,
        n_obs=n_obs,
    )


def name_factors(solution: Efa, construct_of: Mapping[str, str]) -> Efa:
    """Return the solution with each factor named for a construct, in the order of the constructs.

    Factors and constructs are paired so that the constructs' items load as highly as they can on their factor; a factor
    whose own items load negatively is turned round.

    Parameters
    ----------
    solution : Efa
        With as many factors as there are constructs.
    construct_of : mapping of item to construct
    """
    constructs = list(dict.fromkeys(construct_of[item] for item in solution.loadings.index))
    loadings = solution.loadings.to_numpy()
    own = np.array([[construct_of[item] == name for item in solution.loadings.index] for name in constructs], float)
    weight = own @ np.abs(loadings) / own.sum(axis=1, keepdims=True)
    _, order = linear_sum_assignment(weight, maximize=True)
    sign = np.where(np.einsum("ci,ic->c", own, loadings[:, order]) < 0, -1.0, 1.0)
    phi = solution.phi.to_numpy()[np.ix_(order, order)] * np.outer(sign, sign)
    return Efa(
        loadings=pd.DataFrame(loadings[:, order] * sign, solution.loadings.index, constructs),
        phi=pd.DataFrame(phi, constructs, constructs),
        uniquenesses=solution.uniquenesses,
        variance=solution.variance.iloc[order].set_axis(constructs),
        fit=solution.fit,
        heywood=solution.heywood,
        converged=solution.converged,
        method=solution.method,
        rotation=solution.rotation,
        n_obs=solution.n_obs,
    )
