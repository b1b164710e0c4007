"""A quick look at what benchmarks/body_means.md shows at length: a body's interval holds its true index."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.body_means import Design, drawn, expected_percent, one_study

STUDIES = 20
# 95.0 in the benchmark, standard error 1.0 for this many studies of twelve bodies.
COVERAGE = 0.03
DRAWS = 200_000
# Four standard errors of a mean of percents whose standard deviation is below 30.
CHANCE = 4 * 30 / DRAWS**0.5


@pytest.mark.parametrize("members", ["census", "sample"])
def test_intervals_hold_the_true_index(members):
    rng = np.random.default_rng(1)
    found = pd.concat(one_study(Design(12, members), rng) for _ in range(STUDIES))
    held = (found["ci_low"] <= found["truth"]) & (found["truth"] <= found["ci_high"])
    assert held.mean() == pytest.approx(0.95, abs=COVERAGE)


def test_the_truth_is_the_mean_of_many_answers(monkeypatch):
    monkeypatch.setattr("benchmarks.body_means.RESPONDENTS", (DRAWS, DRAWS))
    monkeypatch.setattr("benchmarks.body_means.MEMBERS", (1, 1))
    respondents, latent = drawn(Design(1, "census"), np.random.default_rng(2))
    officials = respondents.loc[respondents["group"] == "official", "trust_100"].mean()
    assert expected_percent(latent[0][1:], 0.75)[0] == pytest.approx(officials, abs=CHANCE * 2**0.5)
