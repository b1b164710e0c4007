"""What the plots of a regression rest on: partial slopes are the model's, residuals of persons bear no name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey import regress

EXACT = 1e-9  # the same least squares by another path
RNG = np.random.default_rng(11)
BODIES = pd.DataFrame(RNG.normal(size=(14, 3)), columns=["y", "a", "b"], index=[f"B{n}" for n in range(14)])


def test_the_slope_through_the_partial_points_is_the_estimate():
    found = regress(BODIES, "y", ["a"], controls=["b"])
    slopes = found.table.set_index("term")["estimate"]
    for term, points in found.diagnostics.partial.groupby("term"):
        x, y = points["x"].to_numpy(), points["y"].to_numpy()
        assert x @ y / (x @ x) == pytest.approx(slopes[term], abs=EXACT)
        assert y - slopes[term] * x == pytest.approx(found.diagnostics.residuals["residual"].to_numpy(), abs=EXACT)
        assert points["body"].tolist() == BODIES.index.tolist()
    assert set(found.diagnostics.partial["term"]) == {"a", "b"}


def test_residuals_and_fitted_values_add_up_to_the_outcome():
    residuals = regress(BODIES, "y", ["a", "b"]).diagnostics.residuals.set_index("body")
    assert (residuals["fitted"] + residuals["residual"]).to_numpy() == pytest.approx(BODIES["y"].to_numpy(), abs=EXACT)
    assert residuals["standardised"].std() == pytest.approx(1, abs=0.2)
    lowest = stats.norm.ppf((1 - 0.375) / (14 + 0.25))
    assert residuals["normal_quantile"].min() == pytest.approx(lowest, abs=EXACT)
    assert residuals["residual"].idxmin() == residuals["normal_quantile"].idxmin()


def test_rows_that_are_respondents_bear_no_body_and_stay_out_of_the_plain_values():
    people = pd.DataFrame({"y": RNG.normal(size=60), "a": RNG.normal(size=60), "body": list("abcdef") * 10})
    found = regress(people, "y", ["a"], cluster="body", level="respondent")
    assert found.diagnostics.partial.empty
    assert list(found.diagnostics.residuals) == ["fitted", "residual", "standardised", "normal_quantile"]
    assert found.diagnostics.residuals["fitted"].is_monotonic_increasing
    assert found.to_dict()["diagnostics"]["residuals"] == []


def test_other_families_have_no_plots():
    shares = BODIES.assign(y=BODIES["y"].rank() / 20)
    found = regress(shares, "y", ["a"], family="fractional")
    assert found.diagnostics.partial.empty
    assert found.diagnostics.residuals.empty
