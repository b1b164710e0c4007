"""kadsurvey network: from files of ties to tables, a workbook and a row a body."""

from __future__ import annotations

import json

import numpy as np
import openpyxl
import pandas as pd
import pytest

from kadsurvey.errors import StudyError
from kadsurvey.study import Study
from tests.reference_numbers import REFERENCE
from tests.stats.graphs import BODIES, reference
from tests.workbooks import write_csv, write_xlsx

R = 1e-8  # the same definitions; R's numbers carry 15 digits
SAME = 1e-9  # least squares on the same numbers by two ways

TIES = """
| kad | dari | ke | kontak | percaya |
| --- |
| KAD Sungai | Dinas A | Dinas B | 3 | 0 |
| KAD Sungai | Dinas A | LSM C | 0 | 2 |
| KAD Sungai | Dinas B | Dinas A | 1 | |
| KAD Sungai | LSM C | Biro P | 0 | 1 |
| KAD Jalan | D | E | 2 | 2 |
| KAD Jalan | E | D | 0 | 1 |
"""
NODES = """
| organisasi | kad | kelompok | anggota | tingkat |
| --- |
| Dinas A | KAD Sungai | pemerintah | Kab. A | kabupaten |
| Dinas B | KAD Sungai | pemerintah | Kab. B | kota |
| LSM C | KAD Sungai | LSM | Kab. A | |
| Biro P | KAD Sungai | pemerintah | Provinsi | provinsi |
| D | KAD Jalan | LSM | X | daerah |
| E | KAD Jalan | pemerintah | Y | daerah |
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_csv(tmp_path / "relasi.csv", TIES), write_xlsx(tmp_path / "organisasi.xlsx", {"O": NODES})


def test_the_reference_networks_go_from_file_to_file(run, tmp_path):
    out = tmp_path / "out"
    result = run("network", REFERENCE / "ties.csv", "--nodes", REFERENCE / "orgs.csv", "--out", out)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out / "network.csv", index_col="body")
    assert table.index.tolist() == list(BODIES)
    for body in BODIES:
        assert table.loc[body, "roster_density"] == pytest.approx(reference(body, 1)["density"], rel=R)
        assert table.loc[body, "roster_ei_index"] == pytest.approx(reference(body, 1)["EI_arcs"], rel=R, abs=R)


def test_the_tables_are_shown_in_the_language_asked_for(run, files):
    ties, nodes = files
    result = run("network", ties, "--nodes", nodes, "--lang", "id")
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    for part in (
        "KAD Sungai: 3 dari 4 organisasi menjawab. Tidak menjawab: Biro P.",
        "Jaringan: siapa bekerja dengan siapa",
        "semua relasi",
        "kepercayaan",
        "Tumpang tindih antarrelasi",
        "penghubung",
    ):
        assert part in words
    book = openpyxl.load_workbook(files[0].parent / "results" / "network.xlsx", read_only=True)
    assert book.sheetnames == [
        "networks",
        "network_answers",
        "network_reach",
        "network_overlap",
        "network_centralisation",
        "network_confirmed",
        "network_organisations",
        "findings",
        "log",
    ]
    organisations = [row for row in book["network_organisations"].iter_rows(values_only=True) if "Biro P" in row]
    assert len(organisations) == 3
    assert "provinsi" in organisations[0]


@pytest.mark.parametrize("by", ["group", "member", "level", "all"])
def test_networks_are_made_by_what_is_asked_for(run, files, by):
    result = run("network", files[0], "--nodes", files[1], "--by", by, "--symmetrise", "both", "--cut", "2")
    assert result.exit_code == 0, result.output
    unit = "body" if by == "all" else by
    assert pd.read_csv(files[0].parent / "results" / "network.csv").columns[0] == unit


def test_the_results_are_one_json_document(run, files):
    document = json.loads(run("network", *files[:1], "--json").stdout)
    assert document["schema"] == "kadsurvey.network/1"
    first = document["results"]["network"]["bodies"][0]
    assert (first["body"], first["relation"], first["n_ties"]) == ("KAD Sungai", "any", 4)
    assert document["files"] == ["network.xlsx", "network.csv"]


def test_the_study_may_name_the_files(run, files):
    folder = files[0].parent
    text = "version = 1\n[ties]\nfile = 'relasi.csv'\nnodes = 'organisasi.xlsx'\n"
    (folder / "study.toml").write_text(text, encoding="utf-8")
    result = run("network", "--study", folder)
    assert result.exit_code == 0, result.output
    assert "linking" in result.output
    (folder / "study.toml").write_text("version = 1\n[ties]\nnodes = 'organisasi.xlsx'\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"ties\.file"):
        Study.open(folder)


def test_a_contradiction_is_shown_and_ends_with_status_1(run, files):
    ties = write_csv(files[0].parent / "dua.csv", "| dari | ke | nilai |\n| A | B | 1 |\n| A | B | 2 |\n| B | C | 1 |")
    result = run("network", ties)
    assert result.exit_code == 1
    assert "dua.csv, cell C3: the tie of 'A' to 'B' (tie) stands here with another strength" in result.output


def test_what_is_not_there_is_an_error(run, files):
    assert "No file of ties" in run("network").output
    result = run("network", "nama.csv")
    assert result.exit_code == 1
    assert "There is no file 'nama.csv'" in result.output
    assert run("network", files[0], "--by", "bodi").exit_code == 2
    assert "holds no ties" in run("network", files[1]).output


def test_the_roster_feeds_the_regression(run, study_folder):
    study = Study.open(study_folder)
    names = study.bodies.data.index.tolist()
    rng = np.random.default_rng(3)
    orgs = [(body, f"{body} {number}") for body in names for number in range(6)]
    ties = [
        (body, first, second, int(rng.integers(0, 5)) if rng.random() < share else 0)
        for body, share in zip(names, np.linspace(0.2, 0.9, len(names)), strict=True)
        for _, first in (pair for pair in orgs if pair[0] == body)
        for _, second in (pair for pair in orgs if pair[0] == body)
        if first != second
    ]
    frame = pd.DataFrame(ties, columns=["body", "from", "to", "strength"])
    frame.to_csv(study_folder / "ties.csv", index=False)
    options = ("--outcome", "cost_efficiency", "--on", "trust,roster_density", "--json")
    settings = (study_folder / "study.toml").read_text(encoding="utf-8")
    roster = '[ties]\nfile = "ties.xlsx"\nnodes = "nodes.xlsx"\n'
    assert roster in settings
    (study_folder / "study.toml").write_text(settings.replace(roster, ""), encoding="utf-8")
    missing = run("regress", "--study", study_folder, *options)
    assert json.loads(missing.stdout)["error"]["code"] == "study.no_ties_for_model"
    result = run("regress", "--study", study_folder, "--ties", study_folder / "ties.csv", *options)
    assert result.exit_code == 0, result.output
    table = pd.DataFrame(json.loads(result.stdout)["results"]["regression"]["table"]).set_index("term")
    density = frame.assign(tied=frame["strength"] >= 1).groupby("body")["tied"].mean()
    indices = study.indices.respondents.groupby("body")["trust_z"].mean()
    outcome = study.bodies.data.loc[indices.index, "cost_efficiency"]
    X = np.column_stack([np.ones(len(indices)), indices, density[indices.index]])
    slopes = np.linalg.lstsq(X, outcome, rcond=None)[0]
    np.testing.assert_allclose(table.loc[["trust", "roster_density"], "estimate"], slopes[1:], rtol=SAME)


def test_check_reads_the_roster_too(run, study_folder):
    ties = write_csv(study_folder / "dua.csv", "| dari | ke | nilai |\n| A | B | 1 |\n| A | B | 2 |\n| B | C | 1 |")
    result = run("check", "--study", study_folder, "--ties", ties)
    assert result.exit_code == 1
    assert "dua.csv, cell C3: the tie of 'A' to 'B' (tie) stands here with another strength" in result.output


def test_the_sample_study_has_a_roster(run, study_folder):
    result = run("network", "--study", study_folder, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    bodies = pd.DataFrame(document["results"]["network"]["bodies"])
    assert bodies["body"].nunique() == 24
    assert set(bodies["relation"]) == {"any", "contact", "information", "resources", "trust"}
    assert bodies[["density", "ei_index", "bonding", "bridging", "linking"]].notna().mean().min() > 0.9
    codes = {finding["code"] for finding in document["findings"]}
    assert not [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert not {code for code in codes if code.startswith("ingest.")}
    table = pd.read_csv(study_folder / "results" / "network.csv", index_col="body")
    assert table["roster_density"].between(0, 1).all()
