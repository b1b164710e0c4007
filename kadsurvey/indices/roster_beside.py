"""A relation of the roster beside the scale of the same name: do bodies whose members trust on paper trust by name?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kadsurvey.indices.network_measures import Relation
from kadsurvey.indices.roster import roster_networks
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.ties import Ties
from kadsurvey.results import Result
from kadsurvey.stats.graph import density
from kadsurvey.stats.permutation import permutation_test

LEAST_BODIES = 4
"""Fewest bodies of which a correlation is told: of three, two orders in six are perfect."""


@dataclass(frozen=True, slots=True)
class RosterBeside(Result):
    """A relation of the roster beside a construct of the survey, body by body.

    Attributes
    ----------
    bodies : DataFrame
        By body: ``mean_strength`` (0-4) and ``density`` of the relation, ``n`` and ``index`` of the construct (NaN
        where suppressed).
    relation, construct : str
    correlation, p_value : float
        Spearman's, of mean strength with the index over the bodies that have both, with its permutation p value; NaN
        below four bodies or where one of them does not vary.
    enumerated : bool
        True where all arrangements were computed.
    n_bodies : int
        Bodies that have both.
    """

    bodies: pd.DataFrame
    relation: str
    construct: str
    correlation: float
    p_value: float
    enumerated: bool
    n_bodies: int

    def to_frame(self) -> pd.DataFrame:
        """Return the bodies."""
        return self.bodies


def roster_beside(ties: Ties, indices: Indices, relation: str = "trust", *, seed: int) -> RosterBeside | None:
    """Set a relation beside the construct of its name.

    Parameters
    ----------
    ties : Ties
    indices : Indices
    relation : str
        Name of the relation, and of the construct.
    seed : int
        Of the permutation test.

    Returns
    -------
    RosterBeside or None
        None where the roster has no such relation, the survey no such construct, or they have no body in common.
    """
    own = indices.bodies[indices.bodies["construct"] == relation]
    measures = _measures(ties, relation)
    if measures.empty or own.empty:
        return None
    bodies = measures.join(own[["n", "index"]], how="inner")
    if bodies.empty:
        return None
    both = bodies.dropna(subset=["mean_strength", "index"])
    ranks = both[["mean_strength", "index"]].rank().to_numpy(np.float64)
    correlation, p_value, enumerated = float("nan"), float("nan"), False
    if len(both) >= LEAST_BODIES and (ranks.std(axis=0) > 0).all():
        correlation = float(stats.pearsonr(*ranks.T).statistic)
        design = np.column_stack([np.ones(len(ranks)), ranks[:, 0]])
        test = permutation_test(ranks[:, 1], design, 1, seed=seed)
        p_value, enumerated = test.p_value, test.enumerated
    return RosterBeside(bodies, relation, relation, correlation, p_value, enumerated, len(both))


def _measures(ties: Ties, relation: str) -> pd.DataFrame:
    """Return the mean strength and the density of a relation by body, of the cells that were answered."""
    rows = {}
    for network in roster_networks(ties, None, "body"):
        if relation in network.strengths:
            drawn = Relation.of(network.strengths[relation], cut=1, symmetrise="either")
            answered = drawn.strengths[drawn.observed]
            mean = float(answered.mean()) if len(answered) else np.nan
            rows[network.name] = {"mean_strength": mean, "density": density(drawn.arcs, drawn.observed).estimate}
    return pd.DataFrame(rows).T.rename_axis("body")
