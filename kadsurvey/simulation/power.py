"""How many bodies and respondents a study needs, by simulating it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan, nan, sqrt

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.results import Result
from kadsurvey.simulation.power_replicate import COLUMNS, LEVEL, Plan, PowerMethod, replicate
from kadsurvey.simulation.replications import Key, replications
from kadsurvey.simulation.truth import Truth, load_truth
from kadsurvey.stats.agreement import size_needed

ENOUGH_POWER = 0.80
RELIABLE = 0.70
"""Of a body's mean, ICC(2): by custom enough for a comparison of bodies."""

KEYS = ("bodies", "respondents", "number")


@dataclass(frozen=True, slots=True)
class Power(Result):
    """What studies of several designs find.

    Attributes
    ----------
    table : DataFrame
        A row a design: bodies, respondents (of each body), studies (simulated), not_given (share without a p value: too
        few bodies for the model, or no proper measurement model); power and false_positives (shares of the p values
        below .05 with the effect, and without), each with ``_mc`` (Monte Carlo standard error); power_known,
        false_positives_known (if the bodies' true levels were known; classical t); width (median width of the 95%
        interval) and bias (mean estimate less the effect), both in standard deviations of the outcome per standard
        deviation between bodies; naive, cr1_z, cr2 (false positives of tests on respondents: as if they were
        independent, clustered with the normal distribution, and CR2 with Satterthwaite's degrees of freedom);
        half_width (median, of a body's interval on 0-100), icc1, icc2, needed (respondents of a body for an ICC(2) of
        .70).
    studies : DataFrame
        bodies, respondents, number, and what each study found.
    on : tuple of str
    effect : float
    method : {"factor", "mean"}
    truth : str
    seed : int
    """

    table: pd.DataFrame
    studies: pd.DataFrame
    on: tuple[str, ...]
    effect: float
    method: PowerMethod
    truth: str
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the designs."""
        return self.table

    def enough(self, respondents: int) -> int | None:
        """Return the fewest bodies that reach 80% power with so many respondents of each; None where none does."""
        rows = self.table[(self.table["respondents"] == respondents) & (self.table["power"] >= ENOUGH_POWER)]
        return None if rows.empty else int(rows["bodies"].min())


def power(
    truth: Truth | str = "sample",
    *,
    bodies: Sequence[int] = (6, 12, 24),
    respondents: Sequence[int] = (8,),
    effect: float = 0.3,
    on: Sequence[str] = ("trust",),
    method: PowerMethod = "factor",
    replications: int = 1000,
    seed: int = 1,
) -> Power:
    """Simulate studies of every design and tell how often each finds an effect of a body's attitude on its outcome.

    Parameters
    ----------
    truth : Truth or str
        What respondents answer; its own outcomes are not used.
    bodies, respondents : sequence of int
        Bodies of a study, respondents of each: all combinations are designs.
    effect : float
        What one standard deviation between bodies of the first predictor moves the outcome, in standard deviations of
        it: their correlation.
    on : sequence of str
        Attitudes of the truth whose indices are the predictors; all but the first have no effect.
    method : {"factor", "mean"}
        As in `score`.
    replications : int
        Studies of each design.
    seed : int
        Each study's draws follow from it, the design and its number: a design more moves no other.

    Raises
    ------
    ArgumentError
        If the truth has no such attitude, or a number is out of bounds.
    """
    plan = plan_of(truth, on=on, effect=effect, method=method, seed=seed)
    keys = keys_of(bodies, respondents, replications)
    return summarised(plan, run_plan(plan, keys))


def plan_of(truth: Truth | str, *, on: Sequence[str], effect: float, method: PowerMethod, seed: int) -> Plan:
    """Check what is asked for and return it as a plan.

    Raises
    ------
    ArgumentError
        As `power`.
    """
    source = load_truth(truth) if isinstance(truth, str) else truth
    for name in on:
        if name not in source.attitudes:
            known = list(source.attitudes)
            near = nearest(name, known)
            raise ArgumentError("simulation.unknown_attitude", name=name, known=known if near is None else [near])
    if not on or len(set(on)) < len(on):
        raise ArgumentError("simulation.no_predictors", on=list(on) or "–")
    if not -1 < effect < 1:
        raise ArgumentError("simulation.effect_out_of_bounds", effect=effect)
    return Plan(source, tuple(on), effect, method, seed)


def keys_of(bodies: Sequence[int], respondents: Sequence[int], replications: int) -> list[Key]:
    """Return design and number of every study.

    Raises
    ------
    ArgumentError
        If there are fewer than three bodies, fewer than two respondents, or no replication.
    """
    if min(bodies, default=0) < 3 or min(respondents, default=0) < 2 or replications < 1:
        raise ArgumentError("simulation.design_too_small")
    # all designs grow together: whoever stops early has some of each
    return [(b, n, number) for number in range(replications) for b in bodies for n in respondents]


def run_plan(
    plan: Plan, keys: Sequence[Key], *, told: Callable[[Key, dict[str, float]], None] | None = None
) -> pd.DataFrame:
    """Return what each study found, in the order of the keys.

    Parameters
    ----------
    plan : Plan
    keys : sequence of tuple
    told : callable, optional
        Called with each study as it is done.
    """
    found: dict[Key, dict[str, float]] = {}
    for key, row in replications(partial(_study, plan), keys):
        found[key] = row
        if told is not None:
            told(key, row)
    return frame_of({key: found[key] for key in keys})


def frame_of(found: dict[Key, dict[str, float]]) -> pd.DataFrame:
    """Return studies as a table."""
    rows = [dict(zip(KEYS, key, strict=True)) | row for key, row in found.items()]
    return pd.DataFrame(rows, columns=[*KEYS, *COLUMNS])


def _study(plan: Plan, key: Key) -> dict[str, float]:
    return replicate(plan, *key)


def summarised(plan: Plan, studies: pd.DataFrame) -> Power:
    """Return what the studies of a plan come to."""
    ordered = studies.sort_values(list(KEYS), ignore_index=True)
    sd = sqrt(plan.truth.attitudes[plan.on[0]].variance.body)
    designs = ordered.groupby(["bodies", "respondents"], sort=True)
    rows = [{"bodies": b, "respondents": n} | dict(_row(own, plan.effect, sd)) for (b, n), own in designs]
    return Power(pd.DataFrame(rows), ordered, plan.on, plan.effect, plan.method, plan.truth.name, plan.seed)


def _row(studies: pd.DataFrame, effect: float, sd: float) -> Iterator[tuple[str, float]]:
    yield "studies", len(studies)
    yield "not_given", float(studies["p_value"].isna().mean())
    for name, column in (("power", "p_value"), ("false_positives", "p_null")):
        rate, error = _rate(studies[column])
        yield name, rate
        yield f"{name}_mc", error
        yield f"{name}_known", _rate(studies[column.replace("p_value", "p_known").replace("p_null", "p_known_null")])[0]
    yield "width", sd * float((studies["ci_high"] - studies["ci_low"]).median())
    yield "bias", sd * float(studies["estimate"].mean()) - effect
    for name in ("naive", "cr1_z", "cr2"):
        yield name, _rate(studies[f"p_{name}"])[0]
    for name in ("half_width", "icc1", "icc2"):
        yield name, float(studies[name].mean())
    icc = float(studies["icc1"].mean())
    yield "needed", float(np.ceil(size_needed(icc, RELIABLE))) if 0 < icc < 1 else nan


def _rate(p_values: pd.Series[float]) -> tuple[float, float]:
    """Return the share of p values below .05 among those given, and its Monte Carlo standard error."""
    given = p_values.dropna()
    if given.empty:
        return nan, nan
    rate = float((given < LEVEL).mean())
    return rate, nan if isnan(rate) else sqrt(rate * (1 - rate) / len(given))
