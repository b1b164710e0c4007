"""A quick look at what benchmarks/recovery.md shows at length: tests keep their size, corrected slopes the truth.

Seeds are fixed, so a bound can only fail when the numbers change. The bounds leave other seeds room as well: each says
how rarely chance alone would break it.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.recovery import (
    PER_BODY,
    RESPONDENT_CELLS,
    SLOPES,
    Cell,
    one_study,
    size_chunk,
    slope_chunk,
)

STUDIES = 500


@pytest.fixture(scope="module", params=[6, 12])
def no_effect(request):
    """P values of studies without an effect; the wild bootstrap is left to the benchmark."""
    return size_chunk(request.param, None, STUDIES, np.random.SeedSequence(request.param))


def rejections(p_values):
    return int((p_values <= 0.05).sum())


def test_cr2_keeps_its_size(no_effect):
    # Binomial(500, .06), the most the benchmark allows, is 53 or more less than once in 10,000 runs (mean 30, sd 5.3);
    # Binomial(500, .025), the least it allows, is 1 or less about once in 20,000.
    assert 2 <= rejections(no_effect["cr2"]) <= 52


def test_respondents_as_independent_find_what_is_not_there(no_effect):
    # The rate is near .45; at .35 a Binomial(500, .35) is below 135 less than once in 10,000 runs (mean 175, sd 10.7).
    # It is far above 52, the most that is left to CR2.
    assert rejections(no_effect["naive"]) >= 135


def test_regress_prints_the_p_values_that_are_counted(no_effect):
    assert no_effect["difference"].max() < 1e-12


def test_corrected_slopes_of_respondents_are_closer_to_the_truth():
    found = slope_chunk(RESPONDENT_CELLS[0], 100, np.random.SeedSequence(1))
    assert found["estimate"].notna().all()
    first = found[found["term"] == "c1"]
    naive, corrected = (abs(float(first[name].mean()) - SLOPES[0]) for name in ("naive", "estimate"))
    # The corrected mean has a standard error near .071 / sqrt(100) = .007 and a bias below .01; the naive bias is near
    # -.10. To be off by half of that it would have to be more than 5 standard errors away: once in a million runs.
    assert corrected < naive / 2


def test_few_bodies_never_get_corrected_slopes_of_several_predictors():
    rng = np.random.default_rng(2)
    for _ in range(20):
        found = one_study(Cell("body", 6, PER_BODY, SLOPES), rng)
        assert found["estimate"].isna().all()
        assert set(found["reason"]) == {"too_few_clusters"}
