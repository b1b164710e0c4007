from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kadsurvey._resources import bundled
from kadsurvey.simulation.sample import write_sample

FILES = ["officials.xlsx", "ngos.xlsx", "bodies.xlsx", "ties.xlsx", "nodes.xlsx"]


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    assert [path.name for path in write_sample(folder)] == FILES
    return folder


@pytest.mark.parametrize("name", FILES)
def test_the_committed_cells_come_from_the_truth(name: str, regenerated: Path) -> None:
    committed, anew = (openpyxl.load_workbook(folder / name) for folder in (bundled("sample_data"), regenerated))
    assert committed.sheetnames == anew.sheetnames
    for sheet in committed.sheetnames:
        assert list(committed[sheet].iter_rows(values_only=True)) == list(anew[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize("name", FILES)
def test_the_committed_bytes_come_from_the_truth(name: str, regenerated: Path) -> None:
    """Compare cells first (above): another release of openpyxl may write the same cells in other bytes."""
    assert (bundled("sample_data") / name).read_bytes() == (regenerated / name).read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_that_it_is_synthetic(name: str) -> None:
    workbook = openpyxl.load_workbook(bundled("sample_data") / name)
    assert "SYNTHETIC" in workbook.properties.title
    assert any(word in sheet for sheet in workbook.sheetnames for word in ("SINTETIS", "SYNTHETIC"))
