"""How a value looks to a reader: digits, decimal sign, percent, small p values."""

from __future__ import annotations

import math
from typing import Any

from kadsurvey.language.text import Language, local_number, render
from kadsurvey.report.table import Column, Row

NOT_AVAILABLE = "–"
_SMALLEST_P = 0.001


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
        case "share":
            return local_number(f"{100 * value:.{column.digits}f}", lang) + "%"
        case "p_value" if value < _SMALLEST_P:
            return "< " + local_number(_without_zero(f"{_SMALLEST_P:.3f}"), lang)
        case "p_value":
            return local_number(_without_zero(f"{value:.3f}"), lang)
        case "bounded":
            return local_number(_without_zero(_fixed(value, column.digits)), lang)
        case "std_error":
            return f"({local_number(_fixed(value, column.digits), lang)})"
    return local_number(_fixed(value, column.digits), lang)


def is_missing(value: Any) -> bool:
    """Whether a value has nothing to show: None, NaN, or infinite."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _fixed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _without_zero(text: str) -> str:
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
