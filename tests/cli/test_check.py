"""kadsurvey check, --drop and explain --findings, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kadsurvey.ingest.privacy import pseudonym, pseudonym_key
from kadsurvey.language.findings import finding_entries
from kadsurvey.report.builders.check import HEAT_ROWS
from tests.cli.conftest import Run

SHEETS = ["findings", "screens", "respondents", "heat_map", "answers", "dont_know", "log"]


@pytest.fixture
def odd(study_folder: Path) -> Path:
    """Return the sample study with a straight line, a copy and a typing error among its officials."""
    book = openpyxl.load_workbook(study_folder / "officials.xlsx")
    sheet = book.worksheets[0]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Nomor responden")
    columns = range(sheet.max_column - 30, sheet.max_column + 1)
    for column in columns:
        sheet.cell(head + 1, column).value = "Setuju"
        sheet.cell(head + 3, column).value = sheet.cell(head + 2, column).value
    sheet.cell(head + 5, columns[0]).value = "Setujuu"
    book.save(study_folder / "officials.xlsx")
    return study_folder


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """Return a sheet's rows under its header, without title, notes and headings of groups."""
    header, *cells = list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=3, values_only=True))
    names = [str(name) for name in header]
    return [dict(zip(names, row, strict=False)) for row in cells if row[1] is not None]


def test_check_counts_names_and_explains(run: Run, odd: Path) -> None:
    result = run("check", "--study", odd)
    assert result.exit_code == 0, result.output
    for words in ("Screens of the respondents", "Straight-lining", "Curran 2016", "Respondents with most flags"):
        assert words in result.output
    assert "Nobody is left out" not in result.output
    assert "not judged" in result.output
    shown = run("check", "--study", odd, "--lang", "id")
    for words in ("Penyaringan responden", "Jawaban lurus", "Responden dengan tanda terbanyak"):
        assert words in shown.output


def test_check_writes_a_workbook_with_everything(run: Run, odd: Path) -> None:
    run("check", "--study", odd)
    path = odd / "results" / "check.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS
    findings = rows(path, "findings")
    typed = next(row for row in findings if row["code"] == "ingest.unreadable_answer")
    assert (typed["severity"], typed["file"]) == ("warning", "officials.xlsx")
    assert "'Setujuu'" in str(typed["finding"])
    assert "Correct the cell" in str(typed["how to fix it"])
    straight = [row for row in findings if row["code"] == "quality.respondent_flagged"]
    assert any("Straight-lining: 100%" in str(row["finding"]) for row in straight)
    assert [row["severity"] for row in findings] == sorted(
        (row["severity"] for row in findings), key=["error", "warning", "note"].index
    )
    respondents = rows(path, "respondents")
    assert len(respondents) == 729
    assert respondents[0]["longest run"] == 1
    assert "Straight-lining" in str(respondents[0]["flagged as"])
    assert respondents[0]["flags"] == 4
    screens = {row["--drop"]: row["flagged"] for row in rows(path, "screens")}
    assert screens["same_answer"] == 1
    assert screens["duplicate"] == 1
    assert screens["speeding"] is None


def test_flagged_values_and_answers_are_coloured(run: Run, odd: Path) -> None:
    run("check", "--study", odd)
    book = openpyxl.load_workbook(odd / "results" / "check.xlsx")
    sheet = book["respondents"]
    header = [cell.value for cell in sheet[3]]
    place = header.index("longest run")
    assert sheet[4][place].fill.fill_type == "solid"
    assert sheet[len(sheet["A"]) - 5][place].fill.fill_type is None
    heat = book["heat_map"]
    (scale,) = heat.conditional_formatting
    assert str(scale.sqref) == f"E4:AI{HEAT_ROWS + 3}"
    assert any(f"{HEAT_ROWS} respondents" in str(cell.value) for cell in heat["A"])
    assert heat["E3"].value == "T1"
    assert [cell.value for cell in heat[4]][4:] == [4] * 31  # as ticked: the reversed items too


def test_only_pseudonyms_leave(run: Run, odd: Path) -> None:
    result = run("check", "--study", odd, "--drop", "same_answer", "--json")
    document = json.loads(result.stdout)
    key = pseudonym_key(odd / ".kadsurvey-key")
    ledger = document["results"]["screening"]["ledger"]
    assert len(ledger) == 1
    names = set(pd.DataFrame(rows(odd / "results" / "check.xlsx", "respondents"))["respondent"])
    assert ledger[0]["respondent_id"] in names
    assert pseudonym(key, "R0001") in names
    raw = {f"R{place:04d}" for place in range(1, 800)}
    assert not any(f'"{name}"' in result.stdout for name in raw)
    for sheet in openpyxl.load_workbook(odd / "results" / "check.xlsx"):
        for row in sheet.iter_rows(values_only=True):
            assert raw.isdisjoint(str(value) for value in row if value is not None), sheet.title


def test_duplicate_identifiers_are_errors_without_the_identifier(run: Run, tmp_path: Path) -> None:
    items = [f"{letter}{place}" for letter in "TNW" for place in range(1, 7)]
    line = ",".join(["a", *"423514" * 3])
    (tmp_path / "a.csv").write_text(
        f"respondent_id,body,{','.join(items)}\nBudi,{line}\nBudi,{line}\nSiti,{line}\n", encoding="utf-8"
    )
    result = run("check", tmp_path / "a.csv", "--out", tmp_path / "out", "--json", "--study", study(tmp_path))
    assert result.exit_code == 1
    assert "ingest.duplicate_id" in [finding["code"] for finding in json.loads(result.stdout)["findings"]]
    assert "Budi" not in result.stdout
    (twice,) = [
        row for row in rows(tmp_path / "out" / "check.xlsx", "findings") if row["code"] == "ingest.duplicate_id"
    ]
    assert "Budi" not in str(twice)
    assert (twice["severity"], twice["cell"]) == ("error", "A3")


def study(folder: Path) -> Path:
    """Make a folder a study of defaults."""
    (folder / "study.toml").write_text("version = 1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "options",
    [
        ("--drop", "same_answer,duplicate"),
        ("--drop", "same_answer", "--drop", "duplicate"),
        ("--drop", " same_answer , duplicate,"),
    ],
)
def test_flags_to_drop_are_separated_by_commas_or_repeated(run: Run, odd: Path, options: tuple[str, ...]) -> None:
    document = json.loads(run("check", "--study", odd, *options, "--json").stdout)
    assert {row["reason"] for row in document["results"]["screening"]["ledger"]} == {"same_answer", "duplicate"}
    assert document["results"]["screening"]["n_kept"] == 727


def test_score_shows_who_was_left_out_and_what_that_did(run: Run, odd: Path) -> None:
    result = run("score", "--study", odd, "--method", "mean", "--drop", "straightlining,speeding")
    assert result.exit_code == 0, result.output
    for words in ("Respondents left out", "with and without the respondents left out", "Nobody was left out as"):
        assert words in result.output
    book = openpyxl.load_workbook(odd / "results" / "score.xlsx")
    assert {"left_out", "with_without_predictors", "with_without_outcomes"} <= set(book.sheetnames)
    scores = pd.read_csv(odd / "results" / "scores.csv")
    assert len(scores) == 728
    compared = list(book["with_without_predictors"].iter_rows(min_row=5, values_only=True))
    last = next(row for row in compared if row[0] == "All respondents")
    assert (last[1], last[2]) == (729, 728)
    assert last[4] == pytest.approx(scores["trust_100"].mean())
    without = run("score", "--study", odd, "--method", "mean")
    assert "left out" not in without.output


def test_thresholds_of_the_study_are_printed_as_its_own(run: Run, odd: Path) -> None:
    with (odd / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n[screening]\nstraightlining = 0.4\nfewest_items = 40\n")
    assert "31 items, 40" in run("check", "--study", odd).output
    with (odd / "study.toml").open("a", encoding="utf-8") as file:
        file.write("contradiction = 0.25\n")
    result = run("check", "--study", odd, "--json")
    assert json.loads(result.stdout)["results"]["screening"]["thresholds"]["contradiction"] == {
        "value": 0.25,
        "source": None,
    }
    assert "25% or more" in run("check", "--study", odd).output


@pytest.mark.parametrize("lang", ["en", "id"])
def test_explain_lists_all_findings(run: Run, lang: str) -> None:
    shown = run("explain", "--findings", "--lang", lang).output
    assert all(f"{entry.code} (" in shown for entry in finding_entries())
    listed = json.loads(run("explain", "--findings", "--json").stdout)
    assert [entry["code"] for entry in listed] == [entry.code for entry in finding_entries()]


def test_explain_shows_a_finding(run: Run) -> None:
    shown = run("explain", "--findings", "duplicate_id", "--lang", "id").output
    assert "ingest.duplicate_id (galat)" in shown
    assert "Cara memperbaiki" in shown
    assert json.loads(run("explain", "--findings", "duplicate_id", "--json").stdout)["severities"] == ["error"]
    unknown = run("explain", "--findings", "duplicat_ids")
    assert unknown.exit_code == 1
    assert "ingest.duplicate_id" in unknown.output
