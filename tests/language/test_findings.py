"""The catalogue of findings is complete: every code that the package constructs, in both languages, under test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kadsurvey.findings import SEVERITIES
from kadsurvey.language.findings import UnknownFindingError, finding_entries, finding_entry
from kadsurvey.language.text import LANGUAGES
from tests.language.test_catalogue import CATALOGUE, is_code
from tests.yaml_keys import repeated_keys

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kadsurvey"
ENTRIES = {entry.code: entry for entry in finding_entries()}


CARRIERS = {"Reading": 1}
"""Calls that keep the code of a finding yet to be made, and its place among their arguments."""


def constructed() -> Iterator[tuple[str, str | None]]:
    """Yield every code that some Finding of the sources may bear, with its severity where that is literal."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else ""
            if called in CARRIERS and len(call.args) > CARRIERS[called]:
                yield from ((code, None) for code in codes_in(call.args[CARRIERS[called]]))
            if called != "Finding" or not call.args:
                continue
            severity = literal(call.args[1]) if len(call.args) > 1 else None
            around = [function for function in functions if call in ast.walk(function)]
            for code in codes_of(call.args[0], around[-1] if around else tree, tree):
                yield code, severity


def codes_of(argument: ast.expr, function: ast.AST, module: ast.AST) -> set[str]:
    """Return the codes an argument may hold: literals, what its name is given in the function, else in the module."""
    if literals := codes_in(argument):
        return literals
    name = argument.id if isinstance(argument, ast.Name) else ""
    given = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(name in names_in(target) for target in node.targets)
    ]
    if any(isinstance(part, ast.Attribute) and part.attr == "code" for value in given for part in ast.walk(value)):
        return set()  # kept by a carrier, where it is counted
    return {code for value in given for code in codes_in(value)} or loose_codes(module)


def loose_codes(module: ast.AST) -> set[str]:
    """Return the codes of a module that are handed to no call and kept in no table: they are passed on by hand."""
    held = {id(part) for node in ast.walk(module) if isinstance(node, ast.Call | ast.Dict) for part in ast.walk(node)}
    return {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and is_code(node.value) and id(node) not in held
    }


def codes_in(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and is_code(part.value)}


def names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


TESTS = [
    (path.parent.name, path.read_text(encoding="utf-8"))
    for path in (ROOT / "tests").rglob("test_*.py")
    if path != Path(__file__)
]
CONSTRUCTED = list(constructed())
CODES = sorted({code for code, _ in CONSTRUCTED})


def test_every_finding_has_an_entry() -> None:
    assert not set(CODES) - set(ENTRIES)


def test_every_entry_is_of_a_finding() -> None:
    assert not set(ENTRIES) - set(CODES)
    assert not set(ENTRIES) - set(CATALOGUE)


def test_entries_say_how_grave_the_finding_is() -> None:
    stated = {(code, severity) for code, severity in CONSTRUCTED if severity is not None}
    for code, severity in stated:
        assert severity in ENTRIES[code].severities, code
    for entry in ENTRIES.values():
        assert set(entry.severities) <= set(SEVERITIES), entry.code


def test_entries_are_complete_in_both_languages() -> None:
    assert not repeated_keys(PACKAGE / "language" / "findings.yaml")
    for entry in ENTRIES.values():
        for words in (entry.meaning, entry.fix):
            assert set(words) == set(LANGUAGES), entry.code
            assert words["en"] != words["id"], entry.code
            assert all(text.endswith(".") and "{" not in text for text in words.values()), entry.code


@pytest.mark.parametrize("code", CODES)
def test_every_finding_is_under_test(code: str) -> None:
    """A test names the code in full, or its last part in quotes in the folder of its station."""
    station, _, name = code.partition(".")
    assert any(f'"{code}"' in text or (folder == station and f'"{name}"' in text) for folder, text in TESTS), code


def test_a_finding_is_found_by_its_code_with_or_without_the_station() -> None:
    assert finding_entry("ingest.duplicate_id") is finding_entry("Duplicate_ID ")


@pytest.mark.parametrize(
    ("asked", "near"),
    [("ingest.duplicat_id", "ingest.duplicate_id"), ("dont know", None), ("keying", "measurement.keying")],
)
def test_an_unknown_code_names_the_nearest(asked: str, near: str | None) -> None:
    with pytest.raises(UnknownFindingError) as caught:
        finding_entry(asked)
    assert near is None or near in caught.value.near
