"""Correlations of indices at their level against closed forms."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.correlations import index_correlations

ROUNDING = 1e-12


def indices(frame):
    return SimpleNamespace(respondents=frame, model_column=lambda name: f"{name}_z")


@pytest.fixture
def respondents():
    rng = np.random.default_rng(1)
    body = np.repeat(list("abcdef"), 10)
    own = rng.normal(size=(60, 2))
    means = np.repeat(rng.normal(size=(6, 2)), 10, axis=0)
    return pd.DataFrame(
        {"body": body, "trust_z": own[:, 0] + means[:, 0], "norm_z": own[:, 1] - own[:, 0] + means[:, 1]}
    )


def test_within_and_between_are_told_apart(respondents):
    found = index_correlations(indices(respondents), ["trust", "norm"]).set_index("level")
    means = respondents.groupby("body")[["trust_z", "norm_z"]].mean()
    apart = respondents[["trust_z", "norm_z"]] - means.loc[respondents["body"]].to_numpy()
    within, between = (np.corrcoef(part.to_numpy().T)[0, 1] for part in (apart, means))
    assert found.loc["within", "r"] == pytest.approx(within, abs=ROUNDING)
    assert found.loc["between", "r"] == pytest.approx(between, abs=ROUNDING)
    assert found["n"].to_dict() == {"within": 60, "between": 6}
    limits = stats.pearsonr(means["trust_z"], means["norm_z"]).confidence_interval()
    assert found.loc["between", ["ci_low", "ci_high"]].tolist() == pytest.approx(list(limits))
    assert np.isnan(found.loc["within", "ci_low"])


def test_without_bodies_there_is_one_level(respondents):
    found = index_correlations(indices(respondents.drop(columns="body")), ["trust", "norm"])
    assert found["level"].tolist() == ["respondents"]


def test_three_bodies_have_no_correlation_between_them(respondents):
    few = respondents[respondents["body"].isin(list("abc"))]
    assert index_correlations(indices(few), ["trust", "norm"])["level"].tolist() == ["within"]


def test_what_does_not_vary_is_left_out(respondents):
    assert index_correlations(indices(respondents.assign(norm_z=1.0)), ["trust", "norm"]).empty
