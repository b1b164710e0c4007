"""The bfi answers, read as a survey: 2,800 real respondents through the public functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.load import load_instrument

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def bfi() -> Responses:
    return read_responses(HERE.parent / "reference" / "bfi.csv", load_instrument(HERE / "bfi.yaml"))
