import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kadsurvey.indices.body_index import body_index
from kadsurvey.indices.summary import summaries

# The same formula computed by scipy; what remains is rounding.
CLOSED_FORM = 1e-10


@pytest.fixture
def respondents():
    rng = np.random.default_rng(2)
    body = np.repeat(["a", "b", "c"], [12, 8, 6])
    member = body + rng.integers(1, 3, 26).astype(str)
    group = np.where(rng.random(26) < 0.5, "official", "ngo")
    values = {"trust_100": rng.uniform(0, 100, 26), "trust_z": rng.normal(size=26)}
    return pd.DataFrame({"body": body, "member": member, "group": group, **values})


def test_a_members_mean_and_interval_equal_students_t(respondents):
    found = summaries(respondents, ["trust"], min_cell=1).members
    for unit, values in respondents.groupby(["body", "member"])["trust_100"]:
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert found.loc[unit, "mean"] == pytest.approx(values.mean(), abs=CLOSED_FORM)
        assert (found.loc[unit, "ci_low"], found.loc[unit, "ci_high"]) == pytest.approx((low, high), abs=CLOSED_FORM)


def test_a_weighted_mean_has_the_linearised_error(respondents):
    weights = pd.Series(np.random.default_rng(3).uniform(0.5, 3, 26))
    found = summaries(respondents, ["trust"], min_cell=1, weights=weights).members
    unit, rows = next(iter(respondents.groupby(["body", "member"]).groups.items()))
    values, own = respondents.loc[rows, "trust_100"].to_numpy(), weights[rows].to_numpy()
    mean = np.average(values, weights=own)
    n = len(values)
    variance = n / (n - 1) * ((own / own.sum() * (values - mean)) ** 2).sum()
    assert found.loc[unit, "mean"] == pytest.approx(mean, abs=CLOSED_FORM)
    assert found.loc[unit, "std_error"] == pytest.approx(np.sqrt(variance), abs=CLOSED_FORM)


def test_a_body_has_its_index_and_beside_it_the_unadjusted_mean(respondents):
    found = summaries(respondents, ["trust"], min_cell=1).bodies
    wanted = body_index(respondents, "trust_100").bodies.drop(columns="within")
    pd.testing.assert_frame_equal(found[wanted.columns], wanted)
    for body, values in respondents.groupby("body")["trust_100"]:
        assert found.loc[body, "mean"] == pytest.approx(values.mean(), abs=CLOSED_FORM)
    assert found["n"].to_dict() == {"a": 12, "b": 8, "c": 6}


def test_groups_and_all_bodies_are_means_over_bodies(respondents):
    found = summaries(respondents, ["trust"], min_cell=5)
    of_bodies = body_index(respondents, "trust_100")
    for row, values in [
        (found.overall.iloc[0], of_bodies.bodies["index"]),
        (found.groups.loc["ngo"], of_bodies.groups["ngo"]),
    ]:
        low, high = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
        wanted = (values.mean(), low, high)
        assert (row["index"], row["ci_low"], row["ci_high"]) == pytest.approx(wanted, abs=CLOSED_FORM)
        assert row["n_bodies"] == 3


def test_a_small_body_shows_its_n_only_and_is_not_ranked(respondents):
    found = summaries(respondents, ["trust"], min_cell=7).bodies
    assert found["suppressed"].to_dict() == {"a": False, "b": True, "c": True}
    shown = found.columns.difference(["construct", "n", "suppressed"])
    assert found.loc["c", shown].isna().all()
    assert found.loc["c", "n"] == 6


def test_respondents_without_an_index_do_not_count(respondents):
    respondents.loc[0, "trust_100"] = np.nan
    assert summaries(respondents, ["trust"], min_cell=5).bodies.loc["a", "n"] == 11


def test_units_that_the_data_do_not_name_have_no_rows(respondents):
    found = summaries(respondents[["trust_100", "trust_z"]], ["trust"], min_cell=5)
    assert found.members.empty
    assert found.bodies.empty
    assert found.groups.empty
    assert found.overall["n"].tolist() == [26]
    assert found.overall["index"].isna().all()
