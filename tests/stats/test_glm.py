"""Generalised linear models against R's glm, clubSandwich and sandwich, and average effects against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.cluster import CLUSTER_KINDS, ClusterKind, cluster_robust_iterated
from kadsurvey.stats.glm import GlmFit, fit_glm, glm_cluster_robust
from kadsurvey.stats.marginal import average_marginal_effects
from kadsurvey.stats.separation import separating_columns
from tests.reference_numbers import columns, load, matrix, vector
from tests.stats.regression_data import labels, model

Array = NDArray[np.float64]

# Topic 15: R iterates until nothing moves, and once more for the weights it keeps.
CONVERGED = 1e-9
# The same through clubSandwich, which inverts explicitly; that costs it digits with eight clusters.
CLOSED_FORM = 1e-8
# Topic 8: R's default ends at a relative change of the deviance of 1e-8, and keeps the weights before its last step.
R_DEFAULT = 1e-7
# R's side differentiates numerically, with an error of the fourth order in steps of 1e-4.
DIFFERENCED = 1e-8

RESPONDENTS, BODIES = "coop_regression_respondents", "coop_regression_bodies"


def logit(bodies: int = 24) -> tuple[GlmFit, NDArray[Any]]:
    last = "ngo" if bodies == 24 else "log_pop"
    y, X = model(RESPONDENTS, "perceived", ["trust", "norm", "network", last])
    body = labels(RESPONDENTS, "body")
    high, kept = (y > np.median(y)).astype(float), body <= f"b{bodies:02d}"
    return fit_glm(high[kept], X[kept], family="logit"), body[kept]


def poisson() -> tuple[GlmFit, NDArray[Any]]:
    _, X = model(RESPONDENTS, "perceived", ["trust", "norm", "network", "ngo"])
    count, exposure = (vector(load("t15_glm")["poisson"][name]) for name in ("count", "exposure"))
    return fit_glm(count, X, family="poisson", exposure=exposure), labels(RESPONDENTS, "body")


def poisson_bodies() -> tuple[GlmFit, NDArray[Any]]:
    y, X = model(BODIES, "n_resp", ["trust", "norm"])
    return fit_glm(y, X, family="poisson", exposure=columns(BODIES)["n_regions"]), np.arange(len(y))


def fractional() -> tuple[GlmFit, NDArray[Any]]:
    y, X = model(RESPONDENTS, "share01", ["trust", "norm", "network", "ngo"])
    return fit_glm(y, X, family="fractional"), labels(RESPONDENTS, "body")


def fractional_bodies() -> tuple[GlmFit, NDArray[Any]]:
    y, X = model(BODIES, "share_delivered", ["trust", "norm", "network"])
    return fit_glm(y, X, family="fractional"), np.arange(len(y))


LIKELIHOODS = {"logit": logit, "logit_8": lambda: logit(8), "poisson": poisson, "poisson_bodies": poisson_bodies}


@pytest.mark.parametrize("node", LIKELIHOODS)
def test_equals_glm(node: str) -> None:
    fit, _ = LIKELIHOODS[node]()
    expected = load("t15_glm")[node]
    np.testing.assert_allclose(fit.estimate, expected["coef"], rtol=CONVERGED)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.vcov)), expected["se"], rtol=CONVERGED)
    found = [fit.deviance, fit.log_likelihood, fit.aic, fit.bic, fit.pseudo_r2]
    names = ["deviance", "logLik", "AIC", "BIC", "mcfadden"]
    np.testing.assert_allclose(found, [expected[name] for name in names], rtol=CONVERGED)
    assert fit.converged
    assert fit.n_obs == expected["n"]


@pytest.mark.parametrize("node", LIKELIHOODS)
@pytest.mark.parametrize("kind", CLUSTER_KINDS)
def test_equals_clubsandwich(node: str, kind: ClusterKind) -> None:
    fit, clusters = LIKELIHOODS[node]()
    found, expected = glm_cluster_robust(fit, clusters, kind=kind), load("t15_glm")[node][kind]
    np.testing.assert_allclose(found.vcov, matrix(expected["vcov"]), rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_allclose(found.df, expected["df"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.p_value, expected["p"], atol=CLOSED_FORM)


@pytest.mark.parametrize("node", LIKELIHOODS)
def test_joint_test_equals_htz(node: str) -> None:
    fit, clusters = LIKELIHOODS[node]()
    found, expected = glm_cluster_robust(fit, clusters).wald(np.eye(len(fit.estimate))[1:]), load("t15_glm")[node]
    assert found.statistic == pytest.approx(expected["wald_HTZ"]["Fstat"], rel=CLOSED_FORM)
    assert found.df_denom == pytest.approx(expected["wald_HTZ"]["df_denom"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["wald_HTZ"]["p"], abs=CLOSED_FORM)


@pytest.mark.parametrize("node", LIKELIHOODS)
def test_average_effects_equal_differences(node: str) -> None:
    fit, clusters = LIKELIHOODS[node]()
    robust, expected = glm_cluster_robust(fit, clusters), load("t15_glm")[node]["ame_CR2"]
    binary = [1 + place for place, term in enumerate(expected["term"]) if term == "ngo"]
    found = average_marginal_effects(fit, robust.vcov, robust.df, binary=binary)
    assert found.columns == tuple(range(1, len(fit.estimate)))
    np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=DIFFERENCED)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=DIFFERENCED)
    np.testing.assert_allclose(found.df, robust.df[1:])
    low, high = found.interval()
    assert np.all((low < found.estimate) & (found.estimate < high))


@pytest.mark.parametrize(("node", "fitting"), [("respondent_frac", fractional), ("body_frac", fractional_bodies)])
def test_fractional_equals_quasibinomial(node: str, fitting: Any) -> None:
    fit, _ = fitting()
    expected = load("t08_regression")[node]
    np.testing.assert_allclose(fit.estimate, vector(expected["coef"]), rtol=R_DEFAULT)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.vcov)), expected["quasi"]["se"], rtol=R_DEFAULT)
    assert fit.deviance == pytest.approx(expected["deviance"], rel=R_DEFAULT)
    assert fit.dispersion == pytest.approx(expected["dispersion"], rel=R_DEFAULT)
    assert np.isnan([fit.log_likelihood, fit.aic, fit.bic]).all()
    for kind, name in (("CR0", "HC0"), ("CR3", "HC3")):
        rows = glm_cluster_robust(fit, np.arange(fit.n_obs), kind=kind)  # type: ignore[arg-type]
        np.testing.assert_allclose(rows.std_error, expected[name]["se"], rtol=R_DEFAULT)
    effects = average_marginal_effects(fit, fit.vcov, np.inf)
    np.testing.assert_allclose(effects.estimate, vector(expected["average_marginal_effect"]), rtol=R_DEFAULT)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_fractional_equals_clubsandwich(kind: ClusterKind) -> None:
    fit, clusters = fractional()
    found, expected = glm_cluster_robust(fit, clusters, kind=kind), load("t08_regression")["respondent_frac"][kind]
    np.testing.assert_allclose(found.vcov, matrix(expected["vcov"]), rtol=R_DEFAULT, atol=R_DEFAULT)
    np.testing.assert_allclose(found.df, expected["Satterthwaite"]["df_Satt"], rtol=R_DEFAULT)
    np.testing.assert_allclose(found.p_value, expected["Satterthwaite"]["p_Satt"], atol=R_DEFAULT)


def test_fractional_clusters_of_one_are_hc2() -> None:
    fit, clusters = fractional_bodies()
    found, expected = glm_cluster_robust(fit, clusters), load("t15_glm")["fractional_bodies"]
    np.testing.assert_allclose(found.std_error, expected["CR2"]["se"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.df, expected["CR2"]["df"], rtol=CLOSED_FORM)
    assert fit.pseudo_r2 == pytest.approx(expected["cor2"], rel=CONVERGED)


def test_scale_of_exposure_moves_the_constant_only() -> None:
    y, X = model(BODIES, "n_resp", ["trust", "norm"])
    regions = columns(BODIES)["n_regions"]
    first, second = (fit_glm(y, X, family="poisson", exposure=scale * regions) for scale in (1, 100))
    np.testing.assert_allclose(first.estimate - second.estimate, [np.log(100), 0, 0], atol=1e-9)
    np.testing.assert_allclose(first.fitted, second.fitted, rtol=1e-9)


def test_the_jacobian_gives_degrees_of_freedom() -> None:
    fit, clusters = logit()
    robust = glm_cluster_robust(fit, clusters)
    effects = average_marginal_effects(fit, robust.vcov, robust.df, columns=[2])
    wald = robust.wald(effects.jacobian)
    assert effects.columns == (2,)
    assert 1 < wald.df_denom < robust.n_clusters


def test_a_constant_fit_has_no_correlation() -> None:
    fit = fit_glm(np.array([0.2, 0.4, 0.5, 0.9]), np.ones((4, 1)), family="fractional")
    assert np.isnan(fit.pseudo_r2)
    assert average_marginal_effects(fit, fit.vcov, 3).estimate.size == 0


def refused(y: Any, X: Any, **options: Any) -> StatisticsError:
    with pytest.raises(StatisticsError) as caught:
        fit_glm(np.asarray(y, dtype=float), np.asarray(X, dtype=float), **options)
    return caught.value


DESIGN = np.column_stack([np.ones(8), np.arange(8.0)])
MIXED = [0, 1, 0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("family", "y", "code"),
    [
        ("logit", [0, 1, 2, 1, 0, 1, 0, 1], "stats.outcome_not_binary"),
        ("fractional", [0, 0.5, 62, 1, 0, 1, 0, 1], "stats.outcome_not_share"),
        ("fractional", [0, 0.5, -0.1, 1, 0, 1, 0, 1], "stats.outcome_not_share"),
        ("poisson", [0, 1, -1, 1, 0, 1, 0, 1], "stats.outcome_not_count"),
        ("poisson", [0, 1, 1.5, 1, 0, 1, 0, 1], "stats.outcome_not_count"),
        ("logit", [1] * 8, "stats.constant_outcome"),
        ("fractional", [0.3] * 8, "stats.constant_outcome"),
        ("poisson", [0] * 8, "stats.constant_outcome"),
        ("logit", [0, 1, np.nan, 1, 0, 1, 0, 1], "stats.not_finite"),
    ],
)
def test_refuses_outcomes_outside_the_family(family: str, y: list[float], code: str) -> None:
    found = refused(y, DESIGN, family=family)
    assert found.code == code
    assert found.render("id") != found.render("en")


def test_refuses_exposure_that_is_none() -> None:
    for bad in (0.0, -1.0, np.nan, np.inf):
        exposure = np.ones(8)
        exposure[3] = bad
        found = refused(MIXED, DESIGN, family="poisson", exposure=exposure)
        assert (found.code, found.params["n_rows"]) == ("stats.exposure_not_positive", 1)
    assert refused(MIXED, DESIGN, family="poisson", exposure=np.ones(7)).code == "stats.lengths_differ"
    assert refused(MIXED, DESIGN, family="logit", exposure=np.ones(8)).code == "stats.exposure_without_counts"


@pytest.mark.parametrize(
    ("family", "y", "predictor"),
    [
        ("logit", [0, 0, 0, 0, 1, 1, 1, 1], np.arange(8)),  # complete
        ("logit", [0, 0, 0, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 2, 2, 2]),  # quasi-complete: ties at 1
        ("logit", [0, 1, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]),  # a group that always says yes
        ("logit", [0, 0, 0, 0, 1, 1, 1, 1], 1e6 + np.arange(8)),
        ("fractional", [0.2, 0.4, 0.3, 0.9, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]),
        ("poisson", [3, 1, 0, 2, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]),
    ],
)
def test_names_separation(family: str, y: list[float], predictor: Any) -> None:
    noise = [0.3, -1, 0.5, 0.9, -0.2, 1.1, -0.7, 0.1]
    found = refused(y, np.column_stack([np.ones(8), predictor]), family=family)
    assert (found.code, found.params["columns"]) == ("stats.separation", [1])
    assert "separation" in str(found)
    assert refused(y, np.column_stack([np.ones(8), noise, predictor]), family=family).params["columns"] == [2]


@pytest.mark.parametrize(
    ("family", "y", "predictor"),
    [
        ("logit", [0, 0, 0, 1, 0, 1, 1, 1], np.arange(8)),
        ("logit", [0, 0, 0, 1, 0, 1, 1, 1], 1e6 + np.arange(8)),
        ("fractional", [0, 0, 0, 0.1, 0.2, 1, 1, 1], np.arange(8)),  # both kinds of end, but not told apart by a line
        ("poisson", [0, 0, 0, 1, 2, 1, 4, 1], np.arange(8)),
        ("poisson", [3, 1, 0, 2, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1]),
    ],
)
def test_does_not_cry_separation(family: Any, y: list[float], predictor: Any) -> None:
    X = np.column_stack([np.ones(8), np.asarray(predictor, dtype=float)])
    assert fit_glm(np.array(y, dtype=float), X, family=family).converged


@pytest.mark.parametrize(("family", "y"), [("logit", [0, 1, 0, 1]), ("fractional", [0, 0.5, 0.5, 1])])
def test_names_separation_without_a_constant(family: str, y: list[float]) -> None:
    found = refused(y, np.array([[-2.0], [0], [0], [1]]), family=family)
    assert (found.code, found.params["columns"]) == ("stats.separation", [0])


def test_separation_agrees_with_a_search_on_random_data() -> None:
    rng = np.random.default_rng(8)
    answers = set()
    for _ in range(200):
        x, y = rng.integers(0, 4, size=7).astype(float), rng.integers(0, 2, size=7)
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            continue
        overlap = x[y == 1].max() > x[y == 0].min() and x[y == 0].max() > x[y == 1].min()
        signed = np.where(y == 1, 1.0, -1.0)[:, None] * np.column_stack([np.ones(7), x])
        assert (separating_columns(signed, np.empty((0, 2)), among=[1]) is None) == overlap
        answers.add(bool(overlap))
    assert answers == {True, False}


def test_refuses_clusters_that_are_none() -> None:
    fit = fit_glm(np.array(MIXED, dtype=float), DESIGN, family="logit")
    with pytest.raises(StatisticsError) as caught:
        glm_cluster_robust(fit, np.zeros(8))
    assert caught.value.code == "stats.single_cluster"
    with pytest.raises(StatisticsError) as caught:
        glm_cluster_robust(fit, np.arange(7))
    assert caught.value.code == "stats.lengths_differ"
    with pytest.raises(ArgumentError, match="CR2"):
        glm_cluster_robust(fit, np.arange(8), kind="CR4")  # type: ignore[arg-type]


def test_refuses_a_family_that_is_none() -> None:
    with pytest.raises(ArgumentError, match="fractional"):
        fit_glm(np.array(MIXED, dtype=float), DESIGN, family="probit")  # type: ignore[arg-type]


def test_refuses_what_a_linear_model_refuses() -> None:
    assert refused(MIXED, np.column_stack([DESIGN, DESIGN[:, 1]]), family="logit").params["columns"] == [2]
    assert refused(MIXED[:2], DESIGN[:2], family="logit").code == "stats.no_residual_df"


def test_cr2_is_unbiased_under_the_variance_of_the_family() -> None:
    """CR2's defining property, A B A' = I in each cluster, written out with n x n matrices."""
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(5), [1, 2, 4, 5, 3])
    X = np.column_stack([np.ones(15), rng.normal(size=15)])
    weights = rng.uniform(0.02, 0.25, size=15)
    x = np.sqrt(weights)[:, None] * X
    kept = np.eye(15) - x @ np.linalg.inv(x.T @ x) @ x.T
    expected = np.zeros((2, 2))
    for unit in np.eye(15):  # the expectation over errors e with E ee' = I, one direction at a time
        residuals = (kept @ unit) / np.sqrt(weights)
        expected += cluster_robust_iterated(np.zeros(2), X, clusters, residuals=residuals, weights=weights).vcov
    np.testing.assert_allclose(expected, np.linalg.inv(x.T @ x), rtol=1e-9)
