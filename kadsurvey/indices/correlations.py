"""Correlations of the indices, each at its level: within bodies, and between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.indices.score import Indices

CORRELATION_COLUMNS = ("level", "first", "second", "r", "n", "ci_low", "ci_high")
CONFIDENCE = 0.95
LEAST_BODIES = 4
"""Fewest bodies of which a correlation is told."""


def index_correlations(indices: Indices, constructs: Sequence[str]) -> pd.DataFrame:
    """Correlate the indices that feed models, within bodies and between their means.

    Parameters
    ----------
    indices : Indices
    constructs : sequence of str

    Returns
    -------
    DataFrame
        A row a level and pair: ``level`` ("within": respondents about the mean of their body; "between": means of
        bodies; "respondents" where bodies are not known), first, second, r, n (respondents or bodies), and 95% limits
        by Fisher's transformation; NaN within bodies, whose respondents are not independent.

    Notes
    -----
    A pooled correlation over all respondents mixes the two and is not given where bodies are known. Means of few
    respondents are unreliable, so that correlations between bodies are drawn towards those within.

    References
    ----------
    Snijders & Bosker (2012), Multilevel Analysis, 2nd ed., section 3.6.
    """
    columns = {name: indices.respondents[indices.model_column(name)] for name in constructs}
    frame = pd.DataFrame(columns)
    parts: dict[str, pd.DataFrame] = {"respondents": frame}
    if "body" in indices.respondents:
        by_body = frame.groupby(indices.respondents["body"], observed=True)
        parts = {"within": frame - by_body.transform("mean"), "between": by_body.mean()}
    rows = []
    for level, values in parts.items():
        for place, first in enumerate(constructs):
            for second in constructs[place + 1 :]:
                both = values[[first, second]].dropna()
                varies = len(both) > 2 and bool((both.std() > 0).all())
                if not varies or (level == "between" and len(both) < LEAST_BODIES):
                    continue
                r = float(np.corrcoef(both.to_numpy(float), rowvar=False)[0, 1])
                low, high = _fisher(r, len(both)) if level != "within" else (np.nan, np.nan)
                rows.append((level, first, second, r, len(both), low, high))
    return pd.DataFrame(rows, columns=list(CORRELATION_COLUMNS))


def _fisher(r: float, n: int) -> tuple[float, float]:
    if n <= 3:
        return float("nan"), float("nan")
    reach = stats.norm.ppf((1 + CONFIDENCE) / 2) / np.sqrt(n - 3)
    centre = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return float(np.tanh(centre - reach)), float(np.tanh(centre + reach))
