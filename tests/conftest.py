"""For all tests: steady property tests, and the sample study copied where a test may write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kadsurvey._resources import bundled

# The same examples in every run, and no verdict on the speed of a shared machine.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """Return a copy of the bundled sample study."""
    folder = tmp_path / "study"
    shutil.copytree(bundled("sample_data"), folder)
    return folder
