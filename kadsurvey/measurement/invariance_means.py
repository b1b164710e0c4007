"""How far the groups' means are apart: in the answers, with all items held alike, and with some let differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kadsurvey.measurement.invariance_family import F, Family
from kadsurvey.measurement.invariance_steps import Steps, latent_means

_LEAST_SHARE_ANSWERED = 0.5
"""A respondent's mean counts where at least this share of the construct's items is answered, as in the indices."""


def mean_differences(
    answers: pd.DataFrame,
    group: pd.Series[str],
    order: Sequence[str],
    model: Mapping[str, Sequence[str]],
    *,
    family: Family[F],
    found: Steps[F],
) -> pd.DataFrame:
    """Return the table that `Invariance.means` describes.

    Parameters
    ----------
    answers : DataFrame, respondent x item
        As given, categories not merged.
    group : Series, the same index
    order : sequence of str
        The groups, the reference first.
    model : mapping of construct to items
    family : Family
    found : Steps
    """
    configural = found.models[0].fit
    full, full_se = latent_means(family, {}, configural)
    partial, partial_se = (np.full_like(full, np.nan) for _ in range(2))
    if found.freed and found.broken_at is None:
        partial, partial_se = latent_means(family, found.freed, configural)
    rows = []
    for factor, (construct, block) in enumerate(model.items()):
        scored = _scored(answers[list(block)])
        means, spread = scored.groupby(group).mean(), scored[group == order[0]].std()
        for place, name in enumerate(order[1:], start=1):
            raw = float(means[name] - means[order[0]])
            rows.append(
                {
                    "construct": construct,
                    "group": name,
                    "raw": raw,
                    "standard": raw / spread,
                    "full": full[place, factor],
                    "full_se": full_se[place, factor],
                    "partial": partial[place, factor],
                    "partial_se": partial_se[place, factor],
                    "shift": partial[place, factor] - full[place, factor],
                }
            )
    return pd.DataFrame(rows)


def _scored(answers: pd.DataFrame) -> pd.Series[float]:
    mean: pd.Series[float] = answers.mean(axis=1)
    return mean.where(answers.notna().mean(axis=1) >= _LEAST_SHARE_ANSWERED)
