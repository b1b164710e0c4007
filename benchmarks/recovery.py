"""Do tests and slopes keep what they promise? ``python -m benchmarks.recovery [--studies N ...]`` prints the tables.

Studies are drawn from a known truth and taken through the package: tests of a slope that is zero, and naive and
corrected slopes on constructs measured by five-point items, between bodies and between respondents.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import stats

from kadsurvey import __version__, corrected_regression, regress, wild_bootstrap
from kadsurvey.errors import StatisticsError
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.stats.cluster import cluster_robust
from kadsurvey.stats.linear import fit_ols

SEED = 2026
STUDIES = (10_000, 5_000, 5_000)
"""Of a size, of slopes between bodies, of slopes between respondents."""
WORKERS = 2
CHUNK = 50
BODIES = (6, 12, 30)
PER_BODY = 30
ICC = 0.2
WILD_DRAWS = 999
CHECKED = 1
"""Studies of each chunk whose p values are compared with those that `regress` prints."""

LOADINGS = np.array([0.6, 0.65, 0.7, 0.75, 0.8])
THRESHOLDS = np.array([-1.5, -0.5, 0.5, 1.5])
CORRELATION = 0.5
SLOPES = (0.5, 0.25, 0.0)
BODY_R2 = 0.6
RESPONDENT_R2 = 0.4
NOISE_ICC = 0.1

Array = NDArray[np.float64]
SIZE_TESTS = {
    "naive": "respondents by OLS, t(n - k)",
    "cr1_z": "CR1, normal",
    "cr1_t": "CR1, t(G - 1)",
    "cr2": "CR2, Satterthwaite",
    "wild": "wild bootstrap",
    "body": "means of bodies, HC2 Bell-McCaffrey",
}
SIZE_AIMS = {"cr2": (2.5, 6.0), "wild": (3.5, 6.5)}
BIAS_AIMS = {("body", 12): 10.0, ("body", 30): 5.0, ("respondent", 20): 2.0}
"""Percent by which the median corrected slope may be off, by level and bodies."""
COVERAGE_AIM = (92.0, 99.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of study of which the slopes are known."""

    level: Literal["body", "respondent"]
    n_bodies: int
    per_body: int
    slopes: tuple[float, ...]


BODY_CELLS = (
    Cell("body", 6, PER_BODY, SLOPES[:1]),
    Cell("body", 12, PER_BODY, SLOPES[:1]),
    *(Cell("body", n, PER_BODY, SLOPES) for n in BODIES),
)
RESPONDENT_CELLS = (Cell("respondent", 20, 20, SLOPES),)


def main(studies: Sequence[int]) -> None:
    """Print the three tables as Markdown."""
    began = time.perf_counter()
    of_size, of_bodies, of_respondents = studies if len(studies) == 3 else list(studies) * 3
    seeds = iter(np.random.SeedSequence(SEED).spawn(len(BODIES) + len(BODY_CELLS) + len(RESPONDENT_CELLS)))
    print("# Recovery of a known truth\n")
    print(introduction(studies))
    with ProcessPoolExecutor(WORKERS) as pool:
        sizes = {n: run(pool, partial(size_chunk, n, WILD_DRAWS), next(seeds), of_size) for n in BODIES}
        show(SIZE_TEXT.format(difference=max(float(found["difference"].max()) for found in sizes.values())))
        show(markdown(size_table(sizes)))
        between = {cell: run(pool, partial(slope_chunk, cell), next(seeds), of_bodies) for cell in BODY_CELLS}
        show(BODY_TEXT, markdown(slope_table(between)))
        single = {cell: run(pool, partial(slope_chunk, cell), next(seeds), of_respondents) for cell in RESPONDENT_CELLS}
        show(RESPONDENT_TEXT, markdown(slope_table(single)))
    show(WITHHELD_TEXT, markdown(withheld_table(between | single)))
    show(f"It took {(time.perf_counter() - began) / 60:.1f} minutes on {WORKERS} processes.")


def show(*parts: str) -> None:
    """Print paragraphs at once: a long run is read while it goes on."""
    for part in parts:
        print("\n" + part.strip(), flush=True)


def run(
    pool: Executor, chunk: Callable[[int, np.random.SeedSequence], pd.DataFrame], seed: np.random.SeedSequence, n: int
) -> pd.DataFrame:
    """Draw n studies, a seed a chunk, so that the workers' number and order move no figure."""
    counts = [min(CHUNK, n - start) for start in range(0, n, CHUNK)]
    return pd.concat(pool.map(chunk, counts, seed.spawn(len(counts))), ignore_index=True)


def size_chunk(n_bodies: int, draws: int | None, n_studies: int, seed: np.random.SeedSequence) -> pd.DataFrame:
    """Return the p values of studies without an effect, a row a study; without ``draws`` the wild one is left out."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame([null_p_values(n_bodies, draws, rng, check=i < CHECKED) for i in range(n_studies)])


def null_p_values(n_bodies: int, draws: int | None, rng: np.random.Generator, *, check: bool) -> dict[str, float]:
    """Draw a study in which the body's regressor moves nothing, and test it in every way."""
    body = np.repeat(np.arange(n_bodies), PER_BODY)
    x = rng.normal(size=n_bodies)
    y = np.sqrt(ICC) * rng.normal(size=n_bodies)[body] + np.sqrt(1 - ICC) * rng.normal(size=len(body))
    X = np.column_stack([np.ones(len(body)), x[body]])
    means = np.bincount(body, y) / PER_BODY
    ols, cr1 = fit_ols(y, X), cluster_robust(y, X, body, kind="CR1")
    found = {
        "naive": 2 * stats.t.sf(abs(ols.statistic[1]), ols.df_residual),
        "cr1_z": 2 * stats.norm.sf(abs(cr1.statistic[1])),
        "cr1_t": 2 * stats.t.sf(abs(cr1.statistic[1]), n_bodies - 1),
        "cr2": cluster_robust(y, X, body, kind="CR2").p_value[1],
        "body": cluster_robust(means, np.column_stack([np.ones(n_bodies), x]), np.arange(n_bodies)).p_value[1],
    }
    data = pd.DataFrame({"y": y, "x": x[body], "body": body})
    if draws is not None:
        seed = int(rng.integers(2**31))
        found["wild"] = wild_bootstrap(data, "y", ["x"], "x", "body", draws=draws, seed=seed).p_value
    found["difference"] = difference_from_regress(data, found) if check else np.nan
    return {name: float(value) for name, value in found.items()}


def difference_from_regress(data: pd.DataFrame, found: dict[str, float]) -> float:
    """Return how far `regress`, too slow for every study, prints other p values than the functions it calls."""
    cr2 = regress(data, "y", ["x"], cluster="body", level="respondent", inference="cr2").table["p_value"][1]
    body = regress(data, "y", ["x"], cluster="body", level="body", inference="hc2").table["p_value"][1]
    return float(max(abs(cr2 - found["cr2"]), abs(body - found["body"])))


def slope_chunk(cell: Cell, n_studies: int, seed: np.random.SeedSequence) -> pd.DataFrame:
    """Return the naive and corrected slopes of studies, a row a slope."""
    rng = np.random.default_rng(seed)
    return pd.concat([one_study(cell, rng) for _ in range(n_studies)], ignore_index=True)


def one_study(cell: Cell, rng: np.random.Generator) -> pd.DataFrame:
    """Draw one study and regress its outcome on its constructs; a study that is refused counts as without slopes."""
    indices, bodies = drawn_study(cell, rng)
    names = list(indices.constructs)
    truth = pd.DataFrame({"term": names, "truth": cell.slopes})
    try:
        found = corrected_regression(indices, bodies, "outcome", names, level=cell.level)
    except StatisticsError as error:
        gone = dict.fromkeys(["estimate", "ci_low", "ci_high", "naive"], np.nan)
        return truth.assign(**gone, reason=error.code)
    columns = found.table[["estimate", "ci_low", "ci_high", "naive"]]
    return pd.concat([truth, columns], axis=1).assign(reason=found.reason or "")


def drawn_study(cell: Cell, rng: np.random.Generator) -> tuple[Indices, Bodies | None]:
    """Draw latent scores with variance 1 over all respondents, their items, and an outcome with the known slopes."""
    slopes = np.array(cell.slopes)
    k, n = len(slopes), cell.n_bodies * cell.per_body
    shared = np.full((k, k), CORRELATION) + (1 - CORRELATION) * np.eye(k)
    root = np.linalg.cholesky(shared)
    body = np.repeat(np.arange(cell.n_bodies), cell.per_body)
    means = np.sqrt(ICC) * rng.normal(size=(cell.n_bodies, k)) @ root.T
    latent = means[body] + np.sqrt(1 - ICC) * rng.normal(size=(n, k)) @ root.T
    explained = float(slopes @ shared @ slopes)
    labels = np.array([f"b{g:02d}" for g in range(cell.n_bodies)])
    respondents, bodies = pd.DataFrame({"body": labels[body]}), None
    if cell.level == "body":
        noise = np.sqrt(ICC * explained * (1 - BODY_R2) / BODY_R2) * rng.normal(size=cell.n_bodies)
        data = pd.DataFrame({"outcome": means @ slopes + noise}, index=pd.Index(labels, name="body"))
        bodies = Bodies(data=data, findings=(), log=())
    else:
        parts = np.sqrt([NOISE_ICC, 1 - NOISE_ICC])
        noise = parts[0] * rng.normal(size=cell.n_bodies)[body] + parts[1] * rng.normal(size=n)
        noise *= np.sqrt(explained * (1 - RESPONDENT_R2) / RESPONDENT_R2)
        respondents = respondents.assign(outcome=latent @ slopes + noise)
    return light_indices(respondents, [answers(column, rng) for column in latent.T]), bodies


def answers(latent: Array, rng: np.random.Generator) -> Array:
    """Return answers in five categories to the items of one construct."""
    error = rng.normal(size=(len(latent), len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    return np.asarray(np.digitize(latent[:, None] * LOADINGS + error, THRESHOLDS) + 1.0)


def light_indices(respondents: pd.DataFrame, blocks: Sequence[Array]) -> Indices:
    """Return indices with what a corrected regression reads of them: `score` would take longer than the regression."""
    items_of = {f"c{i}": tuple(f"c{i}_{j}" for j in range(len(LOADINGS))) for i in range(1, len(blocks) + 1)}
    codes = [code for block in items_of.values() for code in block]
    none = pd.DataFrame()
    return Indices(
        respondents=respondents,
        members=none,
        bodies=none,
        groups=none,
        model=None,
        method="mean",
        constructs=tuple(items_of),
        formative=frozenset(),
        min_cell=5,
        findings=(),
        items=pd.DataFrame(np.hstack(blocks), columns=codes, index=respondents.index),
        items_of=items_of,
    )


def size_table(sizes: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return the share of false positives at 5%, a row a number of bodies and test."""
    rows = []
    for n_bodies, found in sizes.items():
        for test, words in SIZE_TESTS.items():
            rejected = 100 * float((found[test] <= 0.05).mean())
            aim = SIZE_AIMS.get(test)
            rows.append(
                {
                    "bodies": n_bodies,
                    "test": words,
                    "false positives %": f"{rejected:.2f}",
                    "MC s.e.": f"{share_error(rejected, len(found)):.2f}",
                    "studies": len(found),
                    "aim": f"{aim[0]} to {aim[1]}" if aim else "none",
                    "reached": yes(aim[0] <= rejected <= aim[1]) if aim else "",
                }
            )
    return pd.DataFrame(rows)


def slope_table(cells: dict[Cell, pd.DataFrame]) -> pd.DataFrame:
    """Return bias and coverage, a row a slope."""
    rows = [
        slope_row(cell, term, own)
        for cell, found in cells.items()
        for term, own in found.groupby("term", sort=True)
        if own["estimate"].notna().any()
    ]
    return pd.DataFrame(rows)


def slope_row(cell: Cell, term: object, found: pd.DataFrame) -> dict[str, object]:
    """Summarise one slope over the studies in which it was given."""
    truth = float(found["truth"].iloc[0])
    unit = (truth or max(cell.slopes)) / 100
    given = found[found["estimate"].notna()]
    bounded = given[given["ci_low"].notna()]
    corrected, naive = (given["estimate"] - truth) / unit, (given["naive"] - truth) / unit
    held = 100 * float(((bounded["ci_low"] <= truth) & (truth <= bounded["ci_high"])).mean())
    middle = float(corrected.median())
    aim = BIAS_AIMS.get((cell.level, cell.n_bodies))
    missed = [] if aim is None or abs(middle) <= aim else ["bias"]
    missed += [] if COVERAGE_AIM[0] <= held <= COVERAGE_AIM[1] else ["coverage"]
    words = [] if aim is None else [f"median bias to {aim:.0f}"]
    return {
        "bodies": cell.n_bodies,
        "slopes": len(cell.slopes),
        "slope": term,
        "truth": f"{truth:.2f}",
        "naive bias, median %": f"{naive.median():.1f}",
        "mean %": f"{naive.mean():.1f}",
        "corrected bias, median % (MC s.e.)": f"{middle:.1f} ({median_error(corrected):.1f})",
        "mean % (MC s.e.)": f"{corrected.mean():.1f} ({corrected.std() / np.sqrt(len(corrected)):.1f})",
        "coverage % (MC s.e.)": f"{held:.1f} ({share_error(held, len(bounded)):.1f})",
        "given": len(given),
        "with interval": len(bounded),
        "studies": len(found),
        "aim %": ", ".join([*words, f"coverage {COVERAGE_AIM[0]:.0f} to {COVERAGE_AIM[1]:.0f}"]),
        "reached": f"no ({', '.join(missed)})" if missed else "yes",
    }


def withheld_table(cells: dict[Cell, pd.DataFrame]) -> pd.DataFrame:
    """Return how often slopes or intervals are not given and why, a row a cell and reason."""
    return pd.DataFrame([row for cell, found in cells.items() for row in withheld_rows(cell, found)])


def withheld_rows(cell: Cell, found: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Count the studies of one cell: the first slope of each tells the whole study's fate."""
    first = found[found["term"] == "c1"]
    why = first["reason"].where(first["reason"] != "", "given")
    why = why.mask((why == "given") & first["ci_low"].isna(), "slope given, interval not")
    refused = cell.n_bodies < 10 and len(cell.slopes) > 1
    for reason, count in why.value_counts().items():
        share = 100 * count / len(first)
        yield {
            "level": cell.level,
            "bodies": cell.n_bodies,
            "slopes": len(cell.slopes),
            "result": reason,
            "share %": f"{share:.2f}",
            "MC s.e.": f"{share_error(share, len(first)):.2f}",
            "studies": len(first),
            "aim": "never given" if refused else "none",
            "reached": yes(reason == "too_few_clusters") if refused else "",
        }


def share_error(percent: float, n: int) -> float:
    """Return the Monte Carlo standard error of a share, both in percent."""
    return float(np.sqrt(percent * (100 - percent) / n)) if n else float("nan")


def median_error(values: pd.Series) -> float:
    """Return that of a median, from the order statistics one standard error of its rank away: no tail moves it."""
    away = 0.5 / np.sqrt(len(values))
    low, high = np.quantile(values, [max(0.5 - away, 0.0), min(0.5 + away, 1.0)])
    return float(high - low) / 2


def yes(reached: bool) -> str:
    """Say whether."""
    return "yes" if reached else "no"


def markdown(table: pd.DataFrame) -> str:
    """Write a frame as a Markdown table."""
    rule = ["---" if table[name].dtype.kind not in "fi" else "---:" for name in table]
    lines = [list(table.columns), rule, *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def introduction(studies: Sequence[int]) -> str:
    """Say how the tables were made."""
    versions = {"kadsurvey": __version__, "Python": platform.python_version(), "numpy": np.__version__}
    versions |= {"scipy": scipy.__version__, "pandas": pd.__version__}
    given = "" if tuple(studies) == STUDIES else " --studies " + " ".join(map(str, studies))
    return (
        f"Made by `python -m benchmarks.recovery{given}`, seed {SEED}, with "
        f"{', '.join(f'{name} {version}' for name, version in versions.items())}.\n\n"
        "Studies are drawn from a known truth and taken through the package. *MC s.e.* is the Monte Carlo standard "
        "error of the figure beside it: what another seed would move it by. *Reached* judges the figure as it stands, "
        "without that margin. Aims were set before the run."
    )


SIZE_TEXT = f"""
## False positives at 5%

A regressor of the body that moves nothing, an outcome of respondents with an intraclass correlation of {ICC},
{PER_BODY} respondents a body, everything normal. All tests of one row see the same studies; the wild bootstrap takes
{WILD_DRAWS} draws (the default is 9,999; Webb's weights to 9 bodies, Rademacher's from 10). `regress` takes
twenty times as long as the functions it calls, so CR2 and the means of bodies are computed by these; in {CHECKED} of
every {CHUNK} studies `regress` was called as well, and its p values differ by {{difference:.0e}} at most."""

BODY_TEXT = f"""
## Slopes between bodies

Latent constructs with variance 1 over all respondents, intraclass correlation {ICC}, correlated {CORRELATION} at both
levels, {PER_BODY} respondents a body, each measured by five items of five categories (loadings .6 to .8, thresholds
±.5 and ±1.5). The body's outcome has the given slopes on its true latent means and R² = {BODY_R2}; *slopes* is how many
predictors there are. Bias is in percent of the true slope, of the largest one where the truth is zero; naive slopes are
those `corrected_regression` prints beside, per standard deviation of the factor. Bias and coverage are over the studies
in which a slope (an interval) is given: what is withheld is no random part of the studies. Coverage is of the
delete-one-body jackknife with t(bodies - 1)."""

WITHHELD_TEXT = """
## What is not given, and why

Below 10 bodies no slope on more than one predictor may be given. The aim is judged for every result that occurred."""

RESPONDENT_TEXT = f"""
## Slopes between respondents

The same constructs, 20 bodies of 20 respondents (n = 400); the respondent's outcome has the given slopes on the true
latent scores, R² = {RESPONDENT_R2}, and noise with an intraclass correlation of {NOISE_ICC}."""


def _arguments() -> Sequence[int]:
    parser = argparse.ArgumentParser(description="How tests and slopes recover a known truth.")
    parser.add_argument(
        "--studies", nargs="+", type=int, default=list(STUDIES), help="for all; or of sizes, bodies, respondents"
    )
    studies: list[int] = parser.parse_args().studies
    if len(studies) not in (1, 3):
        parser.error("one number or three")
    return studies


if __name__ == "__main__":
    main(_arguments())
