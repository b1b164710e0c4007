"""A study drawn for a lesson, and read back as one that came from the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.ingest.bodies import Bodies, read_bodies
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.lessons.lesson import Estimate
from kadsurvey.measurement.cfa import Cfa
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.study_folder import simulated_files
from kadsurvey.simulation.truth import LEVELS, Truth, load_truth

Z95 = 1.959963984540054
"""97.5th percentile of the normal distribution: what the 95% limits of a large sample rest on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A study with its truth, and what reading its files gave.

    Attributes
    ----------
    study : SimulatedStudy
    responses : Responses
    bodies : Bodies
    """

    study: SimulatedStudy
    responses: Responses
    bodies: Bodies


def drawn(truth: Truth, *, seed: int, instrument: Instrument | None = None) -> Drawn:
    """Draw a study, write it as KoboToolbox exports it, and read that.

    Parameters
    ----------
    truth : Truth
    seed : int
    instrument : Instrument, optional
        What the answers are read with, instead of the truth's own.
    """
    study = simulate(truth, seed=seed)
    known = truth.instrument if instrument is None else instrument
    files = simulated_files(study, layout="kobo", lang="en")
    with TemporaryDirectory() as name:
        folder = Path(name)
        groups = {}
        for group, file in (("official", "officials.csv"), ("ngo", "ngos.csv")):
            if file in files:
                files[file](folder / file)
                groups[group] = folder / file
        files["bodies.xlsx"](folder / "bodies.xlsx")
        return Drawn(
            study, read_responses([], known, groups=groups), read_bodies(folder / "bodies.xlsx", truth.instrument)
        )


def sample_truth(**design: Any) -> Truth:
    """Return the truth of the sample study, without ties and in another size."""
    return load_truth("sample").changed(design=design, ties=None)


def with_construct(
    truth: Truth, name: str, *, items: Mapping[str, Mapping[str, object]] | None = None, **parts: object
) -> Truth:
    """Return the truth with some parts of one construct, and of its items, replaced."""
    place = "attitudes" if name in truth.attitudes else "felt_outcomes"
    known = truth.constructs[name].model_dump(mode="json")
    own = {code: {**entry, **(items or {}).get(code, {})} for code, entry in known["items"].items()}
    return truth.changed(**{place: {name: {**known, **parts, "items": own}}})


def loadings(truth: Truth, construct: str) -> NDArray[np.float64]:
    """Return the true loadings of a construct's items, in the questionnaire's order."""
    return np.array([item.loading for item in truth.constructs[construct].items.values()])


def items_of(truth: Truth, *constructs: str) -> list[str]:
    """Return the codes of the items of some constructs, in their order."""
    return [code for name in constructs for code in truth.instrument.constructs[name].items]


def true_correlation(truth: Truth, first: str, second: str) -> float:
    """Return the correlation of two attitudes over all respondents: at every level, and between the groups."""
    names = list(truth.attitudes)
    j, k = names.index(first), names.index(second)
    share = truth.design.ngo_share
    shifts = truth.attitudes[first].ngo_shift * truth.attitudes[second].ngo_shift
    return sum(float(truth.covariance(level)[j, k]) for level in LEVELS) + share * (1 - share) * shifts


def standardised(fitted: Cfa, lhs: str, op: str, rhs: str) -> Estimate:
    """Return a standardised estimate of a factor model with its limits.

    The model has factors and latent responses of variance 1, so that an estimate is standardised as it stands.
    """
    frame = fitted.estimates
    row = frame[(frame["lhs"] == lhs) & (frame["op"] == op) & (frame["rhs"] == rhs)].iloc[0]
    return around(float(row["std_all"]), float(row["std_error"]))


def around(value: float, std_error: float) -> Estimate:
    """Return an estimate with the 95% limits of a large sample."""
    return Estimate(value, value - Z95 * std_error, value + Z95 * std_error)


def of_row(row: Mapping[str, Any] | pd.Series) -> Estimate:
    """Return the estimate of a row of a table of terms."""
    return Estimate(float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]))
