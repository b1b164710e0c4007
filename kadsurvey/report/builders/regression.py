"""A regression to Tables: the design first, then the slopes."""

from __future__ import annotations

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.regress import Regression
from kadsurvey.report.table import Column, Row, Table, rows_of

_INTERCEPT = "intercept"


def design_table(regression: Regression) -> Table:
    """Lay out what this design can answer: level, bodies, respondents, degrees of freedom, smallest effect."""
    design = regression.design
    rows: list[tuple[str, object]] = [
        ("level", Text(f"tables.level_{design.level}")),
        ("bodies", design.n_bodies),
        ("respondents", design.n_respondents or None),
        ("residual_df", design.residual_df),
    ]
    if design.level == "respondent":
        rows += [("icc", f"{design.icc:.2f}"), ("effective_n", round(design.effective_n))]
    rows.append(("detectable_r", Text("tables.at_least_r", {"r": design.detectable_r})))
    return Table(
        key="design",
        title=Text("tables.design", {"outcome": regression.outcome}),
        columns=(Column("what", Text("tables.what")), Column("value", Text("tables.value"))),
        rows=tuple(
            Row({"what": Text(f"tables.design_{key}"), "value": value}) for key, value in rows if value is not None
        ),
        notes=(Text(f"tables.note_design_{design.level}"),),
        result="Regression",
    )


def regression_table(regression: Regression) -> Table:
    """Lay out the slopes with their standard errors, intervals and tests."""
    fit = regression.fit
    notes: list[Label] = [
        Text(f"tables.note_inference_{regression.inference}", {"clusters": regression.clusters}),
        Text(
            "tables.note_fit",
            {
                "r2": fit["r2"],
                "adj_r2": fit["adj_r2"],
                "f": fit["f_statistic"],
                "df1": fit["f_df1"],
                "df2": fit["f_df2"],
                "n": regression.n,
                "bodies": regression.clusters,
            },
        ),
        Text("tables.note_not_causal"),
    ]
    terms = regression.table.assign(
        term=regression.table["term"].map(lambda t: Text("tables.intercept") if t == _INTERCEPT else t)
    )
    return Table(
        key="regression",
        title=Text("tables.regression", {"outcome": regression.outcome}),
        columns=(
            Column("term", Text("tables.term")),
            Column("estimate", "B", "number", 3),
            Column("std_error", Text("tables.std_error"), "number", 3),
            Column("statistic", "t", "number", 2),
            Column("df", Text("tables.df"), "number", 1),
            Column("p_value", "p", "p_value"),
            Column("ci_low", Text("tables.low"), "number", 3, Text("tables.ci95")),
            Column("ci_high", Text("tables.high"), "number", 3, Text("tables.ci95")),
        ),
        rows=rows_of(terms.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=tuple(notes),
        result="Regression",
    )
