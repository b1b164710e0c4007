"""An outcome regressed on constructs themselves: two steps, with standard errors that know of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.results import Result
from kadsurvey.stats.two_step import two_step

_LIMIT = float(stats.norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class LatentRegression(Result):
    """Slopes of an outcome on constructs that are measured with error.

    Attributes
    ----------
    table : DataFrame
        term, estimate, std_error, statistic, p_value, ci_low, ci_high: per standard deviation of the construct, and of
        the outcome where it is a construct; ``marker``, ``marker_se``: per unit of the construct's first item, as
        lavaan prints them. Normal 95% intervals. NaN where slopes are withheld.
    r_squared : float
        Of the outcome, a construct without its measurement error.
    reason : str or None
        Why slopes are withheld: heywood, not_converged, not_positive_definite.
    outcome : str
    n, n_left_out : int
        Complete rows; rows with an answer missing.
    """

    table: pd.DataFrame
    r_squared: float
    reason: str | None
    outcome: str
    n: int
    n_left_out: int

    def to_frame(self) -> pd.DataFrame:
        """Return the table of terms."""
        return self.table


def latent_regression(
    data: pd.DataFrame,
    model: Mapping[str, Sequence[str]],
    outcome: str,
    *,
    predictors: Sequence[str] | None = None,
    controls: Sequence[str] = (),
) -> LatentRegression:
    """Regress an outcome on constructs by the structure after measurement approach (SAM).

    Each construct is measured by a one-factor ML model of its own; slopes come from the covariances these models imply;
    standard errors count the error of both steps. They take rows as independent: where respondents share a body, see
    `corrected_regression`, whose errors leave out whole bodies.

    Parameters
    ----------
    data : DataFrame, respondent x column
        Numeric answers, reversed items turned round; rows with a missing value are left out.
    model : mapping of construct to items
        Three items or more each.
    outcome : str
        A construct of the model, or a column observed without error.
    predictors : sequence of str, optional
        Constructs; by default all but the outcome.
    controls : sequence of str
        Numeric columns observed without error.

    Raises
    ------
    ArgumentError
        If a name is neither a construct nor a column.
    StatisticsError
        If a construct has fewer than three items, or one that does not vary.

    References
    ----------
    Rosseel & Loh (2022), Psychological Methods, https://doi.org/10.1037/met0000503. Equal to lavaan ``sam``.
    """
    chosen = [name for name in model if name != outcome] if predictors is None else list(predictors)
    for name in chosen:
        _known(name, list(model))
    own = list(model[outcome]) if outcome in model else []
    for name in [*(item for block in model.values() for item in block), *controls, *([] if own else [outcome])]:
        _known(name, [str(column) for column in data.columns])
    codes = [item for name in chosen for item in model[name]]
    complete = data[[*codes, *own, *controls, *([] if own else [outcome])]].astype(float).dropna()
    found = two_step(
        [complete[list(model[name])].to_numpy() for name in chosen],
        complete[own].to_numpy() if own else complete[outcome].to_numpy(),
        covariates=complete[list(controls)].to_numpy() if controls else None,
    )
    statistic = found.standard / found.standard_errors
    return LatentRegression(
        table=pd.DataFrame(
            {
                "term": [*chosen, *controls],
                "estimate": found.standard,
                "std_error": found.standard_errors,
                "statistic": statistic,
                "p_value": 2 * stats.norm.sf(np.abs(statistic)),
                "ci_low": found.standard - _LIMIT * found.standard_errors,
                "ci_high": found.standard + _LIMIT * found.standard_errors,
                "marker": found.slopes,
                "marker_se": found.std_errors,
            }
        ),
        r_squared=found.r_squared,
        reason=found.reason,
        outcome=outcome,
        n=found.n_obs,
        n_left_out=len(data) - len(complete),
    )


def _known(name: str, known: list[str]) -> None:
    if name not in known:
        near = nearest(name, known)
        raise ArgumentError("outcomes.unknown_column", name=name, known=known if near is None else [near])
