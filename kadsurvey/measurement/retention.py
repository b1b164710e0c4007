"""How many factors the answers hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.measurement.correlation import CorrelationKind
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import retention as _stats


@dataclass(frozen=True, slots=True)
class Retention(Result):
    """Parallel analysis and Velicer's minimum average partial.

    Attributes
    ----------
    n_parallel, n_parallel_reduced : int
        Eigenvalues above the random ones: of the correlation matrix; of the same with communalities on its diagonal.
    n_map : int
        Components at the smallest average partial correlation.
    eigenvalues, random : ndarray, shape (n_items,)
        Of the correlation matrix, and the percentile over permuted answers; descending.
    eigenvalues_reduced, random_reduced : ndarray, shape (n_items,)
    map_values : ndarray
    seed : int
    """

    n_parallel: int
    n_parallel_reduced: int
    n_map: int
    eigenvalues: NDArray[np.float64]
    random: NDArray[np.float64]
    eigenvalues_reduced: NDArray[np.float64]
    random_reduced: NDArray[np.float64]
    map_values: NDArray[np.float64]
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the eigenvalues beside their random ones, a row a component."""
        return pd.DataFrame(
            {
                "eigenvalue": self.eigenvalues,
                "random": self.random,
                "eigenvalue_reduced": self.eigenvalues_reduced,
                "random_reduced": self.random_reduced,
            },
            index=pd.RangeIndex(1, len(self.eigenvalues) + 1, name="component"),
        )


def retention(
    items: pd.DataFrame, *, correlation: CorrelationKind = "polychoric", replications: int = 100, seed: int
) -> Retention:
    """Suggest a number of factors by parallel analysis and by MAP.

    Parameters
    ----------
    items : DataFrame, respondent x item
    correlation : {"polychoric", "pearson"}
    replications : int
        Permuted data sets; the 95th percentile of their eigenvalues is the bar.
    seed : int

    Raises
    ------
    StatisticsError
        If the items cannot be correlated.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185. Lubbe (2019), Psychological Methods 24, 339-351. Velicer (1976),
    Psychometrika 41, 321-327.
    """
    names = [str(name) for name in items.columns]
    with item_names_in_errors(names):
        found = _stats.retention(items.to_numpy(float), correlation=correlation, replications=replications, seed=seed)
    return Retention(
        n_parallel=found.n_parallel,
        n_parallel_reduced=found.n_parallel_reduced,
        n_map=found.n_map,
        eigenvalues=found.eigenvalues,
        random=found.random,
        eigenvalues_reduced=found.eigenvalues_reduced,
        random_reduced=found.random_reduced,
        map_values=found.map_values,
        seed=seed,
    )
