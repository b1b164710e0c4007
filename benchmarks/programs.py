"""How long do whole commands take? ``python -m benchmarks.programs`` prints the tables.

The start of the program beside that of a bare interpreter with click; the wild cluster bootstrap beside the package
wildboottest, where it is installed (``pip install wildboottest``; it is no dependency of the project); and
``kadsurvey score`` on surveys of growing size beside reading their file. Commands run in processes of their own, in
turn with what they are held against.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from kadsurvey import load_instrument
from kadsurvey.stats.wild import wild_cluster_test

PROGRAM = str(Path(sys.executable).with_name("kadsurvey"))
SEED = 1
STARTS = 15
WILD_REPETITIONS = 7
WILD = {"rows": 2_000, "columns": 6, "clusters": 20, "draws": 9_999}
ROWS = (10_000, 100_000, 1_000_000)
ITEMS = 15
HEAD = """\
Seconds are medians of runs in turn with what they are held against; the machine was shared, so only ratios count."""
SCORE_HEAD = f"""\
A parquet file of {ITEMS} items in 5 categories with group and body (200 bodies), no column a text but these two.
*reading* is pandas.read_parquet alone. Everything else is the command as a user runs it: reading, coding, screening,
the categorical model, scores, indices and tables, with score.xlsx, scores.csv and model.json written. *peak* is the
largest resident memory of the process."""
_MEASURED = """\
import resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def main() -> None:
    """Print the tables."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    parts = [_start(), _wild(), _score()]
    took = time.perf_counter() - began
    print("# Speed of whole commands\n")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}"
    print(f"Made by `python -m benchmarks.programs` in {took:.0f} s with {versions}; {os.cpu_count()} cores, ", end="")
    print(f"load {load:.1f} at the start.\n\n{HEAD}\n")
    print("\n\n".join(parts))


def _start() -> str:
    help_of = [PROGRAM, "--help"]
    bare = [sys.executable, "-c", "import click"]
    ours, theirs = _in_turn([lambda: _run(help_of), lambda: _run(bare)], STARTS)
    row = ["kadsurvey --help", ours, 'python -c "import click"', theirs, f"{ours / theirs:.2f} times", "2 times"]
    return "## Start and bootstrap\n\n" + _table(["measured", "s", "against", "s", "ratio", "aim"], [row])


def _wild() -> str:
    rng = np.random.default_rng(SEED)
    clusters = np.repeat(np.arange(WILD["clusters"]), WILD["rows"] // WILD["clusters"])
    shared = rng.normal(size=(WILD["clusters"], WILD["columns"]))[clusters]
    X = rng.normal(size=(WILD["rows"], WILD["columns"])) + shared
    X[:, 0] = 1.0
    y = 0.05 * X[:, 1] + shared[:, 0] + rng.normal(size=WILD["rows"])
    contrast = np.eye(WILD["columns"])[1]
    ours = wild_cluster_test(y, X, clusters, contrast, weights="rademacher", draws=WILD["draws"], seed=SEED)

    def run_ours() -> None:
        wild_cluster_test(y, X, clusters, contrast, weights="rademacher", draws=WILD["draws"], seed=SEED)

    size = f"{WILD['draws']:,} draws, {WILD['rows']:,} x {WILD['columns']}, {WILD['clusters']} clusters"
    header = ["measured", "s", "against", "s", "ratio", "aim"]
    try:
        import statsmodels.api as sm
        from wildboottest.wildboottest import wildboottest
    except ImportError:
        seconds = _in_turn([run_ours], WILD_REPETITIONS)[0]
        return _table(header, [[f"wild bootstrap, {size}", seconds, "wildboottest is not installed", "", "", "20 x"]])
    names = [f"x{place}" for place in range(WILD["columns"])]
    model = sm.OLS(pd.Series(y, name="y"), pd.DataFrame(X, columns=names))
    labels = pd.Series(clusters)

    def run_theirs() -> pd.DataFrame:
        return wildboottest(model, param="x1", cluster=labels, B=WILD["draws"], seed=SEED, show=False)

    theirs = run_theirs()  # the first call compiles
    mine, other = _in_turn([run_ours, run_theirs], WILD_REPETITIONS)
    against = f"wildboottest {version('wildboottest')}, compiled"
    row = [f"wild bootstrap with interval, {size}", mine, against, other, f"{other / mine:.0f} x faster", "20 x faster"]
    p_values = f"p = {ours.p_value:.4f} and {float(theirs['p-value'].iloc[0]):.4f} by draws of their own; "
    error = 1.96 * (2 * ours.p_value * (1 - ours.p_value) / WILD["draws"]) ** 0.5
    same = f"t = {ours.statistic:.6f} and {float(theirs['statistic'].iloc[0]):.6f}. Two sets of draws may differ by "
    return _table(header, [row]) + f"\n\n{p_values}{same}{error:.3f} in 95% of pairs."


def _score() -> str:
    try:
        arrow = version("pyarrow")
    except PackageNotFoundError:
        return "pyarrow is not installed: `score` from parquet was not measured."
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in ROWS:
            path = Path(folder) / f"{size}.parquet"
            _survey(size).to_parquet(path)
            out = Path(folder) / f"results-{size}"
            command = [PROGRAM, "score", str(path), "-i", "kad-short", "-o", str(out)]
            reading = _in_turn([lambda path=path: pd.read_parquet(path)], 3)[0]
            seconds, peak = _measured(command)
            rows.append([f"{size:,}", reading, seconds, f"{reading / seconds:.1%}", f"{peak / 1e6:,.0f}"])
    header = ["rows", "reading, s", "score, s", "reading's share", "peak, MB"]
    return f"## Score from parquet\n\n{SCORE_HEAD} pyarrow {arrow}.\n\n" + _table(header, rows)


def _survey(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(SEED)
    instrument = load_instrument("kad-short")
    codes = [code for name, part in instrument.constructs.items() if part.role != "marker" for code in part.items][
        :ITEMS
    ]
    of = pd.factorize(pd.Series([instrument.construct_of[code] for code in codes]))[0]
    body = rng.integers(0, 200, rows)
    factors = 0.5 * rng.normal(size=(rows, 1)) + 0.75 * rng.normal(size=(rows, of.max() + 1))
    factors += 0.45 * rng.normal(size=(200, 1))[body]
    latent = 0.7 * factors[:, of] + 0.7 * rng.normal(size=(rows, len(codes)))
    answers = 1 + np.searchsorted(np.array([-1.2, -0.4, 0.4, 1.2]), latent).astype(np.int8)
    for place, code in enumerate(codes):
        if instrument.items[code].reverse:
            answers[:, place] = 6 - answers[:, place]
    frame = pd.DataFrame(answers, columns=codes)
    names = np.array([f"KAD {place:03d}" for place in range(200)])
    return frame.assign(body=names[body], group=np.where(rng.random(rows) < 0.5, "official", "ngo"))


def _in_turn(functions: Sequence[Callable[[], object]], repetitions: int) -> list[float]:
    """Return the median seconds of each, called in turn."""
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(repetitions):
        for place, function in enumerate(functions):
            began = time.perf_counter()
            function()
            seconds[place].append(time.perf_counter() - began)
    return [median(values) for values in seconds]


def _run(command: Sequence[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)


def _measured(command: Sequence[str]) -> tuple[float, float]:
    """Return seconds and peak bytes of a command that has to end well, from a process that starts no other."""
    ran = subprocess.run([sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True, check=True)
    code, seconds, peak = ran.stdout.split()
    if int(code):
        raise SystemExit(f"kadsurvey score ended with {code}: {ran.stderr[-500:]}")
    return float(seconds), float(peak) * 1024


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [[f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    lines = [" | ".join(row) for row in [header, ["---"] * len(header), *cells]]
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    main()
