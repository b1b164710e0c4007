"""Measurement with respect for bodies: intervals that know answers of one body are alike, loadings within bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.cfa import Cfa, cfa
from kadsurvey.measurement.correlation import pearson
from kadsurvey.measurement.reliability import model_omegas
from kadsurvey.results import Result
from kadsurvey.stats import factoring
from kadsurvey.stats.jackknife import Scale, delete_one
from kadsurvey.stats.reliability import cronbach_alpha
from kadsurvey.workers import spread

Statistic: TypeAlias = Literal["alpha", "omega", "loading", "phi", "second_order"]

FEWEST_BODIES = 4
"""Below this a spread over bodies is no measure of error."""

_SCALES: dict[Statistic, Scale] = {
    "alpha": "reliability",
    "omega": "reliability",
    "loading": "correlation",
    "phi": "correlation",
    "second_order": "correlation",
}
_TRIAD = 3
"""Constructs whose correlations give their loadings on one factor above them in closed form."""
_FEWEST_ITEMS_OF_A_MODEL = 3


@dataclass(frozen=True, slots=True)
class BodyJackknife(Result):
    """Standard errors and 95% intervals from leaving out each body in turn.

    Attributes
    ----------
    table : DataFrame
        statistic (alpha, omega, loading, phi, second_order), lhs (construct), rhs (item, or the other construct; empty
        for alpha, omega and second_order), estimate, std_error, ci_low, ci_high. NaN where the estimate is undefined
        without one of the bodies. ``second_order``: loadings on a factor above three constructs.
    n_bodies : int
    undefined : tuple of str
        Bodies without which a model had no proper solution.
    """

    table: pd.DataFrame
    n_bodies: int
    undefined: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table

    def of(self, statistic: Statistic) -> pd.DataFrame:
        """Return the rows of one statistic."""
        return self.table[self.table["statistic"] == statistic]


def body_jackknife(
    items: pd.DataFrame,
    body: pd.Series[Any],
    constructs: Mapping[str, Sequence[str]],
    cfas: Mapping[tuple[str, ...], Cfa],
) -> BodyJackknife | None:
    """Estimate alpha, omega, loadings and factor correlations again without each body.

    Parameters
    ----------
    items : DataFrame, respondent x item
        Coded and reversed, NaN missing.
    body : Series
        The body of each respondent; those without one are in every replicate.
    constructs : mapping of construct to items
        For alpha.
    cfas : mapping of constructs to Cfa
        The models as fitted to all; each is fitted again.

    Returns
    -------
    BodyJackknife or None
        None below 4 bodies.

    References
    ----------
    Efron & Tibshirani (1993), chapter 11; intervals as `kadsurvey.stats.jackknife.delete_one`.
    """
    bodies = pd.unique(body.dropna())
    if len(bodies) < FEWEST_BODIES:
        return None
    whole = {**_alphas(items, constructs), **{key: v for fit in cfas.values() for key, v in _of_model(fit).items()}}
    keys = list(whole)
    replicates = np.full((len(bodies), len(keys)), np.nan)
    undefined = []

    def without(left_out: object) -> tuple[dict[_Key, float], bool]:
        return _replicate(items[(body != left_out).to_numpy(dtype=bool, na_value=True)], constructs, cfas)

    for row, (left_out, (found, proper)) in enumerate(zip(bodies, spread(without, list(bodies)), strict=True)):
        replicates[row] = [found.get(key, np.nan) for key in keys]
        if not proper:
            undefined.append(str(left_out))
    return BodyJackknife(_table(keys, whole, replicates), len(bodies), tuple(undefined))


def within_loadings(items: pd.DataFrame, body: pd.Series[Any], constructs: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Compare one-factor loadings of all answers with those of answers less their body's mean.

    Where loadings come from bodies that differ, and not from respondents who differ within a body, the two part.

    Parameters
    ----------
    items : DataFrame, respondent x item
    body : Series
        Respondents without a body are left out of both.
    constructs : mapping of construct to items

    Returns
    -------
    DataFrame by item
        construct; ``total``, ``within``: loadings of the Pearson correlations (minres), because deviations from a mean
        have no categories. NaN where an item does not vary within bodies.

    References
    ----------
    Muthén (1994), Sociological Methods & Research 22, 376-398: the pooled within-group matrix.
    """
    known = items.loc[body.notna().to_numpy(), [code for codes in constructs.values() for code in codes]]
    deviations = known - known.groupby(body.dropna().to_numpy()).transform("mean")
    parts = [
        pd.DataFrame(
            {
                "construct": name,
                "total": _one_factor(known[list(codes)]),
                "within": _one_factor(deviations[list(codes)]),
            },
            index=pd.Index(codes, name="item"),
        )
        for name, codes in constructs.items()
        if len(codes) >= _FEWEST_ITEMS_OF_A_MODEL
    ]
    columns = ["construct", "total", "within"]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns, index=pd.Index([], name="item"))


_Key: TypeAlias = tuple[Statistic, str, str]


def _replicate(
    items: pd.DataFrame, constructs: Mapping[str, Sequence[str]], cfas: Mapping[tuple[str, ...], Cfa]
) -> tuple[dict[_Key, float], bool]:
    """Return the estimates of a part of the answers, and whether every model had a proper solution."""
    proper = True
    try:
        found = _alphas(items, constructs)
    except StatisticsError:
        found, proper = {}, False
    for block, fitted in cfas.items():
        model = {name: list(fitted.loadings.index[fitted.loadings[name] != 0]) for name in block}
        try:
            again = cfa(items, model, estimator=fitted.estimator)
        except StatisticsError:
            proper = False
            continue
        if again.proper:
            found |= _of_model(again)
        proper &= again.proper
    return found, proper


def _alphas(items: pd.DataFrame, constructs: Mapping[str, Sequence[str]]) -> dict[_Key, float]:
    return {
        ("alpha", name, ""): cronbach_alpha(items[list(codes)].to_numpy(float)).alpha
        for name, codes in constructs.items()
    }


def _of_model(fitted: Cfa) -> dict[_Key, float]:
    found: dict[_Key, float] = {("omega", name, ""): omega for name, omega in model_omegas(fitted).items()}
    for name in fitted.loadings.columns:
        own = fitted.loadings[name][fitted.loadings[name] != 0]
        found |= {("loading", str(name), str(item)): float(value) for item, value in own.items()}
    names = [str(name) for name in fitted.phi.columns]
    phi = fitted.phi.to_numpy(float)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    found |= {("phi", names[i], names[j]): float(phi[i, j]) for i, j in pairs}
    if len(names) == _TRIAD:
        found |= {("second_order", name, ""): value for name, value in zip(names, _triad(phi), strict=True)}
    return found


def _triad(phi: NDArray[np.float64]) -> list[float]:
    """Return the loadings of three correlated constructs on one factor; NaN where they are none."""
    a, b, c = phi[0, 1], phi[0, 2], phi[1, 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        loading = np.sqrt(np.array([a * b / c, a * c / b, b * c / a])) * np.array([1, np.sign(a), np.sign(b)])
    if not (np.abs(loading) < 1).all():
        return [float("nan")] * _TRIAD
    return [float(value) for value in (-loading if loading.sum() < 0 else loading)]


def _table(keys: Sequence[_Key], whole: Mapping[_Key, float], replicates: NDArray[np.float64]) -> pd.DataFrame:
    rows = []
    for place, key in enumerate(keys):
        found = delete_one([whole[key]], replicates[:, [place]], scale=_SCALES[key[0]])
        rows.append((*key, whole[key], found.std_error[0], found.ci_low[0], found.ci_high[0]))
    columns = ["statistic", "lhs", "rhs", "estimate", "std_error", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


def _one_factor(items: pd.DataFrame) -> NDArray[np.float64]:
    try:
        found = factoring.efa(pearson(items).matrix.to_numpy(), 1, n_obs=len(items), rotation="none")
    except StatisticsError:
        return np.full(items.shape[1], np.nan)
    return found.loadings[:, 0]
