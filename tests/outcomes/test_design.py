import numpy as np
import pytest

from kadsurvey.errors import DesignError
from kadsurvey.outcomes.design import body_design, clustered_design
from kadsurvey.stats.agreement import icc1

# Published to two decimals (Cohen 1988, tables of the exact correlation test).
TWO_DECIMALS = 0.005


@pytest.mark.parametrize(("n_bodies", "smallest"), [(6, 0.89), (12, 0.71), (24, 0.54), (30, 0.49)])
def test_smallest_detectable_correlation(n_bodies, smallest):
    assert body_design(n_bodies=n_bodies, n_terms=1).detectable_r == pytest.approx(smallest, abs=TWO_DECIMALS)


def test_refusal_and_description_follow_the_residual_df():
    with pytest.raises(DesignError):
        body_design(n_bodies=5, n_terms=3)
    assert body_design(n_bodies=6, n_terms=3).descriptive
    assert body_design(n_bodies=7, n_terms=3).descriptive
    assert not body_design(n_bodies=8, n_terms=3).descriptive


def test_clustered_respondents_count_for_less():
    rng = np.random.default_rng(5)
    bodies = np.repeat(np.arange(20), 30)
    alike = np.repeat(rng.normal(size=20), 30) + rng.normal(size=600)
    design = clustered_design(alike, bodies, n_terms=2)
    assert design.effective_n == pytest.approx(600 / (1 + 29 * icc1(alike, bodies)))
    assert design.effective_n < 60
    assert design.detectable_r > clustered_design(rng.normal(size=600), bodies, n_terms=2).detectable_r
