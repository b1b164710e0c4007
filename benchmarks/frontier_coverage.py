"""Do corrected efficiency scores find the truth? ``python -m benchmarks.frontier_coverage [--studies N]`` prints it.

Units are drawn beside a known frontier, scored by data envelopment analysis and corrected by the bootstrap.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kadsurvey import __version__
from kadsurvey.errors import StatisticsError
from kadsurvey.stats.frontier import radial_scores
from kadsurvey.stats.frontier_bootstrap import bootstrap_frontier

SEED = 2026
STUDIES = 200
DRAWS = 1000
UNITS = (15, 30, 60)
FEW = 6
"""Units of the studies that show how many are called efficient."""
TIMED_UNITS, TIMED_DRAWS = (12, 30, 60), 2000

INPUTS = (1.0, 9.0)
RETURNS_TO_SCALE = {1: 0.5, 2: 0.6}
"""Sum of the exponents, by the number of inputs."""
SPREAD = 0.4
"""Of half-normal inefficiency; exponential has the same mean."""

Array = NDArray[np.float64]
Inefficiency = Literal["half-normal", "exponential"]


@dataclass(frozen=True, slots=True)
class Design:
    """A kind of study of which the frontier is known."""

    n_inputs: int
    n_outputs: int
    inefficiency: Inefficiency

    @property
    def words(self) -> str:
        """Name it in a table."""
        return f"{self.n_inputs} + {self.n_outputs}"


DESIGNS = (Design(1, 1, "half-normal"), Design(1, 1, "exponential"), Design(2, 1, "half-normal"))
FEW_DESIGNS = tuple(
    Design(inputs, outputs, kind)
    for inputs, outputs in ((1, 1), (2, 1), (1, 2), (2, 2))
    for kind in ("half-normal", "exponential")
)


def main(studies: int) -> None:
    """Print the tables as Markdown."""
    began = time.process_time()
    cells = [(design, n) for design in DESIGNS for n in UNITS]
    seeds = np.random.SeedSequence(SEED).spawn(len(cells) + len(FEW_DESIGNS))
    print("# Efficiency scores beside a known frontier\n")
    print(introduction(studies))
    found = {cell: coverage_studies(*cell, studies, seed) for cell, seed in zip(cells, seeds, strict=False)}
    show(COVERAGE_TEXT, markdown(pd.DataFrame([coverage_row(*cell, drawn) for cell, drawn in found.items()])))
    show(BIAS_TEXT, markdown(pd.DataFrame([bias_row(*cell, drawn) for cell, drawn in found.items()])))
    few = zip(FEW_DESIGNS, seeds[len(cells) :], strict=True)
    show(FEW_TEXT, markdown(pd.DataFrame([few_row(design, 5 * studies, seed) for design, seed in few])))
    show(SPEED_TEXT, markdown(pd.DataFrame(speed_rows())))
    show(f"It took {(time.process_time() - began) / 60:.1f} minutes of one core.")


def show(*parts: str) -> None:
    """Print paragraphs at once: a long run is read while it goes on."""
    for part in parts:
        print("\n" + part.strip(), flush=True)


def drawn_units(design: Design, n: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Draw inputs, outputs and the true scores of units beside a frontier with decreasing returns.

    Of two outputs a unit makes a mix on a quarter circle, so that what one gains the other loses.
    """
    inputs = rng.uniform(*INPUTS, (n, design.n_inputs))
    size = np.abs(SPREAD * rng.normal(size=n))
    if design.inefficiency == "exponential":
        size = rng.exponential(SPREAD * np.sqrt(2 / np.pi), n)
    truth = np.exp(-size)
    made = np.prod(truth[:, None] * inputs, axis=1) ** (RETURNS_TO_SCALE[design.n_inputs] / design.n_inputs)
    if design.n_outputs == 1:
        return inputs, made[:, None], truth
    angle = rng.uniform(0, np.pi / 2, n)
    return inputs, made[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), truth


def coverage_studies(design: Design, n: int, studies: int, seed: np.random.SeedSequence) -> pd.DataFrame:
    """Return scores, limits and the truth, a row a unit; a study that is refused has one row without numbers."""
    rng = np.random.default_rng(seed)
    return pd.concat([one_study(design, n, rng).assign(study=i) for i in range(studies)], ignore_index=True)


def one_study(design: Design, n: int, rng: np.random.Generator, *, draws: int = DRAWS) -> pd.DataFrame:
    """Draw one study and correct its scores."""
    inputs, outputs, truth = drawn_units(design, n, rng)
    seed = int(rng.integers(2**31))
    try:
        found = bootstrap_frontier(inputs, outputs, draws=draws, seed=seed)
    except StatisticsError as error:
        if error.code != "stats.too_few_inefficient":
            raise
        return pd.DataFrame({"truth": [np.nan]})
    return pd.DataFrame(
        {
            "truth": truth,
            "score": found.score,
            "corrected": found.corrected,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "helps": found.correction_helps,
        }
    )


def coverage_row(design: Design, n: int, drawn: pd.DataFrame) -> dict[str, object]:
    """Say how often the limits hold the truth."""
    given = drawn[drawn["truth"].notna()]
    below, above = given["truth"] < given["ci_low"], given["truth"] > given["ci_high"]
    return named(design, n) | {
        "coverage % (MC s.e.)": share(~(below | above), given),
        "truth below the limits % (MC s.e.)": share(below, given),
        "above % (MC s.e.)": share(above, given),
        "width": f"{(given['ci_high'] - given['ci_low']).mean():.3f}",
        "called efficient % (MC s.e.)": share(given["score"] == 1, given),
        "studies": drawn["study"].nunique(),
        "refused": int(drawn["truth"].isna().sum()),
    }


def bias_row(design: Design, n: int, drawn: pd.DataFrame) -> dict[str, object]:
    """Say how far scores are from the truth."""
    given = drawn[drawn["truth"].notna()]
    followed = given["corrected"].where(given["helps"], given["score"])
    kinds = {"plain": given["score"], "corrected": given["corrected"], "by the rule": followed}
    row = named(design, n) | {"truth, mean": f"{given['truth'].mean():.3f}"}
    for name, score in kinds.items():
        row[f"bias, {name} (MC s.e.)"] = "{:.3f} ({:.3f})".format(*study_mean(score - given["truth"], given))
    for name, score in kinds.items():
        row[f"RMSE, {name}"] = f"{np.sqrt(((score - given['truth']) ** 2).mean()):.3f}"
    return row | {"rule says correct % (MC s.e.)": share(given["helps"], given)}


def few_row(design: Design, studies: int, seed: np.random.SeedSequence) -> dict[str, object]:
    """Say how many of a few units score 1 under variable returns, although none is on the frontier."""
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(studies):
        inputs, outputs, _ = drawn_units(design, FEW, rng)
        shares.append(100 * float(np.mean(radial_scores(inputs, outputs) == 1)))
    error = np.std(shares, ddof=1) / np.sqrt(studies)
    return named(design, FEW) | {"called efficient % (MC s.e.)": f"{np.mean(shares):.1f} ({error:.1f})"}


def speed_rows() -> Iterator[dict[str, object]]:
    """Time the bootstrap of two inputs and one output."""
    for n in TIMED_UNITS:
        inputs, outputs, _ = drawn_units(DESIGNS[-1], n, np.random.default_rng(SEED))
        began = time.process_time()
        radial_scores(inputs, outputs)
        scored = time.process_time() - began
        began = time.process_time()
        bootstrap_frontier(inputs, outputs, draws=TIMED_DRAWS, seed=SEED)
        whole = time.process_time() - began
        yield {
            "units": n,
            f"seconds for {TIMED_DRAWS:,} draws": f"{whole:.2f}",
            "draws a second": f"{TIMED_DRAWS / (whole - scored):,.0f}",
            "draws a second if HiGHS solved each": f"{1 / scored:,.0f}",
        }


def named(design: Design, n: int) -> dict[str, object]:
    """Return the columns that name a row."""
    return {"inputs + outputs": design.words, "inefficiency": design.inefficiency, "units": n}


def share(held: pd.Series, given: pd.DataFrame) -> str:
    """Write a share of units in percent; its error counts the studies, whose units share a frontier."""
    return "{:.1f} ({:.1f})".format(*study_mean(100.0 * held, given))


def study_mean(values: pd.Series, given: pd.DataFrame) -> tuple[float, float]:
    """Return the mean over studies and its Monte Carlo standard error."""
    means = values.groupby(given["study"]).mean()
    return float(means.mean()), float(means.std() / np.sqrt(len(means)))


def markdown(table: pd.DataFrame) -> str:
    """Write a frame as a Markdown table."""
    rule = ["---" if table[name].dtype.kind not in "fi" else "---:" for name in table]
    lines = [list(table.columns), rule, *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def introduction(studies: int) -> str:
    """Say how the tables were made."""
    versions = {"kadsurvey": __version__, "Python": platform.python_version(), "numpy": np.__version__}
    versions |= {"scipy": scipy.__version__, "pandas": pd.__version__}
    given = "" if studies == STUDIES else f" --studies {studies}"
    return (
        f"Made by `python -m benchmarks.frontier_coverage{given}`, seed {SEED}, with "
        f"{', '.join(f'{name} {version}' for name, version in versions.items())}.\n\n"
        f"Inputs are uniform from {INPUTS[0]:.0f} to {INPUTS[1]:.0f}; on the frontier output is the product of the "
        f"inputs to the power of {RETURNS_TO_SCALE[1]} for one and {RETURNS_TO_SCALE[2] / 2} each for two. The true "
        "score is the share of its inputs with which a unit on the frontier makes the unit's output; its negative "
        f"logarithm is half-normal (standard deviation {SPREAD} before folding) or exponential with the same mean. "
        "There is no noise, as data envelopment analysis supposes. *MC s.e.* is the Monte Carlo standard error of the "
        "figure beside it. No aims were set: these tables are why the intervals are called approximate."
    )


COVERAGE_TEXT = f"""
## Do the 95% intervals hold the truth?

Variable returns, {DRAWS:,} draws (the default is 2,000). Shares are of all units, efficient ones too. A study in which
fewer than two units score below 1 is refused."""

BIAS_TEXT = """
## Bias and error of the scores

*Corrected* takes the correction for every unit, *by the rule* only where the squared bias is above three times the
variance."""

FEW_TEXT = f"""
## How many of {FEW} units are called efficient?

Plain scores under variable returns; no unit is truly on the frontier. Two outputs trade off on a quarter circle."""

SPEED_TEXT = """
## Speed

Two inputs and one output, variable returns, seconds of one core."""


def _arguments() -> int:
    parser = argparse.ArgumentParser(description="How corrected efficiency scores find a known truth.")
    parser.add_argument("--studies", type=int, default=STUDIES, help="of each size; five times as many of six units")
    studies: int = parser.parse_args().studies
    return studies


if __name__ == "__main__":
    main(_arguments())
