"""What an instrument with blanks is asked, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.errors import InstrumentError
from kadsurvey.instrument.blanks import blanks_of
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.source import read_source
from kadsurvey.language.text import LANGUAGES
from tests.instrument.questionnaires import line_with, write


@pytest.mark.parametrize(
    ("swap", "line", "sentence"),
    [
        (("    items:", "    kind: ???\n    items:"), "    items:", "what kind of construct is 'trust'?"),
        (("    items:", "    role: ???\n    items:"), "    items:", "what does 'trust' serve as?"),
        (("reverse: yes", "reverse: '???'"), "T4:", "is item 'T4' reversed?"),
        (("  trust:", "  '???':"), "  trust:", "Write the name of the construct"),
        (("number: {role: id}", "number: {role: '???'}"), "number:", "what is 'number'? Write one of: id, body"),
        (("codes: [1, 2, 3]", "codes: ???"), "codes:", "the answers of scale 'agree3' no numbers"),
        (("      2: {id", "      ??? ts: {id"), "      2: {id", "which code of scale 'agree3' is the answer 'ts'?"),
        (("{code: 8,", "{code: 8, kind: '???',"), "{code: 8,", "what does this answer of scale 'agree3' mean?"),
        (("body: {type: code", "body: {type: '???'"), "body: {type", "fill in 'type' with one of: money, count"),
        (('version: "1"', "version: ???"), "version", "fill in 'version'."),
        (("role: body,", "role: body, type: '???',"), "role: body", "fill in 'type' with one of: text, number"),
    ],
)
def test_each_blank_is_asked_for_with_its_line(tmp_path: Path, swap: tuple[str, str], line: str, sentence: str) -> None:
    path = write(tmp_path, swap)
    (found,) = blanks_of(read_source(path))
    assert (found.code, found.severity) == ("instrument.blank", "error")
    assert found.render("en").startswith(f"small.yaml: line {line_with(line)}: ")
    assert sentence in found.render("en")
    assert all(found.render(lang) for lang in LANGUAGES)


def test_an_instrument_with_blanks_is_not_loaded(tmp_path: Path) -> None:
    path = write(tmp_path, ("reverse: yes", "reverse: '???'"), ("{role: id}", "{role: '???'}"))
    with pytest.raises(InstrumentError) as caught:
        load_instrument(path)
    assert "blanks (???) to fill in: 2" in str(caught.value)
    assert f"line {line_with('T4:')}: is item 'T4' reversed?" in str(caught.value)


def test_a_whole_instrument_has_none(tmp_path: Path) -> None:
    assert blanks_of(read_source(write(tmp_path))) == ()


def test_question_marks_in_a_text_are_no_blank(tmp_path: Path) -> None:
    assert blanks_of(read_source(write(tmp_path, ("id: Satu", "id: Satu???")))) == ()
