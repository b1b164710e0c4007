"""Ways of answering that have nothing to do with what is asked: carelessness of several kinds, and agreeing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadsurvey.simulation.truth import Truth

ATTENTIVE = "attentive"
_MIDDLE = (1 / 3, 2 / 3)
"""Of the questionnaire, within which those who give up do so."""


@dataclass(frozen=True, slots=True)
class Styles:
    """How each respondent answers.

    Attributes
    ----------
    kind : ndarray of str, shape (n_respondents,)
        ``attentive``, or a kind of `Careless`.
    favourite : ndarray, shape (n_respondents,)
        Place on any scale, 0 to 1, of the answer that a careless respondent gives.
    gives_up : ndarray, shape (n_respondents,)
        Share of the items after which reading ends.
    agrees : ndarray, shape (n_respondents,)
        What is added to every latent response, as ticked.
    noise : numpy.random.Generator
        For answers by lot.
    """

    kind: NDArray[np.str_]
    favourite: NDArray[np.float64]
    gives_up: NDArray[np.float64]
    agrees: NDArray[np.float64]
    noise: np.random.Generator

    def ticked(
        self, attentive: NDArray[np.int16], codes: Sequence[int], *, number: int, n_items: int
    ) -> NDArray[np.int16]:
        """Return what is ticked at an item: what was read, or what a careless respondent ticks.

        Parameters
        ----------
        attentive : ndarray of int, shape (n_respondents,)
        codes : sequence of int
            Of the item's scale.
        number, n_items : int
            Of the item, from 0; of all.
        """
        own = np.array(codes, dtype=np.int16)
        place = np.minimum((self.favourite * len(own)).astype(int), len(own) - 1)
        other = (place + max(len(own) // 2, 1)) % len(own)
        found = attentive.copy()
        straight = (self.kind == "straight") | ((self.kind == "late_straight") & (number >= self.gives_up * n_items))
        found[straight] = own[place[straight]]
        turning = self.kind == "alternating"
        found[turning] = own[(other if number % 2 else place)[turning]]
        lot = self.kind == "random"
        if lot.any():
            found[lot] = self.noise.choice(own, size=int(lot.sum()))
        return found


def draw_styles(truth: Truth, n: int, rng: np.random.Generator) -> Styles:
    """Draw who is careless, and how much each respondent agrees with whatever is asked."""
    for_kind, for_place, for_end, for_agreeing, noise = rng.spawn(5)
    shares = truth.careless.shares
    kinds = np.array([*shares, ATTENTIVE])
    borders = np.cumsum(list(shares.values()))
    kind = kinds[np.searchsorted(borders, for_kind.random(n), side="right")]
    return Styles(
        kind=kind,
        favourite=for_place.random(n),
        gives_up=for_end.uniform(*_MIDDLE, n),
        agrees=for_agreeing.normal(scale=truth.acquiescence, size=n) if truth.acquiescence else np.zeros(n),
        noise=noise,
    )
