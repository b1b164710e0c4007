"""Broken files through the program: the place and the remedy in a sentence, status 1, nothing written."""

import openpyxl
import pytest

from kadsurvey.instrument.load import load_instrument

HEADER_ROW = 1


def blank(sheet, column, rows):
    for row in rows:
        sheet.cell(row, column).value = None


def without_answers(sheet, columns):
    blank(sheet, columns["N3"], range(2, sheet.max_row + 1))


def with_formula(sheet, columns):
    sheet.cell(2, columns["T2"]).value = "=1+2"


def with_repeated_column(sheet, columns):
    sheet.cell(HEADER_ROW, len(columns) + 1).value = "T1"


def with_repeated_respondent(sheet, columns):
    sheet.cell(3, columns["respondent_id"]).value = sheet.cell(2, columns["respondent_id"]).value


def without_column(sheet, columns):
    sheet.cell(HEADER_ROW, columns["W2"]).value = "W2x"


def header_only(sheet, columns):  # noqa: ARG001
    sheet.delete_rows(2, sheet.max_row)


@pytest.fixture
def broken(study_folder):
    def make(change):
        path = study_folder / "broken.xlsx"
        book = openpyxl.load_workbook(study_folder / "ngos.xlsx")
        sheet = book.worksheets[0]
        change(sheet, {cell.value: cell.column for cell in sheet[HEADER_ROW]})
        book.save(path)
        return path

    return make


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (without_answers, ["N3", "no answer from any respondent"]),
        (with_formula, ["broken.xlsx", "cell F2", "formula"]),
        (with_repeated_column, ["broken.xlsx", "'T1' a second time"]),
        (with_repeated_respondent, ["cell A3", "a second time", "A2"]),
        (without_column, ["W2", "nearest column: 'W2x'"]),
        (header_only, ["broken.xlsx", "no respondent"]),
    ],
)
def test_a_broken_workbook_is_named_with_its_place(run, broken, tmp_path, change, parts):
    out = tmp_path / "out"
    result = run("score", "--group", f"ngo={broken(change)}", "--out", out)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for part in parts:
        assert part in result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"", "is empty"), (b"hello", "no answers to questionnaire"), (b"PK\x03\x04broken", "bad.xlsx")],
)
def test_a_file_that_is_no_spreadsheet_is_named(run, tmp_path, content, part):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    result = run("check", path)
    assert result.exit_code == 1
    assert part in result.output
    assert str(tmp_path) not in result.output


def test_a_file_that_is_not_there_is_named(run):
    result = run("score", "nofile.xlsx")
    assert result.exit_code == 1
    assert "no file 'nofile.xlsx'" in result.output


def test_bodies_without_an_outcome_are_named(run, study_folder):
    book = openpyxl.load_workbook(study_folder / "bodies.xlsx")
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "cost_efficiency" for cell in row))
    column = next(cell.column for cell in header if cell.value == "cost_efficiency")
    blank(sheet, column, [header[0].row + 1])
    book.save(study_folder / "bodies.xlsx")
    result = run("regress", "--study", study_folder)
    assert result.exit_code == 0, result.output
    assert "cost_efficiency" in result.output
    assert "1 bodies are not in the model" in result.output
    assert "bodies                                 23" in result.output


def test_a_name_does_not_command_the_terminal(run, tmp_path):
    items = load_instrument("kad-short").items
    header, answers = ["body", "\x1b[2Jodd", "\u202eevil", *items], ["\x9b31mKAD", "1", "2", *["3"] * len(items)]
    (tmp_path / "a.csv").write_text(f"{','.join(header)}\n{','.join(answers)}\n", encoding="utf-8")
    result = run("check", tmp_path / "a.csv", "-i", "kad-short")
    assert "odd" in result.output
    assert not {"\x1b", "\u202e", "\x9b"} & set(result.output)
    (tmp_path / "b.csv").write_text("\x1b[2JT1\n5\n", encoding="utf-8")
    assert "\x1b" not in run("check", tmp_path / "b.csv", "-i", "kad-short").output
