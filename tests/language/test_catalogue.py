"""Every text the code asks for is in the catalogue, in both languages, and none stands there unasked."""

import ast
import re
import string
from pathlib import Path

import pytest

from tests.yaml_keys import repeated_keys, texts

PACKAGE = Path(__file__).parents[2] / "kadsurvey"
MESSAGES = PACKAGE / "language" / "messages"
STATIONS = sorted(path.stem for path in MESSAGES.glob("*.yaml"))
CATALOGUE = {code: words for station in STATIONS for code, words in texts(MESSAGES / f"{station}.yaml").items()}
CODE = re.compile(rf"({'|'.join(STATIONS)})\.[a-z0-9_]+")
# Codes that are put together where they are used: the name of an option or a command, the type of a problem.
CALLABLES = {"Text", "Finding", "Change"}


def asked_for():
    """Yield the pattern of every code in the sources: a literal, or an f-string with its gaps open."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside_fstrings = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[a-z0-9_]+" for part in node.values
                )
                if re.match(rf"({'|'.join(STATIONS)})\\\.", pattern):
                    yield path, re.compile(pattern), None
            elif isinstance(node, ast.Constant) and id(node) not in inside_fstrings and is_code(node.value):
                yield path, re.compile(re.escape(node.value)), node.value


def is_code(value):
    return isinstance(value, str) and CODE.fullmatch(value) is not None


ASKED = list(asked_for())


def test_every_literal_code_has_its_text():
    missing = {
        f"{path.name}: {code}" for path, _, code in ASKED if code and code not in CATALOGUE and called(path, code)
    }
    assert not missing


def called(path, code):
    """Whether the code is handed to something that shows it: other strings with a dot are not codes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if node.args[0].value == code and (name in CALLABLES or name.endswith("Error")):
                return True
    return False


def test_every_text_is_asked_for():
    unasked = {code for code in CATALOGUE if not any(pattern.fullmatch(code) for _, pattern, _ in ASKED)}
    assert not unasked


@pytest.mark.parametrize("station", STATIONS)
def test_texts_are_complete_in_both_languages(station):
    path = MESSAGES / f"{station}.yaml"
    assert not repeated_keys(path)
    for code, words in texts(path).items():
        assert code.startswith(f"{station}."), code
        assert set(words) == {"en", "id"}, code
        assert words["en"].strip(), code
        assert words["id"].strip(), code
        assert gaps(words["en"]) == gaps(words["id"]), f"{code}: the two languages name different parameters"


def gaps(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
