"""Changed files of every kind, read in children: each is read or refused, and harms nobody.

The many are counted in benchmarks/fuzz.md; these few are the first of them.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from kadsurvey.errors import KadsurveyError
from tests.fuzz.mutation import mutated
from tests.fuzz.pool import changed_file, run
from tests.fuzz.readers import READERS, whole_files
from tests.fuzz.tables import Table, file_of, tables

FILES = 300

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")


@linux
def test_every_changed_file_is_read_or_refused() -> None:
    trials = [(reader, seed) for seed in range(1 + FILES // len(READERS)) for reader in READERS][:FILES]
    found = list(run(trials, children=2))
    assert len(found) == FILES
    assert [trial for trial in found if trial.outcome == "failure"] == []
    # The files are not so broken that none of them is read.
    assert sum(trial.outcome != "refused" for trial in found) > FILES / 10


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_and_a_seed_make_a_file_again(reader: str) -> None:
    assert changed_file(reader, 7) == changed_file(reader, 7)
    assert len({changed_file(reader, seed) for seed in range(20)}) > 10


def test_what_begins_a_file_is_not_changed_itself() -> None:
    import random

    whole = whole_files("csv")
    before = list(whole)
    mutated(whole[0], whole, "text", random.Random(1))
    assert list(whole) == before


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "xls", "ods", "sav", "dta", "parquet", "zip"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_any_table_is_read_or_refused(tmp_path: Path, kind: str, table: Table) -> None:
    content = file_of(table, kind)
    if content is None:
        return  # this kind cannot hold it
    path = tmp_path / READERS[kind].file
    path.write_bytes(content)
    with suppress(KadsurveyError):
        for finding in READERS[kind].read(path):
            assert finding.render("id") != finding.render("en")
