"""Reads the numbers that R computed, stored under ``tests/reference/``."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

REFERENCE = Path(__file__).parent / "reference"


@cache
def load(name: str) -> dict[str, Any]:
    """Return one reference file by its name without ``.json``."""
    numbers: dict[str, Any] = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
    return numbers


def matrix(node: dict[str, Any]) -> NDArray[np.float64]:
    """Return a matrix node ``{"rows", "cols", "values"}`` as an array; null and "NaN" are NaN."""
    return np.array([vector(row) for row in node["values"]])


def vector(node: Any) -> NDArray[np.float64]:
    """Return a list, or the values of a named vector in R's order, as an array."""
    values = node.values() if isinstance(node, dict) else node
    return np.array([np.nan if value is None else float(value) for value in values])


@cache
def columns(name: str) -> dict[str, NDArray[np.float64]]:
    """Return the numeric columns of ``tests/reference/<name>.csv``, empty cells as NaN; other columns are left out."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    found: dict[str, NDArray[np.float64]] = {}
    for place, column in enumerate(header):
        try:
            found[column] = np.array([float(row[place]) if row[place] else np.nan for row in rows])
        except ValueError:
            continue
    return found
