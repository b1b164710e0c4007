"""No person, no path and no user of the machine in any output of any command."""

from __future__ import annotations

import json
import os
import re
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Run

USER, HOME, FOLDER = "zzpemakai", "Zz Rumah Aneh", "zz-folder-rahasia"
SECRET = "RAHASIAKU"
PERSONAL = {
    "Nama Lengkap dan Gelar": f"{SECRET} S.Sos.",
    "E-mail aktif": f"{SECRET}@contoh.go.id",
    "devicephonenum": SECRET,
    "IPAddress": SECRET,
    "Kolom lain": f"hubungi {SECRET}@contoh.go.id",
    "Catatan": f"Kata {SECRET}: tidak jujur",
}
COMMANDS = ("check", "validate", "score", "regress", "network", "efficiency", "report")


@pytest.fixture
def planted(study_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the sample study in an odd home, its officials with personal data in columns and cells."""
    home = tmp_path / HOME
    folder = home / FOLDER
    home.mkdir()
    study_folder.rename(folder)
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, USER)
    monkeypatch.setenv("HOME", str(home))
    book = openpyxl.load_workbook(folder / "officials.xlsx")
    sheet = book.worksheets[0]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Nomor responden")
    first = sheet.max_column + 1
    for place, (header, value) in enumerate(PERSONAL.items()):
        sheet.cell(head, first + place, header)
        for row in range(head + 1, head + 8):
            sheet.cell(row, first + place, value)
    names = {str(sheet.cell(head, column).value): column for column in range(1, first)}
    sheet.cell(head + 1, names["Jabatan"], f"Kepala Dinas {SECRET}")
    sheet.cell(head + 2, names["Jabatan"], f"{SECRET}@contoh.go.id")
    sheet.cell(head + 3, first - 1, f"{'saya tidak mau menjawab ini karena takut ' * 2}{SECRET}")
    sheet.cell(head + 4, first - 1, f"tanya {SECRET}@contoh.go.id")
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    book.save(folder / "officials.xlsx")
    monkeypatch.chdir(folder)
    return folder


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every part of every file, those of packed documents one by one."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield f"{path.name}!{name}", packed.read(name).decode("latin-1")
        elif path.is_file():
            yield path.name, path.read_bytes().decode("latin-1")


def test_outputs_hold_no_person_and_nothing_of_the_machine(run: Run, planted: Path, tmp_path: Path) -> None:
    told = {}
    for command in COMMANDS:
        given = ("--privacy",) if command == "check" else ()
        result = run(command, *given, "--json")
        assert result.exit_code == 0, result.output
        told[f"{command} --json"] = result.output
    told |= {command: run(command).output for command in ("check", "score")}
    parts = [*told.items(), *texts(planted / "results")]
    forbidden = re.compile(
        "|".join(map(re.escape, (SECRET, USER, HOME, FOLDER, str(tmp_path), os.path.expanduser("~"), *_host())))
    )
    found = {(where, match[0]) for where, text in parts for match in forbidden.finditer(text)}
    assert not found
    assert not list((planted / "results").rglob(".kadsurvey-key"))
    # The raw numbers of respondents stay behind their pseudonyms.
    assert not [where for where, text in parts if re.search(r"\bR0\d{3}\b", text)]


def _host() -> list[str]:
    """Return the name of the machine, where it is long enough not to stand in a compressed picture by chance."""
    name = socket.gethostname()
    return [name] if len(name) > 5 else []


def test_errors_name_no_folder(run: Run, planted: Path, tmp_path: Path) -> None:
    (planted / "broken.xlsx").write_text("no workbook")
    for words in (
        ("score", planted / "broken.xlsx"),
        ("score", planted / "nowhere.xlsx"),
        ("score", "--model", planted / "broken.xlsx"),
        ("score", "--bodies", planted / "broken.xlsx"),
        ("check", "--mapping", planted / "broken.xlsx"),
    ):
        result = run(*words)
        assert result.exit_code == 1, result.output
        assert not [word for word in (HOME, FOLDER, USER, str(tmp_path)) if word in result.output]


def test_errors_stop_under_pseudonyms(run: Run, planted: Path) -> None:
    book = openpyxl.load_workbook(planted / "ngos.xlsx")
    sheet = book.worksheets[0]
    sheet["A3"] = sheet["A2"].value
    book.save(planted / "ngos.xlsx")
    result = run("score")
    assert result.exit_code == 1
    assert str(sheet["A2"].value) not in result.output


def test_results_are_refused_beside_the_key(run: Run, planted: Path) -> None:
    result = run("score", "--out", ".")
    assert result.exit_code == 1
    assert ".kadsurvey-key" in result.output
    assert not (planted / "scores.csv").exists()
    assert run("score", "--out", "results").exit_code == 0
    assert (planted / ".kadsurvey-key").stat().st_mode & 0o777 == 0o600


def test_check_says_what_sharing_would_reveal(run: Run, planted: Path) -> None:
    result = run("check", "--privacy")
    for words in ("What a shared scores.csv would reveal", "source_row", "leave out", "Who could be recognised"):
        assert words in result.output
    assert "Who could be recognised" not in run("check").output
    sheets = openpyxl.load_workbook(planted / "results" / "check.xlsx").sheetnames
    assert "privacy_rows" not in sheets
    found = json.loads(run("check", "--privacy", "--json").stdout)["results"]["disclosure"]
    assert found["k"] == 5
    assert {"scores_class", "whole_class", "respondent_id"} == set(found["rows"][0])
    assert "privacy_rows" in openpyxl.load_workbook(planted / "results" / "check.xlsx").sheetnames
    assert "Yang terungkap bila scores.csv dibagikan" in run("check", "--privacy", "--lang", "id").output
