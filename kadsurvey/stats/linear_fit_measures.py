"""Fit of a factor model of continuous items: chi-square, its scaled version, and the indices made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.cfa_fit import incremental, rmsea_of, tail
from kadsurvey.stats.normal_sample import moment_pairs, split_moments

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """What the fit measures are made from.

    Attributes
    ----------
    value, saturated, baseline : float
        Log-likelihoods of the model, of free means and covariances, and of items that do not covary.
    trace, saturated_trace, baseline_trace : float
        Trace of inverse information times products of scores of each; NaN for ML.
    moments : sequence of ndarray
        Of each sample, saturated: of each group, or of all waves together.
    n_rows : sequence of int
        Of each sample.
    n_items : int
        Of each sample.
    complete : bool
        Whether nothing is missing.
    models_means : bool
        Whether means count among the parameters; in one group of complete answers they only stand beside.
    """

    value: float
    saturated: float
    baseline: float
    trace: float
    saturated_trace: float
    baseline_trace: float
    moments: Sequence[Array]
    n_rows: Sequence[int]
    n_items: int
    complete: bool
    models_means: bool


def linear_fit_measures(found: Likelihoods, implied: Sequence[Array], *, n_free: int) -> dict[str, float]:
    """Return lavaan's fit measures, with ``_`` for ``.`` in their names.

    Parameters
    ----------
    found : Likelihoods
    implied : sequence of ndarray
        Means and covariances of each sample under the model.
    n_free : int

    References
    ----------
    Yuan & Bentler (2000), Sociological Methodology 30, 165-200, for the scaling of MLR; Brosseau-Liard & Savalei
    (2014), Multivariate Behavioral Research 49, 460-470, and Li & Bentler (2006) for the robust indices.
    """
    groups, total = len(found.n_rows), sum(found.n_rows)
    n_moments = sum(len(moments) for moments in implied)
    df, baseline_df = n_moments - n_free, n_moments - 2 * found.n_items * groups
    counted = n_free if found.models_means else n_free - found.n_items
    chisq, baseline = 2 * (found.saturated - found.value), 2 * (found.saturated - found.baseline)
    chisq = max(chisq, 0.0)
    fit = {"npar": float(counted), "fmin": chisq / (2 * total), "chisq": chisq, "df": float(df)}
    fit |= {"pvalue": tail(chisq, df), "baseline_chisq": baseline, "baseline_df": float(baseline_df)}
    fit |= {"baseline_pvalue": tail(baseline, baseline_df)}
    fit |= incremental(chisq, df, baseline, baseline_df) | rmsea_of(chisq, df, total, n_groups=groups)
    fit |= {"logl": found.value, "unrestricted_logl": found.saturated, "ntotal": float(total)}
    fit |= {"aic": 2 * counted - 2 * found.value, "bic": float(np.log(total)) * counted - 2 * found.value}
    fit["srmr"] = _srmr(found, implied)
    return fit if np.isnan(found.trace) else fit | _scaled(found, fit)


def _scaled(found: Likelihoods, fit: dict[str, float]) -> dict[str, float]:
    """Return the measures of MLR: the chi-square divided by its mean over df, and the indices made from it."""
    groups, total = len(found.n_rows), sum(found.n_rows)
    df, baseline_df = int(fit["df"]), int(fit["baseline_df"])
    factor = (found.saturated_trace - found.trace) / df if df else float("nan")
    baseline_factor = (found.saturated_trace - found.baseline_trace) / baseline_df
    scaled, baseline = fit["chisq"] / factor if df else 0.0, fit["baseline_chisq"] / baseline_factor
    more = {"chisq_scaled": scaled, "df_scaled": float(df), "pvalue_scaled": tail(scaled, df)}
    more |= {"chisq_scaling_factor": factor, "baseline_chisq_scaled": baseline}
    more |= {"baseline_df_scaled": float(baseline_df), "baseline_pvalue_scaled": tail(baseline, baseline_df)}
    more["baseline_chisq_scaling_factor"] = baseline_factor
    indices = incremental(scaled, df, baseline, baseline_df) | rmsea_of(scaled, df, total, n_groups=groups)
    more |= {f"{name}_scaled": value for name, value in indices.items()}
    if not df or not found.complete:
        return more
    robust = incremental(
        fit["chisq"] - factor * df + df,
        df,
        fit["baseline_chisq"] - baseline_factor * baseline_df + baseline_df,
        baseline_df,
    )
    error = {name: value * factor**0.5 for name, value in rmsea_of(scaled, df, total, n_groups=groups).items()}
    del error["rmsea_pvalue"]
    return more | {f"{name}_robust": value for name, value in (robust | error).items()}


def _srmr(found: Likelihoods, implied: Sequence[Array]) -> float:
    """Return the root mean square of the standardised residuals, of means too where they are modelled."""
    p, total = found.n_items, 0.0
    for n, sample, model in zip(found.n_rows, found.moments, implied, strict=True):
        covariance = split_moments(sample, p)[1]
        scale = np.sqrt(covariance.diagonal())
        first, second = moment_pairs(p)
        away = (sample - model) / np.concatenate([scale, scale[first] * scale[second]])
        kept = away if found.models_means else away[p:]
        total += n / sum(found.n_rows) * float(np.sqrt(np.mean(kept**2)))
    return total
