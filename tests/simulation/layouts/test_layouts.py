from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.instrument.load import load_instrument
from kadsurvey.simulation.layouts.bodies import write_bodies
from kadsurvey.simulation.layouts.codes import write_codes
from kadsurvey.simulation.layouts.deterministic import WRITTEN
from kadsurvey.simulation.layouts.labels_id import HEADER_ROW, write_labels_id
from kadsurvey.simulation.layouts.respondents import Group
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import build_truth, load_truth

Write = Callable[..., None]


@pytest.fixture(scope="module")
def study() -> SimulatedStudy:
    return simulate(load_truth("sample"), seed=2)


def rows(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("group", ["official", "ngo"])
def test_labels_give_the_answers_back(study: SimulatedStudy, tmp_path: Path, group: Group) -> None:
    write_labels_id(study, tmp_path / "labels.xlsx", group=group, seed=1)
    table = rows(tmp_path / "labels.xlsx")
    header, body = table[HEADER_ROW - 1], table[HEADER_ROW:]
    assert "SINTETIS (SYNTHETIC)" in table[0][0]
    codes = {"sangat tidak setuju": 1, "tidak setuju": 2, "netral": 3, "setuju": 4, "sangat setuju": 5}
    codes["tidak tahu / tidak berlaku"] = 8
    expected = study.responses[study.responses["group"] == group]
    assert [row[0] for row in body] == expected.index.tolist()
    for code in study.truth.items:
        item = study.truth.instrument.items[code]
        column = header.index((item.text_ngo or item.text)["id"] if group == "ngo" else item.text["id"])
        read = [None if row[column] is None else codes[row[column].strip().lower()] for row in body]
        assert read == [None if pd.isna(answer) else answer for answer in expected[code]]


def test_a_few_labels_are_typed_carelessly(study: SimulatedStudy, tmp_path: Path) -> None:
    write_labels_id(study, tmp_path / "labels.xlsx", group="official", seed=1)
    cells = [cell for row in rows(tmp_path / "labels.xlsx")[HEADER_ROW:] for cell in row[7:] if cell]
    assert 0 < sum(cell.endswith(" ") for cell in cells) < 0.03 * len(cells)
    assert 0 < sum(cell[0].islower() for cell in cells) < 0.03 * len(cells)


def test_persons_are_plainly_invented(study: SimulatedStudy, tmp_path: Path) -> None:
    write_labels_id(study, tmp_path / "labels.xlsx", group="official", seed=1)
    table = rows(tmp_path / "labels.xlsx")
    header = table[HEADER_ROW - 1]
    name, phone = header.index("Nama responden"), header.index("Nomor telepon")
    assert all(row[name].startswith("Responden Sintetis ") for row in table[HEADER_ROW:])
    assert all(row[phone].startswith("0000-0000-") for row in table[HEADER_ROW:])


def test_codes_give_the_answers_back(study: SimulatedStudy, tmp_path: Path) -> None:
    write_codes(study, tmp_path / "codes.xlsx", group="ngo", seed=1)
    header, *body = rows(tmp_path / "codes.xlsx")
    frame = pd.DataFrame(body, columns=list(header)).set_index("respondent_id")
    expected = study.responses[study.responses["group"] == "ngo"]
    assert "group" not in frame
    for name in [*study.truth.items, "body", "member"]:
        pd.testing.assert_series_equal(frame[name].astype(expected[name].dtype), expected[name])
    assert frame["T1"].eq(8).any()


def test_neither_file_says_its_group(study: SimulatedStudy, tmp_path: Path) -> None:
    write_labels_id(study, tmp_path / "labels.xlsx", group="official", seed=1)
    write_codes(study, tmp_path / "codes.xlsx", group="ngo", seed=1)
    labels, codes = rows(tmp_path / "labels.xlsx")[HEADER_ROW - 1], rows(tmp_path / "codes.xlsx")[0]
    assert "Kelompok responden" not in labels
    assert "group" not in codes


def test_bodies_give_their_data_back(study: SimulatedStudy, tmp_path: Path) -> None:
    write_bodies(study, tmp_path / "bodies.xlsx")
    header, *body = rows(tmp_path / "bodies.xlsx")
    frame = pd.DataFrame(body, columns=list(header)).set_index("body")
    assert frame.index.tolist() == study.bodies.index.tolist()
    planned = frame["cost_planned"].str.removeprefix("Rp").str.replace(".", "").astype(float)
    pd.testing.assert_series_equal(planned, study.bodies["cost_planned"], check_index_type=False)
    for name in ("cost_realised", "cost_alone", "output", "members", "log_population", "cost_efficiency"):
        difference = (frame[name].astype(float) - study.bodies[name]).abs().max()
        assert difference <= 5e-7  # written with six decimals
    assert set(frame["secretariat"]) <= {"Tidak ada", "Sekretariat bersama", "Lembaga otonom"}
    assert frame["name"].str.contains("Sintetis").all()


@pytest.mark.parametrize("layout", ["labels", "codes", "bodies"])
def test_the_same_study_gives_the_same_bytes(study: SimulatedStudy, tmp_path: Path, layout: str) -> None:
    writers: dict[str, Write] = {
        "labels": lambda path: write_labels_id(study, path, group="official", seed=1),
        "codes": lambda path: write_codes(study, path, group="ngo", seed=1),
        "bodies": lambda path: write_bodies(study, path),
    }
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    writers[layout](first)
    writers[layout](second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as packed:
        assert {part.date_time for part in packed.infolist()} == {WRITTEN.timetuple()[:6]}
        assert {part.compress_type for part in packed.infolist()} == {zipfile.ZIP_STORED}
    properties = openpyxl.load_workbook(first).properties
    assert properties.created == properties.modified == WRITTEN
    assert "SYNTHETIC" in properties.title


def test_a_group_without_respondents(written: dict[str, Any], tmp_path: Path) -> None:
    values = {**written, "design": {**written["design"], "ngo_share": 0}}
    study = simulate(build_truth(values, load_instrument("kad")), seed=1)
    with pytest.raises(ArgumentError, match="no respondents in the group 'ngo'"):
        write_codes(study, tmp_path / "codes.xlsx", group="ngo", seed=1)
    assert not (tmp_path / "codes.xlsx").exists()
