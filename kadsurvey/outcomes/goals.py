"""Bodies that miss their goals beside those that reach them: the level of trust, norms and networks in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kadsurvey.indices.score import Indices
from kadsurvey.results import Result
from kadsurvey.stats.two_sample import mean_difference

MIDDLE = 50.0
"""Of an index of 0-100, the middle of the answer scale: below it respondents rather deny than affirm."""


@dataclass(frozen=True, slots=True, eq=False)
class GoalsMissed(Result):
    """The bodies whose index of an outcome is below the middle of the scale, and the rest.

    Attributes
    ----------
    outcome : str
        Construct that says how far goals are reached.
    middle : float
    missed, reached : tuple of str
        The bodies; those whose means are suppressed are in neither.
    table : DataFrame
        A row a predictor: construct, mean_missed, mean_reached (means of the bodies' means, 0-100), difference (missed
        less reached), p_value (two-sided permutation) and enumerated. NaN where one side has no body.
    """

    outcome: str
    middle: float
    missed: tuple[str, ...]
    reached: tuple[str, ...]
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the comparison."""
        return self.table


def goals_missed(
    indices: Indices,
    outcome: str,
    constructs: Sequence[str],
    *,
    middle: float = MIDDLE,
    draws: int = 9999,
    seed: int,
) -> GoalsMissed | None:
    """Compare the bodies below and above the middle of an outcome on other constructs.

    Parameters
    ----------
    indices : Indices
    outcome : str
        A construct, such as effectiveness.
    constructs : sequence of str
        Those to compare; one that nobody answered is left out.
    middle : float, default 50
        Bodies whose mean index is below it miss their goals.
    draws : int, default 9999
        Random permutations, where all cannot be enumerated.
    seed : int

    Returns
    -------
    GoalsMissed or None
        None where no body has an index of the outcome.
    """
    if indices.bodies.empty or outcome not in indices.constructs:
        return None
    means = pd.DataFrame({name: part["index"] for name, part in indices.bodies.groupby("construct", sort=False)})
    held = means[outcome].dropna()
    if held.empty:
        return None
    missed, reached = held.index[held < middle], held.index[held >= middle]
    rows = [
        {"construct": name, **_compared(means.loc[missed, name], means.loc[reached, name], draws=draws, seed=seed)}
        for name in constructs
        if name in means and name != outcome
    ]
    return GoalsMissed(outcome, middle, tuple(map(str, missed)), tuple(map(str, reached)), pd.DataFrame(rows))


def _compared(missed: pd.Series, reached: pd.Series, *, draws: int, seed: int) -> dict[str, object]:
    below, above = missed.dropna().to_numpy(float), reached.dropna().to_numpy(float)
    means: dict[str, object] = {
        "mean_missed": below.mean() if len(below) else float("nan"),
        "mean_reached": above.mean() if len(above) else float("nan"),
    }
    if not len(below) or not len(above):
        return {**means, "difference": float("nan"), "p_value": float("nan"), "enumerated": False}
    found = mean_difference(below, above, draws=draws, seed=seed)
    return {**means, "difference": found.difference, "p_value": found.p_value, "enumerated": found.enumerated}
