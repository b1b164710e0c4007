import pandas as pd
import pytest

from kadsurvey.indices.suppression import suppressed


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 9, "b": 8, "c": 7}, set()),
        ({"a": 9, "b": 3, "c": 7}, {"b", "c"}),
        ({"a": 9, "b": 3, "c": 2}, {"b", "c"}),
        ({"a": 3}, {"a"}),
        ({"a": 3, "b": 0, "c": 9}, {"a", "c"}),
        ({"a": 5, "b": 6}, set()),
        ({"a": 9, "b": 2, "c": 1, "d": 8}, {"b", "c", "d"}),
        ({"a": 1, "b": 1, "c": 1}, {"a", "b", "c"}),
    ],
    ids=[
        "none",
        "one and its complement",
        "two",
        "alone",
        "nobody is not hidden",
        "the limit itself is shown",
        "together below the limit",
        "all small",
    ],
)
def test_small_cells_are_hidden_with_a_complement(counts, hidden):
    found = suppressed(pd.Series(counts), 5)
    assert set(found.index[found]) == hidden


def test_each_body_is_the_margin_of_its_members():
    counts = pd.Series({("x", "a"): 2, ("x", "b"): 9, ("x", "c"): 7, ("y", "a"): 6, ("y", "b"): 8})
    found = suppressed(counts, 5)
    assert list(found.index) == list(counts.index)
    assert set(found.index[found]) == {("x", "a"), ("x", "c")}
