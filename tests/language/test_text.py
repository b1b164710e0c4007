"""How a text is put into a language."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kadsurvey.findings import Change, Finding, worst
from kadsurvey.language import text as text_module
from kadsurvey.language.text import Label, Lines, Text, local_number, render

CATALOGUE = {
    "made.plain": {"en": "a plain text", "id": "teks biasa"},
    "made.number": {"en": "{share:.1%} of {n:,} ({mean})", "id": "{share:.1%} dari {n:,} ({mean})"},
    "made.outer": {"en": "outer ({inner})", "id": "luar ({inner})"},
    "made.place": {"en": "{what} stands there", "id": "{what} ada di situ"},
}


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    real = text_module._catalogue

    def of_station(station: str) -> Mapping[str, Mapping[str, str]]:
        return CATALOGUE if station == "made" else real(station)

    monkeypatch.setattr(text_module, "_catalogue", of_station)


def test_plain() -> None:
    assert Text("made.plain").render("en") == "a plain text"
    assert Text("made.plain").render("id") == "teks biasa"


def test_numbers_take_the_signs_of_the_language() -> None:
    text = Text("made.number", {"share": 0.1234, "n": 12500, "mean": 0.25})
    assert text.render("en") == "12.3% of 12,500 (0.25)"
    assert text.render("id") == "12,3% dari 12.500 (0,25)"


def test_a_text_within_a_text() -> None:
    inner = Text("made.outer", {"inner": Text("made.plain")})
    assert Text("made.outer", {"inner": inner}).render("en") == "outer (outer (a plain text))"
    assert Text("made.outer", {"inner": inner}).render("id") == "luar (luar (teks biasa))"


def test_words_by_language_within_a_text() -> None:
    text = Text("made.place", {"what": {"id": "lembaga", "en": "a body"}})
    assert (text.render("en"), text.render("id")) == ("a body stands there", "lembaga ada di situ")


@pytest.mark.parametrize(
    ("label", "en", "indonesian"),
    [
        ("as it is", "as it is", "as it is"),
        (7, "7", "7"),
        (True, "True", "True"),
        (0.5, "0.5", "0,5"),
        (["T1", "T2"], "T1, T2", "T1, T2"),
        ({"b", "a"}, "a, b", "a, b"),
        ((1.5, 2), "1.5, 2", "1,5, 2"),
        ([Text("made.plain"), {"en": "x", "id": "y"}], "a plain text, x", "teks biasa, y"),
        ({"en": "only English"}, "only English", "only English"),
        ({"en": "English", "id": ""}, "English", "English"),
        ({}, "", ""),
    ],
)
def test_labels(label: Label, en: str, indonesian: str) -> None:
    assert (render(label, "en"), render(label, "id")) == (en, indonesian)


def test_lines_stand_below_each_other() -> None:
    lines = Lines([Text("made.plain"), Text("made.place", {"what": "x"})])
    assert lines.render("en") == "\n  a plain text\n  x stands there"
    assert Text("made.outer", {"inner": lines}).render("id") == "luar (\n  teks biasa\n  x ada di situ)"


@pytest.mark.parametrize("code", ["made.absent", "no_such_station.code", "findings.absent"])
def test_a_code_without_text_is_a_fault_of_ours(code: str) -> None:
    with pytest.raises(LookupError, match=code):
        Text(code).render("en")


def test_local_number() -> None:
    assert local_number("1,250.5", "id") == "1.250,5"
    assert local_number("1,250.5", "en") == "1,250.5"


def test_finding_says_its_place_first() -> None:
    finding = Finding("made.place", "warning", {"what": "T9"}, file="a.xlsx", sheet="Respon", cell="F12")
    assert finding.render("en") == "a.xlsx, sheet 'Respon', cell F12: T9 stands there"
    assert finding.render("id") == "a.xlsx, lembar 'Respon', sel F12: T9 ada di situ"
    assert finding.to_dict("id")["message"] == "T9 ada di situ"


def test_finding_without_place() -> None:
    assert Finding("made.plain", "note").render("en") == "a plain text"


def test_change_names_its_count() -> None:
    change = Change("made.outer", 3, {"inner": "x"}, file="a.csv")
    assert change.place("en") == "a.csv"
    assert change.to_dict("en")["count"] == 3


def test_worst_severity() -> None:
    notes = [Finding("made.plain", "note"), Finding("made.plain", "error"), Finding("made.plain", "warning")]
    assert worst(notes) == "error"
    assert worst(notes[:1]) == "note"
    assert worst([]) is None
