"""What one relation of one network says of the body, and of each organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.stats.graph import (
    betweenness_centralisation,
    components,
    degree_centralisation,
    density,
    dyads,
    local_clustering,
    transitivity,
)
from kadsurvey.stats.graph_ego import eigenvector_centrality, structural_holes
from kadsurvey.stats.graph_groups import assortativity, ei_index
from kadsurvey.stats.graph_paths import shortest_paths

Symmetrise: TypeAlias = Literal["either", "both"]
Matrix: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """One relation as a graph.

    Attributes
    ----------
    strengths : ndarray, shape (n, n)
        NaN where the question was not answered.
    arcs, observed, edges : ndarray of bool, shape (n, n)
        Ties at least as strong as the cut; cells that were answered; ties without direction.
    """

    strengths: Matrix
    arcs: Mask
    observed: Mask
    edges: Mask

    @classmethod
    def of(cls, strengths: Matrix, *, cut: int, symmetrise: Symmetrise) -> Relation:
        """Draw the ties at least as strong as ``cut``.

        Without direction a pair is tied where either names the other, or where both do; where only one of the two
        answered, its word stands under both rules.
        """
        observed = ~np.isnan(strengths)
        known = np.where(observed, strengths, 0.0)
        arcs = known >= cut
        np.fill_diagonal(observed, False)
        np.fill_diagonal(arcs, False)
        one_word = observed & ~observed.T & arcs
        edges = arcs | arcs.T if symmetrise == "either" else (arcs & arcs.T) | one_word | one_word.T
        return cls(strengths, arcs, observed, edges)


def body_row(
    relation: Relation, nodes: pd.DataFrame, betweenness: Matrix, *, draws: int, seed: int
) -> dict[str, float]:
    """Return the measures of the whole network; see `NetworkIndices` for their names."""
    arcs, observed = relation.arcs, relation.observed
    responded = nodes["responded"].to_numpy(dtype=bool)
    found, parts = density(arcs, observed), components(arcs)
    both = observed & observed.T
    pairs = dyads(arcs & both)
    among = arcs[np.ix_(responded, responded)]
    checked = pairs.mutual + pairs.asymmetric
    return {
        "n_nodes": len(arcs),
        "n_responded": int(responded.sum()),
        "response_rate": float(responded.mean()),
        "n_ties": found.n_arcs,
        "density": found.estimate,
        "density_low": found.low,
        "density_high": found.high,
        "mean_strength": _mean(relation.strengths[observed]),
        "reciprocity": pairs.reciprocity,
        "confirmed": pairs.mutual,
        "unconfirmed": pairs.asymmetric,
        "unverified": int((arcs & ~both).sum()),
        "confirmed_share": pairs.mutual / checked if checked else np.nan,
        "transitivity": transitivity(relation.edges),
        "centralisation_in": degree_centralisation(among.sum(axis=0)),
        "centralisation_out": degree_centralisation(among.sum(axis=1)),
        "centralisation_betweenness": betweenness_centralisation(betweenness),
        "components": parts.weak,
        "strong_components": parts.strong,
        "largest_component": parts.largest / len(arcs),
        "isolates": parts.isolates,
        **_between_groups(arcs, nodes["group"], draws=draws, seed=seed),
        **_reach(arcs, nodes),
    }


def node_rows(relation: Relation, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of each organisation; see `NetworkIndices` for their names."""
    arcs, observed = relation.arcs, relation.observed
    known = np.where(observed, relation.strengths, 0.0)
    responded = nodes["responded"].to_numpy(dtype=bool)
    paths, holes = shortest_paths(arcs), structural_holes(arcs)
    n = len(arcs)
    pairs = (n - 1) * (n - 2)
    return nodes.assign(
        in_degree=arcs.sum(axis=0),
        out_degree=np.where(responded, arcs.sum(axis=1), np.nan),
        in_strength=known.sum(axis=0),
        out_strength=np.where(responded, known.sum(axis=1), np.nan),
        betweenness=paths.betweenness,
        betweenness_share=paths.betweenness / pairs if pairs else np.nan,
        closeness_in=paths.closeness_in,
        closeness_out=paths.closeness_out,
        harmonic_in=paths.harmonic_in,
        harmonic_out=paths.harmonic_out,
        eigenvector=eigenvector_centrality(relation.edges),
        clustering=local_clustering(relation.edges),
        constraint=holes.constraint,
        effective_size=holes.effective_size,
    )


def _mean(values: Matrix) -> float:
    return float(values.mean()) if values.size else np.nan


def _between_groups(arcs: Mask, groups: pd.Series, *, draws: int, seed: int) -> dict[str, float]:
    """Return the E-I index and the assortativity among the organisations whose group is known."""
    known = groups.notna().to_numpy()
    labels = groups[known].astype(str).to_numpy()
    names = ("ei_index", "ei_expected", "ei_p_value", "assortativity")
    if len(set(labels.tolist())) < 2:
        return dict.fromkeys(names, np.nan)
    among = arcs[np.ix_(known, known)]
    index = ei_index(among, labels, draws=draws, seed=seed)
    values = (index.estimate, index.expected, index.p_value, assortativity(among, labels))
    return dict(zip(names, values, strict=True))


def _reach(arcs: Mask, nodes: pd.DataFrame) -> dict[str, float]:
    """Return the shares of ties that bond, bridge and link, of those of which it is known.

    A tie between levels of government links; else it bonds within a member and bridges between members.
    """
    senders, receivers = np.nonzero(arcs)
    level, member = nodes["level"].to_numpy(dtype=object), nodes["member"].to_numpy(dtype=object)
    has_level, has_member = ~pd.isna(level), ~pd.isna(member)
    if not has_member.any():
        return dict.fromkeys(("bonding", "bridging", "linking"), np.nan)
    links = has_level[senders] & has_level[receivers] & (level[senders] != level[receivers])
    of_members = ~links & has_member[senders] & has_member[receivers]
    same = member[senders] == member[receivers]
    total = int(links.sum() + of_members.sum())
    counts = {"bonding": of_members & same, "bridging": of_members & ~same, "linking": links}
    shares = {name: float(mask.sum() / total) if total else np.nan for name, mask in counts.items()}
    return shares if has_level.any() else {**shares, "linking": np.nan}
