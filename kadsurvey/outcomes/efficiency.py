"""Cost efficiency of bodies: what they cost, how near each is to the best of its service, and how that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError, nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.bodies import KEY, YEAR, Bodies
from kadsurvey.ingest.deflator import Deflator
from kadsurvey.language.text import Text
from kadsurvey.outcomes.costs import Costs, DerivationChoice, costs, named
from kadsurvey.outcomes.productivity import productivity
from kadsurvey.results import Result
from kadsurvey.stats.frontier import dea, scale_efficiency
from kadsurvey.stats.frontier_bootstrap import bootstrap_frontier
from kadsurvey.stats.frontier_programmes import Returns

Method: TypeAlias = Literal["dea"]

FEWEST_BODIES = 12
BODIES_A_COLUMN = 3
"""A frontier asks for at least max(12, 3 (inputs + outputs)) bodies (METHODS: Outcomes)."""
ONE_SERVICE = "all"
"""Grouping that says all bodies deliver the same service."""
NO_YEAR = 0.0
"""Stands for the year of bodies whose data name none."""
SCORES = ("dea_crs", "dea_vrs", "dea_scale", "dea_corrected")
"""Outcomes that are shares of what was used, and that depend on each other: each is measured by its peers."""
VARIABLES = {
    "cost_efficiency": "cost_efficiency",
    "unit_cost": "unit_cost",
    "saving": "saving",
    "realisation": "realisation",
    **{name: name.removeprefix("dea_") for name in SCORES},
}
"""Names by which a model may ask for what is derived, and their columns here."""
_SCORES = ["crs", "vrs", "scale", "side", "peers", "corrected", "ci_low", "ci_high", "correction_helps"]


@dataclass(frozen=True, slots=True, eq=False)
class Efficiency(Result):
    """Cost efficiency of bodies.

    Attributes
    ----------
    table : DataFrame, index ``body``, or ``body`` and ``year``
        Input-oriented scores against the best of the same service and year: ``crs``, ``vrs`` (under constant and
        variable returns to scale: 0.8 says the same output was possible with 80% of the inputs), ``scale`` (crs / vrs),
        ``side`` (increasing: too small, decreasing: too large, constant), ``peers`` (names); of the asked returns
        ``corrected`` (bias-corrected), ``ci_low``, ``ci_high`` (approximate 95%), ``correction_helps``. NaN where there
        is no frontier.
    costs : Costs
        Unit cost, saving against going alone, realisation, shares, the derived cost efficiency.
    groups : DataFrame
        A row a service and year: service, year, bodies (complete), needed, scored.
    changes : DataFrame
        A row a body and pair of successive years: body, before, after, service, unit_cost_change (share), malmquist,
        efficiency_change, technical_change (above 1 is progress). Empty where bodies are seen once.
    inputs, outputs : tuple of str
    returns : {"crs", "vrs"}
    base : int or None
        Year in whose prices money is given, where it was deflated.
    draws, seed : int
        Of the bootstrap.
    findings : tuple of Finding
    """

    table: pd.DataFrame
    costs: Costs
    groups: pd.DataFrame
    changes: pd.DataFrame
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    returns: Returns
    base: int | None
    draws: int
    seed: int
    findings: tuple[Finding, ...]

    @property
    def scores(self) -> pd.Series[float]:
        """Scores under the asked returns to scale."""
        return self.table[self.returns].rename("score")

    @property
    def corrected(self) -> pd.Series[float]:
        """Scores less the bias of a frontier of few bodies."""
        return self.table["corrected"]

    @property
    def ci_low(self) -> pd.Series[float]:
        """Lower limits of the corrected scores."""
        return self.table["ci_low"]

    @property
    def ci_high(self) -> pd.Series[float]:
        """Upper limits of the corrected scores."""
        return self.table["ci_high"]

    def variable(self, name: str) -> pd.Series[float]:
        """Return one of `VARIABLES` as a column of the bodies."""
        return self.table[VARIABLES[name]] if name in SCORES else self.costs.table[VARIABLES[name]]

    def to_frame(self) -> pd.DataFrame:
        """Return scores and costs side by side."""
        held = [name for name in self.costs.table.columns if name in self.table.index.names]
        return self.table.join(self.costs.table.drop(columns=held))


def efficiency(
    bodies: Bodies,
    *,
    inputs: Sequence[str] = ("cost_realised",),
    outputs: Sequence[str] = ("output",),
    method: Method = "dea",
    returns: Returns = "vrs",
    by: str = "service",
    deflator: Deflator | None = None,
    money: Sequence[str] = ("cost_planned", "cost_realised", "cost_alone"),
    derive: DerivationChoice = "auto",
    draws: int = 2000,
    seed: int = 1,
) -> Efficiency:
    """Compute what bodies cost and how near each is to the best of its service.

    Parameters
    ----------
    bodies : Bodies
    inputs, outputs : sequence of str
        Columns of amounts: what was used, all positive, and what was made.
    method : {"dea"}
        Data envelopment analysis.
    returns : {"vrs", "crs"}
        Returns to scale of the corrected scores.
    by : str
        Column of the service, within which bodies are compared; ``all`` says that there is only one.
    deflator : Deflator, optional
        Brings money of several years to the prices of one. Without it money is compared only within a year.
    money : sequence of str
        Which columns are money.
    derive : {"auto", "given", "alone", "output"}
        As `kadsurvey.outcomes.costs.costs`.
    draws, seed : int
        Of the bootstrap of the scores.

    Raises
    ------
    ArgumentError
        If a column does not exist or holds no numbers, or a year has no price index.

    Notes
    -----
    A frontier is drawn within one service and year, of ``max(12, 3 (inputs + outputs))`` bodies at least: with fewer
    most are called efficient, whatever they do.

    References
    ----------
    Banker, Charnes & Cooper (1984), Management Science 30, 1078-1092; Simar & Wilson (1998), Management Science 44,
    49-61.
    """
    if method != "dea":
        raise ArgumentError("stats.unknown_option", given=method, known=["dea"])
    _check_columns(bodies.data, (*inputs, *outputs), by)
    rows = _deflated(body_rows(bodies, by), deflator, money)
    found_costs = costs(rows, derive=derive)
    findings = list(found_costs.findings)
    frontiers: list[pd.DataFrame] = []
    groups = []
    needed = max(FEWEST_BODIES, BODIES_A_COLUMN * (len(inputs) + len(outputs)))
    for service, year, part in _peers(rows, inputs, outputs, findings):
        scored = len(part) >= needed
        if scored:
            try:
                frontiers.append(_frontier(part, inputs, outputs, returns, draws, seed, findings))
            except StatisticsError as err:
                findings.append(Finding("outcomes.frontier_failed", "warning", _group_params(service, year, err)))
                scored = False
        else:
            params = {"service": service, "year": _year(year), "n_bodies": len(part), "needed": needed}
            findings.append(Finding("outcomes.frontier_refused", "warning", params))
        groups.append((service, year, len(part), needed, scored))
    comparable = deflator is not None or not set(inputs) & set(money)
    changes = productivity(rows, inputs, outputs, needed=needed, comparable=comparable)
    return Efficiency(
        table=_joined(frontiers, rows.index),
        costs=found_costs,
        groups=pd.DataFrame(groups, columns=["service", "year", "bodies", "needed", "scored"]),
        changes=changes.table,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        returns=returns,
        base=None if deflator is None else deflator.base,
        draws=draws,
        seed=seed,
        findings=(*findings, *changes.findings),
    )


def body_rows(bodies: Bodies, by: str) -> pd.DataFrame:
    """Return the body data with columns service, year and output_unit, missing where they are unknown."""
    data = bodies.data
    years = data.index.get_level_values(YEAR) if isinstance(data.index, pd.MultiIndex) else data.get(YEAR)
    year = pd.Series(np.nan if years is None else np.asarray(years, dtype=float), data.index)
    service = pd.Series(ONE_SERVICE, data.index, dtype="str") if by == ONE_SERVICE else data[by].astype("str")
    unit = data["output_unit"] if "output_unit" in data else pd.Series(None, data.index, dtype="str")
    return data.assign(service=service, year=year, output_unit=unit.str.casefold())


def _check_columns(data: pd.DataFrame, names: Sequence[str], by: str) -> None:
    known = [str(name) for name in data.columns]
    for name in (*names, *(() if by == ONE_SERVICE else (by,))):
        if name not in known:
            near = nearest(name, known)
            code = "outcomes.no_service" if name == by else "outcomes.unknown_column"
            raise ArgumentError(code, name=name, known=known if near is None else [near])
    for name in names:
        if data[name].dtype.kind not in "biuf":
            raise ArgumentError("outcomes.amount_not_numeric", name=name)


def _deflated(rows: pd.DataFrame, deflator: Deflator | None, money: Sequence[str]) -> pd.DataFrame:
    if deflator is None:
        return rows
    if rows["year"].isna().any():
        raise ArgumentError("outcomes.deflator_needs_years", bodies=named(rows.index[rows["year"].isna()]))
    factors = {year: deflator.factor(int(year)) for year in rows["year"].unique()}
    if lost := sorted(int(year) for year, factor in factors.items() if factor is None):
        raise ArgumentError("outcomes.year_without_prices", years=lost, known=sorted(deflator.index))
    factor = rows["year"].map(factors).astype(float)
    return rows.assign(**{name: rows[name] * factor for name in money if name in rows})


def _peers(
    rows: pd.DataFrame, inputs: Sequence[str], outputs: Sequence[str], findings: list[Finding]
) -> Iterator[tuple[str, float, pd.DataFrame]]:
    """Return the complete bodies of each service and year; a unit of output of its own is a service of its own."""
    x, y = rows[list(inputs)], rows[list(outputs)]
    usable = (x > 0).all(axis=1) & (y >= 0).all(axis=1) & (y > 0).any(axis=1) & rows["service"].notna()
    if not usable.all():
        params = {"bodies": named(rows.index[~usable]), "count": int((~usable).sum())}
        findings.append(Finding("outcomes.not_on_frontier", "warning", params))
    label = rows["service"].astype(object)
    if "output" in outputs:
        label = label.where(rows["output_unit"].isna(), label + " (" + rows["output_unit"] + ")")
    years = rows["year"].fillna(NO_YEAR)
    for name in sorted(set(label[usable])):
        for year in sorted(set(years[usable & (label == name)])):
            yield str(name), float(year), rows[usable & (label == name) & (years == year)]


def _frontier(
    part: pd.DataFrame,
    inputs: Sequence[str],
    outputs: Sequence[str],
    returns: Returns,
    draws: int,
    seed: int,
    findings: list[Finding],
) -> pd.DataFrame:
    x, y = part[list(inputs)].to_numpy(float), part[list(outputs)].to_numpy(float)
    sizes, best = scale_efficiency(x, y), dea(x, y, returns=returns)
    names = part.index.get_level_values(KEY)
    peers = [[str(names[place]) for place in places] for places in best.peers]
    table = pd.DataFrame(
        {"crs": sizes.crs, "vrs": sizes.vrs, "scale": sizes.scale, "side": sizes.side, "peers": peers}, part.index
    )
    empty: NDArray[np.float64] = np.full(len(part), np.nan)
    corrected = dict.fromkeys(_SCORES[5:], empty)
    try:
        boot = bootstrap_frontier(x, y, returns=returns, draws=draws, seed=seed)
    except StatisticsError as err:
        findings.append(Finding("outcomes.correction_withheld", "note", {"reason": Text(err.code, err.params)}))
    else:
        corrected = {name: getattr(boot, name) for name in _SCORES[5:]}
    return table.assign(**corrected)[_SCORES]


def _joined(frontiers: Sequence[pd.DataFrame], index: pd.Index) -> pd.DataFrame:
    """Return the scores of all groups in the order of the file; missing for bodies on no frontier."""
    columns = {}
    for name in _SCORES:
        found = {label: value for table in frontiers for label, value in table[name].items()}
        kind = object if name in ("side", "peers", "correction_helps") else float
        columns[name] = pd.Series([found.get(label, np.nan) for label in index], index, dtype=kind)
    return pd.DataFrame(columns)


def _group_params(service: str, year: float, err: StatisticsError) -> dict[str, object]:
    return {"service": service, "year": _year(year), "reason": Text(err.code, err.params)}


def _year(year: float) -> str:
    return "-" if year == NO_YEAR else f"{year:g}"
