"""The roster's trust beside the trust scale: what is joined, and Spearman's correlation by enumeration."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.roster_beside import roster_beside
from kadsurvey.ingest.ties import read_ties

ROUNDING = 1e-12


STRENGTHS = {1.0: (1, 1), 2.0: (2, 2), 2.5: (2, 3), 0.5: (0, 1), 3.0: (3, 3), 0.0: (0, 0), 4.0: (4, 4)}
"""Two ties whose mean is the strength of their body."""


@pytest.fixture
def found(tmp_path):
    def read(strengths, relation="trust"):
        lines = [f"body,from,to,{relation}"]
        for body, strength in strengths.items():
            there, back = STRENGTHS[strength]
            lines += [f"{body},{body}1,{body}2,{there}", f"{body},{body}2,{body}1,{back}"]
        path = tmp_path / "ties.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_ties(path)

    return read


def indices(values):
    frame = pd.DataFrame({"construct": "trust", "n": 10, "index": list(values.values())}, index=list(values))
    return SimpleNamespace(bodies=frame)


def test_bodies_are_joined_by_name_and_correlated_by_rank(found):
    strengths = {"a": 1.0, "b": 2.0, "c": 2.5, "d": 0.5, "e": 3.0}
    values = {"e": 70.0, "a": 50.0, "c": 55.0, "b": 60.0, "d": 40.0, "z": 10.0}
    beside = roster_beside(found(strengths), indices(values), seed=1)
    assert beside.n_bodies == 5
    assert beside.bodies.loc["e"].tolist() == [3.0, 1.0, 10, 70.0]
    x = [strengths[name] for name in "abcde"]
    y = [values[name] for name in "abcde"]
    assert beside.correlation == pytest.approx(stats.spearmanr(x, y).statistic, abs=ROUNDING)
    every = [abs(stats.spearmanr(x, other).statistic) for other in permutations(y)]
    assert beside.enumerated
    assert beside.p_value == pytest.approx(np.mean(np.array(every) >= abs(beside.correlation) - ROUNDING))


def test_three_bodies_or_equal_ones_have_no_correlation(found):
    few = roster_beside(found({"a": 1.0, "b": 2.0, "c": 3.0}), indices({"a": 1.0, "b": 2.0, "c": 3.0}), seed=1)
    same = roster_beside(found(dict.fromkeys("abcd", 1.0)), indices(dict.fromkeys("abcd", 2.0)), seed=1)
    assert np.isnan([few.correlation, same.correlation]).all()


def test_a_hidden_index_is_left_out(found):
    values = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": np.nan}
    beside = roster_beside(found(dict(zip("abcde", (0.0, 1.0, 2.0, 3.0, 4.0), strict=True))), indices(values), seed=1)
    assert beside.n_bodies == 4
    assert beside.correlation == pytest.approx(1)


def test_without_the_relation_or_a_common_body_there_is_nothing(found):
    assert roster_beside(found({"a": 1.0}, "contact"), indices({"a": 1.0}), seed=1) is None
    assert roster_beside(found({"a": 1.0}), indices({"b": 1.0}), seed=1) is None
