"""Data envelopment analysis against textbooks, two other packages and the properties any frontier has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats import frontier_programmes
from kadsurvey.stats.frontier import dea, radial_scores, scale_efficiency
from kadsurvey.stats.frontier_programmes import RETURNS, Returns
from kadsurvey.stats.frontier_simplex import stretched_scores
from tests.reference_numbers import load

Array = NDArray[np.float64]

# Printed with three, four or five decimals.
PRINTED, PRINTED_4, PRINTED_5 = 5.1e-4, 5.1e-5, 5.1e-6
# HiGHS at 1e-10 against a simplex of its own kind, and against six printed digits.
OTHER_SOLVER, SIX_DIGITS = 1e-9, 5.1e-7
# Two solutions of the same programme in other units or another order.
SAME = 1e-9


def column(*values: float) -> Array:
    return np.array(values, dtype=np.float64)[:, None]


# Coelli (1996), A Guide to DEAP Version 2.1, CEPA Working Paper 96/08, example 1: Tables 4a-4c.
DEAP_1 = (np.array([[2, 5], [2, 4], [6, 6], [3, 2], [6, 2]]), column(1, 2, 3, 1, 2))
# Example 2: Tables 5a-5c.
DEAP_2 = (column(2, 4, 3, 5, 6), column(1, 2, 3, 4, 5))
# Cooper, Seiford & Tone (2007), Data Envelopment Analysis, 2nd ed.: eight stores (Tables 1.1 and 1.2), six of two
# inputs (Example 2.2), twelve hospitals (section 1.4).
STORES = (column(2, 3, 3, 4, 5, 5, 6, 8), column(1, 3, 2, 3, 4, 2, 3, 5))
SIX = (np.array([[4, 3], [7, 3], [8, 1], [4, 2], [2, 4], [10, 1]]), np.ones((6, 1)))
HOSPITALS = (
    np.array(
        [
            [20, 19, 25, 27, 22, 55, 33, 31, 30, 50, 53, 38],
            [151, 131, 160, 168, 158, 255, 235, 206, 244, 268, 306, 284],
        ]
    ).T,
    np.array(
        [
            [100, 150, 160, 180, 94, 230, 220, 152, 190, 250, 260, 250],
            [90, 50, 55, 72, 66, 90, 88, 80, 100, 100, 147, 120],
        ]
    ).T,
)
# Barbero & Zofío, DataEnvelopmentAnalysis.jl, documentation of the radial input-oriented model.
ELEVEN = (
    np.array(
        [[5, 13], [16, 12], [16, 26], [17, 15], [18, 14], [23, 6], [25, 10], [27, 22], [37, 14], [42, 25], [5, 17]]
    ),
    column(12, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12),
)


def drawn(seed: int, n: int = 12, n_inputs: int = 2, n_outputs: int = 2) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    size = rng.normal(size=(n, 1))
    inputs = np.exp(size + 0.5 * rng.normal(size=(n, n_inputs)))
    return inputs, np.exp(0.8 * size + 0.5 * rng.normal(size=(n, n_outputs)))


def test_deap_example_1() -> None:
    found = dea(*DEAP_1, returns="crs")
    np.testing.assert_allclose(found.score, [0.5, 1, 0.833, 0.714, 1], atol=PRINTED)
    assert found.peers == ((1,), (1,), (1, 4), (4, 1), (4,))
    expected = np.zeros((5, 5))
    expected[[0, 1, 2, 2, 3, 3, 4], [1, 1, 4, 1, 4, 1, 4]] = [0.5, 1, 0.5, 1, 0.286, 0.214, 1]
    np.testing.assert_allclose(found.weights, expected, atol=PRINTED)
    np.testing.assert_allclose(found.input_slack[:, 1], [0.5, 0, 0, 0, 0], atol=PRINTED)
    assert not found.input_slack[:, 0].any()
    assert not found.output_slack.any()
    assert found.efficient.tolist() == [False, True, False, False, True]
    assert (found.n_units, found.n_reference, found.n_inputs, found.n_outputs) == (5, 5, 2, 1)


def test_deap_example_2() -> None:
    found = scale_efficiency(*DEAP_2)
    np.testing.assert_allclose(found.crs, [0.5, 0.5, 1, 0.8, 0.833], atol=PRINTED)
    np.testing.assert_allclose(found.vrs, [1, 0.625, 1, 0.9, 1], atol=PRINTED)
    np.testing.assert_allclose(found.scale, [0.5, 0.8, 1, 0.889, 0.833], atol=PRINTED)
    assert found.side == ("increasing", "increasing", "constant", "decreasing", "decreasing")


def test_cooper_seiford_and_tone_stores() -> None:
    found = dea(*STORES, returns="crs")
    np.testing.assert_allclose(found.score, [0.5, 1, 0.667, 0.75, 0.8, 0.4, 0.5, 0.625], atol=PRINTED)


def test_cooper_seiford_and_tone_two_inputs() -> None:
    found = dea(*SIX, returns="crs")
    np.testing.assert_allclose(found.score, [0.8571, 0.6316, 1, 1, 1, 1], atol=PRINTED_4)
    assert found.peers == ((3, 4), (3, 2), (2,), (3,), (4,), (2,))
    np.testing.assert_allclose(found.weights[0, [3, 4]], [0.7143, 0.2857], atol=PRINTED_4)
    np.testing.assert_allclose(found.weights[1, [2, 3]], [0.1053, 0.8947], atol=PRINTED_4)
    # F could do with two less of its first input, though with no less of both.
    np.testing.assert_allclose(found.input_slack[5], [2, 0], atol=PRINTED_4)
    assert found.efficient.tolist() == [False, False, True, True, True, True]
    assert found.fully_efficient.tolist() == [False, False, True, True, True, False]


def test_cooper_seiford_and_tone_hospitals() -> None:
    printed = [1, 1, 0.883, 1, 0.763, 0.835, 0.902, 0.796, 0.960, 0.871, 0.955, 0.958]
    np.testing.assert_allclose(radial_scores(*HOSPITALS, returns="crs"), printed, atol=PRINTED)


def test_barbero_and_zofio() -> None:
    crs, vrs = dea(*ELEVEN, returns="crs"), dea(*ELEVEN, returns="vrs")
    printed = [1, 0.62229, 0.819856, 1, 0.310371, 0.555556, 1, 0.757669, 0.820106, 0.490566, 1]
    np.testing.assert_allclose(crs.score, printed, atol=PRINTED_5)
    np.testing.assert_allclose(crs.input_slack[[5, 8, 10]], [[4.44444, 0], [1.64021, 0], [0, 4]], atol=PRINTED_5)
    printed = [1, 0.8699861687413553, 1, 1, 0.7116402116402116, 1, 1, 1, 1, 0.4931209268645909, 1]
    np.testing.assert_allclose(vrs.score, printed, atol=OTHER_SOLVER)
    assert vrs.output_slack[4, 0] == pytest.approx(2.69841, abs=PRINTED_5)
    assert not vrs.fully_efficient[10]


@pytest.mark.parametrize("name", ["small", "wide", "many", "ties"])
@pytest.mark.parametrize("returns", RETURNS)
def test_equals_dealib_and_pyfrontier(name: str, returns: Returns) -> None:
    node = load("t16_frontier")["scores"][name]
    found = radial_scores(node["inputs"], node["outputs"], returns=returns)
    np.testing.assert_allclose(found, node[returns]["dealib"], atol=OTHER_SOLVER)
    np.testing.assert_allclose(found, node[returns]["pyfrontier"], atol=SIX_DIGITS)


def test_one_input_and_output_under_constant_returns_is_a_ratio() -> None:
    inputs, outputs = drawn(1, n_inputs=1, n_outputs=1)
    ratio = (outputs / inputs)[:, 0]
    np.testing.assert_allclose(radial_scores(inputs, outputs, returns="crs"), ratio / ratio.max(), atol=SAME)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    returns=st.sampled_from(RETURNS),
    exponents=st.lists(st.integers(-6, 12), min_size=4, max_size=4),
    factors=st.lists(st.floats(0.1, 10), min_size=4, max_size=4),
)
def test_no_score_depends_on_units_of_measure(
    seed: int, returns: Returns, exponents: list[int], factors: list[float]
) -> None:
    inputs, outputs = drawn(seed)
    scale = np.array(factors) * 10.0 ** np.array(exponents)
    plain = dea(inputs, outputs, returns=returns)
    found = dea(inputs * scale[:2], outputs * scale[2:], returns=returns)
    np.testing.assert_allclose(found.score, plain.score, atol=SAME)
    assert found.efficient.tolist() == plain.efficient.tolist()
    assert found.fully_efficient.tolist() == plain.fully_efficient.tolist()
    # Slacks are in the amounts' own units; NEGLIGIBLE cuts them off at a millionth of the unit's amount.
    np.testing.assert_allclose(found.input_slack / scale[:2], plain.input_slack, atol=1e-5 * inputs.max())


def test_rupiah_beside_counts() -> None:
    rng = np.random.default_rng(2)
    money = 10 ** rng.uniform(9, 12, (20, 1))
    counts = rng.integers(1, 100, (20, 2)).astype(np.float64)
    for returns in RETURNS:
        rupiah = radial_scores(np.hstack([money, counts[:, :1]]), counts[:, 1:], returns=returns)
        billions = radial_scores(np.hstack([money / 1e9, counts[:, :1]]), counts[:, 1:] / 1e6, returns=returns)
        np.testing.assert_allclose(rupiah, billions, atol=SAME)
        assert np.sum(rupiah == 1) >= 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), returns=st.sampled_from(RETURNS))
def test_the_order_of_the_units_does_not_matter(seed: int, returns: Returns) -> None:
    inputs, outputs = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(inputs))
    plain = radial_scores(inputs, outputs, returns=returns)
    found = radial_scores(inputs[order], outputs[order], returns=returns)
    np.testing.assert_allclose(found, plain[order], atol=SAME)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    returns=st.sampled_from(RETURNS),
    unit=st.integers(0, 11),
    more=st.floats(1.0, 3.0),
    less=st.floats(0.3, 1.0),
)
def test_a_dominated_unit_changes_no_one_elses_score(
    seed: int, returns: Returns, unit: int, more: float, less: float
) -> None:
    inputs, outputs = drawn(seed)
    plain = radial_scores(inputs, outputs, returns=returns)
    found = radial_scores(
        np.vstack([inputs, more * inputs[unit]]), np.vstack([outputs, less * outputs[unit]]), returns=returns
    )
    np.testing.assert_allclose(found[:-1], plain, atol=SAME)
    assert found[-1] <= plain[unit] + SAME


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 15))
def test_freer_returns_score_higher(seed: int, n: int) -> None:
    inputs, outputs = drawn(seed, n)
    found = scale_efficiency(inputs, outputs)
    assert np.all(found.crs <= found.nirs + SAME)
    assert np.all(found.nirs <= found.vrs + SAME)
    assert np.all((found.crs > 0) & (found.vrs <= 1) & (found.scale <= 1))
    assert np.any(found.crs == 1)
    for side, crs, nirs, vrs in zip(found.side, found.crs, found.nirs, found.vrs, strict=True):
        if side == "increasing":
            assert nirs == pytest.approx(crs, abs=SAME)
        if side == "decreasing":
            assert nirs == pytest.approx(vrs, abs=SAME)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), returns=st.sampled_from(RETURNS))
def test_the_combination_of_peers_makes_the_outputs_from_the_saved_inputs(seed: int, returns: Returns) -> None:
    inputs, outputs = drawn(seed)
    found = dea(inputs, outputs, returns=returns)
    close = {"rtol": 1e-5, "atol": 1e-9}
    np.testing.assert_allclose(found.weights @ inputs + found.input_slack, found.score[:, None] * inputs, **close)
    np.testing.assert_allclose(found.weights @ outputs - found.output_slack, outputs, **close)
    size = found.weights.sum(axis=1)
    if returns == "vrs":
        np.testing.assert_allclose(size, 1, **close)
    if returns == "nirs":
        assert np.all(size <= 1 + 1e-5)
    peers = sorted({j for row in found.peers for j in row})
    assert found.fully_efficient[peers].all()


def test_another_reference_set() -> None:
    reference = (column(2, 4), column(2, 3))
    found = dea(column(1, 3, 3), column(2, 2.5, 4), reference=reference)
    # 2 is made from 2, so that a unit which makes it from 1 scores 2; 4 is beyond both.
    np.testing.assert_allclose(found.score, [2, 1, np.nan], atol=SAME)
    assert found.efficient.tolist() == [True, True, False]
    assert found.peers == ((0,), (0, 1), ())
    assert (found.n_units, found.n_reference) == (3, 2)
    assert radial_scores(column(3), column(4), reference=reference, returns="crs")[0] == pytest.approx(4 / 3, abs=SAME)


def test_an_output_that_a_unit_does_not_make_asks_nothing_of_it() -> None:
    inputs, outputs = column(2, 4, 4), np.array([[2.0, 0], [2, 1], [4, 0]])
    np.testing.assert_allclose(radial_scores(inputs, outputs, returns="crs"), [1, 1, 1], atol=SAME)
    np.testing.assert_allclose(radial_scores(column(4, 4, 8), outputs, returns="crs"), [1, 1, 1], atol=SAME)
    found = dea(column(1, 4, 4), outputs, returns="crs")
    np.testing.assert_allclose(found.score, [1, 1, 0.5], atol=SAME)
    assert found.peers[2] == (0,)


def test_equal_units_are_all_efficient() -> None:
    found = scale_efficiency(np.full((4, 2), 7e11), np.full((4, 1), 3))
    assert np.all(found.crs == 1)
    assert found.side == ("constant",) * 4


def test_inputs_are_not_changed() -> None:
    inputs, outputs = drawn(4)
    copies = inputs.copy(), outputs.copy()
    dea(inputs, outputs)
    np.testing.assert_array_equal(inputs, copies[0])
    np.testing.assert_array_equal(outputs, copies[1])


@pytest.mark.parametrize(
    ("inputs", "outputs", "code", "params"),
    [
        ([1.0, 2], [[1], [1]], "stats.amounts_not_a_table", {"shape": (2,)}),
        ([[], []], [[1], [1]], "stats.amounts_not_a_table", {"shape": (2, 0)}),
        ([[1], [2]], [[1], [1], [1]], "stats.lengths_differ", {"n_first": 2, "n_second": 3}),
        ([[1]], [[1]], "stats.too_few_units", {"n_units": 1, "needed": 2}),
        ([[1, 0], [2, 3]], [[1], [1]], "stats.input_not_positive", {"column": 1, "units": [0]}),
        ([[1, 2], [-2, 3], [np.nan, 1]], [[1]] * 3, "stats.input_not_positive", {"column": 0, "units": [1, 2]}),
        ([[1], [np.inf]], [[1], [1]], "stats.input_not_positive", {"column": 0, "units": [1]}),
        ([[1], [2]], [[1, 2], [1, -1]], "stats.output_negative", {"column": 1, "units": [1]}),
        ([[1], [2]], [[1, np.nan], [1, 1]], "stats.output_negative", {"column": 1, "units": [0]}),
        ([[1], [2]], [[1, 2], [0, 0]], "stats.unit_without_output", {"units": [1]}),
        ([[1], [2]], [[1, 0], [1, 0]], "stats.output_never_made", {"columns": [1]}),
    ],
)
def test_amounts_that_cannot_be_compared(inputs: Any, outputs: Any, code: str, params: dict[str, Any]) -> None:
    for function in (dea, radial_scores, scale_efficiency):
        with pytest.raises(StatisticsError) as caught:
            function(inputs, outputs)
        assert caught.value.code == code
        assert caught.value.params == params


def test_a_reference_set_is_checked_too() -> None:
    with pytest.raises(StatisticsError) as caught:
        dea([[1]], [[1]], reference=([[1, 2], [2, 1]], [[1], [1]]))
    assert caught.value.code == "stats.reference_columns_differ"
    with pytest.raises(StatisticsError) as caught:
        dea([[1]], [[1]], reference=([[1], [0]], [[1], [1]]))
    assert caught.value.code == "stats.input_not_positive"


def test_amounts_over_seven_powers_of_ten() -> None:
    inputs, outputs = drawn(196)
    inputs = 1e9 * inputs**4
    assert np.ptp(np.log10(inputs), axis=0).max() > 6
    for returns in RETURNS:
        found = dea(inputs, outputs, returns=returns)
        simplex = stretched_scores(inputs, outputs, np.ones((1, 12)), returns=returns)
        np.testing.assert_allclose(found.score, simplex[0], atol=SAME)


@pytest.mark.parametrize("status", [1, 2, 4])
def test_a_solver_that_fails_is_not_passed_over(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of the five units with three amounts the first programme has 6 variables, the second 8.
    for n_variables in (6, 8):

        def failing(cost: Array, *, of: int = n_variables, **options: Any) -> Any:
            found = linprog(cost, **options)
            found.status = status if len(cost) == of else found.status
            return found

        monkeypatch.setattr(frontier_programmes, "linprog", failing)
        with pytest.raises(StatisticsError) as caught:
            dea(*DEAP_1)
        assert caught.value.code == "stats.frontier_not_solved"


def test_unknown_returns() -> None:
    with pytest.raises(ArgumentError) as caught:
        dea([[1], [2]], [[1], [1]], returns="irs")  # type: ignore[arg-type]
    assert caught.value.code == "stats.unknown_option"
