"""Functions of a column that may stand in a model by name: ``log(cost_realised)``, ``C(year)``."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest

CATEGORY = "C"
FUNCTIONS: dict[str, Callable[[pd.Series[float]], pd.Series[float]]] = {
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "square": np.square,
}
"""A closed list: a model may come from a file, and nothing in it is run as a program."""
_CALL = re.compile(r"^\s*(\w+)\s*\(\s*(.+?)\s*\)\s*$")


def column_of(name: str) -> str:
    """Return the column that a name of a model is a function of; the name itself where it is none.

    Raises
    ------
    ArgumentError
        If there is no such function.
    """
    if not (call := _CALL.match(name)):
        return name
    function, column = call.groups()
    if function not in FUNCTIONS and function != CATEGORY:
        known = [*FUNCTIONS, CATEGORY]
        near = nearest(function, known)
        raise ArgumentError("outcomes.unknown_function", name=function, known=known if near is None else [near])
    return column


def transformed(name: str, column: pd.Series) -> pd.Series:
    """Apply the function in a name to its column.

    Raises
    ------
    ArgumentError
        If the column is a text, or holds a number of which the function has no value.
    """
    call = _CALL.match(name)
    if not call:
        return column
    if call[1] == CATEGORY:
        texts = column.map("{:g}".format, na_action="ignore") if column.dtype.kind in "biuf" else column
        return texts.astype("str")
    if column.dtype.kind not in "biuf":
        raise ArgumentError("outcomes.function_of_text", name=name)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = FUNCTIONS[call[1]](column.astype(float))
    if lost := int((~np.isfinite(values) & column.notna()).sum()):
        raise ArgumentError("outcomes.function_undefined", name=name, count=lost, least=float(column.min()))
    return values
