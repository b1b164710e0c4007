"""Words that many sentences share: lists, and the names of variables and terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kadsurvey.indices.network import PREFIX
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.glossary import term as glossary_term
from kadsurvey.language.glossary import terms
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.cutoffs import Cutoff, Cutoffs
from kadsurvey.outcomes.within_between import belongs_to

IN_GLOSSARY = (
    *("trust", "norm", "network", "transaction_cost", "effectiveness", "marker", "social_capital"),
    *("cost_efficiency", "group"),
)
"""Variables that the glossary names, so that a sentence has them in small letters as its tables do in capitals."""

_CATEGORY = re.compile(r"(?P<name>[^\[\]]+)\[(?P<value>.+)\]")
_SIDES = ("within", "between")


def listed(labels: Sequence[Label]) -> Label:
    """Return ``a, b and c``; nothing for nothing."""
    if not labels:
        return ""
    if len(labels) == 1:
        return labels[0]
    params = {"first": list(labels[:-1]), "last": labels[-1]}
    return Text("narrative.list_two" if len(labels) == 2 else "narrative.list_more", params)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as records."""
    return frame.to_dict(orient="records")  # type: ignore[return-value]


def clauses(labels: Sequence[Label]) -> Label:
    """Return ``a; b; c``, for parts that hold commas themselves."""
    joined = labels[0]
    for label in labels[1:]:
        joined = Text("narrative.list_clauses", {"first": joined, "last": label})
    return joined


def variable_words(instrument: Instrument, name: str) -> Label:
    """Return the words for a variable: the glossary's, else the questionnaire's in quotes, else its name."""
    if name in IN_GLOSSARY:
        return dict(glossary_term(name).name)
    measure = name.removeprefix(PREFIX)
    if measure != name and (known := _of_glossary(measure)) is not None:
        return known
    for held in (instrument.constructs, instrument.bodies, instrument.fields):
        if name in held and held[name].label:
            return Text("narrative.quoted", {"label": dict(held[name].label)})
    return name


def _of_glossary(key: str) -> Label | None:
    return next((dict(entry.name) for entry in terms() if entry.key == key), None)


def variables(instrument: Instrument, names: Sequence[str]) -> Label:
    """Return the words for several variables, as a list."""
    return listed([variable_words(instrument, name) for name in names])


def term_words(instrument: Instrument, term: str) -> Label:
    """Return the words for a term of a model: a variable, its side within or between bodies, a category, a product."""
    first, product, second = term.partition(":")
    if product:
        return Text("narrative.term_product", {"a": term_words(instrument, first), "b": term_words(instrument, second)})
    if found := _CATEGORY.fullmatch(term):
        value = group_words(found["value"]) if found["name"] == "group" else found["value"]
        return Text("narrative.term_category", {"name": variable_words(instrument, found["name"]), "value": value})
    for side in _SIDES:
        if term.endswith(f"_{side}"):
            name = variable_words(instrument, term.removesuffix(f"_{side}"))
            return Text(f"narrative.term_{side}", {"name": name})
    return variable_words(instrument, term)


def is_of(term: str, names: Sequence[str]) -> bool:
    """Whether a term stands for one of the variables: itself, or its side within or between bodies."""
    return belongs_to(term, names)


def group_words(group: object) -> Label:
    """Return the words for a group of respondents."""
    return Text(f"narrative.group_{group}") if group in ("official", "ngo") else str(group)


def rule_cites(cutoffs: Cutoffs, *names: Cutoff) -> tuple[str, ...]:
    """Return the works that the rules in use come from."""
    sources = [cutoffs.source(name) for name in names]
    words = [re.split(r"[ ,]", source) for source in sources if source is not None]
    return tuple(dict.fromkeys(f"{part[0].lower()}{part[-1]}" for part in words))


def rule_words(cutoffs: Cutoffs, name: Cutoff) -> Label:
    """Return a rule's value with who proposed it."""
    source = cutoffs.source(name) or Text("narrative.own_setting")
    return Text("narrative.rule", {"value": getattr(cutoffs, name), "source": source})
