"""The networks of the reference data: a matrix of strengths and a sector for each organisation of a body."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np

from tests.reference_numbers import REFERENCE, load

CUTS = (1, 2)
BODIES = tuple(load("t11_networks")["cut1"]["bodies"])


@cache
def network(body):
    """Return strengths (from row to column), organisations and sectors of one body."""
    organisations, sectors = zip(
        *((row["org"], row["sector"]) for row in _rows("orgs") if row["body"] == body), strict=True
    )
    place = {name: at for at, name in enumerate(organisations)}
    strengths = np.zeros((len(place), len(place)))
    for row in _rows("ties"):
        if row["body"] == body:
            strengths[place[row["from"]], place[row["to"]]] = float(row["strength"])
    return strengths, list(organisations), list(sectors)


def reference(body, cut):
    return load("t11_networks")[f"cut{cut}"]["bodies"][body]


@cache
def _rows(name):
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
