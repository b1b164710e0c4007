"""Draw a synthetic study from a written truth: who answers, what they think and tick, how bodies fare, who is tied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kadsurvey.results import Result
from kadsurvey.simulation.answers import draw_answers
from kadsurvey.simulation.bodies import draw_bodies
from kadsurvey.simulation.sample_design import draw_design
from kadsurvey.simulation.scores import body_means, draw_scores
from kadsurvey.simulation.styles import draw_styles
from kadsurvey.simulation.ties import draw_ties

if TYPE_CHECKING:
    from kadsurvey.ingest.ties import Ties
    from kadsurvey.simulation.truth import Truth


@dataclass(frozen=True, slots=True)
class SimulatedStudy(Result):
    """A synthetic study with the truth behind it.

    Attributes
    ----------
    responses : DataFrame, index respondent_id
        One Int16 column an item: the code as the respondent ticked it, reversed items not turned round, *tidak tahu*
        as the instrument's code, blank as <NA>; then ``body``, ``member``, ``group``.
    bodies : DataFrame, index body
        Body data under the instrument's keys, the covariates of the truth, and ``cost_efficiency``.
    ties : Ties or None
        Who names whom, as reading its files would give it; None where the truth has none.
    truth : Truth
        What the study was drawn from.
    seed : int
        What it was drawn with.
    careless : Series, index respondent_id
        How each respondent answered: attentive, straight, random, alternating, late_straight.
    scores : DataFrame, index respondent_id
        True latent score of each construct; mean 0 and variance 1 over the population of all respondents.
    body_means : DataFrame, index body
        Means of ``scores`` over the sampled respondents, each respondent weighing the same.
    body_levels : DataFrame, index body
        Each attitude of the body itself, whoever is asked in it.
    """

    responses: pd.DataFrame
    bodies: pd.DataFrame
    ties: Ties | None
    truth: Truth
    seed: int
    careless: pd.Series[str]
    scores: pd.DataFrame
    body_means: pd.DataFrame
    body_levels: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the responses."""
        return self.responses


def simulate(truth: Truth, *, seed: int) -> SimulatedStudy:
    """Draw one study.

    Parameters
    ----------
    truth : Truth
        As read by ``load_truth``.
    seed : int
        Two studies of one truth and one seed are equal. Design, attitudes, answers, gaps, bodies, ties, moods and ways
        of answering have their own streams: changing the answers of a truth leaves who answers as it was.

    Returns
    -------
    SimulatedStudy

    Examples
    --------
    >>> from kadsurvey.simulation.truth import load_truth
    >>> study = simulate(load_truth("sample"), seed=1)
    >>> len(study.bodies)
    24
    """
    streams = np.random.default_rng(seed).spawn(8)
    for_design, for_scores, for_answers, for_gaps, for_bodies, for_ties, for_moods, for_styles = streams
    design = draw_design(truth.design, for_design)
    scores, levels = draw_scores(truth, design, for_scores, for_moods)
    styles = draw_styles(truth, len(design.member), for_styles)
    means = body_means(scores, design)
    return SimulatedStudy(
        responses=draw_answers(truth, design, scores, styles, for_answers, for_gaps),
        bodies=draw_bodies(truth, design, means, for_bodies),
        ties=draw_ties(truth, design, means, for_ties),
        truth=truth,
        seed=seed,
        careless=pd.Series(styles.kind, scores.index, name="careless", dtype="str"),
        scores=scores,
        body_means=means,
        body_levels=levels,
    )
