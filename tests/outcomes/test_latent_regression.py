"""Latent regression in two steps against lavaan's sam, on a known truth, and odd input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import latent_regression
from kadsurvey.errors import ArgumentError, StatisticsError
from tests.reference_numbers import load

SAM = 1e-5  # lavaan's optimiser stops about 1e-6 from the maximum
SE_RELATIVE = 1e-4
COVERAGE = (0.90, 0.99)  # of 95% intervals in 200 studies: four Monte Carlo errors below, three above

LETTERS = {"trust": "T", "norm": "N", "network": "W"}
MODEL = {name: [f"{letter}{place}" for place in range(1, 6)] for name, letter in LETTERS.items()}
OUTCOME = {"PO": ["P1", "P2", "P3"]}


@pytest.fixture(scope="module")
def coop():
    return pd.read_csv("tests/reference/coop_latent_regression.csv")


def sam(case, outcome):
    table = pd.DataFrame(load("t09_sem_sam")[case]["sam_local_twostep"]["parameters"])
    return table[(table["lhs"] == outcome) & (table["op"] == "~")]


@pytest.mark.parametrize(("case", "outcome"), [("observed_outcome", "perceived"), ("latent_outcome", "PO")])
def test_slopes_and_errors_equal_lavaan(coop, case, outcome):
    model = MODEL | (OUTCOME if outcome == "PO" else {})
    found = latent_regression(coop, model, outcome, controls=["ngo"])
    theirs = sam(case, outcome)
    assert found.table["term"].tolist() == theirs["rhs"].tolist()
    np.testing.assert_allclose(found.table["marker"], theirs["est"], atol=SAM)
    np.testing.assert_allclose(found.table["marker_se"], theirs["se"], rtol=SE_RELATIVE)
    # lavaan standardises an observed outcome and a covariate too
    unit = np.where(theirs["rhs"] == "ngo", coop["ngo"].std(ddof=0), 1.0)
    spread = coop["perceived"].std(ddof=0) if outcome == "perceived" else 1.0
    np.testing.assert_allclose(found.table["estimate"] * unit / spread, theirs["std.all"], atol=SAM)


def test_which_item_is_the_marker_does_not_move_standardised_slopes(coop):
    turned = {name: items[::-1] for name, items in MODEL.items()} | OUTCOME
    plain, other = (latent_regression(coop, model, "PO", controls=["ngo"]) for model in (MODEL | OUTCOME, turned))
    np.testing.assert_allclose(other.table["estimate"], plain.table["estimate"], atol=1e-8)
    np.testing.assert_allclose(other.table["std_error"], plain.table["std_error"], rtol=1e-6)
    assert not np.allclose(other.table["marker"], plain.table["marker"])


def study_of(seed, n=300):
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 2)) @ np.linalg.cholesky(np.array([[1, 0.5], [0.5, 1]])).T
    outcome = factors @ [0.5, 0.2] + rng.normal(scale=0.6, size=n)
    items = np.repeat(factors, 4, axis=1) * 0.8 + rng.normal(scale=0.8, size=(n, 8))
    return pd.DataFrame(items, columns=[*"abcdefgh"]).assign(y=outcome)


SMALL = {"one": list("abcd"), "two": list("efgh")}


def test_intervals_hold_the_truth():
    held = np.array(
        [
            (table["ci_low"] <= [0.5, 0.2]) & (table["ci_high"] >= [0.5, 0.2])
            for table in (latent_regression(study_of(seed), SMALL, "y").table for seed in range(200))
        ]
    )
    assert (held.mean(axis=0) >= COVERAGE[0]).all()
    assert (held.mean(axis=0) <= COVERAGE[1]).all()


def test_rows_with_a_gap_are_counted(coop):
    gaps = coop.copy()
    gaps.loc[gaps.index[:7], "T1"] = np.nan
    found = latent_regression(gaps, MODEL, "perceived")
    assert (found.n, found.n_left_out) == (len(coop) - 7, 7)


def test_predictors_may_be_chosen(coop):
    found = latent_regression(coop, MODEL | OUTCOME, "PO", predictors=["norm"])
    assert found.table["term"].tolist() == ["norm"]
    correlation = found.table["estimate"].iloc[0]
    assert found.r_squared == pytest.approx(correlation**2)


def test_a_construct_that_cannot_be_told_from_another_gives_no_slopes():
    study = study_of(4)
    rng = np.random.default_rng(5)
    same = study.assign(**{name: study["a"] + rng.normal(scale=0.1, size=len(study)) for name in "efgh"})
    same = same.assign(**{name: study["a"] + rng.normal(scale=0.1, size=len(study)) for name in "bcd"})
    found = latent_regression(same, SMALL, "y")
    assert found.reason in ("heywood", "not_positive_definite")
    assert found.table["estimate"].isna().all()


@pytest.mark.parametrize("change", [{"outcome": "perceeved"}, {"predictors": ["trsut"]}, {"controls": ["n_go"]}])
def test_an_unknown_name_is_answered_with_the_nearest(coop, change):
    with pytest.raises(ArgumentError) as err:
        latent_regression(coop, MODEL, **({"outcome": "perceived"} | change))
    assert err.value.code == "outcomes.unknown_column"


def test_two_items_are_too_few(coop):
    with pytest.raises(StatisticsError) as err:
        latent_regression(coop, MODEL | {"trust": ["T1", "T2"]}, "perceived")
    assert err.value.code == "stats.too_few_items"


def test_no_construct_is_too_few(coop):
    with pytest.raises(StatisticsError) as err:
        latent_regression(coop, MODEL, "perceived", predictors=[])
    assert err.value.code == "stats.too_few_factors"
