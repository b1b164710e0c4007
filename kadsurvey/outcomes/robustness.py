"""Whether a slope depends on choices that could have been made otherwise: scoring, inference, controls, bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError, StatisticsError
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.regress import Inference, Regression, regress
from kadsurvey.outcomes.within_between import belongs_to
from kadsurvey.results import Result

LEVEL = 0.05
_INFERENCES: dict[str, tuple[Inference, ...]] = {
    "body": ("hc3", "ols", "permutation"),
    "respondent": ("cr3", "wild"),
    "body_year": ("cr3", "wild"),
}


@dataclass(frozen=True, slots=True)
class Robustness(Result):
    """The slopes of a model under other choices, one choice changed at a time.

    Attributes
    ----------
    variants : DataFrame
        A row a variant and slope: dimension (main, scoring, inference, controls, bodies), variant, term, estimate,
        std_error, p_value, ci_low, ci_high (indices of another scoring are given the spread of the main one, which
        leaves p as it is), ``same_sign`` and ``same_verdict`` as the main model (p below .05 or not).
    summary : DataFrame
        A row a slope and dimension: term, dimension, and the counts variants, same_sign, same_verdict, with_verdict
        (variants that have a p value).
    failed : DataFrame
        dimension, variant of those that could not be fitted.
    """

    variants: pd.DataFrame
    summary: pd.DataFrame
    failed: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the variants."""
        return self.variants


def robustness(
    data: Mapping[str, pd.DataFrame],
    main: Regression,
    *,
    cluster: str | None,
    time: str | None = None,
    within_between: bool,
    exposure: str | None = None,
    nested: str | None = None,
    interactions: Sequence[tuple[str, str]] = (),
) -> Robustness:
    """Fit a model again under other choices.

    Parameters
    ----------
    data : mapping of scoring to DataFrame
        The rows of the model under each scoring of its indices; the first is the main one.
    main : Regression
        The model as printed.
    cluster : str or None
        Column of the body; None where each row is a body.
    time, within_between, exposure, nested, interactions : str or None; bool; pairs of str
        As the main model.
    """
    first = next(iter(data.values()))
    level = "auto" if cluster is None or time is not None else main.design.level
    settings = {"cluster": cluster, "time": time, "level": level, "within_between": within_between, "seed": main.seed}
    rows, failed = [_rows("main", "main", main)], []
    for dimension, variant, frame, changed in _variants(data, first, main, cluster):
        inference = main.inference if main.family in LINEAR else "auto"
        same: dict[str, Any] = {"controls": main.controls, "inference": inference, "family": main.family}
        others = {"exposure": exposure, "nested": nested, "interactions": interactions, "diagnosed": False}
        options = {**same, **others, **settings, **changed}
        try:
            found = regress(frame, main.outcome, main.predictors, **options)
        except (StatisticsError, DesignError, ArgumentError):
            failed.append((dimension, variant))
        else:
            rows.append(_rows(dimension, variant, found))
    table = _compared(pd.concat(rows, ignore_index=True))
    return Robustness(table, _summary(table), pd.DataFrame(failed, columns=["dimension", "variant"]))


def _variants(
    data: Mapping[str, pd.DataFrame], first: pd.DataFrame, main: Regression, cluster: str | None
) -> Iterator[tuple[str, str, pd.DataFrame, dict[str, Any]]]:
    for scoring, frame in list(data.items())[1:]:
        yield "scoring", scoring, _in_units_of(first, frame, main), {}
    for kind in _INFERENCES[main.design.level] if main.family in LINEAR else ():
        if kind != main.inference:
            yield "inference", kind, first, {"inference": kind}
    if main.controls:
        yield "controls", "none", first, {"controls": ()}
    for left_out in main.controls if len(main.controls) > 1 else ():
        rest = tuple(name for name in main.controls if name != left_out)
        yield "controls", f"without {left_out}", first, {"controls": rest}
    bodies = first.index.to_series() if cluster is None else first[cluster]
    for body in pd.unique(bodies.dropna()):
        yield "bodies", f"without {body}", first[(bodies != body).to_numpy(dtype=bool, na_value=False)], {}


def _in_units_of(first: pd.DataFrame, frame: pd.DataFrame, main: Regression) -> pd.DataFrame:
    """Give the indices of another scoring the spread that they have in the main one, so that slopes can be compared."""
    changed = frame.copy()
    for name in (main.outcome, *main.predictors, *main.controls):
        if pd.api.types.is_numeric_dtype(frame[name]) and not frame[name].equals(first[name]):
            changed[name] = frame[name] * (first[name].std() / frame[name].std())
    return changed


def _rows(dimension: str, variant: str, found: Regression) -> pd.DataFrame:
    names = tuple(name for name in found.table["term"] if belongs_to(str(name), found.predictors))
    columns = ["term", "estimate", "std_error", "p_value", "ci_low", "ci_high"]
    table = found.table.loc[found.table["term"].isin(names), columns]
    return table.assign(dimension=dimension, variant=variant)


def _compared(table: pd.DataFrame) -> pd.DataFrame:
    main = table[table["dimension"] == "main"].set_index("term")
    estimate, p_value = table["term"].map(main["estimate"]), table["term"].map(main["p_value"])
    known = table["p_value"].notna() & p_value.notna()
    agree = ((table["p_value"] < LEVEL) == (p_value < LEVEL)).astype(object).where(known, None)
    first = ["dimension", "variant", "term"]
    compared = table.assign(same_sign=np.sign(table["estimate"]) == np.sign(estimate), same_verdict=agree)
    return compared[[*first, *(name for name in compared.columns if name not in first)]]


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    others = table[table["dimension"] != "main"]
    for term in pd.unique(table["term"]):
        for dimension, part in others[others["term"] == term].groupby("dimension", sort=False):
            verdicts = part["same_verdict"].dropna()
            counts = {"variants": len(part), "same_sign": int(part["same_sign"].sum())}
            agreed = {"same_verdict": int(verdicts.sum()), "with_verdict": len(verdicts)}
            rows.append({"term": term, "dimension": dimension, **counts, **agreed})
    columns = ["term", "dimension", "variants", "same_sign", "same_verdict", "with_verdict"]
    return pd.DataFrame(rows, columns=columns)
