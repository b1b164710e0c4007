"""Whether the assumptions of a linear model hold in its data (uji asumsi klasik), and what each body does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.outcomes.model_matrix import ModelMatrix
from kadsurvey.results import Result, plain
from kadsurvey.stats import diagnostics as _stats
from kadsurvey.stats.linear import fit_ols

LEVEL = 0.05
VIF_HIGH = 5.0
"""A predictor whose variance inflation exceeds this is collinear (James et al. 2021; others take 10)."""


@dataclass(frozen=True, slots=True)
class Diagnostics(Result):
    """Tests of the assumptions, and the influence of single rows and bodies.

    Attributes
    ----------
    tests : DataFrame
        A row a test: test (shapiro_wilk, jarque_bera, breusch_pagan, white, glejser, reset), statistic, df, df_denom,
        p_value, ``rejected`` at 5%. NaN where the data do not allow it.
    vif : Series by term
        Variance inflation; 1 for a single slope.
    condition_number : float
    influence : DataFrame
        A row a body, where each is one row of the model: unit (the body), cooks_distance, leverage, studentised, and
        ``dfbetas_<term>``. Empty for models of respondents, whose rows are persons.
    leave_one_out : DataFrame
        A row a body and slope: without (the body left out), term, estimate.
    partial : DataFrame
        The points of the partial regression (added-variable) plots, a row a body and slope: term, body, ``x`` and ``y``
        (term and outcome, each less what the other terms explain), through whose origin runs a line with the term's
        slope. Empty for models of respondents.
    residuals : DataFrame
        A row a row of the model: body, fitted, residual, ``standardised`` (by its own standard error; NaN where a row
        determines its fit), ``normal_quantile`` of its rank. Rows that are respondents are ordered by what was fitted,
        bear no body, and stay out of ``to_dict``.
    n_obs : int
    """

    tests: pd.DataFrame
    vif: pd.Series[float]
    condition_number: float
    influence: pd.DataFrame
    leave_one_out: pd.DataFrame
    partial: pd.DataFrame
    residuals: pd.DataFrame
    n_obs: int

    def to_frame(self) -> pd.DataFrame:
        """Return the tests."""
        return self.tests

    def to_dict(self) -> dict[str, Any]:
        """Return every field as plain values; residuals of respondents stay out."""
        values = {entry.name: plain(getattr(self, entry.name)) for entry in fields(self)}
        if "body" not in self.residuals:
            values["residuals"] = []
        return values


def collinearity_of(matrix: ModelMatrix) -> Diagnostics:
    """Return what can be said of the terms alone, for models whose residuals the tests of a linear one do not fit."""
    return Diagnostics(
        tests=pd.DataFrame(),
        vif=_vif(matrix),
        condition_number=_stats.condition_number(matrix.values),
        influence=pd.DataFrame(),
        leave_one_out=pd.DataFrame(),
        partial=pd.DataFrame(),
        residuals=pd.DataFrame(),
        n_obs=len(matrix.values),
    )


def diagnose(
    y: NDArray[np.float64],
    matrix: ModelMatrix,
    units: NDArray[Any],
    *,
    tests: bool = True,
    respondents: bool = False,
) -> Diagnostics:
    """Test the assumptions of a linear model.

    Durbin-Watson is not among the tests: it means nothing for rows without an order.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
    matrix : ModelMatrix
        The intercept first.
    units : ndarray, shape (n_rows,)
        The body of each row.
    tests : bool
        False for deviations from the bodies' means, whose residuals the tests do not fit.
    respondents : bool
        Whether the rows are persons, of whom no single one is shown by name or body.
    """
    X = matrix.values
    residuals = fit_ols(y, X).residuals
    asked: dict[str, Callable[[], _stats.DiagnosticTest]] = {
        "shapiro_wilk": lambda: _stats.shapiro_wilk(residuals),
        "jarque_bera": lambda: _stats.jarque_bera(residuals),
        "breusch_pagan": lambda: _stats.breusch_pagan(y, X),
        "white": lambda: _stats.white(y, X),
        "glejser": lambda: _stats.glejser(y, X).overall,
        "reset": lambda: _stats.reset(y, X),
    }
    return Diagnostics(
        tests=pd.DataFrame([{"test": name, **_row(test)} for name, test in asked.items() if tests]),
        vif=_vif(matrix),
        condition_number=_stats.condition_number(X),
        influence=_influence(y, matrix, units) if tests and len(np.unique(units)) == len(y) else pd.DataFrame(),
        leave_one_out=leave_one_body_out(y, matrix, units),
        partial=pd.DataFrame() if respondents else _partial(y, matrix, units),
        residuals=_residuals(y, matrix, None if respondents else units),
        n_obs=len(y),
    )


def leave_one_body_out(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any]) -> pd.DataFrame:
    """Return each slope without each body: without, term, estimate; NaN where the rest does not determine it."""
    rows = []
    for left_out in pd.unique(units):
        rest = units != left_out
        try:
            estimate = fit_ols(y[rest], matrix.values[rest]).estimate
        except StatisticsError:
            estimate = np.full(len(matrix.names), np.nan)
        rows += [(left_out, matrix.names[place], float(estimate[place])) for place in matrix.slopes]
    return pd.DataFrame(rows, columns=["without", "term", "estimate"])


def _partial(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any]) -> pd.DataFrame:
    parts = []
    for place in matrix.slopes:
        x, rest = _stats.added_variable(y, matrix.values, place)
        parts.append(pd.DataFrame({"term": matrix.names[place], "body": units, "x": x, "y": rest}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["term", "body", "x", "y"])


def _residuals(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any] | None) -> pd.DataFrame:
    fit = fit_ols(y, matrix.values)
    leverage = _stats.influence(y, matrix.values).leverage
    own_error = np.sqrt(fit.sigma2 * np.where(leverage < _stats.FULL_LEVERAGE, 1 - leverage, np.nan))
    frame = pd.DataFrame(
        {
            "fitted": fit.fitted,
            "residual": fit.residuals,
            "standardised": np.divide(fit.residuals, own_error, where=own_error > 0, out=np.full(len(y), np.nan)),
            "normal_quantile": _stats.normal_scores(fit.residuals),
        }
    )
    if units is None:
        return frame.sort_values(["fitted", "residual"], ignore_index=True)
    frame.insert(0, "body", units)
    return frame


def _vif(matrix: ModelMatrix) -> pd.Series[float]:
    slopes = list(matrix.slopes)
    return pd.Series(_stats.variance_inflation(matrix.values)[slopes], [matrix.names[place] for place in slopes])


def _influence(y: NDArray[np.float64], matrix: ModelMatrix, units: NDArray[Any]) -> pd.DataFrame:
    found = _stats.influence(y, matrix.values)
    return pd.DataFrame(
        {
            "unit": units,
            "cooks_distance": found.cooks_distance,
            "leverage": found.leverage,
            "studentised": found.studentised,
            **{f"dfbetas_{name}": found.dfbetas[:, place] for place, name in enumerate(matrix.names)},
        }
    )


def _row(test: Callable[[], _stats.DiagnosticTest]) -> dict[str, Any]:
    try:
        found = test()
    except StatisticsError:
        return {"statistic": np.nan, "df": None, "df_denom": None, "p_value": np.nan, "rejected": None}
    rejected = bool(found.p_value < LEVEL) if np.isfinite(found.p_value) else None
    values = {"statistic": found.statistic, "df": found.df, "df_denom": found.df_denom, "p_value": found.p_value}
    return {**values, "rejected": rejected}
