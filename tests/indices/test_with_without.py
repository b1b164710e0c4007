"""Means with and without those who were left out give none of these away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey.indices.with_without import with_and_without
from tests.indices.test_undoing_suppression import indices_of

BODIES = 6


def table(gone: dict[int, int], *, each: int = 12) -> pd.DataFrame:
    """Return the comparison where so many respondents of some bodies were left out."""
    rng = np.random.default_rng(1)
    rows = [(f"b{body}", "m", "official", place) for body in range(BODIES) for place in range(each)]
    people = pd.DataFrame(rows, columns=["body", "member", "group", "place"])
    people["trust_100"] = rng.uniform(20, 80, len(people))
    kept = people[
        [place >= gone.get(int(body[1:]), 0) for body, place in zip(people["body"], people["place"], strict=True)]
    ]
    found = with_and_without(*(indices_of(part.drop(columns="place")) for part in (people, kept)))
    return found.set_index(found["body"].fillna("all"))


@pytest.mark.parametrize(
    ("gone", "hidden"),
    [
        ({}, set()),
        ({0: 6}, set()),
        ({0: 1}, {"b0", "all"}),
        ({0: 1, 1: 6}, {"b0", "b1"}),
        ({0: 2, 1: 3}, {"b0", "b1"}),
        ({0: 1, 1: 1}, {"b0", "b1", "all"}),
    ],
    ids=["nobody", "many", "one", "one beside many", "five together", "two together"],
)
def test_the_mean_of_all_is_hidden_where_few_were_left_out(gone: dict[int, int], hidden: set[str]) -> None:
    found = table(gone)
    assert set(found.index[found["mean_all"].isna()]) == hidden
    assert found["mean_kept"].notna().all()
    assert found.loc["all", "n_all"] - found.loc["all", "n_kept"] == sum(gone.values())


def test_a_body_hidden_without_them_is_hidden_with_them() -> None:
    found = table({0: 9})  # three are kept
    assert np.isnan(found.loc["b0", "mean_kept"])
    hidden = found.index[found["mean_kept"].isna()]
    assert len(hidden) > 1
    assert found.loc[hidden, "mean_all"].isna().all()
