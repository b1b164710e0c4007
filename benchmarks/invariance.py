"""How fast are the tests of invariance, and what do they find? ``python -m benchmarks.invariance`` prints the tables.

kadsurvey and semTools with lavaan run in turn on the same answers, and their numbers are compared in the same run. The
tables of false and of true findings are over simulated studies of two groups that differ in one known respect, or none.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kadsurvey import Invariance, invariance
from kadsurvey.errors import StatisticsError
from kadsurvey.stats.correlation import polychoric
from kadsurvey.stats.multigroup import fit_groups, group_samples
from kadsurvey.stats.multigroup_model import STEPS, Step
from kadsurvey.stats.multigroup_tests import difference, item_tests

Array = NDArray[np.float64]

HERE = Path(__file__).resolve().parent
ANSWERS = HERE.parent / "tests" / "reference" / "coop_respondents.csv"
MODEL = {name: [f"{name}{number}" for number in range(1, 6)] for name in "TNW"}
REVERSED = ("T4", "N2", "W5")
REPETITIONS = 5
AIM = 10

N_ITEMS, LOADING, BORDERS = 6, 0.75, np.array([-1.2, -0.4, 0.5, 1.4])
MEAN, SPREAD = 0.3, 1.2
"""Of the second group's factor: groups may differ in what is measured."""

ODD = 2
"""The item that differs, where one does."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What differs between two groups in one item, in standard deviations of the latent response or of the loading.

    ``border`` moves its second threshold, ``loading`` its loading, ``shift`` all its thresholds alike.
    """

    name: str
    step: Step | None = None
    border: float = 0.0
    loading: float = 0.0
    shift: float = 0.0


NOTHING = Truth("nothing")
DIFFERENCES = (
    Truth("second threshold by .3", "thresholds", border=0.3),
    Truth("second threshold by .5", "thresholds", border=0.5),
    Truth("loading by -.2", "loadings", loading=-0.2),
    Truth("loading by -.35", "loadings", loading=-0.35),
    Truth("intercept by .2", "intercepts", shift=0.2),
    Truth("intercept by .4", "intercepts", shift=0.4),
)


def main() -> None:
    """Print both parts as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["speed", "findings", "both"], default="both")
    parser.add_argument("--studies", type=int, default=1000, help="studies without a difference, of each size")
    parser.add_argument("--with-difference", type=int, default=300, help="studies of each difference and size")
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    began = time.perf_counter()
    load = os.getloadavg()[0]
    lines = list(speed()) if asked.part != "findings" else []
    if asked.part != "speed":
        lines += findings(asked.studies, asked.with_difference, asked.seed)
    seconds = time.perf_counter() - began
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "unset")
    print("# Invariance: speed, false and true findings\n")
    print(f"Made by `python -m benchmarks.invariance --part {asked.part}` in {seconds:.0f} s, seed {asked.seed}, with")
    print(f"{versions}; {os.cpu_count()} cores, OPENBLAS_NUM_THREADS={threads}, load {load:.1f} at the start.\n")
    print("\n".join(lines))


def speed() -> Iterator[str]:
    """Yield the comparison with R."""
    answers = pd.read_csv(ANSWERS)
    answers[list(REVERSED)] = 6 - answers[list(REVERSED)]
    found, before = _timed(answers)
    theirs = _in_r(answers)
    ours = median([*before, *_timed(answers)[1]])
    yield "## Speed\n"
    yield f"{len(answers)} respondents in two groups, 15 items of 5 categories on three constructs, missing answers"
    yield "pairwise. kadsurvey: five steps, score tests of every item, one item freed, differences of means. R: four of"
    yield "these steps and their difference tests; its start and loading packages are left out. Medians, kadsurvey's of"
    yield f"{2 * REPETITIONS} runs before and after R's three.\n"
    if theirs is None:
        yield f"kadsurvey {ours:.2f} s; R, lavaan or semTools is not installed.\n"
        return
    r = median(theirs["seconds"])
    versions = ", ".join(f"{name} {number}" for name, number in theirs["versions"].items())
    yield "| kadsurvey, s | semTools and lavaan, s | ratio | aim | reached |"
    yield "| ---: | ---: | ---: | ---: | --- |"
    reached = "yes" if r >= AIM * ours else "no"
    yield f"| {ours:.2f} | {r:.2f} | {r / ours:.0f} x faster | {AIM} x faster | {reached} |\n"
    chisq, test = _apart(found, theirs)
    yield f"Largest relative difference of scaled chi-squares {chisq:.0e}, of difference tests {test:.0e}"
    yield f"({versions}).\n"


def _timed(answers: pd.DataFrame) -> tuple[Invariance, list[float]]:
    seconds = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        found = invariance(answers, MODEL, answers["group"])
        seconds.append(time.perf_counter() - began)
    return found, seconds


def _in_r(answers: pd.DataFrame) -> dict[str, Any] | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.csv"
        answers.to_csv(file, index=False)
        command = [program, str(HERE / "invariance.R"), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return None if "missing" in found else found


def _apart(found: Invariance, theirs: dict[str, Any]) -> tuple[float, float]:
    whole = found.steps[found.steps["freed"].map(len) == 0].set_index("step").loc[list(STEPS[:4])]
    chisq = np.abs(whole["chisq"].to_numpy(float) / np.array(theirs["scaled"]) - 1)
    test = np.abs(whole["chisq_diff"].to_numpy(float)[1:] / np.array(theirs["difference"]) - 1)
    return float(chisq.max()), float(test.max())


def findings(studies: int, with_difference: int, seed: int) -> Iterator[str]:
    """Yield the tables of false and of true findings."""
    yield "## False findings at 5%\n"
    yield f"Two groups alike in all items ({N_ITEMS} of 5 categories, loadings {LOADING}) but not in their factor (mean"
    yield f"{MEAN}, standard deviation {SPREAD} against 0 and 1); share of studies in which the scaled difference test"
    yield "rejects a step, and the score test one given item. Studies in which a group does not use all categories are"
    yield "drawn again.\n"
    yield "| rows a group | studies | MC s.e. % | what | thresholds % | loadings % | intercepts % | residuals % |"
    yield "| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |"
    for n_rows in (150, 300):
        tests, items = _rejections(NOTHING, n_rows, studies, seed)
        error = 100 * (0.05 * 0.95 / studies) ** 0.5
        for what, shares in (("difference test", tests), ("score test of an item", items)):
            cells = " | ".join(f"{100 * shares[step]:.1f}" for step in STEPS[1:])
            yield f"| {n_rows} | {studies} | {error:.1f} | {what} | {cells} |"
    yield "\n## True findings\n"
    yield f"The same, but item {ODD + 1} differs. *Found*: the difference test rejects the step it differs at; *named*:"
    yield "the score test of that item has the smallest p of all at that step; *both*: found and named.\n"
    yield "| difference | rows a group | studies | found % | named % | both % |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for truth in DIFFERENCES:
        for n_rows in (150, 300, 600):
            found, named, both = _power(truth, n_rows, with_difference, seed)
            shares = f"{100 * found:.0f} | {100 * named:.0f} | {100 * both:.0f}"
            yield f"| {truth.name} | {n_rows} | {with_difference} | {shares} |"


def _studies(truth: Truth, n_rows: int, studies: int, seed: int) -> Iterator[tuple[Any, list[Any]]]:
    """Yield samples and the fitted steps of each study; groups that lack a category are drawn again."""
    rng = np.random.default_rng([seed, n_rows])
    done = 0
    while done < studies:
        first, second = drawn(rng, n_rows, NOTHING, 0.0, 1.0), drawn(rng, n_rows, truth, MEAN, SPREAD)
        try:
            samples = group_samples([polychoric(part, acov=True) for part in (first, second)], np.zeros(N_ITEMS))
        except StatisticsError:
            continue
        done += 1
        last = len(STEPS) if truth.step is None else STEPS.index(truth.step) + 1
        fits = [fit_groups(samples, STEPS[0])]
        fits += [fit_groups(samples, step, configural=fits[0]) for step in STEPS[1:last]]
        yield samples, fits


def drawn(rng: np.random.Generator, n_rows: int, truth: Truth, mean: float, spread: float) -> Array:
    """Draw the answers of one group."""
    slopes = np.full(N_ITEMS, LOADING)
    slopes[ODD] += truth.loading
    latent = (mean + spread * rng.normal(size=(n_rows, 1))) * slopes
    latent += np.sqrt(1 - LOADING**2) * rng.normal(size=(n_rows, N_ITEMS))
    latent[:, ODD] += truth.shift
    borders = np.tile(BORDERS, (N_ITEMS, 1))
    borders[ODD, 1] += truth.border
    answers: Array = 1.0 + (latent[:, :, None] > borders).sum(axis=2)
    return answers


def _rejections(truth: Truth, n_rows: int, studies: int, seed: int) -> tuple[dict[Step, float], dict[Step, float]]:
    tests, items = (dict.fromkeys(STEPS[1:], 0) for _ in range(2))
    for samples, fits in _studies(truth, n_rows, studies, seed):
        for before, after in pairwise(fits):
            step = after.model.step
            tests[step] += difference(before, after).p_value < 0.05
            items[step] += item_tests(samples, after)[ODD].p_value < 0.05
    return ({step: n / studies for step, n in tests.items()}, {step: n / studies for step, n in items.items()})


def _power(truth: Truth, n_rows: int, studies: int, seed: int) -> tuple[float, float, float]:
    found = named = both = 0
    for samples, fits in _studies(truth, n_rows, studies, seed):
        rejected = difference(fits[-2], fits[-1]).p_value < 0.05
        loudest = min(item_tests(samples, fits[-1]), key=lambda test: test.p_value).item == ODD
        found, named, both = found + rejected, named + loudest, both + (rejected and loudest)
    return found / studies, named / studies, both / studies


if __name__ == "__main__":
    sys.exit(main())
