"""Bodies without an outcome compared with the rest: whether a model of it speaks of all bodies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.findings import Finding
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import KEY, Bodies
from kadsurvey.results import Result
from kadsurvey.stats.two_sample import mean_difference

COLUMNS = (
    *("variable", "kind", "n_with", "n_without", "mean_with", "mean_without", "difference", "std_difference"),
    *("p_value", "enumerated"),
)


@dataclass(frozen=True, slots=True, eq=False)
class MissingOutcomes(Result):
    """The bodies with and without an outcome, side by side.

    Attributes
    ----------
    outcome : str
    with_outcome, without : tuple of str
        The bodies.
    several_years : bool
        Whether values are means over a body's years; a body has the outcome if any of its years has.
    table : DataFrame
        One row a numeric column of the body data (kind ``column``) and an index (kind ``index``, the body's mean on
        0-100): variable, kind, n_with, n_without (bodies with a value), mean_with, mean_without, difference (with minus
        without), std_difference (in standard deviations of all bodies), p_value (two-sided permutation) and enumerated
        (whether p_value is exact). Differences and p_value are NaN where one side has no value.
    """

    outcome: str
    with_outcome: tuple[str, ...]
    without: tuple[str, ...]
    several_years: bool
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the comparison."""
        return self.table

    @property
    def finding(self) -> Finding:
        """The warning that bodies lack the outcome."""
        params = {
            "outcome": self.outcome,
            "count": len(self.without),
            "total": len(self.without) + len(self.with_outcome),
            "bodies": list(self.without),
        }
        return Finding("outcomes.bodies_without_outcome", "warning", params)


def missing_outcomes(
    outcome: str, bodies: Bodies | None, indices: Indices | None, *, draws: int = 9999, seed: int
) -> MissingOutcomes | None:
    """Compare the bodies that lack an outcome with those that have it.

    Parameters
    ----------
    outcome : str
        A numeric column of the body data, or a construct.
    bodies : Bodies or None
    indices : Indices or None
        A body of the survey without a row in the body data lacks whatever stands there.
    draws : int, default 9999
        Random permutations, where all cannot be enumerated.
    seed : int

    Returns
    -------
    MissingOutcomes or None
        None where no body lacks the outcome, or none has it.

    Raises
    ------
    ArgumentError
        If the outcome is neither a numeric column of the body data nor a construct.
    """
    columns = _body_columns(bodies)
    index_means = _index_means(indices)
    if outcome in columns:
        values = columns.pop(outcome)
    elif outcome in index_means:
        values = index_means.pop(outcome)
    else:
        known = [*columns, *index_means]
        near = nearest(outcome, known)
        raise ArgumentError("outcomes.unknown_column", name=outcome, known=known if near is None else [near])
    names = dict.fromkeys([*(bodies.names if bodies is not None else ()), *_surveyed(indices)])
    present = values.reindex(list(names)).notna()
    with_outcome, without = present.index[present].tolist(), present.index[~present].tolist()
    if not with_outcome or not without:
        return None
    rows = [
        {"variable": name, "kind": kind, **_compared(part, with_outcome, without, draws=draws, seed=seed)}
        for kind, parts in (("column", columns), ("index", index_means))
        for name, part in parts.items()
        if part.notna().any()
    ]
    several = bodies is not None and isinstance(bodies.data.index, pd.MultiIndex)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return MissingOutcomes(outcome, tuple(with_outcome), tuple(without), several, table)


def _body_columns(bodies: Bodies | None) -> dict[str, pd.Series]:
    """Return the numeric columns, one value a body: its mean where it has several years."""
    if bodies is None:
        return {}
    numeric = bodies.data.select_dtypes("number")
    means = numeric.groupby(level=KEY, sort=False).mean() if isinstance(numeric.index, pd.MultiIndex) else numeric
    return {str(name): means[name] for name in means}


def _index_means(indices: Indices | None) -> dict[str, pd.Series]:
    """Return the mean index per body; means of too few respondents stay hidden here too."""
    if indices is None or "construct" not in indices.bodies:
        return {}
    return {name: part["mean"] for name, part in indices.bodies.groupby("construct", sort=False)}  # type: ignore[misc]


def _surveyed(indices: Indices | None) -> list[str]:
    if indices is None or "body" not in indices.respondents:
        return []
    return list(dict.fromkeys(indices.respondents["body"].dropna()))


def _compared(
    values: pd.Series, with_outcome: list[str], without: list[str], *, draws: int, seed: int
) -> dict[str, object]:
    first = values.reindex(with_outcome).dropna().to_numpy(dtype=float)
    second = values.reindex(without).dropna().to_numpy(dtype=float)
    row: dict[str, object] = {
        "n_with": len(first),
        "n_without": len(second),
        "mean_with": float(first.mean()) if len(first) else np.nan,
        "mean_without": float(second.mean()) if len(second) else np.nan,
    }
    if not len(first) or not len(second):
        return {**row, "difference": np.nan, "std_difference": np.nan, "p_value": np.nan, "enumerated": False}
    test = mean_difference(first, second, draws=draws, seed=seed)
    sd = float(np.std(np.concatenate([first, second]), ddof=1))
    return {
        **row,
        "difference": test.difference,
        "std_difference": test.difference / sd if sd > 0 else np.nan,
        "p_value": test.p_value,
        "enumerated": test.enumerated,
    }
