"""What the answers say about the items: how often each was answered, its range, whether it is keyed the right way."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument

Array: TypeAlias = NDArray[np.float64]

ENOUGH = 30
"""Answers from which on a correlation's sign and an unused point of a scale mean anything."""

_CONFIDENCE = 0.95


def item_statistics(responses: Responses) -> pd.DataFrame:
    """Describe the answers to each item.

    Returns
    -------
    DataFrame, index ``item``
        ``n`` answers, ``missing``, ``missing_share``, ``dont_know``; ``mean``, ``sd``, ``minimum``, ``maximum`` of the
        coded (reversed) answers; ``item_rest``, the correlation with the mean of the construct's other items where at
        least half of them are answered, ``item_rest_low`` and ``item_rest_high``, its 95% limits (Fisher), which take
        respondents as independent, and ``item_rest_n``.
    """
    items = responses.items
    n = items.notna().sum()
    statistics = pd.DataFrame(
        {
            "n": n,
            "missing": len(items) - n,
            "missing_share": items.isna().mean(),
            "dont_know": responses.dont_know.sum(),
            "mean": items.mean(),
            "sd": items.std(),
            "minimum": items.min(),
            "maximum": items.max(),
        }
    )
    return statistics.rename_axis("item").join(_item_rest(responses))


def item_findings(statistics: pd.DataFrame, responses: Responses) -> list[Finding]:
    """Name the items that cannot be used, that run against their construct, and points of scales that nobody chose."""
    instrument = responses.instrument
    not_asked = _not_asked(statistics, instrument)
    asked = [name for name in statistics.index if instrument.construct_of[name] not in not_asked]
    return [
        *_unusable(statistics.loc[asked], instrument),
        *_keying(statistics.loc[asked], instrument),
        *_unused_points(responses, [name for name in asked if statistics.loc[name, "n"]]),
    ]


def _not_asked(statistics: pd.DataFrame, instrument: Instrument) -> set[str]:
    """Return the constructs beside the predictors that nobody was asked; a predictor cannot be left out."""
    return {
        name
        for name, construct in instrument.constructs.items()
        if construct.role != "predictor" and not statistics.loc[list(construct.items), "n"].any()
    }


def _unusable(statistics: pd.DataFrame, instrument: Instrument) -> Iterator[Finding]:
    for name, n, low, high in statistics[["n", "minimum", "maximum"]].itertuples():
        params = {"item": name, "construct": instrument.construct_of[name]}
        if not n:
            yield Finding("quality.item_without_answers", "error", params)
        elif low == high:
            yield Finding("quality.item_without_variance", "error", {**params, "n": int(n)})


def _keying(statistics: pd.DataFrame, instrument: Instrument) -> Iterator[Finding]:
    columns = ["item_rest", "item_rest_low", "item_rest_high", "item_rest_n"]
    for name, r, low, high, n in statistics[columns].itertuples():
        # Only where the whole interval is below zero; a small sample says nothing of the sign.
        if n >= ENOUGH and high < 0:
            params = {"item": name, "construct": instrument.construct_of[name], "r": r, "low": low, "high": high}
            yield Finding("quality.keying", "warning", {**params, "n": int(n)})


def _unused_points(responses: Responses, asked: list[str]) -> Iterator[Finding]:
    """Name the points nobody chose: once for a scale where none of its items has them, else item by item."""
    instrument = responses.instrument
    for scale_name, scale in instrument.scales.items():
        items = [name for name in asked if instrument.items[name].scale == scale_name]
        counts = {name: count for name in items if (count := int(responses.data[name].count())) >= ENOUGH}
        unused = {name: sorted(set(scale.codes) - _ticked(responses.data[name], name, instrument)) for name in counts}
        if not unused:
            continue
        never = sorted(set.intersection(*map(set, unused.values())))
        if never:
            params = {"scale": scale_name, "codes": [str(code) for code in never], "items": len(unused)}
            yield Finding("quality.scale_point_unused", "warning", params)
        for name, codes in unused.items():
            if own := [str(code) for code in codes if code not in never]:
                yield Finding("quality.category_unused", "note", {"item": name, "codes": own, "n": counts[name]})


def _ticked(column: pd.Series, item: str, instrument: Instrument) -> set[float]:
    scale, turned = instrument.scale_of(item), instrument.items[item].reverse
    return {scale.reversed_code(code) if turned else code for code in column.dropna().unique().tolist()}


def _item_rest(responses: Responses) -> pd.DataFrame:
    instrument = responses.instrument
    found = dict.fromkeys(instrument.items, (np.nan, np.nan, np.nan, 0))
    for construct in instrument.constructs_with(kind="reflective"):
        codes = instrument.item_codes(construct)
        values = responses.data[codes].to_numpy(dtype=np.float64)
        answered = np.isfinite(values)
        total, count = np.where(answered, values, 0.0).sum(axis=1), answered.sum(axis=1)
        for at, name in enumerate(codes):
            others = count - answered[:, at]
            rows = answered[:, at] & (others > 0) & (2 * others >= len(codes) - 1)
            rest = (total[rows] - values[rows, at]) / others[rows]
            found[name] = _correlation(values[rows, at], rest)
    columns = ["item_rest", "item_rest_low", "item_rest_high", "item_rest_n"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns)


def _correlation(item: Array, rest: Array) -> tuple[float, float, float, int]:
    n = len(item)
    if n < 4 or np.ptp(item) == 0 or np.ptp(rest) == 0:
        return np.nan, np.nan, np.nan, n
    r = float(np.corrcoef(item, rest)[0, 1])
    reach = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2) / np.sqrt(n - 3)
    centre = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return r, float(np.tanh(centre - reach)), float(np.tanh(centre + reach)), n
