"""Confirmatory factor analysis of ordinal items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError
from kadsurvey.measurement.naming import item_names_in_errors
from kadsurvey.results import Result
from kadsurvey.stats import cfa as _stats
from kadsurvey.stats.cfa_model import Structure
from kadsurvey.stats.correlation import polychoric

Estimator: TypeAlias = Literal["WLSMV"]


@dataclass(frozen=True, slots=True)
class Cfa(Result):
    """A fitted confirmatory factor model of ordinal items; latent responses and factors have variance 1.

    Attributes
    ----------
    estimates : DataFrame
        lhs, op, rhs, estimate, std_error, std_all as lavaan names them: ``=~`` loadings, ``~~`` factor correlations,
        ``|`` thresholds. Standard errors are robust and take rows as independent.
    loadings : DataFrame, item x construct
        Standardised; zero where an item does not load.
    phi : DataFrame, construct x construct
    thresholds, categories : dict of item to ndarray
        In standard deviations of the latent response; the codes that occur, one more than thresholds.
    fit : mapping
        lavaan's names with ``_`` for ``.``; ``_scaled`` from the scaled-shifted chi-square. The chi-square assumes
        independent answers.
    modifications : DataFrame
        lhs, op, rhs, mi, epc, epc_std: what is fixed at zero, the largest index first.
    matrix, residuals : DataFrame, item x item
        Polychoric correlations; the same less the model's.
    heywood : tuple of str
        Items with a loading of 1 or more.
    proper : bool
        Converged, no Heywood case, and factor correlations that are positive definite.
    converged : bool
    estimator : {"WLSMV"}
    n_obs : int
        Rows with any answer to these items counted; pairs use the rows that answered both.
    """

    estimates: pd.DataFrame
    loadings: pd.DataFrame
    phi: pd.DataFrame
    thresholds: dict[str, NDArray[np.float64]]
    categories: dict[str, NDArray[np.float64]]
    fit: Mapping[str, float]
    modifications: pd.DataFrame
    matrix: pd.DataFrame
    residuals: pd.DataFrame
    heywood: tuple[str, ...]
    proper: bool
    converged: bool
    estimator: Estimator
    n_obs: int

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates."""
        return self.estimates


def cfa(
    items: pd.DataFrame,
    model: Mapping[str, Sequence[str]],
    *,
    estimator: Estimator = "WLSMV",
    structure: Structure = "correlated",
) -> Cfa:
    """Fit a confirmatory factor model: each item loads on one construct, constructs correlate.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Integer codes, reversed items turned round, NaN missing (pairwise).
    model : mapping of construct to items
        One construct makes a one-factor model.
    estimator : {"WLSMV"}
        Diagonally weighted least squares with robust standard errors and a mean- and variance-adjusted chi-square.
    structure : {"correlated", "second_order"}
        Whether constructs correlate freely or through one factor above them. Three constructs fit alike either way.

    Raises
    ------
    ArgumentError
        If the model names a column that ``items`` lacks.
    StatisticsError
        If the model is not identified, or an item has one answer only.

    References
    ----------
    Muthén, du Toit & Spisic (1997), Robust inference using weighted least squares; Asparouhov & Muthén (2010). Equal to
    lavaan ``cfa(ordered = TRUE, estimator = "WLSMV", std.lv = TRUE)``.
    """
    names = [item for block in model.values() for item in block]
    if unknown := [name for name in names if name not in items]:
        raise ArgumentError("measurement.unknown_items", items=unknown)
    constructs = list(model)
    pattern = [place for place, block in enumerate(model.values()) for _ in block]
    with item_names_in_errors(names, constructs):
        correlation = polychoric(items[names].to_numpy(float), acov=True)
        found = _stats.cfa(correlation, pattern, structure=structure)
    return Cfa(
        estimates=_estimates(found, names, constructs, pattern),
        loadings=pd.DataFrame(found.loadings, names, constructs),
        phi=pd.DataFrame(found.phi, constructs, constructs),
        thresholds=dict(zip(names, found.thresholds, strict=True)),
        categories=dict(zip(names, correlation.categories, strict=True)),
        fit=found.fit,
        modifications=_modifications(found, names, constructs),
        matrix=pd.DataFrame(correlation.matrix, names, names),
        residuals=pd.DataFrame(found.residuals, names, names),
        heywood=tuple(names[place] for place in found.heywood),
        proper=found.converged and not found.heywood and found.phi_positive_definite,
        converged=found.converged,
        estimator=estimator,
        n_obs=found.n_rows,
    )


def _estimates(
    found: _stats.CategoricalFactors, names: list[str], constructs: list[str], pattern: list[int]
) -> pd.DataFrame:
    rows: list[tuple[str, str, str, float, float]] = []
    for place, factor in enumerate(pattern):
        loading, error = found.loadings[place, factor], found.loadings_se[place, factor]
        rows.append((constructs[factor], "=~", names[place], loading, error))
    if found.second_order is not None and found.second_order_se is not None:
        above = zip(constructs, found.second_order, found.second_order_se, strict=True)
        rows += [("second_order", "=~", name, loading, error) for name, loading, error in above]
    for first in range(len(constructs)):
        for second in range(first + 1, len(constructs)):
            pair = (constructs[first], "~~", constructs[second])
            rows.append((*pair, found.phi[first, second], found.phi_se[first, second]))
    for name, borders, errors in zip(names, found.thresholds, found.thresholds_se, strict=True):
        for number, (border, error) in enumerate(zip(borders, errors, strict=True), start=1):
            rows.append((name, "|", f"t{number}", border, error))
    frame = pd.DataFrame(rows, columns=["lhs", "op", "rhs", "estimate", "std_error"])
    return frame.assign(std_all=frame["estimate"])


def _modifications(found: _stats.CategoricalFactors, names: list[str], constructs: list[str]) -> pd.DataFrame:
    rows = []
    for entry in found.modifications:
        if entry.kind == "loading":
            lhs, op, rhs = constructs[entry.other], "=~", names[entry.item]
        else:
            lhs, op, rhs = names[entry.item], "~~", names[entry.other]
        rows.append((lhs, op, rhs, entry.index, entry.change, entry.change_std))
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "mi", "epc", "epc_std"])
