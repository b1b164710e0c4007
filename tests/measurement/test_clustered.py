"""Intervals over bodies and loadings within bodies, against R on the simulated study."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import cfa
from kadsurvey.measurement.clustered import body_jackknife, within_loadings
from tests.reference_numbers import load, matrix, vector

ESTIMATE = 5e-4  # lavaan's optimiser on ordinal models
STD_ERROR = 2e-4  # it stops early in each of the 24 replicates
ALPHA = 1e-8  # closed form
WITHIN = 1e-4  # psych's minres stops there
REFERENCE = load("t13_validate")
MODEL = {
    name: [f"{letter}{place}" for place in range(1, 6)]
    for name, letter in {"trust": "T", "norm": "N", "network": "W"}.items()
}
ITEMS = [item for items in MODEL.values() for item in items]


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    return frame.assign(**{name: 6 - frame[name] for name in ("T4", "N2", "W5")})


@pytest.fixture(scope="module")
def jackknife(study: pd.DataFrame):
    items = study[ITEMS]
    return body_jackknife(items, study["body"], MODEL, {tuple(MODEL): cfa(items, MODEL)})


def test_errors_over_bodies_equal_lavaan_without_each_body(jackknife) -> None:
    theirs = REFERENCE["jackknife"]
    names = {"loading": "{rhs}", "phi": "{lhs}~~{rhs}", "omega": "omega_{lhs}", "alpha": "alpha_{lhs}"}
    # Loadings on a factor above are held against its model in test_second_order.
    for row in jackknife.table[jackknife.table["statistic"] != "second_order"].itertuples():
        key = names[row.statistic].format(lhs=row.lhs, rhs=row.rhs)
        within = ALPHA if row.statistic == "alpha" else ESTIMATE
        assert row.estimate == pytest.approx(theirs["full"][key], abs=within), key
        within = ALPHA if row.statistic == "alpha" else STD_ERROR
        assert row.std_error == pytest.approx(theirs["se"][key], abs=within), key
        assert row.ci_low < row.estimate < row.ci_high < 1
    assert jackknife.n_bodies == 24
    assert jackknife.undefined == ()


def test_without_bodies_there_is_no_spread_over_them(study: pd.DataFrame) -> None:
    some = study[study["body"].isin(study["body"].unique()[:3])]
    assert body_jackknife(some[ITEMS], some["body"], MODEL, {}) is None
    assert body_jackknife(some[ITEMS], pd.Series(pd.NA, some.index), MODEL, {}) is None


def test_a_body_without_which_an_item_is_constant_is_named(study: pd.DataFrame) -> None:
    """Only one body uses T1's scale: without it there is no alpha and no model, so no interval."""
    first = study["body"].iloc[0]
    spoiled = study.assign(T1=study["T1"].where(study["body"] == first, 3.0))
    few = {"trust": MODEL["trust"]}
    found = body_jackknife(spoiled[ITEMS], spoiled["body"], few, {("trust",): cfa(spoiled, few)})
    assert found.undefined == (str(first),)
    assert found.table[["std_error", "ci_low", "ci_high"]].isna().all(axis=None)
    assert found.table["estimate"].notna().all()


def test_loadings_within_bodies_equal_psych(study: pd.DataFrame) -> None:
    complete = study.dropna(subset=ITEMS)
    found, theirs = within_loadings(complete, complete["body"], MODEL), REFERENCE["within"]
    for name, items in MODEL.items():
        for ours, key in (("within", "loadings_within"), ("total", "loadings_total")):
            expected = np.abs(vector(theirs[key][name]))
            np.testing.assert_allclose(found.loc[items, ours], expected, atol=WITHIN)


def test_within_correlations_are_those_of_deviations_from_the_body(study: pd.DataFrame) -> None:
    """psych's pooled within-group matrix is the correlation of the deviations that the loadings start from."""
    complete = study.dropna(subset=ITEMS)
    deviations = complete[ITEMS] - complete.groupby("body")[ITEMS].transform("mean")
    np.testing.assert_allclose(np.corrcoef(deviations.T), matrix(REFERENCE["within"]["rwg"]), atol=ALPHA)


def test_respondents_without_a_body_are_left_out_of_within(study: pd.DataFrame) -> None:
    complete = study.dropna(subset=ITEMS)
    body = complete["body"].astype(object).mask(complete["body"] == complete["body"].iloc[0])
    known = complete[body.notna()]
    pd.testing.assert_frame_equal(within_loadings(complete, body, MODEL), within_loadings(known, known["body"], MODEL))


def test_constructs_of_two_items_have_no_one_factor_model(study: pd.DataFrame) -> None:
    assert within_loadings(study, study["body"], {"trust": ["T1", "T2"]}).empty
