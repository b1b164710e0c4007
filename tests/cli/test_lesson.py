"""kadsurvey lesson: the list, a page on the terminal and one in a file, and what there is for a misspelt name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kadsurvey.lessons.catalogue import LESSONS
from tests.cli.conftest import Run

QUICK = "ks"


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_list_names_all(run: Run, lang: str) -> None:
    lines = run("lesson", "list", "--lang", lang).output.splitlines()
    assert [line.split()[1] for line in lines] == list(LESSONS)
    titles = json.loads(run("lesson", "list", "--lang", lang, "--json").stdout)
    assert list(titles) == list(LESSONS)
    assert all(title in line for title, line in zip(titles.values(), lines, strict=True))


@pytest.mark.parametrize(
    ("lang", "heading", "answers"),
    [("en", "Truth and estimate", "5. Answers"), ("id", "Kebenaran dan dugaan", "5. Jawaban")],
)
def test_a_lesson_is_shown_and_written(run: Run, tmp_path: Path, lang: str, heading: str, answers: str) -> None:
    result = run("lesson", "run", QUICK, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert heading in result.output
    assert answers not in result.output
    assert (tmp_path / "kadsurvey-lessons" / f"{QUICK}-{lang}.html").exists()
    told = run("lesson", "run", QUICK, "--lang", lang, "--answers")
    assert answers in told.output


def test_a_lesson_as_values(run: Run, tmp_path: Path) -> None:
    result = run("lesson", "run", QUICK, "--seed", "4", "--out", tmp_path / "here", "--json")
    document = json.loads(result.stdout)
    assert document["schema"] == "kadsurvey.lesson/1"
    assert document["results"]["lesson"]["seed"] == 4
    assert document["files"] == [f"{QUICK}-en.html"]
    assert (tmp_path / "here" / f"{QUICK}-en.html").exists()


def test_a_misspelt_lesson_is_corrected(run: Run) -> None:
    result = run("lesson", "run", "atenuation")
    assert result.exit_code == 1
    assert "attenuation" in result.output


def test_a_page_of_somebody_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    own = tmp_path / f"{QUICK}-en.html"
    own.write_text("mine", encoding="utf-8")
    assert run("lesson", "run", QUICK, "--out", tmp_path).exit_code == 1
    assert own.read_text(encoding="utf-8") == "mine"
    assert run("lesson", "run", QUICK, "--out", tmp_path, "--force").exit_code == 0


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("name", list(LESSONS))
def test_every_lesson_runs_as_a_command(run: Run, tmp_path: Path, name: str, lang: str) -> None:
    result = run("lesson", "run", name, "--answers", "--lang", lang, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert (tmp_path / f"{name}-{lang}.html").stat().st_size > 1000
    assert "{" not in result.output
