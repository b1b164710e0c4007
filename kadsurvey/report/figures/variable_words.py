"""Words for the variables of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.within_between import BETWEEN, WITHIN

if TYPE_CHECKING:
    from kadsurvey.instrument.model import Instrument


def outcome_label(name: str, instrument: Instrument) -> Label:
    """Return the label of a construct, field or column of the body data, else its name."""
    if name in instrument.constructs:
        return instrument.constructs[name].label or name
    if name in instrument.bodies:
        return instrument.bodies[name].label or name
    return instrument.fields[name].label or name if name in instrument.fields else name


def term_label(term: str, instrument: Instrument) -> Label:
    """Return the words for a term: of its variable, and of which part or category it is."""
    for suffix, code in ((WITHIN, "figures.within"), (BETWEEN, "figures.between")):
        name = term.removesuffix(suffix)
        if name != term and name in instrument.constructs:
            return Text(code, {"variable": outcome_label(name, instrument)})
    name, bracket, category = term.partition("[")
    if bracket:
        return Text("figures.category", {"variable": outcome_label(name, instrument), "value": category.rstrip("]")})
    return outcome_label(term, instrument)
