"""Who works with whom: the organisations of each body, and how strongly each says to be tied to each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kadsurvey.ingest.tie_assembly import NODE_COLUMNS, TIE_COLUMNS
from kadsurvey.ingest.tie_cells import RELATIONS
from kadsurvey.ingest.ties import Ties
from kadsurvey.simulation.names import ngo_names, office_names, province_names
from kadsurvey.simulation.sample_design import SampleDesign
from kadsurvey.simulation.truth import Truth
from kadsurvey.simulation.truth_parts import TiesTruth

_ROSTER_COLUMNS = [name for name in NODE_COLUMNS if name != "responded"]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every ordered pair of organisations of one body, sorted by sender, then receiver.

    Attributes
    ----------
    sender, receiver : ndarray of int, shape (n_pairs,)
        Positions in the roster.
    strengths : ndarray of int, shape (n_pairs, n_relations)
        0 to 4.
    """

    sender: NDArray[np.intp]
    receiver: NDArray[np.intp]
    strengths: NDArray[np.intp]


def draw_ties(truth: Truth, design: SampleDesign, means: pd.DataFrame, rng: np.random.Generator) -> Ties | None:
    """Draw the roster of every body, None where the truth has no ties.

    Parameters
    ----------
    means : DataFrame, index body
        Latent means of the sampled respondents.

    Returns
    -------
    Ties or None
        As reading the files of the roster would give them. Organisations, strengths and who answered have their own
        streams: more that did not answer leaves the ties of the others as they were.

    Notes
    -----
    A strength is a standard normal variable, cut where ``shares`` says. It is shifted by the body's means and by
    homophily, correlates by ``reciprocity`` with the strength in the other direction, and by ``overlap`` with the same
    organisation's in another relation.
    """
    ties = truth.ties
    if ties is None:
        return None
    for_roster, for_strengths, for_answers = rng.spawn(3)
    roster = _draw_roster(ties, design, for_roster)
    pairs = _draw_pairs(truth, ties, roster, means, for_strengths)
    responded = for_answers.random(len(roster)) >= ties.unanswered
    return _as_read(ties, roster.assign(responded=responded), pairs)


def relations_of(ties: TiesTruth) -> list[str]:
    """Return the relations in the order in which a file's columns are read."""
    return [name for name in RELATIONS if name in ties.relations]


def _draw_roster(ties: TiesTruth, design: SampleDesign, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the organisations: of each body those of its members in turn, then those of its province."""
    n_members, names = len(design.members), design.bodies()
    n_officials = rng.integers(*ties.officials, size=n_members, endpoint=True).tolist()
    n_ngos = rng.integers(*ties.ngos, size=n_members, endpoint=True).tolist()
    of_body: list[list[tuple[str, ...]]] = [[] for _ in design.places]
    for member, n_official, n_ngo, body in zip(design.members, n_officials, n_ngos, design.body_of_member, strict=True):
        rows = of_body[body]
        rows += [(names[body], name, "official", member, "region") for name in office_names(member, n_official)]
        rows += [(names[body], name, "ngo", member, "region") for name in ngo_names(member, n_ngo)]
    for body, province in enumerate(province_names(len(of_body))):
        offices = office_names(province, ties.province)
        of_body[body] += [(names[body], name, "official", province, "province") for name in offices]
    return pd.DataFrame([row for rows in of_body for row in rows], columns=_ROSTER_COLUMNS)


def _draw_pairs(
    truth: Truth, ties: TiesTruth, roster: pd.DataFrame, means: pd.DataFrame, rng: np.random.Generator
) -> _Pairs:
    """Draw the strengths of all relations between all organisations of a body, also of those that will not answer."""
    body = means.index.get_indexer(pd.Index(roster["body"]))
    first, second = _unordered_pairs(np.bincount(body))
    relations = [ties.relations[name] for name in relations_of(ties)]
    slopes = np.column_stack([truth.slopes(relation) for relation in relations])
    level = means[list(truth.attitudes)].to_numpy() @ slopes
    is_ngo = roster["group"].eq("ngo").to_numpy()
    alike = ties.homophily * ((is_ngo[first] == is_ngo[second]) - 0.5)
    latent = _draw_noise(ties, (len(first), len(relations)), rng)
    latent += level[body[first]][:, None, :] + alike[:, None, None]
    cuts = [ndtri(np.cumsum(relation.shares)[:-1]) for relation in relations]
    strengths = np.stack([np.searchsorted(cut, latent[..., k]) for k, cut in enumerate(cuts)], axis=-1)
    sender, receiver = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((receiver, sender))
    return _Pairs(sender[order], receiver[order], np.concatenate([strengths[:, 0], strengths[:, 1]])[order])


def _unordered_pairs(sizes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of both ends of every pair within the bodies, each shape (n_pairs,)."""
    starts = np.cumsum(sizes) - sizes
    ends = [np.stack(np.triu_indices(size, 1)) + start for size, start in zip(sizes, starts, strict=True)]
    first, second = np.concatenate(ends, axis=1)
    return first, second


def _draw_noise(ties: TiesTruth, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw what the truth does not explain, shape (n_pairs, 2, n_relations): from each end of a pair."""
    n_pairs, n_relations = shape

    def mutual(n_columns: int) -> NDArray[np.float64]:
        shared = rng.standard_normal((n_pairs, 1, n_columns))
        apart = rng.standard_normal((n_pairs, 2, n_columns))
        return np.asarray(np.sqrt(ties.reciprocity) * shared + np.sqrt(1 - ties.reciprocity) * apart)

    common, own = mutual(1), mutual(n_relations)
    return np.asarray(np.sqrt(ties.overlap) * common + np.sqrt(1 - ties.overlap) * own)


def _as_read(ties: TiesTruth, nodes: pd.DataFrame, pairs: _Pairs) -> Ties:
    """Keep what those who answered name, a row a tie."""
    relations = np.array(relations_of(ties), dtype=object)
    answered = nodes["responded"].to_numpy()
    told = np.where(answered[pairs.sender][:, None], pairs.strengths, 0)
    pair, relation = np.nonzero(told)
    bodies, names = nodes["body"].to_numpy(dtype=object), nodes["organisation"].to_numpy(dtype=object)
    sender, receiver = pairs.sender[pair], pairs.receiver[pair]
    columns = (bodies[sender], relations[relation], names[sender], names[receiver], told[pair, relation].astype(float))
    return Ties(
        edges=pd.DataFrame(dict(zip(TIE_COLUMNS, columns, strict=True))),
        nodes=nodes,
        asked=tuple((body, name) for body in dict.fromkeys(bodies[answered]) for name in relations),
    )
