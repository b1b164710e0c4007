"""kadsurvey instrument export, import and check: out to the field and back."""

import shutil
from pathlib import Path

import openpyxl
import pytest

FORM = Path(__file__).parents[1] / "reference" / "fixtures" / "form_xlsform.xlsx"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "manifest.json")


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (("--to", "xlsform"), ["kad-xlsform-ngo.xlsx", "kad-xlsform-official.xlsx"]),
        (("--to", "workbook", "--lang", "id"), ["kad-workbook-id.xlsx"]),
        (("--to", "form", "--group", "ngo"), ["kad-form-ngo-en.docx", "kad-form-ngo-id.docx"]),
        (("--to", "form", "--group", "ngo", "--lang", "id", "--shuffle"), ["kad-form-ngo-seed1-id.docx"]),
        (("--to", "xlsform", "--group", "official", "--shuffle", "--seed", "7"), ["kad-xlsform-official-seed7.xlsx"]),
        (("--to", "codebook"), ["kad-codebook.md", "kad-codebook.xlsx"]),
    ],
)
def test_export_writes_the_files_of_a_form(run, here, words, files):
    result = run("instrument", "export", "kad", *words)
    assert result.exit_code == 0, result.output
    assert names(here / "results") == files
    assert all(name in result.output for name in files)


def test_export_goes_where_it_is_told_and_replaces_only_its_own(run, here):
    words = ("instrument", "export", "kad", "--to", "codebook", "--out", "out")
    assert run(*words).exit_code == 0
    assert run(*words, "--lang", "id").exit_code == 0
    (here / "out" / "kad-codebook.md").write_text("mine")
    refused = run(*words)
    assert refused.exit_code == 1
    assert "kad-codebook.md" in refused.output
    assert (here / "out" / "kad-codebook.md").read_text() == "mine"
    assert run(*words, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (("kad",), 2, "--to"),
        (("kad", "--to", "pdf"), 2, "pdf"),
        (("kda", "--to", "form"), 1, "Did you mean 'kad'?"),
        (("kad", "--to", "form", "--group", "nog"), 1, "no group 'nog'. Nearest or known: ngo"),
        (("kad", "--to", "form", "--seed", "7"), 1, "Give --shuffle too"),
    ],
)
def test_export_names_what_cannot_be(run, here, words, status, part):
    result = run("instrument", "export", *words)
    assert result.exit_code == status
    assert part in result.output
    assert not (here / "results").exists()


def test_import_leaves_blanks_that_check_asks_for(run, here):
    result = run("instrument", "import", FORM)
    assert result.exit_code == 0, result.output
    assert "Blanks (???) to fill in: 19. Next: kadsurvey instrument check survei_kad.yaml" in result.output
    assert "layanan (select_multiple), mitra (repeat)" in " ".join(result.output.split())
    lines = (here / "survei_kad.yaml").read_text(encoding="utf-8").splitlines()
    checked = run("instrument", "check", "survei_kad.yaml")
    assert checked.exit_code == 1
    asked = [line for line in checked.output.splitlines() if "survei_kad.yaml: line " in line]
    assert len(asked) == 19
    for line in asked:
        number = int(line.partition(": line ")[2].partition(":")[0])
        assert "???" in lines[number - 1]
    refused = run("check", "answers.csv", "-i", "survei_kad.yaml")
    assert refused.exit_code == 1
    assert "still has blanks (???) to fill in: 19" in refused.output


def test_import_is_checked_once_the_blanks_are_filled(run, here):
    run("instrument", "import", FORM)
    path = here / "survei_kad.yaml"
    text = path.read_text(encoding="utf-8")
    for blank, answer in (("kind: ???", "kind: reflective"), ("role: ???", "role: predictor"), ("???", "no")):
        text = text.replace(blank, answer)
    path.write_text(text, encoding="utf-8")
    result = run("instrument", "check", "survei_kad.yaml")
    assert result.exit_code == 0, result.output
    assert "survei_kad: 13 items, 0 findings." in result.output
    again = run("instrument", "import", FORM)
    assert again.exit_code == 1
    assert "survei_kad.yaml" in again.output


@pytest.mark.usefixtures("here")
def test_what_was_exported_is_imported_whole(run):
    run("instrument", "export", "kad-short", "--to", "xlsform")
    result = run("instrument", "import", "results/kad-short-xlsform-ngo.xlsx", "--out", "back", "--lang", "id")
    assert result.exit_code == 0, result.output
    assert "Tidak ada yang perlu diisi" in result.output
    checked = run("instrument", "check", "back/kad-short.yaml")
    assert checked.exit_code == 0, checked.output
    assert "kad-short: 9 items" in checked.output


def test_an_answer_file_is_no_form(run, here):
    shutil.copy(FORM.with_name("kobo_names.xlsx"), here / "answers.xlsx")
    result = run("instrument", "import", "answers.xlsx")
    assert result.exit_code == 1
    assert "'answers.xlsx' is no XLSForm" in result.output
    assert names(here) == ["answers.xlsx"]


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_named(run, here, content):
    (here / "form.xlsx").write_bytes(content)
    result = run("instrument", "import", "form.xlsx")
    assert result.exit_code == 1
    assert "'form.xlsx' cannot be read as an xlsx workbook" in result.output
    assert "Traceback" not in result.output


def test_a_form_without_questions_is_named(run, here):
    book = openpyxl.Workbook()
    book.active.title = "survey"
    book.save(here / "form.xlsx")
    result = run("instrument", "import", "form.xlsx")
    assert result.exit_code == 1
    assert "no row has both a 'type' and a 'name'" in result.output


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("name", ["export", "import", "check"])
def test_help_in_both_languages(run, lang, name):
    result = run("--lang", lang, "instrument", name, "--help")
    assert result.exit_code == 0
    assert "cli." not in result.output
    listed = run("--lang", lang, "instrument", "--help")
    assert name in listed.output
