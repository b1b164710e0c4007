"""Loading an instrument: by name, from a file, and every problem of a bad one at once, with its line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError, InputFileError, InstrumentError, KadsurveyError
from kadsurvey.instrument.load import bundled_instruments, load_instrument
from kadsurvey.language.text import LANGUAGES
from tests.instrument.questionnaires import SMALL, line_with, spoiled, write


def test_bundled_by_name_and_by_path_are_one() -> None:
    assert load_instrument("kad") == load_instrument(bundled("instruments") / "kad.yaml")


def test_bundled_names() -> None:
    assert bundled_instruments() == ["kad", "kad-short"]


def test_path_may_be_text(tmp_path: Path) -> None:
    assert load_instrument(str(write(tmp_path))).name == "small"


def test_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_instrument(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_strings_become_what_the_schema_says(tmp_path: Path) -> None:
    instrument = load_instrument(write(tmp_path))
    scale = instrument.scales["agree3"]
    assert scale.codes == (1, 2, 3)
    assert list(scale.labels) == [1, 2, 3]
    assert scale.missing[0].code == 8
    assert instrument.version == "1"
    assert instrument.items["T4"].reverse is True
    assert instrument.items["T1"].reverse is False


@pytest.mark.parametrize(
    ("word", "value"),
    [("yes", True), ("Ya", True), ("TRUE", True), ("no", False), ("tidak", False), ("false", False)],
)
def test_yes_and_no_in_both_languages(tmp_path: Path, word: str, value: bool) -> None:
    assert spoiled(tmp_path, ("reverse: yes", f"reverse: {word}")).items["T4"].reverse is value


def test_label_that_yaml_takes_for_a_boolean(tmp_path: Path) -> None:
    assert spoiled(tmp_path).scales["agree3"].labels[1]["en"] == ("No",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("T2: {scale: agree3,", "T2: {scael: agree3,", "the key 'scael' does not exist here. Did you mean 'scale'?"),
        ("constructs:", "construct:", "the key 'construct' does not exist here. Did you mean 'constructs'?"),
        ("fields:", "qqqq: 1\nfields:", "Keys that do: format, name, version, title, note, scales, constructs"),
        ("T3: {scale: agree3,", "T3: {scale: agree4,", "scale 'agree4' is not under scales. There are: agree3."),
        ("reverse: yes", "reverse: on", "'reverse' is 'on' but must be yes or no."),
        ("codes: [1, 2, 3]", "codes: [1, 2, 3.0]", "'codes' is '3.0' but must be a whole number"),
        ("codes: [1, 2, 3]", "codes: [1, 2, 03]", "'codes' is '03' but must be a whole number"),
        ("codes: [1, 2, 3]", "codes: [1, 3, 2]", "the codes must ascend"),
        ("codes: [1, 2, 3]", "codes: [1]", "'codes' needs at least 2."),
        ("codes: [1, 2, 3]", "codes: 1", "'codes' must be a list"),
        ("      3: {id: [Ya]", "      4: {id: [Ya]", "there is a label for 4, which is not among the codes 1, 2, 3."),
        ("      3: {id: [Ya]", "      Ya: {id: [Ya]", "'Ya' under labels is not a code."),
        ("{code: 8,", "{code: 3,", "3 counts as missing but is also a scale point"),
        (
            "ngo: [LSM]}",
            "ngo: [LSM]}, labels: {lsm: {id: LSM}}",
            "a label for 'lsm', which is not among the values official",
        ),
        ("format: 1", "format: 2", "'format' is '2', which is none of: 1."),
        ("name: small", "name: 3 small", "'3 small' cannot be a name here"),
        ("      T3:", "      T-3:", "'T-3' cannot be a name here"),
        ('version: "1"\n', "", "the key 'version' is missing."),
        ("text: {id: Dua, en: Two}", "text: Dua", "'text' must hold keys of its own"),
        ("text: {id: Dua, en: Two}", "text: {ind: Dua, en: Two}", "'ind' is not a language here."),
        ("text: {id: Dua, en: Two}", "text: {id: [Dua], en: Two}", "'id' must be a text"),
        ("{role: id}", "{role: idd}", "'role' is 'idd'. Did you mean 'id'? The choices are: id, body, member, group"),
        ("{type: code,", "{type: zzz,", "'type' is 'zzz', which is none of: money, count,"),
        ("  number: {role: id}", "  T1: {role: id}", "'T1' is both an item and a field."),
        ("format: 1", "format: 1\nsha256: abc", "the key 'sha256' does not exist here."),
        ("format: 1", "format: 1\noverlaps: [{items: [T1, T9]}]", "overlaps names 'T9', which is no item."),
        ("format: 1", "format: 1\noverlaps: [{items: [T1]}]", "'items' needs at least 2."),
        ("format: 1", "format: 1\noverlaps: [{items: [T1, T2, T3]}]", "'items' takes at most 2."),
        ("format: 1", "format: 1\nroster: {maximum: x}", "'maximum' is 'x' but must be a whole number"),
        (
            "format: 1",
            "format: 1\nroster: {maxmum: 4}",
            "the key 'maxmum' does not exist here. Did you mean 'maximum'?",
        ),
    ],
)
def test_each_problem_has_its_sentence(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(InstrumentError) as caught:
        spoiled(tmp_path, (old, new))
    assert expected in str(caught.value)
    assert "small.yaml, line " in caught.value.render("en")
    assert "small.yaml, baris " in caught.value.render("id")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("T2: {scale: agree3,", "T2: {scael: agree3,"),
        ("T3: {scale: agree3,", "T3: {scale: agree4,"),
        ("codes: [1, 2, 3]", "codes: [1, 3, 2]"),
        ("      3: {id: [Ya]", "      4: {id: [Ya]"),
        ("{code: 8,", "{code: 3,"),
        ("{type: code,", "{type: zzz,"),
    ],
)
def test_each_problem_has_its_line(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InstrumentError) as caught:
        spoiled(tmp_path, (old, new))
    assert f"small.yaml, line {line_with(old.strip())}: " in str(caught.value)


def test_item_in_two_constructs(tmp_path: Path) -> None:
    second = "  norm:\n    items:\n      T1: {scale: agree3}\nfields:"
    with pytest.raises(InstrumentError, match="item 'T1' stands under 'trust' and again under 'norm'"):
        spoiled(tmp_path, ("fields:", second))


def test_item_twice_in_one_construct(tmp_path: Path) -> None:
    with pytest.raises(
        InputFileError, match=f"'T1' stands here a second time; the first is on line {line_with('T1:')}"
    ):
        spoiled(tmp_path, ("      T2:", "      T1:"))


def test_all_problems_come_in_one_error_in_the_order_of_lines(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError) as caught:
        spoiled(tmp_path, ("format: 1", "format: 7"), ("T2: {scale", "T2: {scal"), ("reverse: yes", "reverse: maybe"))
    assert caught.value.params["count"] == 4
    lines = str(caught.value).splitlines()[1:]
    places = ["line 1", f"line {line_with('T2')}", f"line {line_with('T2')}", f"line {line_with('T4')}"]
    assert [line.partition(": ")[0] for line in lines] == [f"  small.yaml, {place}" for place in places]


def test_all_contradictions_come_in_one_error(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError) as caught:
        spoiled(tmp_path, ("T1: {scale: agree3", "T1: {scale: a"), ("T2: {scale: agree3", "T2: {scale: b"))
    assert caught.value.params["count"] == 2


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ArgumentError) as caught:
        load_instrument("kad_shrt")
    assert "Did you mean 'kad-short'?" in caught.value.render("en")
    assert "Apakah maksud Anda 'kad-short'?" in caught.value.render("id")


def test_name_like_no_other_lists_them() -> None:
    with pytest.raises(ArgumentError, match="There are: kad, kad-short"):
        load_instrument("zzzz")


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"There is no file 'mine\.yaml'"):
        load_instrument(str(tmp_path / "mine.yaml"))


def test_every_line_removed_is_read_or_refused_in_words(tmp_path: Path) -> None:
    """Leave out each line in turn: whatever that breaks, the message is one of ours, in both languages."""
    lines = SMALL.splitlines(keepends=True)
    refused = 0
    for number in range(len(lines)):
        path = tmp_path / "cut.yaml"
        path.write_text("".join(lines[:number] + lines[number + 1 :]), encoding="utf-8")
        err = refusal(path)
        if err is not None:
            refused += 1
            assert all("cut.yaml" in err.render(lang) for lang in LANGUAGES)
    assert 0 < refused < len(lines)


def refusal(path: Path) -> KadsurveyError | None:
    try:
        load_instrument(path)
    except (InputFileError, InstrumentError) as err:
        return err
    return None
