"""The Malmquist index against DEAP's example, another package and its own algebra."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.malmquist import malmquist
from tests.reference_numbers import load

Array = NDArray[np.float64]

# Printed with three decimals.
PRINTED = 5.1e-4
# Another solver at its full precision; a closed form.
OTHER_SOLVER = 1e-9


def panel(inputs: list[float], outputs: list[float]) -> tuple[Array, Array]:
    return np.array(inputs, dtype=np.float64)[:, None], np.array(outputs, dtype=np.float64)[:, None]


# Coelli (1996), A Guide to DEAP Version 2.1, CEPA Working Paper 96/08, example 4: five firms, three years.
DEAP_4 = (
    panel([2, 4, 3, 5, 6], [1, 2, 3, 4, 5]),
    panel([2, 4, 3, 5, 5], [1, 3, 4, 3, 5]),
    panel([2, 4, 3, 5, 5], [1, 3, 4, 3, 5]),
)


def test_deap_example_4() -> None:
    found = malmquist(DEAP_4[0], DEAP_4[1])
    # DEAP's distances and index are output-oriented, which under constant returns is the same.
    np.testing.assert_allclose(found.crs.before, [0.5, 0.5, 1, 0.8, 0.833], atol=PRINTED)
    np.testing.assert_allclose(found.crs.before_by_after, [0.375, 0.375, 0.75, 0.6, 0.625], atol=PRINTED)
    np.testing.assert_allclose(found.crs.after_by_before, [0.5, 0.75, 1.333, 0.6, 1], atol=PRINTED)
    np.testing.assert_allclose(found.crs.after, [0.375, 0.563, 1, 0.45, 0.75], atol=PRINTED)
    np.testing.assert_allclose(found.efficiency_change, [0.75, 1.125, 1, 0.5625, 0.9], atol=PRINTED)
    np.testing.assert_allclose(found.technical_change, np.full(5, 1.333), atol=PRINTED)
    np.testing.assert_allclose(found.total, [1, 1.5, 1.333, 0.75, 1.2], atol=PRINTED)
    means = [np.exp(np.mean(np.log(part))) for part in (found.efficiency_change, found.technical_change, found.total)]
    np.testing.assert_allclose(means, [0.844, 1.333, 1.125], atol=PRINTED)


def test_a_year_without_change() -> None:
    found = malmquist(DEAP_4[1], DEAP_4[2])
    for part in (found.total, found.efficiency_change, found.technical_change, found.pure_change, found.scale_change):
        np.testing.assert_allclose(part, 1, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.pure_technical_change, 1, atol=OTHER_SOLVER)
    assert not found.unreached.any()


def test_pure_and_scale_change_by_hand() -> None:
    # Input-oriented, so not DEAP's. Frontier of the first year: (2, 1), (3, 3), (6, 5); of the second: (2, 1), (3, 4),
    # (5, 5). Firm 2 made 2 from 4 where 2.5 suffice, then 3 from 4 where 8/3 do; firm 4 made 4 from 5 where 4.5 do,
    # then 3 from 5 where 8/3 do.
    found = malmquist(DEAP_4[0], DEAP_4[1])
    before, after = np.array([1, 2.5 / 4, 1, 4.5 / 5, 1]), np.array([1, 8 / 12, 1, 8 / 15, 1])
    np.testing.assert_allclose(found.vrs.before, before, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.vrs.after, after, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.pure_change, after / before, atol=OTHER_SOLVER)
    scale = np.array([0.75, 1.125, 1, 0.5625, 0.9]) * before / after
    np.testing.assert_allclose(found.scale_change, scale, atol=OTHER_SOLVER)
    # Firm 2 against the other year's frontier: 2 from 7/3 in the second, 3 from 3 in the first.
    technical = np.sqrt((3 / 4) / (8 / 12) * (2.5 / 4) / (7 / 12))
    assert found.pure_technical_change[1] == pytest.approx(technical, abs=OTHER_SOLVER)


def test_what_the_other_frontier_does_not_reach_is_nan_and_said() -> None:
    found = malmquist(panel([2, 3, 5], [1, 2, 3]), panel([2, 3, 5], [1, 3, 4]))
    # In the second year 4 is made, which no combination of the first year's units makes.
    assert found.unreached.tolist() == [False, False, True]
    assert np.isnan(found.pure_technical_change).tolist() == [False, False, True]
    assert np.isnan(found.vrs.after_by_before).tolist() == [False, False, True]
    for part in (found.total, found.efficiency_change, found.technical_change, found.pure_change, found.scale_change):
        assert np.isfinite(part).all()


def test_equals_dealib() -> None:
    node = load("t16_frontier")["malmquist"]
    found = malmquist(tuple(node["before"]), tuple(node["after"]))
    for name in ("total", "technical_change", "efficiency_change"):
        np.testing.assert_allclose(getattr(found, name), node[name], atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.efficiency_change, found.pure_change * found.scale_change, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.total, found.efficiency_change * found.technical_change, atol=OTHER_SOLVER)


def test_going_back_in_time_is_the_reciprocal() -> None:
    node = load("t16_frontier")["malmquist"]
    before, after = tuple(node["before"]), tuple(node["after"])
    forth, back = malmquist(before, after), malmquist(after, before)
    np.testing.assert_allclose(forth.total, 1 / back.total, atol=OTHER_SOLVER)
    np.testing.assert_allclose(forth.pure_technical_change, 1 / back.pure_technical_change, atol=OTHER_SOLVER)


def test_all_inputs_halved_is_technical_change_of_two() -> None:
    inputs, outputs = DEAP_4[0]
    found = malmquist((inputs, outputs), (inputs / 2, outputs))
    np.testing.assert_allclose(found.technical_change, 2, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.efficiency_change, 1, atol=OTHER_SOLVER)
    np.testing.assert_allclose(found.pure_technical_change, 2, atol=OTHER_SOLVER)


def test_no_part_depends_on_units_of_measure() -> None:
    node = load("t16_frontier")["malmquist"]
    (x0, y0), (x1, y1) = (tuple(np.array(table) for table in node[period]) for period in ("before", "after"))
    scale = np.array([1e10, 1.0])
    found = malmquist((x0 * scale, y0 / 7), (x1 * scale, y1 / 7))
    np.testing.assert_allclose(found.total, node["total"], atol=OTHER_SOLVER)


def test_periods_must_hold_the_same_units_and_columns() -> None:
    with pytest.raises(StatisticsError) as caught:
        malmquist(panel([1, 2, 3], [1, 2, 3]), panel([1, 2], [1, 2]))
    assert caught.value.code == "stats.lengths_differ"
    with pytest.raises(StatisticsError) as caught:
        malmquist(panel([1, 2], [1, 2]), (np.ones((2, 2)), np.ones((2, 1))))
    assert caught.value.code == "stats.reference_columns_differ"
    with pytest.raises(StatisticsError) as caught:
        malmquist(panel([1, 2], [1, 2]), panel([1, 0], [1, 2]))
    assert caught.value.code == "stats.input_not_positive"
