"""What every result can do: become a frame, plain values, or an html table in a notebook."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS, _MOST_COLUMNS = 60, 20
"""What a notebook shows of a table; a survey may have a million rows."""


class Result(ABC):
    """Base of the frozen dataclasses that stations return."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the result's main table, unrounded."""

    def to_dict(self) -> dict[str, Any]:
        """Return every field as plain values: lists, dicts, numbers, text; NaN and infinity are None."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {field.name: plain(getattr(self, field.name)) for field in fields}

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the kind of result, and the first and last rows of its main table."""
        frame = self.to_frame()
        rows, columns = frame.shape
        whole = rows <= _MOST_ROWS and columns <= _MOST_COLUMNS
        table = frame.to_html(max_rows=_MOST_ROWS, max_cols=_MOST_COLUMNS, show_dimensions=not whole)
        return f"<p><strong>{type(self).__name__}</strong></p>\n{table}"


def plain(value: Any) -> Any:
    """Turn arrays, frames, dataclasses and mappings into what JSON can hold."""
    import numpy as np
    import pandas as pd

    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.generic():
            return plain(value.item())
        case np.ndarray():
            return plain(value.tolist())
        case pd.DataFrame():
            frame = value if _is_plain_index(value.index) else value.reset_index()
            return [plain(row) for row in frame.to_dict(orient="records")]
        case pd.Series():
            return {str(key): plain(item) for key, item in value.items()}
        case pd.Timestamp():
            return value.isoformat()
        case Result():
            return value.to_dict()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Sequence() | set() | frozenset():
            return [plain(item) for item in value]
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if pd.isna(value):
        return None
    return str(value)


def _is_plain_index(index: pd.Index[Any]) -> bool:
    import pandas as pd

    return isinstance(index, pd.RangeIndex)
