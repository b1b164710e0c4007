"""Convergent and discriminant validity of constructs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.measurement.cfa import Cfa
from kadsurvey.results import Result
from kadsurvey.stats import validity as _stats


@dataclass(frozen=True, slots=True)
class Validity(Result):
    """Validity of the constructs of a model; for ordinal items it is about the latent responses, not the sum score.

    Attributes
    ----------
    composite_reliability, ave : Series by construct
        Average variance extracted: the mean squared loading.
    htmt : DataFrame, construct x construct
        Heterotrait-monotrait ratios of the polychoric correlations.
    fornell_larcker : DataFrame, construct x construct
        Factor correlations, on the diagonal the root of the AVE, which should exceed its row and column.
    distinct : DataFrame of bool, construct x construct
        Whether both AVE exceed the squared correlation of a pair.
    """

    composite_reliability: pd.Series[float]
    ave: pd.Series[float]
    htmt: pd.DataFrame
    fornell_larcker: pd.DataFrame
    distinct: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return composite reliability and AVE by construct."""
        return pd.DataFrame({"composite_reliability": self.composite_reliability, "ave": self.ave})


def validity(cfa: Cfa) -> Validity:
    """Judge a model's constructs: do the items of each belong together, and apart from the others?

    Raises
    ------
    StatisticsError
        If a construct has fewer than two items.

    References
    ----------
    Fornell & Larcker (1981), Journal of Marketing Research 18, 39-50. Henseler, Ringle & Sarstedt (2015), Journal of
    the Academy of Marketing Science 43, 115-135. Equal to semTools ``AVE``, ``htmt``.
    """
    names = list(cfa.loadings.columns)
    loadings = cfa.loadings.to_numpy(float)
    pattern = np.abs(loadings).argmax(axis=1)
    table = _stats.fornell_larcker(loadings, cfa.phi.to_numpy(float))
    return Validity(
        composite_reliability=pd.Series(_stats.composite_reliability(loadings), names),
        ave=pd.Series(_stats.average_variance_extracted(loadings), names),
        htmt=pd.DataFrame(_stats.htmt(cfa.matrix.to_numpy(float), pattern), names, names),
        fornell_larcker=pd.DataFrame(table.table, names, names),
        distinct=pd.DataFrame(table.distinct, names, names),
    )
