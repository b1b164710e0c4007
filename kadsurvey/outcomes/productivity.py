"""How costs and productivity changed between successive years of the same bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import KEY, YEAR
from kadsurvey.language.text import Text
from kadsurvey.stats.malmquist import malmquist

COLUMNS = (
    "body",
    "before",
    "after",
    "service",
    "unit_cost_change",
    "malmquist",
    "efficiency_change",
    "technical_change",
)


@dataclass(frozen=True, slots=True)
class Productivity:
    """Changes, and why some are not given.

    Attributes
    ----------
    table : DataFrame
        A row a body and pair of successive years, with ``COLUMNS``: unit_cost_change is a share (0.1: ten percent
        dearer); the Malmquist index and its parts are above 1 where the body became more productive.
    findings : tuple of Finding
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def productivity(
    rows: pd.DataFrame, inputs: Sequence[str], outputs: Sequence[str], *, needed: int, comparable: bool
) -> Productivity:
    """Compare successive years of the same bodies within a service.

    Parameters
    ----------
    rows : DataFrame, index ``body`` and ``year``
        With service and the amounts; of a single year nothing is compared.
    inputs, outputs : sequence of str
    needed : int
        Bodies seen in both years that a frontier asks for.
    comparable : bool
        False where an input is money of different years, whose change is partly that of prices: then nothing is given.

    References
    ----------
    Färe, Grosskopf, Norris & Zhang (1994), American Economic Review 84, 66-83.
    """
    none = pd.DataFrame(columns=list(COLUMNS))
    if not isinstance(rows.index, pd.MultiIndex):
        return Productivity(none)
    if not comparable:
        return Productivity(none, (Finding("outcomes.money_of_years", "warning", {"inputs": list(inputs)}),))
    tables: list[pd.DataFrame] = []
    findings: list[Finding] = []
    for service, before, after in _pairs(rows, [*inputs, *outputs]):
        index = _index(service, before, after, inputs, outputs, needed, findings)
        change = _unit_cost(after.data) / _unit_cost(before.data) - 1
        places = {"body": before.data.index, "before": before.year, "after": after.year, "service": service}
        tables.append(pd.DataFrame({**places, "unit_cost_change": change.to_numpy(), **index}))
    return Productivity(pd.concat(tables, ignore_index=True) if tables else none, tuple(findings))


@dataclass(frozen=True, slots=True)
class _Year:
    year: int
    data: pd.DataFrame


def _index(
    service: str,
    before: _Year,
    after: _Year,
    inputs: Sequence[str],
    outputs: Sequence[str],
    needed: int,
    findings: list[Finding],
) -> dict[str, NDArray[np.float64]]:
    """Return the Malmquist index and its parts; NaN with a finding where the bodies span no frontier."""
    unknown = {name: np.full(len(before.data), np.nan) for name in COLUMNS[5:]}
    place = {"service": service, "before": before.year, "after": after.year}
    if len(before.data) < needed:
        params = {**place, "n_bodies": len(before.data), "needed": needed}
        findings.append(Finding("outcomes.malmquist_refused", "note", params))
        return unknown
    amounts = [
        (part.data[list(inputs)].to_numpy(float), part.data[list(outputs)].to_numpy(float)) for part in (before, after)
    ]
    try:
        found = malmquist(*amounts)
    except StatisticsError as err:
        params = {**place, "reason": Text(err.code, err.params)}
        findings.append(Finding("outcomes.malmquist_failed", "warning", params))
        return unknown
    return dict(zip(COLUMNS[5:], (found.total, found.efficiency_change, found.technical_change), strict=True))


def _pairs(rows: pd.DataFrame, amounts: Sequence[str]) -> Iterator[tuple[str, _Year, _Year]]:
    """Return the bodies seen whole in each two successive years of a service, in the same order."""
    whole = rows[(rows[list(amounts)] > 0).all(axis=1) & rows["service"].notna()]
    for service, part in whole.groupby("service"):
        years = sorted(part.index.get_level_values(YEAR).unique())
        for first, second in pairwise(years):
            at = part.index.get_level_values(YEAR)
            before, after = part[at == first].droplevel(YEAR), part[at == second].droplevel(YEAR)
            both = before.index.intersection(after.index).rename(KEY)
            if len(both):
                yield str(service), _Year(int(first), before.loc[both]), _Year(int(second), after.loc[both])


def _unit_cost(data: pd.DataFrame) -> pd.Series[float]:
    if "cost_realised" not in data or "output" not in data:
        return pd.Series(np.nan, data.index)
    ratio: pd.Series[float] = data["cost_realised"] / data["output"].where(data["output"] > 0)
    return ratio
