"""Indices of careless answering: equal to R's careless 1.2.2 on three data sets, and what is missing or constant."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.careless import even_odd, irv, item_pairs, longstring, pair_consistency, person_total
from tests.reference_numbers import columns, load, vector

Array = NDArray[np.float64]

# Closed forms on both sides, printed with 15 digits.
EXACT = 1e-8
REFERENCE = load("t10_careless")
SETS = ("careless_sim", "careless_dataset", "bfi_first200")
# Where careless cuts the items into three parts.
THIRDS = {"careless_sim": [7, 13], "careless_dataset": [17, 33], "bfi_first200": [9, 17]}
PAIR_NODES = [
    (name, place, kind)
    for name in SETS
    for place, kind in [(("psychsyn", key), "synonyms") for key in REFERENCE[name]["psychsyn"]]
    + [(("psychant",), "antonyms")]
]


def answers(name: str) -> tuple[Array, list[str]]:
    """Return a data set as ticked, and the names of its items."""
    if name == "bfi_first200":
        data = {key: values[:200] for key, values in columns("bfi").items() if key[0] in "ACENO" and key[1:].isdigit()}
    else:
        data = columns(name)
    return np.column_stack(list(data.values())), list(data)


def turned(name: str) -> Array:
    """Return a data set with its reversed items turned round."""
    data, items = answers(name)
    ends = 7 if name == "bfi_first200" else 6
    for item in REFERENCE[name]["reverse_items"] or []:
        place = items.index(item) if isinstance(item, str) else item - 1
        data[:, place] = ends - data[:, place]
    return data


def scales(name: str) -> list[Array]:
    ends = np.cumsum([0, *REFERENCE[name]["factors"]])
    return [np.arange(start, end) for start, end in pairwise(ends)]


@pytest.mark.parametrize("name", SETS)
def test_runs_equal_r(name: str) -> None:
    found, theirs = longstring(answers(name)[0]), REFERENCE[name]
    np.testing.assert_array_equal(found.longest, vector(theirs["longstring_max"]))
    np.testing.assert_allclose(found.average, vector(theirs["longstring_avg"]), atol=EXACT)


@pytest.mark.parametrize("name", SETS)
def test_variability_equals_r(name: str) -> None:
    data = answers(name)[0]
    np.testing.assert_allclose(irv(data), vector(REFERENCE[name]["irv"]), atol=EXACT)
    for place, part in enumerate(np.split(data, THIRDS[name], axis=1), start=1):
        np.testing.assert_allclose(irv(part), vector(REFERENCE[name]["irv_split3"][f"irv{place}"]), atol=EXACT)


@pytest.mark.parametrize(("node", "prepare"), [("evenodd_raw_items", answers), ("evenodd_reverse_keyed", turned)])
@pytest.mark.parametrize("name", SETS)
def test_even_odd_is_minus_rs(name: str, node: str, prepare: Callable[[str], Array | tuple[Array, list[str]]]) -> None:
    data = prepare(name)
    found, n_scales = even_odd(data[0] if isinstance(data, tuple) else data, scales(name))
    np.testing.assert_allclose(-found, vector(REFERENCE[name][node]), atol=EXACT)
    assert n_scales.max() == len(scales(name))


@pytest.mark.parametrize(("name", "place", "kind"), PAIR_NODES)
def test_synonyms_and_antonyms_equal_r(name: str, place: tuple[str, ...], kind: str) -> None:
    theirs = REFERENCE[name]
    for key in place:
        theirs = theirs[key]
    data, items = answers(name)
    pairs = item_pairs(data, least=theirs.get("critval", 0.6), kind=kind)  # type: ignore[arg-type]
    if "ERROR" in theirs:
        assert "No Psychometric" in theirs["ERROR"]
        assert len(pairs) == 0
        return
    named = [theirs["pairs"]] if isinstance(theirs["pairs"], str) else theirs["pairs"]
    assert [f"{items[later]}~{items[earlier]}" for later, earlier in pairs] == named
    r, n_pairs = pair_consistency(data, pairs)
    np.testing.assert_allclose(r, vector(theirs["cor"]), atol=EXACT)
    np.testing.assert_array_equal(n_pairs, vector(theirs["num_pairs"]))


@pytest.mark.parametrize("name", SETS)
def test_person_total_equals_r(name: str) -> None:
    np.testing.assert_allclose(person_total(turned(name)), vector(REFERENCE[name]["person_total_cor"]), atol=EXACT)


def test_without_pairs_nothing_is_consistent() -> None:
    r, n_pairs = pair_consistency(np.array([[1.0, 2, 3]]), np.empty((0, 2)))
    assert np.isnan(r).all()
    assert n_pairs.tolist() == [0]


def test_a_gap_ends_a_run_or_is_passed_over() -> None:
    data = np.array([[4.0, np.nan, 4, 4, np.nan, 4], [1, 1, np.nan, 2, 2, 2]])
    assert longstring(data).longest.tolist() == [2, 3]
    passed = longstring(data, gaps="skip")
    assert passed.longest.tolist() == [4, 3]
    assert passed.average.tolist() == [4, 2.5]


def test_a_row_without_answers_has_no_index() -> None:
    data = np.vstack([np.full(6, np.nan), np.arange(12.0).reshape(2, 6)])
    assert longstring(data).longest[0] == 0
    for values in (longstring(data).average, irv(data), even_odd(data, [[0, 1, 2], [3, 4, 5]])[0], person_total(data)):
        assert np.isnan(values[0])


def test_a_row_that_does_not_vary_correlates_with_nothing() -> None:
    data = np.array([[3.0, 3, 3, 3, 3, 3], [1, 2, 5, 4, 2, 1], [2, 1, 4, 4, 3, 1]])
    assert irv(data)[0] == 0
    for values in (
        even_odd(data, [[0, 1], [2, 3], [4, 5]])[0],
        person_total(data),
        pair_consistency(data, [[1, 0], [3, 2], [5, 4]])[0],
    ):
        assert np.isnan(values[0])
        assert np.isfinite(values[1:]).all()


def test_constant_items_have_no_pairs() -> None:
    with pytest.raises(StatisticsError) as caught:
        item_pairs(np.array([[1.0, 2], [1, 3], [1, 4]]))
    assert caught.value.code == "stats.constant_item"


def test_infinite_answers_are_refused() -> None:
    with pytest.raises(StatisticsError):
        longstring(np.array([[1.0, np.inf]]))


def sparse() -> st.SearchStrategy[Array]:
    cell = st.one_of(st.sampled_from([1.0, 2.0, 3.0]), st.just(np.nan))
    return arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 7)), elements=cell)


@given(sparse())
def test_runs_by_counting_them_one_by_one(data: Array) -> None:
    found = longstring(data, gaps="skip").longest
    for row, longest in zip(data, found, strict=True):
        best = run = 0
        given_answers = row[np.isfinite(row)].tolist()
        for place, value in enumerate(given_answers):
            run = run + 1 if place and value == given_answers[place - 1] else 1
            best = max(best, run)
        assert best == longest


@given(sparse())
def test_inputs_are_left_as_they_are(data: Array) -> None:
    before = data.copy()
    longstring(data)
    irv(data)
    person_total(data)
    np.testing.assert_array_equal(data, before)
