"""Where the bundled instruments and the sample study lie: in a checkout, an editable install and a wheel alike."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal


def bundled(kind: Literal["instruments", "sample_data"]) -> Path:
    """Return the folder of one kind of bundled file; it is never written into."""
    packed = Path(str(files("kadsurvey"))) / "_bundled" / kind
    return packed if packed.is_dir() else Path(__file__).parents[1] / kind
