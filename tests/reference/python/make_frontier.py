"""Usage: python python/make_frontier.py, in the folder of the data, with dealib==1.0.0 and Pyfrontier==1.1.1 installed.

Scores, weights and Malmquist indices of two other packages: dealib has a simplex of its own, Pyfrontier solves with CBC
and rounds to six digits. Writes t16_frontier.json. Neither is a dependency of the tests: dealib wants numpy 1, and
Pyfrontier's solver warns of its own next version.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from dealib.dea import RTS, Orientation, dea, malmq
from Pyfrontier.frontier_model import EnvelopDEA

RETURNS = {"crs": (RTS.crs, "CRS"), "vrs": (RTS.vrs, "VRS"), "nirs": (RTS.drs, "NIRS")}


def amounts(rng, n_units, n_inputs, n_outputs, spread):
    """Draw inputs and outputs that grow together, so that size matters and few units are alone in theirs."""
    size = rng.normal(size=(n_units, 1))
    inputs = np.exp(spread * (size + 0.5 * rng.normal(size=(n_units, n_inputs))))
    outputs = np.exp(spread * (0.8 * size + 0.5 * rng.normal(size=(n_units, n_outputs))))
    return inputs.round(3), outputs.round(3)


def scored(inputs, outputs):
    """Score one data set in every way, by both packages."""
    found = {"inputs": inputs.tolist(), "outputs": outputs.tolist()}
    for name, (rts, frontier) in RETURNS.items():
        model = EnvelopDEA(frontier, "in")
        model.fit(inputs, outputs)
        found[name] = {
            "dealib": dea(inputs, outputs, rts=rts, orientation=Orientation.input).eff.tolist(),
            "pyfrontier": [unit.score for unit in model.result],
        }
    return found


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(16)
    sets = {
        "small": amounts(rng, 12, 2, 1, 0.6),
        "wide": amounts(rng, 20, 3, 2, 0.8),
        "many": amounts(rng, 40, 2, 2, 0.5),
        "ties": (rng.integers(1, 6, (15, 2)).astype(float), rng.integers(1, 5, (15, 2)).astype(float)),
    }
    numbers = {"scores": {name: scored(*tables) for name, tables in sets.items()}}
    before, after = amounts(rng, 15, 2, 2, 0.5), amounts(rng, 15, 2, 2, 0.5)
    index = malmq(*before, *after, rts=RTS.crs, orientation=Orientation.input)
    numbers["malmquist"] = {
        "before": [table.tolist() for table in before],
        "after": [table.tolist() for table in after],
        "total": index.m.tolist(),
        "technical_change": index.tc.tolist(),
        "efficiency_change": index.ec.tolist(),
    }
    numbers["_meta"] = {package: version(package) for package in ("dealib", "Pyfrontier", "PuLP", "numpy")}
    Path("t16_frontier.json").write_text(json.dumps(numbers) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
