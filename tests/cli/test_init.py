"""kadsurvey init: a folder to work in at once, in which every command says what comes next."""

import openpyxl
import pytest

from kadsurvey.instrument.forms.typing_sheet import FIRST_ROW, HEADER_ROW

RESPONDENTS = 6


def type_answers(path, answers):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for number, row in enumerate(answers, start=FIRST_ROW):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    book.save(path)
    return columns


def test_init_makes_a_study_and_says_what_is_next(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("init", "studi", "--lang", "id")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "studi").iterdir()) == [
        "bodies.xlsx", "kad-form-ngo-id.docx", "kad-form-official-id.docx", "kad-workbook-id.xlsx",
        "kad-xlsform-ngo.xlsx", "kad-xlsform-official.xlsx", "kad.yaml", "manifest.json",
        "study.schema.json", "study.toml",
    ]  # fmt: skip
    assert "ketik jawaban ke kad-workbook-id.xlsx" in result.output
    assert "cd studi" in result.output


def test_an_empty_study_is_told_to_be_filled_in(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("init", "study")
    monkeypatch.chdir(tmp_path / "study")
    result = run("check")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "'kad-workbook-en.xlsx' holds no respondent" in result.output
    assert f"under the header in row {HEADER_ROW}" in result.output
    assert "Type the answers below it" in result.output


def test_a_study_that_is_filled_in_is_checked(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("init", "study")
    monkeypatch.chdir(tmp_path / "study")
    sheet = openpyxl.load_workbook("kad-workbook-en.xlsx").worksheets[0]
    items = [cell.value for cell in sheet[HEADER_ROW]][8:-1]
    about = {"body": "Kartamantul", "member": "Bantul", "group": "Government official"}
    answers = [
        {"respondent_id": f"R{n}", **about, **{item: 1 + (n + at) % 5 for at, item in enumerate(items)}}
        for n in range(RESPONDENTS)
    ]
    type_answers("kad-workbook-en.xlsx", answers)
    result = run("check", "--json")
    assert result.exit_code == 0, result.output
    assert '"severity": "error"' not in result.output
    shown = run("check")
    assert f"{RESPONDENTS} respondents (official {RESPONDENTS}) of 1 bodies" in shown.output


def test_init_never_replaces_without_force(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("init", "study")
    again = run("init", "study", "--lang", "id")
    assert again.exit_code == 1
    assert "sudah memuat study.toml" in again.output
    assert 'lang = "en"' in (tmp_path / "study" / "study.toml").read_text()
    forced = run("init", "study", "--lang", "id", "--force")
    assert forced.exit_code == 0, forced.output
    assert 'lang = "id"' in (tmp_path / "study" / "study.toml").read_text()


def test_init_takes_another_questionnaire(run, tmp_path):
    result = run("init", tmp_path / "study", "-i", "kad-short")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "study" / "kad-short.yaml").exists()


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (("-i", "kda"), 1, "Did you mean 'kad'?"),
        (("-i", "none.yaml"), 1, "There is no file 'none.yaml'"),
        (("--lang", "jv"), 2, "jv"),
    ],
)
def test_wrong_words_make_no_folder(run, tmp_path, words, status, part):
    result = run("init", tmp_path / "study", *words)
    assert result.exit_code == status
    assert part in result.output
    assert not (tmp_path / "study").exists()


def test_init_asks_for_the_folder(run):
    result = run("init")
    assert result.exit_code == 2
    assert "DIR" in result.output


def test_a_file_in_the_place_of_the_folder_is_named(run, tmp_path):
    (tmp_path / "study").write_text("x")
    result = run("init", tmp_path / "study")
    assert result.exit_code == 2
    assert "is a file" in result.output
