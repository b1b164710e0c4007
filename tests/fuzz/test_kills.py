"""Runs that are killed while they write; the many are counted in benchmarks/fuzz.md, these are the first of them."""

from __future__ import annotations

import sys

import pytest

from tests.fuzz.kills import OUTPUTS, kill

KILLS = {"score": 6, "report": 3, "forms": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="a process is forked to be killed")
@pytest.mark.parametrize("outputs", OUTPUTS)
def test_a_killed_run_loses_no_file_and_the_next_one_knows_its_own(outputs: str) -> None:
    found = [kill(outputs, seed) for seed in range(KILLS[outputs])]
    assert [part for part in found if part.lost or part.problem] == []
