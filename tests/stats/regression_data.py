"""The analysis files of the regression references, as arrays."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.reference_numbers import REFERENCE, columns

Array = NDArray[np.float64]


def labels(file: str, column: str) -> NDArray[Any]:
    """Return a column of text of ``tests/reference/<file>.csv``."""
    with (REFERENCE / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return np.array([row[column] for row in csv.DictReader(lines)])


def model(file: str, outcome: str, predictors: list[str]) -> tuple[Array, Array]:
    """Return outcome and design with its constant."""
    data = columns(file)
    return data[outcome], np.column_stack([np.ones(len(data[outcome])), *(data[name] for name in predictors)])


def respondents(predictors: list[str], *, bodies: int = 24) -> tuple[Array, Array, NDArray[Any]]:
    """Return perceived outcome, design and body of the respondents of the first bodies."""
    y, X = model("coop_regression_respondents", "perceived", predictors)
    body = labels("coop_regression_respondents", "body")
    kept = body <= f"b{bodies:02d}"
    return y[kept], X[kept], body[kept]
