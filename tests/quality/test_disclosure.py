"""k-anonymity against counting by hand, and what to leave out; the sample study before and after."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

from benchmarks.reidentification import KNOWN, RELEASES, matched
from kadsurvey import Study
from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.responses import Responses
from kadsurvey.quality.disclosure import disclosure
from kadsurvey.report.builders.disclosure import disclosure_findings


@pytest.fixture(scope="module")
def sample() -> Responses:
    return Study.open(bundled("sample_data")).responses


@pytest.fixture
def small(sample: Responses) -> Responses:
    """Nine respondents of two bodies; the second has one NGO member."""
    data = sample.data.iloc[:9].copy()
    data["body"] = list("xxxxyyyyy")
    data["member"] = list("aabbccddd")
    data["group"] = ["official"] * 8 + ["ngo"]
    data["position"] = "head"
    data["years_in_role"] = [3.0, 4, 12, 15, 3, 3, 21, 22, None]
    data["T1"] = [5.0, 5, 5, 5, 1, 2, 3, 4, 5]
    return replace(sample, data=data)


def test_classes_are_counted_as_by_hand(small: Responses) -> None:
    found = disclosure(small, k=3)
    told = found.combinations.set_index("fields")
    assert len(told) == 2 ** len(found.fields) - 1
    for names in told.index:
        sizes = small.data[list(names)].astype(object).fillna("?").astype(str).agg("|".join, axis=1).value_counts()
        row = told.loc[[names]].iloc[0]
        assert (row["classes"], row["smallest"]) == (len(sizes), sizes.min())
        assert (row["below"], row["unique"]) == (sizes[sizes < 3].sum(), (sizes == 1).sum())
    assert told.loc[[("body", "group")], "unique"].item() == 1


def test_rows_at_risk_are_told_without_their_values(small: Responses) -> None:
    found = disclosure(small, k=3)
    assert found.rows["scores_class"].tolist() == [2, 2, 2, 2, 2, 2, 2, 2, 1]
    assert found.rows.columns.tolist() == ["scores_class", "whole_class"]
    renamed = found.under({str(name): f"p{place}" for place, name in enumerate(found.rows.index)})
    assert renamed.rows.index.tolist() == [f"p{place}" for place in range(9)]


def test_what_leaving_out_and_coarsening_gains(small: Responses) -> None:
    gains = disclosure(small, k=3, fields=["body", "years_in_role"]).gains.set_index("field")
    assert gains.loc["years_in_role", ["below", "without", "banded"]].tolist() == [9, 0, 9]
    assert gains.loc["body", ["below", "without"]].tolist() == [9, 6]
    banded = disclosure(small, k=2, fields=["body", "years_in_role"]).gains.set_index("field")
    # In tens: x 0, 0, 10, 10 and y 0, 0, 20, 20, unknown; exactly only the two of three years in y are not alone.
    assert banded.loc["years_in_role", ["below", "banded"]].tolist() == [7, 1]


def test_a_class_of_one_answer_is_named_by_its_item_only(small: Responses) -> None:
    alike = disclosure(small, k=3).alike.set_index("item")
    assert alike.loc["T1"].tolist() == [1, 4]
    finding = next(found for found in disclosure_findings(disclosure(small, k=3)) if "alike" in found.code)
    assert finding.code == "quality.answers_alike"


@pytest.mark.parametrize(
    ("k", "left"), [(1, ()), (2, ("group",)), (3, ("group", "member")), (6, ("group", "member", "body"))]
)
def test_as_little_is_left_out_as_makes_all_safe(small: Responses, k: int, left: tuple[str, ...]) -> None:
    found = disclosure(small, k=k, fields=["body", "member", "group"])
    assert set(found.to_leave_out()) == set(left)
    units = ("body", "member", "group")
    safe = [
        dropped
        for size in range(4)
        for dropped in combinations(units, size)
        if found.below([name for name in units if name not in dropped]) == 0
    ]
    assert len(left) == min(map(len, safe))


def test_the_sample_study_is_told_what_to_leave_out(sample: Responses) -> None:
    found = disclosure(sample, k=5)
    finding = next(told for told in disclosure_findings(found) if told.code == "quality.recognisable")
    assert finding.params["columns"] == ["source_row", "member"]
    assert (finding.params["below"], finding.params["left"]) == (443, 0)


def test_who_is_recognised_before_and_after(sample: Responses) -> None:
    """The numbers of benchmarks/reidentification.md."""
    found = {release: matched(sample.data, told) for release, told in RELEASES.items()}
    before, written, shared, _ = found.values()
    assert before["unique"] > 0.8
    assert written["unique"] < 0.05
    assert (shared["unique"], shared["below"]) == (0, 0)
    assert before["guessed"] > 3 * written["guessed"] > 9 * shared["guessed"]
    whole = disclosure(sample, k=5, fields=KNOWN)
    assert before["unique"] == whole.combinations["unique"].iloc[-1] / whole.n


def test_fields_must_be_there_and_few(sample: Responses, small: Responses) -> None:
    with pytest.raises(ArgumentError) as caught:
        disclosure(small, fields=["body", "membr"])
    assert caught.value.code == "quality.no_such_field"
    assert "member" in str(caught.value)
    more = {f"own{place}": pd.Series("x", small.data.index) for place in range(11)}
    fields = dict.fromkeys(more, sample.instrument.fields["position"])
    known = sample.instrument.model_copy(update={"fields": {**sample.instrument.fields, **fields}})
    with pytest.raises(ArgumentError) as caught:
        disclosure(replace(small, data=small.data.assign(**more), instrument=known))
    assert caught.value.code == "quality.too_many_fields"


def test_data_that_name_nothing_have_one_class(sample: Responses) -> None:
    bare = replace(sample, data=sample.data.drop(columns=["body", "member", "group", "position", "years_in_role"]))
    found = disclosure(bare, k=5)
    assert found.fields == ()
    assert found.to_leave_out() == ()
    assert not list(disclosure_findings(found))
