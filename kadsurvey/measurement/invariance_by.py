"""Invariance of the answers to a questionnaire between groups of its respondents."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.ingest.responses import Responses
from kadsurvey.measurement.correlation import CorrelationKind
from kadsurvey.measurement.invariance import Invariance, invariance
from kadsurvey.measurement.model import chosen_constructs, correlation_kind


def invariance_by(
    responses: Responses,
    by: str = "group",
    *,
    constructs: Sequence[str] | None = None,
    correlation: CorrelationKind = "polychoric",
    person: str | None = None,
) -> Invariance:
    """Test whether the items work alike in the groups that a column of the answers makes.

    Parameters
    ----------
    responses : Responses
    by : str, default "group"
        A column beside the items: ``group``, a field of the instrument, ``form_version``.
    constructs : sequence of str, optional
        By default the predictors, as in `validate`; all constructs where there is none.
    correlation : {"polychoric", "pearson"}
        Pearson takes the answers as numbers (MLR), which a scale of 8 or more points does in any case.
    person : str, optional
        A column that names who answered; the groups are then waves in which the same people may have answered.

    Raises
    ------
    ArgumentError
        If there is no such column or construct, or the column makes no two groups.
    StatisticsError
        As `invariance`.
    """
    instrument, data = responses.instrument, responses.data
    columns = [str(name) for name in data.columns if name not in instrument.items]
    for name in (by, *([] if person is None else [person])):
        if name not in columns:
            known = columns or ["–"]
            raise ArgumentError("measurement.unknown_column", name=name, known=nearest(name, columns) or known)
    asked = chosen_constructs(instrument, constructs)
    if constructs is None:
        answered = [name for name in asked if data[instrument.item_codes(name)].notna().any(axis=0).all()]
        asked = [name for name in answered if instrument.constructs[name].role == "predictor"] or answered
    model = {name: instrument.item_codes(name) for name in asked}
    ordinal = correlation_kind(instrument, correlation) == "polychoric"
    return invariance(
        data,
        model,
        _words(data[by]),
        estimator="WLSMV" if ordinal else "MLR",
        person=None if person is None else _words(data[person]),
    )


def _words(column: pd.Series[str]) -> pd.Series[str]:
    """Return the values of a column as text; whole numbers without a point, missing values missing."""
    text = column.map(lambda value: f"{value:g}" if isinstance(value, int | float) else str(value), na_action="ignore")
    return text.where(column.notna() & (text != ""))
