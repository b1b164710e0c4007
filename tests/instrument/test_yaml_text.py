"""The YAML that is written reads back to the same data, whatever the texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadsurvey.instrument.load import bundled_instruments, instrument_of, load_instrument
from kadsurvey.instrument.source import parse_source
from kadsurvey.instrument.yaml_text import instrument_data, yaml_text

# YAML holds no control characters and no lone surrogates but the escaped; a file of an instrument needs none.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
KEY = TEXT.filter(bool)
VALUE = st.recursive(
    TEXT, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEY, part, max_size=3), max_leaves=10
)


def read(text: str) -> object:
    return parse_source(text.encode("utf-8"), "x.yaml").data


@pytest.mark.parametrize("name", bundled_instruments())
def test_bundled_instruments_come_back(name: str) -> None:
    instrument = load_instrument(name)
    again = instrument_of(parse_source(yaml_text(instrument_data(instrument)).encode("utf-8"), "x.yaml"))
    assert instrument_data(again) == instrument_data(instrument)
    assert again == instrument.model_copy(update={"sha256": again.sha256})


@given(st.dictionaries(KEY, VALUE, min_size=1, max_size=4))
def test_any_data_come_back(data: dict[str, object]) -> None:
    assert read(yaml_text(data)) == data  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " x",
        "x ",
        "a: b",
        "# x",
        "???",
        "??? sts",
        "- x",
        "no",
        "1",
        "1.0",
        "0071",
        "'",
        '"',
        "a\nb",
        "[x]",
        "=1",
        "N",
        "é",
    ],
)
def test_texts_that_yaml_could_mistake(text: str) -> None:
    assert read(yaml_text({"key": text, "list": [text], "inner": {text or "k": text}})) == {
        "key": text,
        "list": [text],
        "inner": {text or "k": text},
    }


def test_blanks_say_what_they_take() -> None:
    text = yaml_text({"constructs": {"trust": {"role": "???", "items": {"T1": {"reverse": "???"}}}}})
    assert "    role: ???  # predictor | outcome | marker\n" in text
    assert "        reverse: ???  # yes | no\n" in text


def test_comments_stand_on_top() -> None:
    assert yaml_text({"format": "1"}, comments=["One.", "Two."]) == "# One.\n# Two.\nformat: 1\n"
