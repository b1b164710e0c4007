from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.ties import read_ties
from kadsurvey.simulation.layouts.ties import write_nodes, write_ties
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import Truth, load_truth

SPARSE = {"trust": {"shares": [0.96, 0.01, 0.01, 0.01, 0.01]}, "contact": {"shares": [0.96, 0.01, 0.01, 0.01, 0.01]}}
CASES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "hardly anybody answers": {"unanswered": 0.9},
    "hardly anybody is tied": {"relations": SPARSE},
    "two organisations a body": {"province": 0},
}


def write(study: SimulatedStudy, folder: Path) -> tuple[Path, Path]:
    ties, nodes = folder / "ties.xlsx", folder / "nodes.xlsx"
    write_ties(study, ties)
    write_nodes(study, nodes)
    return ties, nodes


@pytest.mark.parametrize("case", CASES)
def test_reading_gives_the_ties_back(case: str, changed: Callable[[Any], Truth], tmp_path: Path) -> None:
    def change(values: dict[str, Any]) -> None:
        values["design"]["members"] = [1, 4]
        values["ties"] |= CASES[case]

    drawn = simulate(changed(change), seed=6).ties
    assert drawn is not None
    read = read_ties(*write(simulate(changed(change), seed=6), tmp_path))
    assert read.findings == ()
    assert read.log == ()
    assert read.asked == drawn.asked
    pd.testing.assert_frame_equal(read.edges, drawn.edges)
    pd.testing.assert_frame_equal(read.nodes, drawn.nodes)


def test_the_list_alone_says_who_answered(changed: Callable[[Any], Truth], tmp_path: Path) -> None:
    study = simulate(changed(lambda values: values["ties"].update(relations=SPARSE)), seed=6)
    assert study.ties is not None
    alone = read_ties(write(study, tmp_path)[0])
    key = ["body", "organisation"]
    answered = alone.nodes[alone.nodes["responded"]].set_index(key).index
    expected = study.ties.nodes[study.ties.nodes["responded"]].set_index(key).index
    assert set(answered) == set(expected)
    assert len(expected.difference(study.ties.edges.set_index(["body", "sender"]).index)) > 0


def test_the_files_have_the_columns_of_a_roster(tmp_path: Path) -> None:
    ties, nodes = write(simulate(load_truth("sample"), seed=2), tmp_path)
    headers = [[cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]] for path in (ties, nodes)]
    assert headers[0] == ["from", "to", "body", "contact", "information", "resources", "trust"]
    assert headers[1] == ["organisation", "body", "group", "member", "level", "responded"]


@pytest.mark.parametrize("writer", [write_ties, write_nodes])
def test_a_study_without_ties_has_no_roster_to_write(writer: Callable[..., None], tmp_path: Path) -> None:
    study = dataclasses.replace(simulate(load_truth("sample"), seed=1), ties=None)
    with pytest.raises(ArgumentError, match="'sample' says nothing of ties") as caught:
        writer(study, tmp_path / "x.xlsx")
    assert "tidak memuat relasi" in caught.value.render("id")
    assert not list(tmp_path.iterdir())
