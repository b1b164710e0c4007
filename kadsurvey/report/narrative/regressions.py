"""Sentences on the regressions: what a design can find, each slope, its correction, and other fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import pandas as pd

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.regress import Regression
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import listed, records, term_words, variable_words

INTERCEPT = "intercept"
_TESTED = ("estimate", "std_error", "statistic", "df", "p_value", "ci_low", "ci_high")


def regression(analysis: Analysis, instrument: Instrument) -> Prose:
    """Say what the design can find, how much the model accounts for, and every slope with its test."""
    model = analysis.regression
    sentences = [*design(model, instrument), *_fit(model)]
    sentences += _slopes(model, instrument)
    if analysis.missing is not None:
        params = {"count": len(analysis.missing.without)}
        total = len(analysis.missing.without) + len(analysis.missing.with_outcome)
        sentences.append(Text("narrative.without_outcome", params | {"total": total}))
    if analysis.composite is not None:
        sentences.append(Text("narrative.composite"))
        sentences += _slopes(analysis.composite, instrument)
    if of_one_source(analysis):
        sentences.append(Text("narrative.same_source"))
    sentences.append(Text("narrative.not_causal"))
    cites = ("podsakoff2003",) if of_one_source(analysis) else ()
    return Prose(tuple(sentences), refers=("design", "regression"), cites=cites)


def of_one_source(analysis: Analysis) -> bool:
    """Whether the respondents answered both outcome and predictors."""
    return any(finding.code == "outcomes.same_source" for finding in analysis.findings)


def slopes(model: Regression) -> list[dict[str, Any]]:
    """Return the rows of a model's table without the intercept, as records."""
    return records(model.table[model.table["term"] != INTERCEPT])


def design(model: Regression, instrument: Instrument) -> Iterator[Label]:
    """Say on how many bodies a model rests, and the smallest effect it would find."""
    found = model.design
    params = {
        "outcome": variable_words(instrument, model.outcome),
        "bodies": found.n_bodies,
        "n": found.n_respondents if found.level != "body_year" else found.n_rows,
        "r": found.detectable_r,
        "df": found.residual_df,
    }
    known = found.level != "body" or found.n_respondents > 0
    yield Text(f"narrative.design_{found.level}" if known else "narrative.design_only_bodies", params)
    if found.descriptive:
        yield Text("narrative.design_descriptive", params)
        return
    yield Text("narrative.design_power", params)
    if found.detectable_between_r is not None:
        yield Text("narrative.design_power_between", {"r": found.detectable_between_r, "bodies": found.n_bodies})


def _fit(model: Regression) -> Iterator[Label]:
    fit = model.fit
    if model.family == "mixed":
        return
    if model.family not in LINEAR:
        yield Text("narrative.pseudo_r2", {"r2": fit["pseudo_r2"]})
        return
    kind, suffix = ("within", "_within") if model.family == "fixed" else ("total", "")
    params = {"r2": fit[f"r2{suffix}"], "adj_r2": fit[f"adj_r2{suffix}"]}
    test = {"f": fit["f_statistic"], "df1": fit["f_df1"], "df2": fit["f_df2"], "p": fit["f_p_value"]}
    if model.design.descriptive or not all(isfinite(value) for value in test.values()):
        yield Text(f"narrative.r2_{kind}", params)
    else:
        yield Text(f"narrative.r2_{kind}_f", params | test)


def _slopes(model: Regression, instrument: Instrument) -> list[Label]:
    rows = slopes(model)
    return [slope(row, instrument, alone=len(rows) == 1) for row in rows]


def slope(row: Mapping[str, Any], instrument: Instrument, *, alone: bool = False) -> Label:
    """Return the sentence of one slope: its estimate, interval and test, and what the interval includes.

    Parameters
    ----------
    row : mapping
        Of the model's table.
    instrument : Instrument
    alone : bool
        Whether the model has no other term that could be held equal.
    """
    params = {"term": term_words(instrument, str(row["term"])), **{name: row[name] for name in _TESTED}}
    if not isfinite(row["p_value"]):
        return Text("narrative.slope_described", params)
    if not isfinite(row["ci_low"]):
        return Text("narrative.slope_p", params)
    found = reading(row)
    kind = "category_" if str(row["term"]).endswith("]") else "alone_" if alone and found != "open" else ""
    params["reading"] = Text(f"narrative.reading_{kind}{found}")
    if isfinite(row.get("p_holm", float("nan"))):
        return Text("narrative.slope_holm", params | {"p_holm": row["p_holm"]})
    if not isfinite(row["df"]) or not isfinite(row["statistic"]):
        return Text("narrative.slope_no_df", params)
    return Text("narrative.slope", params)


def reading(row: Mapping[str, Any]) -> str:
    """Return whether an interval lies above zero, below, or includes it."""
    if row["ci_low"] > 0:
        return "above"
    return "below" if row["ci_high"] < 0 else "open"


def corrected(analysis: Analysis, instrument: Instrument) -> Prose | None:
    """Set corrected slopes beside the naive ones, or say why they are withheld; None where none can be had."""
    withheld = [finding for finding in analysis.findings if finding.code == "outcomes.corrected_withheld"]
    if withheld:
        return Prose((Text("narrative.corrected_withheld", {"reason": withheld[0].params["reason"]}),))
    found = analysis.corrected
    if found is None:
        return None
    params = {"n": found.n, "bodies": found.clusters, "outcome": variable_words(instrument, found.outcome)}
    sentences: list[Label] = [Text(f"narrative.corrected_{found.level}", params)]
    for row in records(found.table):
        if row["term"] in found.predictors:
            sentences.append(_corrected_slope(row, instrument))
    sentences.append(Text("narrative.corrected_noise"))
    cites = ("croon2002",) if found.level == "respondent" else ("croon2007",)
    return Prose(tuple(sentences), refers=("corrected",), cites=cites)


def _corrected_slope(row: Mapping[str, Any], instrument: Instrument) -> Label:
    names = ("naive", "estimate", "ci_low", "ci_high", "reliability")
    params = {"term": term_words(instrument, str(row["term"])), **{name: row[name] for name in names}}
    if not isfinite(row["ci_low"]):
        return Text("narrative.corrected_slope_no_interval", params)
    params["reading"] = Text(f"narrative.zero_{reading(row)}")
    return Text("narrative.corrected_slope", params)


def robustness(analysis: Analysis, instrument: Instrument) -> Prose | None:
    """Say in how many other fits each slope keeps its sign and its verdict; None where it was not asked for."""
    found = analysis.robustness
    if found is None:
        return None
    sentences: list[Label] = []
    if found.summary.empty:
        sentences.append(Text("narrative.robustness_none"))
    else:
        counts = found.summary.groupby("term", sort=False)[
            ["variants", "same_sign", "same_verdict", "with_verdict"]
        ].sum()
        sentences.append(Text("narrative.robustness", {"variants": int(counts["variants"].max())}))
        sentences += [_kept(str(term), row, instrument) for term, row in counts.iterrows()]
    if len(found.failed):
        sentences.append(Text("narrative.robustness_failed", {"count": len(found.failed)}))
    return Prose(tuple(sentences), refers=("robustness",), cites=("simonsohn2020",))


def _kept(term: str, row: pd.Series, instrument: Instrument) -> Label:
    params: dict[str, object] = {"term": term_words(instrument, term), **{name: int(n) for name, n in row.items()}}  # type: ignore[misc]
    all_alike = row["same_sign"] == row["variants"] and row["same_verdict"] == row["with_verdict"]
    if not row["with_verdict"]:
        return Text("narrative.robust_signs", params)
    return Text("narrative.robust_wholly" if all_alike else "narrative.robust_partly", params)


def assumptions(analysis: Analysis, instrument: Instrument) -> Prose | None:
    """Say which tests of assumptions reject at 5%, and how collinear the terms are; None where none was run."""
    found = analysis.regression.diagnostics
    sentences: list[Label] = []
    if not found.tests.empty and found.tests["p_value"].notna().any():
        judged = found.tests.dropna(subset=["p_value"])
        rejected = judged[judged["rejected"].astype(bool)]
        if rejected.empty:
            sentences.append(Text("narrative.assumptions_hold", {"tests": len(judged)}))
        else:
            named = [
                Text("narrative.assumption_test", {"test": Text(f"tables.test_{row['test']}"), "p": row["p_value"]})
                for row in records(rejected)
            ]
            sentences.append(Text("narrative.assumptions_fail", {"tests": len(judged), "named": listed(named)}))
    if len(found.vif) > 1:
        sentences.append(
            Text(
                "narrative.vif",
                {"vif": float(found.vif.max()), "term": term_words(instrument, str(found.vif.idxmax()))},
            )
        )
    sentences.append(Text("tables.note_durbin_watson"))
    return Prose(tuple(sentences), refers=("assumptions", "collinearity")) if len(sentences) > 1 else None
