"""Models side by side: each number where it belongs, the standard error in brackets below its estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey.outcomes.regress import regress
from kadsurvey.report.builders.side_by_side import models_table
from kadsurvey.report.cells import text_in


@pytest.fixture(scope="module")
def models():
    rng = np.random.default_rng(1)
    data = pd.DataFrame(rng.normal(size=(30, 3)), columns=["trust", "norm", "y"])
    data["y"] += 2 * data["trust"]
    return regress(data, "y", ["trust"]), regress(data, "y", ["trust", "norm"])


def _table(models, **options):
    return models_table([("one", models[0]), ("two", models[1])], outcomes={"y": "Outcome"}, **options)


def _column(table, key):
    column = next(column for column in table.columns if column.key == key)
    return [(text_in(row, table.columns[0], "en"), text_in(row, column, "en")) for row in table.rows]


def test_each_estimate_has_its_error_in_brackets_below_it(models):
    table = _table(models)
    for key, model in zip(("model_0", "model_1"), models, strict=True):
        shown = _column(table, key)
        row = model.table.set_index("term").loc["trust"]
        assert shown[0] == ("trust", f"{row['estimate']:.3f}")
        assert shown[1] == ("(standard error)", f"({row['std_error']:.3f})")
        assert shown[2] == ("95% CI", f"{row['ci_low']:.2f} to {row['ci_high']:.2f}")
        assert dict(shown)["rows"] == "30"
        assert dict(shown)["R²"] == f"{model.fit['r2']:.3f}".removeprefix("0")
    assert dict(_column(table, "model_0"))["norm"] == "–"


def test_a_model_without_a_term_has_a_dash_and_fit_rows_stand_apart(models):
    table = _table(models)
    assert {str(row.group.code) for row in table.rows if row.group is not None} == {"tables.fit_rows"}
    assert [column.spanner for column in table.columns[1:]] == ["Outcome", "Outcome"]


def test_stars_are_off_unless_asked_for_and_are_explained(models):
    plain, starred = _table(models), _table(models, stars=True)
    assert not any("*" in text for _, text in _column(plain, "model_0"))
    assert _column(starred, "model_0")[0][1].endswith("***")
    assert any("* p < .05" in note.render("en") for note in starred.notes)
    assert any("* p < ,05" in note.render("id") for note in starred.notes)
    assert not any("***" in note.render("en") for note in plain.notes)
