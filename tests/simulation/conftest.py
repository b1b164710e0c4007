"""Truths to draw from: the sample study's, and the same with other sizes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from kadsurvey._resources import bundled
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.simulation.truth import Truth, build_truth

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="session")
def instrument() -> Instrument:
    return load_instrument("kad")


@pytest.fixture(scope="session")
def written() -> dict[str, Any]:
    """Return the sample's truth as plain values."""
    values = yaml.safe_load((bundled("sample_data") / "truth.yaml").read_text(encoding="utf-8"))
    assert isinstance(values, dict)
    return values


@pytest.fixture(scope="session")
def changed(written: dict[str, Any], instrument: Instrument) -> Callable[[Change], Truth]:
    """Make a truth from the sample's after a change to its values."""

    def make(change: Change) -> Truth:
        values = copy.deepcopy(written)
        change(values)
        return build_truth(values, instrument)

    return make
