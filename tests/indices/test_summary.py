import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.summary import summarise

# The same formula computed by scipy; what remains is rounding.
CLOSED_FORM = 1e-10


@pytest.fixture
def respondents():
    rng = np.random.default_rng(2)
    body = np.repeat(["a", "b", "c"], [12, 8, 6])
    return pd.DataFrame({"body": body, "trust_100": rng.uniform(0, 100, 26), "trust_z": rng.normal(size=26)})


def test_mean_and_interval_equal_students_t(respondents):
    found = summarise(respondents, "body", ["trust"], min_cell=5)
    for body, values in respondents.groupby("body")["trust_100"]:
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert found.loc[body, "mean"] == pytest.approx(values.mean(), abs=CLOSED_FORM)
        assert (found.loc[body, "ci_low"], found.loc[body, "ci_high"]) == pytest.approx((low, high), abs=CLOSED_FORM)
    assert found["n"].to_dict() == {"a": 12, "b": 8, "c": 6}


def test_a_small_body_shows_its_n_only(respondents):
    found = summarise(respondents, "body", ["trust"], min_cell=7)
    assert found["suppressed"].to_dict() == {"a": False, "b": True, "c": True}
    assert found.loc["c", ["mean", "std_error", "ci_low", "ci_high", "mean_z"]].isna().all()
    assert found.loc["c", "n"] == 6


def test_respondents_without_an_index_do_not_count(respondents):
    respondents.loc[0, "trust_100"] = np.nan
    assert summarise(respondents, "body", ["trust"], min_cell=5).loc["a", "n"] == 11
