import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.agreement import design_effect, icc1

CLOSED_FORM = 1e-12


def test_icc1_of_a_worked_example():
    # Three clusters of two: means 2, 5, 8; MSB = 18, MSW = 2; (18 - 2) / (18 + 2) = 0.8.
    values = np.array([1.0, 3, 4, 6, 7, 9])
    assert icc1(values, np.array(["a", "a", "b", "b", "c", "c"])) == pytest.approx(0.8, abs=CLOSED_FORM)


def test_icc1_may_be_negative():
    assert icc1(np.array([1.0, 3, 1, 3]), np.array([1, 1, 2, 2])) == pytest.approx(-1.0, abs=CLOSED_FORM)


@pytest.mark.parametrize("clusters", [["a", "a", "a"], ["a", "b", "c"]], ids=["one cluster", "clusters of one"])
def test_icc1_needs_clusters(clusters):
    with pytest.raises(StatisticsError):
        icc1(np.array([1.0, 2, 3]), np.array(clusters))


def test_design_effect_of_thirty_with_icc_a_fifth():
    assert design_effect(0.2, 30) == pytest.approx(6.8, abs=CLOSED_FORM)
    assert design_effect(-0.1, 30) == 1
