"""How reliable the items of one construct are together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.correlation import Correlation, correlate
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import factoring
from kadsurvey.stats import reliability as _stats


@dataclass(frozen=True, slots=True)
class Reliability(Result):
    """Reliability of a construct's items.

    Attributes
    ----------
    alpha : float
        Cronbach's, raw, of the complete rows.
    alpha_ci, alpha_ci_duhachek : tuple of float
        Feldt's and Duhachek's 95% limits; both take rows as independent.
    alpha_ordinal : float
        Standardised alpha of the polychoric correlations; NaN where not asked for. It describes the latent responses.
    omega : float
        McDonald's total omega of the one-factor minres model of the correlations.
    omega_linear : float
        The same of the sum of the answers taken as numbers: one-factor ml model, observed variance of the sum.
    items : DataFrame by item
        n_obs, mean, sd, missing_share, item_rest (of the complete rows), alpha_if_dropped, loading (one factor).
    n_obs : int
        Complete rows.
    correlation : Correlation
        What omega and the loadings were computed from.
    heywood : tuple of str
        Items whose uniqueness is at its bound.
    """

    alpha: float
    alpha_ci: tuple[float, float]
    alpha_ci_duhachek: tuple[float, float]
    alpha_ordinal: float
    omega: float
    omega_linear: float
    items: pd.DataFrame
    n_obs: int
    correlation: Correlation
    heywood: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the items."""
        return self.items


def reliability(items: pd.DataFrame, *, ordinal: bool = True) -> Reliability:
    """Estimate the reliability of one construct's items.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Codes, reversed items already turned round, NaN missing.
    ordinal : bool
        Take the answers as ordinal: omega, ordinal alpha and loadings from polychoric correlations.

    Raises
    ------
    StatisticsError
        If there are fewer than two items, too few complete rows, or an item without variation.

    References
    ----------
    Cronbach (1951); Feldt, Woodruff & Salih (1987); Duhachek & Iacobucci (2004); McDonald (1999); Zumbo, Gadermann &
    Zeisser (2007).
    """
    names = [str(name) for name in items.columns]
    values = items.to_numpy(float)
    with item_names_in_errors(names):
        alpha = _stats.cronbach_alpha(values)
        correlation = correlate(items, "polychoric" if ordinal else "pearson")
        matrix = correlation.matrix.to_numpy()
        solution = factoring.efa(matrix, 1, n_obs=alpha.n_obs, rotation="none") if len(names) > 2 else None
        loadings = _two_item_loadings(matrix) if solution is None else solution.loadings[:, 0]
        omega_linear = _linear_omega(correlate(items, "pearson").matrix.to_numpy(), values, alpha.n_obs)
    table = pd.DataFrame(
        {
            "n_obs": np.isfinite(values).sum(axis=0),
            "mean": np.nanmean(values, axis=0),
            "sd": np.nanstd(values, axis=0, ddof=1),
            "missing_share": np.isnan(values).mean(axis=0),
            "item_rest": alpha.item_rest,
            "alpha_if_dropped": alpha.alpha_dropped,
            "loading": loadings,
        },
        index=pd.Index(names, name="item"),
    )
    return Reliability(
        alpha=alpha.alpha,
        alpha_ci=(alpha.ci_low, alpha.ci_high),
        alpha_ci_duhachek=(alpha.duhachek_low, alpha.duhachek_high),
        alpha_ordinal=_stats.alpha_of_matrix(matrix).alpha if ordinal else float("nan"),
        omega=_stats.omega_total(loadings),
        omega_linear=omega_linear,
        items=table,
        n_obs=alpha.n_obs,
        correlation=correlation,
        heywood=() if solution is None else tuple(names[place] for place in solution.heywood),
    )


def model_omegas(fitted: Cfa) -> dict[str, float]:
    """Return the reliability of each construct's sum of answers under a factor model.

    References
    ----------
    Ordinal items: Green & Yang (2009), Psychometrika 74, 155-167. Continuous: McDonald (1999), with the observed
    variance of the sum. Equal to semTools ``compRelSEM(ord.scale = TRUE)``.
    """
    omegas = {}
    for construct in fitted.loadings.columns:
        own = fitted.loadings.index[fitted.loadings[construct] != 0]
        loadings = fitted.loadings.loc[own, construct].to_numpy(float)
        matrix = fitted.matrix.loc[own, own].to_numpy(float)
        if fitted.thresholds:
            borders = [fitted.thresholds[str(item)] for item in own]
            omegas[str(construct)] = _stats.omega_categorical(loadings, borders, matrix=matrix)
        else:
            sd = fitted.units.loc[own, "sd"].to_numpy(float)
            omegas[str(construct)] = _stats.omega_total(loadings * sd, matrix=matrix * np.outer(sd, sd))
    return omegas


def _linear_omega(pearson: np.ndarray, values: np.ndarray, n_obs: int) -> float:
    """Return omega of the sum of the codes; its one-factor model is that of the covariances, as ml is scale free."""
    if len(pearson) == 2:
        loadings = _two_item_loadings(pearson)
    else:
        loadings = factoring.efa(pearson, 1, n_obs=n_obs, method="ml", rotation="none").loadings[:, 0]
    sd = np.nanstd(values, axis=0, ddof=1)
    return _stats.omega_total(loadings * sd, matrix=pearson * np.outer(sd, sd))


def _two_item_loadings(matrix: np.ndarray) -> np.ndarray:
    """Return equal loadings of two items, the only ones their one correlation determines."""
    r = float(matrix[0, 1])
    size = np.sqrt(abs(r))
    return np.array([size, np.sign(r) * size])
