"""Reading YAML as strings: nothing is guessed, nothing is shared, every fault has its line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kadsurvey.errors import InputFileError
from kadsurvey.instrument.source import MAX_BYTES, MAX_DEPTH, Source, read_source
from kadsurvey.language.text import LANGUAGES

PLAIN = st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=8)
TREES = st.dictionaries(
    PLAIN,
    st.recursive(PLAIN, lambda inner: st.lists(inner, min_size=1) | st.dictionaries(PLAIN, inner, min_size=1)),
    min_size=1,
)


def source_of(folder: Path, content: str | bytes) -> Source:
    path = folder / "study.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source(path)


def source_or_refusal(folder: Path, content: bytes) -> Source | InputFileError:
    try:
        return source_of(folder, content)
    except InputFileError as err:
        return err


def refusal(folder: Path, content: str | bytes) -> InputFileError:
    with pytest.raises(InputFileError) as caught:
        source_of(folder, content)
    for lang in LANGUAGES:
        assert "study.yaml" in caught.value.render(lang)
    return caught.value


@pytest.mark.parametrize("word", ["no", "on", "yes", "null", "~", "0071", "1.0", "1e3", "2024-01-01", "0x1F", "1_000"])
def test_values_stay_as_they_are_written(tmp_path: Path, word: str) -> None:
    source = source_of(tmp_path, f"key: {word}\n{word}: value\n")
    assert source.data == {"key": word, word: "value"}


def test_every_part_has_its_line(tmp_path: Path) -> None:
    source = source_of(tmp_path, "# a comment\na:\n  b: [x,\n    y]\nc:\n  - d: 1\n  - e: 2\n")
    assert source.lines == {
        ("a",): 2, ("a", "b"): 3, ("a", "b", 0): 3, ("a", "b", 1): 4,
        ("c",): 5, ("c", 0): 6, ("c", 0, "d"): 6, ("c", 1): 7, ("c", 1, "e"): 7,
    }  # fmt: skip
    assert source.line_of(("c", 1, "absent", "deeper")) == 7
    assert source.line_of(("absent",)) == 1


def test_hash_is_of_the_bytes(tmp_path: Path) -> None:
    plain, commented = source_of(tmp_path, "a: b\n"), source_of(tmp_path, "a: b # c\n")
    assert plain.data == commented.data
    assert plain.sha256 == hashlib.sha256(b"a: b\n").hexdigest()
    assert plain.sha256 != commented.sha256


def test_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    assert source_of(tmp_path, b"\xef\xbb\xbfkey: value\n").data == {"key": "value"}


@settings(max_examples=40)
@given(tree=TREES)
def test_reads_what_yaml_wrote(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, object]) -> None:
    folder = tmp_path_factory.mktemp("tree")
    text = yaml.safe_dump(tree, default_style='"', allow_unicode=True)
    assert source_of(folder, text).data == tree


@settings(max_examples=40)
@given(content=st.binary(max_size=60) | st.text("ab:-[]{}&*!#\t\n '\"%@|>", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_in_both_languages(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    outcome = source_or_refusal(folder, content)
    if isinstance(outcome, Source):
        assert isinstance(outcome.data, dict)
    else:
        assert all("study.yaml" in outcome.render(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "instrument.key_twice", 3),
        ("a:\n  b: 1\n\tc: 2\n", "instrument.tab", 3),
        ("a: 1\nb: [1, 2\nc: 3\n", "instrument.not_yaml", 3),
        ("a: 'open\n", "instrument.not_yaml", 2),
        ("a: b: c\n", "instrument.not_yaml", 1),
        ("- a\n- b\n", "instrument.top_not_mapping", 1),
        ("only text\n", "instrument.top_not_mapping", 1),
        ("a: &x 1\nb: *x\n", "instrument.yaml_anchor", 1),
        ("a: 1\nb: *x\n", "instrument.yaml_anchor", 2),
        ("a: 1\n*x : 2\n", "instrument.yaml_anchor", 2),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", "instrument.yaml_tag", 2),
        ("a: !!int 1\n", "instrument.yaml_tag", 1),
        ("a: 1\n---\nb: 2\n", "instrument.second_document", 2),
        ("a: 1\n? [b, c]\n: 2\n", "instrument.key_not_text", 2),
    ],
)
def test_refuses_with_the_line(tmp_path: Path, content: str, code: str, line: int) -> None:
    err = refusal(tmp_path, content)
    assert (err.code, err.params["line"]) == (code, line)
    assert f"line {line}" in err.render("en")
    assert f"baris {line}" in err.render("id")


def test_second_key_names_the_first(tmp_path: Path) -> None:
    assert "the first is on line 2" in str(refusal(tmp_path, "items:\n  T1: a\n  T2: b\n  T1: c\n"))


def test_billion_laughs_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 10))
    err = refusal(tmp_path, f"l0: &l0 lol\n{levels}\n")
    assert (err.code, err.params["line"]) == ("instrument.yaml_anchor", 1)


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n"])
def test_empty_file(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content).code == "instrument.file_empty"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n", "n\u00e3o: 1".encode("latin-1"), b"a: \x07"]
)
def test_binary_file(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).code == "instrument.not_text_file"


def test_huge_file(tmp_path: Path) -> None:
    err = refusal(tmp_path, b"a: " + b"x" * MAX_BYTES)
    assert err.code == "instrument.file_too_large"
    assert f"{MAX_BYTES // 1000} kB" in str(err)


def test_deep_nesting(tmp_path: Path) -> None:
    assert source_of(tmp_path, "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)).data
    assert refusal(tmp_path, "a: " + "[" * 5000 + "]" * 5000).code == "instrument.too_deep"


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        read_source(tmp_path / "absent.yaml")
    assert caught.value.code == "instrument.file_not_found"
    assert str(tmp_path) not in str(caught.value)


def test_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        read_source(tmp_path)
    assert caught.value.code == "instrument.is_folder"


@pytest.mark.parametrize("escape", ["\\a", "\\0", "\\e", "\\x7f", "\\ud800"])
def test_a_control_character_behind_an_escape_is_refused(tmp_path: Path, escape: str) -> None:
    error = refusal(tmp_path, f'a: b\nc: "x{escape}y"\n')
    assert error.code in ("instrument.control_character", "instrument.not_yaml")
    assert error.params["line"] == 2


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused(tmp_path: Path, opening: str) -> None:
    assert refusal(tmp_path, f"key: {opening * 100_000}").code in ("instrument.too_deep", "instrument.not_yaml")


def test_a_name_that_no_system_has_is_no_file() -> None:
    with pytest.raises(InputFileError) as caught:
        read_source(Path("a\0b.yaml"))
    assert caught.value.code == "instrument.file_not_found"
