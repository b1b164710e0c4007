"""One factor above several constructs: how much of them is one thing, such as social capital."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.measurement.cfa import Cfa, Estimator, cfa
from kadsurvey.measurement.scores import factor_scores
from kadsurvey.results import Result, plain
from kadsurvey.stats.reliability import score_covariances

FEWEST_CONSTRUCTS = 3
"""Two correlate by one number, from which two loadings do not follow."""

FEWEST_TESTABLE = 4
"""Three constructs have as many correlations as loadings, so that any three fit."""


@dataclass(frozen=True, slots=True)
class SecondOrder(Result):
    """A factor above constructs, in place of their correlations.

    Attributes
    ----------
    loadings : DataFrame by construct
        loading on the factor above, std_error (robust; takes rows as independent), r_squared (share of the construct
        that the factor above explains), weight (of the construct's factor score in the score of the factor above).
    omega_hierarchical : float
        Share of the variance of the sum of all answers that is due to the factor above.
    omega_total : float
        Share that is due to the constructs, what they have in common and what each has of its own: the reliability of
        the sum.
    testable : bool
        False for three constructs: their correlations and their loadings on one factor are equally many, so that the
        model fits exactly as constructs that correlate freely do.
    proper : bool
        The model converged, and no item or construct has a loading of 1 or more.
    model : Cfa
        Of all items, the constructs correlated through the factor above.
    n_obs : int
    findings : tuple of Finding
    """

    loadings: pd.DataFrame
    omega_hierarchical: float
    omega_total: float
    testable: bool
    proper: bool
    model: Cfa
    n_obs: int
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the loadings."""
        return self.loadings

    def to_dict(self) -> dict[str, Any]:
        """Return every field as plain values but the model, which is that of the constructs but for ``phi``."""
        names = [entry.name for entry in fields(self) if entry.name not in ("model", "findings")]
        return {name: plain(getattr(self, name)) for name in names}

    def scores(self, items: pd.DataFrame) -> pd.Series[float]:
        """Score respondents on the factor above: the most probable value given their answers.

        It is a weighted sum of their factor scores on the constructs: given those, the most probable value of the
        factor above is the regression on them, so that both come to rest at once.

        Parameters
        ----------
        items : DataFrame, respondent x item
            Coded as in the model; missing items are skipped.

        Returns
        -------
        Series by respondent
            In standard deviations of the factor above in the model's sample; NaN where nothing was answered.

        Raises
        ------
        StatisticsError
            As `factor_scores`.

        References
        ----------
        Equal to lavaan ``lavPredict(method = "EBM")``.
        """
        return self.scores_of(factor_scores(self.model, items).scores)

    def scores_of(self, scored: pd.DataFrame, columns: Mapping[str, str] | None = None) -> pd.Series[float]:
        """Score respondents on the factor above from their factor scores on the constructs.

        Parameters
        ----------
        scored : DataFrame
            Factor scores of this sample's model; NaN where too little was answered.
        columns : mapping of construct to column, optional
            Where they stand under other names.

        Returns
        -------
        Series by respondent
            NaN where a construct has no score.
        """
        own = scored[[(columns or {}).get(str(name), str(name)) for name in self.loadings.index]]
        return (own * self.loadings["weight"].to_numpy(float)).sum(axis=1, skipna=False)


def second_order(
    items: pd.DataFrame, model: Mapping[str, Sequence[str]], *, correlated: Cfa | None = None
) -> SecondOrder:
    """Put one factor above three or more constructs.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Integer codes, reversed items turned round, NaN missing (pairwise).
    model : mapping of construct to items
    correlated : Cfa, optional
        The same constructs correlating freely, where it was fitted before; its estimator is used.

    Raises
    ------
    ArgumentError
        If the model names a column that ``items`` lacks.
    StatisticsError
        If there are fewer than three constructs, one or all three correlations of three are negative, or as `cfa`.

    References
    ----------
    Loadings: as lavaan ``cfa(ordered = TRUE, estimator = "WLSMV", std.lv = TRUE)``. Omega of the sum of the answers:
    Green & Yang (2009), Psychometrika 74, 155-167, with the common variance of the factor above alone. Rindskopf & Rose
    (1988), Multivariate Behavioral Research 23, 51-67, on what three constructs can show.
    """
    testable = len(model) >= FEWEST_TESTABLE
    if len(model) == FEWEST_CONSTRUCTS:
        _refuse_odd_signs((correlated or cfa(items, model)).phi)
    estimator: Estimator = "WLSMV" if correlated is None else correlated.estimator
    fitted = cfa(items, model, structure="second_order", estimator=estimator)
    constructs = [str(name) for name in fitted.loadings.columns]
    rows = fitted.estimates[fitted.estimates["lhs"].eq("second_order") & fitted.estimates["op"].eq("=~")]
    above = rows.set_index("rhs").loc[constructs, ["estimate", "std_error"]]
    loading = above["estimate"].to_numpy(float)
    proper = fitted.proper and bool((np.abs(loading) < 1).all())
    hierarchical, total = _omegas(fitted, loading) if proper else (float("nan"), float("nan"))
    return SecondOrder(
        loadings=pd.DataFrame(
            {
                "loading": loading,
                "std_error": above["std_error"].to_numpy(float),
                "r_squared": loading**2,
                "weight": np.linalg.solve(fitted.phi.to_numpy(float), loading) if proper else np.nan,
            },
            pd.Index(constructs, name="construct"),
        ),
        omega_hierarchical=hierarchical,
        omega_total=total,
        testable=testable,
        proper=proper,
        model=fitted,
        n_obs=fitted.n_obs,
        findings=() if proper else (_improper(constructs, loading, fitted),),
    )


def _refuse_odd_signs(phi: pd.DataFrame) -> None:
    """Raise where one factor cannot bring about three correlations, as an odd number of them is negative."""
    first, second, third = phi.to_numpy(float)[np.triu_indices(len(phi), 1)]
    if first * second * third <= 0:
        found = [round(float(value), 2) for value in (first, second, third)]
        raise StatisticsError("measurement.second_order_signs", constructs=list(phi.columns), correlations=found)


def _omegas(fitted: Cfa, above: NDArray[np.float64]) -> tuple[float, float]:
    """Return the shares of the sum of all answers due to the factor above, and due to all factors."""
    loadings, observed = fitted.loadings.to_numpy(float), fitted.matrix.to_numpy(float)
    overall = loadings @ above
    if not fitted.thresholds:
        unit = np.outer(fitted.units["sd"], fitted.units["sd"])
        common = unit * (loadings @ fitted.phi.to_numpy(float) @ loadings.T)
        whole = float((unit * observed).sum())
        return float((unit * np.outer(overall, overall)).sum()) / whole, float(common.sum()) / whole
    thresholds = [fitted.thresholds[str(item)] for item in fitted.loadings.index]
    of_one, total = score_covariances(np.outer(overall, overall), thresholds, matrix=observed)
    of_all, _ = score_covariances(loadings @ fitted.phi.to_numpy(float) @ loadings.T, thresholds, matrix=observed)
    return float(of_one.sum() / total.sum()), float(of_all.sum() / total.sum())


def _improper(constructs: Sequence[str], loading: NDArray[np.float64], fitted: Cfa) -> Finding:
    over = [name for name, value in zip(constructs, loading, strict=True) if abs(value) >= 1]
    params = {"constructs": list(constructs), "over": [*over, *fitted.heywood] or "–"}
    return Finding("measurement.second_order_improper", "warning", params)
