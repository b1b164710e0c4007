"""Rules of thumb: held in the right direction, and never without a source or a word that it is one's own."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kadsurvey.measurement.cutoffs import CUTOFFS, Cutoffs


def test_every_default_has_a_source() -> None:
    rules = Cutoffs()
    assert [name for name in CUTOFFS if rules.source(name) is None] == []


@pytest.mark.parametrize(
    ("name", "value", "met"),
    [
        ("alpha", 0.70, True),
        ("alpha", 0.69, False),
        ("htmt", 0.84, True),
        ("htmt", 0.86, False),
        ("rmsea", 0.05, True),
        ("srmr", 0.09, False),
        ("cfi", 0.96, True),
        ("ave", float("nan"), None),
    ],
)
def test_rules_point_the_right_way(name, value, met) -> None:
    assert Cutoffs().met(name, value) is met


def test_an_own_value_has_no_source() -> None:
    rules = Cutoffs(alpha=0.65)
    assert rules.source("alpha") is None
    assert rules.to_dict()["alpha"] == {"value": 0.65, "source": None}
    assert set(rules.to_dict()) == {entry.name for entry in fields(rules)}
