"""How fast are the ordinal statistics, and how do they grow? ``python -m benchmarks.measurement`` prints the tables.

R and kadsurvey run in turn on the same answers, and their numbers are compared in the same run: speed counts only for
equal results. Where R or one of its packages is missing, kadsurvey's times stand alone. ``--one ROWS ITEMS`` measures
one size of simulated data and prints it as JSON; the program calls itself so, as a process's peak memory never falls.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kadsurvey import Cfa, Scores, cfa, factor_scores
from kadsurvey.stats.cfa import cfa as fit_correlations
from kadsurvey.stats.correlation import OrdinalCorrelation, polychoric
from kadsurvey.stats.posterior_scores import posterior_scores

Array = NDArray[np.float64]
Result = TypeVar("Result")

HERE = Path(__file__).resolve().parent
ANSWERS = HERE.parent / "tests" / "reference" / "bfi.csv"
MODEL = {factor: [f"{factor}{number}" for number in range(1, 6)] for factor in "ACENO"}

SIZES = ((2_000, 10), (2_000, 20), (2_000, 40), (2_000, 80), (20_000, 40), (200_000, 40), (1_000_000, 40))
LARGE = (200_000, 40)
"""The size at which counting is held against a matrix product."""

STEPS = ("polychoric", "acov", "fit", "scores")
THRESHOLDS = np.array([-1.2, -0.4, 0.4, 1.2])
LOADING, FACTOR_CORRELATION, SEED = 0.7, 0.3, 1
ROWS_PER_BLOCK = 8192
REPETITIONS, PATIENCE = 5, 10.0
"""A step is repeated so often, but not begun again once its repetitions took these seconds."""

HEAD = """\
Seconds are medians of 5 repetitions, fewer where these take more than 10 s together; for R of 3 (EBM: 1), without its
start and loading packages. On bfi kadsurvey's are the median of three such rounds, before and after R. The machine was
shared, so absolute seconds depend on what else it did; both sides of a ratio come from this one run."""
GROWTH_HEAD = """\
Simulated answers in 5 categories, one factor per 10 items (loadings .7, factor correlations .3). *polychoric* makes the
tables and correlations only; *acov* is polychoric with their asymptotic covariance, timed whole; *fit* is WLSMV from
there on, which rows do not touch, so `cfa` takes *acov* and *fit* together; *scores* are EBM."""
EXPONENT_HEAD = """\
Exponents b of time ~ size^b between neighbouring sizes; at 1 twice the rows take twice the time. A covariance of
items^2 / 2 correlations has items^4 / 4 cells, and products of such matrices take work of the order items^6."""
MEMORY_HEAD = """\
Peak memory of a fresh process in MB (10^6 bytes) after each step, in this order; a peak never falls. *data* is rows x
items x 8 bytes; *start* is the interpreter, the libraries and the data."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds of each step at one size, and the peak memory in bytes before the first and after each step."""

    rows: int
    items: int
    start: int
    seconds: dict[str, float]
    peak: dict[str, int]


@dataclass(frozen=True, slots=True)
class Ours:
    """Seconds and results of kadsurvey on the same data as R."""

    seconds: dict[str, float]
    correlation: OrdinalCorrelation
    fitted: Cfa
    scores: Scores


@dataclass(frozen=True, slots=True)
class Ratio:
    """A time beside the one it is held against: how often faster, or ``longer``: how many times as long."""

    what: str
    seconds: float
    against: str
    other: float | None
    aim: float | None = None
    longer: bool = False

    def row(self) -> list[str]:
        """Return the cells of the table; those that need R stay empty without it."""
        aim = "" if self.aim is None else f"at most {self.aim:.0f} times" if self.longer else f"{self.aim:.0f} x faster"
        cells = [self.what, f"{self.seconds:.4f}", self.against]
        if self.other is None:
            return [*cells, "", "", aim, ""]
        ratio = self.seconds / self.other if self.longer else self.other / self.seconds
        said = f"{ratio:.2f} times its time" if self.longer else f"{ratio:.0f} x faster"
        reached = self.aim is not None and (ratio <= self.aim if self.longer else ratio >= self.aim)
        return [*cells, f"{self.other:.4f}", said, aim, "" if self.aim is None else "yes" if reached else "no"]


def main() -> None:
    """Print the tables, or one size of the growth."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measurement")
    parser.add_argument("--one", nargs=2, type=int, metavar=("ROWS", "ITEMS"), help="measure one size, print JSON")
    asked = parser.parse_args()
    print(json.dumps(asdict(measured(*asked.one))) if asked.one else report())


def report() -> str:
    """Measure everything and return it as Markdown."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    # Sizes go first: a new process inherits the peak memory of the one that started it, which is still small here.
    growth = [_in_fresh_process(rows, items) for rows, items in SIZES]
    compared, r_versions = beside_others()
    versions = {"Python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__} | r_versions
    parts = [
        "# Speed and memory of the ordinal statistics",
        f"Made by `python -m benchmarks.measurement` in {time.perf_counter() - began:.0f} s with "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f"; {os.cpu_count()} cores, load {load:.1f} at the start.",
        HEAD,
        *compared,
        f"## Growth\n\n{GROWTH_HEAD}",
        *growth_tables(growth),
        f"## Memory\n\n{MEMORY_HEAD}",
        memory_table(growth),
    ]
    return "\n\n".join(parts)


def beside_others() -> tuple[list[str], dict[str, str]]:
    """Return kadsurvey beside R and the matrix product as Markdown, and R's versions."""
    frame = pd.read_csv(ANSWERS).iloc[:, 1:26].dropna()
    # Rounds before, between and after, so that a burst of other work falls into one of them only.
    rounds = [on_bfi(frame)]
    product = beside_product(*LARGE)
    rounds.append(on_bfi(frame))
    theirs = from_r()
    rounds.append(on_bfi(frame))
    each = {name: [one.seconds[name] for one in rounds] for name in rounds[0].seconds}
    ours = replace(rounds[0], seconds={name: _median(seconds) for name, seconds in each.items()})
    spread = "; ".join(f"{name} {', '.join(f'{value:.4f}' for value in seconds)}" for name, seconds in each.items())
    parts = [
        "## Beside R and a matrix product",
        f"bfi: {len(frame):,} complete rows of {frame.shape[1]} items with 6 categories. "
        f"kadsurvey's rounds: {spread} s.",
    ]
    if isinstance(theirs, str):
        return [*parts, theirs, ratio_table(ours, {}, product)], {}
    caption = "Largest absolute differences between the results of this run, signs of factors aligned:"
    table = ratio_table(ours, theirs["seconds"], product)
    return [*parts, table, caption, difference_table(ours, theirs)], theirs["versions"]


def timed(function: Callable[[], Result], repetitions: int = REPETITIONS) -> tuple[Result, float]:
    """Return the last result and the median seconds."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < repetitions and sum(seconds) < PATIENCE):
        began = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - began)
    return result, _median(seconds)


def simulated(rows: int, items: int) -> Array:
    """Draw answers of a factor model, in blocks so that drawing takes no memory beside the answers."""
    rng, n_factors = np.random.default_rng(SEED), max(1, items // 10)
    answers = np.empty((rows, items))
    for start in range(0, rows, ROWS_PER_BLOCK):
        block = answers[start : start + ROWS_PER_BLOCK]
        common = FACTOR_CORRELATION**0.5 * rng.standard_normal((len(block), 1))
        factors = common + (1 - FACTOR_CORRELATION) ** 0.5 * rng.standard_normal((len(block), n_factors))
        latent = LOADING * factors[:, _pattern(items)]
        latent += (1 - LOADING**2) ** 0.5 * rng.standard_normal(block.shape)
        block[:] = 1 + np.searchsorted(THRESHOLDS, latent)
    return answers


def measured(rows: int, items: int) -> Growth:
    """Time each step at one size and read the peak memory after it."""
    data = simulated(rows, items)
    start, seconds, peak = _peak(), {}, {}
    _, seconds["polychoric"] = timed(lambda: polychoric(data))
    peak["polychoric"] = _peak()
    found, seconds["acov"] = timed(lambda: polychoric(data, acov=True))
    peak["acov"] = _peak()
    model, seconds["fit"] = timed(lambda: fit_correlations(found, _pattern(items)))
    peak["fit"] = _peak()
    parts = {"categories": found.categories, "thresholds": found.thresholds}
    _, seconds["scores"] = timed(lambda: posterior_scores(data, **parts, loadings=model.loadings, phi=model.phi))
    peak["scores"] = _peak()
    return Growth(rows, items, start, seconds, peak)


def on_bfi(frame: pd.DataFrame) -> Ours:
    """Time what R is timed at: correlations; correlations, their covariance and the fit; scores."""
    data, seconds = frame.to_numpy(float), {}
    correlation, seconds["polychoric"] = timed(lambda: polychoric(data))
    fitted, seconds["cfa"] = timed(lambda: cfa(frame, MODEL))
    scores, seconds["scores"] = timed(lambda: factor_scores(fitted, frame))
    return Ours(seconds, correlation, fitted, scores)


def from_r() -> dict[str, Any] | str:
    """Return what R measured, or a line that says why it did not."""
    program = shutil.which("Rscript")
    if program is None:
        return "Rscript was not found: kadsurvey's times stand alone."
    ran = subprocess.run([program, str(HERE / "measurement.R"), str(ANSWERS)], capture_output=True, text=True)
    if ran.returncode:
        return f"R failed ({' '.join(ran.stderr.split())[-200:]}): kadsurvey's times stand alone."
    found: dict[str, Any] = json.loads(ran.stdout)
    if "missing" in found:
        return f"R lacks {', '.join(found['missing'])}: kadsurvey's times stand alone."
    return found


def beside_product(rows: int, items: int) -> dict[str, float]:
    """Time polychoric, the one-hot product with making its indicators, and the product alone, in turn."""
    data = simulated(rows, items)
    blocks = list(indicators(data))
    functions = {
        "polychoric": lambda: polychoric(data).matrix,
        "product": lambda: product_of(indicators(data)),
        "product alone": lambda: product_of(blocks),
    }
    turns = [{name: timed(function, 1)[1] for name, function in functions.items()} for _ in range(REPETITIONS)]
    return {name: _median(turn[name] for turn in turns) for name in functions}


def indicators(data: Array) -> Iterator[NDArray[np.float32]]:
    """Yield blocks of rows as indicators of all categories, shape (rows, items x categories)."""
    codes = np.arange(1.0, len(THRESHOLDS) + 2)
    for start in range(0, len(data), ROWS_PER_BLOCK):
        block = data[start : start + ROWS_PER_BLOCK]
        chosen = np.equal(block[:, :, None], codes, out=np.empty((*block.shape, len(codes)), dtype=np.float32))
        yield chosen.reshape(len(block), -1)


def product_of(blocks: Iterable[NDArray[np.float32]]) -> Array:
    """Sum the products of the blocks' columns."""
    total = np.zeros((LARGE[1] * (len(THRESHOLDS) + 1),) * 2)
    for block in blocks:
        total += block.T @ block
    return total


def growth_tables(growth: list[Growth]) -> list[str]:
    """Return seconds and exponents, by rows and by items."""
    by_rows = sorted((size for size in growth if size.items == 40), key=lambda size: size.rows)
    by_items = sorted((size for size in growth if size.rows == 2_000), key=lambda size: size.items)
    exponents = []
    for kind, sizes in (("rows", by_rows), ("items", by_items)):
        for small, large in pairwise(sizes):
            first, second = getattr(small, kind), getattr(large, kind)
            change = [np.log(large.seconds[s] / small.seconds[s]) / np.log(second / first) for s in STEPS]
            exponents.append([f"{first:,} to {second:,} {kind}", *(f"{value:.1f}" for value in change)])
    seconds = [
        [f"{size.rows:,}", str(size.items), *(f"{size.seconds[step]:.3f}" for step in STEPS)]
        for size in [*by_rows, *by_items]
    ]
    return [
        _table(["rows", "items", *(f"{step}, s" for step in STEPS)], seconds, "rrrrrr"),
        EXPONENT_HEAD,
        _table(["from, to", *STEPS], exponents, "lrrrr"),
    ]


def memory_table(growth: list[Growth]) -> str:
    """Return the peak memory of each size beside the memory of its data."""
    rows = [
        [f"{size.rows:,}", str(size.items), f"{size.rows * size.items * 8 / 1e6:,.1f}"]
        + [f"{bytes_ / 1e6:,.0f}" for bytes_ in (size.start, *(size.peak[step] for step in STEPS))]
        for size in growth
    ]
    return _table(["rows", "items", "data", "start", *STEPS], rows, "r" * 8)


def ratio_table(ours: Ours, r: dict[str, list[float]], product: dict[str, float]) -> str:
    """Return kadsurvey's seconds beside R's, which may lack, and beside the matrix product."""
    seconds, other = ours.seconds, {name: _median(values) for name, values in r.items()}
    fit, counted = "correlations, acov and WLSMV fit (bfi)", f"polychoric ({LARGE[0]:,} x {LARGE[1]})"
    made, bare = product["product"], product["product alone"]
    ratios = [
        Ratio("polychoric (bfi)", seconds["polychoric"], "psych polychoric(correct=0)", other.get("psych"), 70),
        Ratio("polychoric (bfi)", seconds["polychoric"], "lavaan lavCor(ordered=TRUE)", other.get("lavcor")),
        Ratio(fit, seconds["cfa"], 'lavaan cfa(estimator="WLSMV")', other.get("cfa"), 20),
        Ratio("factor scores (bfi)", seconds["scores"], 'lavaan lavPredict(method="EBM")', other.get("ebm"), 500),
        Ratio(counted, product["polychoric"], "one-hot product, indicators made", made, 2, longer=True),
        Ratio(counted, product["polychoric"], "the product alone", bare, longer=True),
    ]
    header = ["measured", "kadsurvey, s", "against", "its time, s", "ratio", "aim", "reached"]
    return _table(header, [ratio.row() for ratio in ratios], "lrlrrrl")


def difference_table(ours: Ours, r: dict[str, Any]) -> str:
    """Return the largest absolute differences of the results in this run."""
    lavaan = np.array(r["loadings"])
    sign = np.where(lavaan.sum(axis=0) < 0, -1.0, 1.0)  # kadsurvey's rule: a factor's loadings sum to a positive number
    pairs = {
        "polychoric, to psych": (ours.correlation.matrix, np.array(r["polychoric_psych"])),
        "polychoric, to lavCor": (ours.correlation.matrix, np.array(r["polychoric_lavaan"])),
        "WLSMV loadings, to lavaan": (ours.fitted.loadings.to_numpy(), lavaan * sign),
        "scaled chi-square, to lavaan": (np.array(ours.fitted.fit["chisq_scaled"]), np.array(r["chisq_scaled"])),
        "factor scores, to EBM": (ours.scores.scores.to_numpy(), np.array(r["scores"]) * sign),
    }
    rows = [
        [name, f"{np.abs(mine - theirs).max():.1e}", f"{np.abs(theirs).max():.3f}"]
        for name, (mine, theirs) in pairs.items()
    ]
    return _table(["result", "largest difference", "largest value"], rows, "lrr")


def _in_fresh_process(rows: int, items: int) -> Growth:
    command = [sys.executable, "-m", "benchmarks.measurement", "--one", str(rows), str(items)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parent)
    return Growth(**json.loads(ran.stdout))


def _pattern(items: int) -> NDArray[np.intp]:
    return np.arange(items) * max(1, items // 10) // items


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _table(header: list[str], rows: list[list[str]], sides: str) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])


if __name__ == "__main__":
    main()
