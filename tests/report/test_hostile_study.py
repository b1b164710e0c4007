"""A study in which everybody and everything has a hostile name: what is written neither acts nor leaves its folder."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.scores_file import read_scores
from kadsurvey.instrument.load import load_instrument
from kadsurvey.study import Study
from tests.workbooks import write_xlsx

BODIES = ("=HYPERLINK(\"http://x\")", "+62 811", "-1+1", "@SUM(A1)", "../../up", "C:\\CON", "NUL", "a\u202ebmoc.exe",
          "<script>alert(1)</script>", "'=1", "NA", "KAD; Alfa, \"B\"")  # fmt: skip
SIGNS = ("=", "+", "-", "@", "\t", "\r")
OF_EACH = 6
DIGITS = 1e-15
"""A workbook holds sixteen digits, a csv file all."""


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Score the study; return its folder."""
    folder = tmp_path_factory.mktemp("hostile") / "study"
    folder.mkdir()
    instrument = load_instrument("kad-short")
    items = list(instrument.items)
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["respondent_id", "body", "member", "group", *items])
        for number in range(OF_EACH * len(BODIES)):
            body = BODIES[number % len(BODIES)]
            answers = [str(1 + (number * 7 + at * (3 + number % 4)) % 5) for at in range(len(items))]
            writer.writerow(
                [f"=R{number}", body, body[::-1].strip() or "x", "ngo" if number % 2 else "official", *answers]
            )
    (folder / "study.toml").write_text(
        'version = 1\ninstrument = "kad-short"\n[[data]]\nfile = "answers.csv"\n[score]\nmethod = "mean"\n',
        encoding="utf-8",
    )
    Study.open(folder).score()
    return folder


def test_nothing_is_written_but_the_outputs(scored: Path) -> None:
    names = {path.relative_to(scored).as_posix() for path in scored.rglob("*") if path.is_file()}
    results = {name for name in names if name.startswith("results/")}
    listed = json.loads((scored / "results" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert results == {"results/manifest.json", *(f"results/{name}" for name in listed)}
    assert all(Path(name).name == name for name in listed)
    assert {name for name in names - results if not name.startswith(".")} == {"answers.csv", "study.toml"}
    assert [path.name for path in scored.parent.iterdir()] == ["study"]


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_are_numbers(scored: Path) -> None:
    texts: set[str] = set()
    numbers = 0
    for sheet in openpyxl.load_workbook(scored / "results" / "score.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                numbers += cell.data_type == "n" and cell.value is not None
                texts |= {cell.value} if isinstance(cell.value, str) else set()
    assert numbers > len(BODIES)
    assert texts >= set(BODIES)
    # The same as any reader of spreadsheets sees them, not only the library that wrote them.
    assert not any(grid.formulas for grid in read_file(scored / "results" / "score.xlsx").grids)


def test_no_cell_of_the_csv_file_begins_as_a_formula_and_every_name_comes_back(scored: Path) -> None:
    with (scored / "results" / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not [cell for row in rows for cell in (row["body"], row["member"]) if cell.startswith(SIGNS)]
    assert set(read_scores(scored / "results" / "scores.csv")["body"]) == set(BODIES)


def test_the_workbook_and_the_csv_file_hold_the_same_scores(scored: Path) -> None:
    sheet = openpyxl.load_workbook(scored / "results" / "score.xlsx")["scores"]
    scores = read_scores(scored / "results" / "scores.csv")
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] in scores.index]
    assert len(rows) == len(scores)
    for at, name in enumerate(scores.columns, start=1):
        expected = [scores.loc[row[0], name] for row in rows]
        if scores[name].dtype.kind == "f":
            written = [float("nan") if row[at] is None else row[at] for row in rows]
            assert written == pytest.approx(expected, rel=DIGITS, abs=0, nan_ok=True)
        else:
            assert [row[at] for row in rows] == expected


def test_nothing_in_a_workbook_points_outside(scored: Path) -> None:
    with zipfile.ZipFile(scored / "results" / "score.xlsx") as archive:
        assert not [name for name in archive.namelist() if "external" in name.casefold() or "vba" in name.casefold()]
        assert not any(b"TargetMode" in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("ending", ["xlsx"])
def test_a_sheet_may_be_called_as_a_path(tmp_path: Path, ending: str) -> None:
    path = write_xlsx(tmp_path / f"a.{ending}", {"CON": "| T1 |\n| 5 |", "..": "| T2 |\n| 4 |"})
    assert [grid.sheet for grid in read_file(path).grids] == ["CON", ".."]
