"""From ties to networks: for each body its organisations, and a matrix of strengths for each relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.ingest.tie_assembly import ALL, NODE_COLUMNS
from kadsurvey.ingest.ties import Ties

ANY = "any"
"""The relation of all relations together: the strongest of each pair."""
GROUPINGS = ("body", "group", "member", "level", ALL)
_KEY = ["body", "organisation"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The organisations of one body and their ties.

    Attributes
    ----------
    name : str
        The body, or whatever value the organisations have in common.
    nodes : DataFrame, n rows
        organisation, group, member, level, responded.
    strengths : mapping of relation to ndarray, shape (n, n)
        From row to column; NaN where the question was not answered, the diagonal 0.
    """

    name: str
    nodes: pd.DataFrame
    strengths: Mapping[str, NDArray[np.float64]]


def roster_networks(ties: Ties, nodes: pd.DataFrame | None, by: str | None) -> list[Network]:
    """Split ties into networks; of several relations also all together, as `ANY`.

    Parameters
    ----------
    ties : Ties
    nodes : DataFrame or None
        Organisations instead of those of ``ties``; see `kadsurvey.network_indices`.
    by : str or None
        One of `GROUPINGS`; None is ``"body"``.

    Raises
    ------
    ArgumentError
        If there is no such grouping, nothing is known of it, or an organisation with ties is not in ``nodes``.
    """
    grouping = by or "body"
    if grouping not in GROUPINGS:
        known = list(GROUPINGS)
        raise ArgumentError(
            "indices.no_such_grouping", by=grouping, known=known, nearest=nearest(grouping, known) or "-"
        )
    listed = ties.nodes if nodes is None else _given(nodes, ties)
    if grouping == ALL:
        listed = listed.assign(body=ALL)
    elif grouping != "body":
        listed = listed.assign(body=listed[grouping])
    listed = _once(listed.dropna(subset=["body"]))
    if listed.empty:
        raise ArgumentError("indices.nothing_to_group", by=grouping)
    return [
        _network(str(name), part.reset_index(drop=True), ties, own_body=grouping == "body")
        for name, part in listed.groupby("body", sort=False)
    ]


def _network(name: str, nodes: pd.DataFrame, ties: Ties, *, own_body: bool) -> Network:
    place = {organisation: at for at, organisation in enumerate(nodes["organisation"])}
    edges = ties.edges[ties.edges["body"].eq(name)] if own_body else ties.edges
    edges = edges[edges["sender"].isin(place) & edges["receiver"].isin(place)]
    asked = dict.fromkeys(relation for body, relation in ties.asked if body == name or not own_body)
    responded = nodes["responded"].to_numpy(dtype=bool)
    strengths = {}
    for relation in asked:
        part = edges[edges["relation"].eq(relation)]
        strengths[relation] = _matrix(part, place, responded)
    if len(strengths) > 1:
        strengths = {ANY: _together(list(strengths.values())), **strengths}
    return Network(name, nodes.drop(columns="body"), strengths)


def _matrix(edges: pd.DataFrame, place: Mapping[str, int], responded: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the strengths, zero for what a sender who answered did not name."""
    matrix = np.where(responded[:, None], 0.0, np.full((len(place), len(place)), np.nan))
    senders = edges["sender"].map(place).to_numpy(dtype=np.intp)
    receivers = edges["receiver"].map(place).to_numpy(dtype=np.intp)
    values = edges["strength"].to_numpy(dtype=float)
    missing = np.isnan(values)
    matrix[senders[missing], receivers[missing]] = np.nan
    # Where several bodies are one network, the strongest of a pair's ties counts.
    known = np.full(matrix.shape, -np.inf)
    np.maximum.at(known, (senders[~missing], receivers[~missing]), values[~missing])
    matrix = np.where(np.isfinite(known), known, matrix)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _together(matrices: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the strongest of each pair; unknown where no relation is known to be there and one is unknown."""
    strongest = np.zeros_like(matrices[0])
    unknown = np.zeros(strongest.shape, dtype=bool)
    for matrix in matrices:
        strongest = np.fmax(strongest, matrix)
        unknown |= np.isnan(matrix)
    return np.where(unknown & (strongest == 0), np.nan, strongest)


def _given(nodes: pd.DataFrame, ties: Ties) -> pd.DataFrame:
    """Return the organisations that a user gives in the form of those that were read."""
    frame = nodes.reset_index() if nodes.index.name == "organisation" else nodes
    if "organisation" not in frame:
        raise ArgumentError("indices.nodes_without_names", columns=list(map(str, frame.columns)))
    frame = frame.reindex(columns=[name for name in NODE_COLUMNS if name != "body" or name in frame])
    if "body" not in frame:
        frame = ties.nodes[_KEY].merge(frame, on="organisation", how="left")
    listed = pd.MultiIndex.from_frame(frame[_KEY])
    with_ties = pd.MultiIndex.from_arrays(
        [np.tile(ties.edges["body"], 2), np.concatenate([ties.edges["sender"], ties.edges["receiver"]])], names=_KEY
    )
    lacking = with_ties.difference(listed)
    if len(lacking):
        raise ArgumentError(
            "indices.nodes_lack", names=sorted(set(lacking.get_level_values(1)))[:5], count=len(lacking)
        )
    answered = ties.nodes.set_index(_KEY)["responded"].reindex(listed).eq(True).to_numpy()
    return frame.assign(responded=frame["responded"].eq(True).to_numpy() | answered)[list(NODE_COLUMNS)]


def _once(nodes: pd.DataFrame) -> pd.DataFrame:
    """Keep one row an organisation and network; it answered if it did in any."""
    answered = nodes.groupby(_KEY, sort=False)["responded"].transform("any")
    return nodes.assign(responded=answered).drop_duplicates(subset=_KEY)[list(NODE_COLUMNS)]
