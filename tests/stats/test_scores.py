"""Regression and Bartlett scores against psych, posterior modes against lavaan."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.cfa import CategoricalFactors, cfa
from kadsurvey.stats.correlation import OrdinalCorrelation, polychoric
from kadsurvey.stats.posterior_scores import PosteriorScores, posterior_scores
from kadsurvey.stats.scores import bartlett_scores, regression_scores
from tests.reference_numbers import columns, load, matrix, vector

PSYCH = 1e-8  # a closed form of psych's own loadings
EBM = 5e-4  # lavaan's optimiser, row by row; the aim is 2e-3
REFERENCE = load("t02_scores_bfi")
LOADINGS, PHI = matrix(REFERENCE["loadings"]), matrix(REFERENCE["Phi"])
DATA = np.column_stack([columns("bfi")[name] for name in REFERENCE["loadings"]["rows"]])
COMPLETE = DATA[np.isfinite(DATA).all(axis=1)]
Z = (COMPLETE - COMPLETE.mean(axis=0)) / COMPLETE.std(axis=0, ddof=1)
R = np.corrcoef(COMPLETE.T)


def test_regression_scores_equal_psych() -> None:
    found = regression_scores(Z, loadings=LOADINGS, phi=PHI, matrix=R)
    np.testing.assert_allclose(found.scores[:20], matrix(REFERENCE["Thurstone"]["scores"]), atol=PSYCH)
    np.testing.assert_allclose(found.determinacy, vector(REFERENCE["R2_scores"]), atol=PSYCH)


def test_bartlett_scores_equal_psych() -> None:
    found = bartlett_scores(Z, loadings=LOADINGS, uniquenesses=vector(REFERENCE["uniquenesses"]))
    np.testing.assert_allclose(found.scores[:20], matrix(REFERENCE["Bartlett"]["scores"]), atol=PSYCH)
    np.testing.assert_allclose(found.weights.T @ LOADINGS, np.eye(5), atol=1e-10)  # unbiased given the factor


def test_missing_items_are_skipped() -> None:
    z = Z[:4].copy()
    z[1, 4] = np.nan
    z[2] = np.nan
    found = regression_scores(z, loadings=LOADINGS, phi=PHI, matrix=R)
    kept = np.delete(np.arange(25), 4)
    without = regression_scores(Z[:4, kept], loadings=LOADINGS[kept], phi=PHI, matrix=R[np.ix_(kept, kept)])
    np.testing.assert_allclose(found.scores[1], without.scores[1], atol=PSYCH)
    np.testing.assert_allclose(found.se[1], without.se[1], atol=PSYCH)
    assert (found.se[1] > found.se[0]).all()
    assert np.isnan(found.scores[2]).all()
    assert np.isnan(found.se[2]).all()
    np.testing.assert_allclose(found.se[0], np.sqrt(1 - found.determinacy), atol=PSYCH)


def test_bartlett_needs_an_item_of_every_factor() -> None:
    z = np.array([[0.5, np.nan, np.nan], [0.5, 0.2, -0.1]])
    loadings = np.array([[0.8, 0.0], [0.0, 0.7], [0.0, 0.6]])
    found = bartlett_scores(z, loadings=loadings, uniquenesses=1 - (loadings**2).sum(axis=1))
    assert np.isnan(found.scores[0]).all()
    assert found.scores[1, 0] == pytest.approx(0.5 / 0.8)


def test_bad_input_is_refused() -> None:
    with pytest.raises(StatisticsError, match="same items"):
        regression_scores(Z[:, :3], loadings=LOADINGS, phi=PHI, matrix=R)
    with pytest.raises(StatisticsError, match="Heywood"):
        bartlett_scores(Z, loadings=LOADINGS, uniquenesses=np.zeros(25))
    with pytest.raises(StatisticsError, match="same items"):
        bartlett_scores(Z, loadings=LOADINGS, uniquenesses=np.ones(3))
    with pytest.raises(StatisticsError, match="inverted"):
        regression_scores(Z, loadings=LOADINGS, phi=PHI, matrix=np.ones((25, 25)))


COOP = [f"{block}{item}" for block in "TNW" for item in range(1, 6)]


def coop(*, complete: bool = True) -> NDArray[np.float64]:
    items = np.column_stack([columns("coop_respondents")[name] for name in COOP])
    for name in ("T4", "N2", "W5"):
        items[:, COOP.index(name)] = 6 - items[:, COOP.index(name)]
    return items[np.isfinite(items).all(axis=1)] if complete else items


def model_of(items: NDArray[np.float64], n_factors: int) -> tuple[OrdinalCorrelation, CategoricalFactors]:
    correlation = polychoric(items, acov=True)
    return correlation, cfa(correlation, np.repeat(np.arange(n_factors), items.shape[1] // n_factors))


def scored(
    items: NDArray[np.float64], model: tuple[OrdinalCorrelation, CategoricalFactors], *, by: int | None = None
) -> PosteriorScores:
    correlation, fit = model
    kept = slice(None) if by is None else slice(5 * by, 5 * by + 5)
    return posterior_scores(
        items[:, kept],
        categories=correlation.categories[kept],
        thresholds=correlation.thresholds[kept],
        loadings=fit.loadings[kept] if by is None else fit.loadings[kept, [by]],
        phi=fit.phi if by is None else np.eye(1),
    )


def test_posterior_modes_equal_lavaan() -> None:
    items = coop()
    found = scored(items, model_of(items, 3))
    np.testing.assert_allclose(found.scores, matrix(load("t12_extra")["scores_ebm"]), atol=EBM)
    np.testing.assert_array_equal(found.n_answered, 5)


def test_posterior_modes_of_bfi_equal_lavaan() -> None:
    found, fit = scored(COMPLETE, model := model_of(COMPLETE, 5)), model[1]
    markers = np.array([fit.loadings[5 * factor, factor] for factor in range(5)])  # lavaan's metric: first item 1
    np.testing.assert_allclose(found.scores[:20] * markers, matrix(load("t05b_wlsmv_scores")["bfi"]["EBM"]), atol=2e-3)


def test_posterior_mode_is_the_maximum_of_the_posterior() -> None:
    items = coop(complete=False)
    correlation, fit = model = model_of(coop(), 3)
    found = scored(items, model)
    row = int(np.flatnonzero(np.isnan(items).sum(axis=1) == 3)[0])
    spread = np.sqrt(fit.uniquenesses)

    def energy(eta: NDArray[np.float64]) -> float:
        total = float(eta @ np.linalg.solve(fit.phi, eta)) / 2
        for item in np.flatnonzero(np.isfinite(items[row])):
            borders = np.concatenate([[-np.inf], correlation.thresholds[item], [np.inf]])
            place = int(items[row, item]) - 1
            below = norm.cdf((borders[[place, place + 1]] - fit.loadings[item] @ eta) / spread[item])
            total -= np.log(below[1] - below[0])
        return total

    best = minimize(energy, np.zeros(3), method="BFGS", options={"gtol": 1e-8})
    np.testing.assert_allclose(found.scores[row], best.x, atol=1e-5)
    step = 1e-3
    curvature = np.array(
        [
            [
                sum(
                    sign_a * sign_b * energy(best.x + step * (sign_a * np.eye(3)[a] + sign_b * np.eye(3)[b]))
                    for sign_a in (-1, 1)
                    for sign_b in (-1, 1)
                )
                / (4 * step**2)
                for b in range(3)
            ]
            for a in range(3)
        ]
    )
    np.testing.assert_allclose(found.se[row], np.sqrt(np.linalg.inv(curvature).diagonal()), rtol=1e-4)


def test_fewer_answers_make_a_score_less_certain() -> None:
    items = coop()
    model = model_of(items, 3)
    thinned = items.copy()
    thinned[:, [0, 1]] = np.nan
    whole, less = scored(items, model), scored(thinned, model)
    assert (less.se[:, 0] > whole.se[:, 0]).mean() > 0.99
    assert less.reliability[0] < whole.reliability[0]
    np.testing.assert_array_equal(less.n_answered[0], [3, 5, 5])


def test_rows_without_answers_have_no_score_and_other_factors_lend_theirs() -> None:
    items = coop()
    model = model_of(items, 3)
    items[0] = np.nan
    items[1, :5] = np.nan
    found = scored(items, model)
    assert np.isnan(found.scores[0]).all()
    assert found.n_answered[1].tolist() == [0, 5, 5]
    expected = model[1].phi[0, 1:] @ np.linalg.solve(model[1].phi[1:, 1:], found.scores[1, 1:])
    assert found.scores[1, 0] == pytest.approx(expected, abs=1e-7)  # the regression of one factor on the others


def test_scores_do_not_depend_on_the_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    items = coop(complete=False)
    model = model_of(coop(), 3)
    whole = scored(items, model)
    monkeypatch.setattr("kadsurvey.stats.posterior_scores._PATTERNS_PER_BATCH", 37)
    np.testing.assert_allclose(scored(items[100:200], model).scores, whole.scores[100:200], atol=1e-7)


def test_same_answers_are_scored_once() -> None:
    items = np.tile(coop(), (10, 1))
    model = model_of(coop(), 3)
    found = scored(items, model, by=0)
    assert found.n_patterns == len(np.unique(coop()[:, :5], axis=0))
    np.testing.assert_array_equal(found.scores[:381], found.scores[381:762])


def test_scores_recover_the_factor_as_well_as_they_say() -> None:
    rng = np.random.default_rng(6)
    factor = rng.normal(size=5000)
    latent = 0.8 * factor[:, None] + 0.6 * rng.normal(size=(5000, 5))
    items = 1.0 + (latent[:, :, None] > [-1.2, -0.4, 0.5, 1.4]).sum(axis=2)
    correlation = polychoric(items, acov=True)
    fit = cfa(correlation, np.zeros(5))
    found = posterior_scores(
        items,
        categories=correlation.categories,
        thresholds=correlation.thresholds,
        loadings=fit.loadings,
        phi=fit.phi,
    )
    assert np.corrcoef(found.scores[:, 0], factor)[0, 1] ** 2 == pytest.approx(found.reliability[0], abs=0.02)
    assert np.sqrt(np.mean((found.scores[:, 0] - factor) ** 2)) == pytest.approx(np.mean(found.se), abs=0.02)


def one_item(**changes: object) -> PosteriorScores:
    model = {
        "categories": [[1, 2], [1, 2]],
        "thresholds": [[0.0], [0.3]],
        "loadings": [[0.8], [0.7]],
        "phi": [[1.0]],
    }
    items = changes.pop("items", [[1.0, 2.0]])
    return posterior_scores(items, **(model | changes))  # type: ignore[arg-type]


def test_extreme_answers_have_finite_scores() -> None:
    found = one_item(items=[[1.0, 1.0], [2.0, 2.0]], loadings=[[0.999], [0.999]], thresholds=[[-3.0], [3.0]])
    assert np.isfinite(found.scores).all()
    assert (found.se > 0).all()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("stats.unknown_category", {"items": [[1.0, 3.0]]}),
        ("stats.heywood_item", {"loadings": [[0.8], [1.0]]}),
        ("stats.different_items", {"loadings": [[0.8]]}),
        ("stats.different_items", {"categories": [[1, 2]]}),
        ("stats.nothing_to_score", {"items": [[np.nan, np.nan]]}),
        ("stats.not_a_correlation_matrix", {"phi": [[2.0]]}),
    ],
)
def test_what_cannot_be_scored_is_refused(code: str, changes: dict[str, object]) -> None:
    with pytest.raises(StatisticsError) as caught:
        one_item(**changes)
    assert caught.value.code == code
    assert caught.value.render("id") != caught.value.render("en")
