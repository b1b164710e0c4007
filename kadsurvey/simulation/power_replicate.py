"""One simulated study of a design: drawn, scored and tested as the commands would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import KadsurveyError
from kadsurvey.indices.body_index import body_index
from kadsurvey.indices.pomp import pomp
from kadsurvey.instrument.model import Instrument
from kadsurvey.measurement.cfa import cfa
from kadsurvey.measurement.scores import factor_scores
from kadsurvey.outcomes.regress import regress
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.simulate import SimulatedStudy, simulate
from kadsurvey.simulation.truth import Truth
from kadsurvey.stats.agreement import anova_icc
from kadsurvey.stats.cluster import cluster_robust
from kadsurvey.stats.linear import fit_ols

Array: TypeAlias = NDArray[np.float64]
PowerMethod: TypeAlias = Literal["factor", "mean"]

LEVEL = 0.05
FELT_ICC = 0.2
"""Share of the variance between bodies in the answers by which tests that ignore bodies are judged."""

COLUMNS = (
    "estimate", "ci_low", "ci_high", "p_value", "p_null", "p_known", "p_known_null",
    "p_naive", "p_cr1_z", "p_cr2", "half_width", "icc1", "icc2",
)  # fmt: skip
"""What is kept of each study; NaN where it could not be had."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to be found, and from what truth.

    Attributes
    ----------
    truth : Truth
    on : tuple of str
        Attitudes whose indices are the predictors; the first has the effect, the others none.
    effect : float
        What one standard deviation between bodies of the first moves the outcome, in standard deviations of it.
    method : {"factor", "mean"}
        What the regression takes: factor scores, or percents of the maximum possible in standard deviations.
    seed : int
    """

    truth: Truth
    on: tuple[str, ...]
    effect: float
    method: PowerMethod
    seed: int


def replicate(plan: Plan, bodies: int, respondents: int, number: int) -> dict[str, float]:
    """Draw and test one study; the same numbers give the same study on any machine.

    Parameters
    ----------
    plan : Plan
    bodies, respondents : int
        Of the study; of each body.
    number : int
        Of the study among those of its design.

    Returns
    -------
    dict
        `COLUMNS`: of the slope with the effect its estimate, limits and p value as `regress` prints them for bodies,
        and its p value where the effect is zero; both p values if the body's true level were known (classical t);
        three p values of a body's level in answers of respondents that it does not move; of the first index the median
        half width of the bodies' intervals on 0-100, ICC(1) and ICC(2).
    """
    own = np.random.SeedSequence(plan.seed, spawn_key=(bodies, respondents, number))
    rng = np.random.default_rng(own.spawn(1)[0])
    study = simulate(_truth(plan, bodies, respondents), seed=int(own.generate_state(1, np.uint64)[0]))
    level = study.body_levels[plan.on[0]].to_numpy()
    level = level / np.sqrt(plan.truth.attitudes[plan.on[0]].variance.body)
    noise = rng.normal(size=(2, bodies))
    outcome, null = plan.effect * level + np.sqrt(1 - plan.effect**2) * noise[0], noise[1]
    found = dict.fromkeys(COLUMNS, float("nan"))
    found |= {"p_known": _classical(outcome, level), "p_known_null": _classical(null, level)}
    found |= _ignoring_bodies(study, level, rng)
    try:
        frame = _indices(plan, study)
    except KadsurveyError:
        return found
    of_bodies = pd.DataFrame({"outcome": outcome, "null": null}, study.bodies.index)
    frame = frame.join(of_bodies, on="body")
    return found | _regressed(frame, plan.on) | _precision(frame)


@lru_cache(maxsize=64)
def _truth(plan: Plan, bodies: int, respondents: int) -> Truth:
    """Return the plan's truth with a design of this size; its ties and gaps stay as they are."""
    return plan.truth.changed(design={"bodies": bodies, "per_body": respondents}, ties=None)


@lru_cache(maxsize=64)
def _asked(plan: Plan) -> Instrument:
    """Return the questionnaire with the constructs that `score` measures together with the predictors."""
    whole = plan.truth.instrument
    roles = {name: whole.constructs[name].role for name in plan.truth.attitudes}
    asked = [name for name, role in roles.items() if role == "predictor" or name in plan.on]
    return whole.model_copy(update={"constructs": {name: whole.constructs[name] for name in asked}})


def _indices(plan: Plan, study: SimulatedStudy) -> pd.DataFrame:
    """Return the respondents' scores on the predictors, the first one's percents, and where they belong."""
    responses = simulated_responses(study, _asked(plan))
    instrument, data = responses.instrument, responses.data
    percents = {name: pomp(data, instrument, name) for name in plan.on}
    if plan.method == "factor":
        fitted = cfa(data, {name: instrument.item_codes(name) for name in instrument.constructs})
        scores = factor_scores(fitted, data).scores[list(plan.on)]
    else:
        frame = pd.DataFrame(percents)
        scores = (frame - frame.mean()) / frame.std()
    return scores.assign(percent=percents[plan.on[0]], **data[["body", "member", "group"]])


def _regressed(frame: pd.DataFrame, on: tuple[str, ...]) -> dict[str, float]:
    try:
        rows = {
            outcome: regress(frame, outcome, on, cluster="body", diagnosed=False).table.set_index("term").T[on[0]]
            for outcome in ("outcome", "null")
        }
    except KadsurveyError:
        # fewer bodies than this model needs: it is refused, and the table says how often
        return {}
    own = rows["outcome"].astype(float)
    found = {name: float(own[name]) for name in ("estimate", "ci_low", "ci_high", "p_value")}
    return found | {"p_null": float(rows["null"].astype(float)["p_value"])}


def _precision(frame: pd.DataFrame) -> dict[str, float]:
    known = frame[frame["percent"].notna()]
    try:
        bodies = body_index(frame, "percent").bodies
        alike = anova_icc(known["percent"].to_numpy(), known["body"].to_numpy())
    except KadsurveyError:
        return {}
    half = (bodies["ci_high"] - bodies["ci_low"]) / 2
    return {"half_width": float(half.median()), "icc1": alike.icc1, "icc2": alike.icc2}


def _classical(y: Array, x: Array) -> float:
    """Return the p value of a slope by classical least squares."""
    return float(fit_ols(y, np.column_stack([np.ones(len(x)), x])).p_value[1])


def _ignoring_bodies(study: SimulatedStudy, level: Array, rng: np.random.Generator) -> dict[str, float]:
    """Return p values of a body's level in answers that it does not move, by tests that know bodies more or less."""
    body = study.bodies.index.get_indexer(pd.Index(study.responses["body"]))
    felt = np.sqrt(FELT_ICC) * rng.normal(size=len(level))[body] + np.sqrt(1 - FELT_ICC) * rng.normal(size=len(body))
    X = np.column_stack([np.ones(len(body)), level[body]])
    cr1 = cluster_robust(felt, X, body, kind="CR1")
    return {
        "p_naive": float(fit_ols(felt, X).p_value[1]),
        "p_cr1_z": float(2 * stats.norm.sf(abs(cr1.estimate[1] / cr1.std_error[1]))),
        "p_cr2": float(cluster_robust(felt, X, body, kind="CR2").p_value[1]),
    }
