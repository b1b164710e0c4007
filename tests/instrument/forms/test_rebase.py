"""Changes of a form put onto its instrument: what was changed is taken, what no form says stays."""

from __future__ import annotations

from typing import Any

import pytest

from kadsurvey.instrument.forms.rebase import rebase

KEPT: dict[str, Any] = {
    "text": {"id": "Satu", "en": "One"}, "source": "An idea", "labels": ["Setuju", "S"], "codes": ["1", "2"],
    "missing": [{"code": "8", "labels": {"id": ["Tidak tahu", "TT"]}}, {"code": "9", "kind": "no_answer"}],
}  # fmt: skip
BASE: dict[str, Any] = {
    "text": {"id": "Satu", "en": "One"}, "kind": "???", "labels": ["Setuju"], "codes": ["1", "2"],
    "missing": [{"code": "8", "kind": "dont_know", "labels": {"id": ["Tidak tahu"]}}],
}  # fmt: skip


def test_an_unchanged_form_changes_nothing() -> None:
    assert rebase(KEPT, BASE, BASE) == KEPT


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": {"id": "Baru", "en": "One"}}, {"text": {"id": "Baru", "en": "One"}}),
        ({"text": {"id": "Satu"}}, {"text": {"id": "Satu"}}),
        ({"labels": ["Sepakat"]}, {"labels": ["Sepakat", "Setuju", "S"]}),
        ({"codes": ["1"]}, {"codes": ["1"]}),
        ({"codes": ["1", "2", "3"]}, {"codes": ["1", "2", "3"]}),
        ({"kind": "formative"}, {"kind": "formative"}),
        ({"new": "x"}, {"new": "x"}),
        ({"missing": []}, {"missing": [{"code": "9", "kind": "no_answer"}]}),
        (
            {"missing": [{"code": "8", "kind": "dont_know", "labels": {"id": ["Entah"]}}]},
            {
                "missing": [
                    {"code": "8", "labels": {"id": ["Entah", "Tidak tahu", "TT"]}},
                    {"code": "9", "kind": "no_answer"},
                ]
            },
        ),
    ],
)
def test_what_was_changed_is_taken(change: dict[str, Any], expected: dict[str, Any]) -> None:
    assert rebase(KEPT, BASE, {**BASE, **change}) == {**KEPT, **expected}


def test_what_was_taken_out_is_gone() -> None:
    now = {key: value for key, value in BASE.items() if key != "text"}
    assert rebase(KEPT, BASE, now) == {key: value for key, value in KEPT.items() if key != "text"}


def test_nothing_given_is_changed() -> None:
    kept = {"labels": ["a"]}
    rebase(kept, {"labels": ["a"]}, {"labels": ["b"]})
    assert kept == {"labels": ["a"]}
