"""Confirmatory factor analysis of ordinal or continuous items."""

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
from kadsurvey.stats.linear_fit import LinearFactors, fit_linear
from kadsurvey.stats.linear_samples import LinearEstimator, LinearSamples, linear_samples
from kadsurvey.stats.linear_tests import linear_modifications
from kadsurvey.stats.matrices import pairs_of
from kadsurvey.stats.normal_sample import split_moments

Estimator: TypeAlias = Literal["WLSMV", "ML", "MLR"]


@dataclass(frozen=True, slots=True)
class Cfa(Result):
    """A fitted confirmatory factor model; factors have variance 1, and so have the latent responses of ordinal items.

    Attributes
    ----------
    estimates : DataFrame
        lhs, op, rhs, estimate, std_error, std_all as lavaan names them: ``=~`` loadings, ``~~`` factor correlations,
        ``|`` thresholds; of continuous items ``~~`` residual variances and ``~1`` intercepts, in the items' units.
        Standard errors take rows as independent; with ML they also take answers as normal.
    loadings : DataFrame, item x construct
        Standardised; zero where an item does not load.
    phi : DataFrame, construct x construct
    thresholds, categories : dict of item to ndarray
        In standard deviations of the latent response; the codes that occur, one more than thresholds. Empty for
        continuous items.
    units : DataFrame by item
        intercept, sd: mean and standard deviation under the model. Empty for ordinal items.
    fit : mapping
        lavaan's names with ``_`` for ``.``; ``_scaled`` from the scaled-shifted chi-square, with MLR from the scaled
        one, with ML absent. The chi-square assumes independent answers.
    modifications : DataFrame
        lhs, op, rhs, mi, epc, epc_std: what is fixed at zero, the largest index first.
    matrix, residuals : DataFrame, item x item
        Polychoric correlations, of continuous items Pearson's by maximum likelihood; the same less the model's.
    heywood : tuple of str
        Items with a loading of 1 or more.
    proper : bool
        Converged, no Heywood case, and factor correlations that are positive definite.
    converged : bool
    estimator : {"WLSMV", "ML", "MLR"}
    n_obs : int
        Rows with any answer to these items counted; with WLSMV pairs use the rows that answered both.
    """

    estimates: pd.DataFrame
    loadings: pd.DataFrame
    phi: pd.DataFrame
    thresholds: dict[str, NDArray[np.float64]]
    categories: dict[str, NDArray[np.float64]]
    units: pd.DataFrame
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
        Integer codes, reversed items turned round; or continuous. NaN missing: pairwise with WLSMV, else left out of
        the likelihood row by row (full information).
    model : mapping of construct to items
        One construct makes a one-factor model.
    estimator : {"WLSMV", "ML", "MLR"}
        Ordinal answers: diagonally weighted least squares with robust standard errors and a mean- and
        variance-adjusted chi-square. Answers taken as numbers: maximum likelihood with the standard errors and
        chi-square of normal answers, or made robust.
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
    lavaan ``cfa(ordered = TRUE, estimator = "WLSMV", std.lv = TRUE)``. Jöreskog (1969); Arbuckle (1996); Yuan & Bentler
    (2000): equal to ``cfa(estimator = "ML" or "MLR", missing = "ml", std.lv = TRUE)``.
    """
    names = [item for block in model.values() for item in block]
    if unknown := [name for name in names if name not in items]:
        raise ArgumentError("measurement.unknown_items", items=unknown)
    constructs = list(model)
    pattern = [place for place, block in enumerate(model.values()) for _ in block]
    with item_names_in_errors(names, constructs):
        if estimator == "WLSMV":
            return _ordinal(items, names, constructs, pattern, structure)
        return _continuous(items, names, constructs, pattern, estimator, structure)


def fit_of(fit: Mapping[str, float], name: str) -> float:
    """Return a measure of fit as it is to be judged: scaled where the estimator has one, else as it is."""
    return fit.get(f"{name}_scaled", fit[name])


def _ordinal(
    items: pd.DataFrame, names: list[str], constructs: list[str], pattern: list[int], structure: Structure
) -> Cfa:
    correlation = polychoric(items[names].to_numpy(float), acov=True)
    found = _stats.cfa(correlation, pattern, structure=structure)
    return Cfa(
        estimates=_estimates(found, names, constructs, pattern),
        loadings=pd.DataFrame(found.loadings, names, constructs),
        phi=pd.DataFrame(found.phi, constructs, constructs),
        thresholds=dict(zip(names, found.thresholds, strict=True)),
        categories=dict(zip(names, correlation.categories, strict=True)),
        units=pd.DataFrame(columns=["intercept", "sd"], dtype=float),
        fit=found.fit,
        modifications=_modifications(found.modifications, names, constructs),
        matrix=pd.DataFrame(correlation.matrix, names, names),
        residuals=pd.DataFrame(found.residuals, names, names),
        heywood=tuple(names[place] for place in found.heywood),
        proper=found.converged and not found.heywood and found.phi_positive_definite,
        converged=found.converged,
        estimator="WLSMV",
        n_obs=found.n_rows,
    )


def _continuous(
    items: pd.DataFrame,
    names: list[str],
    constructs: list[str],
    pattern: list[int],
    estimator: LinearEstimator,
    structure: Structure,
) -> Cfa:
    samples = linear_samples([items[names].to_numpy(float)], pattern, estimator=estimator)
    found = fit_linear(samples, structure=structure)
    layout, values = samples.layout, found.values[0]
    loading, residual = values[layout.loadings], values[layout.residuals]
    sd = np.sqrt(np.maximum(loading**2 + residual, 0.0))
    standard = np.zeros((len(names), len(constructs)))
    standard[np.arange(len(names)), pattern] = loading / sd
    phi = layout.phi(values)
    matrix = _correlations(samples.saturated[0], len(names))
    heywood = tuple(name for name, variance in zip(names, residual, strict=True) if variance <= 0)
    return Cfa(
        estimates=_linear_estimates(samples, found, names, constructs, sd),
        loadings=pd.DataFrame(standard, names, constructs),
        phi=pd.DataFrame(phi, constructs, constructs),
        thresholds={},
        categories={},
        units=pd.DataFrame({"intercept": values[layout.intercepts], "sd": sd}, names),
        fit=found.fit,
        modifications=_modifications(linear_modifications(samples, found), names, constructs),
        matrix=pd.DataFrame(matrix, names, names),
        residuals=pd.DataFrame(matrix - _correlations(found.implied[0].moments, len(names)), names, names),
        heywood=heywood,
        proper=found.converged and not heywood and bool(np.linalg.eigvalsh(phi)[0] > 0),
        converged=found.converged,
        estimator=estimator,
        n_obs=samples.n_rows[0],
    )


def _correlations(moments: NDArray[np.float64], n_items: int) -> NDArray[np.float64]:
    covariance = split_moments(moments, n_items)[1]
    scale = np.sqrt(covariance.diagonal())
    matrix: NDArray[np.float64] = covariance / np.outer(scale, scale)
    np.fill_diagonal(matrix, 1.0)
    return matrix


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


def _linear_estimates(
    samples: LinearSamples, found: LinearFactors, names: list[str], constructs: list[str], sd: NDArray[np.float64]
) -> pd.DataFrame:
    layout, values, errors = samples.layout, found.values[0], found.std_errors[0]
    rows: list[tuple[str, str, str, float, float, float]] = []

    def add(lhs: str, op: str, rhs: str, place: int, unit: float) -> None:
        rows.append((lhs, op, rhs, values[place], errors[place], values[place] / unit))

    for item, factor in enumerate(layout.factor_of):
        add(constructs[factor], "=~", names[item], layout.loadings.start + item, sd[item])
    if found.model.structure == "second_order":
        above = found.theta[-len(constructs) :]
        spread = np.sqrt(found.vcov.diagonal()[-len(constructs) :])
        every = zip(constructs, above, spread, strict=True)
        rows += [("second_order", "=~", name, value, error, value) for name, value, error in every]
    for place, (first, second) in enumerate(zip(*pairs_of(len(constructs)), strict=True)):
        add(constructs[first], "~~", constructs[second], layout.covariances.start + place, 1.0)
    for item, name in enumerate(names):
        add(name, "~~", name, layout.residuals.start + item, sd[item] ** 2)
    for item, name in enumerate(names):
        add(name, "~1", "", layout.intercepts.start + item, sd[item])
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "estimate", "std_error", "std_all"])


def _modifications(changes: Sequence[_stats.Modification], names: list[str], constructs: list[str]) -> pd.DataFrame:
    rows = []
    for entry in changes:
        if entry.kind == "loading":
            lhs, op, rhs = constructs[entry.other], "=~", names[entry.item]
        else:
            lhs, op, rhs = names[entry.item], "~~", names[entry.other]
        rows.append((lhs, op, rhs, entry.index, entry.change, entry.change_std))
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "mi", "epc", "epc_std"])
