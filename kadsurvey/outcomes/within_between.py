"""A predictor of respondents as two: how they differ from their body's mean, and how the bodies' means differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

WITHIN, BETWEEN = "_within", "_between"


@dataclass(frozen=True, slots=True)
class Split:
    """The data with predictors split, and which terms came of it.

    Attributes
    ----------
    data : DataFrame
        The rows given, with ``<p>_within`` and ``<p>_between`` for each predictor split.
    terms : tuple of str
        Predictors in their order, each split one as its two terms.
    split : tuple of str
        Predictors that vary within clusters.
    """

    data: pd.DataFrame
    terms: tuple[str, ...]
    split: tuple[str, ...]


def split_within_between(data: pd.DataFrame, predictors: Sequence[str], cluster: str) -> Split:
    """Split each number that varies within clusters into its deviation from the cluster's mean and that mean.

    A pooled slope mixes the two, though they can differ and even have opposite signs. Categories, and numbers with one
    value a cluster, stay as they are.

    References
    ----------
    Mundlak (1978), Econometrica 46, 69-85. Bell, Fairbrother & Jones (2019), Quality & Quantity 53, 1051-1074.
    """
    columns, terms, split = {}, [], []
    for name in predictors:
        if data[name].dtype.kind not in "biuf":
            terms.append(name)
            continue
        grouped = data.groupby(cluster)[name]
        if bool((grouped.min() == grouped.max()).all()):
            terms.append(name)
            continue
        mean = grouped.transform("mean")
        columns[name + WITHIN], columns[name + BETWEEN] = data[name] - mean, mean
        terms += [name + WITHIN, name + BETWEEN]
        split.append(name)
    return Split(data.assign(**columns), tuple(terms), tuple(split))


def belongs_to(term: str, predictors: Sequence[str]) -> bool:
    """Whether a term is a predictor, one of its two parts, or an indicator of it."""
    return any(term in (name, name + WITHIN, name + BETWEEN) or term.startswith(f"{name}[") for name in predictors)
