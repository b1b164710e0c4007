"""Regression and Bartlett scores against psych, posterior modes against lavaan."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.scores import bartlett_scores, regression_scores
from tests.reference_numbers import columns, load, matrix, vector

PSYCH = 1e-8  # a closed form of psych's own loadings
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
