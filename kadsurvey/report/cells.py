"""How a value looks to a reader: digits, decimal sign, percent, small p values."""

from __future__ import annotations

import math
from typing import Any

from kadsurvey.language.numbers import NOT_AVAILABLE, bounded, fixed, p_value
from kadsurvey.language.text import Language, local_number, render
from kadsurvey.report.table import Column, Row

__all__ = ["NOT_AVAILABLE", "cell_text", "is_missing", "text_in"]


def text_in(row: Row, column: Column, lang: Language) -> str:
    """Return the text of a row's cell in one column."""
    return cell_text(row.values.get(column.key), row.shown_in(column), lang)


def cell_text(value: Any, column: Column, lang: Language) -> str:
    """Return the text of one cell.

    As in APA style, in either language: no zero before the decimal sign where a number cannot exceed 1.
    """
    if is_missing(value):
        return NOT_AVAILABLE
    if column.kind == "text" or not isinstance(value, int | float) or isinstance(value, bool):
        return render(value, lang)
    match column.kind:
        case "integer":
            return local_number(f"{value:,.0f}", lang)
        case "year":
            return f"{value:.0f}"
        case "share":
            return local_number(f"{100 * value:.{column.digits}f}", lang) + "%"
        case "p_value":
            return local_number(p_value(value), lang)
        case "bounded":
            return local_number(bounded(value, column.digits), lang)
        case "std_error":
            return f"({local_number(fixed(value, column.digits), lang)})"
    return local_number(fixed(value, column.digits), lang)


def is_missing(value: Any) -> bool:
    """Whether a value has nothing to show: None, NaN, or infinite."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))
