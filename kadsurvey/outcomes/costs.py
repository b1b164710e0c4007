"""What a cooperation costs, body by body: per unit, against going alone, against the plan, and its share of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.stats.inequality import gini

Derivation: TypeAlias = Literal["given", "alone", "output"]
DerivationChoice: TypeAlias = Literal["auto", "given", "alone", "output"]

PEER = ["service", "year", "output_unit"]
"""Bodies alike in these are compared: services, years and units of output are never mixed."""
BURDEN = "cost_share_"
"""Columns whose names begin so hold the part of a body's cost that each member bears."""
_FEWEST_PEERS = 2


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of bodies.

    Attributes
    ----------
    table : DataFrame, the index of the rows given
        service, year, output_unit; ``unit_cost`` (cost_realised / output); ``saving``, log(cost_alone / cost_realised),
        of which 0.1 is about 10% less than going alone; ``realisation``, cost_realised / cost_planned; ``cost_share``
        in the cost of all bodies of that service and year; ``burden_gini`` of its members' shares;
        ``cost_efficiency``, and ``derived`` (given, alone, output), which way that came. NaN where a part is missing.
    shares : DataFrame
        A row a service and year: service, year, bodies, total, gini, gini_corrected of the bodies' costs.
    derivation : {"given", "alone", "output"} or None
        The way of ``cost_efficiency``, one for all rows; None where no way has its columns.
    findings : tuple of Finding
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    derivation: Derivation | None
    findings: tuple[Finding, ...]


def costs(rows: pd.DataFrame, *, derive: DerivationChoice = "auto") -> Costs:
    """Compute what bodies cost.

    Parameters
    ----------
    rows : DataFrame
        A row a body, or a body and year, with columns ``service``, ``year`` and ``output_unit`` (missing where unknown)
        and those of cost_realised, cost_planned, cost_alone, output, cost_efficiency that there are.
    derive : {"auto", "given", "alone", "output"}
        How cost efficiency is had: as a given column; as the log saving against going alone; or as the log of output
        per rupiah over the median of the same service, year and unit of output. ``auto`` takes the first of which any
        row has the columns. The ways are on different scales, so that one serves all rows.
    """
    realised, output = _positive(rows, "cost_realised"), _positive(rows, "output")
    ways: dict[Derivation, pd.Series[float]] = {
        "given": _column(rows, "cost_efficiency"),
        "alone": _log(_positive(rows, "cost_alone") / realised),
        "output": _against_median(rows, output / realised),
    }
    present = [way for way, values in ways.items() if values.notna().any()]
    chosen: Derivation | None = (present[0] if present else None) if derive == "auto" else derive
    efficiency = ways[chosen] if chosen else pd.Series(np.nan, rows.index)
    table = rows[PEER].assign(
        unit_cost=realised / output,
        saving=ways["alone"],
        realisation=realised / _positive(rows, "cost_planned"),
        cost_share=realised / realised.groupby([rows["service"], rows["year"]], dropna=False).transform("sum"),
        burden_gini=_burden(rows),
        cost_efficiency=efficiency,
        derived=pd.Series(chosen, rows.index, dtype="str").where(efficiency.notna()),
    )
    return Costs(table, _shares(rows, realised), chosen, tuple(_findings(rows, chosen, ways, present)))


def _column(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    return rows[name].astype(float) if name in rows else pd.Series(np.nan, rows.index)


def _log(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(np.log(values.to_numpy(float)), values.index)


def _positive(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return a column where it is above zero: nothing can be had per nothing, and no log taken of it."""
    column = _column(rows, name)
    return column.where(column > 0)


def _against_median(rows: pd.DataFrame, per_rupiah: pd.Series[float]) -> pd.Series[float]:
    """Return the log of output per rupiah over its peers' median; NaN where there are no peers, or no service."""
    known = per_rupiah.where(rows["service"].notna())
    grouped = known.groupby([rows[name] for name in PEER], dropna=False)
    enough = grouped.transform("count") >= _FEWEST_PEERS
    return _log(known / grouped.transform("median")).where(enough)


def _burden(rows: pd.DataFrame) -> pd.Series[float]:
    """Return how unequally the members of each body bear its cost, 0 to 1 (corrected for their number)."""
    columns = [name for name in rows.columns if str(name).startswith(BURDEN)]
    values = [_gini(row[~np.isnan(row)])[1] for row in rows[columns].to_numpy(float)]
    return pd.Series(values, rows.index, dtype=float)


def _shares(rows: pd.DataFrame, realised: pd.Series[float]) -> pd.DataFrame:
    found = []
    for (service, year), part in realised.dropna().groupby([rows["service"], rows["year"]], dropna=False):
        plain, corrected = _gini(np.asarray(part, dtype=np.float64))
        found.append((service, year, len(part), float(part.sum()), plain, corrected))
    return pd.DataFrame(found, columns=["service", "year", "bodies", "total", "gini", "gini_corrected"])


def _gini(values: NDArray[np.float64]) -> tuple[float, float]:
    try:
        found = gini(values)
    except StatisticsError:
        return float("nan"), float("nan")
    return found.estimate, found.corrected


def _findings(
    rows: pd.DataFrame, chosen: Derivation | None, ways: dict[Derivation, pd.Series[float]], present: list[Derivation]
) -> list[Finding]:
    if chosen is None:
        return [Finding("outcomes.no_cost_efficiency", "warning")]
    findings = []
    without = rows.index[ways[chosen].isna()]
    if len(without):
        others = [way for way in present if way != chosen and ways[way][without].notna().any()]
        code = "outcomes.cost_efficiency_missing" if not others else "outcomes.cost_efficiency_by_other_way"
        params = {"bodies": named(without), "count": len(without), "way": chosen, "others": others}
        findings.append(Finding(code, "warning", params))
    if not rows["service"].notna().all():
        unknown = rows.index[rows["service"].isna()]
        findings.append(
            Finding("outcomes.service_unknown", "warning", {"bodies": named(unknown), "count": len(unknown)})
        )
    for name in ("cost_realised", "cost_alone", "cost_planned", "output"):
        nothing = rows.index[(_column(rows, name) <= 0).to_numpy()]
        if len(nothing):
            params = {"column": name, "bodies": named(nothing), "count": len(nothing)}
            findings.append(Finding("outcomes.amount_not_positive", "warning", params))
    return findings


def named(index: pd.Index) -> list[str]:
    """Return the bodies of an index, with their year where it has one."""
    return [f"{label[0]} {label[1]}" if isinstance(label, tuple) else str(label) for label in index]
