"""`kadsurvey report`: what is asked for is written, what is not there is said, and bad input is refused."""

from __future__ import annotations

import json

import pandas as pd
import pytest

_SMALL = ("--method", "mean", "--format", "md", "--lang", "en")


@pytest.fixture
def small(study_folder):
    """The sample study without its models and its roster."""
    toml = (study_folder / "study.toml").read_text(encoding="utf-8").partition("[[model]]")[0]
    toml = toml.replace('[ties]\nfile = "ties.xlsx"\nnodes = "nodes.xlsx"\n', "")
    (study_folder / "study.toml").write_text(toml, encoding="utf-8")
    return study_folder


def test_parts_without_data_are_left_out_with_their_reason(run, small):
    result = run("report", "--study", small, *_SMALL)
    assert result.exit_code == 0, result.output
    text = (small / "results" / "report.md").read_text(encoding="utf-8")
    assert "No roster of who works with whom was given" in text
    assert "The study names no model" in text
    assert "SYNTHETIC (SINTETIS)" in text
    assert sorted(path.name for path in (small / "results").iterdir()) == [
        "figures", "manifest.json", "references.bib", "report.md"
    ]  # fmt: skip
    assert "report.md" in result.output


def test_the_options_may_name_the_model_and_the_manifest_keeps_the_command(run, small, monkeypatch):
    monkeypatch.setattr("sys.argv", ["kadsurvey", "report", "--bodies", str(small / "bodies.xlsx"), f"--out={small}/x"])
    options = ("--outcome", "cost_efficiency", "--on", "trust", "--stars", "--json")
    document = json.loads(run("report", "--study", small, *_SMALL, *options).stdout)
    assert document["schema"] == "kadsurvey.report/1"
    assert "report.md" in document["files"]
    text = (small / "results" / "report.md").read_text(encoding="utf-8")
    assert "The model of cost efficiency rests on 24 bodies" in text
    manifest = json.loads((small / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["command"] == "kadsurvey report --bodies bodies.xlsx --out=x"
    assert manifest["report"]["settings"]["report"]["title"] == "Social capital in 24 invented cooperation bodies"


def test_what_was_changed_by_hand_is_not_replaced_and_nothing_is_computed(run, small):
    (small / "results").mkdir()
    (small / "results" / "report.md").write_text("mine", encoding="utf-8")
    result = run("report", "--study", small, *_SMALL, "--json")
    assert json.loads(result.stdout)["error"]["code"] == "report.file_exists"
    assert (small / "results" / "report.md").read_text(encoding="utf-8") == "mine"
    assert not (small / ".kadsurvey-key").exists()


def test_a_format_that_is_none_is_wrong_usage(run, small):
    result = run("report", "--study", small, "--format", "pdf")
    assert result.exit_code == 2
    assert "pdf" in result.output


def test_a_model_that_cannot_be_fitted_is_named_beside_those_that_can(run, small):
    models = [("good", "cost_efficiency", "trust"), ("bad", "effectiveness", "no_such_variable")]
    lines = [f'[[model]]\nname = "{name}"\noutcome = "{outcome}"\non = ["{on}"]\n' for name, outcome, on in models]
    with (small / "study.toml").open("a", encoding="utf-8") as toml:
        toml.write("\n".join(lines))
    document = json.loads(run("report", "--study", small, *_SMALL, "--json").stdout)
    (named,) = [finding for finding in document["findings"] if finding["code"] == "study.model_not_fitted"]
    assert "'bad'" in named["message"]
    assert "no_such_variable" in named["message"]
    text = (small / "results" / "report.md").read_text(encoding="utf-8")
    assert "Model 'bad' could not be fitted" in text
    assert "The model of cost efficiency rests on 24 bodies" in text


def test_errors_in_the_data_stop_the_report(run, small):
    answers = pd.read_excel(small / "ngos.xlsx", engine="openpyxl")
    first = answers.columns[0]
    answers.loc[1, first] = answers.loc[0, first]
    answers.to_excel(small / "ngos.xlsx", index=False)
    result = run("report", "--study", small, *_SMALL, "--json")
    assert json.loads(result.stdout)["error"]["code"] == "study.errors_stop"
