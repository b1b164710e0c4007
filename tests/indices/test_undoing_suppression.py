"""Whoever has all tables of a study cannot work out a hidden mean: linear programming over everything published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kadsurvey import Study
from kadsurvey._resources import bundled
from kadsurvey.indices.disagreement import disagreement
from kadsurvey.indices.score import Indices
from kadsurvey.indices.summary import summaries
from kadsurvey.indices.suppression import PROTECTION
from tests.indices.attack import EXACT, Attack

MIN_CELL = 5
# Each equation may be missed by EXACT, and a mean of few respondents stands in some of them with a small weight.
SLACK = EXACT * 1e3


def indices_of(people: pd.DataFrame, *, min_cell: int = MIN_CELL, constructs: tuple[str, ...] = ("trust",)) -> Indices:
    """Return the indices of respondents whose values are given."""
    levels = summaries(people, list(constructs), min_cell=min_cell)
    return Indices(
        respondents=people,
        members=levels.members,
        bodies=levels.bodies,
        groups=levels.groups,
        overall=levels.overall,
        mixes=levels.mixes,
        protection=levels.protection,
        model=None,
        method="mean",
        constructs=constructs,
        formative=frozenset(),
        min_cell=min_cell,
        findings=(),
        items=pd.DataFrame(),
        items_of={},
    )


def compared(indices: Indices) -> pd.DataFrame:
    """Return the comparison of officials and NGOs as published."""
    return disagreement(
        indices.respondents,
        list(indices.constructs),
        min_cell=indices.min_cell,
        protection=indices.protection,
        draws=9,
        seed=1,
    )


def people(cells: list[tuple[str, str, str, int]], *, seed: int = 1) -> pd.DataFrame:
    """Return respondents of (body, member, group, how many), with answers on a grid of 24 steps."""
    rng = np.random.default_rng(seed)
    rows = [(body, member, group) for body, member, group, n in cells for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["body", "member", "group"])
    frame["member"] = frame["member"].where(frame["member"] != "")
    return frame.assign(trust_100=rng.binomial(24, 0.6, len(frame)) * 100 / 24)


AWKWARD = {
    "a member with 4 of 9": [
        ("x", "m1", "official", 4),
        ("x", "m2", "official", 5),
        ("y", "m3", "official", 9),
        ("z", "m4", "official", 8),
    ],
    "two groups, one of 2": [
        ("x", "m1", "official", 9),
        ("x", "m1", "ngo", 2),
        *((body, "m", group, 6) for body in "yzuv" for group in ("official", "ngo")),
    ],
    "one cell below the limit": [
        *((body, member, group, 7) for body in "xyz" for member in ("m1", "m2") for group in ("official", "ngo")),
        ("u", "m1", "official", 7),
        ("u", "m1", "ngo", 7),
        ("u", "m3", "official", 4),
    ],
    "one body below the limit": [
        ("x", "m1", "official", 3),
        *((body, "m", group, 6) for body in "yzuvw" for group in ("official", "ngo")),
    ],
    "members in groups": [
        (body, member, group, 1 + (3 * place + 5 * (body in "xz")) % 4)
        for body in "xyzuv"
        for place, (member, group) in enumerate(
            (member, group) for member in ("m1", "m2", "m3") for group in ("official", "ngo")
        )
    ],
    "an NGO member in every other body": [
        *((body, "m", "official", 7) for body in "abcdefgh"),
        *((body, "m", "ngo", 1) for body in "aceg"),
        *((body, "m", "ngo", 6) for body in "bdfh"),
    ],
    "groups of members apart": [
        (body, f"{group}{place}", group, n)
        for body in "xyz"
        for group in ("official", "ngo")
        for place, n in enumerate((3, 6, 8))
    ],
    "some of no named member": [
        *(("x", *cell) for cell in (("", "official", 10), ("m1", "official", 10), ("", "ngo", 10), ("m0", "ngo", 10))),
        ("x", "m1", "ngo", 3),
        ("x", "m2", "ngo", 2),
        *((body, "m", group, 6) for body in "yz" for group in ("official", "ngo")),
    ],
    "two bodies": [("x", "m1", "official", 4), ("x", "m2", "official", 9), ("y", "m3", "official", 11)],
    "one body of little people": [("x", "m1", "official", 2), ("x", "m2", "ngo", 3), ("x", "m3", "official", 2)],
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("cells", AWKWARD.values(), ids=AWKWARD.keys())
def test_awkward_designs_give_nothing_back(cells: list[tuple[str, str, str, int]], seed: int) -> None:
    indices = indices_of(people(cells, seed=seed))
    widths = Attack(indices, compared(indices), "trust").widths(MIN_CELL)
    assert widths  # the design has small cells
    assert min(widths) >= PROTECTION - SLACK


def test_the_attack_finds_what_only_small_cells_hidden_would_give_back() -> None:
    """The same tables with nothing hidden but what is small: the body's mean beside its index tells its NGOs' mean."""
    frame = people(AWKWARD["two groups, one of 2"])
    indices = indices_of(frame)
    shown = indices_of(frame, min_cell=1)
    naive = replace(indices, members=shown.members, bodies=shown.bodies, groups=shown.groups, overall=shown.overall)
    assert min(Attack(naive, compared(indices), "trust").widths(MIN_CELL)) < SLACK


def test_the_sample_study_gives_nothing_back() -> None:
    study = Study.open(bundled("sample_data"))
    # Each construct has its own answers: one asked of everybody, and one that NGOs were mostly not asked.
    indices = study.indices
    views = compared(indices)
    for construct in ("trust", "transaction_cost"):
        attack = Attack(indices, views, construct)
        widths = attack.widths(MIN_CELL)
        assert len(widths) >= 18
        assert min(widths) >= PROTECTION - SLACK


COUNTS = st.integers(0, 8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    sizes=st.lists(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=3), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_no_table_gives_a_small_cell_back(sizes: list[list[tuple[int, int]]], seed: int) -> None:
    cells = [
        (f"b{body}", f"m{member}", group, n)
        for body, members in enumerate(sizes)
        for member, counts in enumerate(members)
        for group, n in zip(("official", "ngo"), counts, strict=True)
        if n
    ]
    if not cells:
        return
    indices = indices_of(people(cells, seed=seed))
    attack = Attack(indices, compared(indices), "trust")
    for row in attack.small(MIN_CELL):
        assert attack.width(row) >= PROTECTION - SLACK
