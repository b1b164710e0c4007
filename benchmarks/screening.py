"""How often is a flag right? ``python -m benchmarks.screening [STUDIES]`` prints the tables.

Each study is the sample study drawn anew, in which some respondents are replaced by careless ones of a known kind; then
`kadsurvey.screen` flags at its default thresholds. The second table screens respondents that R simulated
(tests/reference/careless_sim.csv), the third real ones of whom nobody knows (tests/reference/bfi.csv).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey import load_instrument, load_truth, read_responses, screen, simulate
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.quality.screens import SCREENS
from kadsurvey.quality.thresholds import Thresholds
from kadsurvey.simulation.responses import simulated_responses

Array: TypeAlias = NDArray[np.float64]
Careless: TypeAlias = Callable[[Array, Array, np.random.Generator], Array]

STUDIES = 100
OF_EACH_KIND = 8
SECONDS_AN_ITEM = 7.0
TESTS = Path(__file__).parents[1] / "tests"
REFERENCE = TESTS / "reference" / "careless_sim.csv"
INTRODUCTION = """\
Share of respondents that each screen flags at its default threshold: of the careless kinds its sensitivity, of
*attentive* one minus its specificity, which is how often it accuses somebody who answered as everybody does."""
KINDS_TEXT = """\
*straight*: one column throughout. *late*: attentive for half of the items, then one column. *random*: every column
equally likely. *zigzag*: two neighbouring columns in turn. *yes*: agrees or strongly agrees to everything. *middle*:
mostly the middle, sometimes beside it. *copy*: the answers of another respondent. *edited copy*: the same with three
items changed. *turned*: attentive, but takes the scale the other way round. *fast*: attentive answers in 1.5 seconds an
item; everybody else takes 7 on average (lognormal, SD of the log .4), the first five kinds half of that. Of a copy and
its original the later in the file is flagged, which is the original half of the time; the other half of the copies are
not missed but stand first."""
LONG_TEXT = """\
Each of 1,500 respondents and 72 items: 12 constructs of six items, one of each reversed, loading .9 on constructs that
correlate .3, item means between 2 and 4; the same careless kinds. The screens of consistency with oneself need so many
constructs and pairs, and so strong loadings, that no bundled questionnaire gives them."""
REFERENCE_TEXT = """\
288 respondents and 20 items on four scales, 12 respondents of each careless kind; one item of the first scale is worded
the other way round."""
BFI_TEXT = """\
2,800 volunteers of the SAPA project, 25 items on five scales. Nobody knows who of them was careless, so these are no
error rates; they show how much more often real answers are flagged than simulated ones."""


def straight(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """One column throughout."""
    return np.full_like(own, rng.integers(1, 6))


def late(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Attentive for half of the items, then one column."""
    half = len(own) // 2
    return np.concatenate([own[:half], np.full(len(own) - half, float(rng.integers(1, 6)))])


def random(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Every column equally likely."""
    return rng.integers(1, 6, len(own)).astype(float)


def zigzag(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Two neighbouring columns in turn."""
    return rng.integers(1, 5) + np.arange(len(own)) % 2.0


def yes(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Agrees to everything."""
    return rng.choice([4.0, 5.0], len(own))


def middle(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Mostly the middle, sometimes beside it."""
    return rng.choice([2.0, 3.0, 4.0], len(own), p=[0.2, 0.6, 0.2])


def copy(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """The answers of another respondent."""
    return other.copy()


def edited_copy(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """The answers of another respondent, three of them moved by one."""
    answers = other.copy()
    for place in rng.choice(np.flatnonzero(np.isfinite(answers)), 3, replace=False):
        answers[place] += 1 if answers[place] < 3 else -1
    return answers


def turned(own: Array, other: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """Takes the scale the other way round."""
    return 6 - own


KINDS: dict[str, Careless] = {
    "straight": straight,
    "late": late,
    "random": random,
    "zigzag": zigzag,
    "yes": yes,
    "middle": middle,
    "copy": copy,
    "edited copy": edited_copy,
    "turned": turned,
    "fast": lambda own, other, rng: own,  # noqa: ARG005
}
R_KINDS = ("attentive", "straight", "late_straight", "random", "alternate")
_HASTY = ("straight", "late", "random", "zigzag", "yes")


def main(studies: int) -> None:
    """Print the tables as Markdown."""
    truth = load_truth("sample")
    drawn = [one_study(simulated_responses(simulate(truth, seed=seed)), seed) for seed in range(1, studies + 1)]
    flagged = pd.concat(drawn)
    each = f"{len(flagged) / studies:,.0f} respondents and {len(truth.instrument.items)} items on average"
    print(f"# How often a flag is right\n\n{INTRODUCTION}")
    print(f"\n## {studies} sample studies\n\nEach of {each}, {OF_EACH_KIND} of each careless kind.\n{KINDS_TEXT}")
    print("\n" + markdown(flagged, ["attentive", *KINDS]) + "\n")
    print(f"Share of the studies in which a screen could judge nobody: {unjudged(flagged)}.\n")
    long = pd.concat([one_study(long_questionnaire(seed), seed) for seed in range(1, studies + 1)])
    print(f"## {studies} studies with a long questionnaire\n\n{LONG_TEXT}")
    print("\n" + markdown(long, ["attentive", *KINDS]) + "\n")
    print(f"Share of the studies in which a screen could judge nobody: {unjudged(long)}.\n")
    reference = careless_sim()
    print(f"## careless_sim.csv\n\n{REFERENCE_TEXT}")
    print("\n" + markdown(reference, ["attentive", *(kind for kind in R_KINDS if kind != "attentive")]) + "\n")
    print(f"Screens that could judge nobody: {unjudged(reference)}.\n")
    print(f"## bfi\n\n{BFI_TEXT}")
    print("\n" + markdown(volunteers(), ["volunteers"]) + "\n")
    print(f"Screens that could judge nobody: {unjudged(volunteers())}.\n")
    print("Made by `python -m benchmarks.screening`.")


def one_study(responses: Responses, seed: int) -> pd.DataFrame:
    """Replace some respondents by careless ones and screen: a row a respondent, its kind and every flag."""
    rng = np.random.default_rng(seed)
    n = len(responses.data)
    given = as_ticked(responses)
    kind = np.full(n, "attentive", dtype=object)
    rows = rng.permutation(n)
    others = iter(rows[::-1])
    for name, draw in KINDS.items():
        chosen, rows = rows[:OF_EACH_KIND], rows[OF_EACH_KIND:]
        for row in chosen:
            asked = np.isfinite(given[row])
            drawn = draw(given[row], given[next(others)], rng)
            # Who copies copies the gaps too; all others were asked what they were asked.
            given[row] = drawn if "copy" in name else np.where(asked, drawn, np.nan)
            kind[row] = name
    pace = SECONDS_AN_ITEM * rng.lognormal(0, 0.4, n)
    pace[np.isin(kind, _HASTY)] /= 2
    pace[kind == "fast"] = 1.5
    return flags_of(with_answers(responses, given, pace), kind)


def long_questionnaire(seed: int) -> Responses:
    """Draw attentive answers to a long questionnaire."""
    rng = np.random.default_rng(seed)
    n, n_constructs, n_items, loading = 1500, 12, 6, 0.9
    factors = np.sqrt(0.3) * rng.standard_normal((n, 1)) + np.sqrt(0.7) * rng.standard_normal((n, n_constructs))
    latent = loading * np.repeat(factors, n_items, axis=1)
    latent += np.sqrt(1 - loading**2) * rng.standard_normal(latent.shape)
    latent += rng.uniform(-1.2, 1.2, latent.shape[1])
    coded = 1 + sum((latent > cut).astype(float) for cut in (-1.4, -0.5, 0.5, 1.4))
    names = [f"c{construct}_{item}" for construct in range(n_constructs) for item in range(n_items)]
    constructs = {
        f"c{construct}": {
            "items": {f"c{construct}_{item}": {"scale": "five", "reverse": item == 5} for item in range(n_items)}
        }
        for construct in range(n_constructs)
    }
    return _without_files("long", pd.DataFrame(coded, columns=names).rename(index=str), constructs)


def as_ticked(responses: Responses) -> Array:
    """Undo the reversal, for people tick as the items are worded."""
    given = responses.items.to_numpy(dtype=float).copy()
    for place, (name, item) in enumerate(responses.instrument.items.items()):
        if item.reverse:
            scale = responses.instrument.scale_of(name)
            given[:, place] = scale.minimum + scale.maximum - given[:, place]
    return given


def with_answers(responses: Responses, given: Array, pace: Array) -> Responses:
    """Put answers as ticked, and the seconds they took, in the place of the responses' own."""
    instrument = responses.instrument
    coded = given.copy()
    for place, (name, item) in enumerate(instrument.items.items()):
        if item.reverse:
            scale = instrument.scale_of(name)
            coded[:, place] = scale.minimum + scale.maximum - coded[:, place]
    index = responses.data.index
    known = responses.dont_know & np.isnan(coded)
    ticked = np.isfinite(coded).sum(axis=1) + known.to_numpy().sum(axis=1)
    timed = instrument.model_dump()
    timed["fields"] = {**timed["fields"], "duration": {"role": "time", "type": "number"}}
    items = pd.DataFrame(coded, index=index, columns=list(instrument.items))
    return replace(
        responses,
        data=items.assign(duration=pace * ticked),
        raw=pd.DataFrame("", index=index, columns=list(instrument.items)),
        dont_know=known,
        instrument=Instrument.model_validate(timed),
    )


def flags_of(responses: Responses, kind: NDArray[np.object_]) -> pd.DataFrame:
    """Screen at the default thresholds; a screen that judges nobody has NaN for everybody."""
    found = screen(responses, thresholds=Thresholds())
    flags = found.flags.astype(float)
    flags[list(found.not_judged)] = np.nan
    return flags.assign(kind=kind)


def careless_sim() -> pd.DataFrame:
    """Screen the respondents that R simulated."""
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    items = header[1:-1]
    given = np.array([[float(cell) if cell not in ("", "NA") else np.nan for cell in row[1:-1]] for row in rows])
    constructs = {
        f"s{scale}": {
            "items": {
                name: {"scale": "five", "reverse": name == "s1_4"} for name in items if name.startswith(f"s{scale}_")
            }
        }
        for scale in range(1, 5)
    }
    index = pd.Index([row[0] for row in rows], name="respondent_id")
    frame = pd.DataFrame(given, index=index, columns=items).assign(s1_4=lambda own: 6 - own["s1_4"])
    responses = _without_files("careless_sim", frame, constructs)
    return flags_of(responses, np.array([row[-1] for row in rows], dtype=object))


def _without_files(name: str, coded: pd.DataFrame, constructs: dict[str, object]) -> Responses:
    """Return responses of five-point items as if they had been read."""
    scales = {"five": {"codes": (1, 2, 3, 4, 5)}}
    named = {"format": 1, "name": name, "version": "1", "scales": scales, "constructs": constructs}
    return Responses(
        data=coded,
        raw=pd.DataFrame("", index=coded.index, columns=coded.columns),
        dont_know=coded.isna() & False,
        source=pd.DataFrame({"file": name, "sheet": "", "row": np.arange(2, len(coded) + 2)}, index=coded.index),
        log=(),
        findings=(),
        instrument=Instrument.model_validate(named),
    )


def volunteers() -> pd.DataFrame:
    """Screen the bfi answers."""
    responses = read_responses(TESTS / "reference" / "bfi.csv", load_instrument(TESTS / "measurement" / "bfi.yaml"))
    return flags_of(responses, np.full(len(responses.data), "volunteers", dtype=object))


def markdown(flagged: pd.DataFrame, kinds: list[str]) -> str:
    """Write the share flagged as a Markdown table, a row a screen that judged anybody."""
    judged = [name for name in SCREENS if flagged[name].notna().any() and name not in ("no_answers", "out_of_range")]
    shares = flagged.groupby("kind")[judged].mean()
    any_flag = flagged[judged].max(axis=1).groupby(flagged["kind"]).mean()
    lines = [["screen", *kinds], ["---", *(["---:"] * len(kinds))]]
    lines += [[name, *(f"{shares.loc[kind, name]:.3f}" for kind in kinds)] for name in judged]
    lines.append(["any of these", *(f"{any_flag[kind]:.3f}" for kind in kinds)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def unjudged(flagged: pd.DataFrame) -> str:
    """Say in what share of the studies a screen judged nobody."""
    shares = {name: float(flagged[name].isna().mean()) for name in SCREENS}
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share > 0) or "none"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES)
