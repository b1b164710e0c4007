"""Findings of regressions on data that were made for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kadsurvey import corrected_regression, load_truth, regress, score, simulate
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.simulation.responses import simulated_responses


def codes(findings: tuple[object, ...]) -> list[str]:
    return [finding.code for finding in findings]  # type: ignore[attr-defined]


def test_a_slope_that_few_bodies_carry_is_named() -> None:
    rng = np.random.default_rng(3)
    body = np.repeat(["a", "b", "c", "d", "e"], 12)
    seats = np.repeat([0.0, 0, 0, 0, 1], 12)
    data = pd.DataFrame({"body": body, "felt": rng.normal(size=60), "seats": seats})
    found = regress(data, "felt", ["seats"], cluster="body", level="respondent")
    assert found.table.set_index("term").loc["seats", "df"] < 4
    assert "outcomes.low_df" in codes(found.findings)


def test_bodies_that_do_not_differ_are_a_singular_fit() -> None:
    rng = np.random.default_rng(1)
    body = np.repeat([f"b{place}" for place in range(8)], 20)
    noise = pd.Series(rng.normal(size=160))
    felt = noise - noise.groupby(body).transform("mean")
    data = pd.DataFrame({"body": body, "felt": felt, "trust": rng.normal(size=160)})
    found = regress(data, "felt", ["trust"], cluster="body", family="mixed")
    assert "outcomes.singular" in codes(found.findings)


def test_a_correction_that_one_body_carries_has_no_interval() -> None:
    study = simulate(load_truth("sample"), seed=4)
    indices = score(simulated_responses(study), method="mean")
    rng = np.random.default_rng(2)
    respondents = indices.respondents.assign(body=rng.permutation(indices.respondents["body"].to_numpy()))
    # Bodies drawn by lot do not differ, but for one whose respondents trust far more than all others.
    items = indices.items.copy()
    outlier = respondents["body"] == respondents["body"].iloc[0]
    items.loc[outlier, list(indices.items_of["trust"])] = 5.0
    mixed = replace(indices, respondents=respondents, items=items)
    found = corrected_regression(mixed, Bodies(study.bodies, (), ()), "cost_efficiency", ["trust"])
    assert found.table["estimate"].notna().all()
    assert found.table["std_error"].isna().all()
    assert "outcomes.corrected_no_interval" in codes(found.findings)
