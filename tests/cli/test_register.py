"""kadsurvey register check: from a register to tables, a workbook and a status."""

from __future__ import annotations

import json

import openpyxl

from kadsurvey._resources import bundled
from tests.workbooks import write_csv


def test_the_bundled_register_passes_and_a_study_is_held_against_it(run, tmp_path):
    register = bundled("sample_data") / "register.csv"
    result = run("register", "check", register, "--lang", "id")
    assert result.exit_code == 0, result.output
    assert "register.csv: 5 lembaga, 17 anggota, 0 temuan." in result.output
    bodies = write_csv(tmp_path / "bodies.csv", "| body |\n| SAMOTA |")
    result = run("register", "check", register, "--bodies", bodies, "--json", "--force")
    document = json.loads(result.stdout)
    assert document["schema"] == "kadsurvey.register/1"
    assert document["results"]["join"]["bodies"][0]["register"] == "samota"
    book = openpyxl.load_workbook(tmp_path / "results" / "register.xlsx", read_only=True)
    assert book.sheetnames[:2] == ["register", "register_join"]


def test_an_error_ends_with_status_1(run, tmp_path):
    path = write_csv(tmp_path / "r.csv", "| body | member_codes |\n| a | 99.01 |")
    result = run("register", "check", path)
    assert result.exit_code == 1
    assert "r.csv, cell B2: '99.01' of 'a' begins with 99" in result.output
    assert run("register", "check", "tidak-ada.csv").exit_code == 1
