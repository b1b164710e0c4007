"""What does ``kadsurvey power`` find beside what is known, and how long does it take? ``python -m benchmarks.power``"""

from __future__ import annotations

import argparse
import platform
import time

import numpy as np
from scipy import stats

from kadsurvey import __version__, power
from kadsurvey.cores import cores

SEED = 2026
REPLICATIONS = 1000
DEFAULT = ((6, 12, 24), (8,))
EFFECTS = (0.6,)


def main(replications: int) -> None:
    """Print the tables as Markdown."""
    print("# Power by simulation\n")
    print(
        f"`kadsurvey power --bodies 6,12,24 --respondents 8 --replications {replications}`: {replications:,} studies a "
        f"design, seed {SEED}, kadsurvey {__version__}, numpy {np.__version__}, Python {platform.python_version()}, "
        f"{cores()} cores.\n"
    )
    found, seconds = {}, {}
    for effect in EFFECTS:
        began = time.perf_counter()
        bodies, respondents = DEFAULT
        found[effect] = power(
            bodies=bodies, respondents=respondents, effect=effect, replications=replications, seed=SEED
        )
        seconds[effect] = time.perf_counter() - began
    print("## Against the noncentral t\n")
    print(
        "*if the true level were known* is simulated with the classical t; *closed form* averages the noncentral t over"
    )
    print("the predictor's sum of squares; ± is 1.96 Monte Carlo standard errors.\n")
    print("| effect | bodies | index | ± | true level known | closed form | ± |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for effect, result in found.items():
        for row in result.table.to_dict(orient="records"):
            exact = closed_form(effect, int(row["bodies"]))
            error = np.sqrt(exact * (1 - exact) / replications)
            cells = (row["power"], 1.96 * row["power_mc"], row["power_known"], exact, 1.96 * error)
            print(f"| {effect} | {row['bodies']} | " + " | ".join(f"{100 * cell:.1f}%" for cell in cells) + " |")
    print("\n## What is not there, found at 5%\n")
    print("Regression of bodies on the index (HC2, Bell-McCaffrey), and tests of a body's level on respondents.\n")
    print("| bodies | index | true level known | independent | CR1, normal | CR2 |")
    print("|---:|---:|---:|---:|---:|---:|")
    for row in found[EFFECTS[0]].table.to_dict(orient="records"):
        names = ("false_positives", "false_positives_known", "naive", "cr1_z", "cr2")
        print(f"| {row['bodies']} | " + " | ".join(f"{100 * row[name]:.1f}%" for name in names) + " |")
    print("\n## Time\n")
    n = replications * len(DEFAULT[0]) * len(DEFAULT[1])
    for effect, took in seconds.items():
        print(
            f"- effect {effect}: {took:.0f} s for {n:,} studies on {cores()} cores, {1000 * took / n:.0f} ms a study."
        )


def closed_form(effect: float, bodies: int) -> float:
    """Return the power of the classical t test of a slope on a normal predictor."""
    limit = stats.t.ppf(0.975, bodies - 2)
    squares = stats.chi2.ppf((np.arange(4000) + 0.5) / 4000, bodies - 1)
    ncp = effect / np.sqrt(1 - effect**2) * np.sqrt(squares)
    return float(np.mean(stats.nct.sf(limit, bodies - 2, ncp) + stats.nct.cdf(-limit, bodies - 2, ncp)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    main(parser.parse_args().replications)
