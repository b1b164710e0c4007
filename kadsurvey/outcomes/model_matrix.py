"""From named columns to the matrix of a linear model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import DesignError

INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True)
class ModelMatrix:
    """The matrix of a linear model and what its columns are.

    Attributes
    ----------
    values : ndarray, shape (n_rows, n_columns)
        The intercept first, where there is one.
    names : tuple of str
        A name a column; an indicator is ``column[category]``.
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]

    @property
    def slopes(self) -> tuple[int, ...]:
        """Columns that are not the intercept."""
        return tuple(place for place, name in enumerate(self.names) if name != INTERCEPT)


def model_matrix(data: pd.DataFrame, terms: Sequence[str]) -> ModelMatrix:
    """Build the matrix: numbers as they are, text as indicators against its first category in sorted order.

    Raises
    ------
    DesignError
        If a term has one value only, or two terms carry the same information.
    """
    columns: dict[str, NDArray[np.float64]] = {INTERCEPT: np.ones(len(data))}
    for name in terms:
        if data[name].nunique() < 2:
            raise DesignError("outcomes.term_constant", name=name)
        if data[name].dtype.kind in "biuf":
            columns[name] = data[name].to_numpy(float)
        else:
            texts = data[name].astype(str)
            for category in sorted(texts.unique())[1:]:
                columns[f"{name}[{category}]"] = (texts == category).to_numpy(float)
    values = np.column_stack(list(columns.values()))
    if aliased := _aliased(values):
        names = list(columns)
        raise DesignError("outcomes.terms_aliased", names=[names[place] for place in aliased])
    return ModelMatrix(values, tuple(columns))


def _aliased(values: NDArray[np.float64]) -> list[int]:
    """Return the columns that are combinations of columns before them."""
    scaled = values / np.linalg.norm(values, axis=0)
    if len(values) < values.shape[1]:
        return []  # too few rows is the design's matter, not the terms'
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    return [int(place) for place in np.flatnonzero(diagonal < 1e-9)]
