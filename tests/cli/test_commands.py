import json
import os
import subprocess
import sys
from importlib import import_module

import click
import openpyxl
import pandas as pd
import pytest

from kadsurvey._resources import bundled
from kadsurvey.cli.commands import COMMANDS
from kadsurvey.cli.main import main


def test_the_static_table_equals_the_commands():
    for name, (module, words) in COMMANDS.items():
        command = import_module(module).command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert set(words) == {"en", "id"}


def test_help_imports_nothing_heavy():
    heavy = ["rich", "pydantic", "numpy", "pandas", "scipy", "yaml", "openpyxl"]
    code = (
        "import sys\nfrom kadsurvey.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [name for name in {heavy} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_command_has_help_in_both_languages(run, lang):
    listed = run("--lang", lang, "--help").output
    for name, (_, words) in COMMANDS.items():
        assert words[lang] in " ".join(listed.split())
        shown = (
            run(name, "--help", "--lang", lang)
            if name not in ("instrument", "register", "lesson")
            else run("--lang", lang, name, "--help")
        )
        assert shown.exit_code == 0, shown.output
        assert "cli." not in shown.output


def test_the_language_follows_the_environment(run, monkeypatch):
    monkeypatch.setenv("KADSURVEY_LANG", "id")
    assert "Survei modal sosial" in run("--help").output
    monkeypatch.delenv("KADSURVEY_LANG")
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    assert "Survei modal sosial" in run("--help").output
    assert "Social capital" in run("--lang", "en", "--help").output


def test_a_misspelt_command_is_corrected(run):
    result = run("scoer")
    assert result.exit_code == 2
    assert "Did you mean 'score'?" in result.output


def test_check_shows_findings_and_log(run, study_folder):
    result = run("check", "--study", study_folder)
    assert result.exit_code == 0
    assert "729 respondents (official 416, ngo 313) of 24 bodies" in result.output
    assert "What reading changed" in result.output
    assert (study_folder / "results" / "check.xlsx").exists()
    written = run("check", "--study", study_folder, "--out", study_folder / "checked")
    assert written.exit_code == 0
    assert (study_folder / "checked" / "check.xlsx").exists()


def test_a_mapping_file_is_applied_and_its_rows_are_named(run, study_folder):
    mapping = study_folder / "pemetaan.csv"
    mapping.write_text(
        "kind,as_written,meant,accept\nbody,KAD Sintetis Angsanaa,KAD Sintetis Angsana,ya\n", encoding="utf-8"
    )
    result = run("check", "--study", study_folder, "--mapping", mapping, "--lang", "id")
    assert result.exit_code == 0, result.output
    assert "pemetaan.csv: baris 2: 'KAD Sintetis Angsanaa' tidak ada dalam survei" in " ".join(result.output.split())
    mapping.write_text("kind,as_written,meant,accept\nbodi,a,b,ya\n", encoding="utf-8")
    failed = run("check", "--study", study_folder, "--mapping", mapping)
    assert failed.exit_code == 1
    assert "row 2: there is no kind 'bodi'" in failed.output


def test_validate_shows_and_writes_the_tests_of_the_instrument(run, study_folder):
    result = run("validate", "--study", study_folder, "--lang", "id")
    assert result.exit_code == 0, result.output
    for title in ("Uji validitas butir", "r tabel", "Uji reliabilitas", "Kelayakan faktor", "Validitas diskriminan"):
        assert title in result.output
    book = openpyxl.load_workbook(study_folder / "results" / "validate.xlsx", read_only=True)
    assert {"items", "item_validity", "alpha", "omega", "fit", "discriminant", "cutoffs", "findings"} <= set(
        book.sheetnames
    )


def test_validate_takes_its_options(run, study_folder):
    options = ("--construct", "trust", "--construct", "norm", "--factors", "3", "--rotation", "promax")
    result = run("validate", "--study", study_folder, *options, "--json")
    found = json.loads(result.stdout)["results"]["validation"]
    assert found["block"] == ["trust", "norm"]
    assert found["efa"]["rotation"] == "promax"
    assert len(found["efa"]["phi"]) == 3
    assert json.loads(result.stdout)["schema"] == "kadsurvey.validate/1"


def test_validate_by_group_tests_invariance(run, study_folder):
    result = run("validate", "--study", study_folder, "--by", "group", "--lang", "id")
    assert result.exit_code == 0, result.output
    assert "Apakah butir berfungsi sama? pejabat, anggota LSM" in result.output
    assert "indeks kelompok boleh dibandingkan" in result.output
    book = openpyxl.load_workbook(study_folder / "results" / "validate.xlsx", read_only=True)
    assert {"invariance", "invariance_means"} <= set(book.sheetnames)
    found = json.loads(run("validate", "--study", study_folder, "--by", "group", "--json").stdout)["results"][
        "invariance"
    ]
    assert found["verdict"] == "comparable"
    assert found["steps"][0]["step"] == "configural"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--construct", "trsut"), "Nearest or known: trust"),
        (("--factors", "17"), "do not determine 17 factors"),
        (("--by", "grup"), "no column 'grup' that could make groups. Nearest or known: group"),
        (("--by", "body"), "fewer than two have 50 respondents"),
    ],
)
def test_validate_names_what_cannot_be(run, study_folder, options, message):
    result = run("validate", "--study", study_folder, *options)
    assert result.exit_code == 1
    assert message in result.output


def test_cutoffs_of_the_study_are_printed_as_its_own(run, study_folder):
    with (study_folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n[cutoffs]\nalpha = 0.83\n")
    result = run("validate", "--study", study_folder, "--construct", "trust")
    assert "alpha ≥ 0.83" in result.output
    assert "0.83 (this study's own setting)" in result.output


def test_score_writes_a_row_a_respondent(run, study_folder):
    result = run("score", "--study", study_folder)
    assert result.exit_code == 0, result.output
    assert "Index per body" in result.output
    scores = pd.read_csv(study_folder / "results" / "scores.csv")
    assert len(scores) == 729
    assert list(scores.columns[:5]) == ["respondent_id", "source_row", "body", "member", "group"]
    for construct in ("trust", "norm", "network"):
        assert scores[f"{construct}_100"].between(0, 100).sum() > 650
        assert {f"{construct}_{kind}" for kind in ("z", "se", "100", "mean100", "items")} <= set(scores.columns)
    book = openpyxl.load_workbook(study_folder / "results" / "score.xlsx", read_only=True)
    expected = {"reliability", "items", "loadings", "bodies_predictors", "scores", "findings", "log"}
    assert expected <= set(book.sheetnames)


def test_pseudonyms_keep_and_the_key_stays_out_of_the_results(run, study_folder):
    run("score", "--study", study_folder)
    first = pd.read_csv(study_folder / "results" / "scores.csv")["respondent_id"]
    run("score", "--study", study_folder)
    second = pd.read_csv(study_folder / "results" / "scores.csv")["respondent_id"]
    assert first.equals(second)
    assert first.is_unique
    key = study_folder / ".kadsurvey-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert not list((study_folder / "results").glob("*key*"))


def test_a_second_wave_is_scored_on_the_first_ones_scale(run, study_folder):
    run("score", "--study", study_folder)
    model = study_folder / "results" / "model.json"
    first = pd.read_csv(study_folder / "results" / "scores.csv")
    wave = study_folder / "wave"
    result = run(
        "score",
        "--study",
        study_folder,
        "--group",
        f"ngo={study_folder / 'ngos.xlsx'}",
        "--model",
        model,
        "--out",
        wave,
    )
    assert result.exit_code == 0, result.output
    second = pd.read_csv(wave / "scores.csv")
    both = first.merge(second, on="respondent_id", suffixes=("_first", "_second"))
    assert len(both) == len(second) == 313
    pd.testing.assert_series_equal(both["trust_z_first"], both["trust_z_second"], check_names=False)
    assert not (wave / "model.json").exists()


def test_a_broken_model_file_is_named(run, study_folder):
    (study_folder / "model.json").write_text("{}")
    result = run("score", "--study", study_folder, "--model", study_folder / "model.json")
    assert result.exit_code == 1
    assert "format 'None'" in result.output


def test_json_names_respondents_by_their_pseudonyms(run, study_folder):
    result = run("score", "--study", study_folder, "--json")
    shown = [row["respondent_id"] for row in json.loads(result.stdout)["results"]["indices"]["respondents"]]
    written = pd.read_csv(study_folder / "results" / "scores.csv")["respondent_id"].tolist()
    assert shown == written
    assert "R0002" not in result.stdout


def test_results_of_the_user_are_not_replaced(run, study_folder):
    assert run("score", "--study", study_folder).exit_code == 0
    (study_folder / "results" / "scores.csv").write_text("my own notes")
    refused = run("score", "--study", study_folder)
    assert refused.exit_code == 1
    assert "scores.csv" in refused.output
    assert (study_folder / "results" / "scores.csv").read_text() == "my own notes"
    assert run("score", "--study", study_folder, "--force").exit_code == 0


def test_regress_states_the_design_above_the_table(run, study_folder):
    result = run("regress", "--study", study_folder)
    assert result.exit_code == 0, result.output
    output = result.output
    assert output.index("smallest effect found") < output.index("Regression of cost_efficiency")
    assert "HC2" in output
    assert "Bell-McCaffrey" in output
    assert (study_folder / "results" / "regression.xlsx").exists()


def test_an_outcome_of_respondents_gets_cr2(run, study_folder):
    result = run("regress", "--study", study_folder, "--outcome", "transaction_cost", "--lang", "id")
    assert result.exit_code == 0, result.output
    assert "CR2" in result.output
    assert "Regresi transaction_cost" in result.output


def test_an_outcome_about_the_body_is_the_bodys(run, study_folder):
    options = ("--study", study_folder, "--outcome", "effectiveness", "--json")
    document = json.loads(run("regress", *options).stdout)
    regression = document["results"]["regression"]
    assert (regression["design"]["level"], regression["n"]) == ("body", 24)
    assert {row["index"] for row in regression["aggregation"]} == {"effectiveness", "trust", "norm", "network"}
    assert "outcomes.about_body" in [finding["code"] for finding in document["findings"]]
    asked = json.loads(run("regress", *options, "--level", "respondent").stdout)["results"]["regression"]
    assert asked["design"]["level"] == "respondent"


def test_regress_shows_what_stands_beside(run, study_folder):
    result = run("regress", "--study", study_folder, "--robustness", "--holm", "--lang", "id")
    assert result.exit_code == 0, result.output
    for title in ("Dikoreksi atas galat indeks", "permutasi", "Kelayakan agregasi", "Uji asumsi klasik", "p (Holm)"):
        assert title.split()[0] in result.output
    assert "24 dari 24" in result.output
    assert "tidak berlaku" in result.output  # Durbin-Watson
    book = openpyxl.load_workbook(study_folder / "results" / "regression.xlsx", read_only=True)
    assert {"corrected", "other_inference", "aggregation", "assumptions", "influence", "variants"} <= set(
        book.sheetnames
    )


def test_interactions_are_pairs(run, study_folder):
    result = run("regress", "--study", study_folder, "--interact", "trust:network", "--json")
    terms = [row["term"] for row in json.loads(result.stdout)["results"]["regression"]["table"]]
    assert terms[-1] == "trust:network"
    wrong = run("regress", "--study", study_folder, "--interact", "trust")
    assert wrong.exit_code == 2
    assert "A:B" in wrong.output


def test_a_formula_replaces_names(run, study_folder):
    formula = "transaction_cost ~ trust + norm | body"
    result = run("regress", "--study", study_folder, "--formula", formula)
    assert result.exit_code == 0, result.output
    assert "R² within bodies" in result.output
    assert "is compared with itself only" in result.output
    both = run("regress", "--study", study_folder, "--formula", formula, "--outcome", "cost_efficiency")
    assert both.exit_code == 1
    assert "leave out --outcome" in both.output


def test_counts_of_bodies_are_poisson(run, study_folder):
    options = ("--outcome", "ngo_seats", "--on", "trust", "--family", "poisson", "--exposure", "members")
    result = run("regress", "--study", study_folder, *options)
    assert result.exit_code == 0, result.output
    assert "Average marginal effects" in result.output
    assert "Corrected" not in result.output
    assert "log rates" in result.output


def test_split_samples_are_of_bodies(run, study_folder):
    options = ("--outcome", "transaction_cost", "--on", "trust", "--controls", "", "--split-sample", "--json")
    document = json.loads(run("regress", "--study", study_folder, *options).stdout)
    assert document["results"]["regression"]["design"]["level"] == "body"
    assert "outcomes.same_source" not in [finding["code"] for finding in document["findings"]]
    assert "corrected" not in document["results"]


def test_respondents_are_split_unless_pooled(run, study_folder):
    options = ("--outcome", "transaction_cost", "--on", "trust", "--controls", "group", "--json")
    split = json.loads(run("regress", "--study", study_folder, *options).stdout)["results"]["regression"]
    pooled = json.loads(run("regress", "--study", study_folder, *options, "--pooled").stdout)["results"]["regression"]
    assert [row["term"] for row in split["table"]][1:3] == ["trust_within", "trust_between"]
    assert [row["term"] for row in pooled["table"]][1:] == ["trust", "group[official]"]
    assert split["contextual"][0]["predictor"] == "trust"


def test_a_respondent_level_model_of_a_body_outcome_is_refused(run, study_folder):
    result = run("regress", "--study", study_folder, "--level", "respondent")
    assert result.exit_code == 1
    assert "24 outcomes, not 729" in result.output


def test_json_is_one_document(run, study_folder):
    result = run("regress", "--study", study_folder, "--json")
    document = json.loads(result.stdout)
    assert document["schema"] == "kadsurvey.regress/1"
    assert [row["term"] for row in document["results"]["regression"]["table"]] == [
        "intercept",
        "trust",
        "norm",
        "network",
    ]
    assert document["files"] == ["regression.xlsx"]
    failed = run("regress", "--study", study_folder, "--outcome", "cots", "--json")
    assert failed.exit_code == 1
    error = json.loads(failed.stdout)["error"]
    assert error == {"code": "outcomes.unknown_column", "message": error["message"]}
    assert "'cots'" in error["message"]


def test_given_data_replace_those_of_the_study(run, study_folder, monkeypatch):
    monkeypatch.chdir(study_folder)
    result = run("check", "--group", "ngo=ngos.xlsx")
    assert "313 respondents" in result.output


def test_a_wrong_group_option_is_explained(run):
    result = run("check", "--group", "officials.xlsx")
    assert result.exit_code == 2
    assert "GROUP=FILE" in result.output


def test_without_data_the_way_out_is_named(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("score")
    assert result.exit_code == 1
    assert "No data files" in result.output


def test_our_own_faults_are_one_sentence(run, study_folder, monkeypatch):
    monkeypatch.setattr("kadsurvey.study.Study.score", lambda *_, **__: 1 / 0)
    result = run("score", "--study", study_folder)
    assert result.exit_code == 3
    assert "fault of kadsurvey (ZeroDivisionError)" in result.output
    assert "Traceback" not in result.output


def test_demo_runs_the_whole_way(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("demo", "--lang", "id")
    assert result.exit_code == 0, result.output
    made = sorted(path.name for path in (tmp_path / "kadsurvey-demo" / "results").iterdir())
    assert made == [
        "check.xlsx", "figures", "laporan.docx", "laporan.html", "laporan.md", "laporan.tex", "laporan.xlsx",
        "manifest.json", "model.json", "references.bib", "regression.xlsx", "score.xlsx", "scores.csv", "validate.xlsx",
    ]  # fmt: skip
    assert "Buka dulu: kadsurvey-demo/results/laporan.html" in result.output
    assert "Regresi cost_efficiency" in result.output
    synthetic = {path.name for path in bundled("sample_data").iterdir()} - {"register.csv"}
    assert synthetic <= {path.name for path in (tmp_path / "kadsurvey-demo").iterdir()}


def test_explain_shows_an_entry(run):
    assert "McDonald" in run("explain", "omega").output
    assert "muatan faktor (factor loading)" in run("explain", "muatan faktor", "--lang", "id").output


def test_explain_names_the_nearest_term(run):
    result = run("explain", "cronbah")
    assert result.exit_code == 1
    assert "alpha" in result.output


def test_instrument_commands(run, tmp_path):
    assert "kad-short" in run("instrument", "list").output
    assert "T6" in run("instrument", "show", "kad").output
    assert run("instrument", "check", "kad").exit_code == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\nname: x\nversion: '1'\nscalse: {}\n")
    result = run("instrument", "check", broken)
    assert result.exit_code == 1
    assert "line 4" in result.output


def test_main_is_the_entry_point():
    assert main.name == "main"


def test_efficiency_compares_costs_and_writes_them(run, study_folder):
    result = run("efficiency", study_folder / "bodies.xlsx", "--out", study_folder / "results")
    assert result.exit_code == 0, result.output
    assert "What the cooperation costs" in result.output
    assert "6 bodies are complete, 12 are needed" in result.output
    book = openpyxl.load_workbook(study_folder / "results" / "efficiency.xlsx", read_only=True)
    assert {"costs", "frontier_groups", "cost_shares", "findings", "log"} <= set(book.sheetnames)
    frame = pd.read_csv(study_folder / "results" / "efficiency.csv")
    assert {"body", "crs", "unit_cost", "saving", "cost_efficiency", "derived"} <= set(frame.columns)


def test_efficiency_needs_body_data(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("efficiency", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "study.no_bodies"


def test_the_scores_of_a_study_feed_its_regression(run, study_folder):
    text = (study_folder / "study.toml").read_text(encoding="utf-8")
    table = '[efficiency]\noutputs = ["members"]\nby = "all"\n\n[[model]]'
    (study_folder / "study.toml").write_text(text.replace("[[model]]", table, 1), encoding="utf-8")
    result = run("regress", "--study", study_folder, "--outcome", "dea_corrected", "--on", "trust", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["results"]["regression"]["family"] == "fractional"
    assert "outcomes.scores_depend" in [finding["code"] for finding in document["findings"]]


def test_an_error_speaks_the_language_of_its_study(run, study_folder):
    text = (study_folder / "study.toml").read_text(encoding="utf-8")
    (study_folder / "study.toml").write_text(
        text.replace("version = 1", 'version = 1\nlang = "id"', 1), encoding="utf-8"
    )
    options = ("regress", "--study", study_folder, "--outcome", "cost_efficiency", "--on", "trsut")
    assert "Tidak ada variabel 'trsut'" in run(*options).output
    assert "There is no variable 'trsut'" in run(*options, "--lang", "en").output


def test_the_language_may_be_said_before_the_command(run):
    assert "Reliabilitas" in run("--lang", "id", "explain", "omega").output
    assert run("--lang", "id", "explain", "omega").output == run("explain", "omega", "--lang", "id").output
