"""The answers as the screens look at them: as ticked, as coded, and on one range for all scales."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """The answers to the items that anybody was asked.

    Attributes
    ----------
    responses : Responses
        Where they come from.
    items : tuple of str
        Items with at least one answer, *tidak tahu* among them, in the order of the questionnaire.
    coded : ndarray, shape (n_respondents, n_items)
        Reversed items turned round: high speaks for the construct.
    given : ndarray, shape (n_respondents, n_items)
        As ticked. Who ticks one column all the way down is seen only here.
    """

    responses: Responses
    items: tuple[str, ...]
    coded: Array
    given: Array

    @property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return self.responses.instrument

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which items were answered, of the same shape; *tidak tahu* is no answer."""
        return np.isfinite(self.coded)

    @cached_property
    def varying(self) -> NDArray[np.intp]:
        """Columns of the items that not everybody answered alike."""
        low, high = np.fmin.reduce(self.coded, axis=0), np.fmax.reduce(self.coded, axis=0)
        return np.flatnonzero(high > low)

    @cached_property
    def positions(self) -> Array:
        """The answers as ticked, as a share of their scale's range: 0 is the lowest point, 1 the highest."""
        low, high = self.scale_ends
        return (self.given - low) / (high - low)

    @cached_property
    def scale_ends(self) -> tuple[Array, Array]:
        """Lowest and highest point of each item's scale."""
        scales = [self.instrument.scale_of(name) for name in self.items]
        ends = np.array([(scale.minimum, scale.maximum) for scale in scales], dtype=np.float64)
        return ends[:, 0], ends[:, 1]

    @cached_property
    def constructs(self) -> dict[str, NDArray[np.intp]]:
        """Columns of the items of each reflective construct."""
        wanted = self.instrument.constructs_with(kind="reflective")
        of = np.array([self.instrument.construct_of[name] for name in self.items], dtype=object)
        return {name: np.flatnonzero(of == name) for name in wanted if (of == name).any()}

    @cached_property
    def reversed(self) -> NDArray[np.bool_]:
        """Which items speak against their construct as they are worded."""
        return np.array([self.instrument.items[name].reverse for name in self.items], dtype=bool)


def answers_of(responses: Responses) -> Answers:
    """Take the answers of the items that anybody was asked, and undo their reversal beside."""
    instrument = responses.instrument
    said = (responses.items.notna() | responses.dont_know[list(instrument.items)]).any()
    # Where nothing at all can be read, every item stands for itself.
    items = tuple(name for name in instrument.items if bool(said[name])) or tuple(instrument.items)
    coded = responses.data[list(items)].to_numpy(dtype=np.float64)
    given = coded.copy()
    for at, name in enumerate(items):
        if instrument.items[name].reverse:
            scale = instrument.scale_of(name)
            given[:, at] = scale.minimum + scale.maximum - given[:, at]
    return Answers(responses, items, coded, given)
