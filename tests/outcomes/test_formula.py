"""A model in one line, and functions of its columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.outcomes.analysis import Model, with_formula
from kadsurvey.outcomes.formula import Formula, read_formula
from kadsurvey.outcomes.transforms import column_of, transformed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ a + b", Formula("y", ("a", "b"), (), False)),
        ("y ~ a * b", Formula("y", ("a", "b"), (("a", "b"),), False)),
        ("y ~ (a + b)**2 - b", Formula("y", ("a",), (("a", "b"),), False)),
        ("log(y) ~ I(a ** 2) + C(year)", Formula("log(y)", ("square(a)", "C(year)"), (), False)),
        ("y ~ a | body", Formula("y", ("a",), (), True)),
        ("y ~ a | body + year", Formula("y", ("a",), (), True)),
        ("y ~ `odd name` + 1", Formula("y", ("odd name",), (), False)),
    ],
)
def test_a_formula_is_the_names_of_a_model(text, expected):
    assert read_formula(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y ~ a +", "is not a formula"),
        ("~ a", "is not a formula|one outcome"),
        ("y + x ~ a", "one outcome"),
        ("y ~ a - 1", "takes the intercept out"),
        ("y ~ 0 + a", "takes the intercept out"),
        ("y ~ a:b:c", "three or more"),
        ("y ~ a | member", "may name body"),
        ("y ~ lgo(a)", "no function 'lgo'. Nearest or known: log"),
        ("y ~ __import__('os').system('true')", "is not a formula|no function"),
        ("y ~ eval(a)", "no function 'eval'"),
    ],
)
def test_what_is_no_formula_is_said(text, message):
    with pytest.raises(ArgumentError, match=message):
        read_formula(text)


def test_a_formula_stands_alone():
    model = with_formula(Model("", (), controls=("size",)), "y ~ a | body")
    assert (model.outcome, model.predictors, model.controls, model.family) == ("y", ("a",), ("size",), "fixed")
    with pytest.raises(ArgumentError, match="leave out --on"):
        with_formula(Model("", ("b",)), "y ~ a")
    with pytest.raises(ArgumentError, match="leave out --family logit"):
        with_formula(Model("", (), family="logit"), "y ~ a | body")


def test_functions_are_those_of_numpy():
    column = pd.Series([1.0, 4.0, np.nan])
    for name, function in (
        ("log", np.log),
        ("log10", np.log10),
        ("log1p", np.log1p),
        ("sqrt", np.sqrt),
        ("square", np.square),
    ):
        np.testing.assert_array_equal(transformed(f"{name}(x)", column), function(column))
    assert transformed("C(x)", column).tolist()[:2] == ["1", "4"]
    assert transformed("x", column) is column
    assert column_of(" log( cost_realised ) ") == "cost_realised"


def test_a_function_without_a_value_says_how_many_rows():
    with pytest.raises(ArgumentError, match=r"'log\(x\)' has no value for 2 rows; the least value is -1"):
        transformed("log(x)", pd.Series([0.0, -1.0, 3.0, np.nan]))
    with pytest.raises(ArgumentError, match="holds texts"):
        transformed("log(x)", pd.Series(["a"]))
