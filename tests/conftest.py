"""The sample study, copied where a test may write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kadsurvey._resources import bundled


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """Return a copy of the bundled sample study."""
    folder = tmp_path / "study"
    shutil.copytree(bundled("sample_data"), folder)
    return folder
