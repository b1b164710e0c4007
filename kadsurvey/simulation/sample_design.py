"""Who is asked: bodies, their members, and the respondents of each member."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.simulation.names import body_name, member_names, place_names
from kadsurvey.simulation.truth_parts import Design


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """The respondents and where they belong.

    Attributes
    ----------
    places : list of str, length n_bodies
        Place name behind each body's name.
    members : ndarray of str, shape (n_members,)
        Names of the member regions.
    body_of_member : ndarray of int, shape (n_members,)
        Position of each member's body.
    member : ndarray of int, shape (n_respondents,)
        Position of each respondent's member.
    is_ngo : ndarray of bool, shape (n_respondents,)
        NGO member, else official.
    """

    places: list[str]
    members: NDArray[np.object_]
    body_of_member: NDArray[np.intp]
    member: NDArray[np.intp]
    is_ngo: NDArray[np.bool_]

    @property
    def body(self) -> NDArray[np.intp]:
        """Position of each respondent's body, shape (n_respondents,)."""
        return self.body_of_member[self.member]

    def bodies(self) -> pd.Index[str]:
        """Return the names of the bodies as an index."""
        return pd.Index([body_name(place) for place in self.places], name="body")

    def respondents(self) -> pd.Index[str]:
        """Return the respondents' ids as an index; they are numbered through all bodies."""
        width = max(4, len(str(len(self.member))))
        return pd.Index([f"R{number:0{width}d}" for number in range(1, len(self.member) + 1)], name="respondent_id")


def draw_design(design: Design, rng: np.random.Generator) -> SampleDesign:
    """Draw how many members each body has, how many respondents each member, and who is an NGO member."""
    places = place_names(design.bodies)
    n_members = rng.integers(*design.members, size=design.bodies, endpoint=True)
    body_of_member = np.repeat(np.arange(design.bodies), n_members)
    n_respondents = rng.integers(*design.respondents, size=len(body_of_member), endpoint=True)
    if design.per_body is not None:
        n_respondents = np.concatenate([_spread(design.per_body, int(n)) for n in n_members])
    member = np.repeat(np.arange(len(body_of_member)), n_respondents)
    names = [name for place, n in zip(places, n_members, strict=True) for name in member_names(place, int(n))]
    return SampleDesign(
        places=places,
        members=np.array(names, dtype=object),
        body_of_member=body_of_member,
        member=member,
        is_ngo=rng.random(len(member)) < design.ngo_share,
    )


def _spread(total: int, members: int) -> NDArray[np.int64]:
    """Return how many respondents each member has; the first members have one more where it does not come out even."""
    return total // members + (np.arange(members) < total % members).astype(np.int64)
