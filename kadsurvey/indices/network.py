"""Network indices of a roster: who works with whom, per body and per organisation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError
from kadsurvey.findings import Finding
from kadsurvey.indices.network_measures import Relation, Symmetrise, body_row, node_rows
from kadsurvey.indices.roster import ANY, Network, roster_networks
from kadsurvey.ingest.tie_cells import STRONGEST
from kadsurvey.ingest.ties import Ties
from kadsurvey.instrument.wording import fold
from kadsurvey.results import Result
from kadsurvey.stats.graph_qap import qap_correlation

PREFIX = "roster_"
"""Stands before the measures as variables of a body, so that a model can name them."""
_FEWEST = 3
_NAMED = 10
_NOT_A_NAME = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, eq=False)
class NetworkIndices(Result):
    """Network indices of bodies and organisations.

    Attributes
    ----------
    bodies : DataFrame, index body (or what ``by`` names) and relation
        ``n_nodes, n_responded, response_rate`` (0-1); ``n_ties``; ``density`` of the answered cells, with
        ``density_low, density_high``, its bounds whatever the unanswered ones hold; ``mean_strength`` (0-4, of all
        answered cells); ``reciprocity``, the share of ties returned among pairs who both answered; of these pairs
        ``confirmed`` (both name the other) and ``unconfirmed`` (one does), ``confirmed_share``, and ``unverified`` ties
        to those who did not answer; ``transitivity``; ``centralisation_in, centralisation_out`` among those who
        answered, ``centralisation_betweenness``; ``components, strong_components, largest_component`` (share of
        organisations), ``isolates``; ``ei_index, ei_expected, ei_p_value`` between groups, ``assortativity``; shares of
        ties ``bonding`` (within a member), ``bridging`` (between members), ``linking`` (between levels of government).
        NaN where a measure is not defined or nothing is known of groups, members or levels.
    nodes : DataFrame
        A row an organisation, body and relation: ``in_degree, out_degree, in_strength, out_strength`` (out: NaN for who
        did not answer), ``betweenness``, ``betweenness_share`` (of its largest value), ``closeness_in, closeness_out,
        harmonic_in, harmonic_out, eigenvector, clustering, constraint, effective_size``.
    overlap : DataFrame
        A row a body and pair of relations: first, second, correlation (QAP, of strengths among those who answered),
        p_value, enumerated.
    cut : int
        Weakest strength that counts as a tie.
    symmetrise : {"either", "both"}
        When a pair counts as tied in the measures without direction (transitivity, eigenvector, clustering).
    draws, seed : int
        Of the permutation tests.
    findings : tuple of Finding
    """

    bodies: pd.DataFrame
    nodes: pd.DataFrame
    overlap: pd.DataFrame
    cut: int
    symmetrise: Symmetrise
    draws: int
    seed: int
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the measures of the bodies."""
        return self.bodies

    def variables(self) -> pd.DataFrame:
        """Return a row a body: ``roster_density`` of all relations together, ``roster_density_trust`` of one."""
        unit = str(self.bodies.index.names[0])
        relations = self.bodies.index.get_level_values("relation").unique()
        parts = []
        for relation in relations:
            part = self.bodies.xs(relation, level="relation")
            of_all = relation == ANY or len(relations) == 1
            parts.append(part.add_prefix(PREFIX).add_suffix("" if of_all else f"_{_variable_name(relation)}"))
        return pd.concat(parts, axis=1).reindex(self.bodies.index.get_level_values(0).unique()).rename_axis(unit)


def network_indices(
    ties: Ties,
    nodes: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    cut: int = 1,
    symmetrise: Symmetrise = "either",
    draws: int = 1999,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> NetworkIndices:
    """Compute the network indices of each body and organisation, for each relation and for all together.

    Parameters
    ----------
    ties : Ties
    nodes : DataFrame, optional
        Organisations instead of those of ``ties``: organisation, and where known body, group, member, level,
        responded.
    by : {"body", "group", "member", "level", "all"}, optional
        What the organisations of one network have in common; None is ``"body"``, ``"all"`` takes all as one network.
    cut : int, default 1
        Weakest strength that counts as a tie, 1 to 4.
    symmetrise : {"either", "both"}, default "either"
        Whether a pair is tied, where direction does not count, if either names the other, or only if both do. Where one
        of the two did not answer, the word of the other stands.
    draws : int, default 1999
        Of the permutation tests; where all arrangements are no more, each is taken once.
    seed : int, default 1
    progress : callable, optional
        Given the number of networks and relations done, and of all.

    Raises
    ------
    ArgumentError
        If ``by`` or ``cut`` does not exist, ``nodes`` lacks an organisation that has ties, or there is no answer.

    Notes
    -----
    The rows of those who did not answer are empty in every measure whose text does not say otherwise, so betweenness
    and components then understate; the bounds of the density show how much is open.

    References
    ----------
    Freeman (1979), Social Networks 1(3), 215-239; Krackhardt & Stern (1988), Social Psychology Quarterly 51(2),
    123-140; Burt (1992), Structural Holes; Stork & Richards (1992), Group & Organization Management 17(2), 193-209
    (answers of one side); Szreter & Woolcock (2004), International Journal of Epidemiology 33(4), 650-667 (bonding,
    bridging, linking).
    """
    if not 1 <= cut <= STRONGEST:
        raise ArgumentError("indices.cut_out_of_range", cut=cut, strongest=STRONGEST)
    networks = roster_networks(ties, nodes, by)
    unit = "body" if by in (None, "all") else str(by)
    total = sum(len(network.strengths) for network in networks)
    if not total:
        raise ArgumentError("indices.no_relation")
    rows: list[dict[str, Any]] = []
    node_parts: list[pd.DataFrame] = []
    overlaps: list[dict[str, Any]] = []
    for network in networks:
        for name, strengths in network.strengths.items():
            relation = Relation.of(strengths, cut=cut, symmetrise=symmetrise)
            part = node_rows(relation, network.nodes)
            betweenness = part["betweenness"].to_numpy(dtype=float)
            row = body_row(relation, network.nodes, betweenness, draws=draws, seed=seed)
            rows.append({unit: network.name, "relation": name, **row})
            node_parts.append(_labelled(part, {unit: network.name, "relation": name}))
            if progress is not None:
                progress(len(rows), total)
        overlaps += [{unit: network.name, **row} for row in _overlaps(network, draws=draws, seed=seed)]
    columns = [unit, "first", "second", "correlation", "p_value", "enumerated"]
    return NetworkIndices(
        bodies=pd.DataFrame(rows).set_index([unit, "relation"]),
        nodes=pd.concat(node_parts, ignore_index=True),
        overlap=pd.DataFrame(overlaps, columns=columns),
        cut=cut,
        symmetrise=symmetrise,
        draws=draws,
        seed=seed,
        findings=tuple(_findings(networks)),
    )


def _overlaps(network: Network, *, draws: int, seed: int) -> list[dict[str, Any]]:
    """Correlate each pair of relations among those who answered."""
    responded = np.flatnonzero(network.nodes["responded"].to_numpy(dtype=bool))
    among = np.ix_(responded, responded)
    matrices = {name: np.nan_to_num(part[among]) for name, part in network.strengths.items() if name != ANY}
    rows = []
    for first, second in itertools.combinations(matrices, 2):
        test = qap_correlation(matrices[first], matrices[second], draws=draws, seed=seed)
        row = {"first": first, "second": second, "correlation": test.correlation, "p_value": test.p_value}
        rows.append({**row, "enumerated": test.enumerated})
    return rows


def _findings(networks: list[Network]) -> list[Finding]:
    findings = []
    for network in networks:
        nodes = network.nodes
        if not network.strengths:
            findings.append(Finding("indices.roster_not_asked", "warning", {"body": network.name}))
            continue
        if len(nodes) < _FEWEST:
            params: dict[str, object] = {"body": network.name, "count": len(nodes)}
            findings.append(Finding("indices.roster_small", "note", params))
        silent = nodes.loc[~nodes["responded"].astype(bool), "organisation"].tolist()
        if silent:
            params = {"body": network.name, "answered": len(nodes) - len(silent), "asked": len(nodes)}
            more = len(silent) - _NAMED
            params |= {"names": [*silent[:_NAMED], *(["..."] if more > 0 else [])]}
            findings.append(Finding("indices.roster_unanswered", "warning", params))
    everyone = pd.concat([network.nodes for network in networks])
    for column in ("group", "member", "level"):
        unknown = int(everyone[column].isna().sum())
        if unknown:
            code = {
                "group": "indices.roster_group_unknown",
                "member": "indices.roster_member_unknown",
                "level": "indices.roster_level_unknown",
            }[column]
            findings.append(Finding(code, "note", {"count": unknown, "asked": len(everyone)}))
    return findings


def _labelled(part: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """Put body and relation in front; a column of the same name, as of organisations by group, gives way."""
    kept = part[[name for name in part.columns if name not in labels]]
    for place, (name, value) in enumerate(labels.items()):
        kept.insert(place, name, value)
    return kept


def _variable_name(relation: str) -> str:
    return _NOT_A_NAME.sub("_", fold(relation)).strip("_")
