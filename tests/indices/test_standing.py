import numpy as np
import pandas as pd
import pytest

from kadsurvey.indices.standing import MOST_RANKED, STANDING_COLUMNS, standing
from kadsurvey.stats.ranking import superiority
from kadsurvey.stats.shrinkage import shrink

ROUNDING = 1e-12


@pytest.fixture
def bodies():
    return pd.Series([70.0, 52, 51, 50, np.nan, 30], list("abcdef")), pd.Series([2.0, 3, 3, 3, 3, 2], list("abcdef"))


def test_bodies_are_shrunken_and_ranked_by_what_can_be_compared(bodies):
    found = standing(*bodies)
    index, errors = (part.dropna().drop("e", errors="ignore") for part in bodies)
    wanted = shrink(index.to_numpy(), errors.to_numpy() ** 2)
    compared = found.drop("e")
    np.testing.assert_allclose(compared["shrunken"], wanted.value, rtol=ROUNDING)
    np.testing.assert_allclose(compared["reliability"], wanted.reliability, rtol=ROUNDING)
    assert compared["rank"].tolist() == [1, 2, 3, 4, 5]
    above = superiority(wanted.value, wanted.std_error)
    np.testing.assert_array_equal(compared["alike"], ((above > 0.025) & (above < 0.975)).sum(axis=1) - 1)
    assert found.loc["e"].isna().all()


def test_the_first_of_bodies_far_apart_is_in_the_top_quarter_for_certain(bodies):
    found = standing(*bodies)
    assert found.loc["a", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert found.loc["a", "top_quarter"] == pytest.approx(1, abs=1e-3)
    assert found.loc["b", "rank_low"] == 2
    assert found.loc["b", "rank_high"] >= 4
    # A quarter of five bodies is two of them.
    assert found["top_quarter"].sum() == pytest.approx(2, abs=1e-3)


def test_three_bodies_are_ranked_but_not_shrunken(bodies):
    found = standing(bodies[0].iloc[:3], bodies[1].iloc[:3])
    assert found["rank"].tolist() == [1, 2, 3]
    assert found[["shrunken", "reliability"]].isna().all(axis=None)
    assert found["alike"].tolist() == [0, 1, 1]


def test_a_single_body_is_compared_with_nobody(bodies):
    found = standing(bodies[0].iloc[:1], bodies[1].iloc[:1])
    assert list(found.columns) == list(STANDING_COLUMNS)
    assert found.isna().all(axis=None)


def test_beyond_two_hundred_bodies_there_are_places_but_no_chances():
    names = [f"b{place}" for place in range(MOST_RANKED + 1)]
    found = standing(pd.Series(np.arange(len(names), dtype=float), names), pd.Series(1.0, names))
    assert found["rank"].tolist() == list(range(len(names), 0, -1))
    assert found["shrunken"].notna().all()
    assert found[["rank_low", "top_quarter", "alike"]].isna().all(axis=None)
