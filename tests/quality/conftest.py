"""A questionnaire and answers to it, for the screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pytest

from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument

Answer: TypeAlias = float | str | None
Given: TypeAlias = Callable[..., Responses]


def questionnaire(n_constructs: int = 4, n_items: int = 5, **fields: dict[str, Any]) -> Instrument:
    """Return constructs a, b, ... of so many items each, the last of each reversed, answered 1 to 5, 8 don't know."""
    scale = {"codes": (1, 2, 3, 4, 5), "missing": ({"code": 8}, {"code": 9, "kind": "no_answer"})}
    constructs = {
        letter: {
            "items": {
                f"{letter}{place}": {"scale": "agree", "reverse": place == n_items} for place in range(1, n_items + 1)
            }
        }
        for letter in "abcdefghijklmnop"[:n_constructs]
    }
    return Instrument.model_validate(
        {
            "format": 1,
            "name": "small",
            "version": "1",
            "scales": {"agree": scale},
            "constructs": constructs,
            "fields": {"nr": {"role": "id"}, **fields},
        }
    )


def respond(instrument: Instrument, rows: list[list[Answer]], **fields: list[Any]) -> Responses:
    """Return responses as reading would make them from cells as ticked: one list a respondent, in the items' order."""
    index = pd.Index([f"R{place}" for place in range(1, len(rows) + 1)], name="respondent_id", dtype="str")
    cells = pd.DataFrame(rows, columns=list(instrument.items), index=index, dtype=object)
    raw = cells.map(lambda cell: "" if cell is None else f"{cell:g}" if isinstance(cell, int | float) else cell)
    numbers = raw.apply(pd.to_numeric, errors="coerce")
    coded = numbers.astype("float64")
    for name, item in instrument.items.items():
        scale = instrument.scale_of(name)
        coded[name] = coded[name].where(coded[name].isin(scale.codes))
        if item.reverse:
            coded[name] = scale.reversed_code(1) + 1 - coded[name]
    source = pd.DataFrame({"file": "a.xlsx", "sheet": "S", "row": np.arange(2, len(rows) + 2)}, index=index)
    return Responses(
        data=coded.assign(**{name: pd.Series(values, index=index) for name, values in fields.items()}),
        raw=raw.astype("str"),
        dont_know=numbers == 8,
        source=source,
        log=(),
        findings=(),
        instrument=instrument,
    )


def attentive(instrument: Instrument, n: int, *, seed: int = 1) -> list[list[Answer]]:
    """Draw answers of people who read: one latent score a construct, loading .8, as ticked."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        row: list[Answer] = []
        for items in (list(part.items) for part in instrument.constructs.values()):
            level = rng.normal()
            for name in items:
                latent = 0.8 * level + 0.6 * rng.normal()
                point = 1 + int(np.searchsorted([-1.4, -0.6, 0.2, 1.1], latent))
                row.append(6 - point if instrument.items[name].reverse else point)
        rows.append(row)
    return rows


@pytest.fixture(scope="session")
def small() -> Instrument:
    """Return twenty items on four constructs, one of each reversed."""
    return questionnaire()
