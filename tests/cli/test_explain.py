"""explain, and ``--explain`` on whatever shows tables: each term once, below the first table that speaks of it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import click
import pytest

from kadsurvey.cli.commands import COMMANDS
from kadsurvey.cli.explained import term_line, terms_of
from kadsurvey.language.glossary import term, terms
from kadsurvey.language.text import LANGUAGES, Text
from kadsurvey.report.table import Column, Row, Table
from tests.cli.conftest import Run

WITHOUT_TABLES = {
    "init", "explain", "simulate", "report", "run",
    "instrument check", "instrument export", "instrument import", "lesson list",
}  # fmt: skip
"""Commands that print no table: forms and files, or lists of names."""
PARTS = "kadsurvey "


def every_command() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, (module, _) in COMMANDS.items():
        command = import_module(module).command
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        found += [(f"{name} {own}", part) for own, part in inner] or [(name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), every_command(), ids=lambda part: part if isinstance(part, str) else "")
def test_whatever_shows_tables_explains_them(name: str, command: click.Command) -> None:
    takes = "--explain" in {word for parameter in command.params for word in parameter.opts}
    assert takes == (name not in WITHOUT_TABLES)


def flat(output: str) -> str:
    return " ".join(output.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_terms_of_tables_are_explained_once(run: Run, lang: str) -> None:
    plain = flat(run("lesson", "run", "ks", "--lang", lang).output)
    told = flat(run("lesson", "run", "ks", "--lang", lang, "--explain").output)
    explained = [entry for entry in terms() if flat(term_line(entry, lang)) in told]  # type: ignore[arg-type]
    assert {"trust", "group"} & {entry.key for entry in explained}
    for entry in explained:
        line = flat(term_line(entry, lang))  # type: ignore[arg-type]
        assert told.count(line) == 1
        assert line not in plain


def test_a_second_call_begins_anew(run: Run) -> None:
    first, second = (run("instrument", "show", "kad", "--explain").output for _ in range(2))
    assert first == second
    assert "What the terms mean:" in first
    assert "What the terms mean:" not in run("instrument", "show", "kad").output


def test_json_stays_one_document(run: Run) -> None:
    assert json.loads(run("lesson", "run", "ks", "--json", "--explain").stdout)["schema"] == "kadsurvey.lesson/1"


def test_words_of_the_data_are_no_terms() -> None:
    columns = (Column("name", Text("tables.body")), Column("alpha", "alpha", "bounded"))
    rows = (Row({"name": "Forum Omega", "alpha": 0.8}), Row({"name": Text("tables.std_error"), "alpha": 0.7}))
    table = Table("t", "KMO", columns, rows, notes=("AVE is another matter.",))
    found = [entry.key for entry in terms_of(table, "en")]
    assert {"kmo", "alpha", "ave", "standard_error"} <= set(found)
    assert "omega" not in found


def test_a_line_has_the_rule_and_its_source() -> None:
    assert term_line(term("omega"), "en").endswith("(Nunnally & Bernstein, 1994).")
    assert "Rule of thumb" not in term_line(term("trust"), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explain_says_where_a_term_stands(run: Run, lang: str) -> None:
    shown = run("explain", "omega", "--lang", lang).output
    assert Text("parts.reliability").render(lang) in shown  # type: ignore[arg-type]
    assert "kadsurvey efficiency" in run("explain", "dea", "--lang", lang).output


def test_terms_stand_in_parts_or_commands_that_exist() -> None:
    for entry in terms():
        for place in entry.where:
            if place.startswith(PARTS):
                assert place.removeprefix(PARTS) in COMMANDS
            else:
                assert all(Text(f"parts.{place}").render(lang) for lang in LANGUAGES)


def test_a_folder_is_not_needed(run: Run, tmp_path: Path) -> None:
    run("explain", "omega")
    assert not list(tmp_path.iterdir())
