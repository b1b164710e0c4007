"""The public agreement of values within clusters, against R multilevel and lme4, and its reading."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import agreement
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.indices.aggregation_rules import verdict_of
from tests.reference_numbers import load, vector

CLOSED_FORM = 1e-8  # the reference keeps 15 digits; sums of squares lose the rest
REML = 1e-4  # relative: lme4 stops its search there
REFERENCE = load("t07_aggregation")["coop_by_body"]["norm"]
ITEMS = ["N1", "N2", "N3", "N4", "N5"]


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    frame = pd.read_csv("tests/reference/coop_respondents.csv").set_index("respondent")
    return frame.assign(N2=6 - frame["N2"]).dropna(subset=ITEMS)


def test_equals_r(study):
    found = agreement(study[ITEMS].mean(axis=1), study["body"], items=study[ITEMS])
    pairs = {
        "ICC1_aov_multilevel": found.icc1,
        "ICC2_aov_multilevel": found.icc2,
        "ICC1_n0": found.icc1_searle,
        "F": found.f,
        "group_sizes_mean": found.mean_size,
    }
    for key, value in pairs.items():
        assert value == pytest.approx(REFERENCE[key], abs=CLOSED_FORM), key
    reml = REFERENCE["lme4_REML"]
    assert found.icc1_mixed == pytest.approx(reml["ICC1"], rel=REML)
    assert found.icc2_mixed == pytest.approx(reml["ICC2_mean_n"], rel=REML)
    assert found.design_effect == pytest.approx(REFERENCE["design_effect"], rel=REML)
    assert found.clusters["reliability"].to_numpy() == pytest.approx(vector(reml["reliability_per_group"]), rel=REML)
    assert list(found.clusters.index) == REFERENCE["rwg_j"]["grpid"]
    columns = {
        "rwg": REFERENCE["rwg_of_scale_score"]["rwg"],
        "rwg_j": REFERENCE["rwg_j"]["rwg.j"],
        "rwg_j_skewed": REFERENCE["rwg_j_slight_skew"]["values"]["rwg.j"],
        "rwg_j_lindell": REFERENCE["rwg_j_lindell"]["rwg.lindell"],
        "awg": REFERENCE["awg"]["a.wg"],
        "ad_mean": REFERENCE["ad_mean"]["AD.M"],
        "ad_median": REFERENCE["ad_median"]["AD.M"],
    }
    for name, values in columns.items():
        assert found.clusters[name].to_numpy() == pytest.approx(vector(values), abs=CLOSED_FORM), name
    assert found.rwg.equals(found.clusters["rwg"])
    assert found.median_agreement == pytest.approx(REFERENCE["rwg_j_median"], abs=CLOSED_FORM)
    assert found.verdict == "aggregate"
    assert not found.exact


def test_rows_join_by_index(study):
    values = study[ITEMS].mean(axis=1)
    ordered = agreement(values, study["body"], items=study[ITEMS])
    mixed = agreement(values, study["body"].sample(frac=1, random_state=1), items=study[ITEMS].iloc[::-1])
    pd.testing.assert_frame_equal(ordered.clusters, mixed.clusters)
    by_place = agreement(values.to_numpy(), study["body"].to_numpy(), items=study[ITEMS])
    pd.testing.assert_frame_equal(ordered.clusters, by_place.clusters)


def test_the_input_stays_as_it_was(study):
    before = study.copy()
    agreement(study["N1"], study["body"], items=study[ITEMS])
    pd.testing.assert_frame_equal(study, before)


def test_missing_values_and_clusters_are_left_out_and_counted():
    values = pd.Series([1.0, 2, 4, 5, np.nan, 3])
    cluster = pd.Series(["a", "a", "b", "b", "b", None])
    found = agreement(values, cluster)
    assert (found.n_obs, found.n_dropped, found.n_clusters) == (4, 2, 2)
    assert found.clusters["n"].to_dict() == {"a": 2, "b": 2}


def test_incomplete_answers_count_for_the_score_only():
    items = pd.DataFrame({"x": [1.0, 2, np.nan, 4, 5], "y": [1.0, 2, 3, 4, 5]})
    found = agreement(items.mean(axis=1), pd.Series(list("aabbb")), items=items)
    assert found.clusters["n"].to_dict() == {"a": 2, "b": 3}
    assert found.clusters["n_complete"].to_dict() == {"a": 2, "b": 2}
    # The whole answers of b are 4 and 5: variance .5 against 2.
    assert found.clusters.loc["b", "rwg_j_lindell"] == pytest.approx(0.75, abs=CLOSED_FORM)


def test_values_of_another_scale_have_icc_but_no_rwg():
    values, cluster = np.array([10.0, 20, 80, 90]), np.array([1, 1, 2, 2])
    found = agreement(values, cluster)
    assert [(finding.code, finding.params["count"]) for finding in found.findings] == [("indices.values_off_scale", 4)]
    assert found.rwg.isna().all()
    rescaled = agreement(values, cluster, codes=range(0, 101, 25))
    assert rescaled.findings == ()
    assert found.icc1 == rescaled.icc1
    assert rescaled.rwg.to_numpy() == pytest.approx(1 - 50 / 1250, abs=CLOSED_FORM)


def test_the_skewed_null_may_be_asked_for(study):
    skewed = agreement(study["N1"], study["body"], items=study[ITEMS], null="slight_skew")
    uniform = agreement(study["N1"], study["body"], items=study[ITEMS])
    assert skewed.clusters["rwg_j"].equals(uniform.clusters["rwg_j_skewed"])
    with pytest.raises(StatisticsError) as caught:
        agreement(study["N1"], study["body"], codes=range(0, 6, 2), null="slight_skew")
    assert caught.value.code == "stats.no_skewed_null"


def test_nobody_differs_within_clusters():
    found = agreement(np.array([1.0, 1, 2, 2]), np.array([1, 1, 2, 2]))
    assert (found.icc1, found.icc1_mixed, found.icc2_mixed, found.design_effect) == (1, 1, 1, 2)
    assert found.verdict == "aggregate"


def test_nobody_differs_at_all():
    found = agreement(np.ones(4), np.array([1, 1, 2, 2]))
    assert found.verdict == "undecided"
    assert np.isnan([found.icc1, found.icc1_mixed, found.design_effect]).all()
    assert found.rwg.tolist() == [1, 1]


@pytest.mark.parametrize("cluster", [["a", "a", "a"], ["a", "b", "c"]], ids=["one cluster", "clusters of one"])
def test_clusters_are_needed(cluster):
    with pytest.raises(StatisticsError) as caught:
        agreement(np.array([1.0, 2, 3]), np.array(cluster))
    assert caught.value.code == "stats.icc_needs_clusters"


@pytest.mark.parametrize(
    ("cluster", "items"),
    [
        (np.array([1, 2]), None),
        (pd.Series([1, 1, 2, 2], index=[0, 1, 2, 9]), None),
        (pd.Series([1, 1, 2, 2], index=[0, 1, 2, 2]), None),
        (pd.Series([1, 1, 2, 2]), pd.DataFrame({"x": [1.0, 2, 3]})),
    ],
    ids=["shorter", "other respondents", "a respondent twice", "fewer items"],
)
def test_rows_of_other_respondents_are_refused(cluster, items):
    with pytest.raises(ArgumentError) as caught:
        agreement(pd.Series([1.0, 2, 3, 4]), cluster, items=items)
    assert caught.value.code == "indices.rows_differ"


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ((0.20, 0.001, 0.80, 0.85), "aggregate"),
        ((0.10, 0.010, 0.55, 0.85), "unreliable"),
        ((0.20, 0.001, 0.80, 0.50), "divided"),
        ((0.20, 0.200, 0.40, 0.85), "pseudo_agreement"),
        ((0.03, 0.001, 0.75, 0.85), "pseudo_agreement"),
        ((0.01, 0.400, 0.20, 0.50), "no_agreement"),
        ((0.01, 0.400, 0.20, np.nan), "no_difference"),
        ((0.20, 0.001, 0.80, np.nan), "aggregate"),
        ((np.nan, np.nan, np.nan, 1.0), "undecided"),
    ],
)
def test_verdicts(numbers, verdict):
    icc1, p_value, icc2, agreed = numbers
    assert verdict_of(icc1=icc1, p_value=p_value, icc2=icc2, agreed=agreed) == verdict


def test_alike_answers_everywhere_are_pseudo_agreement():
    rng = np.random.default_rng(3)
    items = pd.DataFrame(rng.choice([3.0, 4.0], size=(80, 4)))
    found = agreement(items.mean(axis=1), pd.Series(np.repeat(np.arange(8), 10)), items=items)
    assert found.median_agreement > 0.9
    assert found.verdict == "pseudo_agreement"
