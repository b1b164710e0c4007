"""Fit of a categorical factor model: chi-square, its scaled-shifted version, and the indices made from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chndtr
from scipy.stats import chi2 as chi_square

Array = NDArray[np.float64]

_CLOSE_FIT = 0.05
"""RMSEA below which fit is called close (Browne & Cudeck 1993)."""

_COVERAGE = 0.90
"""Of the RMSEA's interval, by custom."""


def scaled_shifted(chisq: float, product: Array, df: int) -> tuple[float, float, float]:
    """Return the chi-square with the mean and variance of its df, the factor it was divided by, and the shift.

    Parameters
    ----------
    chisq : float
    product : ndarray, shape (n_pairs, n_pairs)
        Residual weight matrix U of the model times the asymptotic covariance of the correlations (times rows).
    df : int

    References
    ----------
    Asparouhov & Muthen (2010), Simple second order chi-square correction, Mplus technical appendix.
    """
    return shifted(chisq, df, trace=float(np.trace(product)), trace_squared=float(np.sum(product * product.T)))


def shifted(chisq: float, df: int, *, trace: float, trace_squared: float) -> tuple[float, float, float]:
    """Return what `scaled_shifted` does, from the traces of the product and of its square."""
    stretch = float(np.sqrt(df / trace_squared))
    shift = df - stretch * trace
    return stretch * chisq + shift, 1 / stretch, shift


def rmsea_of(chisq: float, df: int, n: int, *, n_groups: int = 1) -> dict[str, float]:
    """Return the RMSEA, its 90% interval and the p-value of close fit, under the names rmsea, rmsea_ci_lower, ...

    ``n`` is what the chi-square counts: all rows, or those less the number of groups. With several groups it is per
    group (Steiger 1998): the root of their number times what all rows together give.
    """
    if df == 0:
        return {"rmsea": 0.0, "rmsea_ci_lower": 0.0, "rmsea_ci_upper": 0.0, "rmsea_pvalue": float("nan")}
    unit = df * n / n_groups
    tail = (1 - _COVERAGE) / 2
    return {
        "rmsea": float(np.sqrt(max(chisq - df, 0.0) / unit)),
        "rmsea_ci_lower": float(np.sqrt(_noncentrality(chisq, df, 1 - tail) / unit)),
        "rmsea_ci_upper": float(np.sqrt(_noncentrality(chisq, df, tail) / unit)),
        "rmsea_pvalue": float(1 - chndtr(chisq, df, _CLOSE_FIT**2 * unit)),
    }


def incremental(chisq: float, df: int, baseline: float, baseline_df: int) -> dict[str, float]:
    """Return the comparative and the Tucker-Lewis index; the latter is NaN for a saturated model."""
    excess, baseline_excess = max(chisq - df, 0.0), max(baseline - baseline_df, chisq - df, 0.0)
    cfi = 1 - excess / baseline_excess if baseline_excess > 0 else 1.0
    denominator = (baseline - baseline_df) * df
    tli = 1 - (chisq - df) * baseline_df / denominator if denominator != 0 else float("nan")
    return {"cfi": cfi, "tli": tli}


def fit_measures(
    residuals: Array,
    sample: Array,
    weights: Array,
    product: Array,
    baseline_product: Array,
    *,
    n_free: int,
    n_thresholds: int,
    n_items: int,
    n_rows: int,
) -> dict[str, float]:
    """Return lavaan's fit measures of a WLSMV model, with ``_`` for ``.`` in their names.

    Parameters
    ----------
    residuals, sample : ndarray, shape (n_pairs,)
        Sample less implied correlations; sample correlations, which are the residuals of the baseline model.
    weights : ndarray, shape (n_pairs,)
        Diagonal weights.
    product, baseline_product : ndarray, shape (n_pairs, n_pairs)
        As in `scaled_shifted`, of the model and of the one without correlations.
    n_free, n_thresholds, n_items, n_rows : int
        Free loadings and factor parameters; thresholds; items; rows.
    """
    baseline_df = len(sample)
    df = baseline_df - n_free
    chisq = (n_rows - 1) * float(weights @ residuals**2)
    baseline = (n_rows - 1) * float(weights @ sample**2)
    fit: dict[str, float] = {"npar": n_free + n_thresholds, "fmin": chisq / (2 * n_rows), "chisq": chisq, "df": df}
    fit["pvalue"] = tail(chisq, df)
    baseline_scaled, baseline_factor, _ = scaled_shifted(baseline, baseline_product, baseline_df)
    scaled, factor, shift = scaled_shifted(chisq, product, df) if df else (0.0, float("nan"), float("nan"))
    fit |= {"chisq_scaled": scaled, "df_scaled": df, "pvalue_scaled": tail(scaled, df)}
    fit |= {"chisq_scaling_factor": factor, "chisq_shift": shift}
    fit |= {"baseline_chisq": baseline, "baseline_df": baseline_df, "baseline_pvalue": tail(baseline, baseline_df)}
    fit |= {"baseline_chisq_scaled": baseline_scaled, "baseline_df_scaled": baseline_df}
    fit |= {"baseline_pvalue_scaled": tail(baseline_scaled, baseline_df)}
    fit["baseline_chisq_scaling_factor"] = baseline_factor
    fit |= incremental(chisq, df, baseline, baseline_df)
    scaled_indices = incremental(scaled, df, baseline_scaled, baseline_df) | rmsea_of(scaled, df, n_rows - 1)
    fit |= rmsea_of(chisq, df, n_rows - 1)
    fit |= {f"{name}_scaled": value for name, value in scaled_indices.items()}
    squared = float(np.sum(residuals**2))
    fit["srmr"] = float(np.sqrt(squared / (n_items * (n_items + 1) / 2)))
    return fit


def tail(chisq: float, df: int) -> float:
    """Return the p value of a chi-square; NaN without degrees of freedom."""
    return float(chi_square.sf(chisq, df)) if df else float("nan")


def _noncentrality(chisq: float, df: int, below: float) -> float:
    """Return the noncentrality at which a chi-square falls below the observed one with this probability; at least 0."""
    if chndtr(chisq, df, 0.0) <= below:
        return 0.0
    high = max(chisq, 1.0)
    while chndtr(chisq, df, high) > below:
        high *= 2
    return float(brentq(lambda value: chndtr(chisq, df, value) - below, 0.0, high, xtol=1e-10, rtol=1e-12))
