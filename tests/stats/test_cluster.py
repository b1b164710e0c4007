"""Cluster-robust inference against clubSandwich and sandwich, and against its definition written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.cluster import CLUSTER_KINDS, ClusterKind, cluster_robust
from tests.reference_numbers import load, matrix
from tests.stats.regression_data import model, respondents

Array = NDArray[np.float64]

# Closed form in both programs. clubSandwich inverts explicitly, which costs it digits with eight clusters.
CLOSED_FORM = 1e-8

MODELS = {
    "cluster_24": (["trust", "norm", "network", "ngo"], 24),
    "cluster_few8": (["trust", "norm", "network", "ngo", "log_pop"], 8),
}


@pytest.mark.parametrize("node", MODELS)
@pytest.mark.parametrize("kind", CLUSTER_KINDS)
def test_equals_clubsandwich(node: str, kind: ClusterKind) -> None:
    predictors, bodies = MODELS[node]
    found = cluster_robust(*respondents(predictors, bodies=bodies), kind=kind)
    expected = load("t08_regression")[node]
    satterthwaite = expected[kind]["Satterthwaite"]
    np.testing.assert_allclose(found.vcov, matrix(expected[kind]["vcov"]), rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_allclose(found.df, satterthwaite["df_Satt"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.p_value, satterthwaite["p_Satt"], atol=CLOSED_FORM)
    low, high = found.interval()
    np.testing.assert_allclose(low, satterthwaite["ci"]["CI_L"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(high, satterthwaite["ci"]["CI_U"], rtol=CLOSED_FORM)
    assert (found.n_obs, found.n_clusters) == (expected["n"], expected["n_clusters"])


@pytest.mark.parametrize("node", MODELS)
def test_joint_test_equals_htz(node: str) -> None:
    predictors, bodies = MODELS[node]
    fit = cluster_robust(*respondents(predictors, bodies=bodies))
    found, expected = fit.wald(np.eye(len(predictors) + 1)[1:]), load("t08_regression")[node]["wald_HTZ_all_slopes"]
    assert found.statistic == pytest.approx(expected["Fstat"][0], rel=CLOSED_FORM)
    assert found.df_denom == pytest.approx(expected["df_denom"][0], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p_val"][0], abs=CLOSED_FORM)


@pytest.mark.parametrize(("kind", "name"), [("CR0", "HC0"), ("CR2", "HC2"), ("CR3", "HC3")])
def test_clusters_of_one_are_hc(kind: ClusterKind, name: str) -> None:
    y, X = model("coop_regression_bodies", "cost_efficiency", ["trust", "norm", "network", "log_pop"])
    found = cluster_robust(y, X, np.arange(len(y)), kind=kind)
    np.testing.assert_allclose(found.std_error, load("t08_regression")["body_ols"][name]["se"], rtol=CLOSED_FORM)


def written_out(y: Array, X: Array, clusters: Array, w: Array, kind: ClusterKind, L: Array) -> dict[str, Any]:
    """Follow Pustejovsky and Tipton (2018) with n x n matrices and the identity as working model."""
    n, W = len(y), np.diag(w)
    bread = np.linalg.inv(X.T @ W @ X)
    kept = np.eye(n) - X @ bread @ X.T @ W
    residuals = kept @ y
    vcov, forms = np.zeros((len(bread), len(bread))), []
    for label in np.unique(clusters):
        rows = clusters == label
        if kind == "CR2":
            values, vectors = np.linalg.eigh((kept @ kept.T)[np.ix_(rows, rows)])
            power = np.where(values > 1e-12, np.where(values > 1e-12, values, 1) ** -0.5, 0)
            A = vectors * power @ vectors.T
        else:
            A = np.linalg.inv(kept[np.ix_(rows, rows)])
        weight = bread @ X[rows].T @ W[np.ix_(rows, rows)] @ A
        score = weight @ residuals[rows]
        vcov += np.outer(score, score)
        forms.append(L @ weight @ kept[rows])
    P = np.einsum("gsi,hti->ghst", np.array(forms), np.array(forms))
    expected = np.einsum("ggst->st", P)
    root = np.linalg.inv(np.linalg.cholesky(expected))
    P = np.einsum("as,ghst,bt->ghab", root, P, root)
    q = len(L)
    total = np.sum(np.einsum("ghss->gh", P) ** 2) + np.einsum("ghst,ghts->", P, P)
    return {"vcov": vcov, "eta": q * (q + 1) / total}


@pytest.mark.parametrize("kind", ["CR2", "CR3"])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("q", [1, 2, 3])
def test_equals_its_definition(kind: ClusterKind, weighted: bool, q: int) -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat([3, 1, 4, 2, 9, 7, 8], [1, 1, 2, 3, 5, 8, 1])
    n = len(clusters)
    order = rng.permutation(n)
    clusters = clusters[order]
    X = np.column_stack([np.ones(n), rng.normal(size=n), clusters % 3])
    y, w = rng.normal(size=n), rng.uniform(0.5, 3, size=n) if weighted else np.ones(n)
    fit = cluster_robust(y, X, clusters, weights=w if weighted else None, kind=kind)
    L = np.array([[0.0, 1, 0], [0, 0, 1], [1, 2, 1]])[:q]
    expected = written_out(y, X, clusters, w, kind, L)
    np.testing.assert_allclose(fit.vcov, expected["vcov"], rtol=1e-9)
    found = fit.wald(L)
    assert found.df_denom == pytest.approx(expected["eta"] - q + 1, rel=1e-9)
    if q == 1:
        assert fit.df[1] == pytest.approx(expected["eta"], rel=1e-9)
        assert found.statistic == pytest.approx(fit.statistic[1] ** 2, rel=1e-9)


def test_cluster_dummies_leave_cr2_defined_and_cr3_not() -> None:
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(5), 6)
    X = np.column_stack([np.eye(5)[clusters], rng.normal(size=30)])
    y = rng.normal(size=30)
    found = cluster_robust(y, X, clusters)
    expected = written_out(y, X, clusters, np.ones(30), "CR2", np.eye(6)[5:])
    assert found.vcov[5, 5] == pytest.approx(expected["vcov"][5, 5], rel=1e-9)
    assert found.df[5] == pytest.approx(expected["eta"], rel=1e-9)
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, X, clusters, kind="CR3")
    assert caught.value.code == "stats.cluster_determined"


def test_a_row_of_leverage_one() -> None:
    X = np.column_stack([np.ones(6), [1.0, 0, 0, 0, 0, 0], [0.0, 1, 2, 3, 4, 6]])
    y = np.array([1.0, 2, 2, 4, 3, 6])
    assert np.isfinite(cluster_robust(y, X, np.arange(6)).std_error[2])
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, X, np.arange(6), kind="CR3")
    assert caught.value.code == "stats.cluster_determined"


def test_labels_and_order_of_rows_do_not_matter() -> None:
    y, X, body = respondents(["trust", "ngo"])
    mixed = np.random.default_rng(0).permutation(len(y))
    first, second = cluster_robust(y, X, body), cluster_robust(y[mixed], X[mixed], body[mixed].astype(object))
    np.testing.assert_allclose(first.vcov, second.vcov, rtol=1e-9)
    np.testing.assert_allclose(first.df, second.df, rtol=1e-9)


def test_many_contrasts_for_few_clusters_have_no_p() -> None:
    y, X, body = respondents(["trust", "norm", "network", "ngo", "log_pop"], bodies=4)
    found = cluster_robust(y, X, body).wald(np.eye(6)[1:])
    assert found.df_denom <= 0
    assert np.isnan(found.p_value)


def test_refuses_what_has_no_answer() -> None:
    y, X, body = respondents(["trust"])
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, X, np.full(len(y), "b01"))
    assert caught.value.code == "stats.single_cluster"
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, np.column_stack([X, X[:, 1]]), body)
    assert caught.value.params["columns"] == [2]
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, X, body[:-1])
    assert caught.value.code == "stats.lengths_differ"
    with pytest.raises(StatisticsError) as caught:
        cluster_robust(y, X, body).wald(np.array([[0.0, 1], [0, 2]]))
    assert caught.value.code == "stats.contrasts_dependent"
    with pytest.raises(ArgumentError, match="CR2"):
        cluster_robust(y, X, body, kind="CR4")  # type: ignore[arg-type]
