"""The permutation test against full enumeration, its own definition and its size under the null."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear import fit_ols
from kadsurvey.stats.permutation import permutation_test

ROUNDING = 1e-9


def study(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    return X @ [0.3, 0.5, -0.4] + rng.normal(size=n), X


def test_equals_refitting_every_arrangement() -> None:
    """Freedman and Lane by the book: permute the reduced model's residuals, add its fit, refit the whole."""
    y, X = study(6, seed=2)
    reduced = fit_ols(y, X[:, [0, 2]])
    observed = fit_ols(y, X).statistic[1]
    statistics = [
        fit_ols(reduced.fitted + reduced.residuals[list(order)], X).statistic[1]
        for order in itertools.permutations(range(6))
    ]
    found = permutation_test(y, X, 1, seed=1)
    assert found.enumerated
    assert found.draws == 720
    assert found.statistic == pytest.approx(observed, abs=ROUNDING)
    assert found.p_value == np.mean(np.abs(statistics) >= abs(observed) * (1 - ROUNDING))


def test_draws_come_near_full_enumeration_and_keep_to_the_seed() -> None:
    y, X = study(7, seed=4)
    exact = permutation_test(y, X, 1, seed=1)
    first, again, other = (permutation_test(y, X, 1, draws=4000, seed=seed) for seed in (5, 5, 6))
    assert exact.enumerated
    assert not first.enumerated
    assert first == again
    assert first.p_value != other.p_value
    # Four standard errors of a share of 4,000 draws.
    assert abs(first.p_value - exact.p_value) < 4 * np.sqrt(0.25 / 4000)


def test_size_is_exact_without_other_predictors() -> None:
    """With all 120 arrangements of 5 rows p <= .05 in 6 of 120; the share is binomial."""
    rng = np.random.default_rng(8)
    x = np.column_stack([np.ones(5), [0.1, 0.4, 1.2, 2.0, 3.7]])
    hits = sum(permutation_test(rng.normal(size=5), x, 1, seed=1).p_value <= 0.05 for _ in range(600))
    # Binomial(600, .05): outside 12 to 52 less than once in 10,000 runs.
    assert 12 <= hits <= 52


def test_what_is_explained_already_cannot_be_permuted() -> None:
    X = np.column_stack([np.ones(6), np.arange(6.0)])
    with pytest.raises(StatisticsError) as caught:
        permutation_test(np.full(6, 2.0), X, 1, seed=1)
    assert caught.value.code == "stats.no_residual_variance"
