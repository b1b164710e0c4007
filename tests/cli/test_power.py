"""kadsurvey power: what it shows and writes, going on after an interruption, and what it refuses."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from kadsurvey.cli.main import main
from kadsurvey.simulation import power as simulation
from kadsurvey.simulation.power_store import STORE_FILE

ASKED = ("power", "--bodies", "6,8", "--respondents", "4", "--method", "mean", "--seed", "2")


def run(*args, lang="en"):
    return CliRunner().invoke(main, [*ASKED, "--lang", lang, *args])


@pytest.mark.parametrize("lang", ["en", "id"])
def test_it_shows_designs_and_writes_a_workbook_and_a_drawing(tmp_path, lang):
    result = run("--replications", "3", "--out", str(tmp_path / "r"), lang=lang)
    assert result.exit_code == 0, result.output
    assert {"en": "With 6 bodies", "id": "Dengan 6 lembaga"}[lang] in result.output
    assert {path.name for path in (tmp_path / "r").iterdir()} == {
        "power.xlsx", "power.svg", STORE_FILE, "manifest.json",
    }  # fmt: skip
    assert (tmp_path / "r" / "power.svg").read_text(encoding="utf-8").startswith("<")


def test_json_is_one_document(tmp_path):
    result = run("--replications", "2", "--out", str(tmp_path), "--json")
    table = json.loads(result.stdout)["results"]["power"]["table"]
    assert len(table) == 2


def test_interrupted_and_resumed_is_the_same_as_at_one_go(tmp_path, monkeypatch):
    whole = run("--replications", "4", "--out", str(tmp_path / "whole"), "--json")
    real = simulation.replications

    def stopped(function, keys):
        for place, entry in enumerate(real(function, keys)):
            if place == 3:
                raise KeyboardInterrupt
            yield entry

    with monkeypatch.context() as patched:
        patched.setattr(simulation, "replications", stopped)
        first = run("--replications", "4", "--out", str(tmp_path / "parts"), "--json")
    assert first.exit_code == 130
    assert "--resume" in first.stderr
    second = run("--replications", "4", "--out", str(tmp_path / "parts"), "--json", "--resume")
    assert second.exit_code == 0
    assert json.loads(second.stdout)["results"] == json.loads(whole.stdout)["results"]


def test_studies_that_are_there_are_not_replaced_unasked(tmp_path):
    assert run("--replications", "1", "--out", str(tmp_path)).exit_code == 0
    again = run("--replications", "1", "--out", str(tmp_path))
    assert again.exit_code == 1
    assert "--resume" in again.output
    assert run("--replications", "1", "--out", str(tmp_path), "--force").exit_code == 0
    assert run("--replications", "2", "--out", str(tmp_path), "--resume").exit_code == 0


@pytest.mark.parametrize(("given", "expected"), [("6:40", (6, 10, 15, 25, 40)), ("12", (12,)), ("8,6,8", (6, 8))])
def test_bodies_may_be_a_number_several_or_a_range(given, expected):
    from kadsurvey.cli.ranges import Grid

    assert Grid(5).convert(given, None, None) == expected


@pytest.mark.parametrize("given", ["", "0", "40:6", "a:b", "1:2:3", "6;12"])
def test_odd_numbers_are_refused(given, tmp_path):
    result = CliRunner().invoke(main, ["power", "--bodies", given, "--out", str(tmp_path), "--lang", "en"])
    assert result.exit_code == 2
    assert "range such as 6:40" in " ".join(result.output.split())
