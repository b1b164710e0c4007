"""Whether correlations are fit to be factored (kelayakan faktor)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import adequacy as _stats


@dataclass(frozen=True, slots=True)
class Adequacy(Result):
    """Kaiser-Meyer-Olkin measure and Bartlett's test of sphericity.

    Attributes
    ----------
    kmo : float
        Overall measure, 0 to 1.
    msa : Series by item
        Measure of sampling adequacy of each item.
    chi2, df, p_value : float
        Bartlett's test that all correlations are zero; it takes rows as independent.
    """

    kmo: float
    msa: pd.Series[float]
    chi2: float
    df: int
    p_value: float

    def to_frame(self) -> pd.DataFrame:
        """Return the items' measures."""
        return self.msa.to_frame("msa")


def adequacy(matrix: pd.DataFrame, n_obs: int) -> Adequacy:
    """Compute KMO, MSA and Bartlett's test from a correlation matrix.

    Raises
    ------
    StatisticsError
        If the matrix is no positive definite correlation matrix.

    References
    ----------
    Kaiser (1974), Psychometrika 39, 31-36. Bartlett (1950), British Journal of Psychology 3, 77-85.
    """
    items = [str(name) for name in matrix.columns]
    with item_names_in_errors(items):
        found = _stats.adequacy(matrix.to_numpy(float), n_obs)
    return Adequacy(found.kmo, pd.Series(found.msa, items), found.chi2, found.df, found.p_value)
