"""Bodies that miss their goals beside those that reach them, against the means computed by hand."""

from __future__ import annotations

from math import comb, isnan
from typing import Any

import pandas as pd
import pytest

from kadsurvey.indices.score import Indices
from kadsurvey.outcomes.goals import goals_missed


def indices(effectiveness: list[float], trust: list[float]) -> Indices:
    bodies = [f"B{number}" for number in range(len(trust))]
    rows = [
        {"construct": name, "index": value}
        for name, values in (("effectiveness", effectiveness), ("trust", trust))
        for value in values
    ]
    frame = pd.DataFrame(rows, index=pd.Index(bodies * 2, name="body"))
    empty: Any = pd.DataFrame()
    return Indices(
        respondents=empty,
        members=empty,
        bodies=frame,
        groups=empty,
        model=None,
        method="mean",
        constructs=("effectiveness", "trust"),
        formative=frozenset(),
        min_cell=5,
        findings=(),
        items=empty,
        items_of={},
    )


def test_means_and_exact_p_value() -> None:
    found = goals_missed(indices([20, 40, 60, 70, 80], [10, 20, 50, 60, 70]), "effectiveness", ["trust"], seed=1)
    assert found is not None
    assert found.missed == ("B0", "B1")
    assert found.reached == ("B2", "B3", "B4")
    row = found.to_frame().iloc[0]
    assert (row["mean_missed"], row["mean_reached"], row["difference"]) == (15, 60, -45)
    # No other way to part the five values has means as far apart.
    assert row["p_value"] == pytest.approx(1 / comb(5, 2))
    assert row["enumerated"]


def test_the_middle_itself_is_reached() -> None:
    found = goals_missed(indices([50, 49.9, 70], [10, 20, 30]), "effectiveness", ["trust"], seed=1)
    assert found is not None
    assert found.missed == ("B1",)


def test_bodies_without_a_shown_mean_are_on_neither_side() -> None:
    found = goals_missed(indices([20, float("nan"), 70], [10, 20, float("nan")]), "effectiveness", ["trust"], seed=1)
    assert found is not None
    assert (found.missed, found.reached) == (("B0",), ("B2",))
    row = found.to_frame().iloc[0]
    assert row["mean_missed"] == 10
    assert isnan(row["mean_reached"])
    assert isnan(row["p_value"])


def test_nothing_to_compare() -> None:
    given = indices([20, 70], [10, 20])
    assert goals_missed(given, "transaction_cost", ["trust"], seed=1) is None
    found = goals_missed(given, "effectiveness", ["network"], seed=1)
    assert found is not None
    assert found.to_frame().empty
