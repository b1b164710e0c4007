"""What respondents think: true latent scores, summed from body, member, respondent and group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.simulation.sample_design import SampleDesign
from kadsurvey.simulation.truth import Level, Truth
from kadsurvey.simulation.truth_parts import FeltOutcome


def draw_scores(
    truth: Truth, design: SampleDesign, rng: np.random.Generator, for_moods: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw every construct's latent score, attitudes first, then the felt outcomes that rest on them.

    Returns
    -------
    scores : DataFrame, index respondent_id, one column a construct
        Mean 0 and variance 1 over the population of all respondents.
    levels : DataFrame, index body, one column an attitude
        What a body is whoever is asked in it: mean 0, variance that between bodies.
    """
    bodies = _draw_level(truth, "body", len(design.places), rng)
    members = _draw_level(truth, "member", len(design.members), rng)
    attitudes = _draw_level(truth, "respondent", len(design.member), rng)
    mood = for_moods.standard_normal(len(design.member)) if truth.mood else np.empty(0)
    for k, (name, sd) in enumerate(zip(truth.attitudes, _own_sd(truth), strict=True)):
        if share := truth.mood.get(name, 0.0):
            attitudes[:, k] = np.sqrt(1 - share) * attitudes[:, k] + np.sqrt(share) * sd * mood
    attitudes += members[design.member]
    attitudes += bodies[design.body]
    group = design.is_ngo - truth.design.ngo_share
    attitudes += np.outer(group, [part.ngo_shift for part in truth.attitudes.values()])
    scores = {name: attitudes[:, k] for k, name in enumerate(truth.attitudes)}
    for name, part in truth.felt_outcomes.items():
        share = truth.mood.get(name, 0.0)
        own = _draw_own(part, (1 - share) * truth.residual_variance(name), design, rng)
        if share:
            own += np.sqrt(share * truth.residual_variance(name)) * mood
        scores[name] = attitudes @ truth.slopes(part) + group * part.ngo_shift + own
    levels = pd.DataFrame(bodies, design.bodies(), list(truth.attitudes))
    return pd.DataFrame(scores, index=design.respondents()), levels


def body_means(scores: pd.DataFrame, design: SampleDesign) -> pd.DataFrame:
    """Average the scores over the sampled respondents of each body, every respondent weighing the same."""
    means = scores.groupby(design.body).mean()
    return means.set_axis(design.bodies(), axis=0)


def _draw_level(truth: Truth, level: Level, n_units: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the attitudes' components of one level, shape (n_units, n_attitudes)."""
    root = np.linalg.cholesky(truth.correlation(level))
    sd = np.sqrt(np.diag(truth.covariance(level)))
    return rng.standard_normal((n_units, len(sd))) @ (root.T * sd)


def _own_sd(truth: Truth) -> NDArray[np.float64]:
    """Return the standard deviation of what is the respondent's own in each attitude."""
    sd: NDArray[np.float64] = np.sqrt(np.diag(truth.covariance("respondent")))
    return sd


def _draw_own(
    part: FeltOutcome, residual_variance: float, design: SampleDesign, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw what a felt outcome has beyond the attitudes, shape (n_respondents,)."""
    bodies = rng.normal(scale=np.sqrt(part.variance.body), size=len(design.places))
    members = rng.normal(scale=np.sqrt(part.variance.member), size=len(design.members))
    respondents = rng.normal(scale=np.sqrt(residual_variance), size=len(design.member))
    return bodies[design.body] + members[design.member] + respondents
