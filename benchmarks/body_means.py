"""Do the intervals of bodies' indices hold the truth? ``python -m benchmarks.body_means [--studies N]`` prints it.

Respondents answer five-point items; a body's true index follows from its members' latent means in closed form.
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import stats

from kadsurvey import __version__
from kadsurvey.indices.body_index import CONFIDENCE, Members, body_index
from kadsurvey.indices.standing import standing

SEED = 2026
STUDIES = 2000
RESPONDENTS = (4, 40)
"""Fewest and most of a body."""
MEMBERS = (2, 6)
BODY, MEMBER, PERSON = 0.15, 0.10, 0.75
"""Variances of the latent trait."""
NGO = -0.3
"""How much lower NGO members are on it."""
LOADINGS = (0.8, 0.75, 0.7, 0.7, 0.65, 0.6)
THRESHOLDS = (-1.6, -0.7, 0.2, 1.1)
GROUPS = ("official", "ngo")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """A kind of study."""

    n_bodies: int
    members: Members
    mean: float = 0.0
    """Of the trait; high means press answers against the end of the scale."""


DESIGNS = (
    Design(4, "census"), Design(12, "census"), Design(24, "census"), Design(12, "census", mean=1.2),
    Design(4, "sample"), Design(12, "sample"), Design(24, "sample"),
)  # fmt: skip


def main(studies: int) -> None:
    """Print the table as Markdown."""
    began = time.process_time()
    seeds = np.random.SeedSequence(SEED).spawn(len(DESIGNS))
    rows = [
        row_of(design, pd.concat(one_study(design, rng) for _ in range(studies)), studies)
        for design, rng in zip(DESIGNS, map(np.random.default_rng, seeds), strict=True)
    ]
    print("# Intervals of the bodies' indices beside known bodies\n")
    print(introduction(studies))
    frame = pd.DataFrame(rows)
    print("| " + " | ".join(frame.columns) + " |")
    print("|" + " ---: |" * len(frame.columns))
    for row in frame.itertuples(index=False):
        print("| " + " | ".join(map(str, row)) + " |")
    print(f"\nIt took {(time.process_time() - began) / 60:.1f} minutes of one core.")


def introduction(studies: int) -> str:
    """Say what was drawn."""
    return (
        f"Made by `python -m benchmarks.body_means`, seed {SEED}, with kadsurvey {__version__}, "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}.\n\n"
        f"{studies:,} studies of each design. Bodies have {MEMBERS[0]} to {MEMBERS[1]} members and {RESPONDENTS[0]} to "
        f"{RESPONDENTS[1]} respondents, each an official or NGO member of a member drawn at random, who answer "
        f"{len(LOADINGS)} five-point items. Variances of the trait: bodies {BODY}, members {MEMBER}, respondents "
        f"{PERSON}. *Index*: members equal, one mix, 95% interval as `score` gives it; the aim is 93 to 97%. *Plain*: "
        f"Student's interval of the unadjusted mean, respondents taken as independent. *Rank*: the 95% interval of a "
        f"body's rank holds its true rank. In parentheses, the Monte Carlo standard error (studies are the unit). The "
        f"smallest cell shown is one respondent here, not five. *Few*: bodies of 4 to 9 respondents.\n"
    )


def one_study(design: Design, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row a body: what was found and what is true."""
    respondents, latent = drawn(design, rng)
    found = body_index(respondents, "trust_100", members=design.members)
    asked = respondents.groupby(["body", "group"])["member"].unique()
    bodies = found.bodies.join(standing(found.bodies["index"], found.bodies["std_error"]))
    bodies["truth"] = [true_index(latent[int(body)], asked[body], found.mix, design) for body in bodies.index]
    plain = respondents.groupby("body")["trust_100"]
    reach = plain.sem() * stats.t.ppf((1 + CONFIDENCE) / 2, plain.size() - 1)
    known = bodies["index"].notna()
    bodies = bodies.assign(n=plain.size(), plain_low=plain.mean() - reach, plain_high=plain.mean() + reach)[known]
    study = rng.bit_generator.random_raw()
    return bodies.assign(true_rank=bodies["truth"].rank(ascending=False), given=known.mean(), study=study)


def drawn(design: Design, rng: np.random.Generator) -> tuple[pd.DataFrame, list[Array]]:
    """Return respondents with their percent of the maximum, and each body's latent means, its own first."""
    parts, latent = [], []
    for body in range(design.n_bodies):
        n = int(rng.integers(RESPONDENTS[0], RESPONDENTS[1] + 1))
        n_members = int(rng.integers(MEMBERS[0], MEMBERS[1] + 1))
        mean = design.mean + np.sqrt(BODY) * rng.normal()
        of_member = mean + np.sqrt(MEMBER) * rng.normal(size=n_members)
        member, ngo = rng.integers(0, n_members, n), rng.integers(0, 2, n)
        trait = of_member[member] + NGO * ngo + np.sqrt(PERSON) * rng.normal(size=n)
        loadings = np.array(LOADINGS)
        responses = trait[:, None] * loadings + np.sqrt(1 - loadings**2) * rng.normal(size=(n, len(loadings)))
        codes = (responses[:, :, None] > np.array(THRESHOLDS)).sum(axis=2)
        percent = 100 * codes.mean(axis=1) / len(THRESHOLDS)
        parts.append(
            pd.DataFrame({"body": body, "member": member, "group": np.array(GROUPS)[ngo], "trust_100": percent})
        )
        latent.append(np.append(mean, of_member))
    return pd.concat(parts, ignore_index=True), latent


def expected_percent(trait_mean: Array, variance: float) -> Array:
    """Return the expected percent of the maximum of respondents whose trait is normal."""
    loadings = np.array(LOADINGS)
    spread = np.sqrt(loadings**2 * variance + 1 - loadings**2)
    reached = stats.norm.cdf((trait_mean[:, None, None] * loadings[:, None] - np.array(THRESHOLDS)) / spread[:, None])
    percent: Array = 100 * reached.mean(axis=(1, 2))
    return percent


def true_index(latent: Array, asked: pd.Series, mix: pd.Series[float], design: Design) -> float:
    """Return a body's true index: of the members that answered in each group, or of all that might have."""
    total = 0.0
    for group, share in mix.items():
        shift = NGO if group == "ngo" else 0.0
        if design.members == "census":
            members = asked.get(group, [])
            values = expected_percent(latent[1:][members] + shift, PERSON)
        else:
            values = expected_percent(latent[:1] + shift, PERSON + MEMBER)
        total += share * (float(values.mean()) if len(values) else np.nan)
    return total


def row_of(design: Design, found: pd.DataFrame, studies: int) -> dict[str, object]:
    """Return a row of the table."""
    few = found[found["n"] < 10]
    return {
        "bodies": design.n_bodies,
        "members are a": design.members,
        "mean trait": design.mean,
        "index %": _covered(found, "ci_low", "ci_high", "truth"),
        "few %": _covered(few, "ci_low", "ci_high", "truth"),
        "shrunken %": _covered(found, "shrunken_low", "shrunken_high", "truth"),
        "plain %": _covered(found, "plain_low", "plain_high", "truth"),
        "rank %": _covered(found, "rank_low", "rank_high", "true_rank"),
        "given %": f"{100 * found.groupby('study')['given'].first().sum() / studies:.1f}",
        "mean width": f"{(found['ci_high'] - found['ci_low']).mean():.1f}",
    }


def _covered(found: pd.DataFrame, low: str, high: str, truth: str) -> str:
    used = found.dropna(subset=[low, high, truth])
    held = (used[low] <= used[truth]) & (used[truth] <= used[high])
    by_study = held.groupby(used["study"]).mean()
    return f"{100 * held.mean():.1f} ({100 * by_study.sem():.1f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=STUDIES)
    main(parser.parse_args().studies)
