"""A regression to Tables: the design first, then the slopes, then what stands beside and behind them."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pandas as pd

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.outcomes.corrected import CorrectedRegression
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.regress import Regression
from kadsurvey.report.builders.assumptions import assumption_tables
from kadsurvey.report.builders.missing_outcomes import missing_outcomes_table
from kadsurvey.report.builders.robustness import robustness_table, variants_table
from kadsurvey.report.table import Column, Row, Table, rows_of

_INTERCEPT = "intercept"


def analysis_tables(analysis: Analysis) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Return the tables to show, in their order, and those that only the workbook holds."""
    regression = analysis.regression
    shown = [design_table(regression), regression_table(regression)]
    if not regression.marginal.empty:
        shown.append(_marginal(regression))
    if analysis.composite is not None:
        shown.append(_composite(analysis.composite))
    if analysis.corrected is not None:
        shown.append(corrected_table(analysis.corrected))
    if not regression.beside.empty:
        shown.append(_beside(regression))
    if not regression.contextual.empty:
        shown.append(_contextual(regression))
    if not regression.aggregation.empty:
        shown.append(_aggregation(regression))
    if analysis.missing is not None:
        shown.append(missing_outcomes_table(analysis.missing))
    tests, details = assumption_tables(regression)
    shown += tests
    if analysis.robustness is not None:
        shown.append(robustness_table(analysis.robustness))
        details = (*details, variants_table(analysis.robustness))
    return tuple(shown), details


def design_table(regression: Regression) -> Table:
    """Lay out what this design can answer: level, bodies, respondents, degrees of freedom, smallest effect."""
    design = regression.design
    rows: list[tuple[str, object]] = [
        ("level", Text(f"tables.level_{design.level}")),
        ("bodies", design.n_bodies),
        ("members", design.n_members or None),
        ("rows", design.n_rows if design.level == "body_year" else None),
        ("respondents", design.n_respondents or None),
        ("respondents_a_body", round(design.n_respondents / design.n_bodies, 1) if design.n_respondents else None),
        ("residual_df", design.residual_df),
    ]
    if not isnan(design.icc):
        rows.append(("icc", Text("tables.value_2", {"value": design.icc})))
    if design.level != "body":
        rows.append(("effective_n", round(design.effective_n)))
    rows.append(("detectable_r", Text("tables.at_least_r", {"r": design.detectable_r})))
    if design.detectable_between_r is not None:
        rows.append(("detectable_between_r", Text("tables.at_least_r", {"r": design.detectable_between_r})))
    power = {"bodies": design.n_bodies, "r": design.detectable_r}
    notes = [
        Text(f"tables.note_design_{design.level}"),
        Text("tables.note_design_descriptive" if design.descriptive else "tables.note_design_power", power),
    ]
    if regression.family in ("fixed", "difference"):
        notes.append(Text(f"tables.note_design_{regression.family}", {"bodies": design.n_bodies}))
    return Table(
        key="design",
        title=Text("tables.design", {"outcome": regression.outcome}),
        columns=(Column("what", Text("tables.what")), Column("value", Text("tables.value"))),
        rows=tuple(
            Row({"what": Text(f"tables.design_{key}"), "value": value}) for key, value in rows if value is not None
        ),
        notes=tuple(notes),
        result="Regression",
    )


def regression_table(regression: Regression) -> Table:
    """Lay out the slopes with their standard errors, intervals and tests."""
    family = "" if regression.family in (*LINEAR, "mixed", "ordered") else "_glm"
    notes: list[Label] = [
        Text(f"tables.note_inference_{regression.inference}{family}", {"clusters": regression.clusters}),
        _fit_note(regression),
    ]
    if regression.family != "ols":
        notes.append(Text(f"tables.note_family_{regression.family}"))
    if not regression.contextual.empty:
        notes.append(Text("tables.note_within_between"))
    if adjusted := "p_holm" in regression.table:
        notes.append(Text("tables.note_holm"))
    notes.append(Text("tables.note_not_causal"))
    return Table(
        key="regression",
        title=Text("tables.regression", {"outcome": regression.outcome}),
        columns=(
            Column("term", Text("tables.term")),
            *_slope_columns(),
            Column("beta", "beta", "number", 2),
            *((Column("p_holm", "p (Holm)", "p_value"),) if adjusted else ()),
        ),
        rows=rows_of(_named(regression.table)),
        notes=tuple(notes),
        result="Regression",
    )


def _fit_note(regression: Regression) -> Label:
    fit = regression.fit
    rows = {"n": regression.n, "bodies": regression.clusters}
    if regression.family == "mixed":
        return Text("tables.note_fit_mixed", {"icc_member": 0.0, **fit, **rows})
    if regression.family not in LINEAR:
        return Text("tables.note_fit_family", {"pseudo_r2": fit["pseudo_r2"], **rows})
    f = {"f": fit["f_statistic"], "df1": fit["f_df1"], "df2": fit["f_df2"]}
    test = Text("tables.no_f_test" if isnan(fit["f_statistic"]) else "tables.f_test", f)
    kind = "_within" if regression.family == "fixed" else ""
    shares = {"r2": fit[f"r2{kind}"], "adj_r2": fit[f"adj_r2{kind}"]}
    return Text(f"tables.note_fit{kind}", {**shares, "test": test, **rows})


def _marginal(regression: Regression) -> Table:
    return Table(
        key="marginal",
        title=Text("tables.marginal"),
        columns=(Column("term", Text("tables.term")), *_slope_columns()),
        rows=rows_of(regression.marginal.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_marginal"),),
        result="Regression",
    )


def _composite(regression: Regression) -> Table:
    table = regression_table(regression)
    return replace(
        table, key="composite", title=Text("tables.composite"), notes=(Text("tables.note_composite"), *table.notes)
    )


def corrected_table(corrected: CorrectedRegression) -> Table:
    """Lay out naive and corrected slopes side by side."""
    notes: list[Label] = [
        Text("tables.note_corrected", {"n": corrected.n, "bodies": corrected.clusters}),
        Text(f"tables.note_corrected_{corrected.level}"),
    ]
    if beside := corrected.level == "respondent":
        notes.append(Text("tables.note_se_independent"))
    return Table(
        key="corrected",
        title=Text("tables.corrected"),
        columns=(
            Column("term", Text("tables.term")),
            Column("naive", Text("tables.naive"), "number", 3),
            Column("estimate", Text("tables.corrected_slope"), "number", 3),
            *_slope_columns()[1:],
            *((Column("std_error_independent", Text("tables.se_independent"), "number", 3),) if beside else ()),
            Column("reliability", Text("tables.reliability_of_predictor"), "bounded", 2),
        ),
        rows=rows_of(corrected.table.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=tuple(notes),
        result="CorrectedRegression",
    )


def _beside(regression: Regression) -> Table:
    frame = regression.beside[regression.beside["term"] != _INTERCEPT]
    kinds = list(dict.fromkeys(frame["kind"]))
    words = {kind: Text(f"tables.kind_{kind}") for kind in kinds}
    return Table(
        key="other_inference",
        title=Text("tables.other_inference"),
        columns=(Column("term", Text("tables.term")), *_slope_columns()),
        rows=tuple(Row(record, group=words[str(record["kind"])]) for record in _named(frame)),
        notes=tuple(Text(f"tables.note_kind_{kind}") for kind in kinds),
        result="Regression",
    )


def _contextual(regression: Regression) -> Table:
    return Table(
        key="contextual",
        title=Text("tables.contextual"),
        columns=(Column("predictor", Text("tables.predictor")), *_slope_columns()),
        rows=rows_of(regression.contextual.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_contextual"),),
        result="Regression",
    )


def _aggregation(regression: Regression) -> Table:
    frame = regression.aggregation.reset_index(names="variable")
    return Table(
        key="aggregation",
        title=Text("tables.aggregation"),
        columns=(
            Column("variable", Text("tables.variable")),
            Column("n_bodies", Text("tables.design_bodies"), "integer"),
            Column("mean_n", Text("tables.design_respondents_a_body"), "number", 1),
            Column("icc1", "ICC(1)", "bounded", 2),
            Column("icc2", "ICC(2)", "bounded", 2),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_aggregation"),),
        result="Regression",
    )


def _slope_columns() -> tuple[Column, ...]:
    return (
        Column("estimate", "B", "number", 3),
        Column("std_error", Text("tables.std_error"), "number", 3),
        Column("statistic", "t", "number", 2),
        Column("df", Text("tables.df"), "number", 1),
        Column("p_value", "p", "p_value"),
        Column("ci_low", Text("tables.low"), "number", 3, Text("tables.ci95")),
        Column("ci_high", Text("tables.high"), "number", 3, Text("tables.ci95")),
    )


def _named(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows as records, the intercept under its own word."""
    records = frame.to_dict(orient="records")
    return [
        {**record, "term": Text("tables.intercept") if record["term"] == _INTERCEPT else record["term"]}  # type: ignore[dict-item]
        for record in records
    ]
