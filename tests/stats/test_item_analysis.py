"""Single items: moments as SPSS prints them, and the critical correlation."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.item_analysis import critical_correlation, moments
from tests.reference_numbers import columns, load, vector

# Closed forms on both sides.
EXACT = 1e-10
REFERENCE = load("t13_validate")


def answers() -> np.ndarray:
    """Return the items of the simulated study, reversed ones turned round."""
    data = columns("coop_respondents")
    turned = {"T4", "N2", "W5"}
    names = [f"{letter}{place}" for letter in "TNW" for place in range(1, 6)]
    return np.column_stack([6 - data[name] if name in turned else data[name] for name in names])


def test_moments_equal_r() -> None:
    found, theirs = moments(answers()), REFERENCE["moments"]
    np.testing.assert_array_equal(found.n_obs, vector(theirs["n"]))
    for ours, key in ((found.mean, "mean"), (found.sd, "sd"), (found.skewness, "skew"), (found.kurtosis, "kurtosis")):
        np.testing.assert_allclose(ours, vector(theirs[key]), atol=EXACT)


def test_what_does_not_vary_has_no_shape() -> None:
    found = moments(np.array([[3.0, 1, np.nan], [3, 2, 1], [3, np.nan, np.nan]]))
    assert found.sd[0] == 0
    assert np.isnan(found.skewness).all()
    assert np.isnan(found.kurtosis).all()
    assert found.n_obs.tolist() == [3, 2, 1]


def test_critical_correlation_equals_r() -> None:
    theirs = REFERENCE["critical_r"]
    for n_obs, level, r in zip(theirs["n"], theirs["alpha"], theirs["r"], strict=True):
        assert critical_correlation(int(n_obs), level=level) == pytest.approx(r, abs=EXACT)


def test_the_printed_table_of_every_textbook() -> None:
    """The values that lecturers hand out: N = 10, 30, 100 at 5%."""
    assert [round(critical_correlation(n), 3) for n in (10, 30, 100)] == [0.632, 0.361, 0.197]


def test_two_rows_have_no_critical_correlation() -> None:
    with pytest.raises(StatisticsError) as caught:
        critical_correlation(2)
    assert caught.value.code == "stats.too_few_rows"
