"""The assumptions of a regression to Tables (uji asumsi klasik), and what single bodies do to it."""

from __future__ import annotations

import pandas as pd

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.diagnostics import VIF_HIGH
from kadsurvey.outcomes.fitting import LINEAR
from kadsurvey.outcomes.regress import Regression
from kadsurvey.report.table import Column, Row, Table, rows_of

_ASSUMPTION_OF = {
    "shapiro_wilk": "normal",
    "jarque_bera": "normal",
    "breusch_pagan": "variance",
    "white": "variance",
    "glejser": "variance",
    "reset": "linear",
}
_FEW_ROWS = 15
"""Below this many rows a test of normality finds next to nothing."""


def assumption_tables(regression: Regression) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Return the tables to show, and the rows behind them."""
    if regression.family not in LINEAR:
        return (_collinearity(regression),), ()
    tested = () if regression.diagnostics.tests.empty else (_tests(regression),)
    shown = (*tested, _collinearity(regression), _leave_one_out(regression))
    details = [_every_slope(regression)]
    if not regression.diagnostics.influence.empty:
        details.append(_influence(regression))
    return shown, tuple(details)


def _tests(regression: Regression) -> Table:
    words: dict[object, Label] = {
        True: Text("tables.doubtful"),
        False: Text("tables.no_sign_against"),
        None: Text("tables.not_testable"),
    }
    rows = []
    for record in regression.diagnostics.tests.to_dict(orient="records"):
        name = record["test"]
        values = {
            "test": Text(f"tables.test_{name}"),
            "statistic": record["statistic"],
            "df": record["df"],
            "df_denom": record["df_denom"],
            "p_value": record["p_value"],
            "verdict": words[record["rejected"]],
        }
        rows.append(Row(values, group=Text(f"tables.assumption_{_ASSUMPTION_OF[name]}")))
    rows.append(
        Row({"test": "Durbin-Watson", "verdict": Text("tables.not_applicable")}, group=Text("tables.assumption_order"))
    )
    n = regression.diagnostics.n_obs
    power = Text("tables.note_tests_few" if n < _FEW_ROWS else "tables.note_tests", {"n": n})
    return Table(
        key="assumptions",
        title=Text("tables.assumptions"),
        columns=(
            Column("test", Text("tables.test")),
            Column("statistic", Text("tables.statistic"), "number", 2),
            Column("df", Text("tables.df"), "integer"),
            Column("df_denom", Text("tables.df2"), "integer"),
            Column("p_value", "p", "p_value"),
            Column("verdict", Text("tables.verdict")),
        ),
        rows=tuple(rows),
        notes=(power, Text("tables.note_durbin_watson"), Text("tables.note_robust_to_heteroskedasticity")),
        result="Regression",
    )


def _collinearity(regression: Regression) -> Table:
    rows = [
        Row(
            {
                "term": name,
                "vif": value,
                "verdict": Text("tables.collinear" if value > VIF_HIGH else "tables.not_collinear"),
            }
        )
        for name, value in regression.diagnostics.vif.items()
    ]
    condition = regression.diagnostics.condition_number
    return Table(
        key="collinearity",
        title=Text("tables.collinearity"),
        columns=(
            Column("term", Text("tables.term")),
            Column("vif", "VIF", "number", 2),
            Column("verdict", Text("tables.verdict")),
        ),
        rows=tuple(rows),
        notes=(Text("tables.note_vif", {"limit": VIF_HIGH, "condition": condition}),),
        result="Regression",
    )


def _leave_one_out(regression: Regression) -> Table:
    """Return for each slope how far leaving out one body can move it, and which body that is."""
    rows, undetermined = [], False
    full: pd.Series[float] = regression.table.set_index("term")["estimate"]
    for term, part in regression.diagnostics.leave_one_out.groupby("term", sort=False):
        undetermined |= bool(part["estimate"].isna().any())
        known = part.dropna(subset=["estimate"])
        if known.empty:
            continue
        estimates, left_out = known["estimate"].to_numpy(float), known["without"].tolist()
        low, high = int(estimates.argmin()), int(estimates.argmax())
        whole = float(full.loc[str(term)])
        values = {
            "term": term,
            "estimate": whole,
            "low": float(estimates[low]),
            "without_low": left_out[low],
            "high": float(estimates[high]),
            "without_high": left_out[high],
            "turns": int((estimates * whole < 0).sum()),
        }
        rows.append(Row(values))
    notes: list[Label] = [Text("tables.note_leave_one_out")]
    if undetermined:
        notes.append(Text("tables.note_leave_one_out_undetermined"))
    return Table(
        key="leave_one_out",
        title=Text("tables.leave_one_out"),
        columns=(
            Column("term", Text("tables.term")),
            Column("estimate", Text("tables.all_bodies"), "number", 3),
            Column("low", Text("tables.lowest_slope"), "number", 3),
            Column("without_low", Text("tables.without")),
            Column("high", Text("tables.highest_slope"), "number", 3),
            Column("without_high", Text("tables.without")),
            Column("turns", Text("tables.sign_changes"), "integer"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Regression",
    )


def _every_slope(regression: Regression) -> Table:
    frame = regression.diagnostics.leave_one_out
    return Table(
        key="leave_one_out_all",
        title=Text("tables.leave_one_out"),
        columns=(
            Column("without", Text("tables.without")),
            Column("term", Text("tables.term")),
            Column("estimate", "B", "number", 3),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        result="Regression",
    )


def _influence(regression: Regression) -> Table:
    frame: pd.DataFrame = regression.diagnostics.influence.sort_values("cooks_distance", ascending=False)
    terms = [name for name in frame.columns if name.startswith("dfbetas_")]
    return Table(
        key="influence",
        title=Text("tables.influence"),
        columns=(
            Column("unit", Text("tables.body")),
            Column("cooks_distance", Text("tables.cook"), "number", 3),
            Column("leverage", Text("tables.leverage"), "bounded", 2),
            Column("studentised", Text("tables.studentised"), "number", 2),
            *(Column(name, name.removeprefix("dfbetas_"), "number", 2, "DFBETAS") for name in terms),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        notes=(Text("tables.note_influence", {"n": regression.n}),),
        result="Regression",
    )
