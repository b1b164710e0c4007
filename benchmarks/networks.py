"""How long does a large roster take? ``python -m benchmarks.networks`` prints the table.

The whole program is run in a process of its own on rosters of growing size, each organisation with the same number of
ties, and its seconds by the clock and of the processor are taken.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = (500, 1000, 2000)
TIES_EACH = 25
ROUNDS = 3
AIM = 20.0
SEED = 1
PROGRAM = "import sys; from kadsurvey.cli.main import main; main(sys.argv[1:])"


def main() -> None:
    """Print the table as Markdown."""
    print("# Time of a large roster\n")
    print(
        f"Made by `python -m benchmarks.networks` with Python {platform.python_version()}, numpy {np.__version__}; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start. One relation; `kadsurvey network "
        f"ties.csv --nodes nodes.csv --by all` as a whole process, with its workbook; medians of {ROUNDS}. "
        f"Aim: {AIM:.0f} s at {SIZES[-1]:,} organisations. *Exponent* is b of CPU ~ size^b since the size before.\n"
    )
    print("| organisations | ties | seconds | CPU | exponent |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        taken = {size: timed(Path(folder), size) for size in SIZES}
    exponents = [float("nan")]
    exponents += [np.log(taken[b][1] / taken[a][1]) / np.log(b / a) for a, b in pairwise(SIZES)]
    for (size, (clock, cpu)), exponent in zip(taken.items(), exponents, strict=True):
        shown = "" if np.isnan(exponent) else f"{exponent:.2f}"
        print(f"| {size:,} | {size * TIES_EACH:,} | {clock:.1f} | {cpu:.1f} | {shown} |")


def timed(folder: Path, size: int) -> tuple[float, float]:
    """Return the median seconds by the clock and of the processor of one size."""
    write_roster(folder, size)
    clocks, cpus = [], []
    for _ in range(ROUNDS):
        began, before = time.perf_counter(), os.times()
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            "network",
            "ties.csv",
            "--nodes",
            "nodes.csv",
            "--by",
            "all",
            "--force",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        after = os.times()
        clocks.append(time.perf_counter() - began)
        cpus.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return statistics.median(clocks), statistics.median(cpus)


def write_roster(folder: Path, size: int) -> None:
    """Write ties of random strength between random organisations, and the organisations."""
    rng = np.random.default_rng(SEED)
    names = np.array([f"org {place}" for place in range(size)])
    cells = rng.choice(size * (size - 1), size=size * TIES_EACH, replace=False)
    first, place = np.divmod(cells, size - 1)
    second = place + (place >= first)
    strength = rng.integers(1, 5, len(cells))
    pd.DataFrame({"from": names[first], "to": names[second], "strength": strength}).to_csv(
        folder / "ties.csv", index=False
    )
    groups = np.where(rng.random(size) < 0.6, "official", "ngo")
    members = [f"member {place % 40}" for place in range(size)]
    pd.DataFrame({"organisation": names, "group": groups, "member": members}).to_csv(folder / "nodes.csv", index=False)


if __name__ == "__main__":
    main()
