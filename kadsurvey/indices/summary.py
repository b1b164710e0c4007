"""Means of an index by body, member or group, with what is too small left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.indices.suppression import suppressed

SUMMARY_COLUMNS = ("construct", "n", "mean", "std_error", "ci_low", "ci_high", "mean_z", "suppressed")

_CONFIDENCE = 0.95


def summarise(
    respondents: pd.DataFrame, by: str | list[str], constructs: Sequence[str], *, min_cell: int
) -> pd.DataFrame:
    """Return the mean index per unit and construct, a row each.

    The interval is Student's over the unit's respondents, who are taken as independent within it.

    Parameters
    ----------
    respondents : DataFrame
        Indexed by respondent_id, with the columns of ``by``, ``<construct>_100`` and ``<construct>_z``.
    by : str or list of str
        Column(s) of the unit.
    constructs : sequence of str
    min_cell : int
        Fewest respondents of which a mean is shown; below it every number of the row but n is NaN.

    Returns
    -------
    DataFrame
        Indexed by unit: construct, n, mean (0-100), std_error, ci_low, ci_high, mean_z, suppressed.
    """
    parts = []
    for construct in constructs:
        scored = respondents.dropna(subset=[f"{construct}_100"])
        grouped = scored.groupby(by, sort=True, observed=True)
        index = grouped[f"{construct}_100"]
        part = pd.DataFrame(
            {"n": grouped.size(), "mean": index.mean(), "std_error": index.std() / np.sqrt(grouped.size())}
        )
        reach = part["std_error"] * stats.t.ppf((1 + _CONFIDENCE) / 2, (part["n"] - 1).clip(lower=1))
        part["ci_low"], part["ci_high"] = part["mean"] - reach, part["mean"] + reach
        part["mean_z"] = grouped[f"{construct}_z"].mean() if f"{construct}_z" in scored else np.nan
        part["suppressed"] = suppressed(part["n"], min_cell)
        part.loc[part["suppressed"], ["mean", "std_error", "ci_low", "ci_high", "mean_z"]] = np.nan
        part.insert(0, "construct", construct)
        parts.append(part)
    return pd.concat(parts) if parts else pd.DataFrame(columns=list(SUMMARY_COLUMNS))
