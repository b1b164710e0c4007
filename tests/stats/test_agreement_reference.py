"""Agreement and reliability of clusters' means against R multilevel and lme4."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from kadsurvey.stats.agreement import anova_icc, design_effect, icc1, icc2
from kadsurvey.stats.mixed import random_intercepts, restricted_icc
from kadsurvey.stats.within_agreement import average_deviation, awg, null_variance, rwg, rwg_j, rwg_j_lindell
from tests.reference_numbers import load, vector

CLOSED_FORM = 1e-8  # the reference keeps 15 digits; sums of squares lose the rest
REML = 1e-4  # relative: lme4 stops its search there
REFERENCE = load("t07_aggregation")
CONSTRUCTS = {"trust": "T", "norm": "N", "network": "W"}
REVERSED = ("T4", "N2", "W5")
UNIFORM = null_variance(range(1, 6))
COOP = [(level, construct) for level in ("body", "region") for construct in CONSTRUCTS]

Array = NDArray[np.float64]


def coop(construct: str, level: str) -> tuple[Array, NDArray[np.object_]]:
    """Return the complete answers to a construct's items, reversed, and each row's unit."""
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    frame = frame.assign(**{name: 6 - frame[name] for name in REVERSED})
    items = [f"{CONSTRUCTS[construct]}{place}" for place in range(1, 6)]
    complete = frame.dropna(subset=[*items, level])
    return complete[items].to_numpy(float), complete[level].to_numpy(object)


def scores(name: str) -> tuple[Array, NDArray[np.object_], dict[str, object]]:
    source, _, rest = name.partition(" ")
    if source == "bh1996":
        frame = pd.read_csv("tests/reference/bh1996.csv")
        return frame[rest].to_numpy(float), frame["GRP"].to_numpy(object), REFERENCE["bh1996"][rest]
    items, units = coop(rest, source)
    return items.mean(axis=1), units, REFERENCE[f"coop_by_{source}"][rest]


SCORES = [*(f"{level} {construct}" for level, construct in COOP), "bh1996 COHES", "bh1996 HRS"]


@pytest.mark.parametrize("name", SCORES)
def test_analysis_of_variance_equals_multilevel(name):
    values, clusters, expected = scores(name)
    found = anova_icc(values, clusters)
    searle = anova_icc(values, clusters, size="searle")
    assert (found.n_obs, found.n_clusters) == (expected["n"], expected["groups"])
    pairs = {
        "MSB": found.between,
        "MSW": found.within,
        "F": found.f,
        "p": found.p_value,
        "group_sizes_mean": found.size,
        "n0": searle.size,
        "ICC1_aov_multilevel": found.icc1,
        "ICC2_aov_multilevel": found.icc2,
        "ICC1_n0": searle.icc1,
    }
    for key, value in pairs.items():
        assert value == pytest.approx(expected[key], rel=CLOSED_FORM, abs=CLOSED_FORM), key
    assert (icc1(values, clusters), icc2(values, clusters)) == pytest.approx((found.icc1, found.icc2), abs=CLOSED_FORM)


@pytest.mark.parametrize("name", SCORES)
def test_mixed_model_equals_lme4(name):
    values, clusters, expected = scores(name)
    fit = random_intercepts(values, np.ones((len(values), 1)), clusters)
    reml = expected["lme4_REML"]
    mean_size = len(values) / fit.n_clusters[0]
    assert fit.variances == pytest.approx((reml["tau00"], reml["sigma2"]), rel=REML)
    assert fit.icc[0] == pytest.approx(reml["ICC1"], rel=REML)
    assert restricted_icc(values, clusters)[0] == pytest.approx(reml["ICC1"], rel=REML)
    assert design_effect(fit.icc[0], mean_size) == pytest.approx(expected["design_effect"], rel=REML)
    spearman_brown = mean_size * fit.icc[0] / (1 + (mean_size - 1) * fit.icc[0])
    assert spearman_brown == pytest.approx(reml["ICC2_mean_n"], rel=REML)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_members_within_bodies_equal_lme4(construct):
    expected = REFERENCE["coop_three_level"][construct]
    frame = pd.read_csv("tests/reference/coop_respondents.csv")
    frame = frame.assign(**{name: 6 - frame[name] for name in REVERSED})
    items = [f"{CONSTRUCTS[construct]}{place}" for place in range(1, 6)]
    frame = frame.dropna(subset=items)
    values = frame[items].to_numpy(float).mean(axis=1)
    fit = random_intercepts(
        values, np.ones((len(values), 1)), frame["body"].to_numpy(), within=frame["region"].to_numpy()
    )
    assert fit.n_obs == expected["n"]
    assert fit.icc[0] == pytest.approx(expected["ICC_body"], rel=REML)
    assert fit.icc[0] + fit.icc[1] == pytest.approx(expected["ICC_region_plus_body"], rel=REML)


AGREEMENT: dict[tuple[str, str], Callable[[Array], float]] = {
    ("rwg_of_scale_score", "rwg"): lambda items: rwg(items.mean(axis=1), UNIFORM),
    ("rwg_j", "rwg.j"): lambda items: rwg_j(items, UNIFORM),
    ("rwg_j_lindell", "rwg.lindell"): lambda items: rwg_j_lindell(items, UNIFORM),
    ("awg", "a.wg"): lambda items: awg(items, lowest=1, highest=5),
    ("ad_mean", "AD.M"): lambda items: average_deviation(items),
    ("ad_median", "AD.M"): lambda items: average_deviation(items, "median"),
}


@pytest.mark.parametrize(("level", "construct"), COOP)
@pytest.mark.parametrize("node", AGREEMENT, ids=[node for node, _ in AGREEMENT])
def test_agreement_equals_multilevel(level, construct, node):
    items, units = coop(construct, level)
    table = REFERENCE[f"coop_by_{level}"][construct][node[0]]
    compare(items, units, table, node[1], AGREEMENT[node])


@pytest.mark.parametrize(("level", "construct"), COOP)
def test_agreement_against_a_skewed_null_equals_multilevel(level, construct):
    items, units = coop(construct, level)
    node = REFERENCE[f"coop_by_{level}"][construct]["rwg_j_slight_skew"]
    assert null_variance(range(1, 6), "slight_skew") == node["ranvar"]
    compare(items, units, node["values"], "rwg.j", lambda rows: rwg_j(rows, node["ranvar"]))


def compare(
    items: Array, units: NDArray[np.object_], table: dict[str, list[object]], name: str, of: Callable[[Array], float]
) -> None:
    expected = vector([None if value in ("NaN", "NA") else value for value in table[name]])
    assert len(expected) == len(np.unique(units.astype(str)))
    found = np.array([of(items[units == unit]) for unit in table["grpid"]])
    assert found == pytest.approx(expected, abs=CLOSED_FORM, nan_ok=True)
