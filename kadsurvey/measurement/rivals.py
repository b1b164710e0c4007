"""Simpler and stricter models of the same items, beside the one in use."""

from __future__ import annotations

import pandas as pd

from kadsurvey.errors import StatisticsError
from kadsurvey.measurement.cfa import Cfa, Estimator, cfa
from kadsurvey.stats.cfa_model import Structure

FIT = ("chisq_scaled", "df", "pvalue_scaled", "cfi_scaled", "tli_scaled", "rmsea_scaled", "srmr")
_FEWEST_UNDER_A_SECOND_ORDER = 4
"""With three constructs a second-order factor fits exactly as correlated factors do."""


def rival_models(items: pd.DataFrame, fitted: Cfa) -> pd.DataFrame:
    """Hold a model of several correlated constructs against one factor for all items.

    If one factor fitted as well, the constructs could not be told apart, or all answers could stem from the way of
    answering. That it fits worse is no evidence that there is no such bias.

    Parameters
    ----------
    items : DataFrame, respondent x item
        The answers ``fitted`` was fitted to.
    fitted : Cfa
        With two or more constructs.

    Returns
    -------
    DataFrame by model
        ``correlated``, ``one_factor``, from four constructs ``second_order``, and of ordinal items ``as_numbers``, the
        same model by MLR as a second opinion; scaled chi-square with df and p, scaled CFI, TLI and RMSEA, SRMR. NaN
        where a model cannot be fitted.

    References
    ----------
    Podsakoff et al. (2003), Journal of Applied Psychology 88, 879-903, on what a single-factor test can show.
    """
    model = {str(name): list(fitted.loadings.index[fitted.loadings[name] != 0]) for name in fitted.loadings.columns}
    rows = {"correlated": _fit(fitted)}
    own = fitted.estimator
    rivals: dict[str, tuple[dict[str, list[str]], Structure, Estimator]] = {
        "one_factor": ({"one": [item for block in model.values() for item in block]}, "correlated", own)
    }
    if len(model) >= _FEWEST_UNDER_A_SECOND_ORDER:
        rivals["second_order"] = (model, "second_order", own)
    if own == "WLSMV":
        rivals["as_numbers"] = (model, "correlated", "MLR")
    for name, (rival, structure, estimator) in rivals.items():
        try:
            rows[name] = _fit(cfa(items, rival, structure=structure, estimator=estimator))
        except StatisticsError:
            rows[name] = dict.fromkeys(FIT, float("nan"))
    return pd.DataFrame(rows).T.rename_axis("model")


def _fit(fitted: Cfa) -> dict[str, float]:
    return {name: fitted.fit[name] for name in FIT}
