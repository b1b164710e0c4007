"""Write the bundled sample study anew from its truth: ``python -m kadsurvey.simulation.sample [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from kadsurvey.simulation.layouts.bodies import write_bodies
from kadsurvey.simulation.layouts.codes import write_codes
from kadsurvey.simulation.layouts.labels_id import write_labels_id
from kadsurvey.simulation.layouts.ties import write_nodes, write_ties
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import load_truth

SAMPLE_SEED = 1
_FILES = ("officials.xlsx", "ngos.xlsx", "bodies.xlsx", "ties.xlsx", "nodes.xlsx")


def sample_study() -> SimulatedStudy:
    """Draw the sample study."""
    return simulate(load_truth("sample"), seed=SAMPLE_SEED)


def write_sample(directory: Path) -> tuple[Path, ...]:
    """Write the sample study's field files into a folder, replacing those that are there; return their paths."""
    study = sample_study()
    officials, ngos, bodies, ties, nodes = paths = tuple(directory / name for name in _FILES)
    directory.mkdir(parents=True, exist_ok=True)
    write_labels_id(study, officials, group="official", seed=SAMPLE_SEED)
    write_codes(study, ngos, group="ngo", seed=SAMPLE_SEED)
    write_bodies(study, bodies)
    write_ties(study, ties)
    write_nodes(study, nodes)
    return paths


if __name__ == "__main__":
    write_sample(Path(sys.argv[1] if len(sys.argv) > 1 else "sample_data"))
